//! Lists, records, verdicts and the proof panel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CheckpointView, ErrorInfo, RegisterId, SubjectRef};

/// The six verdicts. *Cannot check* is never shown as *altered*, nor as good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// The record is the sealed one, complete and current.
    Proven,
    /// The contents are not what the register sealed.
    Altered,
    /// The ledger holds an entry the register did not give.
    Withheld,
    /// A newer version exists.
    OldVersion,
    /// Received, not yet in the ledger.
    NotYetSealed,
    /// No statement possible now.
    CannotCheck,
}

/// A verdict with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VerdictInfo {
    /// Verdict.
    pub verdict: Verdict,
    /// Stable reason, for example `contentMismatch`, `wrongSalt`, `headAhead`, `gatewaySilent`; translation key `reasons.<reason>`.
    pub reason: String,
    /// Parameters of the reason.
    pub params: BTreeMap<String, String>,
}

/// One field's value, typed; a screen formats it for its language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "t", content = "v", rename_all = "camelCase")]
pub enum FieldValue {
    /// Text of the record, shown as text only.
    Text(String),
    /// Whole number.
    Int(#[cfg_attr(feature = "ts", ts(type = "number"))] i64),
    /// Money in euro cents.
    Money(#[cfg_attr(feature = "ts", ts(type = "number"))] i64),
    /// Decimal: digits and how many of them stand after the point.
    Decimal {
        /// Value times ten to the `places`.
        #[cfg_attr(feature = "ts", ts(type = "number"))]
        digits: i64,
        /// Places after the point.
        places: u8,
    },
    /// ISO date `2026-11-20`.
    Date(String),
    /// Seconds since the Unix epoch.
    Time(#[cfg_attr(feature = "ts", ts(type = "number"))] i64),
    /// Yes or no.
    Bool(bool),
    /// A code of a code system named by the schema; translation key `codes.<field>.<code>` where one exists.
    Code(String),
    /// Repeated group: rows of named values.
    Rows(Vec<BTreeMap<String, FieldValue>>),
    /// The position is unused.
    Absent,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FieldView {
    /// Field name; translation key `fields.<schema>.<name>`.
    pub name: String,
    /// Position in the schema.
    pub position: u16,
    /// Verified value.
    pub value: FieldValue,
}

/// One row of a list. A withheld entry is a row too: `fields` is empty then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RecordRow {
    /// Id for `record` and `proof`: `<register>-<subject>-<n>`, opaque.
    pub id: String,
    /// Register.
    pub register: RegisterId,
    /// Index in the list, from 1; 0 for an entry not yet sealed.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub n: u64,
    /// Schema name, for example `visit`, `prescription`, `lab`, `vaccination`, `tsd`, `kmd`; empty when unknown (withheld).
    pub schema: String,
    /// Version of the record.
    pub version: u32,
    /// A newer version of the same record stands later in the list.
    pub superseded: bool,
    /// Date to sort and show by, ISO; empty when unknown.
    pub date: String,
    /// Summary fields of the schema, by name, verified unless the verdict says otherwise.
    pub fields: BTreeMap<String, FieldValue>,
    /// Verdict.
    pub verdict: VerdictInfo,
    /// Ledger time not before, when sealed.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub sealed_ms: Option<i64>,
    /// When the register took it, for an entry not yet sealed.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub received_ms: Option<i64>,
}

/// A list with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RecordList {
    /// Register.
    pub register: RegisterId,
    /// Whose.
    pub subject: SubjectRef,
    /// Entries the ledger proves; `null` when not known now. Never 0 for a register that did not answer.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub ledger_count: Option<u64>,
    /// Entries in hand and proven.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub held_count: u64,
    /// The register answered now; otherwise the saved copy is shown.
    pub answered: bool,
    /// Ledger time the list is complete as of.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub as_of_ms: Option<i64>,
    /// Page it is complete as of.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub as_of_height: Option<u64>,
    /// Alarm or error about the list as a whole (E31 to E36, E29), most severe first.
    pub problems: Vec<ErrorInfo>,
    /// Rows, newest index first.
    pub rows: Vec<RecordRow>,
}

/// What was sealed existed no later than `until` and was not accepted before `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SealedInterval {
    /// Page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub height: u64,
    /// Not accepted before.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub from_ms: i64,
    /// Existed no later than; `null` while that page is not verified here.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub until_ms: Option<i64>,
}

/// One version of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VersionView {
    /// Row id.
    pub id: String,
    /// Version, from 1.
    pub version: u32,
    /// Index in the list.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub n: u64,
    /// Current one.
    pub current: bool,
    /// Ledger time.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub sealed_ms: Option<i64>,
}

/// One point of a series of the same analyte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SeriesPoint {
    /// Row id.
    pub id: String,
    /// ISO date.
    pub date: String,
    /// Value.
    pub value: FieldValue,
    /// Lower end of the reference range.
    pub low: FieldValue,
    /// Upper end of the reference range.
    pub high: FieldValue,
    /// Verdict of that record; only proven points are drawn.
    pub verdict: Verdict,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// Its row.
    pub row: RecordRow,
    /// All fields; empty unless the contents were verified.
    pub fields: Vec<FieldView>,
    /// When it was sealed.
    pub sealed: Option<SealedInterval>,
    /// When this computer checked it.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub checked_at_ms: i64,
    /// Versions, oldest first.
    pub versions: Vec<VersionView>,
    /// Series of the same analyte, oldest first; empty for other records.
    pub series: Vec<SeriesPoint>,
}

/// State of one check in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// Fits.
    Fits,
    /// Does not fit.
    Failed,
    /// Not reached because an earlier one failed.
    NotReached,
    /// Cannot be told now.
    CannotTell,
}

/// One joint of the chain: `unchanged`, `complete`, `current`, `signed`, `here`, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Which.
    pub id: String,
    /// State.
    pub state: CheckState,
    /// Parameters of its sentence (`fields`, `n`, `count`, `version`, `signed`, `needed`, `total`, times in ms).
    pub params: BTreeMap<String, String>,
}

/// One authority under a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SignerView {
    /// Authority id.
    pub authority: String,
    /// Its signature was verified here.
    pub signed: bool,
}

/// The proof in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ProofNumbers {
    /// Sealed in page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sealed_height: u64,
    /// Proven against page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub proof_height: u64,
    /// Ledger time of that page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub proof_time_ms: i64,
    /// Index.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub n: u64,
    /// Entries in the list.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub count: Option<u64>,
    /// Version.
    pub version: u32,
    /// Fields of the record.
    pub fields: u32,
    /// Depth of the state proof.
    pub depth: u32,
    /// Who signed, in validator order.
    pub signers: Vec<SignerView>,
    /// State root, lower-case hex.
    pub state_root: String,
    /// Header hash, lower-case hex.
    pub header_hash: String,
    /// Record commitment `C`, lower-case hex.
    pub commitment: String,
    /// Time the checks took, microseconds.
    pub micros: u32,
}

/// "Why can I trust this?"
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ProofView {
    /// Row id.
    pub id: String,
    /// Verdict.
    pub verdict: VerdictInfo,
    /// Five checks.
    pub checks: Vec<Check>,
    /// Numbers; absent when nothing is proven.
    pub numbers: Option<ProofNumbers>,
    /// Where trust starts.
    pub checkpoint: Option<CheckpointView>,
    /// Raw proof as text (JSON), for copying.
    pub raw: String,
}
