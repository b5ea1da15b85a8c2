//! Times the state tree beside `jmt` on the same keys: `bench_tree [--keys N] [--batch N] [--json PATH]`.
//!
//! Both get the same key hashes, sorted batches and 49-byte values, hash the values themselves and keep
//! every version's nodes readable until the run ends (ours: the last 128). jmt runs on its own in-memory
//! store; its time is given with and without writing to that store.

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

fn micros(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e6 / count as f64
}

struct Ours {
    whole: Duration,
    last: Duration,
    bulk: Duration,
    prove: Duration,
    root: [u8; 32],
}

fn ours(options: &Options, measured: usize) -> Ours {
    let mut tree: Tree<Box<[u8]>> = Tree::new();
    let (mut whole, mut last) = (Duration::ZERO, Duration::ZERO);
    for (height, first) in (0..options.keys).step_by(options.batch).enumerate() {
        let batch: Vec<_> = (first..(first + options.batch).min(options.keys))
            .map(|i| (key(i), value(i)))
            .collect();
        let start = Instant::now();
        let leaves = batch
            .into_iter()
            .map(|(key, value)| Leaf {
                key,
                value: Sha256::digest(&value).into(),
                payload: value.into(),
            })
            .collect();
        tree.write(height as u64, Tree::sorted(leaves)).unwrap();
        tree.forget(128);
        let time = start.elapsed();
        whole += time;
        if first + measured >= options.keys {
            last += time;
        }
    }

    let asked: Vec<_> = (0..100_000).map(|i| key(i * 7919 % options.keys)).collect();
    let start = Instant::now();
    let newest = tree.newest();
    let depth: usize = asked
        .iter()
        .map(|key| std::hint::black_box(newest.prove(key)).depth())
        .sum();
    let prove = start.elapsed() / 100_000;
    println!(
        "mean depth of a proof: {:.1}",
        depth as f64 / asked.len() as f64
    );

    let all: Vec<_> = (0..options.keys)
        .map(|i| Leaf {
            key: key(i),
            value: Sha256::digest(value(i)).into(),
            payload: Box::<[u8]>::from(value(i)),
        })
        .collect();
    let start = Instant::now();
    let mut built = Tree::new();
    let root = built.write(0, Tree::sorted(all)).unwrap();
    let bulk = start.elapsed();
    assert_eq!(
        root,
        tree.newest().root(),
        "one bulk build and many batches give one root"
    );
    Ours {
        whole,
        last,
        bulk,
        prove,
        root,
    }
}

struct Theirs {
    whole: Duration,
    last: Duration,
    last_without_store: Duration,
    prove: Duration,
}

fn theirs(options: &Options, measured: usize) -> Theirs {
    let store = MockTreeStore::new(false);
    let (mut whole, mut last, mut last_without_store) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut version = 0;
    for (height, first) in (0..options.keys).step_by(options.batch).enumerate() {
        let batch: Vec<_> = (first..(first + options.batch).min(options.keys))
            .map(|i| (KeyHash(key(i)), Some(value(i))))
            .collect();
        version = height as u64;
        let start = Instant::now();
        let (_, update) = Sha256Jmt::new(&store)
            .put_value_set(batch, version)
            .unwrap();
        let computed = start.elapsed();
        store.write_tree_update_batch(update).unwrap();
        let time = start.elapsed();
        whole += time;
        if first + measured >= options.keys {
            last += time;
            last_without_store += computed;
        }
    }
    let tree = Sha256Jmt::new(&store);
    let asked: Vec<_> = (0..20_000)
        .map(|i| KeyHash(key(i * 7919 % options.keys)))
        .collect();
    let start = Instant::now();
    for key in &asked {
        std::hint::black_box(tree.get_with_proof(*key, version).unwrap());
    }
    let prove = start.elapsed() / 20_000;
    Theirs {
        whole,
        last,
        last_without_store,
        prove,
    }
}

fn main() -> Result<(), String> {
    let options = options()?;
    // The last tenth of the batches tells the cost at the full size.
    let measured = (options.keys / 10).max(options.batch);
    let (ours, theirs) = (ours(&options, measured), theirs(&options, measured));
    let insert = micros(ours.last, measured);
    let (with, without) = (
        micros(theirs.last, measured),
        micros(theirs.last_without_store, measured),
    );
    let (prove, their_prove) = (micros(ours.prove, 1), micros(theirs.prove, 1));

    println!(
        "{} keys in batches of {}, the last {measured} measured at full size",
        options.keys, options.batch
    );
    println!("{:<42}{:>12}{:>12}{:>9}", "", "toend", "jmt 0.12", "times");
    println!(
        "{:<42}{insert:>9.2} µs{with:>9.2} µs{:>9.1}",
        "insert one key, with its store",
        with / insert
    );
    println!(
        "{:<42}{insert:>9.2} µs{without:>9.2} µs{:>9.1}",
        "insert one key, jmt without its store",
        without / insert
    );
    let (a, b) = (ours.whole.as_secs_f64(), theirs.whole.as_secs_f64());
    println!(
        "{:<42}{a:>10.2} s{b:>10.2} s{:>9.1}",
        "all batches from empty",
        b / a
    );
    println!(
        "{:<42}{:>10.2} s",
        "all keys in one bulk build",
        ours.bulk.as_secs_f64()
    );
    println!(
        "{:<42}{prove:>9.2} µs{their_prove:>9.2} µs{:>9.1}",
        "make one proof",
        their_prove / prove
    );
    println!("root {}", hex::encode(ours.root));

    if let Some(path) = options.json {
        let report = serde_json::json!({
            "keys": options.keys,
            "batch": options.batch,
            "insert_us": {"toend": insert, "jmt_with_store": with, "jmt_without_store": without},
            "all_batches_s": {"toend": a, "jmt": b},
            "bulk_build_s": ours.bulk.as_secs_f64(),
            "prove_us": {"toend": prove, "jmt": their_prove},
        });
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        std::fs::write(&path, text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}
