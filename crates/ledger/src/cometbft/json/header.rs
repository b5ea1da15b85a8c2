use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atoms::{Hex, Int, Small, height};
use crate::cometbft::wire_types::app_hash;
use crate::cometbft::{BlockId, FormatError, Header, MAX_CHAIN_ID, PartSetHeader, Time, Version};

#[derive(Serialize, Deserialize, Default)]
struct VersionJson {
    block: Int,
    #[serde(default)]
    app: Int,
}

#[derive(Serialize, Deserialize, Default)]
struct PartsJson {
    #[serde(default)]
    total: Small,
    #[serde(default)]
    hash: Hex,
}

#[derive(Serialize, Deserialize, Default)]
pub struct BlockIdJson {
    #[serde(default)]
    hash: Hex,
    #[serde(default, alias = "part_set_header")]
    parts: PartsJson,
}

impl From<Option<&BlockId>> for BlockIdJson {
    fn from(id: Option<&BlockId>) -> Self {
        id.map_or_else(Self::default, |id| Self {
            hash: Some(id.hash).into(),
            parts: PartsJson {
                total: Small(i128::from(id.parts.total)),
                hash: Some(id.parts.hash).into(),
            },
        })
    }
}

impl BlockIdJson {
    pub fn into_id(self) -> Result<Option<BlockId>, FormatError> {
        let total = u32::try_from(self.parts.total.0).map_err(|_| FormatError::Number)?;
        match (
            self.hash.optional_hash()?,
            self.parts.hash.optional_hash()?,
            total,
        ) {
            (None, None, 0) => Ok(None),
            (Some(hash), Some(parts), total) => Ok(Some(BlockId {
                hash,
                parts: PartSetHeader { total, hash: parts },
            })),
            _ => Err(FormatError::IncompleteBlockId),
        }
    }
}

impl Serialize for BlockId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        BlockIdJson::from(Some(self)).serialize(s)
    }
}

impl<'de> Deserialize<'de> for BlockId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let id = BlockIdJson::deserialize(d)?
            .into_id()
            .map_err(D::Error::custom)?;
        id.ok_or_else(|| D::Error::custom(FormatError::IncompleteBlockId))
    }
}

#[derive(Serialize, Deserialize)]
struct HeaderJson {
    version: VersionJson,
    chain_id: String,
    height: Int,
    time: Time,
    #[serde(default)]
    last_block_id: Option<BlockIdJson>,
    #[serde(default)]
    last_commit_hash: Hex,
    #[serde(default)]
    data_hash: Hex,
    validators_hash: Hex,
    next_validators_hash: Hex,
    consensus_hash: Hex,
    #[serde(default)]
    app_hash: Hex,
    #[serde(default)]
    last_results_hash: Hex,
    #[serde(default)]
    evidence_hash: Hex,
    proposer_address: Hex,
}

impl From<&Header> for HeaderJson {
    fn from(h: &Header) -> Self {
        Self {
            version: VersionJson {
                block: Int(h.version.block.into()),
                app: Int(h.version.app.into()),
            },
            chain_id: h.chain_id.clone(),
            height: Int(h.height.into()),
            time: h.time,
            last_block_id: Some(h.last_block_id.as_ref().into()),
            last_commit_hash: h.last_commit_hash.into(),
            data_hash: h.data_hash.into(),
            validators_hash: Some(h.validators_hash).into(),
            next_validators_hash: Some(h.next_validators_hash).into(),
            consensus_hash: Some(h.consensus_hash).into(),
            app_hash: Hex(h.app_hash.clone()),
            last_results_hash: h.last_results_hash.into(),
            evidence_hash: h.evidence_hash.into(),
            proposer_address: Hex(h.proposer_address.into()),
        }
    }
}

impl TryFrom<HeaderJson> for Header {
    type Error = FormatError;

    fn try_from(h: HeaderJson) -> Result<Self, FormatError> {
        if h.chain_id.len() > MAX_CHAIN_ID {
            return Err(FormatError::ChainId);
        }
        let version = |n: Int| u64::try_from(n.0).map_err(|_| FormatError::Number);
        Ok(Self {
            version: Version {
                block: version(h.version.block)?,
                app: version(h.version.app)?,
            },
            chain_id: h.chain_id,
            height: height(h.height)?,
            time: h.time,
            last_block_id: h.last_block_id.unwrap_or_default().into_id()?,
            last_commit_hash: h.last_commit_hash.optional_hash()?,
            data_hash: h.data_hash.optional_hash()?,
            validators_hash: h.validators_hash.hash()?,
            next_validators_hash: h.next_validators_hash.hash()?,
            consensus_hash: h.consensus_hash.hash()?,
            app_hash: app_hash(&h.app_hash.0)?.to_vec(),
            last_results_hash: h.last_results_hash.optional_hash()?,
            evidence_hash: h.evidence_hash.optional_hash()?,
            proposer_address: h.proposer_address.fixed("an address")?,
        })
    }
}

super::json_through!(Header, HeaderJson);
