//! Rates and percentiles of what was seen.

use std::time::Duration;

use serde_json::{Value, json};

use crate::flight::Seen;
use crate::load::Outcome;

/// Percentiles of some durations, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Percentiles {
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Percentiles {
    pub fn of(mut all: Vec<Duration>) -> Option<Self> {
        all.sort_unstable();
        let at = |hundredths: usize| {
            let place = (all.len() * hundredths).div_ceil(100).saturating_sub(1);
            all.get(place).map(|one| one.as_secs_f64() * 1000.0)
        };
        Some(Self {
            p50: at(50)?,
            p95: at(95)?,
            p99: at(99)?,
        })
    }

    pub fn json(self) -> Value {
        json!({ "p50": self.p50.round(), "p95": self.p95.round(), "p99": self.p99.round() })
    }
}

impl std::fmt::Display for Percentiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { p50, p95, p99 } = self;
        write!(f, "{p50:.0} / {p95:.0} / {p99:.0} ms")
    }
}

/// A run in numbers.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub txs_per_second: f64,
    /// Seconds between two blocks.
    pub block_interval: f64,
    pub txs_per_block: f64,
    /// From sending to being seen in a block.
    pub inclusion: Option<Percentiles>,
    /// From sending to the block whose header commits the state.
    pub receipt: Option<Percentiles>,
}

impl Figures {
    /// Rates go by the blocks' own times and counts; latencies by the sender's clock.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let [before, blocks @ .., after] = outcome.counted() else {
            return None;
        };
        let last = blocks.last()?;
        let seconds = last.time_ms.saturating_sub(before.time_ms) as f64 / 1000.0;
        let txs: usize = blocks.iter().map(|block| block.txs).sum();
        let inclusion = blocks.iter().flat_map(|block| waits(block, block));
        let next = blocks.iter().skip(1).chain([after]);
        let receipt = blocks
            .iter()
            .zip(next)
            .flat_map(|(block, next)| waits(block, next));
        Some(Self {
            txs_per_second: txs as f64 / seconds,
            block_interval: seconds / blocks.len() as f64,
            txs_per_block: txs as f64 / blocks.len() as f64,
            inclusion: Percentiles::of(inclusion.collect()),
            receipt: Percentiles::of(receipt.collect()),
        })
    }

    pub fn json(&self) -> Value {
        json!({
            "txs_per_second": tenths(self.txs_per_second),
            "block_interval_s": (self.block_interval * 1000.0).round() / 1000.0,
            "txs_per_block": tenths(self.txs_per_block),
            "inclusion_ms": self.inclusion.map(Percentiles::json),
            "receipt_ms": self.receipt.map(Percentiles::json),
        })
    }
}

fn waits(block: &Seen, shown: &Seen) -> impl Iterator<Item = Duration> {
    let at = shown.at;
    block.sent.iter().map(move |sent| at.duration_since(*sent))
}

pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
