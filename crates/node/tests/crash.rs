//! The node is killed at random moments under load: nothing acknowledged is lost, no height is decided twice.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::hash::sha256;

const KILLS: usize = 25;
const SENDERS: u64 = 4;
/// How long anything may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The node in a process of its own, with the addresses it printed.
struct Node {
    child: Child,
    rpc: Vec<String>,
    http: reqwest::Client,
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &["run", "--bare", "--block-ms", "20"])
    }

    fn start_with(data_dir: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .args(arguments)
            .arg("--data-dir")
            .arg(data_dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut rpc = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if line == "ready" {
                return Self {
                    child,
                    rpc,
                    http: reqwest::Client::new(),
                };
            }
            rpc.push(line.split(' ').nth(1).unwrap().to_owned());
        }
        panic!("the node ended before it was ready: {:?}", child.wait());
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(self) {
        drop(self);
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.rpc[0]);
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn height(&self) -> u64 {
        let status = self.get("/status").await;
        status["result"]["sync_info"]["latest_block_height"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    async fn header_hash(&self, height: u64) -> Option<String> {
        let answer = self.get(&format!("/block?height={height}")).await;
        Some(answer["result"]["block_id"]["hash"].as_str()?.to_owned())
    }
}

/// Sends transactions one after the other until the node is gone; notes those it said were sealed.
async fn send(
    rpc: String,
    gateway: u16,
    first: u64,
    sealed: Arc<Mutex<BTreeMap<u64, u64>>>,
) -> u64 {
    let http = reqwest::Client::new();
    let mut n = first;
    loop {
        let tx = STANDARD.encode(common::filing(gateway, n));
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "broadcast_tx_commit", "params": { "tx": tx } });
        let Ok(answer) = http.post(&rpc).body(body.to_string()).send().await else {
            return n + 1;
        };
        let Ok(answer) = answer.json::<Value>().await else {
            return n + 1;
        };
        if answer["result"]["tx_result"]["code"] == 0
            && let Some(height) = answer["result"]["height"]
                .as_str()
                .and_then(|h| h.parse::<u64>().ok())
            && height > 0
        {
            sealed.lock().unwrap().insert(n, height);
        }
        n += 1;
    }
}

/// Killed again and again while the registers are being filled, it ends up with all of them filled.
#[tokio::test(flavor = "multi_thread")]
async fn registers_survive_kills_while_they_are_filled() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    println!("seed {random}");
    for _ in 0..10 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .args(["run", "--data-dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(20 + (random >> 33) % 400)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let node = Node::start_with(folder.path(), &["run"]);
    let fresh = tempfile::tempdir().unwrap();
    let whole = Node::start_with(fresh.path(), &["run"]);
    for reg in 1u16..=3 {
        let key = toend_ledger::state::Key::Register(toend_ledger::state::Reg(reg)).encode();
        let path = format!("/abci_query?data=0x{}", hex::encode(key));
        let counters = async |node: &Node| {
            let value = node.get(&path).await["result"]["response"]["value"].clone();
            let value = STANDARD.decode(value.as_str().unwrap()).unwrap();
            toend_ledger::state::RegisterValue::decode(&value).unwrap()
        };
        let (survived, undisturbed) = (counters(&node).await, counters(&whole).await);
        assert_eq!(survived.opened, undisturbed.opened, "register {reg}");
        // Either may be some idle ticks ahead, each of one least batch.
        let idle = 8 * undisturbed.next_batch;
        assert!(
            survived.entries + idle >= undisturbed.entries,
            "register {reg}"
        );
        assert!(survived.next_batch > 1, "register {reg}");
    }
    whole.kill();
    node.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_moments_it_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as u64;
    println!("seed {random}");
    let sealed = Arc::new(Mutex::new(BTreeMap::<u64, u64>::new()));
    let mut seen = BTreeMap::<u64, String>::new();
    let mut next: Vec<u64> = (0..SENDERS).map(|i| i * 1_000_000).collect();

    for kill in 0..KILLS {
        let node = Node::start(folder.path());
        // Whatever was shown before the kill is still there, the same.
        let newest = node.height().await;
        for (height, hash) in seen.iter().rev().take(5) {
            assert!(*height <= newest, "height {height} was shown and is gone");
            assert_eq!(
                node.header_hash(*height).await.as_ref(),
                Some(hash),
                "height {height} changed"
            );
        }
        let senders: Vec<_> = (0u16..)
            .zip(&next)
            .map(|(gateway, first)| {
                tokio::spawn(send(
                    node.rpc[usize::from(gateway)].clone(),
                    gateway,
                    *first,
                    Arc::clone(&sealed),
                ))
            })
            .collect();
        // Every second kill comes after something was acknowledged, however slow the machine is.
        let before = sealed.lock().unwrap().len();
        let end = Instant::now() + PATIENCE;
        while kill % 2 == 0 && sealed.lock().unwrap().len() < before + 3 {
            assert!(Instant::now() < end, "nothing is acknowledged");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(20 + (random >> 33) % 300)).await;
        let newest = node.height().await;
        if let Some(hash) = node.header_hash(newest).await {
            seen.insert(newest, hash);
        }
        node.kill();
        for (slot, sender) in next.iter_mut().zip(senders) {
            *slot = sender.await.unwrap();
        }
    }

    let node = Node::start(folder.path());
    let sealed = sealed.lock().unwrap().clone();
    println!(
        "{} transactions acknowledged over {KILLS} kills",
        sealed.len()
    );
    assert!(sealed.len() > KILLS);
    for (height, hash) in &seen {
        assert_eq!(
            node.header_hash(*height).await.as_ref(),
            Some(hash),
            "height {height} changed"
        );
    }
    // One chain: each block names the one below.
    let newest = node.height().await;
    let mut places = BTreeMap::<String, Vec<u64>>::new();
    let mut below: Option<String> = None;
    for height in 1..=newest {
        let block = node.get(&format!("/block?height={height}")).await["result"].clone();
        if let Some(below) = &below {
            assert_eq!(
                block["block"]["header"]["last_block_id"]["hash"], **below,
                "height {height}"
            );
        }
        below = Some(block["block_id"]["hash"].as_str().unwrap().to_owned());
        for tx in block["block"]["data"]["txs"].as_array().unwrap() {
            places
                .entry(tx.as_str().unwrap().to_owned())
                .or_default()
                .push(height);
        }
    }
    for (n, height) in &sealed {
        let gateway = u16::try_from(n / 1_000_000).unwrap();
        let tx = common::filing(gateway, *n);
        assert_eq!(
            places.get(&STANDARD.encode(&tx)),
            Some(&vec![*height]),
            "transaction {n}"
        );
        let found = node
            .get(&format!("/tx?hash=0x{}", hex::encode(sha256(&[&tx]))))
            .await;
        assert_eq!(found["result"]["height"], height.to_string());
        // And it stands in the state: F under key 20.
        let key = toend_ledger::state::Key::Filing(common::commitment(*n)).encode();
        let state = node
            .get(&format!("/abci_query?data=0x{}", hex::encode(key)))
            .await;
        assert_eq!(
            state["result"]["response"]["log"], "exists",
            "transaction {n}"
        );
    }
    node.kill();
}
