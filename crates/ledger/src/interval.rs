//! Ledger time, which is always an interval.
//!
//! A block header carries the median vote time of the block *before* it. What block H seals was therefore not
//! accepted before `time(H)` and existed no later than `time(H+1)`. No function of this crate hands out a single
//! instant for a sealed thing, so that nobody can mistake the lower bound for a receipt (review finding 6.1).

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The interval in which something was sealed. Both ends are Unix milliseconds, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct SealedBetween {
    not_before_ms: u64,
    not_after_ms: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    not_before_ms: u64,
    not_after_ms: u64,
}

/// The later header is not later than the earlier one: they cannot be neighbours of one chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a sealing interval cannot end ({not_after_ms} ms) before it begins ({not_before_ms} ms)")]
pub struct IntervalError {
    /// Time of header H, Unix milliseconds.
    pub not_before_ms: u64,
    /// Time of header H+1, Unix milliseconds.
    pub not_after_ms: u64,
}

/// What an interval says about a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness {
    /// The whole interval lies at or before the deadline.
    InTime,
    /// The deadline falls inside the interval: people must decide, with the outage in view.
    Perhaps,
    /// The whole interval lies after the deadline.
    Late,
}

impl SealedBetween {
    /// From the times of headers H and H+1 (Unix milliseconds), where block H sealed the thing.
    pub const fn from_header_times(
        time_of_h_ms: u64,
        time_of_next_ms: u64,
    ) -> Result<Self, IntervalError> {
        if time_of_next_ms < time_of_h_ms {
            return Err(IntervalError {
                not_before_ms: time_of_h_ms,
                not_after_ms: time_of_next_ms,
            });
        }
        Ok(Self {
            not_before_ms: time_of_h_ms,
            not_after_ms: time_of_next_ms,
        })
    }

    /// The ledger did not accept the thing before this time (Unix milliseconds).
    pub const fn not_before_ms(&self) -> u64 {
        self.not_before_ms
    }

    /// The thing existed no later than this time (Unix milliseconds).
    pub const fn not_after_ms(&self) -> u64 {
        self.not_after_ms
    }

    /// Compares the interval with a deadline (Unix milliseconds, itself still in time).
    pub const fn against(&self, deadline_ms: u64) -> Timeliness {
        if self.not_after_ms <= deadline_ms {
            Timeliness::InTime
        } else if self.not_before_ms <= deadline_ms {
            Timeliness::Perhaps
        } else {
            Timeliness::Late
        }
    }
}

impl TryFrom<Ends> for SealedBetween {
    type Error = IntervalError;
    fn try_from(ends: Ends) -> Result<Self, IntervalError> {
        Self::from_header_times(ends.not_before_ms, ends.not_after_ms)
    }
}

impl From<SealedBetween> for Ends {
    fn from(interval: SealedBetween) -> Self {
        Self {
            not_before_ms: interval.not_before_ms,
            not_after_ms: interval.not_after_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fr_6_1_only_the_whole_interval_is_in_time() {
        // A stall of one hour around midnight: accepted after 23:40, stamped by 00:40.
        let stalled = SealedBetween::from_header_times(23_400, 24_400).unwrap();
        assert_eq!(stalled.against(24_000), Timeliness::Perhaps);
        assert_eq!(stalled.against(24_400), Timeliness::InTime);
        assert_eq!(stalled.against(23_399), Timeliness::Late);
    }

    #[test]
    fn an_interval_does_not_end_before_it_begins() {
        assert!(SealedBetween::from_header_times(2, 1).is_err());
        let json = r#"{"not_before_ms":2,"not_after_ms":1}"#;
        assert!(serde_json::from_str::<SealedBetween>(json).is_err());
    }
}
