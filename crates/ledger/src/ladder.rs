//! The binary ladder: how many entries a list has, the same answer for everyone.
//!
//! Asking only whether n is present and n+1 absent would let a register show one number to the citizen and another to a
//! bank at the same root: of the 4,096 ways to fill twelve places, 4,083 have two or more such numbers. So n is found in one
//! fixed way only: 1, 2, 4, 8 … until a place is absent, then halving. At one root that has one outcome, whatever gaps a
//! register leaves (review finding 1.1). Whoever holds the entries checks each of 1..n besides.
//!
//! [`Ladder`] asks and is answered; [`rungs`] says which answers lead to a given outcome, for making and checking proofs.

use thiserror::Error;

use crate::state::At;

/// Largest list: more entries than people alive would need, and a bound on every ladder's length (at most 63 rungs).
pub const MAX_ENTRIES: u64 = 1 << 32;

/// Why a ladder is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LadderError {
    /// The list claims more entries than any list may have.
    #[error("a list has at most {MAX_ENTRIES} entries")]
    TooLong,
    /// The rungs shown are not those that the ladder asks for.
    #[error("the ladder asks for entry {expected:?} here; the proof shows {got:?}")]
    WrongRung {
        /// The entry asked for, `None` if the ladder has ended.
        expected: Option<u64>,
        /// The entry shown, `None` if nothing more is.
        got: Option<u64>,
    },
    /// An entry stands on the ledger earlier than one before it: planted first, filled later (review finding 1.4).
    #[error("entry {later} was sealed before entry {earlier}")]
    OutOfOrder {
        /// The entry with the smaller number.
        earlier: u64,
        /// The entry with the larger number and the smaller height.
        later: u64,
    },
}

/// What a ladder wants to know next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Is entry n present?
    Probe(u64),
    /// The list has this many entries.
    Outcome(u64),
}

/// A ladder being climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ladder {
    present: u64,
    absent: Option<u64>,
}

impl Ladder {
    /// At the first rung.
    pub const fn new() -> Self {
        Self {
            present: 0,
            absent: None,
        }
    }

    /// What to look up next, or the outcome.
    pub const fn step(&self) -> Step {
        match self.absent {
            None if self.present == 0 => Step::Probe(1),
            None => Step::Probe(self.present * 2),
            Some(absent) if absent - self.present > 1 => {
                Step::Probe(self.present + (absent - self.present) / 2)
            }
            Some(_) => Step::Outcome(self.present),
        }
    }

    /// The entry to look up next, `None` at the end.
    pub const fn next_probe(&self) -> Option<u64> {
        match self.step() {
            Step::Probe(n) => Some(n),
            Step::Outcome(_) => None,
        }
    }

    /// The number of entries, once the ladder has ended.
    pub const fn outcome(&self) -> Option<u64> {
        match self.step() {
            Step::Probe(_) => None,
            Step::Outcome(n) => Some(n),
        }
    }

    /// Tells the ladder what was found at [`next_probe`](Self::next_probe). After the end it changes nothing.
    pub const fn answer(&mut self, present: bool) -> Result<(), LadderError> {
        if let Step::Probe(n) = self.step() {
            if !present {
                self.absent = Some(n);
            } else if n >= MAX_ENTRIES {
                return Err(LadderError::TooLong);
            } else {
                self.present = n;
            }
        }
        Ok(())
    }
}

/// The look-ups of a list with entries 1..n, in order: (entry, present).
pub fn rungs(n: u64) -> Vec<(u64, bool)> {
    let mut ladder = Ladder::new();
    let mut rungs = Vec::new();
    while let Some(probe) = ladder.next_probe() {
        let present = probe <= n;
        rungs.push((probe, present));
        if ladder.answer(present).is_err() {
            break;
        }
    }
    rungs
}

/// Checks answers that are proven each for itself: exactly the rungs the ladder asks for, in order, `at` never decreasing
/// with the entry's number. Returns the number of entries.
pub fn climb(rungs: &[(u64, Option<At>)]) -> Result<u64, LadderError> {
    let mut ladder = Ladder::new();
    let mut found: Vec<(u64, At)> = Vec::new();
    for (n, at) in rungs {
        let expected = ladder.next_probe();
        if expected != Some(*n) {
            return Err(LadderError::WrongRung {
                expected,
                got: Some(*n),
            });
        }
        ladder.answer(at.is_some())?;
        found.extend(at.map(|at| (*n, at)));
    }
    check_order(&mut found)?;
    match ladder.step() {
        Step::Outcome(n) => Ok(n),
        Step::Probe(n) => Err(LadderError::WrongRung {
            expected: Some(n),
            got: None,
        }),
    }
}

/// Checks that no entry was sealed before one with a smaller number.
pub fn check_order(entries: &mut [(u64, At)]) -> Result<(), LadderError> {
    entries.sort_unstable_by_key(|(n, _)| *n);
    for (a, b) in entries.iter().zip(entries.iter().skip(1)) {
        if b.1 < a.1 {
            return Err(LadderError::OutOfOrder {
                earlier: a.0,
                later: b.0,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
