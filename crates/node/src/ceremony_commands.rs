//! The commands by which authorities begin a network together.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::govern_commands;
use clap::{Args, Subcommand};
use toend_node::ceremony::{Here, OwnKeys, PublicHalf, Terms, assemble, settle};

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Makes all keys of one authority on its own computer, and the public half for the others.
    Make {
        /// What all authorities agreed on.
        #[arg(long, value_name = "FILE")]
        terms: PathBuf,
        /// Number of this authority in the terms, from 0.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// Folder to make; only its owner can enter it.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
    },
    /// Draws one key, for sealing, answering, governing or a gateway, and shows its public half.
    New {
        /// File to write; only its owner can read it.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Draws a register's VRF key for its next epoch, and shows its public half with the proof of its possession.
    Epoch {
        /// The network's genesis file.
        #[arg(long, value_name = "FILE")]
        genesis: PathBuf,
        /// Number of the register.
        #[arg(long, value_name = "N")]
        register: u16,
        /// Number of the epoch: one more than the current one.
        #[arg(long, value_name = "N")]
        epoch: u16,
        /// File to write; only its owner can read it.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub enum CeremonyCommand {
    /// Puts the public halves of all authorities together: the same result for everybody who has the same files.
    Assemble {
        /// What all authorities agreed on.
        #[arg(long, value_name = "FILE")]
        terms: PathBuf,
        /// Folder for genesis.json and network.json.
        #[arg(long, value_name = "DIR")]
        output: PathBuf,
        /// This authority's folder: gets everything that it needs to start.
        #[arg(long, value_name = "DIR")]
        home: Option<PathBuf>,
        #[command(flatten)]
        listen: Listen,
        /// The public halves, in any order.
        #[arg(required = true, value_name = "PUBLIC")]
        public: Vec<PathBuf>,
    },
}

/// Where an authority's processes listen on their own computer.
#[derive(Debug, Args)]
pub struct Listen {
    /// CometBFT among nodes.
    #[arg(long, default_value = "0.0.0.0:26656", value_name = "IP:PORT")]
    p2p: SocketAddr,
    /// CometBFT's RPC.
    #[arg(long, default_value = "127.0.0.1:26657", value_name = "IP:PORT")]
    rpc: SocketAddr,
    /// The gateway.
    #[arg(long, default_value = "127.0.0.1:26680", value_name = "IP:PORT")]
    gateway: SocketAddr,
    /// Blocks between two snapshots; 0 makes none.
    #[arg(long, default_value_t = 1000, value_name = "N")]
    snapshot_every: u64,
}

/// Makes keys.
pub fn keys(command: KeysCommand) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        KeysCommand::Make {
            terms,
            authority,
            output,
        } => {
            let terms = Terms::read(&terms)?;
            let half = OwnKeys::draw(&terms, authority)?.write(&output, &terms, authority)?;
            println!("public half {}", half.file().display());
            println!("hand it to all other authorities; nothing else leaves this folder");
            Ok(())
        }
        KeysCommand::New { output } => govern_commands::new_key(&output),
        KeysCommand::Epoch {
            genesis,
            register,
            epoch,
            output,
        } => govern_commands::new_epoch(&genesis, register, epoch, &output),
    }
}

/// Assembles a network.
pub fn ceremony(command: CeremonyCommand) -> Result<(), Box<dyn std::error::Error>> {
    let CeremonyCommand::Assemble {
        terms,
        output,
        home,
        listen,
        public,
    } = command;
    let terms = Terms::read(&terms)?;
    let halves = public
        .iter()
        .map(|path| PublicHalf::read(path))
        .collect::<Result<_, _>>()?;
    let assembled = assemble(&terms, halves)?;
    assembled.write(&output)?;
    println!("genesis {}", hex::encode(assembled.network.net));
    println!("words   {}", assembled.network.fingerprint().join(" "));
    println!("every authority must see the same ten words: compare them by voice");
    if let Some(home) = home {
        let here = Here {
            p2p: listen.p2p,
            rpc: listen.rpc,
            gateway: listen.gateway,
            application: 26_658,
            snapshot_every: listen.snapshot_every,
        };
        // A path that processes started elsewhere understand.
        let home = Path::new(&home).canonicalize()?;
        settle(&terms, &assembled, &home, &here)?;
        println!("settled {}", home.display());
    }
    Ok(())
}
