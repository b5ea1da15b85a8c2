//! A plain state tree, written from the definition and for clarity only: the state machine's own tree is another program.

use std::collections::BTreeMap;

use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{End, StateProof, SubtreeProof, bit, common_bits, inner, leaf};

/// `H(key)` → `H(value)`.
#[derive(Debug, Clone, Default)]
pub struct SampleTree {
    leaves: BTreeMap<Hash, Hash>,
}

impl SampleTree {
    pub fn new(pairs: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        let mut tree = Self::default();
        for (key, value) in pairs {
            tree.insert(&key, &value);
        }
        tree
    }

    pub fn insert(&mut self, key: &[u8], value: &[u8]) {
        self.insert_hashes(sha256(&[key]), sha256(&[value]));
    }

    pub fn insert_hashes(&mut self, key_hash: Hash, value_hash: Hash) {
        self.leaves.insert(key_hash, value_hash);
    }

    pub fn build(&self) -> Node {
        build(&self.all(), 0)
    }

    pub fn root(&self) -> Hash {
        self.build().hash()
    }

    /// Presence if the key is there, else absence.
    pub fn prove(&self, key: &[u8]) -> StateProof {
        self.build().prove(&sha256(&[key]))
    }

    pub fn prove_hash(&self, key_hash: &Hash) -> StateProof {
        self.build().prove(key_hash)
    }

    pub fn subtree(&self, prefix: &Hash, bits: usize) -> SubtreeProof {
        let mut masked = ZERO;
        for i in (0..bits).filter(|i| bit(prefix, *i)) {
            masked[i / 8] |= 0x80 >> (i % 8);
        }
        let mut rest = self.all();
        let mut siblings = Vec::new();
        for depth in 0..bits {
            let (right, left): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|(key, _)| bit(key, depth));
            let (own, other) = if bit(&masked, depth) {
                (right, left)
            } else {
                (left, right)
            };
            siblings.push(build(&other, depth + 1).hash());
            rest = own;
        }
        SubtreeProof::new(masked, bits, siblings, rest).unwrap()
    }

    pub fn leaves_under(&self, prefix: &Hash, bits: usize) -> usize {
        self.leaves
            .keys()
            .filter(|key| common_bits(key, prefix) >= bits)
            .count()
    }

    fn all(&self) -> Vec<(Hash, Hash)> {
        self.leaves
            .iter()
            .map(|(key, value)| (*key, *value))
            .collect()
    }
}

/// A node with everything under it.
pub enum Node {
    Empty,
    Leaf(Hash, Hash),
    Inner(Hash, Box<Self>, Box<Self>),
}

impl Node {
    pub fn hash(&self) -> Hash {
        match self {
            Self::Empty => ZERO,
            Self::Leaf(key, value) => leaf(key, value),
            Self::Inner(hash, ..) => *hash,
        }
    }

    pub fn prove(&self, key_hash: &Hash) -> StateProof {
        let (mut node, mut siblings) = (self, Vec::new());
        while let Self::Inner(_, left, right) = node {
            let (own, other) = if bit(key_hash, siblings.len()) {
                (right, left)
            } else {
                (left, right)
            };
            siblings.push(other.hash());
            node = own;
        }
        let end = match node {
            Self::Leaf(key, _) if key == key_hash => End::Present,
            Self::Leaf(key, value) => End::Other {
                key_hash: *key,
                value_hash: *value,
            },
            _ => End::Empty,
        };
        StateProof::new(siblings, end).unwrap()
    }
}

/// `leaves` are sorted and agree in their first `depth` bits.
fn build(leaves: &[(Hash, Hash)], depth: usize) -> Node {
    match leaves {
        [] => Node::Empty,
        [(key, value)] => Node::Leaf(*key, *value),
        _ => {
            let (left, right) =
                leaves.split_at(leaves.partition_point(|(key, _)| !bit(key, depth)));
            let (left, right) = (build(left, depth + 1), build(right, depth + 1));
            Node::Inner(
                inner(&left.hash(), &right.hash()),
                Box::new(left),
                Box::new(right),
            )
        }
    }
}

/// `count` keys and values of 35 and 49 bytes, as entries have.
pub fn pairs(count: u32) -> Vec<(Vec<u8>, Vec<u8>)> {
    (0..count)
        .map(|i| {
            let key = [&[0x11, 0, 1][..], &sha256(&[b"label", &i.to_be_bytes()])].concat();
            let value = [&[1][..], &sha256(&[b"c", &i.to_be_bytes()]), &[0; 16]].concat();
            (key, value)
        })
        .collect()
}
