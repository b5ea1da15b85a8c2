//! `toend card show` and `toend card replay`: the library of the card crate, printed.

use std::path::Path;

use toend_id_card::cli;
use toend_id_card::replay::{MAX_SCRIPT, Outcome, ReplayError};

use super::print_json;
use crate::args::CardCommand;
use crate::failure::Failure;

/// Shows a card or replays a recording.
pub fn run(command: &CardCommand) -> Result<u8, Failure> {
    match command {
        CardCommand::Show {
            demo_card: Some(name),
            ..
        } => {
            if toend_id_card::demo::find(name).is_none() {
                return Err(Failure::Usage(format!(
                    "--demo-card {name}: mari-liis or igor"
                )));
            }
            print_json(&cli::show_demo(name)?)?;
            Ok(0)
        }
        CardCommand::Show {
            demo_card: None,
            reader,
        } => {
            print_json(&cli::show_reader(reader.as_deref())?)?;
            Ok(0)
        }
        CardCommand::Replay {
            script,
            op,
            pin,
            hash,
        } => replay(script, op, pin.as_deref(), hash.as_deref()),
    }
}

fn replay(path: &Path, op: &str, pin: Option<&str>, hash: Option<&str>) -> Result<u8, Failure> {
    let size = std::fs::metadata(path)
        .map_err(|problem| Failure::file(path, &problem))?
        .len();
    if size > MAX_SCRIPT as u64 {
        return Err(Failure::Usage(format!(
            "{}: {size} > {MAX_SCRIPT} bytes",
            path.display()
        )));
    }
    let script = std::fs::read_to_string(path).map_err(|problem| Failure::file(path, &problem))?;
    match cli::replay(&script, op, pin, hash) {
        Ok(report) => {
            print_json(&report)?;
            Ok(if matches!(report.outcome, Outcome::Error(_)) {
                2
            } else {
                0
            })
        }
        Err(error @ ReplayError::Differs(_)) => Err(Failure::Plain(error.to_string(), 1)),
        Err(ReplayError::Card(error)) => Err(error.into()),
        Err(error) => Err(Failure::Usage(format!("{}: {error}", path.display()))),
    }
}
