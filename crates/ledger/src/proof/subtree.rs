//! All leaves under a prefix of `H(key)`: for asking after one record without saying which (review finding 2.4).

use super::{ProofError, check_root, climb, common_bits, leaf, read_siblings, write_siblings};
use crate::hash::{Hash, ZERO, sha256};
use crate::layout::Reader;

/// Longest prefix that may be asked for, in bits.
pub const MAX_PREFIX_BITS: usize = 64;
/// Fewest leaves: with one or none the tree has no node at the prefix.
pub const MIN_SUBTREE_LEAVES: usize = 2;
/// Most leaves in one answer.
pub const MAX_SUBTREE_LEAVES: usize = 16_384;
/// Longest encoding.
pub const MAX_SUBTREE_LEN: usize =
    1 + 1 + 8 + 8 + 32 * MAX_PREFIX_BITS + 4 + 64 * MAX_SUBTREE_LEAVES;

const FORMAT: u8 = 1;

/// Every leaf whose `H(key)` begins with a prefix, and the siblings that lead from there to the root.
///
/// Encoded as `01` ‖ prefix length in bits u8 ‖ prefix bytes ‖ bit map and siblings as in a state proof ‖
/// leaf count u32 ‖ leaves (`H(key)` 32 ‖ `H(value)` 32), strictly increasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubtreeProof {
    prefix: Hash,
    bits: usize,
    siblings: Vec<Hash>,
    leaves: Vec<(Hash, Hash)>,
}

/// A subtree proof that has been checked against a root: what it does not hold is absent from the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtree {
    prefix: Hash,
    bits: usize,
    leaves: Vec<(Hash, Hash)>,
}

impl SubtreeProof {
    /// A proof for the first `bits` bits of `prefix` (the rest must be zero), siblings root's child first, one per bit,
    /// leaves as (`H(key)`, `H(value)`).
    pub fn new(
        prefix: Hash,
        bits: usize,
        siblings: Vec<Hash>,
        leaves: Vec<(Hash, Hash)>,
    ) -> Result<Self, ProofError> {
        if bits > MAX_PREFIX_BITS || siblings.len() != bits || masked(&prefix, bits) != prefix {
            return Err(ProofError::Prefix);
        }
        if !(MIN_SUBTREE_LEAVES..=MAX_SUBTREE_LEAVES).contains(&leaves.len()) {
            return Err(ProofError::SubtreeSize(leaves.len()));
        }
        let increasing = leaves
            .iter()
            .zip(leaves.iter().skip(1))
            .all(|(a, b)| a.0 < b.0);
        let inside = leaves
            .iter()
            .all(|(key, _)| common_bits(key, &prefix) >= bits);
        if !increasing || !inside {
            return Err(ProofError::LeafOrder);
        }
        Ok(Self {
            prefix,
            bits,
            siblings,
            leaves,
        })
    }

    /// Length of the prefix, in bits.
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// The prefix, remaining bits zero.
    pub const fn prefix(&self) -> &Hash {
        &self.prefix
    }

    /// Leaves as (`H(key)`, `H(value)`), not yet checked against a root.
    pub fn leaves(&self) -> &[(Hash, Hash)] {
        &self.leaves
    }

    /// Checks the proof: afterwards presence and absence of every key under the prefix are known.
    pub fn verify(&self, root: &Hash) -> Result<Subtree, ProofError> {
        check_root(root)?;
        let node = subtree_root(&self.leaves, self.bits);
        if climb(node, &self.prefix, &self.siblings) != *root {
            return Err(ProofError::RootMismatch);
        }
        Ok(Subtree {
            prefix: self.prefix,
            bits: self.bits,
            leaves: self.leaves.clone(),
        })
    }

    /// The encoding described at the type.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + 32 * self.siblings.len() + 64 * self.leaves.len());
        out.push(FORMAT);
        out.push(self.bits as u8);
        out.extend(self.prefix.iter().take(self.bits.div_ceil(8)));
        write_siblings(&mut out, &self.siblings);
        out.extend_from_slice(&(self.leaves.len() as u32).to_be_bytes());
        for (key, value) in &self.leaves {
            out.extend_from_slice(key);
            out.extend_from_slice(value);
        }
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > MAX_SUBTREE_LEN {
            return Err(ProofError::TooLong {
                limit: MAX_SUBTREE_LEN,
                got: bytes.len(),
            });
        }
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            FORMAT => {}
            other => return Err(ProofError::UnknownFormat(other)),
        }
        let bits = usize::from(reader.u8()?);
        if bits > MAX_PREFIX_BITS {
            return Err(ProofError::Prefix);
        }
        let mut prefix = ZERO;
        for (slot, byte) in prefix.iter_mut().zip(reader.take(bits.div_ceil(8))?) {
            *slot = *byte;
        }
        let siblings = read_siblings(&mut reader, bits)?;
        let count = reader.u32()? as usize;
        if !(MIN_SUBTREE_LEAVES..=MAX_SUBTREE_LEAVES).contains(&count) {
            return Err(ProofError::SubtreeSize(count));
        }
        let mut leaves = Vec::with_capacity(count);
        for _ in 0..count {
            leaves.push((reader.array()?, reader.array()?));
        }
        reader.finish()?;
        Self::new(prefix, bits, siblings, leaves)
    }
}

impl Subtree {
    /// `H(value)` of a key under the prefix, or `None` if the state has no such key.
    pub fn value_hash(&self, key: &[u8]) -> Result<Option<Hash>, ProofError> {
        let key_hash = sha256(&[key]);
        if common_bits(&key_hash, &self.prefix) < self.bits {
            return Err(ProofError::OutsidePrefix);
        }
        let found = self
            .leaves
            .binary_search_by(|(key, _)| key.cmp(&key_hash))
            .ok();
        Ok(found
            .and_then(|i| self.leaves.get(i))
            .map(|(_, value)| *value))
    }

    /// Whether the key has exactly this value; `Ok(false)` if it is absent or has another.
    pub fn holds(&self, key: &[u8], value: &[u8]) -> Result<bool, ProofError> {
        Ok(self.value_hash(key)? == Some(sha256(&[value])))
    }

    /// Leaves in the subtree.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Never true: a subtree has two leaves or more.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }
}

/// The first `bits` bits of `hash`, the rest zero.
fn masked(hash: &Hash, bits: usize) -> Hash {
    let mut out = ZERO;
    for (i, (slot, byte)) in out.iter_mut().zip(hash).enumerate() {
        let keep = bits.saturating_sub(i * 8).min(8);
        *slot = byte & !(0xffu16 >> keep) as u8;
    }
    out
}

/// The node over sorted, distinct leaves that agree in their first `depth` bits.
pub(crate) fn subtree_root(leaves: &[(Hash, Hash)], depth: usize) -> Hash {
    match leaves {
        [] => ZERO,
        [(key, value)] => leaf(key, value),
        _ => {
            let middle = leaves.partition_point(|(key, _)| !super::bit(key, depth));
            let (left, right) = leaves.split_at(middle);
            super::inner(
                &subtree_root(left, depth + 1),
                &subtree_root(right, depth + 1),
            )
        }
    }
}
