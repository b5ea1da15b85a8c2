//! Field values: a small, strict subset of deterministic CBOR (RFC 8949 §4.2.1).
//!
//! Integers that fit an `i64`, byte strings, NFC text, booleans and arrays; *absent* is the CBOR `undefined`, allowed only as
//! a whole field value. No floats, maps, tags or indefinite lengths. A value has one encoding: decoding and encoding
//! again gives the same bytes, or the bytes are refused (review finding 3.4). Text that could change how its neighbours
//! are read (byte order mark, bidirectional controls, control characters) is refused too.

mod decode;
mod encode;

use thiserror::Error;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

pub use decode::{decode, decode_within};
pub use encode::{encode, encode_within};

/// Bounds of one decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of the whole value.
    pub bytes: usize,
    /// Most levels of arrays inside each other.
    pub depth: usize,
    /// Whether *absent* may be the whole value.
    pub absent: bool,
}

impl Limits {
    /// Of a field value: 64 KiB, four levels.
    pub const FIELD: Self = Self {
        bytes: 64 * 1024,
        depth: 4,
        absent: true,
    };
    /// Of the document in a proof file: 1 MiB, ten levels.
    pub const DOCUMENT: Self = Self {
        bytes: 1024 * 1024,
        depth: 10,
        absent: false,
    };
}

/// A field value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Cents, seconds, counts and every other number.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text in Unicode normalisation form C.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A fixed group of values.
    Array(Vec<Self>),
    /// The position is not used by this record.
    Absent,
}

impl Value {
    /// Text, brought into normalisation form C.
    pub fn text(text: &str) -> Self {
        Self::Text(text.nfc().collect())
    }
}

/// Why bytes are no value, or a value cannot be written. The sender is to blame when decoding, the caller when encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CborError {
    /// The bytes end inside an item.
    #[error("the bytes end inside an item")]
    Short,
    /// Bytes follow the value.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// More bytes than allowed.
    #[error("a value has at most {limit} bytes; this one has {got}")]
    TooLong {
        /// Most bytes allowed.
        limit: usize,
        /// Bytes given.
        got: usize,
    },
    /// Arrays inside each other deeper than allowed.
    #[error("arrays may be {0} levels deep, no more")]
    TooDeep(usize),
    /// A number or length written longer than necessary.
    #[error("a number or length is not in its shortest form")]
    NotShortest,
    /// An integer beyond 64 signed bits.
    #[error("an integer does not fit 64 bits")]
    IntegerRange,
    /// Floats, maps, tags, indefinite lengths, null and the rest.
    #[error("item {0:#04x} is not part of the subset")]
    NotInSubset(u8),
    /// *Absent* inside an array, or where it is not allowed at all.
    #[error("absent is only allowed as a whole field")]
    AbsentInside,
    /// Text that is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// Text in another normalisation form.
    #[error("a text is not in normalisation form C")]
    NotNfc,
    /// A character that could disguise the text around it.
    #[error("a text holds the control character U+{0:04X}")]
    Control(u32),
}

/// What both directions demand of a text.
fn check_text(text: &str) -> Result<(), CborError> {
    if let Some(bad) = text.chars().find(|c| is_disguise(*c)) {
        return Err(CborError::Control(bad as u32));
    }
    if is_nfc(text) {
        Ok(())
    } else {
        Err(CborError::NotNfc)
    }
}

/// Byte order mark, bidirectional controls, and controls other than line feed and tab.
const fn is_disguise(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
