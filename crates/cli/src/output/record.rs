//! One record and the five checks behind it.

use std::collections::BTreeMap;

use toend_client::dto::{Check, CheckState, FieldValue, Language, ProofView, RecordView, Status};

use super::list::put;
use super::{line, name, sign, tame, value};
use crate::texts::{self, Text};

/// Record, then proof.
pub fn page(
    language: Language,
    now: &Status,
    view: &RecordView,
    proof: Option<&ProofView>,
) -> String {
    let mut out = String::new();
    if now.demonstration {
        put(&mut out, texts::text(language, Text::Demonstration));
    }
    let row = &view.row;
    let kind = if row.schema.is_empty() {
        row.id.clone()
    } else {
        texts::schema(language, &row.schema)
    };
    let verdict = row.verdict.verdict;
    put(&mut out, &format!("{kind} · {}", row.id));
    let reason = texts::find(language, &format!("reason.{}", row.verdict.reason)).map_or_else(
        || row.verdict.reason.clone(),
        |text| texts::fill(text, &row.verdict.params),
    );
    put(
        &mut out,
        &format!(
            "{} {} – {reason}",
            sign(verdict),
            texts::verdict(language, verdict)
        ),
    );
    if let Some(sealed) = &view.sealed {
        let text = match sealed.until_ms {
            Some(until) => line(
                language,
                Text::SealedBetween,
                [
                    ("height", sealed.height.to_string()),
                    ("from", value::moment(language, sealed.from_ms)),
                    ("until", value::moment(language, until)),
                ],
            ),
            None => line(
                language,
                Text::SealedAfter,
                [
                    ("height", sealed.height.to_string()),
                    ("from", value::moment(language, sealed.from_ms)),
                ],
            ),
        };
        put(&mut out, &text);
    }
    if !view.fields.is_empty() {
        out.push('\n');
    }
    for field in view
        .fields
        .iter()
        .filter(|field| field.value != FieldValue::Absent)
    {
        let label = texts::field(language, &row.schema, &field.name);
        put(
            &mut out,
            &format!("  {label}: {}", value::value(language, &field.value)),
        );
        if let FieldValue::Rows(rows) = &field.value {
            for cells in rows {
                put(
                    &mut out,
                    &format!("    - {}", cells_line(language, &row.schema, cells)),
                );
            }
        }
    }
    if let Some(proof) = proof {
        out.push('\n');
        put(&mut out, texts::word(language, "proof.title"));
        let signed = |id: &str| {
            let signers = proof
                .numbers
                .as_ref()
                .map(|numbers| numbers.signers.as_slice())
                .unwrap_or_default();
            signers
                .iter()
                .any(|signer| signer.signed && signer.authority == id)
        };
        let signers: Vec<&str> = now
            .authorities
            .iter()
            .filter(|authority| signed(&authority.id))
            .map(|authority| name(language, &authority.names))
            .collect();
        for check in &proof.checks {
            put(
                &mut out,
                &format!("  {}", sentence(language, &signers, view, check)),
            );
        }
        put(&mut out, texts::word(language, "proof.limit"));
    }
    out
}

fn cells_line(language: Language, schema: &str, cells: &BTreeMap<String, FieldValue>) -> String {
    cells
        .iter()
        .filter(|(_, cell)| **cell != FieldValue::Absent)
        .map(|(column, cell)| {
            format!(
                "{} {}",
                texts::field(language, schema, column),
                value::value(language, cell)
            )
        })
        .collect::<Vec<_>>()
        .join("; ")
}

/// A check as a sentence: what it found, and by what.
fn sentence(language: Language, signers: &[&str], view: &RecordView, check: &Check) -> String {
    let (mark, state) = match check.state {
        CheckState::Fits => ('✓', "fits"),
        CheckState::Failed => ('✗', "failed"),
        CheckState::NotReached => ('·', "open"),
        CheckState::CannotTell => ('?', "open"),
    };
    let mut params = check.params.clone();
    params.insert("names".to_owned(), signers.join(", "));
    params.insert(
        "register".to_owned(),
        texts::register(language, view.row.register).to_owned(),
    );
    if let Some(sealed) = view.row.sealed_ms {
        params.insert("sealed".to_owned(), value::moment(language, sealed));
    }
    let checked = view.checked_at_ms;
    let time = params
        .get("time")
        .and_then(|ms| ms.parse().ok())
        .unwrap_or(checked);
    params.insert("time".to_owned(), value::moment(language, time));
    let head = texts::find(language, &format!("proof.{}.{state}", check.id))
        .map_or_else(|| check.id.clone(), |text| texts::fill(text, &params));
    let more = texts::find(language, &format!("proof.{}.{state}Text", check.id))
        .map(|text| format!(" {}", texts::fill(text, &params)))
        .unwrap_or_default();
    tame(&format!("{mark} {head}{more}"), 400)
}
