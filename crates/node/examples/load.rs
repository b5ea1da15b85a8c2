//! Figures of the embedded network on this computer: start, blocks, sealed entries, memory.
//!
//! `cargo run --release -p toend-node --example load [SECONDS]`

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::hash::sha256;
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::tx::{Batch, Filing, Op};
use toend_node::consensus::network::{Network, Pace};
use toend_node::embedded::{self, Config, Embedded, Options};
use toend_node::ledger::{Ledger as _, SubmitError};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let seconds = std::env::args()
        .nth(1)
        .map_or(Ok(10), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("toend-load-{}", std::process::id()));
    let outcome = measure(&folder, Duration::from_secs(seconds)).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn open(folder: &Path, demo: bool, pace: Option<Pace>) -> Result<Embedded, Failure> {
    let config = Config {
        data_dir: folder.to_path_buf(),
        demo,
        population: 0,
    };
    Ok(embedded::start_with(
        config,
        Options {
            pace,
            ..Options::default()
        },
    )
    .await?)
}

async fn measure(folder: &Path, time: Duration) -> Result<(), Failure> {
    for name in ["first start with registers", "second start with registers"] {
        let began = Instant::now();
        let running = open(&folder.join("demo"), true, None).await?;
        println!(
            "{name:34} {:>10.0} ms",
            began.elapsed().as_secs_f64() * 1000.0
        );
        running.shutdown().await;
    }
    println!("{:34} {:>10.1} MB", "resident after that", resident_mb());

    let unpaced = Pace {
        least: Duration::ZERO,
        idle: Duration::from_secs(5),
    };
    let running = open(&folder.join("filings"), false, Some(unpaced)).await?;
    if let Some(network) = running.network() {
        let sent = filings(network, time);
        report("one filing per transaction", network, sent, time);
    }
    running.shutdown().await;

    let running = open(&folder.join("batches"), false, Some(unpaced)).await?;
    if let Some(network) = running.network() {
        let sent = batches(network, time)?;
        report("batches of 2048 entries", network, sent, time);
    }
    running.shutdown().await;
    println!("{:34} {:>10.1} MB", "resident at the end", resident_mb());

    let began = Instant::now();
    let running = open(&folder.join("batches"), false, None).await?;
    println!(
        "{:34} {:>10.0} ms",
        "start with the sealed entries",
        began.elapsed().as_secs_f64() * 1000.0
    );
    running.shutdown().await;
    Ok(())
}

/// Hands in filings as fast as they are taken; answers how many.
fn filings(network: &Arc<Network>, time: Duration) -> u64 {
    let keys: Vec<_> = (0..4)
        .map(|i| demo::signing_key(Purpose::Gateway, i))
        .collect();
    let (began, mut n) = (Instant::now(), 0u64);
    while began.elapsed() < time {
        for (gateway, key) in (0u16..).zip(&keys) {
            let tx =
                Filing::signed(network.net(), gateway, sha256(&[&n.to_be_bytes()]), key).encode();
            match network.submit(tx) {
                Ok(_) => n += 1,
                // The gateway's share is used up until the next block.
                Err(_) => std::thread::sleep(Duration::from_micros(200)),
            }
        }
    }
    n
}

/// Hands in batches of one register as fast as they are taken; answers how many entries.
fn batches(network: &Arc<Network>, time: Duration) -> Result<u64, Failure> {
    let key = demo::signing_key(Purpose::Seal, 1);
    let (began, mut number) = (Instant::now(), 1u64);
    while began.elapsed() < time {
        let entry = |i: u64| Op::Entry {
            label: sha256(&[b"label", &number.to_be_bytes(), &i.to_be_bytes()]),
            c: sha256(&[b"c", &number.to_be_bytes(), &i.to_be_bytes()]),
        };
        let head = |i: u64| Op::Head {
            r: sha256(&[b"head", &number.to_be_bytes(), &i.to_be_bytes()]),
            v: 1,
            flag: Flag::Current,
            hd: [1; 32],
        };
        let ops = (0..2048).map(entry).chain((0..8).map(head)).collect();
        let tx = Batch::signed(network.net(), Reg(1), number, ops, &key)?.encode();
        loop {
            match network.submit(tx.clone()) {
                Ok(_) => break,
                Err(SubmitError::Refused { .. } | SubmitError::Full) => {
                    std::thread::sleep(Duration::from_millis(1))
                }
                Err(error) => return Err(error.into()),
            }
        }
        number += 1;
    }
    Ok((number - 1) * 2048)
}

fn report(name: &str, network: &Arc<Network>, sent: u64, time: Duration) {
    let seconds = time.as_secs_f64();
    println!(
        "{name:34} {:>10.0} blocks/s {:>10.0} entries/s",
        network.height() as f64 / seconds,
        sent as f64 / seconds
    );
}

/// Resident memory of this process; 0 where the system does not say.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kb = line
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kb| kb.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}
