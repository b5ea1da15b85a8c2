//! Leaves as they are handed to a tree.

use toend_ledger::hash::Hash;

/// One leaf: where it stands and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub(super) key: Hash,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Hashed(Hash),
    Whole(Vec<u8>),
    Timed(Vec<u8>),
}

impl Leaf {
    /// A value of which the tree is told the hash alone; it can prove the value, not give it back.
    pub const fn hashed(key: Hash, value: Hash) -> Self {
        Leaf {
            key,
            content: Content::Hashed(value),
        }
    }

    /// A value that the tree keeps, under `H(key)`.
    pub const fn whole(key: Hash, value: Vec<u8>) -> Self {
        Leaf {
            key,
            content: Content::Whole(value),
        }
    }

    /// As [`whole`](Self::whole), for values whose last 16 bytes are the time of their block: what is written in one block
    /// shares them in memory. Of a value that ends otherwise this costs memory and changes nothing else.
    pub const fn timed(key: Hash, value: Vec<u8>) -> Self {
        Leaf {
            key,
            content: Content::Timed(value),
        }
    }
}
