//! Evidence that the ledger broke its rules, as a file that a stranger can verify.
//!
//! JSON, `toend-evidence/1` (`docs/formats/evidence.md`). It holds the network file and two versions of one page; nothing in it
//! is about a person. Here it is only read and written; what it proves is the client's to judge.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::cometbft::{Header, LightBlock, MAX_JSON};
use crate::json_depth::{self, MAX_DEPTH};
use crate::network::NetworkFile;

/// The format that this program reads and writes.
pub const FORMAT: &str = "toend-evidence/1";
/// Most bytes of an evidence file.
pub const MAX_EVIDENCE: usize = MAX_JSON;
/// Most pages on one side.
const MAX_PAGES: usize = 256;

/// A file with evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// [`FORMAT`].
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
        if named.format != FORMAT {
            return Err(if named.format.starts_with("toend-evidence/") {
                EvidenceError::NewerVersion
            } else {
                EvidenceError::NotEvidence
            });
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| EvidenceError::NotEvidence)?;
        // Read again as a network file, for the checks that only that reading makes.
        NetworkFile::decode(&file.network.encode()).map_err(|_| EvidenceError::NotEvidence)?;
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
        }
    }
}
