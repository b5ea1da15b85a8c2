//! The four houses of the demonstration: network file, gateways, registers.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use toend_ledger::genesis::demo;
use toend_ledger::network::{Checkpoint, demo as demo_file};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Config, Endpoint, StartError};
use crate::consensus::network::Network;
use crate::demo::{OpenError, Opening, SeedError};
use crate::ledger::Ledger;
use crate::registers::RegisterError;
use crate::rpc::{self, Rpc};

/// The houses' gateways, and whatever runs beside them.
pub struct Houses {
    /// One per authority, in order.
    pub gateways: Vec<Router>,
    /// Register loops.
    pub tasks: Vec<JoinHandle<()>>,
}

/// The network file with these endpoints and the newest block as checkpoint.
pub fn network_file(network: &Network, endpoints: &[Endpoint]) -> Vec<u8> {
    let tip = network.tip_block();
    let header = tip.block.header();
    let checkpoint = Checkpoint {
        height: header.height,
        time_ms: header.time.millis(),
        header_hash: tip.id.hash,
        validators_hash: header.validators_hash,
    };
    let endpoints: Vec<demo_file::Endpoint> = endpoints
        .iter()
        .map(|endpoint| demo_file::Endpoint {
            gateway: endpoint.gateway.clone(),
            rpc: endpoint.rpc.clone(),
        })
        .collect();
    demo_file::network_file(&endpoints, checkpoint).encode()
}

/// Opens the registers and gateways, filling them at the first start. A bare network has none.
pub async fn open(
    config: &Config,
    folder: &Path,
    network: &Arc<Network>,
    public: &[Endpoint],
    network_file: &[u8],
    stop: watch::Receiver<bool>,
) -> Result<Houses, StartError> {
    if !config.demo {
        return Ok(Houses {
            gateways: network
                .plan()
                .validators
                .iter()
                .map(|_| Router::new())
                .collect(),
            tasks: vec![],
        });
    }
    let origins: Vec<String> = public
        .iter()
        .map(|endpoint| endpoint.gateway.clone())
        .collect();
    let opening = Opening {
        folder,
        ledger: Arc::clone(network) as Arc<dyn Ledger>,
        genesis: &demo::genesis(),
        origins: &origins,
        network_file,
        population: u64::from(config.population),
        stop,
    };
    let houses = crate::demo::open(opening)
        .await
        .map_err(|error| named(error, folder))?;
    Ok(Houses {
        gateways: houses.gateways,
        tasks: houses.tasks,
    })
}

fn named(error: OpenError, folder: &Path) -> StartError {
    match error {
        OpenError::Register(RegisterError::Storage(error))
        | OpenError::Seed(SeedError::Register(RegisterError::Storage(error)))
        | OpenError::Storage(error) => StartError::from_storage(error, folder.to_path_buf()),
        OpenError::Register(RegisterError::Newer { found, known }) => StartError::Newer {
            folder: folder.to_path_buf(),
            found,
            known,
        },
        OpenError::Task => StartError::System(error.to_string()),
        other => StartError::Damaged {
            folder: folder.to_path_buf(),
            detail: other.to_string(),
        },
    }
}

/// Everything one authority serves on its port.
pub fn routes(
    network: &Arc<Network>,
    index: usize,
    address: SocketAddr,
    gateway: Router,
) -> Router {
    let Some(validator) = network.plan().validators.get(index).copied() else {
        return gateway;
    };
    let moniker = demo::AUTHORITIES
        .get(index)
        .map_or("authority", |authority| authority.id);
    let rpc = Rpc {
        network: Arc::clone(network),
        validator,
        moniker: moniker.to_owned(),
        address: address.to_string(),
    };
    rpc::router(rpc).merge(gateway)
}
