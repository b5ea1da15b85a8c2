//! Nodes of the tree. A branch keeps the hashes of its children beside the links to them: a proof then
//! reads one node per level instead of two, and a rewritten path never visits its siblings.

use toend_ledger::hash::{Hash, ZERO};

/// A subtree as its parent sees it: its hash and the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Side {
    pub hash: Hash,
    pub link: Link,
}

impl Side {
    pub const EMPTY: Side = Side {
        hash: ZERO,
        link: Link(Link::EMPTY),
    };
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub left: Side,
    pub right: Side,
}

/// Where a subtree begins: nowhere, at a twig, or at a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(u32);

/// A [`Link`], read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Empty,
    Twig(u32),
    Branch(u32),
}

impl Link {
    const EMPTY: u32 = u32::MAX;
    const TWIG: u32 = 1 << 31;

    /// One more than the highest number a node can have.
    pub const LIMIT: usize = Self::TWIG as usize - 1;

    pub const fn twig(at: u32) -> Self {
        Link(at | Self::TWIG)
    }

    pub const fn branch(at: u32) -> Self {
        Link(at)
    }

    pub const fn target(self) -> Target {
        match self.0 {
            Self::EMPTY => Target::Empty,
            at if at & Self::TWIG != 0 => Target::Twig(at & !Self::TWIG),
            at => Target::Branch(at),
        }
    }
}
