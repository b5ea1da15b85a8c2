//! CometBFT's own light client (`cometbft light`, in Go) follows the embedded network, with three witnesses.
#![allow(clippy::unwrap_used)]

mod common;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use toend_node::embedded::Embedded;
use toend_node::ledger::Ledger as _;

/// The release that is asked: the oldest with the fixes this design relies on.
const VERSION: &str = "v0.38.25";

/// The program, built once into the target folder; none where Go is not installed.
fn cometbft() -> Option<PathBuf> {
    if Command::new("go").arg("version").output().is_err() {
        println!("skipped: Go is not installed");
        return None;
    }
    let target = Path::new(env!("CARGO_BIN_EXE_toend-node"))
        .ancestors()
        .nth(2)
        .unwrap();
    let folder = target.join("tools").join(format!("cometbft-{VERSION}"));
    let program = folder.join("cometbft");
    if !program.exists() {
        let built = Command::new("go")
            .env("GOBIN", &folder)
            .env("GOFLAGS", "-mod=mod")
            .args([
                "install",
                &format!("github.com/cometbft/cometbft/cmd/cometbft@{VERSION}"),
            ])
            .status()
            .unwrap();
        assert!(built.success(), "go install failed");
    }
    Some(program)
}

/// The light client as a proxy in front of the network.
struct Proxy {
    child: Child,
    url: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Proxy {
    fn start(program: &Path, home: &Path, network: &Embedded, hash: &str, more: &[&str]) -> Self {
        let port = free_port();
        let urls: Vec<&str> = network
            .endpoints()
            .iter()
            .map(|endpoint| endpoint.rpc.as_str())
            .collect();
        let (primary, witnesses) = urls.split_first().unwrap();
        let child = Command::new(program)
            .arg("light")
            .arg("toend-demo-1")
            .args(["--primary", primary, "--witnesses", &witnesses.join(",")])
            .args([
                "--height",
                "1",
                "--hash",
                hash,
                "--trusting-period",
                "876000h",
                "--trust-level",
                "2/3",
            ])
            .args(["--laddr", &format!("tcp://127.0.0.1:{port}"), "--home-dir"])
            .arg(home)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Asks until the proxy answers; fails when it has ended.
    async fn get(&mut self, path: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            if let Ok(answer) = reqwest::get(format!("{}{path}", self.url)).await {
                let answer: Value = answer.json().await.unwrap();
                assert_eq!(answer.get("error"), None, "{path}: {answer}");
                return answer["result"].clone();
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut text = String::new();
                self.child
                    .stdout
                    .take()
                    .unwrap()
                    .read_to_string(&mut text)
                    .unwrap();
                self.child
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut text)
                    .unwrap();
                panic!("cometbft light ended with {status}: {text}");
            }
            assert!(Instant::now() < end, "cometbft light does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn follow(more: &[&str]) {
    let Some(program) = cometbft() else { return };
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let ledger = network.network().unwrap();
    let mut sealed_at = 0;
    for n in 0..20 {
        ledger.submit(common::filing(0, n)).unwrap();
        sealed_at = ledger.height() + 1;
        common::reach(&network, sealed_at).await;
    }
    common::reach(&network, sealed_at + 8).await;
    let first = ledger.light_block(1).unwrap().header().hash();
    let home = tempfile::tempdir().unwrap();
    let mut proxy = Proxy::start(
        &program,
        home.path(),
        &network,
        &hex::encode_upper(first),
        more,
    );

    for height in [1, 2, 3, sealed_at, sealed_at + 5] {
        let ours = ledger.light_block(height).unwrap();
        let commit = proxy.get(&format!("/commit?height={height}")).await;
        assert_eq!(
            commit["signed_header"]["header"]["height"],
            height.to_string()
        );
        assert_eq!(
            commit["signed_header"]["commit"]["block_id"]["hash"],
            hex::encode_upper(ours.header().hash()),
            "height {height}"
        );
        let validators = proxy.get(&format!("/validators?height={height}")).await;
        assert_eq!(validators["total"], "4");
        // The proxy checks block, parameters and results against headers it has verified.
        let block = proxy.get(&format!("/block?height={height}")).await;
        assert_eq!(block["block"]["header"]["height"], height.to_string());
        proxy
            .get(&format!("/consensus_params?height={height}"))
            .await;
        proxy.get(&format!("/block_results?height={height}")).await;
    }
    // This call serves only headers that the proxy has verified before.
    for height in 5..=15 {
        proxy.get(&format!("/commit?height={height}")).await;
    }
    let headers = proxy.get("/blockchain?minHeight=5&maxHeight=15").await;
    assert_eq!(headers["block_metas"].as_array().unwrap().len(), 11);
    let tx = toend_ledger::hash::sha256(&[&common::filing(0, 3)]);
    let found = proxy
        .get(&format!("/tx?hash=0x{}&prove=true", hex::encode(tx)))
        .await;
    assert_eq!(found["tx_result"]["code"], 0);
    let status = proxy.get("/status").await;
    assert_eq!(status["node_info"]["network"], "toend-demo-1");
    drop(proxy);
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cometbft_light_skips_to_the_tip() {
    follow(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cometbft_light_walks_every_height() {
    follow(&["--sequential"]).await;
}
