//! The commands for a network of several authorities behind CometBFT.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Subcommand;
use toend_ledger::evidence::{EvidenceError, EvidenceFile, MAX_EVIDENCE};
use toend_node::authority::{self, Config};
use toend_node::comet::accusation;
use toend_node::comet::rpc::CometRpc;
use toend_node::journal::{Form, Level, journal};
use toend_node::{cometbft, gateway, testnet, up};
use tokio::sync::watch;

use crate::ceremony_commands::{self, CeremonyCommand, KeysCommand};
use crate::govern_commands::{self, GovernCommand};
use crate::ledger_commands::{self, LedgerCommand};

#[derive(Debug, Subcommand)]
pub enum NetworkCommand {
    /// Makes keys, genesis, configurations and the network file of a network of several authorities.
    Testnet {
        /// How many authorities, 4 to 16.
        #[arg(long, default_value_t = 4, value_name = "N")]
        authorities: u16,
        /// Folder to make.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
        /// First port; each authority takes the next ten.
        #[arg(long, default_value_t = 26600, value_name = "N")]
        base_port: u16,
        /// Name of the chain; made up when unsaid.
        #[arg(long, value_name = "NAME")]
        chain_id: Option<String>,
        /// Time between two blocks in milliseconds.
        #[arg(long, default_value_t = 1000, value_name = "MS")]
        block_ms: u64,
        /// Time between two batches of a register in milliseconds.
        #[arg(long, default_value_t = 5000, value_name = "MS")]
        tick_ms: u64,
        /// Blocks between two snapshots; 0 makes none.
        #[arg(long, default_value_t = 1000, value_name = "N")]
        snapshot_every: u64,
        /// Gateways speak TLS, with certificates of an issuer of each authority's own.
        #[arg(long)]
        tls: bool,
    },
    /// Runs all authorities of a network on this computer until interrupted.
    Up {
        /// Folder that `testnet` made.
        #[arg(value_name = "DIR")]
        network: PathBuf,
        /// Fill the registers with the demonstration's records.
        #[arg(long)]
        demo: bool,
        /// CometBFT's program; found by TOEND_COMETBFT, beside this program's build or on the path when unsaid.
        #[arg(long, value_name = "FILE")]
        cometbft: Option<PathBuf>,
    },
    /// Runs one authority: the application behind CometBFT, its register and its gateway.
    Authority {
        /// Its configuration file.
        #[arg(value_name = "FILE")]
        config: PathBuf,
        /// Fill the register with the demonstration's records.
        #[arg(long)]
        demo: bool,
        /// End when standard input closes: when the program that started this one ends.
        #[arg(long)]
        with_parent: bool,
        /// Only read the configuration and say whether it is in order.
        #[arg(long)]
        check: bool,
        /// How much is written to the log.
        #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
        log: Level,
        /// How the log's lines look.
        #[arg(long, value_enum, default_value_t, value_name = "FORM")]
        log_form: Form,
    },
    /// Makes keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Begins a network of authorities that each made their own keys.
    #[command(subcommand)]
    Ceremony(CeremonyCommand),
    /// Decides together with the other authorities, by files that each signs where its key lies.
    #[command(subcommand)]
    Govern(GovernCommand),
    /// Hands evidence of a fork, as a client saved it, to an authority's CometBFT: checked there, it comes into a block, and
    /// everybody sees whose validators signed two histories.
    Evidence {
        /// The evidence file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// CometBFT's RPC.
        #[arg(long, default_value = "http://127.0.0.1:26657", value_name = "URL")]
        rpc: String,
    },
    /// Saves an authority's ledger and brings it back.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Builds the pinned CometBFT, or checks the one that is there, and prints where it is.
    Cometbft {
        /// Folder of tools.
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
}

/// Runs a command to its end.
pub fn run(command: NetworkCommand) -> ExitCode {
    let (level, form) = match &command {
        NetworkCommand::Authority { log, log_form, .. } => (*log, *log_form),
        _ => (Level::Warn, Form::Text),
    };
    let colour = std::io::stderr().is_terminal();
    let journal = journal(level, form, colour, std::io::stderr);
    // Nothing else sets one in this program.
    let _ = tracing::subscriber::set_global_default(journal);
    match execute(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: NetworkCommand) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        NetworkCommand::Testnet {
            authorities,
            output,
            base_port,
            chain_id,
            block_ms,
            tick_ms,
            snapshot_every,
            tls,
        } => {
            let options = testnet::Options {
                authorities,
                output: output.clone(),
                base_port,
                chain_id,
                block: Duration::from_millis(block_ms),
                tick: Duration::from_millis(tick_ms),
                snapshot_every,
                tls,
            };
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
            testnet::write(&options, now)?;
            let file = output.join(testnet::NETWORK);
            println!("network file {}", file.display());
            println!("start it with: toend-node up {}", output.display());
            Ok(())
        }
        NetworkCommand::Ledger(command) => ledger_commands::run(command),
        NetworkCommand::Up {
            network,
            demo,
            cometbft,
        } => {
            let options = up::Options {
                network,
                demo,
                cometbft: cometbft.unwrap_or_else(cometbft::find),
                own: std::env::current_exe()?,
            };
            runtime()?.block_on(run_up(options))
        }
        NetworkCommand::Authority {
            config,
            demo,
            with_parent,
            check,
            ..
        } => {
            let config = Config::read(&config)?;
            if check {
                if let Some(early) = config.before_the_beginning(gateway::system_clock()) {
                    println!("{early}");
                }
                println!("in order");
                return Ok(());
            }
            authority::check_user(&config.data)?;
            let runtime = runtime()?;
            let outcome = runtime.block_on(run_authority(config, demo, with_parent));
            // A thread that waits for CometBFT must not keep a failed application from ending.
            runtime.shutdown_timeout(Duration::from_secs(1));
            outcome
        }
        NetworkCommand::Keys(command) => ceremony_commands::keys(command),
        NetworkCommand::Ceremony(command) => ceremony_commands::ceremony(command),
        NetworkCommand::Govern(command) => govern_commands::run(command),
        NetworkCommand::Evidence { file, rpc } => hand_in(&file, &rpc),
        NetworkCommand::Cometbft { into } => {
            println!("{}", cometbft::install(&into)?.display());
            Ok(())
        }
    }
}

fn hand_in(file: &Path, rpc: &str) -> Result<(), Box<dyn std::error::Error>> {
    let rpc =
        CometRpc::new(rpc).ok_or("--rpc: an address of the form http://HOST:PORT is expected")?;
    let size = std::fs::metadata(file)
        .map_err(|error| format!("{}: {error}", file.display()))?
        .len();
    if size > MAX_EVIDENCE as u64 {
        return Err(format!("{}: {}", file.display(), EvidenceError::TooLarge).into());
    }
    let bytes = std::fs::read(file)?;
    let evidence =
        EvidenceFile::decode(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
    accusation::hand_in(&rpc, &evidence)?;
    println!("handed in");
    Ok(())
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        // The four connections of CometBFT and the gateway never wait for each other.
        .worker_threads(4)
        .enable_all()
        .build()
}

async fn run_up(options: up::Options) -> Result<(), Box<dyn std::error::Error>> {
    let running = up::start(&options)?;
    let outcome = tokio::select! {
        ready = running.ready() => match ready {
            Ok(()) => {
                println!("network file {}", running.network_file().display());
                println!("ready");
                super::interrupted().await;
                Ok(())
            }
            Err(error) => Err(error.into()),
        },
        () = super::interrupted() => Ok(()),
    };
    running.shutdown().await;
    outcome
}

async fn run_authority(
    config: Config,
    demo: bool,
    with_parent: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let (end, stop) = watch::channel(false);
    if with_parent {
        let end = end.clone();
        // A read of standard input cannot be called off: this thread ends with the process.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            end.send_replace(true);
        });
    }
    tokio::spawn(async move {
        super::interrupted().await;
        end.send_replace(true);
    });
    Ok(Box::pin(authority::run(config, demo, stop)).await?)
}
