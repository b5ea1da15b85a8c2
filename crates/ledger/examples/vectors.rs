//! Writes the test vectors of every format: `cargo run -p toend-ledger --example vectors [FOLDER]`.
//!
//! The folder is `tests/vectors/ledger` of this workspace unless another is named. The tests compare the files with what
//! the code writes, so a format cannot change unnoticed.

#![allow(clippy::unwrap_used, clippy::too_many_lines)]

#[allow(dead_code)]
#[path = "../tests/formats/sample_ledger.rs"]
mod sample_ledger;
#[allow(dead_code)]
#[path = "../tests/formats/sample_tree.rs"]
mod sample_tree;
#[path = "../tests/formats/vector_filings.rs"]
mod vector_filings;
#[path = "../tests/formats/vector_sets.rs"]
mod vector_sets;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ledger");
    let folder = std::env::args_os().nth(1).map_or(beside, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for (name, json) in vector_sets::all() {
        std::fs::write(folder.join(name), vector_sets::text(&json))?;
        println!("{name}");
    }
    Ok(())
}
