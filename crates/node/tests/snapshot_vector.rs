//! `tests/vectors/node/snapshot.json` is what this code writes, and holds for whoever reads it.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use serde_json::{Value, json};
use toend_ledger::genesis::demo;
use toend_node::abci::snapshot::{Manifest, Writer};
use toend_state_machine::App;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/node/snapshot.json")
}

/// The demonstration network's first state, as if it stood after block 7.
fn written() -> Value {
    let genesis = demo::genesis();
    let pairs = App::genesis_state(&genesis);
    let root = App::from_genesis(&genesis, 1).unwrap().info().app_hash;
    let mut writer = Writer::new(demo::net(), 7, root);
    for (key, value) in &pairs {
        assert_eq!(writer.put(key, value).unwrap(), None);
    }
    let (chunk, manifest) = writer.finish().unwrap();
    let pairs: Vec<Value> = pairs
        .iter()
        .map(|(key, value)| json!({ "key": hex::encode(key), "value": hex::encode(value) }))
        .collect();
    json!({
        "about": "The demonstration network's first state, as if it stood after block 7. Bytes are lower-case hex.",
        "net": hex::encode(demo::net()),
        "height": 7,
        "root": hex::encode(root),
        "pairs": pairs,
        "chunks": [hex::encode(chunk)],
        "manifest": hex::encode(manifest.encode()),
        "hash": hex::encode(manifest.hash()),
    })
}

#[test]
fn the_vector_is_what_this_code_writes() {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let same = serde_json::from_str::<Value>(&text).is_ok_and(|file| file == written());
    if !same && std::env::var_os("TOEND_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&written()).unwrap();
        std::fs::write(path(), text + "\n").unwrap();
        return;
    }
    assert!(same, "set TOEND_WRITE_VECTORS after a deliberate change");
}

#[test]
fn a_reader_gets_the_state_out_of_the_vector() {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path()).unwrap()).unwrap();
    let bytes = |json: &Value| hex::decode(json.as_str().unwrap()).unwrap();
    let manifest = Manifest::decode(&bytes(&file["manifest"])).unwrap();
    assert_eq!(manifest.hash().to_vec(), bytes(&file["hash"]));
    let (mut last, mut pairs) = (None, Vec::new());
    for (index, chunk) in (0..).zip(file["chunks"].as_array().unwrap()) {
        pairs.extend(
            manifest
                .open_chunk(index, &bytes(chunk), &mut last)
                .unwrap(),
        );
    }
    let wanted: Vec<(Vec<u8>, Vec<u8>)> = file["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (bytes(&pair["key"]), bytes(&pair["value"])))
        .collect();
    assert_eq!(pairs, wanted);
    assert_eq!(manifest.pairs, pairs.len() as u64);
}
