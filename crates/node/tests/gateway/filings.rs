//! Filings at any gateway: once on the ledger, promised only after they are on disk, refused without harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ed25519_dalek::{Signature, VerifyingKey};
use reqwest::StatusCode;
use toend_client::{CardSource, Client, Config, FilingStep, NetworkSource};
use toend_ledger::gateway::{B64, FilingAnswer, FilingOutcome, FilingRequest, Proven};
use toend_ledger::genesis::demo::{Purpose, net, signing_key};
use toend_ledger::hash::Hash;
use toend_ledger::network::{Checkpoint, demo};
use toend_ledger::state::{FilingValue, Key};
use toend_ledger::tx::Tx;
use toend_node::gateway::{Clerk, Outbox};
use toend_node::ledger::{Included, Ledger, QueryResult, SubmitError};
use tokio::sync::watch;

use crate::common::commitment;
use crate::porch::{LONG, Porch, Yard, client_at};
use crate::relay::by_inner;

/// A ledger that takes what is handed in and forgets the first few, as a node that dies does.
struct Forgetful {
    inner: Arc<dyn Ledger>,
    forgets: AtomicUsize,
}

impl Ledger for Forgetful {
    by_inner!(
        net chain_id tip light_block header_bundle block_txs query subtree included subscribe
    );
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        let forget = |left: usize| left.checked_sub(1);
        let forgot = self
            .forgets
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, forget);
        if forgot.is_ok() {
            return Ok(toend_ledger::hash::sha256(&[&tx]));
        }
        self.inner.submit(tx)
    }
}

fn clerk(yard: &Yard, gateway: u16) -> Arc<Clerk> {
    let path = yard.folder.path().join(format!("filings-{gateway}.sqlite"));
    Arc::new(Clerk {
        gateway,
        key: signing_key(Purpose::Gateway, gateway),
        outbox: Outbox::open(&path, &net()).unwrap(),
    })
}

async fn post(porch: &Porch, client: &reqwest::Client, body: Vec<u8>) -> reqwest::Response {
    let request = client.post(porch.url("/v1/filings")).body(body);
    request.send().await.unwrap()
}

fn body(f: &Hash) -> Vec<u8> {
    serde_json::to_vec(&FilingRequest {
        commitment: B64(f.to_vec()),
    })
    .unwrap()
}

async fn file(porch: &Porch, f: &Hash) -> FilingAnswer {
    let answer = post(porch, &reqwest::Client::new(), body(f)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: FilingAnswer = answer.json().await.unwrap();
    let signature = Signature::from_slice(&answer.signature.0).unwrap();
    let key = signing_key(Purpose::Gateway, answer.gateway).verifying_key();
    let key = VerifyingKey::from_bytes(key.as_bytes()).unwrap();
    key.verify_strict(&answer.signing_bytes(&net()), &signature)
        .unwrap();
    answer
}

/// Waits until the state that a tip commits holds a filing.
async fn sealed(ledger: &dyn Ledger, f: &Hash) -> FilingValue {
    let mut tip = ledger.subscribe();
    tokio::time::timeout(LONG, async {
        loop {
            let height = tip.borrow_and_update().saturating_sub(1);
            let found = ledger.query(&Key::Filing(*f).encode(), height);
            if let Some(value) = found.and_then(|found| found.value) {
                return FilingValue::decode(&value).unwrap();
            }
            tip.changed().await.unwrap();
        }
    })
    .await
    .expect("the filing does not come")
}

/// How often a filing stands in the blocks, by any gateway.
fn handed_in(ledger: &dyn Ledger, f: &Hash) -> usize {
    let txs = (1..=ledger.tip().height()).flat_map(|height| ledger.block_txs(height).unwrap());
    txs.filter(|tx| matches!(Tx::decode(tx), Ok(Tx::Filing(filing)) if filing.f == *f))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_filing_at_two_gateways_stands_once_and_both_show_it() {
    let yard = Yard::open().await;
    let (first, second) = (clerk(&yard, 0), clerk(&yard, 1));
    let near = yard.filing(Arc::clone(&first), yard.ledger()).await;
    let far = yard.filing(Arc::clone(&second), yard.ledger()).await;
    let f = commitment(1);
    assert_eq!(file(&near, &f).await.outcome, FilingOutcome::Taken);
    assert_eq!(first.outbox.count().unwrap(), 1);
    let value = sealed(yard.ledger().as_ref(), &f).await;
    assert_eq!(value.gateway, 0);
    for porch in [&near, &far] {
        let answer = file(porch, &f).await;
        assert_eq!(answer.outcome, FilingOutcome::Sealed);
        assert_eq!(answer.height, value.at.height);
        let key = hex::encode(Key::Filing(f).encode());
        let shown = reqwest::get(porch.url(&format!("/v1/state/{key}"))).await;
        let shown: Proven = shown.unwrap().json().await.unwrap();
        assert_eq!(shown.value.map(|value| value.0), Some(value.encode()));
    }
    assert_eq!(handed_in(yard.ledger().as_ref(), &f), 1);
    // A gateway without a clerk takes none, and says no more than for anything it has not.
    let closed = yard.plain().await;
    let answer = post(&closed, &reqwest::Client::new(), body(&f)).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_is_handed_in_again_after_the_node_forgot_it_and_after_a_restart() {
    let yard = Yard::open().await;
    let forgetful: Arc<dyn Ledger> = Arc::new(Forgetful {
        inner: yard.ledger(),
        forgets: AtomicUsize::new(2),
    });
    let f = commitment(2);
    let before = clerk(&yard, 0);
    let porch = yard
        .filing(Arc::clone(&before), Arc::clone(&forgetful))
        .await;
    assert_eq!(file(&porch, &f).await.outcome, FilingOutcome::Taken);
    // It ends, and with it the node's queue.
    porch.stop.send_replace(true);
    porch.serving.await.unwrap();
    drop(before);
    let after = clerk(&yard, 0);
    assert_eq!(after.outbox.count().unwrap(), 1);
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&after).run(forgetful, stopping));
    // The first time after the restart is forgotten too: it does not give up.
    sealed(yard.ledger().as_ref(), &f).await;
    tokio::time::timeout(LONG, async {
        while after.outbox.count().unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("what is sealed still waits");
    stop.send_replace(true);
    running.await.unwrap();
    assert_eq!(handed_in(yard.ledger().as_ref(), &f), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_filing_is_refused_and_a_flood_slows_nobody_else() {
    let yard = Yard::timeless().await;
    let porch = yard.filing(clerk(&yard, 0), yard.ledger()).await;
    let flooder = client_at(9);
    let short = serde_json::json!({ "commitment": "AAAA" }).to_string();
    let more = serde_json::json!({ "commitment": B64(vec![1; 32]), "register": 1 }).to_string();
    let bad = [
        &b""[..],
        b"{",
        b"null",
        b"[]",
        short.as_bytes(),
        more.as_bytes(),
    ];
    for body in bad {
        let answer = post(&porch, &flooder, body.to_vec()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{body:?}");
    }
    let long = post(&porch, &flooder, vec![b' '; 2000]).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let mut slowed = false;
    for n in 0..64 {
        let answer = post(&porch, &flooder, body(&commitment(100 + n))).await;
        slowed |= answer.status() == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(slowed);
    let answer = post(&porch, &client_at(10), body(&commitment(3))).await;
    assert_eq!(answer.status(), StatusCode::OK);
    // A key that is not the gateway's: refused with the ledger's code, and nothing waits.
    let path = yard.folder.path().join("stranger.sqlite");
    let stranger = Arc::new(Clerk {
        gateway: 1,
        key: signing_key(Purpose::Gateway, 2),
        outbox: Outbox::open(&path, &net()).unwrap(),
    });
    let porch = yard.filing(Arc::clone(&stranger), yard.ledger()).await;
    let answer = post(&porch, &client_at(11), body(&commitment(4))).await;
    let answer: FilingAnswer = answer.json().await.unwrap();
    assert_eq!(answer.outcome, FilingOutcome::Refused { code: 6 });
    assert_eq!(stranger.outbox.count().unwrap(), 0);
    let answer = post(&porch, &client_at(12), body(&commitment(3))).await;
    assert!(answer.status().is_success());
}

/// The client files at a gateway that takes it and is cut before the ledger has it: it goes elsewhere, and one entry stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_gateway_is_cut_in_the_middle_files_once() {
    let yard = Yard::open().await;
    let forgetful: Arc<dyn Ledger> = Arc::new(Forgetful {
        inner: yard.ledger(),
        forgets: AtomicUsize::new(usize::MAX),
    });
    let mut porches = vec![yard.filing(clerk(&yard, 0), forgetful).await];
    for gateway in 1..4 {
        porches.push(yard.filing(clerk(&yard, gateway), yard.ledger()).await);
    }
    let endpoints: Vec<_> = porches
        .iter()
        .map(|porch| demo::Endpoint {
            gateway: porch.url(""),
            rpc: String::new(),
        })
        .collect();
    let tip = yard.ledger().tip();
    let checkpoint = Checkpoint {
        height: tip.height(),
        time_ms: tip.header().time.millis(),
        header_hash: tip.header().hash(),
        validators_hash: tip.header().validators_hash,
    };
    let file = demo::network_file(&endpoints, checkpoint).encode();
    let client = Client::start(Config::new(
        yard.folder.path().join("person"),
        NetworkSource::Bytes(file),
        CardSource::DemoOnly,
    ))
    .await
    .unwrap();
    let f = commitment(5);
    let mut steps = Vec::new();
    let cut = porches.remove(0);
    let receipt = client
        .file(f, |step| {
            if matches!(step, FilingStep::Taken { .. }) {
                // What it took is lost with it; its disk, which would bring it back, too.
                cut.stop.send_replace(true);
            }
            steps.push(step);
        })
        .await
        .unwrap();
    let ids: Vec<&str> = client
        .network()
        .authorities
        .iter()
        .map(|a| a.id.as_str())
        .collect();
    let taken: Vec<usize> = steps
        .iter()
        .filter_map(|step| match step {
            FilingStep::Taken { authority } => ids.iter().position(|id| id == authority),
            _ => None,
        })
        .collect();
    assert_eq!(taken, [0, 1], "{steps:?}");
    assert_eq!((receipt.commitment, receipt.value.gateway), (f, 1));
    assert_eq!(sealed(yard.ledger().as_ref(), &f).await, receipt.value);
    assert_eq!(handed_in(yard.ledger().as_ref(), &f), 1);
    // Once more changes nothing, whoever is asked.
    let again = client.file(f, |_| {}).await.unwrap();
    assert_eq!(again.value, receipt.value);
    client.shutdown().await;
}
