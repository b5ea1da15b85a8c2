//! Why the application of an authority stops.

use toend_ledger::genesis::GenesisError;
use toend_state_machine::UnknownRules;

use crate::cometbft::OtherVersion;
use crate::storage::StorageError;

/// Why the application cannot go on. The process ends; CometBFT hands everything in again at the next start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplicationError {
    /// The authorities decided rules that this program does not know.
    #[error(transparent)]
    Rules(#[from] UnknownRules),
    /// The engine is too old, or of another series.
    #[error(transparent)]
    Engine(#[from] OtherVersion),
    /// The disk or what is on it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The genesis file.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// What is on disk contradicts itself or the genesis file.
    #[error("the stored state does not fit together: {0}")]
    Inconsistent(String),
    /// CometBFT was started with another beginning.
    #[error("the engine's {0} is not that of the genesis file")]
    OtherBeginning(&'static str),
    /// CometBFT's data was wiped, the application's was not.
    #[error("the engine begins anew, but the application stands at block {0}")]
    EngineBehind(u64),
    /// CometBFT asked for what cannot be.
    #[error("the engine asked for what cannot be: {0}")]
    Protocol(String),
}

/// What is on disk contradicts itself, in whatever words.
pub(super) fn inconsistent(error: impl std::fmt::Display) -> ApplicationError {
    ApplicationError::Inconsistent(error.to_string())
}
