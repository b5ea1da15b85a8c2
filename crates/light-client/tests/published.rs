//! The model-based vectors of tendermint-rs: 41 files, 99 steps.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::vectors::{light_client_vectors, package};
use toend_ledger::cometbft::{Header, read_json};
use toend_light_client::conformance;

#[test]
fn all_model_based_steps() {
    let files = light_client_vectors("model_based/single_step");
    assert_eq!(files.len(), 41);
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (name, bytes) in files {
        for (i, step) in conformance::run(&bytes).unwrap().into_iter().enumerate() {
            assert!(
                step.passed,
                "{name} step {i}: expected {}, got {:?}",
                step.expected, step.verdict
            );
            *counted.entry(step.expected).or_default() += 1;
        }
    }
    let want = [("INVALID", 13), ("NOT_ENOUGH_TRUST", 42), ("SUCCESS", 44)];
    assert_eq!(counted, want.map(|(name, n)| (name.to_owned(), n)).into());
}

#[test]
fn a_wrong_verdict_is_noticed() {
    let (name, bytes) = light_client_vectors("model_based/single_step").remove(0);
    let mut file: Value = serde_json::from_slice(&bytes).unwrap();
    let verdict = &mut file["input"][0]["verdict"];
    *verdict = if *verdict == "SUCCESS" {
        "INVALID"
    } else {
        "SUCCESS"
    }
    .into();
    let steps = conformance::run(&serde_json::to_vec(&file).unwrap()).unwrap();
    assert!(!steps[0].passed, "{name}");
    file["input"][0]["block"]["signed_header"]["header"]["height"] = "x".into();
    file["input"][0]["verdict"] = "INVALID".into();
    let steps = conformance::run(&serde_json::to_vec(&file).unwrap()).unwrap();
    assert!(
        steps[0].passed,
        "an unreadable block is invalid, not the end of the file"
    );
}

#[test]
fn the_header_of_tendermint_rs_with_a_known_hash() {
    let file =
        package("tendermint").join("tests/support/serialization/block/header_with_known_hash.json");
    let header: Header = read_json(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(
        hex::encode_upper(header.hash()),
        "F30A71F2409FB15AACAEDB6CC122DFA2525BEE9CAE521721B06BFDCA291B8D56"
    );
}
