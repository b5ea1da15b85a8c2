//! The four houses of the demonstration: network file, gateways, registers.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use toend_ledger::genesis::demo;
use toend_ledger::network::{Checkpoint, demo as demo_file};

use super::{Config, Endpoint, StartError};
use crate::consensus::network::Network;
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
        .map(|endpoint| demo_file::Endpoint { gateway: endpoint.gateway.clone(), rpc: endpoint.rpc.clone() })
        .collect();
    demo_file::network_file(&endpoints, checkpoint).encode()
}

pub async fn open(
    _config: &Config,
    _folder: &Path,
    network: &Arc<Network>,
    _public: &[Endpoint],
    _network_file: &[u8],
    _stop: watch::Receiver<bool>,
) -> Result<Houses, StartError> {
    Ok(Houses { gateways: network.plan().validators.iter().map(|_| Router::new()).collect(), tasks: vec![] })
}

/// Everything one authority serves on its port.
pub fn routes(network: &Arc<Network>, index: usize, address: SocketAddr, gateway: Router) -> Router {
    let Some(validator) = network.plan().validators.get(index).copied() else { return gateway };
    let moniker = demo::AUTHORITIES.get(index).map_or("authority", |authority| authority.id);
    let rpc = Rpc {
        network: Arc::clone(network),
        validator,
        moniker: moniker.to_owned(),
        address: address.to_string(),
    };
    rpc::router(rpc).merge(gateway)
}
