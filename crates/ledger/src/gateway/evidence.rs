//! Evidence against validators, handed in at a gateway: what becomes of it.

use serde::{Deserialize, Serialize};

/// Most bytes of an evidence file that a gateway takes. A client leaves out the pages between the last common one and those in
/// conflict: CometBFT does not look at them.
pub const MAX_EVIDENCE_REQUEST: usize = 1024 * 1024;

/// What became of evidence that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceOutcome {
    /// This authority's CometBFT has checked it and will propose it for a block.
    Taken,
    /// It stands on the ledger, or was handed in here before.
    Known,
    /// It proves nothing to this authority, or nothing that a validator could be accused of.
    NotEvidence,
    /// What it is about is older than CometBFT looks back, or than this authority has pages.
    TooOld,
    /// It is about another ledger.
    OtherLedger,
    /// Two answers of a gateway: CometBFT judges validators only. People judge these.
    NotForValidators,
    /// This gateway has no CometBFT to give it to.
    NoEngine,
}

impl EvidenceOutcome {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Known => "known",
            Self::NotEvidence => "not_evidence",
            Self::TooOld => "too_old",
            Self::OtherLedger => "other_ledger",
            Self::NotForValidators => "not_for_validators",
            Self::NoEngine => "no_engine",
        }
    }
}

/// A gateway's answer to evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceAnswer {
    /// What became of it.
    pub is: EvidenceOutcome,
}
