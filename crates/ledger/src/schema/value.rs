//! Whether a value fits the field it stands in.

use thiserror::Error;

use super::{Field, FieldKind};
use crate::cbor::Value;

/// Most places after the point of a decimal.
const MAX_PLACES: i64 = 9;

/// A value does not fit its field. The register that sealed it is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KindError {
    /// The value's type is not that of the field.
    #[error("the value of field {0} has the wrong type")]
    Type(&'static str),
    /// A date that is no calendar day, written `YYYY-MM-DD`.
    #[error("the value of field {0} is no calendar day")]
    Date(&'static str),
    /// A row has more or fewer cells than its group has columns.
    #[error("a row of field {0} has the wrong number of cells")]
    Columns(&'static str),
}

/// Checks the value in a position. An unused position fits every field.
pub fn check(field: &'static Field, value: &Value) -> Result<(), KindError> {
    match (field.kind, value) {
        (_, Value::Absent)
        | (FieldKind::Text | FieldKind::Code, Value::Text(_))
        | (FieldKind::Int | FieldKind::Money | FieldKind::Time, Value::Int(_))
        | (FieldKind::Bool, Value::Bool(_)) => Ok(()),
        (FieldKind::Date, Value::Text(day)) => {
            is_day(day).then_some(()).ok_or(KindError::Date(field.name))
        }
        (FieldKind::Decimal, Value::Array(parts)) => match parts.as_slice() {
            [Value::Int(_), Value::Int(0..=MAX_PLACES)] => Ok(()),
            _ => Err(KindError::Type(field.name)),
        },
        (FieldKind::Rows(_), Value::Array(parts)) => match parts.as_slice() {
            [Value::Int(0..), Value::Bytes(root)] if root.len() == 32 => Ok(()),
            _ => Err(KindError::Type(field.name)),
        },
        _ => Err(KindError::Type(field.name)),
    }
}

/// Checks one row of a repeated group. An unused cell is an empty array.
pub fn check_row(field: &'static Field, row: &Value) -> Result<(), KindError> {
    let (FieldKind::Rows(columns), Value::Array(cells)) = (field.kind, row) else {
        return Err(KindError::Type(field.name));
    };
    if cells.len() != columns.len() {
        return Err(KindError::Columns(field.name));
    }
    columns
        .iter()
        .zip(cells)
        .try_for_each(|(column, cell)| match cell {
            Value::Array(parts) if parts.is_empty() => Ok(()),
            Value::Absent => Err(KindError::Type(column.name)),
            other => check(column, other),
        })
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else {
        return false;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0u16, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u16::from(digit - b'0'))
        })
    };
    let (Some(year), Some(month), Some(day)) = (
        number(&[y1, y2, y3, y4]),
        number(&[m1, m2]),
        number(&[d1, d2]),
    ) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}
