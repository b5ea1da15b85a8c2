//! Nodes of the tree. A branch keeps the hashes of its children beside the links to them: a proof then
//! reads one node per level instead of two, and a rewritten path never visits its siblings.

use toend_ledger::hash::{Hash, ZERO};

/// One leaf: the hashes of a key and of its value, and what the holder attaches to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf<P = ()> {
    /// `H(key)`: where the leaf stands.
    pub key: Hash,
    /// `H(value)`.
    pub value: Hash,
    /// Carried along, not hashed.
    pub payload: P,
}

/// A subtree as its parent sees it: its hash, how many leaves it holds, and the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub hash: Hash,
    pub leaves: u32,
    pub link: Link,
}

impl Side {
    pub const EMPTY: Side = Side {
        hash: ZERO,
        leaves: 0,
        link: Link(Link::EMPTY),
    };
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub left: Side,
    pub right: Side,
}

/// Where a subtree begins: nowhere, at a leaf, or at a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(u32);

/// A [`Link`], read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Empty,
    Leaf(u32),
    Branch(u32),
}

impl Link {
    const EMPTY: u32 = u32::MAX;
    const LEAF: u32 = 1 << 31;

    /// One more than the highest number a node can have.
    pub const LIMIT: usize = Self::LEAF as usize - 1;

    pub const fn leaf(at: u32) -> Self {
        Link(at | Self::LEAF)
    }

    pub const fn branch(at: u32) -> Self {
        Link(at)
    }

    pub const fn target(self) -> Target {
        match self.0 {
            Self::EMPTY => Target::Empty,
            at if at & Self::LEAF != 0 => Target::Leaf(at & !Self::LEAF),
            at => Target::Branch(at),
        }
    }
}
