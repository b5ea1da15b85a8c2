use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atoms::{Base64, Hex, Int};
use crate::cometbft::{FormatError, Validator, ValidatorSet};

#[derive(Serialize, Deserialize)]
struct KeyJson {
    #[serde(rename = "type")]
    kind: String,
    value: Base64,
}

#[derive(Serialize, Deserialize)]
struct ValidatorJson {
    #[serde(default)]
    address: Hex,
    pub_key: KeyJson,
    #[serde(default, alias = "power")]
    voting_power: Int,
    #[serde(default)]
    proposer_priority: Option<Int>,
}

const ED25519: &str = "tendermint/PubKeyEd25519";

impl From<&Validator> for ValidatorJson {
    fn from(v: &Validator) -> Self {
        Self {
            address: Hex(v.address.into()),
            pub_key: KeyJson {
                kind: ED25519.into(),
                value: Base64(v.pub_key.into()),
            },
            voting_power: Int(v.power.into()),
            proposer_priority: Some(Int(v.proposer_priority.into())),
        }
    }
}

impl TryFrom<ValidatorJson> for Validator {
    type Error = FormatError;

    fn try_from(v: ValidatorJson) -> Result<Self, FormatError> {
        if !matches!(
            v.pub_key.kind.as_str(),
            ED25519 | "cometbft/PubKeyEd25519" | "ed25519"
        ) {
            return Err(FormatError::KeyType);
        }
        let key = v.pub_key.value.0;
        let pub_key = key.as_slice().try_into().map_err(|_| FormatError::Length {
            what: "a public key",
            got: key.len(),
        })?;
        Ok(Self {
            address: v.address.fixed("an address")?,
            pub_key,
            power: u64::try_from(v.voting_power.0).map_err(|_| FormatError::Power)?,
            proposer_priority: i64::try_from(v.proposer_priority.unwrap_or_default().0)
                .map_err(|_| FormatError::Number)?,
        })
    }
}

super::json_through!(Validator, ValidatorJson);

#[derive(Serialize)]
struct ValidatorSetJson {
    validators: Vec<Validator>,
    total_voting_power: Int,
}

impl Serialize for ValidatorSet {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let total_voting_power = Int(self.total_power().into());
        ValidatorSetJson {
            validators: self.validators().to_vec(),
            total_voting_power,
        }
        .serialize(s)
    }
}

struct ValidatorSetVisitor;

impl<'de> Visitor<'de> for ValidatorSetVisitor {
    type Value = ValidatorSet;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a validator set or a list of validators")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<ValidatorSet, A::Error> {
        let validators = Vec::deserialize(value::SeqAccessDeserializer::new(seq))?;
        ValidatorSet::in_given_order(validators).map_err(A::Error::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ValidatorSet, A::Error> {
        let mut validators: Option<Vec<Validator>> = None;
        let mut stated = 0;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "validators" if validators.is_some() => {
                    return Err(A::Error::duplicate_field("validators"));
                }
                "validators" => validators = Some(map.next_value()?),
                "total_voting_power" => stated = map.next_value::<Int>()?.0,
                // The proposer follows from priorities that no hash covers: it must be a validator, and is not kept.
                "proposer" => drop(map.next_value::<Option<Validator>>()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let validators = validators.ok_or_else(|| A::Error::missing_field("validators"))?;
        let set = ValidatorSet::in_given_order(validators).map_err(A::Error::custom)?;
        if stated != 0 && stated != i128::from(set.total_power()) {
            return Err(A::Error::custom(FormatError::TotalPower));
        }
        Ok(set)
    }
}

impl<'de> Deserialize<'de> for ValidatorSet {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ValidatorSetVisitor)
    }
}
