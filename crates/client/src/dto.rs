//! The screen contract: every type that crosses from Rust to a screen or a terminal.
//!
//! Rust never writes user text. A screen gets codes, numbers and the record's own words; the words of the program come from
//! the translation files. `cargo xtask codegen` writes these types as TypeScript to `ui/src/backend/types/`.
//! Times are milliseconds since the Unix epoch; heights are called *page* on screen.

mod card;
mod file;
mod network;
mod offices;
mod program;
mod record;
mod refusal;
mod status;

pub use card::{
    CardInfo, CardKind, CardState, DemoCardInfo, PinContext, PinKind, PinTries, Session, SubjectRef,
};
pub use file::{Answer, AnswerKind, FileReport, FileStatement, Outcome, SavedFile};
pub use network::{
    ContradictionKind, ContradictionView, EvidenceAnswer, EvidenceFate, EvidenceView,
    NetworkAuthority, NetworkView,
};
pub use offices::{
    AuthorityOffice, Decided, EpochOffice, FaultEvidence, FaultNote, FaultSort, GatewayOffice,
    IssuerOffice, OfficeKey, Offices, RegisterOffice, RightOffice, RulesOffice,
};
pub use program::{
    About, Component, ComponentKind, OpenTarget, Page, StorageKind, StoragePart, StorageUse,
};
pub use record::{
    Check, CheckState, FieldValue, FieldView, ProofNumbers, ProofView, RecordList, RecordRow,
    RecordView, SealedInterval, SeriesPoint, SignerView, Verdict, VerdictInfo, VersionView,
};
pub use refusal::{Refusal, RefusalNext};
pub use status::{
    AuthorityStatus, Blame, CheckpointView, ClockState, ErrorInfo, JoinedGateway, Language,
    LedgerState, LedgerStatus, Names, RegisterId, RegisterStatus, Settings, Status, SyncPhase,
    SyncProgress, TextSize, Theme,
};
