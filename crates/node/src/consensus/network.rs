//! The running embedded network: one replica, four signers, one block loop.
//!
//! A thread of its own makes the blocks: it takes what waits, lets the replica
//! judge and execute it, has all four validators sign, writes everything to
//! disk, and only then shows the block. If the disk refuses, the *same* block
//! is written again until it takes it; nothing is decided twice.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use toend_ledger::cometbft::{BlockId, LightBlock, SignedHeader};
use toend_ledger::hash::Hash;
use toend_ledger::tx::MAX_TX;
use tokio::sync::watch;

use super::mempool::Mempool;
use super::plan::Plan;
use super::producer::Producer;
use super::replica::Replica;
use crate::ledger::{Included, Ledger, QueryResult, SubmitError};
use crate::storage::read::BlockRow;
use crate::storage::{Reader, StorageError, Store, TxRecord};

/// How often blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Least time between two blocks when transactions wait.
    pub least: Duration,
    /// Longest time without a block when nothing waits.
    pub idle: Duration,
}

impl Pace {
    /// The demonstration's: at most one block a second, at least one every five.
    pub const DEMO: Self = Self {
        least: Duration::from_secs(1),
        idle: Duration::from_secs(5),
    };
    /// While the registers are filled for the first time: no waiting.
    pub const SEEDING: Self = Self {
        least: Duration::ZERO,
        idle: Duration::from_secs(5),
    };
}

/// Why the network does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The disk or what is on it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What is on the disk contradicts itself or the genesis file.
    #[error("the stored ledger does not fit together: {0}")]
    Inconsistent(String),
    /// The computer's clock stands before the network's first block.
    #[error("the clock of this computer stands before the ledger began")]
    ClockBeforeGenesis,
    /// No thread could be started.
    #[error("the block thread did not start: {0}")]
    Thread(String),
}

/// The newest block as readers see it.
#[derive(Debug)]
pub struct Tip {
    /// Header, commit, both validator sets.
    pub block: LightBlock,
    /// Its name.
    pub id: BlockId,
}

/// What block loop and callers share.
pub(super) struct Desk {
    pub(super) replica: Replica,
    pub(super) mempool: Mempool,
    pub(super) pace: Pace,
    pub(super) stop: bool,
    /// Why no block can be written at present.
    pub(super) trouble: Option<StorageError>,
}

/// The network, shared by everybody who asks it.
pub struct Network {
    plan: Plan,
    desk: Mutex<Desk>,
    bell: Condvar,
    tip: RwLock<Arc<Tip>>,
    heights: watch::Sender<u64>,
    reader: Reader,
}

/// Keeps the block loop running; dropping it stops the loop after the block at hand.
#[derive(Debug)]
pub struct BlockLoop {
    network: Arc<Network>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("height", &*self.heights.borrow())
            .finish_non_exhaustive()
    }
}

impl Network {
    /// Starts or takes up again the network that `plan` describes, on `store`.
    /// When this returns, there are new blocks on top of everything stored, so
    /// that the whole state can be proven from a tip that is fresh.
    pub fn start(plan: Plan, store: Store, pace: Pace) -> Result<BlockLoop, NetworkError> {
        let Store { writer, reader } = store;
        let (mut producer, mut replica) = Producer::load(&plan, writer, &reader)?;
        let mut mempool = Mempool::default();
        let mut one_block = || -> Result<Tip, NetworkError> {
            let mut made = producer
                .make(&mut replica, &mut mempool)
                .map_err(inconsistent)?;
            made.write()?;
            made.settle(&mut replica, &mut mempool)
                .map_err(inconsistent)
        };
        // The first block proves the stored state, but its time is that of the votes before the stop; the second
        // block's time is now.
        one_block()?;
        let tip = one_block()?;
        let (heights, _) = watch::channel(tip.block.height());
        let network = Arc::new(Self {
            plan,
            desk: Mutex::new(Desk {
                replica,
                mempool,
                pace,
                stop: false,
                trouble: None,
            }),
            bell: Condvar::new(),
            tip: RwLock::new(Arc::new(tip)),
            heights,
            reader,
        });
        let shared = Arc::clone(&network);
        let thread = std::thread::Builder::new()
            .name("blocks".to_owned())
            .spawn(move || shared.run(producer))
            .map_err(|error| NetworkError::Thread(error.to_string()))?;
        Ok(BlockLoop {
            network,
            thread: Some(thread),
        })
    }

    /// What the network is made of.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The newest block.
    pub fn tip_block(&self) -> Arc<Tip> {
        Arc::clone(&self.tip.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The newest height.
    pub fn height(&self) -> u64 {
        *self.heights.borrow()
    }

    /// Stored blocks. Reading touches the disk.
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How fast blocks are made from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.desk().pace = pace;
        self.bell.notify_all();
    }

    /// Number and bytes of waiting transactions.
    pub fn waiting(&self) -> (usize, usize) {
        let desk = self.desk();
        (desk.mempool.len(), desk.mempool.bytes())
    }

    /// The first waiting transactions, at most `limit`.
    pub fn waiting_txs(&self, limit: usize) -> Vec<Vec<u8>> {
        self.desk()
            .mempool
            .waiting()
            .take(limit)
            .map(|(_, tx)| tx.to_vec())
            .collect()
    }

    /// Asks the application about a transaction without queueing it.
    pub fn check(&self, tx: &[u8]) -> TxRecord {
        self.desk().replica.check_tx(tx)
    }

    /// Height and state root the application stands at.
    pub fn app_info(&self) -> (u64, Hash) {
        self.desk().replica.info()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut producer: Producer) {
        while self.wait_for_turn(&producer) {
            let made = {
                let desk = &mut *self.desk();
                producer.make(&mut desk.replica, &mut desk.mempool)
            };
            let mut made = match made {
                Ok(made) => made,
                Err(error) => {
                    tracing::error!(%error, "no further block can be made");
                    self.fail(StorageError::Damaged(error.to_string()));
                    return;
                }
            };
            loop {
                match made.write() {
                    Ok(()) => break,
                    Err(error) => {
                        tracing::error!(%error, height = made.height(), "the block could not be stored");
                        let passing = error.is_passing();
                        self.fail(error);
                        if !passing || !self.pause(Duration::from_secs(1)) {
                            return;
                        }
                    }
                }
            }
            let tip = {
                let desk = &mut *self.desk();
                desk.trouble = None;
                made.settle(&mut desk.replica, &mut desk.mempool)
            };
            match tip {
                Ok(tip) => self.show(tip),
                Err(error) => {
                    self.fail(StorageError::Damaged(error.to_string()));
                    return;
                }
            }
        }
        producer.close();
    }

    /// Waits until a block is due; false when the network stops.
    fn wait_for_turn(&self, producer: &Producer) -> bool {
        let mut desk = self.desk();
        loop {
            if desk.stop {
                return false;
            }
            let rest = if desk.mempool.is_empty() {
                desk.pace.idle
            } else {
                desk.pace.least
            };
            let left = (producer.last_made() + rest).saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            desk = self
                .bell
                .wait_timeout(desk, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits `time`; false when the network stops.
    fn pause(&self, time: Duration) -> bool {
        let end = Instant::now() + time;
        let mut desk = self.desk();
        while !desk.stop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            desk = self
                .bell
                .wait_timeout(desk, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        false
    }

    fn fail(&self, error: StorageError) {
        self.desk().trouble = Some(error);
    }

    fn show(&self, tip: Tip) {
        let height = tip.block.height();
        *self.tip.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tip);
        self.heights.send_replace(height);
    }

    fn light_block_of(&self, row: BlockRow) -> Option<LightBlock> {
        let next = self.reader.block(row.header.height + 1).ok()??.validators;
        Some(LightBlock {
            signed_header: SignedHeader {
                header: row.header,
                commit: row.commit,
            },
            validator_set: row.validators,
            next_validator_set: Some(next),
        })
    }
}

fn inconsistent(error: impl std::fmt::Display) -> NetworkError {
    NetworkError::Inconsistent(error.to_string())
}

impl Ledger for Network {
    fn net(&self) -> Hash {
        self.plan.net
    }

    fn chain_id(&self) -> String {
        self.plan.chain_id().to_owned()
    }

    fn tip(&self) -> LightBlock {
        self.tip_block().block.clone()
    }

    fn light_block(&self, height: u64) -> Option<LightBlock> {
        let tip = self.tip_block();
        if height == tip.block.height() {
            return Some(tip.block.clone());
        }
        // A block that is written but not yet shown does not exist.
        if height == 0 || height > tip.block.height() {
            return None;
        }
        self.light_block_of(self.reader.block(height).ok()??)
    }

    fn header_bundle(&self, index: u64) -> Option<Vec<u8>> {
        self.reader.header_bundle(index, self.height()).ok()?
    }

    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
        if height > self.height() {
            return None;
        }
        super::block::txs_of(&self.reader.block_bytes(height).ok()??)
    }

    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        self.desk().replica.query(key, height)
    }

    fn subtree(&self, place: &Hash, bits: u16, height: u64) -> Option<Vec<u8>> {
        self.desk()
            .replica
            .subtree(place, usize::from(bits), height)
            .ok()
    }

    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        if tx.len() > MAX_TX {
            return Err(SubmitError::TooLarge {
                size: tx.len(),
                max: MAX_TX,
            });
        }
        let mut desk = self.desk();
        if let Some(trouble) = &desk.trouble {
            return Err(SubmitError::Stopped(trouble.to_string()));
        }
        if desk.stop {
            return Err(SubmitError::Stopped("the network is stopping".to_owned()));
        }
        let hash = desk.mempool.admit(&tx)?;
        let TxRecord { code, log, .. } = desk.replica.check_tx(&tx);
        if code != 0 {
            return Err(SubmitError::Refused { code, log });
        }
        desk.mempool.push(hash, tx);
        drop(desk);
        self.bell.notify_all();
        Ok(hash)
    }

    fn included(&self, tx_hash: &Hash) -> Option<Included> {
        let place = self.reader.included(tx_hash).ok()??;
        (place.height <= self.height()).then_some(place)
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        self.heights.subscribe()
    }
}

impl BlockLoop {
    /// The running network.
    pub const fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Stops after the block at hand and waits for it.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        self.network.desk().stop = true;
        self.network.bell.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the block thread had failed");
        }
    }
}

impl Drop for BlockLoop {
    fn drop(&mut self) {
        self.halt();
    }
}
