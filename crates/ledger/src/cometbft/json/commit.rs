use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atoms::{Base64, Hex, Int, NumberVisitor, Small, height};
use super::header::BlockIdJson;
use crate::cometbft::wire_types::check_count;
use crate::cometbft::{BlockIdFlag, Commit, CommitSig, FormatError, MAX_ROUND, Time};

/// A vote flag as a number or by its name in Go or Protocol Buffers.
#[derive(Clone, Copy)]
struct FlagJson(i128);

struct FlagVisitor;

impl Visitor<'_> for FlagVisitor {
    type Value = i128;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a vote flag")
    }
    fn visit_i64<E>(self, value: i64) -> Result<i128, E> {
        Ok(i128::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<i128, E> {
        Ok(i128::from(value))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i128, E> {
        match text {
            "BLOCK_ID_FLAG_ABSENT" | "BlockIDFlagAbsent" | "BlockIdFlagAbsent" => Ok(1),
            "BLOCK_ID_FLAG_COMMIT" | "BlockIDFlagCommit" | "BlockIdFlagCommit" => Ok(2),
            "BLOCK_ID_FLAG_NIL" | "BlockIDFlagNil" | "BlockIdFlagNil" => Ok(3),
            number => NumberVisitor.visit_str(number),
        }
    }
}

impl<'de> Deserialize<'de> for FlagJson {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(FlagVisitor).map(Self)
    }
}

impl Serialize for FlagJson {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Small(self.0).serialize(s)
    }
}

#[derive(Serialize, Deserialize)]
struct CommitSigJson {
    block_id_flag: FlagJson,
    #[serde(default)]
    validator_address: Hex,
    #[serde(default)]
    timestamp: Option<Time>,
    #[serde(default)]
    signature: Base64,
}

impl From<&CommitSig> for CommitSigJson {
    fn from(sig: &CommitSig) -> Self {
        let voted = sig.flag != BlockIdFlag::Absent;
        let present = |bytes: &[u8]| if voted { bytes.to_vec() } else { Vec::new() };
        Self {
            block_id_flag: FlagJson(sig.flag as i128),
            validator_address: Hex(present(&sig.address)),
            timestamp: Some(if voted { sig.time } else { Time::ZERO }),
            signature: Base64(present(&sig.signature)),
        }
    }
}

impl TryFrom<CommitSigJson> for CommitSig {
    type Error = FormatError;

    fn try_from(sig: CommitSigJson) -> Result<Self, FormatError> {
        let flag = i64::try_from(sig.block_id_flag.0).map_err(|_| FormatError::Number)?;
        // tendermint-rs takes 1970-01-01T00:00:00Z for "no time": right for an absent vote, and no vote has that time.
        let time = match sig.timestamp.filter(|time| *time != Time::UNIX_EPOCH) {
            Some(time) => time,
            None if flag == 1 => Time::ZERO,
            None => return Err(FormatError::Time),
        };
        Self::from_parts(flag, &sig.validator_address.0, time, &sig.signature.0)
    }
}

super::json_through!(CommitSig, CommitSigJson);

#[derive(Serialize, Deserialize)]
struct CommitJson {
    height: Int,
    #[serde(default)]
    round: Small,
    #[serde(default)]
    block_id: Option<BlockIdJson>,
    #[serde(default)]
    signatures: Option<Vec<CommitSig>>,
}

impl From<&Commit> for CommitJson {
    fn from(c: &Commit) -> Self {
        Self {
            height: Int(c.height.into()),
            round: Small(c.round.into()),
            block_id: Some(c.block_id.as_ref().into()),
            signatures: Some(c.signatures.clone()),
        }
    }
}

impl TryFrom<CommitJson> for Commit {
    type Error = FormatError;

    fn try_from(c: CommitJson) -> Result<Self, FormatError> {
        let signatures = c.signatures.unwrap_or_default();
        check_count("signatures", signatures.len())?;
        Ok(Self {
            height: height(c.height)?,
            round: u32::try_from(c.round.0)
                .ok()
                .filter(|r| *r <= MAX_ROUND)
                .ok_or(FormatError::Round)?,
            block_id: c.block_id.unwrap_or_default().into_id()?,
            signatures,
        })
    }
}

super::json_through!(Commit, CommitJson);
