//! The commands that save a register and bring it back.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use toend_node::authority::{self, Config};

#[derive(Debug, Subcommand)]
pub enum KeepCommand {
    /// Writes everything in the register's database to a new file; the register may be at work. The key file is not in it.
    Backup {
        /// The authority's configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// File to make.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Fills the register's empty database from a backup, also one made of another kind of database.
    Restore {
        /// The authority's configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// The backup.
        #[arg(value_name = "FILE")]
        input: PathBuf,
    },
    /// Lets a register go on whose database does not stand where the ledger does, after a disaster. What batches contain
    /// that the database does not know is given up; what the ledger lost is sealed again. The authority may be at work.
    GoOn {
        /// The authority's configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// How many batches of this register the ledger has, as the authority's log says.
        #[arg(long, value_name = "N")]
        batches: u64,
    },
}

/// How often progress is told.
const EVERY: Duration = Duration::from_secs(2);

/// Runs a command to its end.
pub fn run(command: &KeepCommand) -> ExitCode {
    let outcome = match command {
        KeepCommand::Backup { config, output } => backup(config, output),
        KeepCommand::Restore { config, input } => restore(config, input),
        KeepCommand::GoOn { config, batches } => go_on(config, *batches),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn backup(config: &std::path::Path, output: &std::path::Path) -> Outcome {
    let config = Config::read(config)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now_ms = u64::try_from(now.as_millis())?;
    let made = authority::backup_register(&config, output, now_ms, &mut progress())?;
    println!("rows            {:>12}", made.rows);
    println!("sealed batches  {:>12}", made.batches);
    println!(
        "keep the register's key file with a copy of its own: without it nobody reads the backup"
    );
    Ok(())
}

fn restore(config: &std::path::Path, input: &std::path::Path) -> Outcome {
    let config = Config::read(config)?;
    authority::check_user(&config.data)?;
    let taken = authority::restore_register(&config, input, &mut progress())?;
    println!("rows            {:>12}", taken.rows);
    println!("sealed batches  {:>12}", taken.batches);
    println!("made            {:>12} s after 1970", taken.made_ms / 1000);
    println!(
        "if the ledger holds more batches than that, the register waits: restore a newer backup then, or see `register go-on`"
    );
    Ok(())
}

fn go_on(config: &std::path::Path, batches: u64) -> Outcome {
    let config = Config::read(config)?;
    authority::check_user(&config.data)?;
    authority::let_register_go_on(&config, batches)?;
    println!(
        "noted: as soon as the authority runs and its node has caught up, the register goes on from batch {batches}, if the ledger has just so many"
    );
    Ok(())
}

/// Tells how many rows are done, now and then.
fn progress() -> impl FnMut(u64) {
    let mut told = Instant::now();
    move |rows| {
        if told.elapsed() >= EVERY {
            told = Instant::now();
            eprintln!("{rows} rows");
        }
    }
}
