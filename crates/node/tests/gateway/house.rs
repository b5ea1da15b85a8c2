//! The files of a network's first authority, as they are written for a new network.

use std::path::PathBuf;
use std::time::Duration;

use toend_node::testnet::{self, Options, folder_of};

/// Its configuration.
pub const CONFIG: &str = "toend.toml";
/// When the network begins, Unix seconds.
pub const BEGINS: u64 = 1_795_000_000;

/// A network's first authority.
pub struct House {
    folder: tempfile::TempDir,
}

impl House {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            authorities: 4,
            output: folder.path().join("net"),
            base_port: 26_600,
            chain_id: None,
            block: Duration::from_secs(1),
            tick: Duration::from_secs(5),
            snapshot_every: 0,
            tls: false,
        };
        testnet::write(&options, BEGINS).unwrap();
        Self { folder }
    }

    /// Its folder.
    pub fn place(&self) -> PathBuf {
        folder_of(&self.folder.path().join("net"), 0)
    }

    /// One of its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.place().join(name)
    }
}
