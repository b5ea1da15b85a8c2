//! 32 bytes as 64 lower-case hexadecimal digits.

use serde::{Deserialize as _, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(bytes))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut out = [0; 32];
    // One spelling per value: capitals are refused.
    if text.bytes().any(|byte| byte.is_ascii_uppercase())
        || hex::decode_to_slice(&text, &mut out).is_err()
    {
        return Err(serde::de::Error::custom(
            "64 lower-case hexadecimal digits expected",
        ));
    }
    Ok(out)
}

/// The same where the value may be left out.
pub(super) mod optional {
    use serde::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<[u8; 32]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => super::serialize(bytes, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        super::deserialize(deserializer).map(Some)
    }
}
