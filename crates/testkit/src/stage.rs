//! A whole network on loopback, with a liar in front of every gateway.

use std::{net::SocketAddr, path::Path, sync::Arc};

use serde_json::Value;
use toend_ledger::subject::Subject;
use toend_node::{
    embedded::{self, Embedded},
    ledger::Ledger,
};
use tokio::net::TcpListener;

use crate::{fault::Fault, proxy::Twin};

/// Authorities of the demonstration network.
const AUTHORITIES: usize = 4;

/// The network and its liars. Ends when dropped.
pub struct Stage {
    network: Embedded,
    twins: Vec<Twin>,
    servers: Vec<tokio::task::JoinHandle<()>>,
}

impl Stage {
    /// Starts the demonstration network in `folder`; with `registers` the honest ones run and hold the demonstration data.
    pub async fn open(folder: &Path, registers: bool) -> Self {
        let mut listeners = Vec::new();
        for _ in 0..AUTHORITIES {
            listeners.push(
                TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
                    .await
                    .unwrap(),
            );
        }
        let origins: Vec<String> = listeners
            .iter()
            .map(|listener| format!("http://{}", listener.local_addr().unwrap()))
            .collect();
        let config = embedded::Config {
            data_dir: folder.to_path_buf(),
            demo: registers,
            population: 0,
        };
        let options = embedded::Options {
            public_origins: Some(origins),
            ..embedded::Options::default()
        };
        let network = embedded::start_with(config, options)
            .await
            .unwrap_or_else(|error| panic!("the network does not start: {error}"));
        let twins: Vec<Twin> = network
            .endpoints()
            .iter()
            .map(|endpoint| Twin::new(endpoint.rpc.trim_end_matches('/').to_owned()))
            .collect();
        let servers = twins
            .iter()
            .cloned()
            .zip(listeners)
            .map(|(twin, listener)| tokio::spawn(twin.serve(listener)))
            .collect();
        Self {
            network,
            twins,
            servers,
        }
    }

    /// Network file that leads to the liars.
    pub fn network_file(&self) -> Vec<u8> {
        self.network.network_file()
    }

    /// The ledger behind them.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(
            self.network
                .network()
                .expect("this process runs the network"),
        ) as Arc<dyn Ledger>
    }

    /// Sets what the gateway of authority `index` does from now on. Authority `i` keeps register `i + 1`.
    pub fn fault(&self, index: usize, fault: Fault) {
        self.twins[index].set(fault);
    }

    /// Says whose lists the gateway answers for, so that it can sign changed answers.
    pub fn serves(&self, subject: &Subject) {
        for twin in &self.twins {
            twin.serves(subject.clone());
        }
    }

    /// The last honest list answer of a gateway.
    pub fn captured(&self, index: usize) -> Value {
        self.twins[index]
            .captured()
            .expect("an honest list answer has passed")
    }

    /// Stops the liars; the honest network goes on behind them, unreachable.
    pub fn cut(&self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.cut();
    }
}
