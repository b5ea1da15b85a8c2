//! CometBFT's JSON: 64-bit numbers as strings, hashes in upper-case hex, keys and signatures in base64, times in RFC 3339.
//!
//! Reading allows what real nodes and tendermint-rs write differently: `null` for an empty hash, `parts` or
//! `part_set_header`, numbers with or without quotes, a validator set as an object or as the bare list of `/validators`.

mod atoms;
mod commit;
mod header;
mod validators;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Commit, FormatError, Header, LightBlock, SignedHeader, ValidatorSet};

/// Largest JSON text that is read, in bytes: a light block with 10,000 validators fits.
pub const MAX_JSON: usize = 16 << 20;

/// Reads any of this module's types from JSON, within [`MAX_JSON`].
pub fn read_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, FormatError> {
    if text.len() > MAX_JSON {
        return Err(FormatError::TooMany {
            what: "bytes of JSON",
            got: text.len(),
            limit: MAX_JSON,
        });
    }
    serde_json::from_slice(text).map_err(|e| FormatError::Json(e.to_string()))
}

/// Serde through a plain struct of JSON fields, checked on the way in.
macro_rules! json_through {
    ($type:ty, $raw:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                <$raw>::from(self).serialize(s)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                <$raw>::deserialize(d)?.try_into().map_err(D::Error::custom)
            }
        }
    };
}
use json_through;

#[derive(Serialize, Deserialize)]
struct SignedHeaderJson {
    header: Header,
    commit: Commit,
}

impl From<&SignedHeader> for SignedHeaderJson {
    fn from(s: &SignedHeader) -> Self {
        Self {
            header: s.header.clone(),
            commit: s.commit.clone(),
        }
    }
}

impl TryFrom<SignedHeaderJson> for SignedHeader {
    type Error = FormatError;

    fn try_from(s: SignedHeaderJson) -> Result<Self, FormatError> {
        Ok(Self {
            header: s.header,
            commit: s.commit,
        })
    }
}

json_through!(SignedHeader, SignedHeaderJson);

#[derive(Serialize, Deserialize)]
struct LightBlockJson {
    signed_header: SignedHeader,
    #[serde(alias = "validators")]
    validator_set: ValidatorSet,
    #[serde(
        default,
        alias = "next_validators",
        skip_serializing_if = "Option::is_none"
    )]
    next_validator_set: Option<ValidatorSet>,
}

impl From<&LightBlock> for LightBlockJson {
    fn from(b: &LightBlock) -> Self {
        Self {
            signed_header: b.signed_header.clone(),
            validator_set: b.validator_set.clone(),
            next_validator_set: b.next_validator_set.clone(),
        }
    }
}

impl TryFrom<LightBlockJson> for LightBlock {
    type Error = FormatError;

    fn try_from(b: LightBlockJson) -> Result<Self, FormatError> {
        let mut block = Self {
            signed_header: b.signed_header,
            validator_set: b.validator_set,
            next_validator_set: b.next_validator_set,
        };
        block.order_sets();
        Ok(block)
    }
}

json_through!(LightBlock, LightBlockJson);
