//! The judge: is this key there, with this value, or is it not there at all?

use super::{End, ProofError, StateProof, check_root, climb, common_bits, leaf};
use crate::hash::{Hash, ZERO, sha256};

/// Checks that `key` has exactly `value` in the state whose root is `root`.
///
/// `root` comes from a verified header, `key` and `value` from the caller's own expectation of their layout.
pub fn verify_presence(
    root: &Hash,
    key: &[u8],
    value: &[u8],
    proof: &StateProof,
) -> Result<(), ProofError> {
    verify_presence_hashed(root, &sha256(&[key]), &sha256(&[value]), proof)
}

/// [`verify_presence`] for a caller that has the hashes already.
pub fn verify_presence_hashed(
    root: &Hash,
    key_hash: &Hash,
    value_hash: &Hash,
    proof: &StateProof,
) -> Result<(), ProofError> {
    check_root(root)?;
    if *proof.end() != End::Present {
        return Err(ProofError::WrongKind);
    }
    reach(root, leaf(key_hash, value_hash), key_hash, proof)
}

/// Checks that `key` has no value in the state whose root is `root`.
pub fn verify_absence(root: &Hash, key: &[u8], proof: &StateProof) -> Result<(), ProofError> {
    check_root(root)?;
    let key_hash = sha256(&[key]);
    let end = match proof.end() {
        End::Present => return Err(ProofError::WrongKind),
        End::Empty => ZERO,
        End::Other {
            key_hash: other,
            value_hash,
        } => {
            if *other == key_hash {
                return Err(ProofError::NeighbourIsKey);
            }
            if common_bits(other, &key_hash) < proof.depth() {
                return Err(ProofError::NeighbourElsewhere);
            }
            leaf(other, value_hash)
        }
    };
    reach(root, end, &key_hash, proof)
}

fn reach(root: &Hash, end: Hash, key_hash: &Hash, proof: &StateProof) -> Result<(), ProofError> {
    if climb(end, key_hash, proof.siblings()) == *root {
        Ok(())
    } else {
        Err(ProofError::RootMismatch)
    }
}
