//! A ledger with a very long past, and gateways that have nothing else: for measuring how a client fills in history.
//!
//! The headers are linked by hash and the newest ones are signed by the demonstration's authorities, who go on signing one
//! block a second. No register answers, and no block holds a transaction.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use ed25519_dalek::{Signer as _, SigningKey};
use toend_ledger::cometbft::bundle::{self, BUNDLE_HEADERS};
use toend_ledger::cometbft::{
    Address, BlockId, BlockIdFlag, Commit, CommitSig, Header, LightBlock, PartSetHeader,
    SignedHeader, Time, Validator, ValidatorSet, Version, VoteKind, address_of, sign_bytes,
};
use toend_ledger::gateway::Health;
use toend_ledger::genesis::demo::{self, AUTHORITIES, Purpose};
use toend_ledger::hash::sha256;
use toend_ledger::network::{Checkpoint, demo as demo_file};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Time between two blocks.
const STEP_MS: u64 = 1000;

struct Chain {
    set: ValidatorSet,
    keys: Vec<(Address, SigningKey)>,
    /// Full bundles, encoded.
    bundles: Vec<Vec<u8>>,
    /// Headers of the bundle that is not full yet.
    open: Vec<Header>,
    /// Signed blocks from the checkpoint on.
    signed: Vec<LightBlock>,
    previous: Option<(BlockId, Commit)>,
}

impl Chain {
    fn new() -> Self {
        let keys: Vec<SigningKey> = (0u16..)
            .take(AUTHORITIES.len())
            .map(|i| demo::signing_key(Purpose::Consensus, i))
            .collect();
        let validators = keys
            .iter()
            .map(|key| Validator::new(key.verifying_key().to_bytes(), 10))
            .collect();
        let keys = keys
            .into_iter()
            .map(|key| (address_of(&key.verifying_key().to_bytes()), key))
            .collect();
        Self {
            set: ValidatorSet::new(validators).unwrap(),
            keys,
            bundles: Vec::new(),
            open: Vec::new(),
            signed: Vec::new(),
            previous: None,
        }
    }

    fn height(&self) -> u64 {
        (self.bundles.len() * BUNDLE_HEADERS + self.open.len()) as u64
    }

    /// The next header. Every one has other state and results, as on a ledger in use.
    fn header(&self, time_ms: u64) -> Header {
        let height = self.height() + 1;
        let of = |tag: &[u8]| sha256(&[tag, &height.to_be_bytes()]);
        let set = self.set.hash();
        let proposer = height as usize % self.set.len();
        Header {
            version: Version { block: 11, app: 1 },
            chain_id: demo::CHAIN_ID.to_owned(),
            height,
            time: Time::from_millis(time_ms).unwrap(),
            last_block_id: self.previous.as_ref().map(|(id, _)| *id),
            last_commit_hash: Some(
                self.previous
                    .as_ref()
                    .map_or_else(|| of(b"no commit"), |(_, commit)| commit.hash()),
            ),
            data_hash: Some(toend_ledger::merkle::EMPTY_ROOT),
            validators_hash: set,
            next_validators_hash: set,
            consensus_hash: sha256(&[b"parameters"]),
            app_hash: of(b"state").to_vec(),
            last_results_hash: Some(of(b"results")),
            evidence_hash: Some(toend_ledger::merkle::EMPTY_ROOT),
            proposer_address: self.set.validators()[proposer].address,
        }
    }

    /// Appends a block. Below the checkpoint nobody looks at signatures, so there they are left out.
    fn append(&mut self, time_ms: u64, sign: bool) {
        let header = self.header(time_ms);
        let id = BlockId {
            hash: header.hash(),
            parts: PartSetHeader {
                total: 1,
                hash: sha256(&[b"parts", &header.height.to_be_bytes()]),
            },
        };
        let commit = self.commit(&header, id, sign);
        if sign {
            self.signed.push(LightBlock {
                signed_header: SignedHeader {
                    header: header.clone(),
                    commit: commit.clone(),
                },
                validator_set: self.set.clone(),
                next_validator_set: Some(self.set.clone()),
            });
        }
        self.open.push(header);
        if self.open.len() == BUNDLE_HEADERS {
            self.bundles.push(bundle::encode(&self.open).unwrap());
            self.open.clear();
        }
        self.previous = Some((id, commit));
    }

    fn commit(&self, header: &Header, id: BlockId, sign: bool) -> Commit {
        let signature = |validator: &Validator| {
            let key = self
                .keys
                .iter()
                .find(|(address, _)| *address == validator.address);
            let (true, Some((address, key))) = (sign, key) else {
                return CommitSig::ABSENT;
            };
            let bytes = sign_bytes(
                VoteKind::Precommit,
                &header.chain_id,
                header.height,
                0,
                Some(&id),
                header.time,
            );
            CommitSig {
                flag: BlockIdFlag::Commit,
                address: *address,
                time: header.time,
                signature: key.sign(&bytes).to_bytes(),
            }
        };
        Commit {
            height: header.height,
            round: 0,
            block_id: Some(id),
            signatures: self.set.validators().iter().map(signature).collect(),
        }
    }

    fn bundle(&self, index: u64) -> Option<Vec<u8>> {
        let index = usize::try_from(index).ok()?;
        match self.bundles.get(index) {
            Some(bytes) => Some(bytes.clone()),
            None if index == self.bundles.len() => bundle::encode(&self.open).ok(),
            None => None,
        }
    }

    fn light_block(&self, height: u64) -> Option<LightBlock> {
        let first = self.signed.first()?.height();
        let at = usize::try_from(height.checked_sub(first)?).ok()?;
        self.signed.get(at).cloned()
    }
}

struct Desk {
    chain: Mutex<Chain>,
    /// History is handed out once this is true.
    open: watch::Sender<bool>,
    bundles_served: AtomicU64,
}

impl Desk {
    fn with<T>(&self, work: impl FnOnce(&mut Chain) -> T) -> T {
        work(&mut self.chain.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The chain and its four gateways. They end when this is dropped.
pub struct LongChain {
    desk: Arc<Desk>,
    network_file: Vec<u8>,
    tasks: Vec<JoinHandle<()>>,
}

impl LongChain {
    /// Makes `headers` headers, the newest of this moment, and serves them on loopback. History is held back until
    /// [`LongChain::open_history`].
    pub async fn serve(headers: u64) -> Self {
        let chain = tokio::task::spawn_blocking(move || make(headers))
            .await
            .unwrap();
        let tip = chain.signed.first().unwrap().header().clone();
        let desk = Arc::new(Desk {
            chain: Mutex::new(chain),
            open: watch::channel(false).0,
            bundles_served: AtomicU64::new(0),
        });
        let (mut tasks, mut endpoints) = (Vec::new(), Vec::new());
        for authority in &AUTHORITIES {
            let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
                .await
                .unwrap();
            let origin = format!("http://{}", listener.local_addr().unwrap());
            endpoints.push(demo_file::Endpoint {
                gateway: origin.clone(),
                rpc: origin,
            });
            let routes = routes(Arc::clone(&desk), authority.id);
            tasks.push(tokio::spawn(async move {
                axum::serve(listener, routes).await.unwrap();
            }));
        }
        tasks.push(tokio::spawn(go_on(Arc::clone(&desk))));
        let checkpoint = Checkpoint {
            height: tip.height,
            time_ms: tip.time.millis(),
            header_hash: tip.hash(),
            validators_hash: tip.validators_hash,
        };
        Self {
            desk,
            network_file: demo_file::network_file(&endpoints, checkpoint).encode(),
            tasks,
        }
    }

    /// Network file that leads here; its checkpoint is the newest header made at the start.
    pub fn network_file(&self) -> &[u8] {
        &self.network_file
    }

    /// From now on history is handed out.
    pub fn open_history(&self) {
        self.desk.open.send_replace(true);
    }

    /// Bundles handed out so far.
    pub fn bundles_served(&self) -> u64 {
        self.desk.bundles_served.load(Ordering::Relaxed)
    }
}

impl Drop for LongChain {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn make(headers: u64) -> Chain {
    let mut chain = Chain::new();
    let begin = now_ms() - headers * STEP_MS;
    for i in 1..=headers {
        chain.append(begin + i * STEP_MS, i == headers);
    }
    chain
}

async fn go_on(desk: Arc<Desk>) {
    let mut every = tokio::time::interval(Duration::from_millis(STEP_MS));
    loop {
        every.tick().await;
        desk.with(|chain| {
            let last = chain.signed.last().unwrap().header().time.millis();
            chain.append(now_ms().max(last + 1), true);
        });
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

fn routes(desk: Arc<Desk>, authority: &'static str) -> Router {
    let health = move |State(desk): State<Arc<Desk>>| async move {
        Json(Health {
            authority: authority.to_owned(),
            registers: Vec::new(),
            now_ms: now_ms(),
            height: desk.with(|chain| chain.height()),
        })
    };
    Router::new()
        .route("/v1/health", get(health))
        .route("/v1/tip", get(tip))
        .route("/v1/light-block/{height}", get(light_block))
        .route("/v1/headers/{bundle}", get(headers))
        .with_state(desk)
}

async fn tip(State(desk): State<Arc<Desk>>) -> Json<LightBlock> {
    Json(desk.with(|chain| chain.signed.last().unwrap().clone()))
}

async fn light_block(
    State(desk): State<Arc<Desk>>,
    Path(height): Path<u64>,
) -> Result<Json<LightBlock>, StatusCode> {
    desk.with(|chain| chain.light_block(height))
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

async fn headers(
    State(desk): State<Arc<Desk>>,
    Path(index): Path<u64>,
) -> Result<Vec<u8>, StatusCode> {
    let mut open = desk.open.subscribe();
    // The sender lives in the desk that this request holds.
    let _ = open.wait_for(|open| *open).await;
    let bytes = desk
        .with(|chain| chain.bundle(index))
        .ok_or(StatusCode::NOT_FOUND)?;
    desk.bundles_served.fetch_add(1, Ordering::Relaxed);
    Ok(bytes)
}
