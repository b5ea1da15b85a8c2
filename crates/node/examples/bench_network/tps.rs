//! Single-entry transactions: ours beside CometBFT's `kvstore`, in turns.

use serde_json::{Value, json};
use std::time::Duration;

use crate::abci::Share;
use crate::chain::{Chain, Kind};
use crate::figures::Figures;
use crate::load::{self, Shape};
use crate::{Failure, Options, singles};

/// What ours must reach of the peer's rate.
const FLOOR: f64 = 0.8;
/// A pace that nobody would run.
const FAST: Duration = Duration::from_millis(100);

pub fn run(options: &Options) -> Result<Value, Failure> {
    println!(
        "\n== single-entry transactions of {} bytes, 4 validators, in turns",
        singles::SIZE
    );
    println!(
        "{:10}{:>10}{:>12}{:>12}{:>26}{:>26}",
        "", "tx/s", "block s", "tx/block", "inclusion 50/95/99", "receipt 50/95/99"
    );
    let shape = Shape {
        connections: options.connections,
        in_flight: options.in_flight,
        rate: None,
        warm_up: options.warm_up,
        time: options.time,
    };
    let mut rounds = Vec::new();
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..options.rounds {
        for (kind, rates) in [Kind::Toend, Kind::Kvstore].into_iter().zip(&mut rates) {
            let (figures, share) = once(kind, shape, options.block)?;
            rates.push(figures.txs_per_second);
            rounds.push(json!({
                "application": kind.name(),
                "figures": figures.json(),
                "abci": share,
            }));
        }
    }
    let [ours, theirs] = rates.map(median);
    let fast = fast(shape)?;
    println!(
        "median: toend {ours:.0} tx/s, kvstore {theirs:.0} tx/s: {:.0} % (floor {:.0} %)",
        ours / theirs * 100.0,
        FLOOR * 100.0
    );
    Ok(json!({
        "bytes": singles::SIZE,
        "connections_per_node": shape.connections,
        "in_flight": shape.in_flight,
        "timeout_commit_ms": options.block.as_millis() as u64,
        "seconds": shape.time.as_secs(),
        "toend_txs_per_second": ours,
        "kvstore_txs_per_second": theirs,
        "ratio": ours / theirs,
        "floor": FLOOR,
        "rounds": rounds,
        "fast_pace": fast,
    }))
}

/// Once more at a pace at which nothing but the processors bounds either.
fn fast(shape: Shape) -> Result<Value, Failure> {
    println!(
        "           blocks as fast as {} ms allow:",
        FAST.as_millis()
    );
    let mut all = Vec::new();
    for kind in [Kind::Toend, Kind::Kvstore] {
        let (figures, share) = once(kind, shape, FAST)?;
        all.push(json!({
            "application": kind.name(),
            "timeout_commit_ms": FAST.as_millis() as u64,
            "figures": figures.json(),
            "abci": share,
        }));
    }
    Ok(Value::Array(all))
}

fn once(kind: Kind, shape: Shape, block: Duration) -> Result<(Figures, Value), Failure> {
    let chain = Chain::start(kind, block)?;
    // More than any network here has taken.
    let count = (shape.warm_up + shape.time).as_secs() * 2000;
    let sources = singles::sources(&chain, count)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let before = Share::begin(&chain);
    let outcome = runtime.block_on(load::run(&chain, sources, shape))?;
    let share = before.end(&chain);
    let figures = Figures::of(&outcome).ok_or("too few blocks were made to measure anything")?;
    let show = |one: Option<crate::figures::Percentiles>| {
        one.map_or_else(String::new, |one| one.to_string())
    };
    println!(
        "{:10}{:>10.0}{:>12.2}{:>12.0}{:>26}{:>26}",
        kind.name(),
        figures.txs_per_second,
        figures.block_interval,
        figures.txs_per_block,
        show(figures.inclusion),
        show(figures.receipt)
    );
    if outcome.refused > 0 {
        println!("           {} refused at first", outcome.refused);
    }
    share.print();
    Ok((figures, share.json()))
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_unstable_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}
