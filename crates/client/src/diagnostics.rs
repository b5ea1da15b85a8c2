//! Technical state as text, for a report of a fault. Never a name, a code, a list or a record.

use std::fmt::Write as _;

use crate::dto::Status;
use crate::providers::Provider;

/// Writes the report.
pub fn text(status: &Status, stored_bytes: u64, providers: &[Provider]) -> String {
    let mut out = String::new();
    let ledger = &status.ledger;
    let mut line = |name: &str, value: String| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{name}: {value}");
    };
    line("program", format!("toend {}", env!("CARGO_PKG_VERSION")));
    line(
        "system",
        format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    );
    line(
        "network",
        format!(
            "{} (demonstration: {})",
            status.network, status.demonstration
        ),
    );
    line(
        "ledger",
        format!(
            "{:?}, page {}, time {}",
            ledger.state, ledger.height, ledger.time_ms
        ),
    );
    line("cross-checked", ledger.cross_checked.join(", "));
    line(
        "clock",
        format!("{:?}, {:?} ms", status.clock, status.clock_offset_ms),
    );
    line(
        "sync",
        format!(
            "{:?}, {} of {}, {}/s",
            status.sync.phase, status.sync.done, status.sync.total, status.sync.rate_per_s
        ),
    );
    for authority in &status.authorities {
        let signed = authority.recent.iter().filter(|signed| **signed).count();
        line(
            &authority.id,
            format!(
                "answering {}, {:?} ms, signed {signed} of {}",
                authority.answering,
                authority.latency_ms,
                authority.recent.len()
            ),
        );
    }
    for provider in providers {
        line(
            &format!("gateway of {}", provider.authority()),
            provider.origin(),
        );
    }
    line(
        "card",
        format!(
            "{:?}, {} readers, {} cards",
            status.card.kind,
            status.card.readers.len(),
            status.card.cards.len()
        ),
    );
    line("stored", format!("{stored_bytes} bytes"));
    for notice in &status.notices {
        line("notice", notice.code.clone());
    }
    out
}
