//! Ledger, authorities, registers, synchronisation, settings and errors.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CardState, ContradictionView, FaultNote};

/// Registers this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum RegisterId {
    /// Health, register 1.
    Health,
    /// Tax, register 2.
    Tax,
    /// Business, register 3.
    Business,
}

/// Whose doing an error is; decides the wording ("this is their system, not your card").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Blame {
    /// A gateway, a node or a card answered wrongly or not at all.
    Peer,
    /// This computer: disk, clock, service.
    Computer,
    /// What the user gave.
    User,
}

/// An error for a screen: a stable code with parameters, never a sentence and never personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ErrorInfo {
    /// Code of the failure table, for example `E29`; translation key `errors.<code>`.
    pub code: String,
    /// Who is to blame.
    pub blame: Blame,
    /// Parameters of the text, for example `{"register":"health","left":"2"}`.
    pub params: BTreeMap<String, String>,
    /// True when trying again without a change can help.
    pub retry: bool,
}

/// A name in the three languages, from the network file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Names {
    /// Estonian.
    pub et: String,
    /// English.
    pub en: String,
    /// Russian.
    pub ru: String,
}

/// State of the ledger as this computer sees it; *stale*, *paused*, *split* and *attacked* are different states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum LedgerState {
    /// No verified page yet.
    Starting,
    /// Newest page is fresh.
    UpToDate,
    /// This computer has heard nothing new for a while.
    Stale,
    /// All authorities answer, none has a newer page.
    Paused,
    /// No gateway can be reached.
    Offline,
    /// Authorities answer differently; the last common page is kept.
    Split,
    /// Two signed versions of the ledger exist; both stopped.
    Attacked,
    /// The checkpoint is older than the trusting period (E23).
    Expired,
}

/// The ledger on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct LedgerStatus {
    /// State.
    pub state: LedgerState,
    /// Newest verified page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub height: u64,
    /// Ledger time of that page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub time_ms: i64,
    /// When it was verified here, by this computer's clock.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub checked_at_ms: i64,
    /// Ids of the authorities that answered with the same page, beside the primary.
    pub cross_checked: Vec<String>,
    /// Ten control words of the newest verified page.
    pub words: Vec<String>,
    /// Where trust starts.
    pub checkpoint: Option<CheckpointView>,
}

/// The starting point of trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct CheckpointView {
    /// Page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub height: u64,
    /// Ledger time.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub time_ms: i64,
    /// Header hash, lower-case hex.
    pub hash: String,
}

/// One authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct AuthorityStatus {
    /// Id, for example `health-house`.
    pub id: String,
    /// Its names.
    pub names: Names,
    /// Signed or not, for up to the last 30 verified pages, oldest first. Only verified signatures count.
    pub recent: Vec<bool>,
    /// Ledger time of its last verified signature.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub signed_last_ms: Option<i64>,
    /// Its gateway answers.
    pub answering: bool,
    /// Why not.
    pub error: Option<ErrorInfo>,
    /// Id of the authority whose gateway carries for this one, which cannot be reached itself.
    pub through: Option<String>,
    /// Round trip in milliseconds.
    pub latency_ms: Option<u32>,
    /// Its validator was caught breaking the rules, as the ledger itself proves; `null`: not as far as was asked.
    pub fault: Option<FaultNote>,
}

/// A gateway that joined by decision: no network file that is followed here names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct JoinedGateway {
    /// Number of the gateway on the ledger.
    pub gateway: u16,
    /// Id of the authority that runs it, as sources and errors name it.
    pub authority: String,
    /// Number of that authority on the ledger.
    pub number: u16,
    /// Where it is asked, as the ledger says.
    pub address: String,
    /// It answers.
    pub answering: bool,
    /// Why not.
    pub error: Option<ErrorInfo>,
    /// Id of the authority whose gateway carries for this one, which cannot be reached itself.
    pub through: Option<String>,
    /// Round trip in milliseconds.
    pub latency_ms: Option<u32>,
}

/// One register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RegisterStatus {
    /// Which register.
    pub id: RegisterId,
    /// Authority that keeps it.
    pub authority: String,
    /// It answers.
    pub answering: bool,
    /// Why not.
    pub error: Option<ErrorInfo>,
}

/// This computer's clock against the authorities'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ClockState {
    /// Not compared yet.
    Unknown,
    /// Within the allowed drift.
    Right,
    /// Too slow or set back (E28).
    Slow,
    /// Too fast (E28).
    Fast,
}

/// Phase of synchronisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum SyncPhase {
    /// Finding the newest page.
    Tip,
    /// Filling in older pages.
    History,
    /// Nothing left to do.
    Done,
    /// Paused by the user.
    Paused,
}

/// Progress of synchronisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SyncProgress {
    /// Phase.
    pub phase: SyncPhase,
    /// Pages checked in this phase.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub done: u64,
    /// Pages in this phase.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub total: u64,
    /// Oldest page linked so far.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub oldest: u64,
    /// Pages a second, smoothed; 0 while nothing moves.
    pub rate_per_s: u32,
    /// Seconds left, when known.
    pub seconds_left: Option<u32>,
    /// Ids of the authorities whose gateways gave good pages lately; the first is asked first.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<String>>"))]
    pub sources: Vec<String>,
}

/// Everything the status line needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// True for the demonstration network: the screen says so all the time.
    pub demonstration: bool,
    /// Chain id.
    pub network: String,
    /// Ledger.
    pub ledger: LedgerStatus,
    /// Authorities in validator order.
    pub authorities: Vec<AuthorityStatus>,
    /// Gateways that signed two answers that exclude each other, by number; the first pair of each.
    pub contradictions: Vec<ContradictionView>,
    /// Gateways that joined by decision, by number.
    pub joined: Vec<JoinedGateway>,
    /// Registers.
    pub registers: Vec<RegisterStatus>,
    /// Card.
    pub card: CardState,
    /// Synchronisation.
    pub sync: SyncProgress,
    /// Clock.
    pub clock: ClockState,
    /// Clock difference to the median of the authorities, milliseconds; positive = this computer is ahead.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub clock_offset_ms: Option<i64>,
    /// This computer's clock when the status was made.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub now_ms: i64,
    /// What happened to this program's own data and should be said once, for example E56 when it had to be made anew.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<Vec<ErrorInfo>>"))]
    pub notices: Vec<ErrorInfo>,
}

/// Language of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Estonian.
    Et,
    /// English.
    En,
    /// Russian.
    Ru,
}

/// Colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Size of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "lowercase")]
pub enum TextSize {
    /// 100 %.
    Normal,
    /// 125 %.
    Large,
    /// 150 %.
    Larger,
}

/// What the program remembers about how it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Language.
    pub language: Language,
    /// Colour scheme.
    pub theme: Theme,
    /// Text size.
    pub text_size: TextSize,
    /// Shared computer: nothing private touches the disk.
    pub shared_computer: bool,
    /// The system may show a notification of what is unexpected.
    #[serde(default)]
    pub notifications: bool,
    /// The person has chosen a language and whether this is a shared computer.
    #[serde(default)]
    pub welcomed: bool,
}
