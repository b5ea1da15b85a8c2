//! Where fuzzing begins: the samples, and what the committed vectors hold for a decoder.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use toend_ledger::{
    proof_file::ProofFile,
    tx::{Action, Tx},
};
use toend_node::govern::{Decision, says};

use super::samples;

/// Bytes that lead deep into a decoder: [`samples`] that are not empty, then the vectors of its format.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    let mut all = samples(name);
    all.extend(from_vectors(name));
    all.retain(|seed| !seed.is_empty());
    all.sort();
    all.dedup();
    all
}

fn from_vectors(name: &str) -> Vec<Vec<u8>> {
    match name {
        "header" => blocks("header"),
        "commit" => blocks("commit"),
        "validator_set" => blocks("validator_set"),
        "light_block_json" => texts(&vector("ledger/headers"), "/blocks/*/light_block"),
        "header_bundle" => bytes(&vector("ledger/headers"), "/bundle"),
        "state_proof" => {
            let proofs = vector("ledger/proofs");
            let mut all = bytes(&proofs, "/cases/*/proof");
            all.extend(bytes(&proofs, "/malformed/*/proof"));
            all
        }
        "subtree_proof" => bytes(&vector("ledger/proofs"), "/subtree/proof"),
        "history_proof" => documents()
            .iter()
            .filter_map(|file| Some(file.document.pinned.as_ref()?.history.encode()))
            .collect(),
        "transaction" => transactions(),
        "action" => actions().iter().map(Action::encode).collect(),
        "decision" => actions().iter().map(decision).collect(),
        "state" => rows(),
        "subject" => bytes(&vector("ledger/lists"), "/subjects/*/encoded"),
        "vrf" => vrf(),
        "cbor" => bytes(&vector("ledger/commitments"), "/refused_values/*/bytes"),
        "genesis" => {
            let mut all = texts(&vector("ledger/transactions"), "/genesis/file");
            all.extend(texts(&vector("node/ceremony"), "/genesis"));
            all
        }
        "network_file" => texts(&vector("ledger/network-file"), "/file"),
        "terms" => texts(&vector("node/ceremony"), "/terms"),
        "proof_file" => proof_files(),
        "proof_document" => documents()
            .iter()
            .map(|file| file.document.encode().expect("it was read"))
            .collect(),
        "gateway_answer" => texts(&vector("ledger/filings"), "/answers/*/answer"),
        "evidence" => texts(&vector("ledger/filings"), "/evidence/*"),
        "receipt" => {
            let filings = vector("ledger/filings");
            let mut all = texts(&filings, "/receipts/handed_in");
            all.extend(texts(&filings, "/receipts/sealed"));
            all
        }
        "apdu" => vec![vec![0x90, 0], vec![0x61, 0x10], vec![4, 1, 2, 0x90, 0]],
        "web_eid_token" => vec![web_eid_token()],
        "snapshot_manifest" => bytes(&vector("node/snapshot"), "/manifest"),
        "snapshot_chunk" => bytes(&vector("node/snapshot"), "/chunks/*"),
        "ledger_backup_list" => texts(&vector("node/ledger-backup"), ""),
        _ => Vec::new(),
    }
}

fn vector(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let text = std::fs::read(folder.join(format!("{name}.json"))).expect("a committed vector");
    serde_json::from_slice(&text).expect("a vector is JSON")
}

/// What stands at this place; `*` is every member of a list or an object.
fn at(value: &Value, place: &str) -> Vec<Value> {
    let Some((before, after)) = place.split_once("/*") else {
        return value.pointer(place).cloned().into_iter().collect();
    };
    let members = match value.pointer(before) {
        Some(Value::Array(list)) => list.clone(),
        Some(Value::Object(object)) => object.values().cloned().collect(),
        _ => Vec::new(),
    };
    members
        .iter()
        .flat_map(|member| at(member, after))
        .collect()
}

/// Bytes that a vector writes in hexadecimal.
fn bytes(value: &Value, place: &str) -> Vec<Vec<u8>> {
    at(value, place)
        .iter()
        .filter_map(|found| hex::decode(found.as_str()?).ok())
        .collect()
}

/// A text as it stands, or JSON written again.
fn texts(value: &Value, place: &str) -> Vec<Vec<u8>> {
    at(value, place)
        .iter()
        .map(|found| match found {
            Value::String(text) => text.clone().into_bytes(),
            other => serde_json::to_vec(other).expect("it was read"),
        })
        .collect()
}

fn blocks(part: &str) -> Vec<Vec<u8>> {
    bytes(&vector("ledger/headers"), &format!("/blocks/*/{part}"))
}

fn transactions() -> Vec<Vec<u8>> {
    let transactions = vector("ledger/transactions");
    let mut all = bytes(&transactions, "/*/tx");
    all.extend(bytes(&transactions, "/governance/others/*"));
    all
}

fn actions() -> Vec<Action> {
    transactions()
        .iter()
        .filter_map(|tx| match Tx::decode(tx) {
            Ok(Tx::Governance(governance)) => Some(governance.action),
            _ => None,
        })
        .collect()
}

fn decision(action: &Action) -> Vec<u8> {
    let decision = Decision {
        chain_id: "toend-demo-1".into(),
        net: [1; 32],
        before: says(action),
        action: *action,
        signatures: [(0, [2; 64]), (3, [4; 64])].into(),
    };
    decision.text().into_bytes()
}

/// As the decoder wants them: the key's length, the key, the value.
fn rows() -> Vec<Vec<u8>> {
    let state = vector("ledger/state");
    let keys = bytes(&state, "/rows/*/key");
    let values = bytes(&state, "/rows/*/value");
    keys.iter()
        .zip(&values)
        .map(|(key, value)| {
            let length = u8::try_from(key.len()).expect("a short key");
            [&[length], key.as_slice(), value].concat()
        })
        .collect()
}

/// A key and its proof, of one opening.
fn vrf() -> Vec<Vec<u8>> {
    let lists = vector("ledger/lists");
    let keys = bytes(&lists, "/opening/register_key");
    let proofs = bytes(&lists, "/opening/proof");
    keys.iter()
        .zip(&proofs)
        .map(|(key, proof)| [key.as_slice(), proof].concat())
        .collect()
}

fn proof_files() -> Vec<Vec<u8>> {
    at(&vector("ledger/proof-file"), "/*/asice")
        .iter()
        .filter_map(|file| STANDARD.decode(file.as_str()?).ok())
        .collect()
}

fn documents() -> Vec<ProofFile> {
    proof_files()
        .iter()
        .filter_map(|file| ProofFile::read(file).ok())
        .collect()
}

fn web_eid_token() -> Vec<u8> {
    serde_json::json!({
        "unverifiedCertificate": STANDARD.encode([1; 60]),
        "algorithm": "ES384",
        "signature": STANDARD.encode([2; 96]),
        "format": "web-eid:1.0",
        "appVersion": "https://example.org",
    })
    .to_string()
    .into_bytes()
}
