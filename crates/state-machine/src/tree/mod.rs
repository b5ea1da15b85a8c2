//! The state tree: a compact sparse Merkle tree in the form of ics23's `smt_spec()`, with its last versions.
//!
//! * A key's place is fixed by the bits of `H(key)`, most significant first: 0 left, 1 right.
//! * leaf = `H(00 ‖ H(key) ‖ H(value))`, inner = `H(01 ‖ left ‖ right)`, empty subtree = 32 zero bytes.
//! * A subtree that holds one leaf *is* that leaf: a lone leaf rises to the highest free position.
//!
//! The root is therefore a function of the set of (key, value) pairs alone, whatever the order in which
//! they came. Nothing is ever deleted: there is no such operation.
//!
//! [`Tree`] is persistent: [`write`](Tree::write) makes a new version that shares every untouched node with
//! the one before, so that the last N heights cost only what changed. Nodes stand in two arenas and point to
//! each other by number: a write neither touches nor counts the siblings it passes, and dropping a tree does
//! not recurse. Every recursion here goes at most 256 deep, because two different hashes part by then.
//!
//! Its lowest levels are not nodes: a subtree of few leaves is a twig, a piece of bytes with the leaves and their
//! values, and is hashed again when it is asked for. That is what makes a leaf cheap in memory.
//!
//! Start with [`Tree::write`]; read through a [`View`].

mod arena;
mod endings;
mod leaf;
mod node;
mod slab;
mod twig;
mod view;
mod write;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

pub use leaf::Leaf;
pub use view::View;
pub use write::WriteError;

use arena::Arena;
use endings::Endings;
use node::{Branch, Link, Side};
use slab::Slab;

/// The tree with its last versions, each under the height of the block that it stands after.
#[derive(Debug, Default)]
pub struct Tree {
    branches: Arena<Branch>,
    twigs: Slab,
    /// Where a twig lies while another is made of it.
    lent: Vec<u8>,
    endings: Endings,
    versions: BTreeMap<u64, Version>,
    /// Nodes that a version did away with: free once every older version is forgotten.
    retired: VecDeque<(u64, Vec<Link>)>,
    /// Nodes that only the newest version has: free at once if it is undone. `None` once it cannot be.
    fresh: Option<Vec<Link>>,
}

/// The tree as it was after one block.
#[derive(Clone, Copy, Debug)]
struct Version {
    root: Side,
    leaves: u64,
}

impl Version {
    const EMPTY: Version = Version {
        root: Side::EMPTY,
        leaves: 0,
    };
}

impl Tree {
    /// A tree without any version; its newest view is empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// The newest version, or an empty one if nothing was ever written.
    pub fn newest(&self) -> View<'_> {
        let newest = self.versions.last_key_value();
        View::new(self, newest.map_or(Version::EMPTY, |(_, version)| *version))
    }

    /// The version after block `height`, if it is still kept.
    pub fn at(&self, height: u64) -> Option<View<'_>> {
        self.versions
            .get(&height)
            .map(|version| View::new(self, *version))
    }

    /// The heights whose versions are kept, oldest first.
    pub fn heights(&self) -> impl DoubleEndedIterator<Item = u64> {
        self.versions.keys().copied()
    }

    /// Takes back the last [`write`](Self::write). Whether there was one to take back: only the newest
    /// version can be undone, and only until [`forget`](Self::forget) or another write follows it.
    pub fn undo(&mut self) -> bool {
        let Some(fresh) = self.fresh.take() else {
            return false;
        };
        self.versions.pop_last();
        self.retired.pop_back();
        for link in fresh {
            self.free(link);
        }
        true
    }

    /// Keeps the newest `keep` versions (at least one) and frees what only the others had.
    pub fn forget(&mut self, keep: usize) {
        self.fresh = None;
        while self.versions.len() > keep.max(1) {
            self.versions.pop_first();
        }
        let oldest = self
            .versions
            .first_key_value()
            .map_or(0, |(height, _)| *height);
        while self
            .retired
            .front()
            .is_some_and(|(since, _)| *since <= oldest)
        {
            for link in self
                .retired
                .pop_front()
                .into_iter()
                .flat_map(|(_, links)| links)
            {
                self.free(link);
            }
        }
    }

    /// Nodes in memory, of all versions: (branches, twigs).
    pub fn nodes(&self) -> (usize, usize) {
        (self.branches.used(), self.twigs.used())
    }

    fn free(&mut self, link: Link) {
        match link.target() {
            node::Target::Empty => {}
            node::Target::Twig(at) => self.twigs.free(at),
            node::Target::Branch(at) => self.branches.free(at),
        }
    }
}
