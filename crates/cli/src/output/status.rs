//! The ledger in a few lines.

use toend_client::dto::{Language, Status};

use super::list::put;
use super::{authority, line, value};
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
    for gateway in &status.joined {
        let name = named(language, status, &gateway.authority);
        put(&mut out, &format!("{name}: {}", gateway.address));
    }
    out
}
