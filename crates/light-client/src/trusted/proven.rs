use toend_ledger::cometbft::Hash;
use toend_ledger::proof::{ProofError, StateProof, verify_absence, verify_presence};
use toend_ledger::state::Key;

use super::StateRoot;

/// The state that a proven statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenAt {
    /// The state after this block.
    pub height: u64,
    /// The header of height + 1, which carries the root of that state.
    pub header_hash: Hash,
}

/// A value of which a proof against a verified header has shown that it stands in the state, or what follows from it.
///
/// Made only by [`StateRoot::present`] and [`StateRoot::absent`]. Only such values may be shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    at: ProvenAt,
}

/// What an absence proof shows: the key has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absent;

impl StateRoot {
    /// Shows that `key` has exactly `value` in this state.
    pub fn present<'v>(
        &self,
        key: &Key,
        value: &'v [u8],
        proof: &StateProof,
    ) -> Result<Verified<&'v [u8]>, ProofError> {
        verify_presence(&self.hash(), &key.encode(), value, proof)?;
        Ok(Verified {
            value,
            at: self.proven_at(),
        })
    }

    /// Shows that `key` has no value in this state.
    pub fn absent(&self, key: &Key, proof: &StateProof) -> Result<Verified<Absent>, ProofError> {
        verify_absence(&self.hash(), &key.encode(), proof)?;
        Ok(Verified {
            value: Absent,
            at: self.proven_at(),
        })
    }

    const fn proven_at(&self) -> ProvenAt {
        ProvenAt {
            height: self.height(),
            header_hash: self.header_hash(),
        }
    }
}

impl<T> Verified<T> {
    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// The value, no longer marked as verified.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The state the statement is about.
    pub const fn at(&self) -> ProvenAt {
        self.at
    }

    /// What follows from the value by decoding it or by opening a commitment. `step` must use nothing unverified except
    /// what it checks against the value.
    pub fn derive<U, E>(self, step: impl FnOnce(T) -> Result<U, E>) -> Result<Verified<U>, E> {
        Ok(Verified {
            value: step(self.value)?,
            at: self.at,
        })
    }

    /// One statement out of two about the same state; `None` when they are about different states.
    pub fn join<U>(self, other: Verified<U>) -> Option<Verified<(T, U)>> {
        (self.at == other.at).then_some(Verified {
            value: (self.value, other.value),
            at: self.at,
        })
    }
}
