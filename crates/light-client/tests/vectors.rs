//! `tests/vectors/ledger/headers.json` is what this code writes, and holds for whoever reads it.
//! After a deliberate change: `TOEND_WRITE_VECTORS=1 cargo test -p toend-light-client --test vectors`.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::path::PathBuf;

use serde_json::{Value, json};
use support::chain;
use toend_ledger::cometbft::{
    BlockIdFlag, CommitSig, Decode as _, Encode as _, Header, LightBlock, bundle, read_json,
};
use toend_light_client::report::verify_json;
use toend_light_client::{Options, verify::signature::verifies};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ledger/headers.json")
}

/// Three blocks with five validators, one of whom changes at each height; in the second, one vote is absent and one is nil.
fn blocks() -> Vec<LightBlock> {
    let mut blocks = chain::extend(None, 3, 0, |height| (height..height + 5).collect());
    let votes = &mut blocks[1].signed_header.commit.signatures;
    votes[3] = CommitSig::ABSENT;
    votes[4].flag = BlockIdFlag::Nil;
    blocks
}

fn written() -> Value {
    let blocks = blocks();
    let rows: Vec<Value> = blocks
        .iter()
        .map(|block| {
            let commit = &block.signed_header.commit;
            let messages: Vec<Value> = (0..commit.signatures.len())
                .map(|i| {
                    commit
                        .sign_bytes(chain::CHAIN, i)
                        .map_or(Value::Null, |b| hex::encode(b).into())
                })
                .collect();
            json!({
                "light_block": block,
                "header": hex::encode(block.header().encode()),
                "header_hash": hex::encode(block.header().hash()),
                "commit": hex::encode(commit.encode()),
                "commit_hash": hex::encode(commit.hash()),
                "validator_set": hex::encode(block.validator_set.encode()),
                "validators_hash": hex::encode(block.validator_set.hash()),
                "sign_bytes": messages,
            })
        })
        .collect();
    let headers: Vec<Header> = blocks.iter().map(|b| b.header().clone()).collect();
    let now = chain::time(10);
    let judged: Vec<Value> = [(0, 1), (0, 2), (1, 2), (2, 1)]
        .map(|(trusted, untrusted)| {
            let text = |i: usize| serde_json::to_vec(&blocks[i]).unwrap();
            let report = verify_json(&text(trusted), &text(untrusted), now, &Options::default()).unwrap();
            json!({"trusted": trusted, "untrusted": untrusted, "verdict": report.verdict, "code": report.code})
        })
        .into();
    json!({
        "about": "A demonstration chain; keys without any legal effect. Judged at `now` with trust level 2/3, 14 days, 10 s.",
        "now": now,
        "blocks": rows,
        "bundle": hex::encode(bundle::encode(&headers).unwrap()),
        "judged": judged,
    })
}

#[test]
fn the_file_is_what_this_code_writes() {
    let text = format!("{:#}\n", written());
    if std::env::var_os("TOEND_WRITE_VECTORS").is_some() {
        std::fs::write(file(), &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(file()).unwrap() == text,
        "headers.json differs; see the top of this test"
    );
}

#[test]
fn the_file_holds_for_whoever_reads_it() {
    let json: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let mut headers = Vec::new();
    for row in json["blocks"].as_array().unwrap() {
        let block: LightBlock =
            read_json(&serde_json::to_vec(&row["light_block"]).unwrap()).unwrap();
        let header = Header::decode(&bytes(&row["header"])).unwrap();
        assert_eq!(&header, block.header());
        assert_eq!(header.hash().to_vec(), bytes(&row["header_hash"]));
        for (i, sig) in block.signed_header.commit.signatures.iter().enumerate() {
            let key = block.validator_set.validators()[i].pub_key;
            match sig.flag {
                BlockIdFlag::Absent => assert!(row["sign_bytes"][i].is_null()),
                BlockIdFlag::Commit => assert!(verifies(
                    &key,
                    &sig.signature,
                    &bytes(&row["sign_bytes"][i])
                )),
                // It was signed for the block, then called nil: such a signature does not hold.
                BlockIdFlag::Nil => assert!(!verifies(
                    &key,
                    &sig.signature,
                    &bytes(&row["sign_bytes"][i])
                )),
            }
        }
        headers.push(header);
    }
    assert_eq!(bundle::decode(&bytes(&json["bundle"])).unwrap(), headers);
}
