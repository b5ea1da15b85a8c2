//! The commands that save an authority's ledger, bring it back, and keep a validator from signing twice.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use toend_node::authority::{Config, check_user};
use toend_node::ledger_backup::{self, Extent, signed};

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Saves the ledger of a stopped authority in a new folder: CometBFT's blocks and state, and the application's.
    Backup {
        #[command(flatten)]
        place: Place,
        /// Folder to make.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
    },
    /// Brings a saved ledger back into an authority's empty folders. Its keys are put there before.
    Restore {
        #[command(flatten)]
        place: Place,
        /// The newest block that any authority has, in a backup or on a machine: this validator signs nothing up to there.
        #[arg(long, value_name = "N")]
        newest: u64,
        /// The backup.
        #[arg(value_name = "DIR")]
        input: PathBuf,
    },
    /// Keeps a stopped validator, whose own note of what it signed last is lost, from signing anything up to a block.
    SignAfter {
        /// CometBFT's folder.
        #[arg(long, value_name = "DIR")]
        cometbft: PathBuf,
        /// The block.
        #[arg(value_name = "N")]
        height: u64,
    },
}

#[derive(Debug, clap::Args)]
pub struct Place {
    /// The authority's configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// CometBFT's folder; `cometbft` beside the configuration when unsaid.
    #[arg(long, value_name = "DIR")]
    cometbft: Option<PathBuf>,
}

impl Place {
    fn home(&self) -> PathBuf {
        self.cometbft.clone().unwrap_or_else(|| {
            let folder = self.config.parent().unwrap_or(Path::new("."));
            folder.join(toend_node::testnet::COMET_HOME)
        })
    }
}

/// Runs a command to its end.
pub fn run(command: LedgerCommand) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        LedgerCommand::Backup { place, output } => {
            let config = Config::read(&place.config)?;
            check_user(&config.data)?;
            print(&ledger_backup::backup(&config, &place.home(), &output)?);
            println!("start both programs again");
        }
        LedgerCommand::Restore {
            place,
            newest,
            input,
        } => {
            let config = Config::read(&place.config)?;
            check_user(&config.data)?;
            let extent = ledger_backup::restore(&config, &place.home(), &input, newest)?;
            print(&extent);
            println!("this validator signs nothing up to block {newest}");
            if extent.height < newest {
                println!(
                    "blocks {} to {newest} come from the authority that has them: start that one first",
                    extent.height + 1
                );
            }
        }
        LedgerCommand::SignAfter { cometbft, height } => {
            check_user(&cometbft)?;
            let height = signed::raise(&cometbft, height)?;
            println!("this validator signs nothing up to block {height}");
        }
    }
    Ok(())
}

fn print(extent: &Extent) {
    println!("newest block {:>15}", extent.height);
    if let Some(hash) = &extent.block {
        println!("its hash     {}", hex::encode_upper(hash));
    }
    println!("bytes        {:>15}", extent.bytes);
}
