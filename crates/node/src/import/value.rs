//! A field's value from what a file says.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toend_ledger::cbor::Value;
use toend_ledger::schema::{Field, FieldKind};

use super::json::{self, Json};
use super::reason::{Code, Reason};
use crate::registers::MAX_ROWS;

/// Another way in which a file writes values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// As `docs/formats/import.md` says: cents, days as `2026-11-22`, a point in decimals.
    #[default]
    Plain,
    /// An amount in euros, `1234.50` or `1234,50`, for cents.
    Euro,
    /// A decimal with a comma.
    Comma,
    /// A day as `22.11.2026`.
    DayMonthYear,
}

/// Most places after the point of a decimal.
const MAX_PLACES: usize = 9;

/// The value, or none where nothing stands. Rows come as an array of rows.
pub fn read(
    field: &'static Field,
    spelling: Spelling,
    cell: &Json,
) -> Result<Option<Value>, Reason> {
    let text = match cell {
        Json::Null => return Ok(None),
        Json::Text(text) if text.is_empty() => return Ok(None),
        Json::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let wrong = |code| Reason::field(code, field.name);
    let value = match (field.kind, text, cell) {
        (FieldKind::Text | FieldKind::Code, Some(text), _) => Some(Value::text(text)),
        (FieldKind::Date, Some(text), _) => Some(Value::Text(day(text, spelling))),
        (FieldKind::Int, Some(text), _) => {
            Some(Value::Int(whole(text).ok_or_else(|| wrong(Code::Number))?))
        }
        (FieldKind::Money, Some(text), _) => {
            let cents = match spelling {
                Spelling::Euro => euros(text),
                _ => whole(text),
            };
            Some(Value::Int(cents.ok_or_else(|| wrong(Code::Number))?))
        }
        // A bare number would leave open whether it means euros or cents.
        (FieldKind::Money, _, Json::Int(_)) if spelling == Spelling::Euro => None,
        (FieldKind::Int | FieldKind::Money | FieldKind::Time, _, Json::Int(number)) => {
            Some(Value::Int(*number))
        }
        (FieldKind::Time, Some(text), _) => {
            Some(Value::Int(instant(text).ok_or_else(|| wrong(Code::Time))?))
        }
        (FieldKind::Decimal, Some(text), _) => {
            let point = if spelling == Spelling::Comma {
                ','
            } else {
                '.'
            };
            let (digits, places) =
                decimal(text, point, MAX_PLACES).ok_or_else(|| wrong(Code::Number))?;
            Some(crate::registers::decimal(digits, places))
        }
        (FieldKind::Decimal, _, Json::Int(number)) => Some(crate::registers::decimal(*number, 0)),
        (FieldKind::Bool, Some("true"), _) | (FieldKind::Bool, _, Json::Bool(true)) => {
            Some(Value::Bool(true))
        }
        (FieldKind::Bool, Some("false"), _) | (FieldKind::Bool, _, Json::Bool(false)) => {
            Some(Value::Bool(false))
        }
        (FieldKind::Bool, Some(_), _) => return Err(wrong(Code::Bool)),
        (FieldKind::Rows(columns), Some(text), _) => {
            let list = json::value(text).ok_or_else(|| wrong(Code::Rows))?;
            Some(rows(field, columns, &list)?)
        }
        (FieldKind::Rows(columns), None, list) => Some(rows(field, columns, list)?),
        (_, _, Json::Inexact) => return Err(wrong(Code::Number)),
        _ => None,
    };
    value.map(Some).ok_or_else(|| wrong(Code::Type))
}

/// The rows of a group: arrays in column order, or objects by the columns' names.
fn rows(field: &'static Field, columns: &'static [Field], list: &Json) -> Result<Value, Reason> {
    let Json::List(list) = list else {
        return Err(Reason::field(Code::Rows, field.name));
    };
    if list.len() > MAX_ROWS {
        return Err(Reason::field(Code::Oversize, field.name));
    }
    let cell = |column, cell: &Json| {
        let value = read(column, Spelling::Plain, cell)?;
        Ok(value.unwrap_or_else(|| Value::Array(Vec::new())))
    };
    let rows = list.iter().map(|row| match row {
        Json::List(cells) if cells.len() == columns.len() => columns
            .iter()
            .zip(cells)
            .map(|(column, value)| cell(column, value))
            .collect::<Result<Vec<_>, _>>(),
        Json::Object(members) => {
            let known = |name: &String| columns.iter().any(|column| column.name == name);
            if !members.iter().all(|(name, _)| known(name)) {
                return Err(Reason::field(Code::UnknownField, field.name));
            }
            columns
                .iter()
                .map(|column| {
                    let member = members.iter().find(|(name, _)| name == column.name);
                    cell(column, member.map_or(&Json::Null, |(_, value)| value))
                })
                .collect()
        }
        _ => Err(Reason::field(Code::Rows, field.name)),
    });
    let rows = rows.map(|row| row.map(Value::Array));
    Ok(Value::Array(rows.collect::<Result<_, _>>()?))
}

/// A whole number: digits, perhaps with a minus.
pub fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Digits and places of a decimal number.
fn decimal(text: &str, point: char, most: usize) -> Option<(i64, i64)> {
    let (before, after) = text.split_once(point).unwrap_or((text, ""));
    if text.ends_with(point) || after.len() > most {
        return None;
    }
    if !after.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    whole(before)?;
    let digits = whole(&format!("{before}{after}"))?;
    Some((digits, i64::try_from(after.len()).ok()?))
}

/// Cents of an amount in euros.
fn euros(text: &str) -> Option<i64> {
    let point = if text.contains(',') { ',' } else { '.' };
    let (digits, places) = decimal(text, point, 2)?;
    let factor = match places {
        0 => 100,
        1 => 10,
        _ => 1,
    };
    digits.checked_mul(factor)
}

/// Seconds since the Unix epoch, from them or from RFC 3339.
fn instant(text: &str) -> Option<i64> {
    whole(text).or_else(|| {
        let instant = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        Some(instant.unix_timestamp())
    })
}

/// The ISO spelling of a day; what is none stays as it is, for the schema to refuse.
fn day(text: &str, spelling: Spelling) -> String {
    if spelling == Spelling::DayMonthYear
        && let [d1, d2, b'.', m1, m2, b'.', year @ ..] = text.as_bytes()
        && let (Ok(year), Ok(day)) = (std::str::from_utf8(year), std::str::from_utf8(&[*d1, *d2]))
        && let Ok(month) = std::str::from_utf8(&[*m1, *m2])
    {
        return format!("{year}-{month}-{day}");
    }
    if spelling == Spelling::DayMonthYear {
        return String::from("-");
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use toend_ledger::schema::by_name;

    fn field(schema: &str, name: &str) -> &'static Field {
        let schema = by_name(schema).unwrap();
        schema.field(schema.position(name).unwrap()).unwrap()
    }

    fn text(words: &str) -> Json {
        Json::Text(words.to_owned())
    }

    #[test]
    fn numbers_have_one_meaning() {
        let gross = field("tsd", "gross");
        let plain = |cell: &Json| read(gross, Spelling::Plain, cell).map_err(|reason| reason.code);
        assert_eq!(plain(&text("-120")), Ok(Some(Value::Int(-120))));
        assert_eq!(plain(&Json::Int(7)), Ok(Some(Value::Int(7))));
        for bad in ["12.50", "+1", "1e3", " 1", "", "9223372036854775808"] {
            let wanted = if bad.is_empty() {
                Ok(None)
            } else {
                Err(Code::Number)
            };
            assert_eq!(plain(&text(bad)), wanted, "{bad}");
        }
        let euro = |words: &str| read(gross, Spelling::Euro, &text(words));
        assert_eq!(euro("1234,5"), Ok(Some(Value::Int(123_450))));
        assert_eq!(euro("-0.05"), Ok(Some(Value::Int(-5))));
        assert_eq!(euro("12"), Ok(Some(Value::Int(1200))));
        for bad in ["1.234,50", "1,234", "1.", "92233720368547758.08"] {
            assert!(euro(bad).is_err(), "{bad}");
        }
        assert!(read(gross, Spelling::Euro, &Json::Int(12)).is_err());
        let lab = field("lab", "value");
        let kept = crate::registers::decimal(540, 2);
        assert_eq!(
            read(lab, Spelling::Plain, &text("5.40")),
            Ok(Some(kept.clone()))
        );
        assert_eq!(read(lab, Spelling::Comma, &text("5,40")), Ok(Some(kept)));
        assert!(read(lab, Spelling::Plain, &Json::Inexact).is_err());
    }

    #[test]
    fn days_times_and_truth() {
        let date = field("visit", "date");
        assert_eq!(
            read(date, Spelling::DayMonthYear, &text("05.02.2026")),
            Ok(Some(Value::Text("2026-02-05".to_owned())))
        );
        let began = field("visit", "started_at");
        assert_eq!(
            read(began, Spelling::Plain, &text("2026-02-05T10:00:00.9+02:00")),
            Ok(Some(Value::Int(1_770_278_400)))
        );
        let closed = field("visit", "closed");
        assert_eq!(
            read(closed, Spelling::Plain, &text("true")),
            Ok(Some(Value::Bool(true)))
        );
        assert!(read(closed, Spelling::Plain, &text("1")).is_err());
    }

    #[test]
    fn rows_come_as_arrays_or_objects() {
        let diagnoses = field("visit", "diagnoses");
        let by_name = read(
            diagnoses,
            Spelling::Plain,
            &text(r#"[{"code":"J00","first":true}]"#),
        );
        let by_place = read(
            diagnoses,
            Spelling::Plain,
            &text(r#"[["J00",null,null,true]]"#),
        );
        assert_eq!(by_name, by_place);
        assert!(by_name.is_ok());
        for bad in [
            r#"{"code":"J00"}"#,
            r#"[["J00"]]"#,
            r#"[{"kood":"J00"}]"#,
            "[",
        ] {
            assert!(
                read(diagnoses, Spelling::Plain, &text(bad)).is_err(),
                "{bad}"
            );
        }
    }
}
