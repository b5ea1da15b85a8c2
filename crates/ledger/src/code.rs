//! What became of a transaction, as stable numbers.
//!
//! The numbers stand in every block's results, hence in `last_results_hash`: one is never given a new meaning,
//! only new ones are added. `docs/state-machine.md` lists them for people.

use std::fmt;

/// The name under which ABCI answers carry these codes.
pub const CODESPACE: &str = "toend";

/// The outcome of a transaction. [`Code::Ok`] is 0; everything else is a refusal that changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum Code {
    /// Done. In blocks under versions 1 and 2 of the rules also for a filing that stood in state already.
    Ok = 0,

    // What the transaction is.
    /// The bytes are no transaction: unknown format, cut short, left-over bytes, operations unsorted or repeated.
    Malformed = 1,
    /// Longer than a transaction may be.
    Oversized = 2,
    /// Made for another network.
    WrongNet = 3,
    /// There is no such register.
    UnknownRegister = 4,
    /// No such gateway is in force.
    UnknownGateway = 5,
    /// Not signed by the key that must sign it.
    BadSignature = 6,
    /// Governance keys are missing: more than two thirds must sign, each once.
    TooFewSignatures = 7,

    // Batches.
    /// A batch of this number has been sealed.
    BatchReplayed = 10,
    /// Batches are missing before this one.
    BatchAhead = 11,
    /// The number of entries is no bucket size.
    EntryBucket = 12,
    /// The number of heads is no bucket size.
    HeadBucket = 13,
    /// One batch writes the same place twice.
    WrittenTwice = 14,

    // Single operations.
    /// The epoch is not the register's current one.
    EpochNotCurrent = 20,
    /// This list is open already.
    AlreadyOpen = 21,
    /// An entry stands at this label.
    EntryExists = 22,
    /// The first version of a record must be 1, and each next one exactly one higher.
    VersionSkipped = 23,
    /// The record has ended; nothing follows.
    RecordEnded = 24,
    /// This public list exists.
    ListExists = 25,
    /// This public list has not been created.
    ListMissing = 26,
    /// The list does not have the size that the append names.
    ListSize = 27,
    /// A covert access of this id exists.
    CovertExists = 28,
    /// No covert access of this id exists.
    CovertMissing = 29,
    /// The covert access has been opened.
    CovertOpened = 30,
    /// A covert access must be opened later than now and within the longest time allowed.
    CovertPeriod = 31,

    // Filings.
    /// The gateway has used up its share of this block. Worth sending again.
    QuotaExceeded = 40,
    /// The filing stands on the ledger. Whoever hands it in has nothing left to do.
    FilingStands = 41,

    // Governance.
    /// The change names an outdated state: it was made for another moment, or made before.
    Outdated = 50,
    /// The bytes are no acceptable public key: not canonical, not on the curve, or of small order.
    WeakKey = 51,
    /// The key is, or was, in use on this ledger.
    KeyInUse = 52,
    /// The proof that the register holds the secret key is not valid.
    NotPossessed = 53,
    /// Epochs follow each other by one, at most one in a block.
    EpochSequence = 54,
    /// No such authority is in force.
    UnknownAuthority = 55,
    /// One block changes at most a third of the voting power, and neither the last authority nor the last validator goes.
    ChangeTooGreat = 56,
    /// Periods of a right follow each other by one and do not overlap; one begins or ends in a block.
    RightSequence = 57,

    /// Versions of the rules follow each other by one, and none begins with the next block.
    RulesSequence = 58,

    /// The engine under this replica keeps its rules for ever. Answered before a block, never in one.
    FixedRules = 97,
    /// The engine under this replica keeps its validators for ever. Answered before a block, never in one.
    FixedValidators = 98,
    /// The state holds what it cannot hold. Never seen unless the machine itself is wrong.
    Internal = 99,
}

impl Code {
    /// The number that stands in results.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// What happened, for a developer's log. Short, and the same for everybody: it names no value of the transaction.
    pub const fn says(self) -> &'static str {
        match self {
            Code::Ok => "done",
            Code::Malformed => "the bytes are no transaction",
            Code::Oversized => "the transaction is too long",
            Code::WrongNet => "the transaction was made for another network",
            Code::UnknownRegister => "there is no such register",
            Code::UnknownGateway => "there is no such gateway",
            Code::BadSignature => "the signature is not that of the key that must sign",
            Code::TooFewSignatures => "more than two thirds of the governance keys must sign",
            Code::BatchReplayed => "a batch of this number has been sealed",
            Code::BatchAhead => "batches are missing before this one",
            Code::EntryBucket => "the number of entries is no bucket size",
            Code::HeadBucket => "the number of heads is no bucket size",
            Code::WrittenTwice => "one batch writes the same place twice",
            Code::EpochNotCurrent => "the epoch is not the current one",
            Code::AlreadyOpen => "the list is open already",
            Code::EntryExists => "an entry stands at this label",
            Code::VersionSkipped => "versions begin at 1 and go up by one",
            Code::RecordEnded => "the record has ended",
            Code::ListExists => "the public list exists",
            Code::ListMissing => "the public list has not been created",
            Code::ListSize => "the public list has another size",
            Code::CovertExists => "the covert access exists",
            Code::CovertMissing => "the covert access does not exist",
            Code::CovertOpened => "the covert access has been opened",
            Code::CovertPeriod => "the covert access must be opened within the time allowed",
            Code::QuotaExceeded => "the gateway has used up its share of this block",
            Code::FilingStands => "the filing stands on the ledger",
            Code::Outdated => "the change was made for another state",
            Code::WeakKey => "the bytes are no acceptable public key",
            Code::KeyInUse => "the key is or was in use",
            Code::NotPossessed => "the proof of possession is not valid",
            Code::EpochSequence => "epochs follow each other by one, one in a block",
            Code::UnknownAuthority => "there is no such authority",
            Code::ChangeTooGreat => "one block changes at most a third of the voting power",
            Code::RightSequence => "periods of a right follow each other by one, one in a block",
            Code::RulesSequence => {
                "versions of the rules follow each other by one, none with the next block"
            }
            Code::FixedRules => "this engine does not change its rules",
            Code::FixedValidators => "this engine does not change its validators",
            Code::Internal => "the state holds what it cannot hold",
        }
    }

    /// Whether the same bytes may do better later, unchanged.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Code::BatchAhead | Code::QuotaExceeded)
    }

    /// Every code there is, in order of number.
    pub const ALL: &'static [Code] = &[
        Code::Ok,
        Code::Malformed,
        Code::Oversized,
        Code::WrongNet,
        Code::UnknownRegister,
        Code::UnknownGateway,
        Code::BadSignature,
        Code::TooFewSignatures,
        Code::BatchReplayed,
        Code::BatchAhead,
        Code::EntryBucket,
        Code::HeadBucket,
        Code::WrittenTwice,
        Code::EpochNotCurrent,
        Code::AlreadyOpen,
        Code::EntryExists,
        Code::VersionSkipped,
        Code::RecordEnded,
        Code::ListExists,
        Code::ListMissing,
        Code::ListSize,
        Code::CovertExists,
        Code::CovertMissing,
        Code::CovertOpened,
        Code::CovertPeriod,
        Code::QuotaExceeded,
        Code::FilingStands,
        Code::Outdated,
        Code::WeakKey,
        Code::KeyInUse,
        Code::NotPossessed,
        Code::EpochSequence,
        Code::UnknownAuthority,
        Code::ChangeTooGreat,
        Code::RightSequence,
        Code::RulesSequence,
        Code::FixedRules,
        Code::FixedValidators,
        Code::Internal,
    ];

    /// The code of a number that stands in results.
    pub fn from_number(number: u32) -> Option<Code> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.says(), self.number())
    }
}
