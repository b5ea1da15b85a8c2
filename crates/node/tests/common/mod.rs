//! What the integration tests share: a bare network on a directory, and transactions for it.
#![allow(dead_code, clippy::unwrap_used)]

pub mod cometbft;

use std::path::{Path, PathBuf};
use std::time::Duration;

use toend_ledger::genesis::demo;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::tx::Filing;
use toend_node::consensus::network::Pace;
use toend_node::embedded::{self, Config, Embedded, Options};

/// Blocks as fast as tests like them.
pub const FAST: Pace = Pace {
    least: Duration::from_millis(20),
    idle: Duration::from_millis(200),
};

/// A network without registers.
pub async fn bare(data_dir: &Path) -> Embedded {
    let config = Config {
        data_dir: data_dir.to_path_buf(),
        demo: false,
        population: 0,
    };
    embedded::start_with(
        config,
        Options {
            pace: Some(FAST),
            ..Options::default()
        },
    )
    .await
    .unwrap()
}

/// A valid transaction of a gateway; each `n` gives another one.
pub fn filing(gateway: u16, n: u64) -> Vec<u8> {
    let f = commitment(n);
    let key = demo::signing_key(demo::Purpose::Gateway, gateway);
    Filing::signed(demo::net(), gateway, f, &key).encode()
}

/// What [`filing`] commits to.
pub fn commitment(n: u64) -> Hash {
    sha256(&[b"filing", &n.to_be_bytes()])
}

/// Waits until the network has reached a height.
pub async fn reach(network: &Embedded, height: u64) {
    let mut heights = toend_node::ledger::Ledger::subscribe(network.network().unwrap().as_ref());
    heights.wait_for(|tip| *tip >= height).await.unwrap();
}

/// `GET path` at the first authority, as JSON, whatever its status.
pub async fn get(network: &Embedded, path: &str) -> serde_json::Value {
    let url = format!("{}{path}", network.endpoints()[0].rpc);
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// Posts a body to the first authority's RPC.
pub async fn post(network: &Embedded, body: &str) -> reqwest::Response {
    reqwest::Client::new()
        .post(&network.endpoints()[0].rpc)
        .body(body.to_owned())
        .send()
        .await
        .unwrap()
}

/// The folder with published vectors, or a line that says the test is skipped.
pub fn vectors(folder: &str) -> Option<PathBuf> {
    let base = std::env::var_os("TOEND_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    );
    let path = base.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!(
        "skipped: the published vectors are not at {}; name their folder in TOEND_VECTORS",
        base.display()
    );
    None
}
