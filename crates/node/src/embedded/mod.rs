//! The demonstration network inside this process: ledger, four authorities, registers.
//!
//! [`start`] takes the data directory's lock and runs everything; a second
//! process with the same directory finds the running one and uses it. One
//! listener per authority on loopback serves CometBFT's RPC at `/` and the
//! gateway at `/v1`.

mod authorities;
mod data_dir;
mod endpoints;
mod error;
mod inspect;
mod listener;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use self::data_dir::default_data_dir;
pub(crate) use self::data_dir::lock;
pub use self::endpoints::Endpoint;
pub use self::error::StartError;
pub use self::inspect::{Shown, inspect};
use crate::consensus::network::{BlockLoop, Network, Pace};
use crate::consensus::plan::Plan;
use crate::storage::Store;

/// How long a second process waits for the first to be ready.
const GUEST_PATIENCE: Duration = Duration::from_secs(30);
/// How long requests under way may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The data directory; the network lives in its `network` folder.
    pub data_dir: PathBuf,
    /// Run the demonstration registers too, and fill them at the first start.
    pub demo: bool,
    /// Made-up people besides the named demonstration persons.
    pub population: u32,
}

/// Settings that only tools and tests change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// First of four consecutive ports; free ones when none.
    pub first_port: Option<u16>,
    /// Origins under which people reach the authorities, when something stands in front of the listeners: written into the
    /// network file, and demanded of login tokens. The listeners' own addresses when none.
    pub public_origins: Option<Vec<String>>,
    /// How often blocks are made; the demonstration's pace when none.
    pub pace: Option<Pace>,
    /// How long a second process waits for the first to be ready; half a minute when none.
    pub patience: Option<Duration>,
}

/// The running network. Dropping it ends it; [`Embedded::shutdown`] does so gracefully.
#[derive(Debug)]
pub struct Embedded {
    endpoints: Vec<Endpoint>,
    network_file: Vec<u8>,
    host: Option<Host>,
}

/// What only the process that runs the network has.
#[derive(Debug)]
struct Host {
    folder: PathBuf,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    blocks: BlockLoop,
    // Released last: whoever gets it next finds everything closed.
    _lock: File,
}

/// Starts the embedded network, or finds the one that runs on this directory.
pub async fn start(config: Config) -> Result<Embedded, StartError> {
    start_with(config, Options::default()).await
}

/// As [`start`], with a tool's settings.
pub async fn start_with(config: Config, options: Options) -> Result<Embedded, StartError> {
    let folder = data_dir::prepare(&config.data_dir)?;
    match data_dir::lock(&folder)? {
        Some(lock) => run(config, options, folder, lock).await,
        None => join(folder, options.patience.unwrap_or(GUEST_PATIENCE)).await,
    }
}

async fn run(
    config: Config,
    options: Options,
    folder: PathBuf,
    lock: File,
) -> Result<Embedded, StartError> {
    endpoints::withdraw(&folder);
    let mut listeners = Vec::new();
    let plan = Plan::demo().map_err(|error| StartError::System(error.to_string()))?;
    for i in 0..plan.validators.len() {
        let offset = u16::try_from(i).unwrap_or(u16::MAX);
        listeners.push(
            listener::open(options.first_port.map(|first| first.saturating_add(offset))).await?,
        );
    }
    let pace = options.pace.unwrap_or(Pace::DEMO);
    let blocks = {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || open_ledger(plan, &folder))
            .await
            .map_err(|error| StartError::System(error.to_string()))??
    };
    let network = std::sync::Arc::clone(blocks.network());
    let (stop, stopping) = watch::channel(false);
    let mut tasks = Vec::new();

    let endpoints: Vec<Endpoint> = listeners
        .iter()
        .map(|(_, address)| {
            let url = format!("http://{address}");
            Endpoint {
                rpc: url.clone(),
                gateway: url,
            }
        })
        .collect();
    let public: Vec<Endpoint> = match &options.public_origins {
        Some(origins) => origins
            .iter()
            .map(|origin| Endpoint {
                rpc: origin.clone(),
                gateway: origin.clone(),
            })
            .collect(),
        None => endpoints.clone(),
    };
    let network_file = authorities::network_file(&network, &public);
    let houses = authorities::open(
        &config,
        &folder,
        &network,
        &public,
        &network_file,
        stopping.clone(),
    )
    .await?;
    network.set_pace(pace);
    tasks.extend(houses.tasks);
    for (((listener, address), gateway), index) in
        listeners.into_iter().zip(houses.gateways).zip(0..)
    {
        let routes = authorities::routes(&network, index, address, gateway);
        tasks.push(listener::serve(listener, routes, stopping.clone()));
    }
    let published = endpoints::Published {
        endpoints: endpoints.clone(),
        network_file: network_file.clone(),
    };
    endpoints::publish(&folder, &published)
        .map_err(|error| StartError::from_io(&error, folder.clone()))?;
    let host = Host {
        folder,
        stop,
        tasks,
        blocks,
        _lock: lock,
    };
    Ok(Embedded {
        endpoints,
        network_file,
        host: Some(host),
    })
}

fn open_ledger(plan: Plan, folder: &Path) -> Result<BlockLoop, StartError> {
    let named = |error| StartError::from_network(error, folder.to_path_buf());
    let store = Store::open(folder, &plan.net)
        .map_err(|error| StartError::from_storage(error, folder.to_path_buf()))?;
    Network::start(plan, store, Pace::SEEDING).map_err(named)
}

/// Uses the network that another process runs.
async fn join(folder: PathBuf, patience: Duration) -> Result<Embedded, StartError> {
    let end = Instant::now() + patience;
    while Instant::now() < end {
        if let Some(published) = endpoints::read(&folder)
            && answers(&published.endpoints).await
        {
            let endpoints::Published {
                endpoints,
                network_file,
            } = published;
            return Ok(Embedded {
                endpoints,
                network_file,
                host: None,
            });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(StartError::Held(folder))
}

/// Whether somebody listens at every address.
async fn answers(endpoints: &[Endpoint]) -> bool {
    for endpoint in endpoints {
        let Some(address) = endpoint.rpc.strip_prefix("http://") else {
            return false;
        };
        let reach = tokio::net::TcpStream::connect(address);
        if !matches!(
            tokio::time::timeout(Duration::from_secs(1), reach).await,
            Ok(Ok(_))
        ) {
            return false;
        }
    }
    !endpoints.is_empty()
}

impl Embedded {
    /// The network file: what a client needs to know and trust, with these endpoints and a fresh checkpoint.
    pub fn network_file(&self) -> Vec<u8> {
        self.network_file.clone()
    }

    /// Where the authorities listen, in their order.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Whether this process runs the network, and not another one.
    pub const fn is_host(&self) -> bool {
        self.host.is_some()
    }

    /// The ledger itself, in the process that runs it.
    pub fn network(&self) -> Option<&std::sync::Arc<Network>> {
        self.host.as_ref().map(|host| host.blocks.network())
    }

    /// Ends the network: answers what is asked, finishes the block at hand, closes the disk.
    pub async fn shutdown(mut self) {
        let Some(mut host) = self.host.take() else {
            return;
        };
        host.stop.send_replace(true);
        let tasks = std::mem::take(&mut host.tasks);
        let farewell = async {
            for task in tasks {
                // A task that failed has ended as well.
                let _ = task.await;
            }
        };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::warn!("requests under way were cut off");
        }
        // Joining the block thread waits for the disk.
        let _ = tokio::task::spawn_blocking(move || drop(host)).await;
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        endpoints::withdraw(&self.folder);
        for task in &self.tasks {
            task.abort();
        }
    }
}
