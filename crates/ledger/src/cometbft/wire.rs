//! Protocol Buffers, written canonically and read strictly: fields ascend, numbers are shortest, defaults are left away.

use super::FormatError;

pub const VARINT: u8 = 0;
pub const FIXED64: u8 = 1;
pub const BYTES: u8 = 2;

pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_tag(out: &mut Vec<u8>, field: u32, kind: u8) {
    put_varint(out, u64::from(field) << 3 | u64::from(kind));
}

/// A number field, left away when zero.
pub fn put_uint(out: &mut Vec<u8>, field: u32, value: u64) {
    if value != 0 {
        put_tag(out, field, VARINT);
        put_varint(out, value);
    }
}

/// A signed number field: negative ones take ten bytes.
pub fn put_int(out: &mut Vec<u8>, field: u32, value: i64) {
    put_uint(out, field, value.cast_unsigned());
}

pub fn put_sfixed64(out: &mut Vec<u8>, field: u32, value: u64) {
    if value != 0 {
        put_tag(out, field, FIXED64);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// A bytes or string field, left away when empty.
pub fn put_bytes(out: &mut Vec<u8>, field: u32, value: &[u8]) {
    if !value.is_empty() {
        put_tag(out, field, BYTES);
        put_varint(out, value.len() as u64);
        out.extend_from_slice(value);
    }
}

/// A message field, written even when empty.
pub fn put_message(out: &mut Vec<u8>, field: u32, body: impl FnOnce(&mut Vec<u8>)) {
    put_tag(out, field, BYTES);
    let start = out.len();
    out.push(0);
    body(out);
    put_length(out, start);
}

/// Sets the length of everything after the placeholder byte at `start`, making room when one byte is not enough.
pub fn put_length(out: &mut Vec<u8>, start: usize) {
    let length = out.len() - start - 1;
    if length < 0x80 {
        if let Some(slot) = out.get_mut(start) {
            *slot = length as u8;
        }
    } else {
        let mut prefix = Vec::with_capacity(10);
        put_varint(&mut prefix, length as u64);
        out.splice(start..=start, prefix);
    }
}

/// Reads the fields of one message in ascending order. [`end`](Self::end) refuses whatever was not asked for.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Everything must have been read.
    pub fn end(mut self) -> Result<(), FormatError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        let tag = self.varint()?;
        Err(FormatError::UnexpectedField(
            u32::try_from(tag >> 3).unwrap_or(u32::MAX),
        ))
    }

    fn varint(&mut self) -> Result<u64, FormatError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let Some((byte, rest)) = self.rest.split_first() else {
                return Err(FormatError::Truncated);
            };
            self.rest = rest;
            let low = u64::from(byte & 0x7f);
            if shift == 63 && low > 1 {
                return Err(FormatError::Number);
            }
            value |= low << shift;
            if byte & 0x80 == 0 {
                // A last byte of zero is a longer way to write the same number.
                return if *byte == 0 && shift > 0 {
                    Err(FormatError::Number)
                } else {
                    Ok(value)
                };
            }
        }
        Err(FormatError::Number)
    }

    /// Steps over the tag if the next field is this one.
    fn tag(&mut self, field: u32, kind: u8) -> Result<bool, FormatError> {
        if self.rest.is_empty() {
            return Ok(false);
        }
        let before = self.rest;
        let tag = self.varint()?;
        if tag >> 3 != u64::from(field) {
            self.rest = before;
            return Ok(false);
        }
        if tag & 7 == u64::from(kind) {
            Ok(true)
        } else {
            Err(FormatError::UnexpectedField(field))
        }
    }

    pub fn uint(&mut self, field: u32) -> Result<u64, FormatError> {
        if !self.tag(field, VARINT)? {
            return Ok(0);
        }
        match self.varint()? {
            0 => Err(FormatError::DefaultWritten(field)),
            value => Ok(value),
        }
    }

    pub fn int(&mut self, field: u32) -> Result<i64, FormatError> {
        self.uint(field).map(u64::cast_signed)
    }

    pub fn u32(&mut self, field: u32) -> Result<u32, FormatError> {
        u32::try_from(self.uint(field)?).map_err(|_| FormatError::Number)
    }

    fn delimited(&mut self) -> Result<&'a [u8], FormatError> {
        let length = usize::try_from(self.varint()?).map_err(|_| FormatError::Truncated)?;
        let (value, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(FormatError::Truncated)?;
        self.rest = rest;
        Ok(value)
    }

    /// A bytes field; empty when it is not there.
    pub fn bytes(&mut self, field: u32) -> Result<&'a [u8], FormatError> {
        if !self.tag(field, BYTES)? {
            return Ok(&[]);
        }
        match self.delimited()? {
            [] => Err(FormatError::DefaultWritten(field)),
            value => Ok(value),
        }
    }

    /// A message field that may be absent or stand several times.
    pub fn message(&mut self, field: u32) -> Result<Option<&'a [u8]>, FormatError> {
        if self.tag(field, BYTES)? {
            self.delimited().map(Some)
        } else {
            Ok(None)
        }
    }

    /// A message field that is always written.
    pub fn required(&mut self, field: u32) -> Result<&'a [u8], FormatError> {
        self.message(field)?.ok_or(FormatError::MissingField(field))
    }
}
