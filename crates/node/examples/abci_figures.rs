//! What a full block of filings costs the application, with and without signatures that CheckTx has checked already.
//!
//! `cargo run --release -p toend-node --example abci_figures`

use std::time::{Duration, Instant};

use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::{RequestCheckTx, RequestCommit, RequestFinalizeBlock, request};
use toend_ledger::genesis::demo;
use toend_ledger::hash::sha256;
use toend_ledger::tx::Filing;
use toend_node::abci::Application;
use toend_node::abci::snapshots::Schedule;

/// Filings of a full block: the share of each of four gateways.
const FILINGS: u64 = 4 * 64;
const BLOCKS: i64 = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("FinalizeBlock with {FILINGS} filings, {BLOCKS} blocks, Commit apart");
    for checked in [false, true] {
        let folder = tempfile::tempdir()?;
        let schedule = Schedule { every: 0, keep: 1 };
        let application = Application::open(&demo::genesis_bytes(), folder.path(), schedule)?;
        let (mut check, mut execute, mut commit) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for height in 1..=BLOCKS {
            let txs: Vec<Vec<u8>> = (0..FILINGS)
                .map(|n| filing((n % 4) as u16, height.unsigned_abs() << 16 | n))
                .collect();
            if checked {
                let began = Instant::now();
                for tx in &txs {
                    let tx = tx.clone().into();
                    application
                        .answer(request::Value::CheckTx(RequestCheckTx { tx, r#type: 0 }))?;
                }
                check += began.elapsed();
            }
            let block = RequestFinalizeBlock {
                txs: txs.into_iter().map(Into::into).collect(),
                hash: vec![height.to_be_bytes()[7]; 32].into(),
                height,
                time: Some(Timestamp {
                    seconds: 1_793_500_000 + height,
                    nanos: 0,
                }),
                ..RequestFinalizeBlock::default()
            };
            let began = Instant::now();
            application.answer(request::Value::FinalizeBlock(block))?;
            execute += began.elapsed();
            let began = Instant::now();
            application.answer(request::Value::Commit(RequestCommit {}))?;
            commit += began.elapsed();
        }
        let per_block = |sum: Duration| sum.as_secs_f64() * 1000.0 / BLOCKS as f64;
        println!(
            "{}: CheckTx {:6.2} ms, FinalizeBlock {:6.2} ms, Commit {:5.2} ms per block; {} signatures checked",
            if checked {
                "checked before "
            } else {
                "never seen yet"
            },
            per_block(check),
            per_block(execute),
            per_block(commit),
            application.signature_checks()
        );
    }
    Ok(())
}

fn filing(gateway: u16, n: u64) -> Vec<u8> {
    let f = sha256(&[b"filing", &n.to_be_bytes()]);
    let key = demo::signing_key(demo::Purpose::Gateway, gateway);
    Filing::signed(demo::net(), gateway, f, &key).encode()
}
