//! Senders over persistent connections, and what came of their transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::time::MissedTickBehavior;

use crate::Failure;
use crate::chain::{Chain, NODES};
use crate::flight::{Flight, Seen, watch};
use crate::http::Connection;

/// The transactions for one node: another one at each call, none when there are no more.
pub type Source = Box<dyn FnMut() -> Option<Vec<u8>> + Send>;

/// How the load is given.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Connections to each node.
    pub connections: usize,
    /// Most transactions on their way at once, in all.
    pub in_flight: usize,
    /// Transactions a second in all; as many as are taken when none.
    pub rate: Option<f64>,
    /// Time before what counts.
    pub warm_up: Duration,
    /// Time that counts.
    pub time: Duration,
}

/// What was seen.
pub struct Outcome {
    /// All blocks, the time before included.
    pub blocks: Vec<Seen>,
    /// The first block that counts: one whose predecessor ended the time before.
    pub first: usize,
    /// Transactions refused at first.
    pub refused: u64,
}

impl Outcome {
    /// The blocks that count, with the one before them, which is only their starting time.
    pub fn counted(&self) -> &[Seen] {
        self.blocks.get(self.first..).unwrap_or_default()
    }
}

/// Gives the load and watches.
pub async fn run(chain: &Chain, sources: Vec<Source>, shape: Shape) -> Result<Outcome, Failure> {
    let flight = Arc::new(Flight::new(shape.in_flight));
    let stop = Arc::new(AtomicBool::new(false));
    let refused = Arc::new(AtomicU64::new(0));
    let mut senders = Vec::new();
    for (node, source) in (0..NODES).zip(sources) {
        let source = Arc::new(tokio::sync::Mutex::new(Paced::new(source, shape.rate)));
        for _ in 0..shape.connections {
            senders.push(tokio::spawn(send(
                Connection::open(chain.rpc_port(node)).await?,
                Arc::clone(&source),
                Arc::clone(&flight),
                Arc::clone(&stop),
                Arc::clone(&refused),
            )));
        }
    }
    let (mut blocks, mut first) = (Vec::new(), 0);
    let (began, from) = (Instant::now(), chain.height(0) + 1);
    let end = shape.warm_up + shape.time;
    watch(chain.rpc_port(0), from, &flight, |block| {
        let since = began.elapsed();
        blocks.push(block);
        if since < shape.warm_up {
            first = blocks.len();
        }
        if since > end {
            stop.store(true, Ordering::Relaxed);
        }
        // What is on its way is waited for, so that its receipt can be timed.
        since < end || (flight.under_way() > 0 && since < end + Duration::from_secs(20))
    })
    .await?;
    for sender in senders {
        sender.abort();
    }
    let cut = blocks
        .iter()
        .position(|block| block.at.duration_since(began) > end)
        .unwrap_or(blocks.len());
    // One block more, for the receipts of the last that counts.
    blocks.truncate(cut + 1);
    Ok(Outcome {
        blocks,
        first: first.saturating_sub(1),
        refused: refused.load(Ordering::Relaxed),
    })
}

/// A source that is asked at most so often.
struct Paced {
    source: Source,
    clock: Option<tokio::time::Interval>,
}

impl Paced {
    fn new(source: Source, rate: Option<f64>) -> Self {
        let clock = rate.map(|rate| {
            let mut clock = tokio::time::interval(Duration::from_secs_f64(f64::from(NODES) / rate));
            clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
            clock
        });
        Self { source, clock }
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        if let Some(clock) = &mut self.clock {
            clock.tick().await;
        }
        (self.source)()
    }
}

async fn send(
    mut rpc: Connection,
    source: Arc<tokio::sync::Mutex<Paced>>,
    flight: Arc<Flight>,
    stop: Arc<AtomicBool>,
    refused: Arc<AtomicU64>,
) -> Result<(), Failure> {
    while !stop.load(Ordering::Relaxed) {
        let Some(tx) = source.lock().await.next().await else {
            return Ok(());
        };
        let params = format!(r#"{{"tx":"{}"}}"#, STANDARD.encode(&tx));
        loop {
            let hash = flight.depart(&tx).await?;
            let answer = rpc.call("broadcast_tx_sync", &params).await?;
            let taken = answer.is_ok_and(|answer| answer["code"] == 0);
            if taken || stop.load(Ordering::Relaxed) {
                break;
            }
            flight.refused(&hash);
            refused.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    Ok(())
}
