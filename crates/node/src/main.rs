//! `toend-node`: the embedded network in the foreground, one authority of a larger network, and their tools.

mod backup_commands;
mod ceremony_commands;
mod govern_commands;
mod ledger_commands;
mod network_commands;
mod register_commands;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use toend_node::consensus::network::Pace;
use toend_node::embedded::{self, Config, Options, StartError};

/// Runs the demonstration network, or one authority of a network of several. A demonstration: nothing it signs has any legal
/// effect.
#[derive(Debug, Parser)]
#[command(name = "toend-node", version)]
struct Cli {
    /// Where the data lies; TOEND_DATA_DIR or the platform's data directory when unsaid.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the embedded network until interrupted.
    Run {
        /// First of four consecutive ports, one per authority; free ones when unsaid.
        #[arg(long, value_name = "N")]
        rpc_port_base: Option<u16>,
        /// Leave the registers out: the bare ledger.
        #[arg(long)]
        bare: bool,
        /// Least time between two blocks in milliseconds, for load tests.
        #[arg(long, value_name = "MS")]
        block_ms: Option<u64>,
        /// Size of the demonstration's population at the first start.
        #[arg(long, default_value_t = 0, value_name = "N")]
        people: u32,
    },
    /// Fills the registers with a made-up population, then ends.
    Seed {
        /// How many people.
        #[arg(long, value_name = "N")]
        people: u32,
    },
    /// Shows what is stored, without starting anything.
    Show,
    /// Looks after an authority's register.
    Register {
        #[command(subcommand)]
        command: register_commands::RegisterCommand,
    },
    #[command(flatten)]
    Network(network_commands::NetworkCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Seeding takes minutes, so it says how far it is.
    let command = match cli.command {
        Command::Network(command) => return network_commands::run(command),
        Command::Register { command } => return register_commands::run(&command),
        command => command,
    };
    let level = if matches!(command, Command::Seed { .. }) {
        tracing::Level::INFO
    } else {
        tracing::Level::WARN
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(level)
        .init();
    let Some(data_dir) = cli.data_dir.or_else(embedded::default_data_dir) else {
        eprintln!("error: no data directory is known here; name one with --data-dir");
        return ExitCode::from(64);
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Run {
                rpc_port_base,
                bare,
                block_ms,
                people,
            } => {
                let config = Config {
                    data_dir,
                    demo: !bare,
                    population: people,
                };
                let pace = block_ms.map(|ms| Pace {
                    least: Duration::from_millis(ms),
                    idle: Duration::from_millis(ms.max(10) * 10),
                });
                run(
                    config,
                    Options {
                        first_port: rpc_port_base,
                        pace,
                        ..Options::default()
                    },
                )
                .await
            }
            Command::Seed { people } => {
                seed(Config {
                    data_dir,
                    demo: true,
                    population: people,
                })
                .await
            }
            Command::Show | Command::Network(_) | Command::Register { .. } => show(&data_dir),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error[{}]: {error}", error.code());
            eprintln!("{}", error.next_step());
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, options: Options) -> Result<(), StartError> {
    let running = embedded::start_with(config, options).await?;
    if !running.is_host() {
        println!("another process already runs this network");
    }
    for endpoint in running.endpoints() {
        println!("rpc {} gateway {}/v1", endpoint.rpc, endpoint.gateway);
    }
    println!("ready");
    if running.is_host() {
        interrupted().await;
        running.shutdown().await;
    }
    Ok(())
}

async fn seed(config: Config) -> Result<(), StartError> {
    let people = config.population;
    let data_dir = config.data_dir.clone();
    let began = std::time::Instant::now();
    let running = embedded::start(config).await?;
    if !running.is_host() {
        // Only the process that runs the network can fill its registers.
        return Err(StartError::Held(data_dir));
    }
    println!(
        "{people} people are in the registers after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    running.shutdown().await;
    Ok(())
}

fn show(data_dir: &std::path::Path) -> Result<(), StartError> {
    let shown = embedded::inspect(data_dir)?;
    println!("chain       {}", shown.chain_id);
    println!("net         {}", shown.net);
    println!("height      {}", shown.height);
    println!("hash        {}", shown.hash);
    println!("time        {}", shown.time);
    println!("state root  {}", shown.app_hash);
    println!("state keys  {}", shown.keys);
    Ok(())
}

/// Returns at the first interrupt or request to end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
