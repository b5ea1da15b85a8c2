//! Runs a driver against a recorded conversation, strictly in order.
//!
//! A recording may hold one operation, or the whole session of a program that reads a certificate and a retry
//! counter first. And programs differ in small ways that all cards accept: where the PIN is verified, how a file
//! is reached, how many bytes are read at once. So an operation is tried in each order that is in use
//! ([`crate::drivers::Order`]), alone and behind the usual beginnings; one of them must fit the recording from
//! its first byte to its last. If none does, the one that came furthest names step and byte.

mod outcome;
mod plan;
mod script;
mod tape;

pub use self::outcome::{CertificateSummary, Outcome};
pub use self::script::{MAX_SCRIPT, Script, ScriptError, Step};
pub use self::tape::{Difference, Tape};

use std::str::FromStr;

use crate::error::CardError;
use crate::pin::{Pin, PinKind};
use crate::recognise::{Generation, recognise};

/// What is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// [`crate::Card::personal_data`].
    PersonalData,
    /// [`crate::Card::auth_certificate`].
    AuthCertificate,
    /// [`crate::Card::sign_certificate`].
    SignCertificate,
    /// [`crate::Card::pin_info`].
    PinInfo,
    /// [`crate::Card::authenticate`]; needs PIN1 and a 48-byte hash.
    Authenticate,
    /// [`crate::Card::sign`]; needs PIN2 and a hash.
    Sign,
}

impl Operation {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::PersonalData,
        Self::AuthCertificate,
        Self::SignCertificate,
        Self::PinInfo,
        Self::Authenticate,
        Self::Sign,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonalData => "personal-data",
            Self::AuthCertificate => "auth-certificate",
            Self::SignCertificate => "sign-certificate",
            Self::PinInfo => "pin-info",
            Self::Authenticate => "authenticate",
            Self::Sign => "sign",
        }
    }
}

impl FromStr for Operation {
    type Err = ReplayError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
            .ok_or_else(|| ReplayError::UnknownOperation {
                name: name.chars().take(40).collect(),
            })
    }
}

/// What to replay and with what.
#[derive(Debug)]
pub struct Request {
    /// The operation.
    pub operation: Operation,
    /// The PIN, for the two operations that use a key.
    pub pin: Option<Pin>,
    /// The hash, for the same two.
    pub hash: Option<Vec<u8>>,
}

impl Request {
    /// Checks PIN and hash against the operation.
    ///
    /// # Errors
    /// [`ReplayError::NeedsPin`], [`ReplayError::NeedsHash`], [`ReplayError::Hash`], or the PIN's form.
    pub fn new(
        operation: Operation,
        pin: Option<&str>,
        hash: Option<&str>,
    ) -> Result<Self, ReplayError> {
        let kind = match operation {
            Operation::Authenticate => PinKind::Pin1,
            Operation::Sign => PinKind::Pin2,
            _ => {
                return Ok(Self {
                    operation,
                    pin: None,
                    hash: None,
                });
            }
        };
        let pin = Pin::new(kind, pin.ok_or(ReplayError::NeedsPin)?)?;
        let hash = hash.ok_or(ReplayError::NeedsHash)?;
        let hash = hex::decode(hash.split_whitespace().collect::<String>())
            .map_err(|_| ReplayError::Hash)?;
        let fits = match operation {
            Operation::Authenticate => hash.len() == 48,
            _ => matches!(hash.len(), 28 | 32 | 48 | 64),
        };
        if !fits {
            return Err(ReplayError::Hash);
        }
        Ok(Self {
            operation,
            pin: Some(pin),
            hash: Some(hash),
        })
    }
}

/// A conversation that was followed to its end.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What was replayed.
    pub operation: Operation,
    /// The chip, from the ATR.
    pub chip: Generation,
    /// Commands played, all of the recording.
    pub steps: usize,
    /// What the recording holds before the operation.
    pub preceded_by: Vec<Operation>,
    /// What came out, or what the card said against it, as recorded.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Replays `script`.
///
/// # Errors
/// [`ReplayError::Card`] if the ATR is not that of a supported card, [`ReplayError::Differs`] at the first byte
/// that no known order explains.
pub fn replay(script: &Script, request: &Request) -> Result<Report, ReplayError> {
    let generation = recognise(&script.atr)?;
    plan::search(script, generation, request)
}

/// Why a replay failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The script cannot be read. Blame: the file.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// No such operation. Blame: the caller.
    #[error("unknown operation \"{name}\"")]
    UnknownOperation {
        /// What was asked for.
        name: String,
    },
    /// This operation uses a key.
    #[error("this operation needs a PIN")]
    NeedsPin,
    /// This operation signs something.
    #[error("this operation needs a hash")]
    NeedsHash,
    /// The hash is no hexadecimal text of a length that the chip takes.
    #[error("the hash must be 48 bytes in hexadecimal (for signatures also 28, 32 or 64)")]
    Hash,
    /// The card is not supported, or the PIN has the wrong form.
    #[error(transparent)]
    Card(#[from] CardError),
    /// Our driver and the recording differ.
    #[error(transparent)]
    Differs(#[from] Difference),
}
