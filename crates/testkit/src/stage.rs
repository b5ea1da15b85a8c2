//! A whole network on loopback, with a liar in front of every gateway.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use serde_json::Value;
use toend_ledger::{
    cometbft::Time,
    genesis::demo::{self, AUTHORITIES},
    network::{Checkpoint, demo as demo_file},
    subject::Subject,
};
use toend_node::{
    consensus::{
        network::{BlockLoop, Network, Pace},
        plan::{Clock, Plan},
    },
    demo::Opening,
    gateway::{self, Gateway, HeadIndex},
    ledger::Ledger,
    registers::{Delivery, Register},
    storage::Store,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    fault::Fault,
    proxy::{Sent, Twin},
};

/// How often blocks are made on a stage.
const PACE: Pace = Pace {
    least: Duration::from_millis(20),
    idle: Duration::from_millis(250),
};

/// The network and its liars. Ends when dropped.
pub struct Stage {
    blocks: BlockLoop,
    registers: Vec<Arc<Register>>,
    network_file: Vec<u8>,
    ahead_ms: Arc<AtomicU64>,
    twins: Vec<Twin>,
    tasks: Vec<JoinHandle<()>>,
    liars: Vec<JoinHandle<()>>,
}

impl Stage {
    /// Starts the demonstration network in `folder`; with `registers` the honest ones run and hold the demonstration data.
    ///
    /// The registers seal only what [`Stage::receive`] gives them, so that a test alone decides when the ledger changes.
    pub async fn open(folder: &Path, registers: bool) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let blocks = start(folder.to_path_buf(), Arc::clone(&ahead_ms)).await;
        let ledger = Arc::clone(blocks.network()) as Arc<dyn Ledger>;
        let (mut fronts, mut backs) = (Vec::new(), Vec::new());
        for _ in &AUTHORITIES {
            fronts.push(listen().await);
            backs.push(listen().await);
        }
        let origins: Vec<String> = fronts.iter().map(origin).collect();
        let network_file = network_file(blocks.network(), &origins);
        let (gateways, registers) = if registers {
            honest(folder, &ledger, &origins, &network_file).await
        } else {
            (bare(folder, &ledger, &origins, &network_file), Vec::new())
        };
        let twins: Vec<Twin> = backs
            .iter()
            .map(|back| Twin::new(origin(back), Arc::clone(&ledger)))
            .collect();
        let tasks = backs
            .into_iter()
            .zip(gateways)
            .map(|(listener, routes)| {
                tokio::spawn(async move {
                    axum::serve(listener, routes)
                        .await
                        .expect("the gateway serves");
                })
            })
            .collect();
        let liars = fronts
            .into_iter()
            .zip(&twins)
            .map(|(listener, twin)| tokio::spawn(twin.clone().serve(listener)))
            .collect();
        Self {
            blocks,
            registers,
            network_file,
            ahead_ms,
            twins,
            tasks,
            liars,
        }
    }

    /// Network file that leads to the liars.
    pub fn network_file(&self) -> Vec<u8> {
        self.network_file.clone()
    }

    /// The ledger behind them.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(self.blocks.network()) as Arc<dyn Ledger>
    }

    /// Reads the stage's time, milliseconds since the Unix epoch: what the validators vote by.
    pub fn clock(&self) -> impl Fn() -> u64 + Send + Sync + 'static {
        let ahead = Arc::clone(&self.ahead_ms);
        move || now_ms() + ahead.load(Ordering::SeqCst)
    }

    /// Lets time pass at once, for validators and whoever uses [`Stage::clock`].
    pub fn pass(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap();
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Waits until `count` more blocks are decided.
    pub async fn blocks(&self, count: u64) {
        let mut tip = self.ledger().subscribe();
        let wanted = *tip.borrow() + count;
        tip.wait_for(|height| *height >= wanted).await.unwrap();
    }

    /// Hands entries to the honest register `reg` and waits until a header commits their seal. Returns their numbers.
    pub async fn receive(&self, reg: u16, deliveries: &[Delivery]) -> Vec<u64> {
        let numbers = self.deliver(reg, deliveries);
        self.register(reg).flush().await.unwrap();
        self.blocks(2).await;
        numbers
    }

    /// Hands entries to the honest register `reg`, which seals them at no time.
    pub fn deliver(&self, reg: u16, deliveries: &[Delivery]) -> Vec<u64> {
        self.register(reg)
            .receive(deliveries, self.clock()())
            .unwrap()
    }

    fn register(&self, reg: u16) -> &Arc<Register> {
        self.registers
            .iter()
            .find(|register| register.reg().0 == reg)
            .expect("the stage has honest registers")
    }

    /// Sets what the gateway of authority `index` does from now on. Authority `i` keeps register `i + 1`.
    pub fn fault(&self, index: usize, fault: Fault) {
        self.twins[index].set(fault);
    }

    /// Says whose lists the gateway answers for, so that it can sign changed answers.
    pub fn serves(&self, subject: &Subject) {
        for twin in &self.twins {
            twin.serves(subject.clone());
        }
    }

    /// The last honest list answer of a gateway.
    pub fn captured(&self, index: usize) -> Value {
        self.twins[index]
            .captured()
            .expect("an honest list answer has passed")
    }

    /// Signed list answers that a gateway sent, each with the request it signed, oldest first.
    pub fn sent(&self, index: usize) -> Vec<Sent> {
        self.twins[index].sent()
    }

    /// Evidence that was handed in at a gateway, oldest first.
    pub fn evidence(&self, index: usize) -> Vec<Vec<u8>> {
        self.twins[index].evidence()
    }

    /// Bytes of endless answers that somebody has taken from a gateway.
    pub fn taken(&self, index: usize) -> u64 {
        self.twins[index].taken()
    }

    /// Opens another way to the gateway of authority `index`, as one that moved; its address.
    pub async fn open_elsewhere(&mut self, index: usize) -> String {
        let listener = listen().await;
        let address = origin(&listener);
        let serving = self.twins[index].clone().serve(listener);
        self.tasks.push(tokio::spawn(serving));
        address
    }

    /// Stops the liar in front of one gateway, where the network file says it is.
    pub fn cut_one(&self, index: usize) {
        self.liars[index].abort();
    }

    /// Stops the liars; the honest network goes on behind them, unreachable.
    pub fn cut(&self) {
        for liar in &self.liars {
            liar.abort();
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.cut();
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

async fn listen() -> TcpListener {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap()
}

fn origin(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().unwrap())
}

/// Starts the four validators, with a clock that can be put forward.
async fn start(folder: std::path::PathBuf, ahead_ms: Arc<AtomicU64>) -> BlockLoop {
    let job = move || {
        let secrets = (0u16..)
            .take(AUTHORITIES.len())
            .map(|i| demo::key(demo::Purpose::Consensus, i))
            .collect();
        let clock = Clock::from_fn(move || {
            Time::from_millis(now_ms() + ahead_ms.load(Ordering::SeqCst)).unwrap()
        });
        let plan = Plan::new(&demo::genesis_bytes(), secrets, clock).unwrap();
        let store = Store::open(&folder, &plan.net).unwrap();
        Network::start(plan, store, PACE).unwrap()
    };
    tokio::task::spawn_blocking(job).await.unwrap()
}

fn network_file(network: &Network, origins: &[String]) -> Vec<u8> {
    let tip = network.tip_block();
    let header = tip.block.header();
    let checkpoint = Checkpoint {
        height: header.height,
        time_ms: header.time.millis(),
        header_hash: tip.id.hash,
        validators_hash: header.validators_hash,
    };
    let endpoints: Vec<demo_file::Endpoint> = origins
        .iter()
        .map(|origin| demo_file::Endpoint {
            gateway: origin.clone(),
            rpc: origin.clone(),
        })
        .collect();
    demo_file::network_file(&endpoints, checkpoint).encode()
}

/// The demonstration's houses. Their own loops are ended at once: the test seals.
async fn honest(
    folder: &Path,
    ledger: &Arc<dyn Ledger>,
    origins: &[String],
    network_file: &[u8],
) -> (Vec<Router>, Vec<Arc<Register>>) {
    let (_ended, stop) = watch::channel(true);
    let houses = toend_node::demo::open(Opening {
        folder,
        ledger: Arc::clone(ledger),
        genesis: &demo::genesis(),
        origins,
        network_file,
        population: 0,
        stop,
    })
    .await
    .unwrap_or_else(|error| panic!("the registers do not open: {error}"));
    (houses.gateways, houses.registers)
}

/// Gateways without registers: headers, blocks and sign-in.
fn bare(
    folder: &Path,
    ledger: &Arc<dyn Ledger>,
    origins: &[String],
    network_file: &[u8],
) -> Vec<Router> {
    let heads = HeadIndex::open(&folder.join("heads.sqlite"), &ledger.net()).unwrap();
    let heads = Arc::new(heads);
    AUTHORITIES
        .iter()
        .zip(origins)
        .map(|(authority, origin)| {
            gateway::router(Gateway::new(gateway::Settings {
                authority: authority.id.to_owned(),
                origin: origin.clone(),
                trusted: toend_id_card::demo::ca_certificates(),
                ledger: Arc::clone(ledger),
                house: None,
                heads: Arc::clone(&heads),
                network_file: network_file.to_vec(),
                clock: gateway::system_clock,
            }))
        })
        .collect()
}
