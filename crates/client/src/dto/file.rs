//! Checking and saving proof files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ErrorInfo, FieldView, SealedInterval};

/// Overall outcome, as EN 319 102 names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Everything that the file claims was proven.
    TotalPassed,
    /// Something is false.
    TotalFailed,
    /// Cannot be told.
    Indeterminate,
}

/// Yes, no or cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum AnswerKind {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Cannot tell.
    CannotTell,
}

/// One of the four answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Answer.
    pub answer: AnswerKind,
    /// Stable reason; translation key `check.reasons.<reason>`.
    pub reason: String,
    /// Parameters.
    pub params: BTreeMap<String, String>,
}

/// One proven statement of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FileStatement {
    /// Register id (`health` …).
    pub register: String,
    /// Issuing authority id.
    pub authority: String,
    /// Schema name.
    pub schema: String,
    /// Version of the record.
    pub version: u32,
    /// Disclosed fields, verified.
    pub fields: Vec<FieldView>,
    /// Fields of the schema that were not disclosed.
    pub hidden: u32,
    /// When it was sealed, if the file says and proves it.
    pub sealed: Option<SealedInterval>,
}

/// Result of checking one file, offline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// Outcome.
    pub outcome: Outcome,
    /// Machine sub-reason, for example `OK`, `CONTENT_MISMATCH`, `NOT_A_PROOF_FILE`, `NEWER_VERSION`, `TOO_LARGE`.
    pub reason: String,
    /// Error for the screen when the file is not readable as a proof file (E37, E38, E43).
    pub error: Option<ErrorInfo>,
    /// Unaltered?
    pub unaltered: Answer,
    /// Issued by whom?
    pub issuer: Answer,
    /// Still current as of?
    pub current: Answer,
    /// Meant for me?
    pub audience: Answer,
    /// Ledger page and time the file speaks of.
    pub as_of: Option<SealedInterval>,
    /// Statements that were proven; empty when the outcome is not passed.
    pub statements: Vec<FileStatement>,
    /// Size in bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Where the file is, for its name and for checking it again. Never part of a report that leaves this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub path: Option<String>,
}

/// Result of saving a file through a dialog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SavedFile {
    /// False when the user cancelled.
    pub saved: bool,
    /// Where, for showing.
    pub path: String,
}
