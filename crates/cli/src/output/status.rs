//! The ledger in a few lines.

use toend_client::dto::{ContradictionView, Language, Status};

use super::list::put;
use super::{authority, line, params, value};
use crate::texts::{self, Text};

/// The ledger on one line.
pub fn ledger(language: Language, status: &Status) -> String {
    if status.ledger.height == 0 {
        return texts::text(language, Text::LedgerNone).to_owned();
    }
    let signed = status
        .authorities
        .iter()
        .filter(|authority| authority.recent.last() == Some(&true))
        .count();
    line(
        language,
        Text::Ledger,
        [
            ("height", status.ledger.height.to_string()),
            ("time", value::moment(language, status.ledger.time_ms)),
            ("signed", signed.to_string()),
            ("total", status.authorities.len().to_string()),
        ],
    )
}

/// Progress on one line.
pub fn progress(language: Language, status: &Status) -> String {
    line(
        language,
        Text::Progress,
        [
            ("done", status.sync.done.to_string()),
            ("total", status.sync.total.to_string()),
            ("rate", status.sync.rate_per_s.to_string()),
        ],
    )
}

/// An authority's name by its id.
fn named(language: Language, status: &Status, id: &str) -> String {
    let known = status.authorities.iter().find(|one| one.id == id);
    authority(language, id, known.map(|one| &one.names))
}

/// Gateways that contradicted themselves, a line for each: whose, what it means, how to save the evidence.
pub fn contradictions(language: Language, status: &Status) -> Vec<String> {
    let known = status.contradictions.iter();
    let said = |one: &ContradictionView| {
        let name = params([("name", named(language, status, &one.authority))]);
        let what = texts::fill(texts::word(language, "contradicts.what"), &name);
        let means = texts::word(language, "contradicts.means");
        let number = [("gateway", one.gateway.to_string())];
        let save = line(language, Text::SaveGatewayEvidence, number);
        format!("{what} {means} {save}")
    };
    known.map(said).collect()
}

/// What was reached.
pub fn page(language: Language, status: &Status) -> String {
    let mut out = String::new();
    if status.demonstration {
        put(&mut out, texts::text(language, Text::Demonstration));
    }
    put(&mut out, &ledger(language, status));
    put(&mut out, progress(language, status).trim_end());
    let names: Vec<String> = status
        .ledger
        .cross_checked
        .iter()
        .map(|id| named(language, status, id))
        .collect();
    let names = if names.is_empty() {
        texts::word(language, "status.crossNone").to_owned()
    } else {
        names.join(", ")
    };
    put(
        &mut out,
        &format!("{}: {names}", texts::word(language, "status.cross")),
    );
    put(
        &mut out,
        &format!(
            "{}: {}",
            texts::word(language, "status.words"),
            status.ledger.words.join(" ")
        ),
    );
    for said in contradictions(language, status) {
        put(&mut out, &format!("! {said}"));
    }
    for gateway in &status.joined {
        let name = named(language, status, &gateway.authority);
        put(&mut out, &format!("{name}: {}", gateway.address));
    }
    out
}
