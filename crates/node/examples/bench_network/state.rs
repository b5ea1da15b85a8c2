//! The application alone, without an engine: how it grows with what it holds. Each step is a process of its own, so that
//! memory and start are those of a fresh one.

mod bulk;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::{
    RequestApplySnapshotChunk, RequestCommit, RequestFinalizeBlock, RequestOfferSnapshot, Snapshot,
    request, response,
};
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_node::abci::Application;
use toend_node::abci::snapshot::FORMAT;
use toend_node::abci::snapshots::{Schedule, Snapshots};

use crate::Failure;
use crate::abci::status;
use crate::batched::size;
use crate::batches::{HEADS, batch};

/// Entries of a batch, and batches of a block.
const BATCH: (u64, u64) = (8192, 4);
const REG: Reg = Reg(1);
const NO_SNAPSHOTS: Schedule = Schedule { every: 0, keep: 1 };

/// Runs one step in a process of its own; what it reports.
pub fn step(words: &[&str]) -> Result<Value, Failure> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--step")
        .args(words)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the step {words:?} failed").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The steps: what the process does that [`step`] started.
pub fn perform(words: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let report = match words.as_slice() {
        ["load", folder, entries] => load(Path::new(folder), entries.parse()?)?,
        ["bulk", folder, places] => {
            let report = bulk::add(Path::new(folder), places.parse()?)?;
            // A snapshot is of a block that this application executed, and a start executes the newest one again.
            block(&application(Path::new(folder), NO_SNAPSHOTS)?, Vec::new())?;
            report
        }
        ["open", folder] => open(Path::new(folder))?,
        ["snapshot", folder] => snapshot(Path::new(folder))?,
        ["restore", from, into] => restore(Path::new(from), Path::new(into))?,
        _ => return Err("there is no such step".into()),
    };
    println!("{report}");
    Ok(())
}

fn application(folder: &Path, schedule: Schedule) -> Result<Application, Failure> {
    std::fs::create_dir_all(folder)?;
    Ok(Application::open(&demo::genesis_bytes(), folder, schedule)?)
}

fn height(application: &Application) -> u64 {
    *application.committed().borrow()
}

fn register(application: &Application) -> Result<RegisterValue, Failure> {
    let found = application
        .query(&Key::Register(REG).encode(), height(application))
        .and_then(|found| found.value)
        .ok_or("the state has no register")?;
    Ok(RegisterValue::decode(&found)?)
}

/// Fills the state, block by block, until the register has so many entries.
fn load(folder: &Path, entries: u64) -> Result<Value, Failure> {
    let application = application(folder, NO_SNAPSHOTS)?;
    let key = demo::signing_key(Purpose::Seal, REG.0);
    let before = register(&application)?;
    let (mut number, mut sealed) = (before.next_batch, before.entries);
    let mut spent = Duration::ZERO;
    while sealed < entries {
        let mut txs = Vec::new();
        while sealed < entries && (txs.len() as u64) < BATCH.1 {
            txs.push(batch(demo::net(), REG, number, BATCH.0, &key)?);
            number += 1;
            sealed += BATCH.0;
        }
        let began = Instant::now();
        block(&application, txs)?;
        spent += began.elapsed();
    }
    let added = sealed - before.entries;
    Ok(json!({
        "entries": sealed,
        "added": added,
        "pairs": sealed + number * HEADS,
        "entries_per_second_finalize_and_commit": (added as f64 / spent.as_secs_f64()).round(),
        "resident_mb": resident(),
        "database_bytes": size(&folder.join(toend_node::abci::store::FILE)),
    }))
}

fn block(application: &Application, txs: Vec<Vec<u8>>) -> Result<(), Failure> {
    let height = height(application) + 1;
    let seconds = 1_793_500_000 + height.cast_signed();
    let answer = application.answer(request::Value::FinalizeBlock(RequestFinalizeBlock {
        txs: txs.into_iter().map(Into::into).collect(),
        hash: [height.to_be_bytes().as_slice(), &[0; 24]].concat().into(),
        height: height.cast_signed(),
        time: Some(Timestamp { seconds, nanos: 0 }),
        ..RequestFinalizeBlock::default()
    }))?;
    let response::Value::FinalizeBlock(done) = answer else {
        return Err("another answer than asked for".into());
    };
    if let Some(failed) = done.tx_results.iter().find(|result| result.code != 0) {
        return Err(format!("a batch failed: {}", failed.log).into());
    }
    application.answer(request::Value::Commit(RequestCommit {}))?;
    Ok(())
}

fn open(folder: &Path) -> Result<Value, Failure> {
    let began = Instant::now();
    let application = application(folder, NO_SNAPSHOTS)?;
    let took = began.elapsed();
    let report = json!({
        "start_s": took.as_secs_f64(),
        "resident_mb": resident(),
        "peak_mb": peak(),
    });
    drop(application);
    Ok(report)
}

fn snapshot(folder: &Path) -> Result<Value, Failure> {
    let snapshots = folder.join("snapshots");
    let schedule = Schedule { every: 1, keep: 1 };
    let _ = std::fs::remove_dir_all(&snapshots);
    let application = application(folder, schedule)?;
    // The snapshot of a block begins with the commit after it.
    let began = Instant::now();
    block(&application, Vec::new())?;
    let list = Snapshots::new(snapshots.clone(), demo::net(), schedule);
    while list.list().is_empty() {
        if began.elapsed() > Duration::from_secs(600) {
            return Err("the snapshot was never made".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(json!({
        "create_s": began.elapsed().as_secs_f64(),
        "bytes": size(&snapshots),
        "peak_mb": peak(),
    }))
}

fn restore(from: &Path, into: &Path) -> Result<Value, Failure> {
    let list = Snapshots::new(from.join("snapshots"), demo::net(), NO_SNAPSHOTS);
    let manifest = list.list().pop().ok_or("there is no snapshot")?;
    let application = application(into, NO_SNAPSHOTS)?;
    let began = Instant::now();
    let offer = Snapshot {
        height: manifest.height,
        format: FORMAT,
        chunks: u32::try_from(manifest.chunks.len())?,
        hash: manifest.hash().to_vec().into(),
        metadata: manifest.encode().into(),
    };
    application.answer(request::Value::OfferSnapshot(RequestOfferSnapshot {
        snapshot: Some(offer),
        app_hash: manifest.root.to_vec().into(),
    }))?;
    for index in 0..u32::try_from(manifest.chunks.len())? {
        let chunk = list
            .chunk(manifest.height, index)
            .ok_or("a chunk is missing")?;
        application.answer(request::Value::ApplySnapshotChunk(
            RequestApplySnapshotChunk {
                index,
                chunk: chunk.into(),
                sender: String::new(),
            },
        ))?;
    }
    let took = began.elapsed();
    if height(&application) != manifest.height {
        return Err("the snapshot was not taken".into());
    }
    Ok(json!({
        "restore_s": took.as_secs_f64(),
        "chunks": manifest.chunks.len(),
        "pairs": manifest.pairs,
        "resident_mb": resident(),
        "peak_mb": peak(),
    }))
}

fn resident() -> f64 {
    status(std::process::id(), "VmRSS").round()
}

fn peak() -> f64 {
    status(std::process::id(), "VmHWM").round()
}
