//! Queries: a value with the proof that it stands, or does not stand, in the state.

use std::borrow::Cow;

use toend_ledger::hash::{Hash, sha256};
use toend_ledger::proof::{ProofError, StateProof, SubtreeProof};

use super::App;
use crate::limits::CROWD;
use crate::tree::View;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResult {
    /// The value, or `None` where the key has none.
    pub value: Option<Vec<u8>>,
    /// Presence of exactly this value, or absence of the key.
    pub proof: StateProof,
    /// Height of the block after which the state was read. The header of `height + 1` carries the root.
    pub height: u64,
}

/// Why a query has no answer. The asker chose the height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The state after this block is no longer kept. What stands in state for ever can be proven at a later height;
    /// a past head, a past list or a past absence cannot be proven any more: that is no sign of tampering.
    #[error(
        "the state after block {asked} is no longer kept; the oldest is that after block {oldest}"
    )]
    Forgotten {
        /// Height asked for.
        asked: u64,
        /// Oldest height kept.
        oldest: u64,
    },
    /// The block has not been committed.
    #[error("block {asked} has not been committed; the newest is block {newest}")]
    Future {
        /// Height asked for.
        asked: u64,
        /// Newest height.
        newest: u64,
    },
    /// No subtree of the size asked for can be shown.
    #[error(transparent)]
    Subtree(#[from] ProofError),
}

impl App {
    /// The value of a state key after block `height` (the last committed if `None`), with its proof.
    ///
    /// Any bytes may be asked for: a key that no rule could ever write is absent, and proven to be.
    pub fn query(&self, key: &[u8], height: Option<u64>) -> Result<QueryResult, QueryError> {
        let (height, view) = self.view(height)?;
        let place = sha256(&[key]);
        let value = view.get(&place).map(Cow::into_owned);
        Ok(QueryResult {
            value,
            proof: view.prove(&place),
            height,
        })
    }

    /// Everything under the first `bits` bits of a place (a hash of a key), or under fewer bits where that many have
    /// fewer than [`CROWD`] leaves: lets a reader refresh a record without saying which. She sends the leading bits alone.
    pub fn subtree(
        &self,
        place: &Hash,
        bits: usize,
        height: Option<u64>,
    ) -> Result<SubtreeProof, QueryError> {
        Ok(self.view(height)?.1.subtree(place, bits, CROWD)?)
    }

    /// Root of the state after block `height` (the last committed if `None`).
    pub fn root(&self, height: Option<u64>) -> Result<Hash, QueryError> {
        Ok(self.view(height)?.1.root())
    }

    /// How many keys the last committed state holds.
    pub fn state_len(&self) -> u64 {
        self.view(None).map_or(0, |(_, view)| view.len())
    }

    fn view(&self, height: Option<u64>) -> Result<(u64, View<'_>), QueryError> {
        let height = height.unwrap_or(self.height);
        if height > self.height {
            return Err(QueryError::Future {
                asked: height,
                newest: self.height,
            });
        }
        let tree = &self.tree;
        let oldest = || tree.heights().next().unwrap_or(self.height);
        let view = tree.at(height).ok_or_else(|| QueryError::Forgotten {
            asked: height,
            oldest: oldest(),
        })?;
        Ok((height, view))
    }
}
