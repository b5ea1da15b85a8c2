//! RFC 6962 Merkle trees over SHA-256: block data, validator sets, commits, the history tree and every other list on the ledger.
//!
//! A leaf is `H(00 ‖ data)`, an inner node `H(01 ‖ left ‖ right)`, a tree of n leaves splits at the largest power of two
//! below n, and the empty tree is `H("")`. Proofs are lists of sibling hashes; their shape follows from index and size alone.
//!
//! Never trust an index, a size or a root that came with a proof: the caller passes those from a source it has verified.
//! Start with [`root`] and [`verify_inclusion`]; [`Frontier`] is the append-only form that stands in ledger state.

mod digest;
mod frontier;
mod proof;
#[cfg(target_arch = "x86_64")]
pub(crate) mod wide;

pub(crate) use digest::short_hash;
pub use digest::{inner_hash, leaf_hash};
pub use frontier::{Frontier, FrontierError};
pub use proof::{
    MerkleError, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion,
};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The root of the tree without leaves, SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The root over leaf data, in the given order.
pub fn root<L: AsRef<[u8]>>(leaves: &[L]) -> Hash {
    let mut level: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_ref())).collect();
    fold(&mut level)
}

/// The root over leaf hashes, in the given order.
pub fn root_of_hashes(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    fold(&mut level)
}

/// Pairs a level upwards until one node is left. Carrying the odd last node up unchanged gives exactly
/// RFC 6962's split at the largest power of two.
fn fold(level: &mut Vec<Hash>) -> Hash {
    while level.len() > 1 {
        let mut written = 0;
        let mut read = 0;
        while read < level.len() {
            let node = match (level.get(read), level.get(read + 1)) {
                (Some(left), Some(right)) => inner_hash(left, right),
                (Some(last), None) => *last,
                _ => break,
            };
            if let Some(slot) = level.get_mut(written) {
                *slot = node;
            }
            written += 1;
            read += 2;
        }
        level.truncate(written);
    }
    level.first().copied().unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests;
