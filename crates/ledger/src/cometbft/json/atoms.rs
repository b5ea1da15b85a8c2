//! The ways CometBFT writes numbers, bytes and times in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::cometbft::{FormatError, Hash, MAX_HEIGHT, Time};

/// A 64-bit number, written as a string.
#[derive(Clone, Copy, Default)]
pub struct Int(pub i128);

/// A 32-bit number, written as a number.
#[derive(Clone, Copy, Default)]
pub struct Small(pub i128);

/// Bytes in upper-case hex.
#[derive(Clone, Default)]
pub struct Hex(pub Vec<u8>);

/// Bytes in base64; none are `null`, as Go writes a nil slice.
#[derive(Clone, Default)]
pub struct Base64(pub Vec<u8>);

pub struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = i128;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number, with or without quotes")
    }
    fn visit_i64<E>(self, value: i64) -> Result<i128, E> {
        Ok(i128::from(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<i128, E> {
        Ok(i128::from(value))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i128, E> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(E::custom(FormatError::Number));
        }
        text.parse().map_err(|_| E::custom(FormatError::Number))
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(NumberVisitor).map(Self)
    }
}

impl Serialize for Int {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Small {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(NumberVisitor).map(Self)
    }
}

impl Serialize for Small {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_i64(i64::try_from(self.0).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(d)?.unwrap_or_default();
        hex::decode(text).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode_upper(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(d)?.unwrap_or_default();
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| D::Error::custom("not base64"))
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() {
            s.serialize_none()
        } else {
            s.serialize_str(&STANDARD.encode(&self.0))
        }
    }
}

impl From<Option<Hash>> for Hex {
    fn from(hash: Option<Hash>) -> Self {
        Self(hash.map(Vec::from).unwrap_or_default())
    }
}

impl Hex {
    pub fn fixed<const N: usize>(&self, what: &'static str) -> Result<[u8; N], FormatError> {
        self.0
            .as_slice()
            .try_into()
            .map_err(|_| FormatError::Length {
                what,
                got: self.0.len(),
            })
    }

    pub fn hash(&self) -> Result<Hash, FormatError> {
        self.fixed("a hash")
    }

    pub fn optional_hash(&self) -> Result<Option<Hash>, FormatError> {
        if self.0.is_empty() {
            Ok(None)
        } else {
            self.hash().map(Some)
        }
    }
}

/// A height on the wire: 1 up to the signed limit.
pub fn height(value: Int) -> Result<u64, FormatError> {
    u64::try_from(value.0)
        .ok()
        .filter(|h| (1..=MAX_HEIGHT).contains(h))
        .ok_or(FormatError::Height)
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse_rfc3339(&text).map_err(D::Error::custom)
    }
}
