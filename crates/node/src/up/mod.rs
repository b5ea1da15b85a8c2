//! Runs a whole network of several authorities on this computer: for each its CometBFT and its own program.
//!
//! Processes that end are started again, a little later each time. A file named `hold` in an authority's folder keeps that
//! authority stopped, to see what the others do. Each process writes a log of its own and its number into a `.pid` file.
//!
//! Start reading at [`run`].

mod process;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::process::{Bond, Process, supervise};
use crate::authority::NETWORK_FILE;
use crate::authority::config::{Config, ConfigError};
use crate::cometbft::{self, OtherVersion};
use crate::embedded::{StartError, lock};
use crate::testnet::{COMET_HOME, CONFIG, NETWORK, folder_of};

/// How often it is looked whether all gateways answer.
const LOOK: Duration = Duration::from_millis(200);

/// Why the network does not run.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// A configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No network lies there.
    #[error("{0} holds no network; make one with: toend-node testnet --output DIR")]
    NoNetwork(PathBuf),
    /// A program that cannot be started.
    #[error(
        "{program} cannot be started: {reason}; --cometbft FILE or TOEND_COMETBFT names CometBFT's program, and `toend-node cometbft --into DIR` builds it"
    )]
    Program {
        /// The program.
        program: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A CometBFT that is not used.
    #[error("{program}: {version}")]
    Version {
        /// The program.
        program: PathBuf,
        /// What it is.
        version: OtherVersion,
    },
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Folder that `testnet` made.
    pub network: PathBuf,
    /// Fill the registers with the demonstration's records.
    pub demo: bool,
    /// CometBFT's program.
    pub cometbft: PathBuf,
    /// This program.
    pub own: PathBuf,
}

/// The running network.
pub struct Running {
    network: PathBuf,
    gateways: Vec<std::net::SocketAddr>,
    engines: Vec<JoinHandle<()>>,
    authorities: Vec<JoinHandle<()>>,
    stop_engines: watch::Sender<bool>,
    stop_authorities: watch::Sender<bool>,
    _lock: File,
}

/// Starts everything. All configurations are read first: a mistake in one starts none.
pub fn start(options: &Options) -> Result<Running, UpError> {
    let network = (options.network.canonicalize())
        .map_err(|_| UpError::NoNetwork(options.network.clone()))?;
    let folders: Vec<PathBuf> = (0..u16::MAX)
        .map(|number| folder_of(&network, number))
        .take_while(|folder| folder.join(CONFIG).is_file())
        .collect();
    if folders.is_empty() {
        return Err(UpError::NoNetwork(network));
    }
    let Some(lock) = lock(&network)? else {
        return Err(StartError::Held(network).into());
    };
    let mut gateways = Vec::new();
    for folder in &folders {
        gateways.push(Config::read(&folder.join(CONFIG))?.listen);
    }
    // Said now, and not by a process that is started again and again.
    let version = std::process::Command::new(&options.cometbft)
        .arg("version")
        .output();
    let version = version.map_err(|error| UpError::Program {
        program: options.cometbft.clone(),
        reason: error.to_string(),
    })?;
    cometbft::permit(String::from_utf8_lossy(&version.stdout).trim()).map_err(|version| {
        UpError::Version {
            program: options.cometbft.clone(),
            version,
        }
    })?;
    let (stop_engines, engines_end) = watch::channel(false);
    let (stop_authorities, authorities_end) = watch::channel(false);
    let (mut engines, mut authorities) = (Vec::new(), Vec::new());
    for folder in folders {
        let mut own = Process::new(&options.own, "toend", &folder)
            .arg("authority")
            .arg(folder.join(CONFIG))
            .arg("--with-parent");
        if options.demo {
            own = own.arg("--demo");
        }
        let (ended, ends) = watch::channel(0);
        let bond = Bond::Application(ended);
        authorities.push(tokio::spawn(supervise(own, bond, authorities_end.clone())));
        let engine = Process::new(&options.cometbft, "cometbft", &folder)
            .arg("start")
            .arg("--home")
            .arg(folder.join(COMET_HOME));
        let bond = Bond::Engine(ends);
        engines.push(tokio::spawn(supervise(engine, bond, engines_end.clone())));
    }
    Ok(Running {
        network,
        gateways,
        engines,
        authorities,
        stop_engines,
        stop_authorities,
        _lock: lock,
    })
}

impl Running {
    /// Waits until every gateway answers, then brings the network file up to date with a fresh checkpoint.
    pub async fn ready(&self) -> Result<(), UpError> {
        for gateway in &self.gateways {
            while tokio::net::TcpStream::connect(gateway).await.is_err() {
                tokio::time::sleep(LOOK).await;
            }
        }
        self.refresh_network_file()?;
        Ok(())
    }

    /// The network file to hand out.
    pub fn network_file(&self) -> PathBuf {
        self.network.join(NETWORK)
    }

    fn refresh_network_file(&self) -> std::io::Result<()> {
        let fresh = folder_of(&self.network, 0).join("data").join(NETWORK_FILE);
        let staged = self.network.join("network.json.new");
        std::fs::copy(fresh, &staged)?;
        std::fs::rename(staged, self.network_file())
    }

    /// Ends everything: first the engines, so that no application is missed, then the applications.
    pub async fn shutdown(self) {
        for (stop, tasks) in [
            (self.stop_engines, self.engines),
            (self.stop_authorities, self.authorities),
        ] {
            stop.send_replace(true);
            for task in tasks {
                // A task that failed has ended as well.
                let _ = task.await;
            }
        }
    }
}

/// The file that keeps an authority stopped.
pub fn hold_file(network: &Path, number: u16) -> PathBuf {
    folder_of(network, number).join(process::HOLD)
}
