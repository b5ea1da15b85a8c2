//! What a gateway and a register may ask of the ledger.
//!
//! The embedded network implements [`Ledger`]; a gateway in front of CometBFT
//! will implement it over ABCI and RPC. Everything handed out is what the
//! validators agreed on, as bytes: a gateway forwards it and judges nothing.

use toend_ledger::cometbft::LightBlock;
use toend_ledger::hash::Hash;
use tokio::sync::watch;

/// The answer of the state to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResult {
    /// The value, or none when the state holds nothing under the key.
    pub value: Option<Vec<u8>>,
    /// `toend_ledger::proof::StateProof`, encoded: of presence or of absence.
    pub proof: Vec<u8>,
    /// The answer is about the state after this block; header `height + 1` commits it.
    pub height: u64,
}

/// Why a transaction was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The application refused it (the sender's fault). `code` is the application's result code.
    #[error("the application refused the transaction with code {code}: {log}")]
    Refused {
        /// Result code of the application, never 0.
        code: u32,
        /// A short technical reason without personal data.
        log: String,
    },
    /// The same bytes already wait or stand in a recent block.
    #[error("the transaction is already known")]
    AlreadyKnown {
        /// Its hash.
        hash: Hash,
    },
    /// Larger than the ledger takes (the sender's fault).
    #[error("the transaction has {size} bytes, at most {max} are taken")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// Too many transactions wait (this computer; try again after the next block).
    #[error("too many transactions wait for a block")]
    Full,
    /// The ledger is stopping or its storage failed (this computer).
    #[error("the ledger takes no transactions: {0}")]
    Stopped(String),
}

/// One authority's view of the ledger.
///
/// The methods are synchronous and short, but those for *old* blocks may read
/// from disk: from async code call them inside `tokio::task::spawn_blocking`.
pub trait Ledger: Send + Sync {
    /// H(genesis file): which ledger this is.
    fn net(&self) -> Hash;

    /// CometBFT chain id.
    fn chain_id(&self) -> String;

    /// The newest decided block, with both validator sets. An answer "as of now" is [`Ledger::query`] at
    /// `tip().height() - 1`, for that is the state the tip's header commits.
    fn tip(&self) -> LightBlock;

    /// The block at a height, or none when it is not decided (or pruned).
    fn light_block(&self, height: u64) -> Option<LightBlock>;

    /// Header bundle `i` (`toend_ledger::cometbft::bundle`): up to 256 headers
    /// from height `1 + 256·i`. Only a full one never changes; None when it would be empty.
    fn header_bundle(&self, index: u64) -> Option<Vec<u8>>;

    /// The transactions of a block in their order.
    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>>;

    /// The state under `key` after block `height`, with its proof. None when
    /// that version is not kept (only the newest ones are) or not there yet.
    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult>;

    /// The subtree of the state under the first `bits` bits of `place` (a hash of a key), or under fewer where the
    /// tree has no branch that deep, as of the state after block `height`: `toend_ledger::proof::SubtreeProof`,
    /// encoded. None when it is too large to show or the version is not kept.
    fn subtree(&self, place: &Hash, bits: u16, height: u64) -> Option<Vec<u8>>;

    /// Checks a transaction and queues it for the next block. Being taken is
    /// no promise: watch [`Ledger::subscribe`] and look into the state.
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError>;

    /// In which block a transaction stands, and its result code there.
    fn included(&self, tx_hash: &Hash) -> Option<Included>;

    /// Follows the height of the tip.
    fn subscribe(&self) -> watch::Receiver<u64>;
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Included {
    /// Height of its block.
    pub height: u64,
    /// Place in the block, from 0.
    pub index: u32,
    /// Result code of the application; 0 means it took effect.
    pub code: u32,
}
