//! The state of a block under way: the committed version, the writes of the block's earlier transactions, and
//! those of the transaction being applied. A transaction's writes join the block's all together or not at all.

use std::borrow::Cow;
use std::collections::BTreeMap;

use toend_ledger::hash::Hash;
use toend_ledger::state::Key;

use crate::tree::{Leaf, View};

/// A key with its place, hashed once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    key: Key,
    hash: Hash,
}

impl Slot {
    pub fn of(key: Key) -> Self {
        Slot {
            key,
            hash: key.hash(),
        }
    }
}

/// Writes by place. The order of the places is the order in which the tree wants them.
type Writes = BTreeMap<Hash, (Key, Vec<u8>)>;

#[derive(Debug)]
pub(crate) struct Draft<'a> {
    base: View<'a>,
    block: Writes,
    tx: Writes,
}

impl<'a> Draft<'a> {
    pub fn new(base: View<'a>) -> Self {
        Draft {
            base,
            block: Writes::new(),
            tx: Writes::new(),
        }
    }

    /// The value in force, in view of every write so far.
    pub fn get(&self, slot: &Slot) -> Option<Cow<'_, [u8]>> {
        match self.written(slot) {
            Some(value) => Some(Cow::Borrowed(value)),
            None => self.base.get(&slot.hash),
        }
    }

    /// Whether there is a value in force.
    pub fn holds(&self, slot: &Slot) -> bool {
        self.written(slot).is_some() || self.base.holds(&slot.hash)
    }

    fn written(&self, slot: &Slot) -> Option<&[u8]> {
        let written = self
            .tx
            .get(&slot.hash)
            .or_else(|| self.block.get(&slot.hash));
        written.map(|(_, value)| value.as_slice())
    }

    pub fn put(&mut self, slot: &Slot, value: Vec<u8>) {
        self.tx.insert(slot.hash, (slot.key, value));
    }

    /// Whether the transaction under way wrote this place already.
    pub fn wrote(&self, slot: &Slot) -> bool {
        self.tx.contains_key(&slot.hash)
    }

    /// The transaction took effect. How many places it wrote.
    pub fn keep(&mut self) -> usize {
        let count = self.tx.len();
        if count > self.block.len() / 16 {
            self.block.append(&mut self.tx);
        } else {
            // `append` walks the whole block, which for each of many small transactions is far too much.
            self.block.extend(std::mem::take(&mut self.tx));
        }
        count
    }

    /// The transaction failed: as if it had never been.
    pub fn drop_tx(&mut self) {
        self.tx.clear();
    }

    /// All writes of the block, in order of place.
    pub fn finish(self) -> Vec<(Hash, Key, Vec<u8>)> {
        self.block
            .into_iter()
            .map(|(hash, (key, value))| (hash, key, value))
            .collect()
    }
}

/// The leaf of a write.
pub(crate) fn leaf(place: Hash, key: &Key, value: Vec<u8>) -> Leaf {
    match key {
        Key::Opening { .. }
        | Key::Entry { .. }
        | Key::Head { .. }
        | Key::PublicList { .. }
        | Key::Filing(_) => Leaf::timed(place, value),
        _ => Leaf::whole(place, value),
    }
}
