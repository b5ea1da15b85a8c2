//! Evidence that the ledger broke its rules, as a file that a stranger can verify.
//!
//! JSON, `toend-evidence/1` or `/2` (`docs/formats/evidence.md`). It holds the network file and two versions of one page, or two
//! answers of one gateway; nothing in it is about a person. Here it is only read and written; what it proves is the client's to judge.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cometbft::{Header, LightBlock, MAX_JSON};
use crate::gateway::{B64, FilingAnswer};
use crate::json_depth::{self, MAX_DEPTH};
use crate::network::NetworkFile;

/// The format of a file about two versions of a page.
pub const FORMAT: &str = "toend-evidence/1";
/// The format of a file about two answers of a gateway.
pub const FORMAT_ANSWERS: &str = "toend-evidence/2";
/// Most bytes of an evidence file.
pub const MAX_EVIDENCE: usize = MAX_JSON;
/// Most pages on one side.
const MAX_PAGES: usize = 256;

/// A file with evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// [`FORMAT`] or [`FORMAT_ANSWERS`].
    pub format: String,
    /// When it was found, by the finder's clock, Unix milliseconds. Proves nothing.
    pub found_ms: u64,
    /// The network file of the finder. Whoever verifies compares its ten words with those of one they trust.
    pub network: NetworkFile,
    /// What excludes each other.
    pub conflict: Conflict,
}

/// Two histories that exclude each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Conflict {
    /// Two signed pages of one height.
    Blocks {
        /// The last page that both sources showed.
        common: Box<LightBlock>,
        /// One side.
        first: Side,
        /// The other.
        second: Side,
    },
    /// A verified chain of hash links that does not meet an older header verified before. Headers carry no signatures, so a
    /// stranger cannot judge it by itself.
    Links {
        /// The lowest header of the upper chain.
        upper: Box<Header>,
        /// The older header it should link to.
        lower: Box<Header>,
    },
    /// Two answers to filings that no ledger could make a gateway sign.
    Answers {
        /// Whose key signed them.
        key: GatewayKey,
        /// One answer.
        first: FilingAnswer,
        /// The other.
        second: FilingAnswer,
    },
}

/// Where it says that a key is a gateway's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum GatewayKey {
    /// The genesis file, whose hash the network file names.
    Genesis {
        /// Its bytes.
        file: B64,
    },
    /// The ledger.
    Ledger {
        /// Value of the gateway's key `05` in the state.
        value: B64,
        /// Encoded proof of presence.
        proof: B64,
        /// The page that carries the state's root.
        block: Box<LightBlock>,
    },
}

/// One of two histories.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Id of the authority whose gateway gave it. Proves nothing: anybody could have.
    pub source: Option<String>,
    /// Pages above the common one, ascending; the last is in conflict.
    pub blocks: Vec<LightBlock>,
}

/// Why bytes are no evidence file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EvidenceError {
    /// Larger than allowed.
    #[error("the file is too large")]
    TooLarge,
    /// Something else.
    #[error("this is not an evidence file")]
    NotEvidence,
    /// A newer program wrote it.
    #[error("a newer program wrote this evidence file")]
    NewerVersion,
}

/// The part of a file that says what it is.
#[derive(Deserialize)]
struct Named {
    format: String,
}

impl EvidenceFile {
    /// Writes the file.
    ///
    /// # Errors
    /// When it has no JSON form, which cannot happen.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = serde_json::to_vec_pretty(self)?;
        out.push(b'\n');
        Ok(out)
    }

    /// Reads a file within its limits.
    ///
    /// # Errors
    /// [`EvidenceError`]: what it is instead of evidence.
    pub fn decode(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_EVIDENCE {
            return Err(EvidenceError::TooLarge);
        }
        if !json_depth::check(bytes, MAX_DEPTH) {
            return Err(EvidenceError::NotEvidence);
        }
        let named: Named = serde_json::from_slice(bytes).map_err(|_| EvidenceError::NotEvidence)?;
        if ![FORMAT, FORMAT_ANSWERS].contains(&named.format.as_str()) {
            return Err(if named.format.starts_with("toend-evidence/") {
                EvidenceError::NewerVersion
            } else {
                EvidenceError::NotEvidence
            });
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| EvidenceError::NotEvidence)?;
        // Read again as a network file, for the checks that only that reading makes.
        NetworkFile::decode(&file.network.encode()).map_err(|_| EvidenceError::NotEvidence)?;
        let answers = matches!(file.conflict, Conflict::Answers { .. });
        if answers != (file.format == FORMAT_ANSWERS) {
            return Err(EvidenceError::NotEvidence);
        }
        if let Conflict::Blocks { first, second, .. } = &file.conflict {
            let fits = |side: &Side| (1..=MAX_PAGES).contains(&side.blocks.len());
            if !fits(first) || !fits(second) {
                return Err(EvidenceError::NotEvidence);
            }
        }
        Ok(file)
    }

    /// Height of the conflict.
    pub fn height(&self) -> u64 {
        match &self.conflict {
            Conflict::Blocks { first, common, .. } => {
                first.blocks.last().unwrap_or(common).height()
            }
            Conflict::Links { lower, .. } => lower.height,
            Conflict::Answers { first, second, .. } => first.tip_height.max(second.tip_height),
        }
    }
}
