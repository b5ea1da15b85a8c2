//! The commands for an authority's register.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use toend_node::authority::{self, Config};
use toend_node::import::records::Form;
use toend_node::import::{self, ImportError, Summary, Told};
use toend_node::journal::{self, Level, journal};

use crate::backup_commands::{self, KeepCommand};

#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Takes an existing register in from a CSV or NDJSON file. Started again, it goes on where it stopped.
    Import(Box<Import>),
    #[command(flatten)]
    Keep(KeepCommand),
}

#[derive(Debug, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "one for each switch")]
pub struct Import {
    /// The authority's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Kind of record that the file holds: a name from docs/formats/schemas.md.
    #[arg(long, value_name = "NAME")]
    schema: String,
    /// The file, in UTF-8.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// How it is written; told by its name when unsaid (.ndjson, .jsonl; CSV otherwise).
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Format>,
    /// What stands between two fields of a CSV file.
    #[arg(long, default_value = ",", value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: u8,
    /// Which column feeds which field, in TOML; columns named like the fields when unsaid.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Where lines go that cannot be taken; beside the input when unsaid.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Stop before the line that would be one more reject than this.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    max_rejects: u64,
    /// Stop before the first line that cannot be taken.
    #[arg(long, conflicts_with = "max_rejects")]
    stop_at_first: bool,
    /// Lines of one transaction.
    #[arg(long, default_value_t = 4096, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    lines_per_transaction: u32,
    /// Check everything and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Leave another unfinished import as it is, and begin this one.
    #[arg(long)]
    set_aside: bool,
    /// Wait until everything is sealed: by the authority's program, which is to be started meanwhile.
    #[arg(long, conflicts_with = "dry_run")]
    wait: bool,
    /// How progress and the summary look.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    log_form: journal::Form,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Csv,
    Ndjson,
}

/// How often progress is told.
const EVERY: Duration = Duration::from_secs(2);
/// Exit status when lines were rejected.
const WITH_REJECTS: u8 = 3;
/// Exit status when the import can go on later.
const INTERRUPTED: u8 = 4;

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "\\t" | "tab" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte] if !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte) => Ok(*byte),
            _ => Err("one ASCII character, or tab".to_owned()),
        },
    }
}

/// Runs a command to its end.
pub fn run(command: &RegisterCommand) -> ExitCode {
    let arguments = match command {
        RegisterCommand::Import(arguments) => arguments,
        RegisterCommand::Keep(command) => return backup_commands::run(command),
    };
    let level = match arguments.log_form {
        journal::Form::Json => Level::Info,
        journal::Form::Text => Level::Warn,
    };
    let colour = std::io::stderr().is_terminal();
    let journal = journal(level, arguments.log_form, colour, std::io::stderr);
    // Nothing else sets one in this program.
    let _ = tracing::subscriber::set_global_default(journal);
    match import(arguments) {
        Ok(code) => code,
        Err(error) => {
            match arguments.log_form {
                journal::Form::Text => eprintln!("error: {error}"),
                journal::Form::Json => tracing::error!("{error}"),
            }
            if error
                .downcast_ref::<ImportError>()
                .is_some_and(ImportError::is_passing)
            {
                tell(
                    arguments.log_form,
                    "what was taken in stays; when that is mended, the same command goes on",
                );
            }
            ExitCode::FAILURE
        }
    }
}

fn import(arguments: &Import) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let config = Config::read(&arguments.config)?;
    authority::check_user(&config.data)?;
    let options = options(arguments)?;
    let stop = stopper();
    let mut told = Instant::now();
    let form = arguments.log_form;
    let summary = import::run(&config, &options, &stop, &mut |progress| {
        if told.elapsed() >= EVERY {
            told = Instant::now();
            show(form, progress);
        }
    })?;
    sum_up(form, arguments, &summary);
    if !summary.finished {
        return Ok(ExitCode::from(INTERRUPTED));
    }
    if arguments.wait {
        tell(
            form,
            "waiting until everything is sealed; start the authority",
        );
        if !import::wait_until_sealed(&config, &stop)? {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        tell(form, "everything is sealed");
    }
    Ok(match summary.counts.rejected {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(WITH_REJECTS),
    })
}

fn options(arguments: &Import) -> Result<import::Options, Box<dyn std::error::Error>> {
    let extension = arguments.input.extension().and_then(|name| name.to_str());
    let by_name = match extension {
        Some("ndjson" | "jsonl") => Format::Ndjson,
        _ => Format::Csv,
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(import::Options {
        schema: arguments.schema.clone(),
        input: arguments.input.clone(),
        form: match arguments.format.unwrap_or(by_name) {
            Format::Csv => Form::Csv(arguments.delimiter),
            Format::Ndjson => Form::Ndjson,
        },
        mapping: arguments.mapping.clone(),
        rejects: arguments.rejects.clone(),
        lines: usize::try_from(arguments.lines_per_transaction)?,
        most_rejects: if arguments.stop_at_first {
            0
        } else {
            arguments.max_rejects
        },
        rehearse: arguments.dry_run,
        set_aside: arguments.set_aside,
        now_ms: u64::try_from(now.as_millis())?,
    })
}

/// Turns true at the first interrupt or request to end.
fn stopper() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    // Waits for a signal until the process ends.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(super::interrupted());
            told.store(true, Ordering::Relaxed);
        }
    });
    stop
}

fn tell(form: journal::Form, words: &str) {
    match form {
        journal::Form::Text => eprintln!("{words}"),
        journal::Form::Json => tracing::info!("{words}"),
    }
}

fn show(form: journal::Form, told: &Told) {
    let (done, of, rejected) = (told.counts.lines(), told.lines(), told.counts.rejected);
    let (rate, left) = (told.rate(), told.left());
    match form {
        journal::Form::Text => eprintln!(
            "{done} of about {of} lines, {rate:.0} a second, about {left} s left, {rejected} rejected"
        ),
        journal::Form::Json => tracing::info!(
            lines = done,
            of_about = of,
            per_second = rate.round(),
            seconds_left = left,
            rejected,
            "importing"
        ),
    }
}

fn sum_up(form: journal::Form, arguments: &Import, summary: &Summary) {
    let counts = summary.counts;
    let outcome = match (summary.finished, summary.before, arguments.dry_run) {
        (false, _, false) => "interrupted; the same command goes on",
        (false, _, true) => "interrupted; nothing was changed",
        (true, true, _) => "done before; nothing was changed",
        (true, false, true) => "checked; nothing was changed",
        (true, false, false) => "done",
    };
    match form {
        journal::Form::Json => tracing::info!(
            finished = summary.finished,
            dry_run = arguments.dry_run,
            lines = counts.lines(),
            new_subjects = counts.subjects,
            entries = counts.entries,
            repeated = counts.repeated,
            rejected = counts.rejected,
            next_line = summary.line,
            "{outcome}"
        ),
        journal::Form::Text => {
            println!("{outcome}");
            println!("lines         {:>12}", counts.lines());
            println!("new subjects  {:>12}", counts.subjects);
            println!("entries taken {:>12}", counts.entries);
            println!("repeated      {:>12}", counts.repeated);
            println!("rejected      {:>12}", counts.rejected);
            if let Some(rejects) = &summary.rejects {
                println!("rejected lines are in {}", rejects.display());
            }
        }
    }
}
