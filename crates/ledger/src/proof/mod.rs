//! Proofs about the state: that a key has a value, that a key has none, or what a whole subtree holds.
//!
//! The state tree is the compact sparse Merkle tree of ics23's `smt_spec()`: leaf `H(00 ‖ H(key) ‖ H(value))`, inner
//! node `H(01 ‖ left ‖ right)`, empty subtree 32 zero bytes, and a subtree with one leaf *is* that leaf.
//! This verifier is the judge. It takes left and right only from the bits of `H(key)`, most significant first, so a
//! proof cannot choose a position (review findings 5.1, 5.2); it accepts one form of each proof and no other.
//!
//! Start with [`verify_presence`] and [`verify_absence`]; [`SubtreeProof`] serves refreshing without saying which key.

mod state_proof;
mod subtree;
mod verify;

pub use state_proof::{End, MAX_DEPTH, MAX_LEN, StateProof};
pub use subtree::{
    MAX_PREFIX_BITS, MAX_SUBTREE_LEAVES, MAX_SUBTREE_LEN, MIN_SUBTREE_LEAVES, Subtree, SubtreeProof,
};
pub use verify::{verify_absence, verify_presence, verify_presence_hashed};

use crate::hash::{Hash, ZERO};
use crate::layout::LayoutError;
use crate::merkle::{inner_hash, leaf_hash};
use thiserror::Error;

/// Why a state proof is refused. Its sender is to blame; a refused proof says nothing about the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The encoding belongs to a suite that this program does not know.
    #[error("proofs of format {0} are not known here")]
    UnknownFormat(u8),
    /// The byte that says how the path ends has no meaning.
    #[error("{0} is no end of a path")]
    UnknownEnd(u8),
    /// Longer than any proof can be.
    #[error("a proof has at most {limit} bytes; {got} were given")]
    TooLong {
        /// Most bytes allowed.
        limit: usize,
        /// Bytes given.
        got: usize,
    },
    /// A path longer than a hash has bits.
    #[error("a path has at most 256 steps; this one has {0}")]
    TooDeep(usize),
    /// A bit beyond the path's depth is set in the map of siblings.
    #[error("the map of siblings marks a step beyond the path's end")]
    UnusedBits,
    /// A sibling that the map calls non-empty is 32 zero bytes.
    #[error("an empty sibling is written out instead of left out")]
    EmptySiblingWritten,
    /// The last step has an empty sibling: the tree would have ended higher.
    #[error("the deepest sibling is empty, which no honest tree has")]
    DeepestSiblingEmpty,
    /// Presence was asked for and absence delivered, or the reverse.
    #[error("the proof shows presence where absence was asked for, or the reverse")]
    WrongKind,
    /// A root of 32 zero bytes would make everything absent.
    #[error("the root is that of an empty state, which cannot be")]
    ZeroRoot,
    /// The leaf that should stand in the key's way is the key itself.
    #[error("the leaf shown in place of the key is the key's own")]
    NeighbourIsKey,
    /// The leaf that should stand in the key's way lies on another path.
    #[error("the leaf shown in place of the key does not lie on the key's path")]
    NeighbourElsewhere,
    /// The path leads to another root.
    #[error("the proof leads to another root")]
    RootMismatch,
    /// A subtree with fewer than two leaves has no node of its own at its prefix.
    #[error(
        "a subtree proof has {MIN_SUBTREE_LEAVES} to {MAX_SUBTREE_LEAVES} leaves; this one has {0}"
    )]
    SubtreeSize(usize),
    /// The prefix is longer than allowed, or bits beyond its length are set.
    #[error("the subtree's prefix is malformed")]
    Prefix,
    /// The leaves are not strictly increasing, or one does not begin with the prefix.
    #[error("the subtree's leaves are out of order or outside its prefix")]
    LeafOrder,
    /// The key asked for does not begin with the subtree's prefix.
    #[error("the key lies outside the subtree")]
    OutsidePrefix,
    /// The bytes are cut short or too long.
    #[error("a proof is malformed: {0}")]
    Layout(#[from] LayoutError),
}

/// `H(00 ‖ H(key) ‖ H(value))`.
pub fn leaf(key_hash: &Hash, value_hash: &Hash) -> Hash {
    let mut data = [0; 64];
    let (key, value) = data.split_at_mut(32);
    key.copy_from_slice(key_hash);
    value.copy_from_slice(value_hash);
    leaf_hash(&data)
}

/// `H(01 ‖ left ‖ right)`.
pub fn inner(left: &Hash, right: &Hash) -> Hash {
    inner_hash(left, right)
}

/// Bit `depth` of a key's hash, most significant bit first: false is left, true is right.
pub fn bit(key_hash: &Hash, depth: usize) -> bool {
    key_hash
        .get(depth / 8)
        .is_some_and(|byte| byte & (0x80 >> (depth % 8)) != 0)
}

/// Leading bits that two hashes have in common, 0 to 256.
pub fn common_bits(a: &Hash, b: &Hash) -> usize {
    for (i, (x, y)) in a.iter().zip(b).enumerate() {
        if x != y {
            return i * 8 + (x ^ y).leading_zeros() as usize;
        }
    }
    256
}

/// Folds a node upwards along the bits of `key_hash`; `siblings[0]` is the root's child on the other side.
fn climb(node: Hash, key_hash: &Hash, siblings: &[Hash]) -> Hash {
    siblings
        .iter()
        .enumerate()
        .rev()
        .fold(node, |node, (depth, sibling)| {
            if bit(key_hash, depth) {
                inner(sibling, &node)
            } else {
                inner(&node, sibling)
            }
        })
}

/// Refuses a tree that has no leaf at all.
fn check_root(root: &Hash) -> Result<(), ProofError> {
    if *root == ZERO {
        Err(ProofError::ZeroRoot)
    } else {
        Ok(())
    }
}

/// Bit map of the non-empty siblings, then those siblings.
fn write_siblings(out: &mut Vec<u8>, siblings: &[Hash]) {
    let map_at = out.len();
    out.resize(map_at + siblings.len().div_ceil(8), 0);
    for (depth, sibling) in siblings.iter().enumerate() {
        if *sibling != ZERO {
            if let Some(byte) = out.get_mut(map_at + depth / 8) {
                *byte |= 0x80 >> (depth % 8);
            }
            out.extend_from_slice(sibling);
        }
    }
}

/// Reads what [`write_siblings`] wrote, in its one canonical form.
fn read_siblings(
    reader: &mut crate::layout::Reader<'_>,
    depth: usize,
) -> Result<Vec<Hash>, ProofError> {
    let map = reader.take(depth.div_ceil(8))?;
    let marked = |i: usize| {
        map.get(i / 8)
            .is_some_and(|byte| byte & (0x80 >> (i % 8)) != 0)
    };
    if (depth..depth.next_multiple_of(8)).any(marked) {
        return Err(ProofError::UnusedBits);
    }
    let mut siblings = Vec::with_capacity(depth);
    for i in 0..depth {
        if marked(i) {
            let sibling: Hash = reader.array()?;
            if sibling == ZERO {
                return Err(ProofError::EmptySiblingWritten);
            }
            siblings.push(sibling);
        } else {
            siblings.push(ZERO);
        }
    }
    Ok(siblings)
}
