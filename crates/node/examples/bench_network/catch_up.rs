//! How fast a node follows that was away for many blocks.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::batched::growth;
use crate::chain::{Chain, Kind, NODES};
use crate::figures::tenths;
use crate::load::{self, Shape};
use crate::{Failure, Options, singles};

/// Blocks that the node misses.
const AWAY: u64 = 10_000;
const AWAY_QUICK: u64 = 500;
/// The node that is away.
const ABSENT: u16 = 3;

pub fn run(options: &Options) -> Result<Value, Failure> {
    let away = if options.quick { AWAY_QUICK } else { AWAY };
    println!("\n== a node that was away for {away} blocks");
    let mut chain = Chain::make(Kind::Toend, Duration::from_millis(50))?;
    // The first block must come in its first round: only then faster than anybody would.
    chain.launch_all()?;
    chain.end_all()?;
    for node in 0..NODES {
        chain.set(node, "timeout_commit", "\"1ms\"")?;
        // The time that each turn of the absent one costs.
        chain.set(node, "timeout_propose", "\"150ms\"")?;
    }
    for node in 0..ABSENT {
        chain.launch(node)?;
    }
    chain.wait_for(0, 4)?;
    let began = Instant::now();
    let (from, txs) = make_blocks(&chain, away)?;
    let made = began.elapsed();
    let until = chain.height(0);
    let missed = until.saturating_sub(from);
    println!(
        "           {missed} blocks with {txs} filings made in {:.0} s",
        made.as_secs_f64()
    );
    // The others go on at their usual pace, as they would.
    for node in 0..ABSENT {
        chain.end(node)?;
    }
    println!("           bytes on one authority's disk for each of {until} blocks:");
    let disk = growth(&chain, until);
    for node in 0..NODES {
        chain.set(node, "timeout_commit", "\"1000ms\"")?;
        chain.set(node, "timeout_propose", "\"1s\"")?;
    }
    for node in 0..ABSENT {
        chain.launch(node)?;
    }
    chain.wait_for(0, until + 3)?;
    let began = Instant::now();
    chain.launch(ABSENT)?;
    chain.wait_for(ABSENT, from + 1)?;
    let (first, at) = (began.elapsed(), chain.height(ABSENT));
    chain.wait_for(ABSENT, until)?;
    let whole = began.elapsed();
    let rate = until.saturating_sub(at) as f64 / whole.saturating_sub(first).as_secs_f64();
    println!(
        "{missed} blocks fetched in {:.1} s, {:.1} s of them before the first: {rate:.0} blocks/s",
        whole.as_secs_f64(),
        first.as_secs_f64()
    );
    Ok(json!({
        "blocks": missed,
        "filings": txs,
        "made_in_s": tenths(made.as_secs_f64()),
        "caught_up_in_s": tenths(whole.as_secs_f64()),
        "before_the_first_block_s": tenths(first.as_secs_f64()),
        "blocks_per_second": rate.round(),
        "disk_bytes_per_block": disk,
    }))
}

/// Lets the others make so many blocks under a light load. The height before, and the number of filings.
fn make_blocks(chain: &Chain, away: u64) -> Result<(u64, usize), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let from = chain.height(0);
    let mut filings = 0;
    while chain.height(0) < from + away {
        let shape = Shape {
            connections: 1,
            in_flight: 16,
            rate: Some(20.0),
            warm_up: Duration::ZERO,
            time: Duration::from_secs(5),
        };
        let mut sources = singles::sources_from(chain, filings as u64, 100)?;
        sources.truncate(usize::from(ABSENT));
        let outcome = runtime.block_on(load::run(chain, sources, shape))?;
        filings += outcome.blocks.iter().map(|block| block.txs).sum::<usize>();
    }
    Ok((from, filings))
}
