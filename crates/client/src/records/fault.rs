//! What is wrong with a list or an entry, and how it is named.

use crate::dto::{Blame, ErrorInfo, RegisterId, Verdict, VerdictInfo};
use crate::error::info;

/// Why an entry, or a whole list, is not simply proven. Each has one reason word, one verdict and one help code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Contents or place are not what the register sealed.
    ContentMismatch,
    /// Genuinely sealed contents, at another place: another person's record, or another entry's.
    OtherPerson,
    /// The list is another subject's.
    SecondList,
    /// The ledger holds entries beyond, or between, those that count.
    Gap,
    /// A later entry was sealed before an earlier one.
    OutOfOrder,
    /// The same version of the same record stands twice.
    Duplicate,
    /// The ledger holds an entry that the register did not deliver.
    NotDelivered,
    /// Block data holds an entry that the register does not show.
    SealedNotShown,
    /// Fewer entries, or others, than this computer has verified before.
    RolledBack,
    /// The register answered from an old state.
    OldState,
    /// The record's head names a newer version than the list holds.
    HeadAhead,
    /// The record's head is missing, behind, or of other contents.
    HeadMismatch,
    /// The words fit what was verified before, the salts do not.
    WrongSalt,
    /// The list key is not the one the ledger commits to.
    WrongListKey,
    /// Values cannot be read.
    Undecodable,
    /// The record's kind is not known to this program, or not this register's to seal.
    UnknownSchema,
    /// The register had no right to seal this kind of record then.
    NotEntitled,
    /// A proof does not lead to the verified root, or a needed one is missing.
    ProofInvalid,
    /// The answer's signature is not the register's.
    AnswerSignature,
    /// Delivered, but neither sealed nor said to be waiting.
    NotSealed,
    /// A public list under this number does not exist: that says nothing.
    NoList,
    /// A neighbour entry is wrong, so the whole cannot be replayed.
    ListMismatch,
}

impl Fault {
    /// Stable reason word (`reasons.<word>`).
    pub const fn reason(self) -> &'static str {
        match self {
            Self::ContentMismatch => "contentMismatch",
            Self::OtherPerson => "otherSubject",
            Self::SecondList => "secondList",
            Self::Gap => "gap",
            Self::OutOfOrder => "outOfOrder",
            Self::Duplicate => "duplicate",
            Self::NotDelivered => "withheld",
            Self::SealedNotShown => "sealedNotShown",
            Self::RolledBack => "rolledBack",
            Self::OldState => "oldState",
            Self::HeadAhead => "headAhead",
            Self::HeadMismatch => "headMismatch",
            Self::WrongSalt => "wrongSalt",
            Self::WrongListKey => "wrongListKey",
            Self::Undecodable => "undecodable",
            Self::UnknownSchema => "unknownSchema",
            Self::NotEntitled => "notEntitled",
            Self::ProofInvalid => "proofInvalid",
            Self::AnswerSignature => "answerSignature",
            Self::NotSealed => "notSealed",
            Self::NoList => "noList",
            Self::ListMismatch => "listMismatch",
        }
    }

    /// Help code of the failure table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ContentMismatch => "E31",
            Self::NotDelivered | Self::SealedNotShown => "E32",
            Self::RolledBack | Self::OldState | Self::HeadAhead => "E33",
            Self::OtherPerson | Self::SecondList => "E36",
            Self::UnknownSchema | Self::NotEntitled => "E41",
            _ => "E35",
        }
    }

    /// Verdict on an entry with this fault. *Cannot check* wherever neither good nor bad can be told.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::ContentMismatch => Verdict::Altered,
            Self::NotDelivered | Self::SealedNotShown => Verdict::Withheld,
            Self::RolledBack | Self::OldState | Self::HeadAhead => Verdict::OldVersion,
            _ => Verdict::CannotCheck,
        }
    }

    /// Order in which problems are listed, the gravest first.
    pub const fn rank(self) -> u8 {
        match self {
            Self::ContentMismatch => 0,
            Self::OtherPerson | Self::SecondList => 1,
            Self::NotDelivered | Self::SealedNotShown => 2,
            Self::RolledBack | Self::HeadAhead => 3,
            Self::Gap | Self::OutOfOrder | Self::Duplicate => 4,
            Self::OldState => 5,
            _ => 6,
        }
    }

    /// The verdict on an entry.
    pub fn on_entry(self) -> VerdictInfo {
        VerdictInfo {
            verdict: self.verdict(),
            reason: self.reason().to_owned(),
            params: std::collections::BTreeMap::new(),
        }
    }

    /// The problem of a list, without further parameters.
    pub fn on_list(self, register: RegisterId) -> ErrorInfo {
        info(self.code(), Blame::Peer, true)
            .with("reason", self.reason())
            .with("register", register.id())
    }
}

/// The good verdict.
pub fn proven() -> VerdictInfo {
    VerdictInfo {
        verdict: Verdict::Proven,
        reason: "ok".to_owned(),
        params: std::collections::BTreeMap::new(),
    }
}
