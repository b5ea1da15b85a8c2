//! Starting the demonstration network inside this process, or finding the one that runs on the same data folder.
//!
//! This is the only file on the client's side that knows the node's side.

use std::path::Path;

use toend_node::embedded::{Config, Embedded, start};

use crate::error::ClientError;

/// The running demonstration network.
pub struct Running(Embedded);

impl Running {
    /// Starts or joins it.
    ///
    /// # Errors
    /// [`ClientError::Embedded`], E72, with the node's own stable reason.
    pub async fn start(data_dir: &Path) -> Result<Self, ClientError> {
        let config = Config {
            data_dir: data_dir.to_path_buf(),
            demo: true,
            population: 0,
        };
        start(config)
            .await
            .map(Self)
            .map_err(|error| ClientError::Embedded(error.code().to_owned()))
    }

    /// Its network file.
    pub fn network_file(&self) -> Vec<u8> {
        self.0.network_file()
    }

    /// Gateway addresses, one per authority in the network file's order.
    pub fn gateways(&self) -> Vec<String> {
        self.0
            .endpoints()
            .iter()
            .map(|endpoint| endpoint.gateway.clone())
            .collect()
    }

    /// True when this process runs it; false when it was found.
    pub fn is_host(&self) -> bool {
        self.0.is_host()
    }

    /// Ends it, if this process runs it.
    pub async fn shutdown(self) {
        self.0.shutdown().await;
    }
}
