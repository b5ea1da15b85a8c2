//! The report about a proof file.

use std::collections::BTreeMap;

use toend_client::dto::{
    Answer, AnswerKind, FieldValue, FileReport, Language, Outcome, RegisterId,
};
use toend_ledger::network::NetworkFile;

use super::list::put;
use super::{line, tame, value};
use crate::texts::{self, Text};

/// Outcome, four answers, what was proven.
pub fn page(language: Language, network: &NetworkFile, report: &FileReport) -> String {
    let mut out = String::new();
    if network.demonstration {
        put(&mut out, texts::text(language, Text::Demonstration));
    }
    let (outcome, key) = match report.outcome {
        Outcome::TotalPassed => ("TOTAL_PASSED", "check.out.TOTAL_PASSED"),
        Outcome::TotalFailed => ("TOTAL_FAILED", "check.out.TOTAL_FAILED"),
        Outcome::Indeterminate => ("INDETERMINATE", "check.out.INDETERMINATE"),
    };
    put(
        &mut out,
        &format!(
            "{outcome} {} – {}",
            report.reason,
            texts::word(language, key)
        ),
    );
    for (question, answer) in [
        ("check.q.unaltered", &report.unaltered),
        ("check.q.issuer", &report.issuer),
        ("check.q.current", &report.current),
        ("check.q.audience", &report.audience),
    ] {
        put(
            &mut out,
            &format!(
                "  {} {}",
                texts::word(language, question),
                said(language, network, answer)
            ),
        );
    }
    for statement in &report.statements {
        out.push('\n');
        let register = RegisterId::from_id(&statement.register)
            .map_or(statement.register.as_str(), |id| {
                texts::register(language, id)
            });
        put(
            &mut out,
            &format!(
                "{} · {register} · v{}",
                texts::schema(language, &statement.schema),
                statement.version
            ),
        );
        if let Some(sealed) = &statement.sealed {
            put(
                &mut out,
                &line(
                    language,
                    Text::SealedBetween,
                    [
                        ("height", sealed.height.to_string()),
                        ("from", value::moment(language, sealed.from_ms)),
                        (
                            "until",
                            value::moment(language, sealed.until_ms.unwrap_or(sealed.from_ms)),
                        ),
                    ],
                ),
            );
        }
        for field in &statement.fields {
            let label = texts::field(language, &statement.schema, &field.name);
            put(
                &mut out,
                &format!("  {label}: {}", value::value(language, &field.value)),
            );
            if let FieldValue::Rows(rows) = &field.value {
                for cells in rows {
                    let cells: Vec<String> = cells
                        .values()
                        .map(|cell| value::value(language, cell))
                        .collect();
                    put(&mut out, &format!("    - {}", cells.join("; ")));
                }
            }
        }
        if statement.hidden > 0 {
            put(
                &mut out,
                &format!(
                    "  {}",
                    line(
                        language,
                        Text::Hidden,
                        [("count", statement.hidden.to_string())]
                    )
                ),
            );
        }
    }
    out
}

fn said(language: Language, network: &NetworkFile, answer: &Answer) -> String {
    let kind = match answer.answer {
        AnswerKind::Yes => texts::word(language, "check.a.yes"),
        AnswerKind::No => texts::word(language, "check.a.no"),
        AnswerKind::CannotTell => texts::word(language, "check.a.cannotTell"),
    };
    let mut params: BTreeMap<String, String> = answer.params.clone();
    for key in ["time", "until"] {
        if let Some(at) = params.get(key).and_then(|ms| ms.parse().ok()) {
            params.insert(key.to_owned(), value::moment(language, at));
        }
    }
    if let Some(id) = params
        .get("register")
        .and_then(|id| RegisterId::from_id(id))
    {
        params.insert(
            "register".to_owned(),
            texts::register(language, id).to_owned(),
        );
    }
    if let Some(authority) = params.get("authority").and_then(|id| network.authority(id)) {
        let names = &authority.names;
        let name = match language {
            Language::Et => &names.et,
            Language::En => &names.en,
            Language::Ru => &names.ru,
        };
        params.insert("authority".to_owned(), name.clone());
    }
    let reason = texts::find(language, &format!("check.reasons.{}", answer.reason))
        .map_or_else(|| answer.reason.clone(), |text| texts::fill(text, &params));
    tame(&format!("{kind}. {reason}"), 600)
}
