//! One authority of a network of several: the application behind CometBFT, its register and its gateway, in one process.
//!
//! CometBFT runs beside it as a process of its own and connects to the application's socket. Everything is read from one
//! configuration file ([`config`]); keys lie in files of their own ([`keys`]).
//!
//! It must never run twice on one data folder, never seal before it has caught up with the ledger, and never go on after
//! its application failed: whoever supervises it starts it anew, and it takes up where the disk leaves off.
//!
//! Start reading at [`run`].

pub mod config;
mod doors;
pub(crate) mod house;
mod keeping;
pub mod keys;
mod user;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use toend_ledger::network::{Checkpoint, NetworkFile};
use tokio::sync::{mpsc, watch};

pub use self::config::{Config, ConfigError};
pub use self::keeping::{backup_register, let_register_go_on, restore_register};
pub use self::user::{OtherUser, check_user};
use crate::abci::server::{self, Listener};
use crate::abci::{Application, ApplicationError};
use crate::comet::mirror::Mirror;
use crate::comet::rpc::CometRpc;
use crate::comet::{CometLedger, pulse};
use crate::embedded::{StartError, lock};
use crate::ledger::Ledger;
use crate::registers::RegisterError;
use crate::storage::StorageError;

/// The network file with a fresh checkpoint, inside the data folder.
pub const NETWORK_FILE: &str = "network.json";
/// Name of the copy of the blocks inside the data folder.
const BLOCKS_FILE: &str = "blocks.sqlite3";
/// How long everything may take at the end; longer than the gateway waits for requests under way.
const FAREWELL: Duration = Duration::from_secs(7);

/// Why an authority does not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The application.
    #[error("the application failed: {0}")]
    Application(#[from] ApplicationError),
    /// A disk, a folder or a port.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The register.
    #[error("the register: {0}")]
    Register(#[from] RegisterError),
    /// A command about a register, and none is configured.
    #[error("this authority keeps no register: the configuration has no [register]")]
    NoRegister,
    /// A socket that cannot be opened.
    #[error("{what} cannot be opened: {reason}")]
    Socket {
        /// Which one.
        what: String,
        /// What the system says.
        reason: String,
    },
    /// A disk without space, whatever was to be written.
    #[error(
        "the disk is full: free space under {0}; nothing acknowledged is lost, and the next start goes on from there"
    )]
    Full(PathBuf),
    /// CometBFT's process lives, but it decides nothing any more.
    #[error(
        "CometBFT stands still while the others go on, and its log says why (CONSENSUS FAILURE); it ends with this program, and both are to be started again"
    )]
    Engine,
    /// A task of this program ended by itself.
    #[error("a task of this program failed")]
    Task,
}

impl AuthorityError {
    /// A full disk by the folder where space is to be made.
    fn named(self, data: &Path) -> Self {
        match self {
            Self::Application(ApplicationError::Storage(StorageError::Full))
            | Self::Storage(StorageError::Full)
            | Self::Register(RegisterError::Storage(StorageError::Full))
            | Self::Start(StartError::DiskFull(_)) => Self::Full(data.to_path_buf()),
            other => other,
        }
    }
}

/// Runs until `stop` turns true or the application fails. `demo` fills the register with the demonstration's records.
pub async fn run(
    config: Config,
    demo: bool,
    stop: watch::Receiver<bool>,
) -> Result<(), AuthorityError> {
    let data = config.data.clone();
    let outcome = run_on_disk(config, demo, stop).await;
    outcome.map_err(|error| error.named(&data))
}

async fn run_on_disk(
    config: Config,
    demo: bool,
    stop: watch::Receiver<bool>,
) -> Result<(), AuthorityError> {
    if let Some(early) = config.before_the_beginning(crate::gateway::system_clock()) {
        tracing::warn!("{early}");
    }
    let wrong = |error| named(&config, error);
    make_private(&config.data).map_err(wrong)?;
    let Some(_lock) = lock(&config.data).map_err(wrong)? else {
        return Err(StartError::Held(config.data.clone()).into());
    };
    let reserved = doors::reserve(&config)?;
    let application = {
        let (genesis, data, schedule, rules) = (
            config.genesis_file.clone(),
            config.data.clone(),
            config.snapshots,
            config.rules,
        );
        let opened = tokio::task::spawn_blocking(move || {
            Application::open_knowing(&genesis, &data, schedule, rules)
        });
        Arc::new(opened.await.map_err(|_| AuthorityError::Task)??)
    };
    let listener = Listener::open(&config.abci).await.map_err(|error| {
        let address = config.abci.proxy_app();
        let what = doors::unusable(&address, &error);
        config.places.at(config.places.abci, what)
    })?;
    // A second sender that ends everything: a fault here, or the wish from outside.
    let (end, ending) = watch::channel(false);
    let (failed, mut failure) = mpsc::channel(1);
    tokio::spawn(server::serve(
        listener,
        Arc::clone(&application),
        failed,
        ending.clone(),
    ));
    let engine = pulse::ended(config.rpc.clone());
    let work = serve_people(config, demo, application, reserved, ending);
    tokio::pin!(work);
    let mut stop = stop;
    let outcome = tokio::select! {
        result = &mut work => return result,
        error = failure.recv() => error.map_or(Err(AuthorityError::Task), |error| Err(error.into())),
        () = engine => Err(AuthorityError::Engine),
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };
    end.send_replace(true);
    if tokio::time::timeout(FAREWELL, work).await.is_err() {
        tracing::warn!("requests under way were cut off");
    }
    outcome
}

/// A data folder that cannot be used, by the line that names it.
fn named(config: &Config, error: StartError) -> AuthorityError {
    let folder = config.data.display();
    let what = match &error {
        StartError::ReadOnly(_) => {
            format!("{folder} cannot be written: give it to the user that runs this program")
        }
        StartError::System(reason) => format!("{folder} is no folder for data: {reason}"),
        _ => return error.into(),
    };
    config.places.at(config.places.data, what).into()
}

/// Opens the register and the gateway once the ledger can be shown, and serves until told to stop.
async fn serve_people(
    config: Config,
    demo: bool,
    application: Arc<Application>,
    reserved: doors::Reserved,
    stop: watch::Receiver<bool>,
) -> Result<(), AuthorityError> {
    let mirror = Mirror::open(&config.data.join(BLOCKS_FILE), &application.net())?;
    let ledger = CometLedger::start(
        Arc::clone(&application),
        config.rpc.clone(),
        mirror,
        peers(&config),
        stop.clone(),
    )
    .await?;
    let Some(ledger) = ledger else { return Ok(()) };
    let network_file = with_checkpoint(config.network.clone(), ledger.as_ref()).encode();
    let path = config.data.join(NETWORK_FILE);
    std::fs::write(&path, &network_file)
        .map_err(|error| StartError::from_io(&error, config.data.clone()))?;
    let Some(house) = house::open(&config, demo, &ledger, network_file, stop.clone()).await? else {
        return Ok(());
    };
    doors::serve(&config, house, reserved, stop).await
}

/// The RPC addresses of the other authorities that can be asked: those without TLS. What they answer needs no secrecy and is
/// proven by hashes.
fn peers(config: &Config) -> Vec<CometRpc> {
    let others = config.network.authorities.iter();
    let peers: Vec<CometRpc> = others
        .filter(|other| other.id != config.authority)
        .filter_map(|other| CometRpc::new(&other.rpc))
        .map(CometRpc::of_peer)
        .collect();
    if peers.is_empty() {
        tracing::info!(
            "no other authority's RPC can be asked for older headers, should any be missing: the network file in this host's folder names none of the form http://HOST:PORT"
        );
    }
    peers
}

/// The network file with the newest block as checkpoint.
fn with_checkpoint(network: NetworkFile, ledger: &dyn Ledger) -> NetworkFile {
    let tip = ledger.tip();
    let header = tip.header();
    NetworkFile {
        checkpoint: Checkpoint {
            height: header.height,
            time_ms: header.time.millis(),
            header_hash: header.hash(),
            validators_hash: header.validators_hash,
        },
        ..network
    }
}

/// Makes a folder that only its owner enters.
pub(crate) fn make_private(folder: &Path) -> Result<(), StartError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| StartError::from_io(&error, PathBuf::from(folder)))
}
