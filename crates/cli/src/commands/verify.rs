//! `toend verify`: offline, without card, network or data folder.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use toend_client::dto::Outcome;
use toend_client::{check, network};

use super::{print, print_json};
use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::report;

/// Checks a proof file.
pub async fn run(arguments: &Arguments, file: &Path, json: bool) -> Result<u8, Failure> {
    let trusted = match &arguments.network {
        None => network::demonstration(),
        Some(path) => {
            network::decode(&std::fs::read(path).map_err(|problem| Failure::file(path, &problem))?)?
        }
    };
    let bytes = toend_client::read_file(file)
        .await
        .map_err(|_| Failure::Usage(format!("{}: {}", file.display(), unreadable(file))))?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    let verdict = check::check(&bytes, &trusted, u64::try_from(now).unwrap_or(u64::MAX));
    if json {
        print_json(&verdict)?;
    } else {
        print(&report::page(arguments.language(), &trusted, &verdict))?;
    }
    Ok(match verdict.outcome {
        Outcome::TotalPassed => 0,
        Outcome::TotalFailed => 1,
        Outcome::Indeterminate => 2,
    })
}

fn unreadable(file: &Path) -> String {
    std::fs::File::open(file)
        .err()
        .map_or_else(|| "?".to_owned(), |problem| problem.to_string())
}
