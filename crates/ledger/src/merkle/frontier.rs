//! The right edge of an append-only tree: all that is needed to add leaves and to know the root.

use thiserror::Error;

use super::{EMPTY_ROOT, Hash, inner_hash};

/// A tree of `size` leaves, kept as the roots of its full subtrees, left to right: one per bit set in `size`.
///
/// Encoded as size u64 big-endian ‖ hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// Why bytes are not a frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrontierError {
    /// Shorter than the size field.
    #[error("a frontier begins with an 8-byte size; {0} bytes were given")]
    TooShort(usize),
    /// Size determines how many hashes follow.
    #[error("{expected} bytes of hashes belong to a frontier of {size} leaves; {got} were given")]
    WrongLength {
        /// Leaves according to the first field.
        size: u64,
        /// Bytes of hashes required.
        expected: usize,
        /// Bytes of hashes given.
        got: usize,
    },
}

impl Frontier {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self {
            size: 0,
            hashes: Vec::new(),
        }
    }

    /// Rebuilds a frontier from its parts.
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        let expected = size.count_ones() as usize;
        if hashes.len() == expected {
            Ok(Self { size, hashes })
        } else {
            Err(FrontierError::WrongLength {
                size,
                expected: expected * 32,
                got: hashes.len() * 32,
            })
        }
    }

    /// Leaves in the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the full subtrees, left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf, given by its [`leaf_hash`](super::leaf_hash).
    pub fn push(&mut self, leaf_hash: Hash) {
        let mut node = leaf_hash;
        // Every trailing one bit of the old size is a full subtree that the new leaf completes to the next larger one.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                node = inner_hash(&left, &node);
            }
        }
        self.hashes.push(node);
        self.size += 1;
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        let mut from_right = self.hashes.iter().rev();
        let Some(last) = from_right.next() else {
            return EMPTY_ROOT;
        };
        from_right.fold(*last, |node, left| inner_hash(left, &node))
    }

    /// Size u64 big-endian ‖ hashes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + 32 * self.hashes.len());
        out.extend_from_slice(&self.size.to_be_bytes());
        for hash in &self.hashes {
            out.extend_from_slice(hash);
        }
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote: nothing missing, nothing left over.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrontierError> {
        let Some((size, rest)) = bytes.split_first_chunk::<8>() else {
            return Err(FrontierError::TooShort(bytes.len()));
        };
        let size = u64::from_be_bytes(*size);
        let expected = size.count_ones() as usize * 32;
        if rest.len() != expected {
            return Err(FrontierError::WrongLength {
                size,
                expected,
                got: rest.len(),
            });
        }
        let (hashes, _) = rest.as_chunks::<32>();
        Ok(Self {
            size,
            hashes: hashes.to_vec(),
        })
    }
}
