//! Older headers come from other authorities' RPC, where anybody may answer: a lie is not kept, whoever else has the truth is
//! asked instead.
#![allow(clippy::unwrap_used)]

mod common;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use serde_json::{Value, json};
use toend_ledger::cometbft::{CommitSig, SignedHeader};
use toend_ledger::genesis::demo;
use toend_node::comet::backfill::Backfill;
use toend_node::comet::mirror::Mirror;
use toend_node::comet::rpc::CometRpc;
use toend_node::ledger::Ledger as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The newest block that the node has by itself.
const OWN: u64 = 8;

/// What a peer makes of an honest answer. Each lie passes for an answer of CometBFT.
#[derive(Clone, Copy, Debug)]
enum Lie {
    /// Another state under another block hash.
    State,
    /// The header before the one that was asked for.
    Before,
    /// One of those who signed did not.
    Vote,
    /// The votes are of another round, which no hash covers.
    Round,
    /// The block has other parts.
    Parts,
}

impl Lie {
    fn tell(self, signed: &mut SignedHeader) {
        let id = signed.commit.block_id.as_mut().unwrap();
        match self {
            Self::State => {
                signed.header.app_hash = vec![7; 32];
                id.hash = signed.header.hash();
            }
            Self::Before => {
                signed.header.last_block_id.as_mut().unwrap().hash = [7; 32];
                id.hash = signed.header.hash();
            }
            Self::Vote => signed.commit.signatures[0] = CommitSig::ABSENT,
            Self::Round => signed.commit.round += 1,
            Self::Parts => id.parts.hash = [7; 32],
        }
    }
}

#[derive(Clone)]
struct Liar {
    lie: Lie,
    upstream: String,
    told: Arc<AtomicU64>,
}

async fn answer(State(liar): State<Liar>, body: String) -> String {
    let asked: Value = serde_json::from_str(&body).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let honest = client.post(&liar.upstream).body(body).send().await.unwrap();
    let mut honest: Value = honest.json().await.unwrap();
    // The first block names none before it.
    let lies = asked["method"] == "commit" && asked["params"]["height"] != "1";
    if lies && let Some(signed) = honest.pointer_mut("/result/signed_header") {
        let mut page: SignedHeader = serde_json::from_value(signed.take()).unwrap();
        liar.lie.tell(&mut page);
        *signed = json!(page);
        liar.told.fetch_add(1, Ordering::Relaxed);
    }
    honest.to_string()
}

async fn liar(lie: Lie, upstream: &str) -> (CometRpc, Arc<AtomicU64>) {
    let told = Arc::new(AtomicU64::new(0));
    let state = Liar {
        lie,
        upstream: upstream.to_owned(),
        told: Arc::clone(&told),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(answer).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (CometRpc::new(&url).unwrap(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_lies_about_older_headers_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(&folder.path().join("network")).await;
    common::reach(&network, OWN + 1).await;
    let ledger = network.network().unwrap();
    let upstream = network.endpoints()[0].rpc.clone();
    let honest = CometRpc::new(&upstream).unwrap();
    for lie in [Lie::State, Lie::Before, Lie::Vote, Lie::Round, Lie::Parts] {
        let path = folder.path().join(format!("{lie:?}.sqlite3"));
        let mirror = Arc::new(Mirror::open(&path, &demo::net()).unwrap());
        mirror.put(&ledger.light_block(OWN).unwrap()).unwrap();
        let (liar, told) = liar(lie, &upstream).await;
        let backfill = Backfill {
            peers: vec![liar, honest.clone()],
            mirror: Arc::clone(&mirror),
            chain_id: demo::genesis().chain_id,
            first_height: 1,
            first_peer: 0.into(),
        };
        let (_running, stop) = watch::channel(false);
        // It ends by itself once nothing is missing.
        backfill.run(stop).await;
        for height in 1..OWN {
            let kept = mirror.block(height).unwrap().unwrap();
            let true_one = ledger.light_block(height).unwrap();
            assert_eq!(
                kept.signed_header, true_one.signed_header,
                "{lie:?} at {height}"
            );
        }
        assert_eq!(told.load(Ordering::Relaxed), OWN - 2, "{lie:?}");
    }
    network.shutdown().await;
}

/// A peer that sends a byte now and then, for as long as somebody reads, and how often it was asked.
fn trickler() -> (CometRpc, Arc<AtomicU64>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::Relaxed);
            std::thread::spawn(move || {
                // Four minutes: a test that fails ends, too.
                for _ in 0..12_000 {
                    if stream.write_all(b" ").is_err() {
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
        }
    });
    let patience = Duration::from_secs(1);
    (CometRpc::new(&url).unwrap().with_patience(patience), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_trickles_is_left_and_asked_last() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(&folder.path().join("network")).await;
    common::reach(&network, OWN + 1).await;
    let ledger = network.network().unwrap();
    let honest = CometRpc::new(&network.endpoints()[0].rpc).unwrap();
    let mirror = Arc::new(Mirror::open(&folder.path().join("m.sqlite3"), &demo::net()).unwrap());
    mirror.put(&ledger.light_block(OWN).unwrap()).unwrap();
    let (trickler, asked) = trickler();
    let backfill = Backfill {
        peers: vec![trickler, honest],
        mirror: Arc::clone(&mirror),
        chain_id: demo::genesis().chain_id,
        first_height: 1,
        first_peer: 0.into(),
    };
    let (_running, stop) = watch::channel(false);
    let whole = tokio::time::timeout(Duration::from_secs(120), backfill.run(stop)).await;
    assert!(whole.is_ok(), "a peer that trickles holds everything up");
    for height in 1..OWN {
        assert!(mirror.block(height).unwrap().is_some(), "{height}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    network.shutdown().await;
}
