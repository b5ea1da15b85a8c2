//! What is on its way: bounded, timed, and struck off by a watcher who reads every block.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use toend_ledger::cometbft::Time;
use toend_ledger::hash::{Hash, sha256};
use tokio::sync::Semaphore;

use crate::Failure;
use crate::http::Connection;

/// A block as the watcher saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub height: u64,
    /// Its header's time in milliseconds.
    pub time_ms: u64,
    /// When the watcher had it.
    pub at: Instant,
    /// When each of its transactions was sent.
    pub sent: Vec<Instant>,
    /// Transactions in it, whoever sent them.
    pub txs: usize,
}

/// Transactions sent and not in a block yet.
pub struct Flight {
    room: Semaphore,
    sent: Mutex<HashMap<Hash, Instant>>,
}

impl Flight {
    /// Room for so many at once.
    pub fn new(most: usize) -> Self {
        Self {
            room: Semaphore::new(most),
            sent: Mutex::default(),
        }
    }

    /// Waits for room and notes the departure.
    pub async fn depart(&self, tx: &[u8]) -> Result<Hash, Failure> {
        self.room.acquire().await?.forget();
        Ok(self.note(tx))
    }

    fn note(&self, tx: &[u8]) -> Hash {
        let hash = sha256(&[tx]);
        self.lock().insert(hash, Instant::now());
        hash
    }

    /// It was refused and is not on its way.
    pub fn refused(&self, hash: &Hash) {
        if self.lock().remove(hash).is_some() {
            self.room.add_permits(1);
        }
    }

    pub fn under_way(&self) -> usize {
        self.lock().len()
    }

    fn arrived(&self, tx: &[u8]) -> Option<Instant> {
        let sent = self.lock().remove(&sha256(&[tx]))?;
        self.room.add_permits(1);
        Some(sent)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Hash, Instant>> {
        self.sent
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// How often the watcher looks for the next block.
const LOOK: Duration = Duration::from_millis(15);

/// Reads blocks from `height` on and hands each to `seen`, until that says no.
pub async fn watch(
    port: u16,
    mut height: u64,
    flight: &Flight,
    mut seen: impl FnMut(Seen) -> bool,
) -> Result<(), Failure> {
    let mut rpc = Connection::open(port).await?;
    loop {
        let asked = format!(r#"{{"height":"{height}"}}"#);
        let Ok(answer) = rpc.call("block", &asked).await? else {
            tokio::time::sleep(LOOK).await;
            continue;
        };
        if answer.pointer("/block/header").is_none() {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let at = Instant::now();
        let time = answer
            .pointer("/block/header/time")
            .and_then(Value::as_str)
            .ok_or("a block without a time")?;
        let txs = answer
            .pointer("/block/data/txs")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let mut sent = Vec::new();
        for tx in txs {
            let tx = STANDARD.decode(tx.as_str().unwrap_or_default())?;
            sent.extend(flight.arrived(&tx));
        }
        let block = Seen {
            height,
            time_ms: Time::parse_rfc3339(time)?.millis(),
            at,
            sent,
            txs: txs.len(),
        };
        if !seen(block) {
            return Ok(());
        }
        height += 1;
    }
}
