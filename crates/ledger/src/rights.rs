//! Which authority might seal a kind of record at a height, as the ledger itself says.
//!
//! Decisions begin and end *periods* (state keys `07`), which are never taken back: a period that ended keeps its heights.
//! So the periods of one right, all shown present, and the absence of the next one, say for every height up to the state's
//! who might seal the kind then. For heights before the first period, and where there is none, the network file says it.

use crate::hash::Hash;
use crate::proof::{ProofError, StateProof, verify_absence, verify_presence};
use crate::state::{Key, Reg, RightValue};

/// Most periods of one right that are read.
pub const MAX_PERIODS: usize = 256;

/// All periods of one right with their proofs, from the first on, and the proof that there is no further one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightProof {
    /// Periods with the proof of each.
    pub periods: Vec<(RightValue, StateProof)>,
    /// Absence of the next.
    pub end: StateProof,
}

/// The periods of one right, shown complete under a state root. Only [`RightProof::verify`] makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods(Vec<RightValue>);

/// What the ledger says about a right at one height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightAt {
    /// No decision is about that height: as the network file says.
    AsListed,
    /// This authority's register might seal the kind then.
    Held(u16),
    /// Nobody might seal the kind then.
    Nobody,
}

impl RightProof {
    /// Checks every period and the end under a verified state root.
    ///
    /// # Errors
    /// [`ProofError`] when one of them is not in that state.
    pub fn verify(&self, root: &Hash, reg: Reg, schema: u32) -> Result<Periods, ProofError> {
        let mut period = 1u16;
        let key = |period| {
            Key::Right {
                reg,
                schema,
                period,
            }
            .encode()
        };
        for (value, proof) in &self.periods {
            verify_presence(root, &key(period), &value.encode(), proof)?;
            period = period.checked_add(1).ok_or(ProofError::RootMismatch)?;
        }
        verify_absence(root, &key(period), &self.end)?;
        Ok(Periods(
            self.periods.iter().map(|(value, _)| *value).collect(),
        ))
    }
}

impl Periods {
    /// Who might seal at a height that the state these were proven in covers.
    pub fn at(&self, height: u64) -> RightAt {
        match self.0.first() {
            None => RightAt::AsListed,
            Some(first) if height < first.from => RightAt::AsListed,
            Some(_) => self
                .0
                .iter()
                .find(|period| period.covers(height))
                .map_or(RightAt::Nobody, |period| RightAt::Held(period.authority)),
        }
    }

    /// The periods, oldest first.
    pub fn periods(&self) -> &[RightValue] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(of: &[(u16, u64, u64)]) -> Periods {
        let value = |(authority, from, until): &(u16, u64, u64)| RightValue {
            authority: *authority,
            from: *from,
            until: *until,
        };
        Periods(of.iter().map(value).collect())
    }

    #[test]
    fn each_height_has_the_right_of_its_time() {
        assert_eq!(periods(&[]).at(7), RightAt::AsListed);
        // A right that the network began with, ended, and given to another authority.
        let moved = periods(&[(0, 1, 10), (2, 15, RightValue::OPEN)]);
        for (height, right) in [
            (1, RightAt::Held(0)),
            (9, RightAt::Held(0)),
            (10, RightAt::Nobody),
            (14, RightAt::Nobody),
            (15, RightAt::Held(2)),
            (u64::MAX - 1, RightAt::Held(2)),
        ] {
            assert_eq!(moved.at(height), right, "{height}");
        }
        // One that a decision began: before it, the network file speaks.
        let began = periods(&[(1, 20, 30)]);
        assert_eq!(began.at(19), RightAt::AsListed);
        assert_eq!(began.at(20), RightAt::Held(1));
        assert_eq!(began.at(30), RightAt::Nobody);
    }
}
