//! Evidence that the ledger broke its rules: kept when it is found, shown, saved as a file that a stranger can verify.
//!
//! The file is JSON, `toend-evidence/1` (`docs/formats/evidence.md`). It holds the network file and two signed versions of one
//! page; nothing in it is about a person. [`verify`](mod@verify) needs nothing else: no account, no gateway, no data folder.

mod verify;

use serde::{Deserialize, Serialize};
use toend_ledger::cometbft::{Header, LightBlock, MAX_JSON};
use toend_ledger::network::NetworkFile;
use toend_light_client::sync::{Evidence, ProviderId};

use crate::dto::{EvidenceKind, EvidenceView, Names};
use crate::network::{authority_of, names};
use crate::providers::check_depth;
use crate::records::rows::signed;

pub use self::verify::{Finding, Judgement, Reason, verify};

/// The format that this program reads and writes.
pub const FORMAT: &str = "toend-evidence/1";
/// Most bytes of an evidence file.
pub const MAX_EVIDENCE: usize = MAX_JSON;
/// Deepest nesting of an evidence file; ours reach 9.
const MAX_DEPTH: usize = 24;
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

/// As the light client's evidence lies in the store.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kept {
    Blocks {
        common: Box<LightBlock>,
        first_source: u16,
        first: Vec<LightBlock>,
        second_source: u16,
        second: Vec<LightBlock>,
    },
    Links {
        upper: Box<Header>,
        lower: Box<Header>,
    },
}

/// The part of a file that says what it is.
#[derive(Deserialize)]
struct Named {
    format: String,
}

impl EvidenceFile {
    /// From what the store keeps; `None` when it is damaged.
    pub fn from_store(
        network: &NetworkFile,
        found_ms: u64,
        body: &[u8],
        source: impl Fn(u16) -> Option<String>,
    ) -> Option<Self> {
        let conflict = match serde_json::from_slice(body).ok()? {
            Kept::Blocks {
                common,
                first_source,
                first,
                second_source,
                second,
            } => Conflict::Blocks {
                common,
                first: Side {
                    source: source(first_source),
                    blocks: first,
                },
                second: Side {
                    source: source(second_source),
                    blocks: second,
                },
            },
            Kept::Links { upper, lower } => Conflict::Links { upper, lower },
        };
        Some(Self {
            format: FORMAT.to_owned(),
            found_ms,
            network: network.clone(),
            conflict,
        })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`crate::ClientError::Stopped`] when it has no JSON form, which cannot happen.
    pub fn encode(&self) -> Result<Vec<u8>, crate::ClientError> {
        let mut out = serde_json::to_vec_pretty(self).map_err(|_| crate::ClientError::Stopped)?;
        out.push(b'\n');
        Ok(out)
    }

    /// Reads a file within its limits.
    ///
    /// # Errors
    /// [`Reason`]: what it is instead of evidence.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        if bytes.len() > MAX_EVIDENCE {
            return Err(Reason::TooLarge);
        }
        if !check_depth(bytes, MAX_DEPTH) {
            return Err(Reason::NotEvidence);
        }
        let named: Named = serde_json::from_slice(bytes).map_err(|_| Reason::NotEvidence)?;
        if named.format != FORMAT {
            return Err(if named.format.starts_with("toend-evidence/") {
                Reason::NewerVersion
            } else {
                Reason::NotEvidence
            });
        }
        let file: Self = serde_json::from_slice(bytes).map_err(|_| Reason::NotEvidence)?;
        // Read again as a network file, for the checks that only that reading makes.
        NetworkFile::decode(&file.network.encode()).map_err(|_| Reason::NotEvidence)?;
        if let Conflict::Blocks { first, second, .. } = &file.conflict {
            let fits = |side: &Side| (1..=MAX_PAGES).contains(&side.blocks.len());
            if !fits(first) || !fits(second) {
                return Err(Reason::NotEvidence);
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

    /// Ids of the authorities that certainly broke the rules: they signed both pages in one round.
    pub fn double_signers(&self) -> Vec<String> {
        let Conflict::Blocks {
            common,
            first,
            second,
        } = &self.conflict
        else {
            return Vec::new();
        };
        let evidence = Evidence::Blocks {
            common: common.clone(),
            first_source: ProviderId(0),
            first: first.blocks.clone(),
            second_source: ProviderId(1),
            second: second.blocks.clone(),
        };
        evidence
            .double_signers()
            .iter()
            .filter_map(|address| authority_of(&self.network, address))
            .collect()
    }

    /// As a screen shows it.
    pub fn view(&self) -> EvidenceView {
        let last_common_ms = match &self.conflict {
            Conflict::Blocks { common, .. } => Some(signed(common.header().time.millis())),
            Conflict::Links { .. } => None,
        };
        EvidenceView {
            kind: EvidenceKind::Fork,
            found_ms: signed(self.found_ms),
            height: self.height(),
            last_common_ms,
            authorities: self.names(&self.double_signers()),
        }
    }

    fn names(&self, ids: &[String]) -> Vec<Names> {
        self.network
            .authorities
            .iter()
            .filter(|authority| ids.contains(&authority.id))
            .map(|authority| names(&authority.names))
            .collect()
    }
}
