//! Writes every decoder's seeds to `tests/fuzz/corpus/NAME`, so that libFuzzer begins inside each format.

use std::path::Path;

use toend_ledger::hash::sha256;
use toend_testkit::decoders::{DECODERS, seeds};

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus");
    for (name, _) in DECODERS {
        let folder = corpus.join(name);
        std::fs::create_dir_all(&folder)?;
        for seed in seeds(name) {
            let hash = hex::encode(sha256(&[&seed]));
            std::fs::write(folder.join(hash), seed)?;
        }
    }
    Ok(())
}
