//! The published test vectors, for tests.

use std::path::PathBuf;

use serde_json::Value;
use toend_ledger::network::NetworkFile;

/// A vector file of the ledger's formats.
pub fn ledger(name: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ledger");
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The network file by which the vectors verify.
pub fn network() -> NetworkFile {
    let file = ledger("network-file.json");
    NetworkFile::decode(file["file"].as_str().unwrap().as_bytes()).unwrap()
}
