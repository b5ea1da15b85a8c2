//! The network that is followed, and evidence that it broke its rules.

use serde::{Deserialize, Serialize};
use toend_ledger::gateway::EvidenceOutcome;

use super::{ErrorInfo, Names, RegisterId};

/// An authority of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct NetworkAuthority {
    /// Its names.
    pub names: Names,
    /// Registers it keeps, of those this program knows.
    pub registers: Vec<RegisterId>,
}

/// A network file, as two people compare it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct NetworkView {
    /// Chain id.
    pub chain_id: String,
    /// True when everything in this network is a demonstration without legal effect.
    pub demonstration: bool,
    /// Ten words of the file's digest.
    pub words: Vec<String>,
    /// What a QR code of it carries: `toend:network?v=1&chain=…&digest=…`.
    pub qr: String,
    /// Who runs it.
    pub authorities: Vec<NetworkAuthority>,
    /// Page where trust begins.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub checkpoint_height: u64,
    /// Ledger time of that page.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub checkpoint_ms: i64,
    /// Gateway addresses the file names; not trusted.
    pub endpoints: Vec<String>,
    /// This network is followed now.
    pub in_use: bool,
    /// It was handed over as a file: it is not the demonstration network of this computer, even if it is another's.
    pub from_file: bool,
}

/// How two answers of a gateway about filings exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum ContradictionKind {
    /// One page of the ledger in two versions.
    Pages,
    /// One filing sealed on two pages.
    Places,
    /// One filing sealed, and not.
    Sealed,
}

/// A gateway signed two answers that exclude each other; they are kept on this computer and were judged here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ContradictionView {
    /// Number of the gateway on the ledger.
    pub gateway: u16,
    /// Id of the authority that runs it.
    pub authority: String,
    /// How they exclude each other.
    pub kind: ContradictionKind,
    /// When it was found, by this computer's clock.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub found_ms: i64,
    /// The newer page that the answers name.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub height: u64,
}

/// Evidence of two versions of the ledger, kept on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// When it was found, by this computer's clock.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub found_ms: i64,
    /// Page of the conflict.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub height: u64,
    /// Ledger time of the last page that both versions share, if it is known.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub last_common_ms: Option<i64>,
    /// Authorities that certainly signed both. Empty when signatures alone cannot tell.
    pub authorities: Vec<Names>,
    /// It is of the sort that authorities take: signed pages, of which validators can be accused.
    pub for_validators: bool,
}

/// What became of evidence at an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum EvidenceFate {
    /// Checked there, and on its way into the ledger.
    Taken,
    /// The ledger or this authority has it.
    Known,
    /// It proves nothing there.
    NotEvidence,
    /// The ledger looks back less far.
    TooOld,
    /// It is about another ledger.
    OtherLedger,
    /// It accuses no validator.
    NotForValidators,
    /// Nobody there judges validators, as in a demonstration network.
    NoEngine,
}

impl From<EvidenceOutcome> for EvidenceFate {
    fn from(outcome: EvidenceOutcome) -> Self {
        match outcome {
            EvidenceOutcome::Taken => Self::Taken,
            EvidenceOutcome::Known => Self::Known,
            EvidenceOutcome::NotEvidence => Self::NotEvidence,
            EvidenceOutcome::TooOld => Self::TooOld,
            EvidenceOutcome::OtherLedger => Self::OtherLedger,
            EvidenceOutcome::NotForValidators => Self::NotForValidators,
            EvidenceOutcome::NoEngine => Self::NoEngine,
        }
    }
}

/// An authority's answer to evidence that was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct EvidenceAnswer {
    /// Authority id.
    pub authority: String,
    /// What became of it; `null` without an answer.
    pub outcome: Option<EvidenceFate>,
    /// Why there is no answer.
    pub error: Option<ErrorInfo>,
}
