//! Who runs the ledger, as the ledger itself says and this computer has checked.

use serde::{Deserialize, Serialize};

use super::{Names, RegisterId};

/// Since when something stands on the ledger as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    /// Page of the decision.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub page: u64,
    /// Ledger time of that page: the decision is not older.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub not_before_ms: u64,
    /// Which change it was, from 1.
    pub serial: u32,
}

/// How a validator broke the rules of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum FaultSort {
    /// It signed two different votes where it may sign one.
    DoubleVote,
    /// It signed a page that is not the ledger's.
    FalsePage,
    /// The evidence is of a sort that this program cannot name.
    Other,
}

/// One piece of evidence that stands on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FaultEvidence {
    /// What was done.
    pub sort: FaultSort,
    /// Page that the false signatures are for.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub page: u64,
    /// Ledger time of that page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub time_ms: i64,
    /// Page that holds the evidence.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub found_page: u64,
}

/// An authority's validator was caught breaking the rules; proven by the ledger itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FaultNote {
    /// Pieces of evidence so far.
    pub count: u32,
    /// The first.
    pub first: FaultEvidence,
    /// The last.
    pub last: FaultEvidence,
}

/// Which rules the ledger works by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RulesOffice {
    /// Version in force.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: u64,
    /// The newest decision about it; `null`: as when the ledger began.
    pub since: Option<Decided>,
    /// Version that is decided and not in force yet.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// First page under it.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub next_from_page: Option<u64>,
}

/// A public key of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct OfficeKey {
    /// The key as six words, as operators see it.
    pub words: Vec<String>,
    /// It is another one than the ledger began with.
    pub replaced: bool,
}

/// A period in which a register opens lists with one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct EpochOffice {
    /// Number, from 1; each later one began by a decision on the page before its first.
    pub epoch: u16,
    /// Its key (VRF) as six words.
    pub words: Vec<String>,
    /// First page of the period.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub from_page: u64,
    /// First page after it; `null` while it lasts.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub until_page: Option<u64>,
}

/// Who issues the certificates by which a gateway is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct IssuerOffice {
    /// A decision on the ledger names it; else the network file does.
    pub by_ledger: bool,
    /// SHA-256 of the issuer's public key, lower-case hexadecimal; `null`: the certificate authorities of each person's system.
    pub fingerprint: Option<String>,
    /// The fingerprint as six words, as operators see it; empty without one.
    pub words: Vec<String>,
}

/// A gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct GatewayOffice {
    /// Number on the ledger.
    pub number: u16,
    /// It joined by decision, and no network file that is followed here names it.
    pub joined: bool,
    /// It is open.
    pub open: bool,
    /// Where people's programs ask, when the ledger says so.
    pub address: Option<String>,
    /// Where light clients ask for pages, when the ledger says so.
    pub rpc: Option<String>,
    /// Who issues its certificates; `null`: it has none, for it answers on this computer only, or is closed.
    pub issuer: Option<IssuerOffice>,
    /// The key that signs what it answers and hands in; `null`: none, for it is closed.
    pub key: Option<OfficeKey>,
    /// The decision about all of it; `null`: as when the ledger began.
    pub since: Option<Decided>,
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AuthorityOffice {
    /// Number on the ledger.
    pub number: u16,
    /// Names from the network file; `null` for one that joined later.
    pub names: Option<Names>,
    /// It takes part in decisions; `null`: as when the ledger began.
    pub governs: bool,
    /// The decision about that; `null`: as when the ledger began.
    pub governs_since: Option<Decided>,
    /// The key that signs decisions.
    pub governance_key: Option<OfficeKey>,
    /// It signs pages.
    pub validates: bool,
    /// The decision about that; `null`: as when the ledger began.
    pub validates_since: Option<Decided>,
    /// The key that signs pages.
    pub validator_key: Option<OfficeKey>,
    /// Voting power of its validator, when a decision says it.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub power: Option<u64>,
    /// The gateways that it runs.
    pub gateways: Vec<GatewayOffice>,
    /// Its validator was caught breaking the rules; `null`: never, which is proven too.
    pub fault: Option<FaultNote>,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RegisterOffice {
    /// Register.
    pub register: RegisterId,
    /// Number of its authority.
    pub authority: Option<u16>,
    /// Batches sealed so far.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub batches: u64,
    /// Entries sealed so far, filler included.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub entries: u64,
    /// The key that seals.
    pub seal_key: Option<OfficeKey>,
    /// The key that signs answers.
    pub answer_key: Option<OfficeKey>,
    /// The newest decision about these two; `null`: as when the ledger began, or, for a key that was replaced, from the time
    /// when the ledger did not write down when.
    pub keys_since: Option<Decided>,
    /// Periods of the key that opens lists (VRF), the last one in force.
    pub epochs: Vec<EpochOffice>,
    /// Kinds of record it may not seal any more, or may seal by a decision.
    pub rights: Vec<RightOffice>,
}

/// A decision about what a register may seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RightOffice {
    /// Name of the kind of record.
    pub schema: String,
    /// It may seal it now.
    pub may: bool,
    /// First page of the period.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub from_page: u64,
    /// First page after it; `null` while it lasts.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub until_page: Option<u64>,
}

/// Who runs the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Offices {
    /// Page at which all of this stands.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub page: u64,
    /// Ledger time of that page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub time_ms: i64,
    /// Signatures that a decision needs.
    pub quorum: u16,
    /// Which rules it works by.
    pub rules: RulesOffice,
    /// Authorities by number.
    pub authorities: Vec<AuthorityOffice>,
    /// Registers by number.
    pub registers: Vec<RegisterOffice>,
}
