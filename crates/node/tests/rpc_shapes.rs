//! Our answers have the members and kinds of value that a real CometBFT 0.38 node's recorded answers have.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Every path of a JSON value with the kind found there; list elements count as one.
fn shape(value: &Value, path: &str, out: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        // Numbers in strings are another kind than words: JavaScript and Go readers depend on it.
        Value::String(text) if text.parse::<i64>().is_ok_and(|n| n.to_string() == *text) => {
            "digits"
        }
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    out.insert(path.to_owned(), kind);
    match value {
        Value::Array(list) => list
            .iter()
            .for_each(|item| shape(item, &format!("{path}[]"), out)),
        Value::Object(map) => map
            .iter()
            .for_each(|(key, item)| shape(item, &format!("{path}.{key}"), out)),
        _ => {}
    }
}

/// Paths whose kind depends on the application or the moment, not on the format.
const FREE: &[&str] = &[
    ".result.response.data",
    ".result.genesis.app_hash",
    ".result.genesis.app_state",
    ".result.genesis.validators[].name",
    ".result.node_info.channels",
    // Events are the kvstore example's; this application emits none.
    ".result.tx_result.events",
    ".result.check_tx.events",
    // The kvstore has no proofs, our queries do.
    ".result.response.proofOps",
    ".result.block.data.txs[]",
    ".result.txs_results",
    ".result.app_hash",
];

fn compare(name: &str, real: &Value, ours: &Value) {
    let (mut want, mut got) = (BTreeMap::new(), BTreeMap::new());
    shape(&real["result"], ".result", &mut want);
    shape(&ours["result"], ".result", &mut got);
    let keep = |path: &String| !FREE.iter().any(|free| path.starts_with(free));
    want.retain(|path, _| keep(path));
    got.retain(|path, _| keep(path));
    // A list that is empty on one side says nothing about its elements.
    let known = |path: &str, other: &BTreeMap<String, &str>| {
        path.find("[]")
            .is_none_or(|at| other.keys().any(|key| key.starts_with(&path[..at + 2])))
    };
    let want_seen: BTreeMap<_, _> = want.iter().filter(|(path, _)| known(path, &got)).collect();
    let got_seen: BTreeMap<_, _> = got.iter().filter(|(path, _)| known(path, &want)).collect();
    assert_eq!(got_seen, want_seen, "{name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_have_the_shape_of_recorded_ones() {
    let Some(vectors) = common::vectors("cometbft-rpc-v0.38") else {
        return;
    };
    let real = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(vectors.join(format!("{name}.json"))).unwrap())
            .unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    common::reach(&network, 11).await;

    let key = hex::encode([1u8]);
    for (name, path) in [
        ("status", "/status".to_owned()),
        ("commit_at_height_10", "/commit?height=10".to_owned()),
        ("block_at_height_1", "/block?height=1".to_owned()),
        ("block_at_height_10", "/block?height=%2210%22".to_owned()),
        (
            "blockchain_from_1_to_10",
            "/blockchain?minHeight=1&maxHeight=10".to_owned(),
        ),
        (
            "block_results_at_height_10",
            "/block_results?height=10".to_owned(),
        ),
        ("consensus_params", "/consensus_params?height=10".to_owned()),
        ("abci_info", "/abci_info".to_owned()),
        (
            "abci_query_with_existing_key",
            format!("/abci_query?data=0x{key}"),
        ),
        (
            "abci_query_with_non_existent_key",
            "/abci_query?data=0xffff".to_owned(),
        ),
        ("genesis", "/genesis".to_owned()),
        ("net_info", "/net_info".to_owned()),
    ] {
        compare(name, &real(name), &common::get(&network, &path).await);
    }
    for (n, name) in [
        "broadcast_tx_sync",
        "broadcast_tx_async",
        "broadcast_tx_commit",
    ]
    .into_iter()
    .enumerate()
    {
        let tx = STANDARD.encode(common::filing(0, n as u64));
        let body = json!({ "jsonrpc": "2.0", "id": "1", "method": name, "params": { "tx": tx } });
        let ours: Value = common::post(&network, &body.to_string())
            .await
            .json()
            .await
            .unwrap();
        compare(name, &real(name), &ours);
    }
    let tx = common::filing(0, 2);
    let hash = hex::encode(toend_ledger::hash::sha256(&[&tx]));
    for (name, prove) in [
        ("tx_search_with_prove", "true"),
        ("tx_search_no_prove", "false"),
    ] {
        let one = json!({ "result": real(name)["result"]["txs"][0] });
        compare(
            name,
            &one,
            &common::get(&network, &format!("/tx?hash=0x{hash}&prove={prove}")).await,
        );
    }
    network.shutdown().await;
}
