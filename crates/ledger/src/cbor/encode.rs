//! Writing values.

use super::{CborError, Limits, Value, check_text};

/// Writes a field value.
pub fn encode(value: &Value) -> Result<Vec<u8>, CborError> {
    encode_within(value, Limits::FIELD)
}

/// Writes a value within other limits than a field's.
pub fn encode_within(value: &Value, limits: Limits) -> Result<Vec<u8>, CborError> {
    let mut out = Vec::new();
    if *value == Value::Absent {
        if !limits.absent {
            return Err(CborError::AbsentInside);
        }
        out.push(0xf7);
    } else {
        item(&mut out, value, limits.depth, limits)?;
    }
    if out.len() > limits.bytes {
        return Err(CborError::TooLong {
            limit: limits.bytes,
            got: out.len(),
        });
    }
    Ok(out)
}

fn item(out: &mut Vec<u8>, value: &Value, depth: usize, limits: Limits) -> Result<(), CborError> {
    match value {
        Value::Int(n) if *n >= 0 => head(out, 0, n.unsigned_abs()),
        Value::Int(n) => head(out, 1, !n.cast_unsigned()),
        Value::Bytes(bytes) => {
            head(out, 2, bytes.len() as u64);
            out.extend_from_slice(bytes);
        }
        Value::Text(text) => {
            check_text(text)?;
            head(out, 3, text.len() as u64);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            let depth = depth
                .checked_sub(1)
                .ok_or(CborError::TooDeep(limits.depth))?;
            head(out, 4, items.len() as u64);
            for inside in items {
                item(out, inside, depth, limits)?;
            }
        }
        Value::Bool(false) => out.push(0xf4),
        Value::Bool(true) => out.push(0xf5),
        Value::Absent => return Err(CborError::AbsentInside),
    }
    Ok(())
}

/// Major type and argument, in the shortest form.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    let [.., a, b] = bytes;
    let [_, _, _, _, tail @ ..] = bytes;
    if argument < 24 {
        out.push(major | b);
    } else if argument < 0x100 {
        out.extend_from_slice(&[major | 0x18, b]);
    } else if argument < 0x1_0000 {
        out.extend_from_slice(&[major | 0x19, a, b]);
    } else if argument < 0x1_0000_0000 {
        out.push(major | 0x1a);
        out.extend_from_slice(&tail);
    } else {
        out.push(major | 0x1b);
        out.extend_from_slice(&bytes);
    }
}
