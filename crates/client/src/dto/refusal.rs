//! Why the ledger refused a transaction, and what whoever sent it can do.

use serde::{Deserialize, Serialize};
use toend_ledger::code::Code;

/// What can be done about a refusal; translation key `refusal.next.<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum RefusalNext {
    /// Nothing: it took effect, or stands there already.
    Nothing,
    /// The same may succeed with the next page.
    Again,
    /// It has to be made anew for the state of now.
    Anew,
    /// The program that made it is at fault.
    Program,
    /// It was sent into the wrong network.
    Network,
    /// Somebody else must sign.
    Keys,
    /// Nobody should go on before it is understood.
    Stop,
}

/// A refusal in words: translation key `refusal.<code>`, or `refusal.unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Number that stands in the results of blocks.
    pub code: u32,
    /// This program has words for it.
    pub known: bool,
    /// What can be done.
    pub next: RefusalNext,
}

impl Refusal {
    /// What a number means.
    pub fn of(number: u32) -> Self {
        let code = Code::from_number(number);
        Self {
            code: number,
            known: code.is_some(),
            // A newer ledger has codes that this program does not know.
            next: code.map_or(RefusalNext::Program, next),
        }
    }

    /// Every refusal that this program knows, and success.
    pub fn all() -> impl Iterator<Item = Self> {
        Code::ALL.iter().map(|code| Self::of(code.number()))
    }

    /// Translation key of the sentence that says what happened.
    pub fn key(&self) -> String {
        if self.known {
            format!("refusal.{}", self.code)
        } else {
            "refusal.unknown".to_owned()
        }
    }

    /// Translation key of the sentence that says what to do.
    pub const fn next_key(&self) -> &'static str {
        match self.next {
            RefusalNext::Nothing => "refusal.next.nothing",
            RefusalNext::Again => "refusal.next.again",
            RefusalNext::Anew => "refusal.next.anew",
            RefusalNext::Program => "refusal.next.program",
            RefusalNext::Network => "refusal.next.network",
            RefusalNext::Keys => "refusal.next.keys",
            RefusalNext::Stop => "refusal.next.stop",
        }
    }
}

const fn next(code: Code) -> RefusalNext {
    match code {
        Code::Ok
        | Code::BatchReplayed
        | Code::FilingStands
        | Code::AlreadyOpen
        | Code::ListExists
        | Code::CovertExists
        | Code::CovertOpened => RefusalNext::Nothing,
        Code::BatchAhead | Code::QuotaExceeded => RefusalNext::Again,
        Code::Malformed
        | Code::Oversized
        | Code::EntryBucket
        | Code::HeadBucket
        | Code::WrittenTwice
        | Code::WeakKey
        | Code::NotPossessed => RefusalNext::Program,
        Code::WrongNet | Code::FixedRules | Code::FixedValidators => RefusalNext::Network,
        Code::UnknownRegister
        | Code::UnknownGateway
        | Code::BadSignature
        | Code::TooFewSignatures
        | Code::UnknownAuthority => RefusalNext::Keys,
        Code::Internal => RefusalNext::Stop,
        _ => RefusalNext::Anew,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_sent_again_is_what_the_machine_calls_so() {
        for code in Code::ALL {
            let refusal = Refusal::of(code.number());
            assert!(refusal.known);
            assert_eq!(
                refusal.next == RefusalNext::Again,
                code.is_retryable(),
                "{code}"
            );
        }
        let unknown = Refusal::of(77);
        assert!(!unknown.known);
        assert_eq!(unknown.key(), "refusal.unknown");
    }
}
