//! Lists of records.

use std::fmt::Write as _;

use toend_client::dto::{FieldValue, Language, RecordList, RecordRow, Session, Status};
use toend_ledger::schema;

use super::{line, sign, status, tame, value};
use crate::texts::{self, Text};

/// Widest title.
const TITLE: usize = 60;
/// Parts of a title.
const PARTS: usize = 3;

/// All lists with what stands behind them.
pub fn page(language: Language, now: &Status, session: &Session, lists: &[RecordList]) -> String {
    let mut out = String::new();
    if now.demonstration {
        put(&mut out, texts::text(language, Text::Demonstration));
    }
    put(&mut out, &status::ledger(language, now));
    put(
        &mut out,
        &tame(&format!("{} {}", session.given, session.surname), 100),
    );
    for list in lists {
        out.push('\n');
        out.push_str(&one(language, list));
    }
    out
}

/// One list.
pub fn one(language: Language, list: &RecordList) -> String {
    let mut out = String::new();
    let register = texts::register(language, list.register);
    let name = match list.subject.kind.as_str() {
        "company" => format!("{register}, {}", tame(&list.subject.name, 80)),
        _ => register.to_owned(),
    };
    let head = match (list.ledger_count, list.as_of_ms, list.as_of_height) {
        (Some(count), Some(time), Some(height)) => line(
            language,
            Text::ListHead,
            [
                ("name", name),
                ("held", list.held_count.to_string()),
                ("count", count.to_string()),
                ("time", value::moment(language, time)),
                ("height", height.to_string()),
            ],
        ),
        _ => line(language, Text::ListUnknown, [("name", name)]),
    };
    put(&mut out, &head);
    for problem in &list.problems {
        put(
            &mut out,
            &format!("  ! {}", texts::error(language, problem)),
        );
    }
    if !list.answered && !list.rows.is_empty() {
        put(
            &mut out,
            &format!("  {}", texts::text(language, Text::FromSaved)),
        );
    }
    if list.rows.is_empty() && list.ledger_count == Some(0) {
        put(
            &mut out,
            &format!("  {}", texts::text(language, Text::Empty)),
        );
    }
    let width = list.rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    for row in &list.rows {
        put(&mut out, &format!("  {}", self::row(language, row, width)));
    }
    out
}

fn row(language: Language, row: &RecordRow, width: usize) -> String {
    let verdict = row.verdict.verdict;
    let word = texts::verdict(language, verdict);
    let date = if row.date.is_empty() {
        "          ".to_owned()
    } else {
        value::date(language, &row.date)
    };
    let kind = if row.schema.is_empty() {
        "–".to_owned()
    } else {
        texts::schema(language, &row.schema)
    };
    let version = if row.superseded {
        format!(" (v{})", row.version)
    } else {
        String::new()
    };
    let title = title(language, row);
    format!(
        "{} {word}  {date}  {:width$}  {kind}{version}  {title}",
        sign(verdict),
        row.id
    )
    .trim_end()
    .to_owned()
}

/// A few words about a record: its first summary fields in the order of the schema.
fn title(language: Language, row: &RecordRow) -> String {
    let Some(known) = schema::by_name(&row.schema) else {
        return String::new();
    };
    let words = |found: &FieldValue| {
        matches!(
            found,
            FieldValue::Text(_) | FieldValue::Money(_) | FieldValue::Decimal { .. }
        )
    };
    let codes = |found: &FieldValue| matches!(found, FieldValue::Code(_) | FieldValue::Int(_));
    let summary: Vec<&FieldValue> = known
        .summary()
        .filter_map(|(_, field)| row.fields.get(field.name))
        .collect();
    let chosen = summary
        .iter()
        .filter(|found| words(found))
        .chain(summary.iter().filter(|found| codes(found)));
    let mut parts: Vec<String> = chosen
        .take(PARTS)
        .map(|found| value::value(language, found))
        .collect();
    // A measured value says nothing without its unit.
    if let (Some(FieldValue::Code(unit)), Some(last)) = (row.fields.get("unit"), parts.last_mut()) {
        last.push(' ');
        last.push_str(unit);
    }
    tame(&parts.join(" · "), TITLE)
}

pub(super) fn put(out: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{text}");
}
