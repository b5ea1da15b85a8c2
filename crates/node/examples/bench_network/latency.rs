//! How long a receipt takes at a moderate load: until the state is proven under the header that commits it.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::proof::{StateProof, verify_presence};
use toend_ledger::state::Key;
use toend_ledger::tx::Filing;
use tokio::sync::watch;

use crate::chain::{Chain, Kind, NODES};
use crate::figures::Percentiles;
use crate::flight::{self, Flight};
use crate::http::Connection;
use crate::{Failure, Options};

/// Filings a second, of all gateways together.
const RATE: u32 = 100;
/// What must be kept, in milliseconds.
const FLOORS: (f64, f64) = (3000.0, 6000.0);
/// Longest wait for one receipt.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time after which it is asked again without a new block.
const AGAIN: Duration = Duration::from_millis(250);

pub fn run(options: &Options) -> Result<Value, Failure> {
    println!("\n== receipts at {RATE} filings a second, 4 validators");
    let chain = Chain::start(Kind::Toend, options.block)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let times = runtime.block_on(file(&chain, options.time))?;
    let filed = times.len();
    let receipt = Percentiles::of(times).ok_or("nothing was filed")?;
    println!(
        "{filed} filings, each proven: {receipt} (P50, P95, P99; floors {:.0}, {:.0})",
        FLOORS.0, FLOORS.1
    );
    Ok(json!({
        "filings_per_second": RATE,
        "filings": filed,
        "receipt_ms": receipt.json(),
        "floor_ms": { "p50": FLOORS.0, "p95": FLOORS.1 },
    }))
}

/// Files at a steady pace, each over a connection of its own at one of the gateways' nodes.
async fn file(chain: &Chain, time: Duration) -> Result<Vec<Duration>, Failure> {
    let net = chain.net()?;
    let (told, heights) = watch::channel(0);
    let port = chain.rpc_port(0);
    let clock = tokio::spawn(async move {
        let nobody = Flight::new(0);
        let from = 1;
        flight::watch(port, from, &nobody, |block| {
            told.send_replace(block.height);
            true
        })
        .await
    });
    let count = time.as_secs() * u64::from(RATE);
    let mut pace = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut waiting = Vec::new();
    for n in 0..count {
        pace.tick().await;
        let node = (n % u64::from(NODES)) as u16;
        let f = sha256(&[b"latency", &n.to_be_bytes()]);
        let tx = Filing::signed(net, node, f, &chain.key(node, "gateway")?).encode();
        waiting.push(tokio::spawn(receipt(
            chain.rpc_port(node),
            f,
            tx,
            heights.clone(),
        )));
    }
    let mut times = Vec::new();
    for one in waiting {
        times.push(one.await??);
    }
    clock.abort();
    Ok(times)
}

/// Hands a filing in and asks after every block until its place in the state is proven under a header of that node.
async fn receipt(
    port: u16,
    f: Hash,
    tx: Vec<u8>,
    mut heights: watch::Receiver<u64>,
) -> Result<Duration, Failure> {
    let mut rpc = Connection::open(port).await?;
    let began = Instant::now();
    let tx = format!(r#"{{"tx":"{}"}}"#, STANDARD.encode(tx));
    let taken = rpc.call("broadcast_tx_sync", &tx).await??;
    if taken["code"] != 0 {
        return Err(format!("a filing was refused: {taken}").into());
    }
    let key = Key::Filing(f).encode();
    let asked = format!(
        r#"{{"path":"/state","data":"{}","prove":true}}"#,
        hex::encode(&key)
    );
    while began.elapsed() < PATIENCE {
        // A block shows before its node has executed it, and nodes are not at one height: asked again in between.
        if let Ok(gone) = tokio::time::timeout(AGAIN, heights.changed()).await {
            gone?;
        }
        let Ok(answer) = rpc.call("abci_query", &asked).await? else {
            continue;
        };
        let text = |place: &str| answer.pointer(place).and_then(Value::as_str);
        let Some(value) = text("/response/value").filter(|value| !value.is_empty()) else {
            continue;
        };
        let height: u64 = text("/response/height").ok_or("no height")?.parse()?;
        let proof = text("/response/proofOps/ops/0/data").ok_or("no proof")?;
        let proof = StateProof::decode(&STANDARD.decode(proof)?)?;
        let asked = format!(r#"{{"height":"{}"}}"#, height + 1);
        let Ok(commit) = rpc.call("commit", &asked).await? else {
            continue;
        };
        let root = commit["signed_header"]["header"]["app_hash"]
            .as_str()
            .ok_or("a header without an application hash")?;
        let mut hash = [0; 32];
        hex::decode_to_slice(root, &mut hash)?;
        verify_presence(&hash, &key, &STANDARD.decode(value)?, &proof)?;
        return Ok(began.elapsed());
    }
    Err("a receipt never came".into())
}
