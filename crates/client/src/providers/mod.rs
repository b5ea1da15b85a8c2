//! Where answers come from: one provider per authority, each answer bounded in size, depth and time.
//!
//! Nothing that a provider says is believed here. A provider hands bytes on; `worker`, `session` and `records` judge them.
//! Redirects are not followed: a gateway could otherwise send this computer anywhere.

mod address;
mod answers;
mod http;
mod list;
mod trust;
mod ways;

pub use address::{AddressError, check as check_address};
pub use answers::Provider;
pub use http::{Http, Limits};
pub use list::Providers;
pub use toend_ledger::json_depth::{MAX_DEPTH, check as check_depth};
pub use trust::Trust;

use crate::dto::{Blame, ErrorInfo};
use crate::error::info;

/// Why a provider gave nothing usable. Always the peer's doing, or the way to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// No connection.
    #[error("{authority} cannot be reached")]
    Unreachable {
        /// Authority id.
        authority: String,
    },
    /// Somebody answers there who cannot show to be that authority, or not encrypted.
    #[error("the connection to {authority} is not trusted ({why})")]
    Untrusted {
        /// Authority id.
        authority: String,
        /// `tlsIssuer`, `tlsName`, `tlsExpired`, `tlsEarly`, `tlsVersion`, `tlsPlain` or `tlsBroken`.
        why: &'static str,
    },
    /// No answer in time.
    #[error("{authority} did not answer in time")]
    Timeout {
        /// Authority id.
        authority: String,
    },
    /// The answer was cut off because it is longer than allowed.
    #[error("{authority} answered more than {limit} bytes")]
    TooLarge {
        /// Authority id.
        authority: String,
        /// Limit in bytes.
        limit: usize,
    },
    /// The answer ended early.
    #[error("the answer of {authority} ended early")]
    CutOff {
        /// Authority id.
        authority: String,
    },
    /// An error status, with the gateway's own code if it gave a known one.
    #[error("{authority} refused with {status} ({code})")]
    Refused {
        /// Authority id.
        authority: String,
        /// HTTP status.
        status: u16,
        /// `bad_request`, `unauthorized`, `not_available`, `too_large`, `busy`, `no_ledger`, or `unknown`.
        code: &'static str,
    },
    /// The answer cannot be read.
    #[error("{authority} answered {what} that cannot be read")]
    Garbage {
        /// Authority id.
        authority: String,
        /// What it should have been.
        what: &'static str,
    },
    /// It signed two answers that exclude each other; both are kept.
    #[error("{authority} signed two answers that exclude each other")]
    Contradicts {
        /// Authority id.
        authority: String,
    },
    /// The network file names no gateway for this.
    #[error("no gateway is known")]
    NoGateway,
}

impl ProviderError {
    /// Stable reason for a screen.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::NoGateway => "gatewaySilent",
            Self::TooLarge { .. } => "tooLarge",
            Self::CutOff { .. } | Self::Garbage { .. } => "garbage",
            Self::Contradicts { .. } => "contradicts",
            Self::Refused { .. } => "notAnswered",
            Self::Untrusted { why, .. } => why,
        }
    }

    /// As a screen sees it; `register` when it was asked for a register's list.
    pub fn info(&self, register: Option<&str>) -> ErrorInfo {
        let code = match (self, register) {
            (Self::Refused { code: "busy", .. }, _) => "E55",
            // The session there has run out: signing in again helps.
            (
                Self::Refused {
                    code: "unauthorized",
                    ..
                },
                _,
            ) => "E69",
            (Self::Untrusted { .. }, _) => "E75",
            (_, Some(_)) => "E29",
            (Self::Unreachable { .. } | Self::Timeout { .. } | Self::NoGateway, None) => "E20",
            (_, None) => "E27",
        };
        let mut out = info(code, Blame::Peer, true).with("reason", self.reason());
        if let Some(register) = register {
            out = out.with("register", register);
        }
        if let Some(authority) = self.authority() {
            out = out.with("authority", authority);
        }
        out
    }

    fn authority(&self) -> Option<&str> {
        match self {
            Self::Unreachable { authority }
            | Self::Untrusted { authority, .. }
            | Self::Timeout { authority }
            | Self::TooLarge { authority, .. }
            | Self::CutOff { authority }
            | Self::Contradicts { authority }
            | Self::Refused { authority, .. }
            | Self::Garbage { authority, .. } => Some(authority),
            Self::NoGateway => None,
        }
    }
}
