//! A network file for people.

use toend_client::dto::Language;
use toend_client::network::names;
use toend_ledger::network::NetworkFile;

use super::list::put;
use super::{line, name, value};
use crate::texts::{self, Text};

/// Who runs it, where trust starts, and the words to compare.
pub fn page(language: Language, file: &NetworkFile) -> String {
    let mut out = String::new();
    if file.demonstration {
        put(&mut out, texts::text(language, Text::Demonstration));
    }
    put(
        &mut out,
        &format!(
            "{} ({})",
            name(language, &names(&file.names)),
            file.chain_id
        ),
    );
    put(
        &mut out,
        &line(
            language,
            Text::Checkpoint,
            [
                ("height", file.checkpoint.height.to_string()),
                (
                    "time",
                    value::moment(
                        language,
                        i64::try_from(file.checkpoint.time_ms).unwrap_or(i64::MAX),
                    ),
                ),
            ],
        ),
    );
    put(
        &mut out,
        &format!("  {}", hex::encode(file.checkpoint.header_hash)),
    );
    put(
        &mut out,
        &format!(
            "{}: {}",
            texts::text(language, Text::Words),
            file.fingerprint().join(" ")
        ),
    );
    put(
        &mut out,
        &format!("{}:", texts::text(language, Text::Authorities)),
    );
    for authority in &file.authorities {
        put(
            &mut out,
            &format!(
                "  {} ({})  {}",
                name(language, &names(&authority.names)),
                authority.id,
                authority.gateway
            ),
        );
    }
    put(
        &mut out,
        &format!("{}:", texts::text(language, Text::Registers)),
    );
    for register in &file.registers {
        put(
            &mut out,
            &format!(
                "  {} ({})  {}",
                name(language, &names(&register.names)),
                register.id,
                register.authority
            ),
        );
    }
    out
}
