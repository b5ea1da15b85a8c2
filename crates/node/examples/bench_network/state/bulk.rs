//! A large state put into the database at once: filled block by block, ten million entries take this disk half an hour.

use std::path::Path;

use serde_json::{Value, json};
use toend_ledger::genesis::demo;
use toend_ledger::hash::sha256;
use toend_ledger::state::{At, EntryValue, Key, Reg};
use toend_node::abci::store::{AppStore, Base, FILE};
use toend_state_machine::tree::{Leaf, Tree};

use crate::Failure;
use crate::batched::size;

/// Entries that share a block, and so a time.
const BLOCK: u64 = 32_768;

/// Adds entries to the state of an application that was filled, until it has so many places. They are such as blocks would
/// have brought; only the register's own count does not know them.
pub fn add(folder: &Path, places: u64) -> Result<Value, Failure> {
    let mut store = AppStore::open(folder, &demo::net())?;
    let mut pairs = store.state().collect::<Result<Vec<_>, _>>()?;
    let base = store.base()?.ok_or("the state was never begun")?;
    for n in pairs.len() as u64..places {
        let label = sha256(&[b"bulk", &n.to_be_bytes()]);
        let height = 1 + n / BLOCK;
        let value = EntryValue {
            c: sha256(&[&label]),
            at: At {
                height,
                time_ms: 1_793_500_000_000 + height * 1000,
            },
        };
        let key = Key::Entry { reg: Reg(1), label };
        pairs.push((key.encode(), value.encode()));
    }
    pairs.sort_unstable();
    let mut tree = Tree::new();
    let leaves = pairs
        .iter()
        .map(|(key, value)| Leaf::timed(sha256(&[key]), value.clone()));
    let root = tree.fill(base.height, leaves)?;
    drop(tree);
    let height = base.height;
    store.begin(pairs.into_iter().map(Ok), Base { height, root })?;
    drop(store);
    Ok(json!({ "entries": places, "database_bytes": size(&folder.join(FILE)) }))
}
