//! Proving an older block from one verified root: the tree of all block hashes stands in state under key `01`.
//!
//! The state after block H holds the hashes of the first block up to H, leaf index = height − first height. So one verified
//! header proves every older one with a state proof and at most 64 hashes, without any signature: below a pinned header
//! this holds for decades (review finding 10.1).

use thiserror::Error;

use crate::hash::Hash;
use crate::layout::{LayoutError, Reader};
use crate::merkle::{MerkleError, leaf_hash, verify_inclusion};
use crate::proof::{self, ProofError, StateProof, verify_presence};
use crate::state::{HistoryValue, Key, ValueError};

/// Longest path: one hash for each bit of the tree's size.
pub const MAX_PATH: usize = 64;
/// Longest encoding.
pub const MAX_LEN: usize = 1 + 2 + (1 + 8 + 32 * 64) + 1 + 32 * MAX_PATH + proof::MAX_LEN;

const FORMAT: u8 = 1;

/// Proof that a block hash stands in the history tree of some state.
///
/// The tree's size and root come from the proven value, the leaf's index from the height asked for: the proof carries neither.
/// Encoded as `01` ‖ value length u16 ‖ value of key `01` ‖ path length u8 ‖ path ‖ state proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryProof {
    /// Value of key `01`.
    pub value: HistoryValue,
    /// RFC 6962 siblings, from the leaf up.
    pub path: Vec<Hash>,
    /// Presence of key `01` with that value.
    pub state_proof: StateProof,
}

/// Why a history proof is refused. Its sender is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// The encoding belongs to a suite that this program does not know.
    #[error("history proofs of format {0} are not known here")]
    UnknownFormat(u8),
    /// Longer than any history proof.
    #[error("a history proof has at most {MAX_LEN} bytes; this one has {0}")]
    TooLong(usize),
    /// The block asked for lies before the chain's first.
    #[error("block {height} lies before the first block {first}")]
    BeforeFirst {
        /// Height asked for.
        height: u64,
        /// The chain's first height.
        first: u64,
    },
    /// The history's value is malformed.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The history does not stand in this state.
    #[error(transparent)]
    State(#[from] ProofError),
    /// The block does not stand in this history.
    #[error(transparent)]
    Path(#[from] MerkleError),
    /// The bytes are cut short or too long.
    #[error("a history proof is malformed: {0}")]
    Layout(#[from] LayoutError),
}

impl HistoryProof {
    /// Checks that `block_hash` is the hash of block `height`, given the root of a later state.
    ///
    /// `first_height` is the chain's initial height, from the genesis or network file.
    pub fn verify(
        &self,
        root: &Hash,
        first_height: u64,
        height: u64,
        block_hash: &Hash,
    ) -> Result<(), HistoryError> {
        let index = height
            .checked_sub(first_height)
            .ok_or(HistoryError::BeforeFirst {
                height,
                first: first_height,
            })?;
        verify_presence(
            root,
            &Key::History.encode(),
            &self.value.encode(),
            &self.state_proof,
        )?;
        let frontier = &self.value.frontier;
        verify_inclusion(
            &leaf_hash(block_hash),
            index,
            frontier.size(),
            &self.path,
            &frontier.root(),
        )?;
        Ok(())
    }

    /// The encoding described at the type.
    pub fn encode(&self) -> Vec<u8> {
        let value = self.value.encode();
        let mut out = vec![FORMAT];
        out.extend_from_slice(&(value.len() as u16).to_be_bytes());
        out.extend_from_slice(&value);
        out.push(self.path.len() as u8);
        for hash in &self.path {
            out.extend_from_slice(hash);
        }
        out.extend_from_slice(&self.state_proof.encode());
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, HistoryError> {
        if bytes.len() > MAX_LEN {
            return Err(HistoryError::TooLong(bytes.len()));
        }
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            FORMAT => {}
            other => return Err(HistoryError::UnknownFormat(other)),
        }
        let length = usize::from(reader.u16()?);
        let value = HistoryValue::decode(reader.take(length)?)?;
        let count = usize::from(reader.u8()?);
        if count > MAX_PATH {
            return Err(HistoryError::TooLong(count));
        }
        let path = (0..count)
            .map(|_| reader.array())
            .collect::<Result<_, _>>()?;
        let state_proof = StateProof::decode(reader.rest())?;
        Ok(Self {
            value,
            path,
            state_proof,
        })
    }
}
