//! Reading values.

use super::{CborError, Limits, Value, check_text};

/// Reads a field value.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    decode_within(bytes, Limits::FIELD)
}

/// Reads a value within other limits than a field's.
pub fn decode_within(bytes: &[u8], limits: Limits) -> Result<Value, CborError> {
    if bytes.len() > limits.bytes {
        return Err(CborError::TooLong {
            limit: limits.bytes,
            got: bytes.len(),
        });
    }
    if limits.absent && bytes == [0xf7] {
        return Ok(Value::Absent);
    }
    let mut input = Input {
        rest: bytes,
        limits,
    };
    let value = input.item(limits.depth)?;
    if input.rest.is_empty() {
        Ok(value)
    } else {
        Err(CborError::Trailing(input.rest.len()))
    }
}

struct Input<'a> {
    rest: &'a [u8],
    limits: Limits,
}

impl Input<'_> {
    fn item(&mut self, depth: usize) -> Result<Value, CborError> {
        let [initial] = self.array::<1>()?;
        match initial {
            0xf4 => return Ok(Value::Bool(false)),
            0xf5 => return Ok(Value::Bool(true)),
            0xf7 => return Err(CborError::AbsentInside),
            _ => {}
        }
        let (major, short) = (initial >> 5, initial & 0x1f);
        if major > 4 {
            return Err(CborError::NotInSubset(initial));
        }
        let argument = self.argument(initial, short)?;
        Ok(match major {
            0 => Value::Int(i64::try_from(argument).map_err(|_| CborError::IntegerRange)?),
            1 => Value::Int(!i64::try_from(argument).map_err(|_| CborError::IntegerRange)?),
            2 => Value::Bytes(self.take(argument)?.to_vec()),
            3 => {
                let text =
                    std::str::from_utf8(self.take(argument)?).map_err(|_| CborError::NotUtf8)?;
                check_text(text)?;
                Value::Text(text.to_owned())
            }
            _ => {
                let depth = depth
                    .checked_sub(1)
                    .ok_or(CborError::TooDeep(self.limits.depth))?;
                // Every item takes a byte, so a larger count is a lie and must not reserve memory.
                if argument > self.rest.len() as u64 {
                    return Err(CborError::Short);
                }
                let mut items = Vec::with_capacity(argument as usize);
                for _ in 0..argument {
                    items.push(self.item(depth)?);
                }
                Value::Array(items)
            }
        })
    }

    fn argument(&mut self, initial: u8, short: u8) -> Result<u64, CborError> {
        let (value, least) = match short {
            0..24 => return Ok(u64::from(short)),
            24 => (u64::from(u8::from_be_bytes(self.array()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.array()?)), 0x100),
            26 => (u64::from(u32::from_be_bytes(self.array()?)), 0x1_0000),
            27 => (u64::from_be_bytes(self.array()?), 0x1_0000_0000),
            _ => return Err(CborError::NotInSubset(initial)),
        };
        if value < least {
            Err(CborError::NotShortest)
        } else {
            Ok(value)
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(CborError::Short)?;
        self.rest = rest;
        Ok(*head)
    }

    fn take(&mut self, n: u64) -> Result<&[u8], CborError> {
        let n = usize::try_from(n).map_err(|_| CborError::Short)?;
        let (head, rest) = self.rest.split_at_checked(n).ok_or(CborError::Short)?;
        self.rest = rest;
        Ok(head)
    }
}
