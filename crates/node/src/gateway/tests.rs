//! Every "no" costs the same reads in the same order, and is the same answer to the byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use axum::http::{HeaderMap, StatusCode};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use toend_ledger::cometbft::LightBlock;
use toend_ledger::genesis::demo::{Purpose, signing_key};
use toend_ledger::hash::Hash;
use toend_ledger::subject::Subject;
use tokio::sync::watch;

use super::metrics::Sources;
use super::*;
use crate::demo;
use crate::ledger::{Included, QueryResult, SubmitError};
use crate::registers::tests::{Bench, On, lab, mari, on_both_engines};

/// A ledger that writes down what is read from it, and how often the database had been used by then.
struct Noting {
    inner: Arc<dyn Ledger>,
    seen: Mutex<Vec<(String, usize)>>,
    database: OnceLock<Arc<AtomicUsize>>,
    /// Whoever reads an old block waits for this.
    hold: Mutex<()>,
}

impl Noting {
    fn uses(&self) -> usize {
        let database = self.database.get();
        database.map_or(0, |uses| uses.load(Ordering::SeqCst))
    }

    fn note(&self, what: impl Into<String>) {
        self.seen.lock().unwrap().push((what.into(), self.uses()));
    }

    /// What was read since the last time, the database's uses counted from there.
    fn take(&self, from: usize) -> Vec<(String, usize)> {
        self.note("end");
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        let seen = seen.into_iter();
        seen.map(|(what, uses)| (what, uses - from)).collect()
    }
}

impl Ledger for Noting {
    fn net(&self) -> Hash {
        self.inner.net()
    }
    fn chain_id(&self) -> String {
        self.inner.chain_id()
    }
    fn tip(&self) -> LightBlock {
        self.note("tip");
        self.inner.tip()
    }
    fn light_block(&self, height: u64) -> Option<LightBlock> {
        self.note("light block");
        let _held = self.hold.lock().unwrap();
        self.inner.light_block(height)
    }
    fn header_bundle(&self, index: u64) -> Option<Vec<u8>> {
        self.note("bundle");
        self.inner.header_bundle(index)
    }
    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
        self.note("txs");
        self.inner.block_txs(height)
    }
    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        self.note(format!("state {:02x}", key[0]));
        self.inner.query(key, height)
    }
    fn subtree(&self, place: &Hash, bits: u16, height: u64) -> Option<Vec<u8>> {
        self.note("subtree");
        self.inner.subtree(place, bits, height)
    }
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        self.inner.submit(tx)
    }
    fn included(&self, tx_hash: &Hash) -> Option<Included> {
        self.inner.included(tx_hash)
    }
    fn subscribe(&self) -> watch::Receiver<u64> {
        self.inner.subscribe()
    }
}

/// The gateway of one register over a noting ledger.
struct Bureau {
    ledger: Arc<Noting>,
    gateway: Arc<Gateway>,
    routes: TowerToHyperService<Router>,
}

impl Bureau {
    fn open(bench: &Bench, reg: u16) -> (Self, Arc<Register>) {
        let ledger = Arc::new(Noting {
            inner: bench.ledger(),
            seen: Mutex::default(),
            database: OnceLock::new(),
            hold: Mutex::default(),
        });
        let shared = Arc::clone(&ledger) as Arc<dyn Ledger>;
        let register = Register::open(bench.settings(reg), Arc::clone(&shared)).unwrap();
        let register = Arc::new(register);
        ledger.database.set(register.database_uses()).unwrap();
        let heads = bench.folder.path().join("heads.sqlite");
        let gateway = Arc::new(Gateway::new(Settings {
            authority: "house".to_owned(),
            origin: "http://127.0.0.1:1".to_owned(),
            trusted: Vec::new(),
            ledger: Arc::clone(&shared),
            house: Some(House {
                register: Arc::clone(&register),
                answer_key: signing_key(Purpose::Answer, reg),
                next_answer_key: None,
            }),
            heads: Arc::new(HeadIndex::open(&heads, &shared.net()).unwrap()),
            network_file: Vec::new(),
            clock: system_clock,
        }));
        let routes = TowerToHyperService::new(shared_router(Arc::clone(&gateway)));
        let bureau = Self {
            ledger,
            gateway,
            routes,
        };
        (bureau, register)
    }

    fn session(&self, subject: Subject) -> String {
        let now_ms = self.gateway.now_ms();
        self.gateway.sessions.open(subject, now_ms).unwrap()
    }

    async fn ask(&self, path: &str, session: Option<&str>) -> Told {
        let mut request = Request::builder().uri(path);
        if let Some(session) = session {
            request = request.header(header::AUTHORIZATION, format!("Bearer {session}"));
        }
        let from = self.ledger.uses();
        self.ledger.seen.lock().unwrap().clear();
        let request = request.body(Body::empty()).unwrap();
        let response = self.routes.call(request).await.unwrap();
        let reads = self.ledger.take(from);
        let (parts, body) = response.into_parts();
        Told {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
            reads,
        }
    }
}

/// Everything that an answer shows, and what it took.
#[derive(Debug, PartialEq)]
struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    reads: Vec<(String, usize)>,
}

fn list(reg: u16) -> String {
    format!("/v1/registers/{reg}/list?class=0&nonce=00112233445566778899aabbccddeeff")
}

fn public(who: &str) -> String {
    format!("/v1/registers/{who}?nonce=00112233445566778899aabbccddeeff")
}

on_both_engines![
    every_private_no_is_one_answer_after_the_same_reads,
    every_public_no_is_one_answer_after_the_same_reads,
    whoever_asks_and_goes_away_keeps_the_place_until_the_work_is_done,
    metrics_show_what_waits_and_what_is_sealed,
];

async fn every_private_no_is_one_answer_after_the_same_reads(on: On) {
    let bench = Bench::new(on);
    let (bureau, register) = Bureau::open(&bench, 1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    // Known, and not sealed yet.
    let igor = Subject::person("EE", demo::IGOR).unwrap();
    register.know(std::slice::from_ref(&igor)).unwrap();
    let unknown = Subject::person("EE", "38301105216").unwrap();
    let [mari, igor, unknown] = [mari(), igor, unknown].map(|one| bureau.session(one));
    let known = bureau.ask(&list(1), Some(&mari)).await;
    assert_eq!(known.status, StatusCode::OK);
    let expected = bureau.ask(&list(1), Some(&unknown)).await;
    assert_eq!(
        (expected.status, expected.body.as_slice()),
        (
            StatusCode::NOT_FOUND,
            br#"{"code":"not_available"}"#.as_slice()
        )
    );
    let reads: Vec<&str> = expected
        .reads
        .iter()
        .map(|(what, _)| what.as_str())
        .collect();
    assert_eq!(reads, ["tip", "state 03", "state 10", "end"]);
    assert!(
        expected.reads.last().unwrap().1 > 0,
        "the database was asked"
    );
    for (reg, session) in [
        (1, &igor),
        (2, &mari),
        (2, &unknown),
        (999, &mari),
        (999, &igor),
    ] {
        assert_eq!(
            bureau.ask(&list(reg), Some(session)).await,
            expected,
            "{reg}"
        );
    }
}

async fn every_public_no_is_one_answer_after_the_same_reads(on: On) {
    let bench = Bench::new(on);
    let (bureau, register) = Bureau::open(&bench, 3);
    let company = |code| Subject::company("EE", code).unwrap();
    register.know(&[company(demo::COMPANY)]).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    register.know(&[mari(), company(demo::COMPANY_2)]).unwrap();
    let known = bureau
        .ask(&public("3/public/company/EE/19999012"), None)
        .await;
    assert_eq!(known.status, StatusCode::OK);
    let expected = bureau
        .ask(&public("3/public/company/EE/19999035"), None)
        .await;
    assert_eq!(expected.status, StatusCode::NOT_FOUND);
    for who in [
        "3/public/company/EE/19999029",
        "3/public/person/EE/47101010033",
        "3/public/person/EE/38301105216",
        "3/public/company/EE/19999013",
        "3/public/company/FI/x",
        "1/public/company/EE/19999012",
        "999/public/company/EE/19999012",
    ] {
        assert_eq!(bureau.ask(&public(who), None).await, expected, "{who}");
    }
}

async fn whoever_asks_and_goes_away_keeps_the_place_until_the_work_is_done(on: On) {
    let bench = Bench::new(on);
    let (bureau, _register) = Bureau::open(&bench, 1);
    let free = || bureau.gateway.at_once.available_permits();
    let before = free();
    let asking = {
        let held = bureau.ledger.hold.lock().unwrap();
        let request = Request::builder().uri("/v1/light-block/1");
        let asking = bureau.routes.call(request.body(Body::empty()).unwrap());
        let asking = tokio::spawn(asking);
        let reads = || bureau.ledger.seen.lock().unwrap().clone();
        while !reads().iter().any(|(what, _)| what == "light block") {
            std::thread::sleep(Duration::from_millis(1));
        }
        asking.abort();
        while !asking.is_finished() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(free(), before - 1, "the work still runs");
        drop(held);
        asking
    };
    assert!(asking.await.unwrap_err().is_cancelled());
    while free() < before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn metrics_show_what_waits_and_what_is_sealed(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let metrics = Metrics::default();
    let sources = Sources {
        ledger: bench.ledger(),
        register: Some(Arc::clone(&register)),
        files: Vec::new(),
        clerk: None,
    };
    let figure = |name: &str| {
        let text = metrics.text(&sources);
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("a", 50)], 1).unwrap();
    bench.settled().await;
    assert_eq!(figure("toend_register_waiting "), 2);
    assert_eq!(figure("toend_register_sealed_batches "), 0);
    register.flush().await.unwrap();
    bench.settled().await;
    assert_eq!(figure("toend_register_waiting "), 0);
    assert!(figure("toend_register_sealed_batches ") >= 1);
    assert!(figure("toend_register_sealed_entries ") >= 8);
}
