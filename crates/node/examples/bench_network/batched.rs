//! Entries sealed in batches.

use serde_json::{Value, json};

use crate::abci::Share;
use crate::chain::{Chain, Kind, ON_DISK};
use crate::figures::{Figures, tenths};
use crate::load::{self, Shape};
use crate::{Failure, Options, batches};

/// Entries a second that must be reached.
const FLOOR: f64 = 20_000.0;
/// Registers of the network.
const REGISTERS: usize = 3;

pub fn run(options: &Options) -> Result<Value, Failure> {
    println!("\n== entries in batches of three registers, 4 validators");
    let mut all = Vec::new();
    for (entries, each) in [(8192, 1), (8192, 2), (8192, 3), (2048, 3)] {
        all.push(once(options, entries, each)?);
    }
    Ok(json!({ "floor_entries_per_second": FLOOR, "runs": all }))
}

/// `each`: batches of one register that may be on their way at once.
fn once(options: &Options, entries: u64, each: usize) -> Result<Value, Failure> {
    let mut chain = Chain::start(Kind::Toend, options.block)?;
    let shape = Shape {
        // One connection, so that batches arrive in the order of their numbers.
        connections: 1,
        in_flight: REGISTERS * each,
        rate: None,
        warm_up: options.warm_up,
        time: options.time,
    };
    let sources = batches::sources(&chain, entries)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let before = Share::begin(&chain);
    let outcome = runtime.block_on(load::run(&chain, sources, shape))?;
    let share = before.end(&chain);
    let figures = Figures::of(&outcome).ok_or("too few blocks were made to measure anything")?;
    let rate = figures.txs_per_second * entries as f64;
    println!(
        "{entries} entries a batch, {each} batches of a register on their way: {rate:.0} entries/s (floor {FLOOR:.0}), {:.1} batches a block of {:.2} s",
        figures.txs_per_block, figures.block_interval
    );
    if let (Some(inclusion), Some(receipt)) = (figures.inclusion, figures.receipt) {
        println!("           inclusion {inclusion}, receipt {receipt}");
    }
    share.print();
    let sealed = outcome
        .blocks
        .iter()
        .map(|block| block.txs as u64)
        .sum::<u64>()
        * entries;
    chain.end_all()?;
    println!("           bytes on one authority's disk for each of {sealed} entries:");
    let growth = growth(&chain, sealed);
    Ok(json!({
        "entries_per_batch": entries,
        "batches_on_their_way_per_register": each,
        "entries_per_second": tenths(rate),
        "figures": figures.json(),
        "abci": share.json(),
        "disk_bytes_per_entry": growth,
    }))
}

/// Bytes on one authority's disk for each of `count` things, by what holds them. Everything has ended before.
pub fn growth(chain: &Chain, count: u64) -> Value {
    let mut all = serde_json::Map::new();
    print!("          ");
    for (name, path) in ON_DISK {
        let bytes = size(&chain.node(0).join(path)) as f64 / count as f64;
        print!(" {name} {bytes:.0},");
        all.insert((*name).to_owned(), json!(tenths(bytes)));
    }
    println!();
    Value::Object(all)
}

/// Bytes of a file, or of all files in a folder.
pub fn size(path: &std::path::Path) -> u64 {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| size(&entry.path())).sum(),
        Err(_) => std::fs::metadata(path).map_or(0, |file| file.len()),
    }
}
