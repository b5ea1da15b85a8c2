//! Times the state tree beside `jmt` on the same keys: `bench_tree [--keys N] [--batch N] [--json PATH]`.
//!
//! Both get the same key hashes, batches and 49-byte values, and hash the values themselves; batch for batch one after
//! the other, so that other work on the machine meets both. Ours keeps the last 128 versions. jmt runs on its own
//! in-memory store; its time is given with and without writing to that store. Times are medians over the batches of
//! the last tenth, that is, at the full size.

#![allow(
    missing_docs,
    clippy::cast_precision_loss,
    clippy::disallowed_types,
    clippy::unwrap_used
)]

use std::time::{Duration, Instant};

use jmt::mock::MockTreeStore;
use jmt::{KeyHash, Sha256Jmt};
use sha2::{Digest, Sha256};
use toend_state_machine::tree::{Leaf, Tree};

const VALUE: usize = 49;
const PROOFS: usize = 200;

struct Options {
    keys: usize,
    batch: usize,
    json: Option<String>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        keys: 1_000_000,
        batch: 1_000,
        json: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("{word} wants a value"))?;
        let number = || {
            value
                .replace('_', "")
                .parse()
                .map_err(|_| format!("{word} wants a number"))
        };
        match word.as_str() {
            "--keys" => options.keys = number()?,
            "--batch" => options.batch = number()?,
            "--json" => options.json = Some(value.clone()),
            _ => return Err(format!("unknown option {word}")),
        }
    }
    if options.batch == 0 || options.keys < 2 * options.batch {
        return Err("--keys must be at least two batches".into());
    }
    Ok(options)
}

fn key(index: usize) -> [u8; 32] {
    Sha256::digest((index as u64).to_be_bytes()).into()
}

fn value(index: usize) -> Vec<u8> {
    let mut value = vec![1; VALUE];
    value[1..9].copy_from_slice(&(index as u64).to_be_bytes());
    value
}

/// Runs of one kind of work.
#[derive(Default)]
struct Runs(Vec<Duration>);

impl Runs {
    fn add(&mut self, start: Instant) {
        self.0.push(start.elapsed());
    }

    fn total(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64()
    }

    /// Microseconds for one of `count`, of the median among the last tenth.
    fn median(&self, count: usize) -> f64 {
        let tenth = (self.0.len() / 10).max(1);
        let mut last: Vec<_> = self.0.iter().rev().take(tenth).collect();
        last.sort_unstable();
        last[last.len() / 2].as_secs_f64() * 1e6 / count as f64
    }
}

fn main() -> Result<(), String> {
    let Options { keys, batch, json } = options()?;
    let mut tree: Tree = Tree::new();
    let store = MockTreeStore::new(false);
    let (mut ours, mut theirs, mut theirs_bare) =
        (Runs::default(), Runs::default(), Runs::default());
    let mut version = 0;
    for (height, first) in (0..keys).step_by(batch).enumerate() {
        version = height as u64;
        let items: Vec<_> = (first..(first + batch).min(keys))
            .map(|i| (key(i), value(i)))
            .collect();
        let same: Vec<_> = items
            .iter()
            .map(|(key, value)| (KeyHash(*key), Some(value.clone())))
            .collect();

        let start = Instant::now();
        let leaves = items
            .into_iter()
            .map(|(key, value)| Leaf::timed(key, value))
            .collect();
        tree.write(version, Tree::sorted(leaves)).unwrap();
        tree.forget(128);
        ours.add(start);

        let start = Instant::now();
        let (_, update) = Sha256Jmt::new(&store).put_value_set(same, version).unwrap();
        theirs_bare.add(start);
        store.write_tree_update_batch(update).unwrap();
        theirs.add(start);
    }

    let (newest, jellyfish) = (tree.newest(), Sha256Jmt::new(&store));
    let (mut our_proofs, mut their_proofs, mut depth) = (Runs::default(), Runs::default(), 0);
    for run in 0..1000 {
        let asked: Vec<_> = (0..PROOFS)
            .map(|i| key((run * PROOFS + i) * 7919 % keys))
            .collect();
        let start = Instant::now();
        for key in &asked {
            depth += std::hint::black_box(newest.prove(key)).depth();
        }
        our_proofs.add(start);
        if run % 10 == 0 {
            let start = Instant::now();
            for key in &asked {
                std::hint::black_box(jellyfish.get_with_proof(KeyHash(*key), version).unwrap());
            }
            their_proofs.add(start);
        }
    }

    let all = (0..keys).map(|i| Leaf::timed(key(i), value(i))).collect();
    let start = Instant::now();
    let mut built = Tree::new();
    let root = built.write(0, Tree::sorted(all)).unwrap();
    let bulk = start.elapsed().as_secs_f64();
    assert_eq!(
        root,
        newest.root(),
        "one bulk build and many batches give one root"
    );

    let insert = ours.median(batch);
    let (with, bare) = (theirs.median(batch), theirs_bare.median(batch));
    let (prove, their_prove) = (our_proofs.median(PROOFS), their_proofs.median(PROOFS));
    let (whole, their_whole) = (ours.total(), theirs.total());
    println!(
        "{keys} keys in batches of {batch}; a proof has {:.1} steps on average",
        depth as f64 / (1000 * PROOFS) as f64
    );
    println!("{:<40}{:>12}{:>12}{:>9}", "", "toend", "jmt 0.12", "times");
    for (what, ours, theirs) in [
        ("insert one key, with jmt's store", insert, with),
        ("insert one key, without jmt's store", insert, bare),
        ("make one proof", prove, their_prove),
    ] {
        println!(
            "{what:<40}{ours:>9.2} µs{theirs:>9.2} µs{:>9.1}",
            theirs / ours
        );
    }
    println!(
        "{:<40}{whole:>10.2} s{their_whole:>10.2} s{:>9.1}",
        "all batches, from empty",
        their_whole / whole
    );
    println!("{:<40}{bulk:>10.2} s", "all keys in one bulk build");

    if let Some(path) = json {
        let report = serde_json::json!({
            "keys": keys,
            "batch": batch,
            "insert_us": {"toend": insert, "jmt_with_store": with, "jmt_without_store": bare},
            "prove_us": {"toend": prove, "jmt": their_prove},
            "all_batches_s": {"toend": whole, "jmt_with_store": their_whole},
            "bulk_build_s": bulk,
        });
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        std::fs::write(&path, text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}
