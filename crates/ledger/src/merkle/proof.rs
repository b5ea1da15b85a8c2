//! Inclusion and consistency proofs (RFC 9162 2.1.3 and 2.1.4, same trees as RFC 6962).

use thiserror::Error;

use super::{EMPTY_ROOT, Hash, inner_hash, root_of_hashes};

/// Why a Merkle proof is refused, or cannot be made. The bytes' sender is to blame when verifying, the caller when making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MerkleError {
    /// No leaf has this index in a tree of this size.
    #[error("leaf {index} lies outside a tree of {size} leaves")]
    LeafOutOfRange {
        /// Index asked for, from 0.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The older tree has more leaves than the newer one.
    #[error("the older tree has {older} leaves, the newer one only {newer}")]
    SizesOutOfOrder {
        /// Leaves in the tree said to be older.
        older: u64,
        /// Leaves in the tree said to be newer.
        newer: u64,
    },
    /// The empty tree is consistent with everything, so such a proof says nothing.
    #[error("nothing can be said about consistency with the empty tree")]
    EmptyTree,
    /// Index and size determine how many hashes a proof has; this one has another number.
    #[error("the proof has {got} hashes where index and size require {expected}")]
    WrongLength {
        /// Hashes required.
        expected: usize,
        /// Hashes given.
        got: usize,
    },
    /// The computed root is not the expected one.
    #[error("the proof leads to another root")]
    RootMismatch,
}

/// The sibling hashes of leaf `index`, from the leaf up.
pub fn inclusion_proof(leaf_hashes: &[Hash], index: u64) -> Result<Vec<Hash>, MerkleError> {
    let size = leaf_hashes.len() as u64;
    if index >= size {
        return Err(MerkleError::LeafOutOfRange { index, size });
    }
    let mut proof = Vec::new();
    let mut rest = leaf_hashes;
    let mut at = index as usize;
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if at < left.len() {
            proof.push(root_of_hashes(right));
            rest = left;
        } else {
            proof.push(root_of_hashes(left));
            at -= left.len();
            rest = right;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `leaf_hash` is leaf `index` of the tree of `size` leaves with this root.
pub fn verify_inclusion(
    leaf_hash: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), MerkleError> {
    if index >= size {
        return Err(MerkleError::LeafOutOfRange { index, size });
    }
    let inner = inner_length(index, size);
    let expected = inner + (index >> inner).count_ones() as usize;
    check_length(expected, proof)?;
    let (low, border) = proof.split_at(inner);
    let computed = chain_border(chain_inner(*leaf_hash, low, index), border);
    if computed == *root {
        Ok(())
    } else {
        Err(MerkleError::RootMismatch)
    }
}

/// The hashes that show the tree of the first `older` leaves to be the beginning of the whole.
pub fn consistency_proof(leaf_hashes: &[Hash], older: u64) -> Result<Vec<Hash>, MerkleError> {
    let newer = leaf_hashes.len() as u64;
    if older > newer {
        return Err(MerkleError::SizesOutOfOrder { older, newer });
    }
    if older == 0 {
        return Err(MerkleError::EmptyTree);
    }
    let mut proof = Vec::new();
    let mut rest = leaf_hashes;
    let mut m = older as usize;
    // While the older tree's own root is a whole subtree of the newer one, the verifier knows it already.
    let mut known = true;
    while m < rest.len() {
        let (left, right) = rest.split_at(split(rest.len()));
        if m <= left.len() {
            proof.push(root_of_hashes(right));
            rest = left;
        } else {
            proof.push(root_of_hashes(left));
            m -= left.len();
            rest = right;
            known = false;
        }
    }
    if !known {
        proof.push(root_of_hashes(rest));
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree of `older` leaves with `older_root` is the beginning of the tree of `newer` leaves with `newer_root`.
pub fn verify_consistency(
    older: u64,
    newer: u64,
    proof: &[Hash],
    older_root: &Hash,
    newer_root: &Hash,
) -> Result<(), MerkleError> {
    if older > newer {
        return Err(MerkleError::SizesOutOfOrder { older, newer });
    }
    if older == newer {
        check_length(0, proof)?;
        let right = older_root == newer_root && (older > 0 || *older_root == EMPTY_ROOT);
        return if right {
            Ok(())
        } else {
            Err(MerkleError::RootMismatch)
        };
    }
    if older == 0 {
        return Err(MerkleError::EmptyTree);
    }
    let whole = inner_length(older - 1, newer);
    let shift = older.trailing_zeros() as usize;
    let inner = whole.saturating_sub(shift);
    let borders = ((older - 1) >> whole).count_ones() as usize;
    let power_of_two = older.is_power_of_two();
    let expected = inner + borders + usize::from(!power_of_two);
    check_length(expected, proof)?;
    let (seed, path) = match proof.split_first() {
        Some((first, rest)) if !power_of_two => (*first, rest),
        _ => (*older_root, proof),
    };
    let (low, border) = path.split_at(inner);
    let mask = (older - 1) >> shift;
    let from_older = chain_border(chain_inner_right(seed, low, mask), border);
    let from_newer = chain_border(chain_inner(seed, low, mask), border);
    if from_older == *older_root && from_newer == *newer_root {
        Ok(())
    } else {
        Err(MerkleError::RootMismatch)
    }
}

fn check_length(expected: usize, proof: &[Hash]) -> Result<(), MerkleError> {
    if proof.len() == expected {
        Ok(())
    } else {
        Err(MerkleError::WrongLength {
            expected,
            got: proof.len(),
        })
    }
}

/// The largest power of two below `n` (n ≥ 2).
fn split(n: usize) -> usize {
    1 << (usize::BITS - 1 - (n - 1).leading_zeros())
}

/// Levels below the point where the paths of `index` and of the last leaf part.
fn inner_length(index: u64, size: u64) -> usize {
    (u64::BITS - (index ^ (size - 1)).leading_zeros()) as usize
}

fn chain_inner(seed: Hash, path: &[Hash], index: u64) -> Hash {
    path.iter()
        .enumerate()
        .fold(seed, |node, (level, sibling)| {
            if (index >> level) & 1 == 0 {
                inner_hash(&node, sibling)
            } else {
                inner_hash(sibling, &node)
            }
        })
}

/// As [`chain_inner`], but only the siblings on the left: those the older tree already had.
fn chain_inner_right(seed: Hash, path: &[Hash], index: u64) -> Hash {
    path.iter()
        .enumerate()
        .fold(seed, |node, (level, sibling)| {
            if (index >> level) & 1 == 1 {
                inner_hash(sibling, &node)
            } else {
                node
            }
        })
}

fn chain_border(seed: Hash, path: &[Hash]) -> Hash {
    path.iter()
        .fold(seed, |node, sibling| inner_hash(sibling, &node))
}
