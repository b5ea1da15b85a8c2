//! What can go wrong, who is to blame, and the stable code a screen turns into words.

use std::collections::BTreeMap;

use toend_id_card::CardError;

use crate::dto::{Blame, ErrorInfo};
use crate::providers::ProviderError;
use crate::store::StoreError;

/// Any failure of a command.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The card or its reader.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The saved data on this computer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A gateway or node.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A register did not answer, or refused.
    #[error("register {register} did not answer: {source}")]
    Register {
        /// Register id.
        register: &'static str,
        /// Why.
        source: ProviderError,
    },
    /// A register's answer does not fit the ledger.
    #[error("register {register} answered wrongly ({reason})")]
    Answer {
        /// Register id.
        register: &'static str,
        /// Stable reason.
        reason: &'static str,
    },
    /// The network file cannot be used.
    #[error("the network file is not understood: {0}")]
    Network(String),
    /// The network file names a gateway that would be asked without encryption, on another computer.
    #[error(
        "line {line} of the network file: an address on another computer must begin with https://"
    )]
    PlainAddress {
        /// The line, from 1.
        line: usize,
    },
    /// The embedded network did not start.
    #[error("the embedded network did not start: {0}")]
    Embedded(String),
    /// No page of the ledger is verified yet, or not the one that is needed.
    #[error("the ledger is not verified far enough")]
    NoLedger,
    /// Where trust starts is older than the trusting period.
    #[error("the starting point of trust is too old")]
    Expired,
    /// This computer's clock is earlier than a time that the authorities have signed.
    #[error("this computer's clock is behind the ledger")]
    ClockBehind,
    /// The ledger shows two faces; nothing newer than the last common page is used.
    #[error("two versions of the ledger exist")]
    Attacked,
    /// The ledger refuses a filing, whoever hands it in.
    #[error("the ledger refuses the filing with code {code}")]
    FilingRefused {
        /// The application's code.
        code: u32,
    },
    /// A filing was handed in and is not on the ledger after long.
    #[error("the filing was handed in and is not on the ledger yet")]
    FilingWaits,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The user cancelled.
    #[error("cancelled")]
    Cancelled,
    /// No such record, list or demonstration card.
    #[error("there is no such record")]
    NoSuchRecord,
    /// The record is not proven, so nothing can be made from it.
    #[error("only a proven record can be saved as a proof file")]
    NotProven,
    /// The record's kind has fields with other names, or none was chosen.
    #[error("no such field")]
    NoSuchField,
    /// A chosen file cannot be read or written.
    #[error("the file cannot be used: {0}")]
    File(std::io::ErrorKind),
    /// A task of this program ended unexpectedly.
    #[error("an inner task ended")]
    Stopped,
}

impl ClientError {
    /// The error as a screen sees it: code, blame, parameters; never a sentence, never personal data.
    pub fn info(&self) -> ErrorInfo {
        match self {
            Self::Card(error) => card(error),
            Self::Store(error) => error.info(),
            Self::Provider(error) => error.info(None),
            Self::Register { register, source } => source.info(Some(register)),
            Self::Answer { register, reason } => info("E35", Blame::Peer, true)
                .with("register", register)
                .with("reason", reason),
            Self::Network(_) => info("E68", Blame::User, false),
            Self::PlainAddress { line } => {
                info("E76", Blame::User, false).with("line", &line.to_string())
            }
            Self::Embedded(reason) => info("E72", Blame::Computer, true).with("reason", reason),
            Self::NoLedger => info("E20", Blame::Peer, true),
            Self::Expired => info("E23", Blame::Computer, false),
            Self::ClockBehind => info("E28", Blame::Computer, true),
            Self::Attacked => info("E25", Blame::Peer, false),
            Self::FilingRefused { code } => {
                info("E77", Blame::Peer, false).with("number", &code.to_string())
            }
            Self::FilingWaits => info("E78", Blame::Peer, true),
            Self::NotSignedIn => info("E69", Blame::User, false),
            Self::Cancelled => info("E13", Blame::User, false),
            Self::NoSuchRecord | Self::NoSuchField => info("E70", Blame::User, false),
            Self::NotProven => info("E70", Blame::User, false).with("reason", "notProven"),
            Self::File(kind) => info("E71", Blame::User, false).with("kind", &kind.to_string()),
            Self::Stopped => info("E72", Blame::Computer, true).with("reason", "stopped"),
        }
    }
}

impl From<ClientError> for ErrorInfo {
    fn from(error: ClientError) -> Self {
        error.info()
    }
}

/// An [`ErrorInfo`] without parameters.
pub fn info(code: &str, blame: Blame, retry: bool) -> ErrorInfo {
    ErrorInfo {
        code: code.to_owned(),
        blame,
        params: BTreeMap::new(),
        retry,
    }
}

impl ErrorInfo {
    /// Adds a parameter of the text.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.insert(name.to_owned(), value.to_owned());
        self
    }
}

fn card(error: &CardError) -> ErrorInfo {
    let code = error.code();
    let blame = match code {
        "E01" => Blame::Computer,
        "E04" => Blame::Peer,
        _ => Blame::User,
    };
    let mut out =
        info(code, blame, !matches!(code, "E10" | "E11" | "E17")).with("kind", error.kind());
    if let Some(pin) = error.pin() {
        out = out.with("pin", &pin.to_string());
    }
    if let Some(left) = error.tries_left() {
        out = out.with("left", &left.to_string());
    }
    if let CardError::PinFormat { min, max, .. } = error {
        out = out
            .with("min", &min.to_string())
            .with("max", &max.to_string());
    }
    out
}

#[cfg(test)]
mod tests {
    use toend_id_card::PinKind;

    use super::*;

    #[test]
    fn a_wrong_pin_tells_code_and_tries_left() {
        let error = ClientError::from(CardError::PinWrong {
            pin: PinKind::Pin1,
            tries_left: 2,
        });
        let info = error.info();
        assert_eq!(info.code, "E08");
        assert_eq!(info.params.get("left").map(String::as_str), Some("2"));
        let last = ClientError::from(CardError::PinWrong {
            pin: PinKind::Pin1,
            tries_left: 1,
        })
        .info();
        assert_eq!(last.code, "E09");
    }

    #[test]
    fn a_register_that_is_down_is_not_the_persons_fault() {
        let error = ClientError::Register {
            register: "health",
            source: ProviderError::Unreachable {
                authority: "health-house".to_owned(),
            },
        };
        let info = error.info();
        assert_eq!(
            (info.code.as_str(), info.blame, info.retry),
            ("E29", Blame::Peer, true)
        );
        assert_eq!(
            info.params.get("register").map(String::as_str),
            Some("health")
        );
    }
}
