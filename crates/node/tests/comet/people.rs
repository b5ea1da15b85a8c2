//! People's own client while the network is disturbed: what it says, and what it believed.

use std::path::PathBuf;
use std::time::Duration;

use toend_client::dto::{LedgerState, Status};
use toend_client::store::Store;
use toend_client::{CardSource, Client, Clock, Config, NetworkSource};
use toend_ledger::network::NetworkFile;
use tokio::runtime::Runtime;

use crate::followers::Accepted;
use crate::network::Net;

/// Somebody with the desktop's client.
pub struct Person {
    runtime: Runtime,
    client: Client,
    network: NetworkFile,
    folder: PathBuf,
    name: String,
}

impl Person {
    /// Begins to follow the ledger through these gateways, by a clock that is so much ahead: what is older than a minute
    /// counts as old.
    pub fn arrive(net: &Net, name: &str, gateways: &[u16], ahead: Duration) -> Self {
        let mut network = net.network_file();
        for (node, authority) in (0u16..).zip(&mut network.authorities) {
            authority.gateway = if gateways.contains(&node) {
                net.gateway_for_people(node)
            } else {
                String::new()
            };
        }
        let folder = net.scratch().join(name);
        let file = net.scratch().join(format!("{name}.json"));
        std::fs::write(&file, network.encode()).unwrap();
        let mut config = Config::new(
            folder.clone(),
            NetworkSource::File(file),
            CardSource::DemoOnly,
        );
        let right = Clock::system();
        let ahead = u64::try_from(ahead.as_millis()).unwrap();
        config.clock = Clock::new(move || right.now_ms() + ahead);
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(async {
            let client = Client::start(config).await.unwrap();
            client.ready().await.unwrap();
            client
        });
        Self {
            runtime,
            client,
            network,
            folder,
            name: name.to_owned(),
        }
    }

    /// What the client says.
    pub fn status(&self) -> Status {
        self.client.status()
    }

    /// What the client says about the ledger, in one word.
    pub fn state(&self) -> LedgerState {
        self.status().ledger.state
    }

    /// Leaves; every header that the client believed.
    pub fn leave(self) -> Accepted {
        let newest = self.client.status().ledger.height;
        self.runtime.block_on(self.client.shutdown());
        drop(self.client);
        drop(self.runtime);
        let folder = toend_client::network::folder(&self.folder, &self.network);
        let store = Store::open(&folder).unwrap();
        let mut accepted = Accepted::new(&self.name);
        for height in 1..=newest {
            if let Some(header) = store.header(&self.network.net, height).unwrap() {
                accepted.header(height, header.hash);
            }
        }
        accepted
    }
}
