//! The form of a proof about one key, and its one encoding.

use super::{ProofError, read_siblings, write_siblings};
use crate::hash::{Hash, ZERO};
use crate::layout::Reader;

/// Longest path: as many steps as a hash has bits.
pub const MAX_DEPTH: usize = 256;

/// Longest encoding: all siblings present, and a neighbour's leaf.
pub const MAX_LEN: usize = 1 + 1 + 2 + 32 + 32 * MAX_DEPTH + 64;

const FORMAT: u8 = 1;

/// What stands where the key's path ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The key's own leaf: the verifier computes it from key and value.
    Present,
    /// Nothing.
    Empty,
    /// The leaf of another key with the same leading bits.
    Other {
        /// `H(key′)`.
        key_hash: Hash,
        /// `H(value′)`.
        value_hash: Hash,
    },
}

/// A proof that one key has a value, or has none. It names neither: the verifier brings them.
///
/// A value of this type is in canonical form: at most 256 steps, and the deepest sibling is not empty.
///
/// Encoded as `01` ‖ end u8 (1 present, 2 empty, 3 other) ‖ depth u16 ‖ bit map of non-empty siblings, root first ‖
/// those siblings, root first ‖ for *other* `H(key′)` 32 ‖ `H(value′)` 32.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateProof {
    siblings: Vec<Hash>,
    end: End,
}

impl StateProof {
    /// A proof from the siblings on the key's path, root's child first, empty ones as [`ZERO`].
    pub fn new(siblings: Vec<Hash>, end: End) -> Result<Self, ProofError> {
        if siblings.len() > MAX_DEPTH {
            return Err(ProofError::TooDeep(siblings.len()));
        }
        // A lone leaf, or a gap, beside an empty sibling would have risen: accepting it would give two forms of one
        // tree, and in a gap a place where a leaf could be hidden.
        if siblings.last() == Some(&ZERO) {
            return Err(ProofError::DeepestSiblingEmpty);
        }
        Ok(Self { siblings, end })
    }

    /// Steps from the root to the path's end.
    pub fn depth(&self) -> usize {
        self.siblings.len()
    }

    /// Siblings, root's child first, empty ones as [`ZERO`].
    pub fn siblings(&self) -> &[Hash] {
        &self.siblings
    }

    /// What stands at the path's end.
    pub const fn end(&self) -> &End {
        &self.end
    }

    /// The encoding described at the type.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 + 32 + 32 * self.siblings.len() + 64);
        out.push(FORMAT);
        out.push(match self.end {
            End::Present => 1,
            End::Empty => 2,
            End::Other { .. } => 3,
        });
        out.extend_from_slice(&(self.siblings.len() as u16).to_be_bytes());
        write_siblings(&mut out, &self.siblings);
        if let End::Other {
            key_hash,
            value_hash,
        } = &self.end
        {
            out.extend_from_slice(key_hash);
            out.extend_from_slice(value_hash);
        }
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote; every other form is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        if bytes.len() > MAX_LEN {
            return Err(ProofError::TooLong {
                limit: MAX_LEN,
                got: bytes.len(),
            });
        }
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            FORMAT => {}
            other => return Err(ProofError::UnknownFormat(other)),
        }
        let end = reader.u8()?;
        if !(1..=3).contains(&end) {
            return Err(ProofError::UnknownEnd(end));
        }
        let depth = usize::from(reader.u16()?);
        if depth > MAX_DEPTH {
            return Err(ProofError::TooDeep(depth));
        }
        let siblings = read_siblings(&mut reader, depth)?;
        let end = match end {
            1 => End::Present,
            2 => End::Empty,
            _ => End::Other {
                key_hash: reader.array()?,
                value_hash: reader.array()?,
            },
        };
        reader.finish()?;
        Self::new(siblings, end)
    }
}
