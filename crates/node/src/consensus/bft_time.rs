//! Block time by CometBFT's BFT-time rule.
//!
//! A block's time is the weighted median of the times in the commit for the
//! block before it, so no minority can move it. Each vote's time is later than
//! the block it votes for, whatever the computer's clock does.

use toend_ledger::cometbft::{BlockIdFlag, Commit, Time};

/// The least step between a block and a vote for it: one millisecond.
const STEP_NANOS: i128 = 1_000_000;

/// When a validator says it votes: now, but at least 1 ms after the block.
/// A clock that stands still or goes back therefore slows time, never turns it.
pub fn vote_time(now: Time, block_time: Time) -> Time {
    let least = Time::from_unix_nanos(block_time.unix_nanos() + STEP_NANOS).unwrap_or(block_time);
    now.max(least)
}

/// The weighted median of the vote times in `commit`: the time of the next
/// block. `power_of` answers a validator's power by its address. None when a
/// voter is unknown or nobody voted.
pub fn median_time(commit: &Commit, power_of: impl Fn(&[u8; 20]) -> Option<i64>) -> Option<Time> {
    let mut votes = Vec::with_capacity(commit.signatures.len());
    let mut total = 0i64;
    for sig in &commit.signatures {
        if sig.flag == BlockIdFlag::Absent {
            continue;
        }
        let power = power_of(&sig.address)?;
        total = total.checked_add(power)?;
        votes.push((sig.time, power));
    }
    votes.sort_by_key(|&(time, _)| time);
    let mut left = total / 2;
    for (time, power) in votes {
        if left <= power {
            return Some(time);
        }
        left -= power;
    }
    None
}

#[cfg(test)]
mod tests {
    use toend_ledger::cometbft::CommitSig;

    use super::*;

    fn at(secs: i64) -> Time {
        Time::new(secs, 0).unwrap()
    }

    fn vote(address: u8, time: Time) -> CommitSig {
        CommitSig {
            flag: BlockIdFlag::Commit,
            address: [address; 20],
            time,
            signature: [1; 64],
        }
    }

    fn commit(signatures: Vec<CommitSig>) -> Commit {
        Commit {
            height: 1,
            round: 0,
            block_id: None,
            signatures,
        }
    }

    #[test]
    fn one_of_four_clocks_cannot_move_time() {
        for wrong in [1, 1_000_000] {
            let commit = commit(vec![
                vote(1, at(100)),
                vote(2, at(102)),
                vote(3, at(wrong)),
                vote(4, at(101)),
            ]);
            let time = median_time(&commit, |_| Some(10)).unwrap();
            assert!(time >= at(100) && time <= at(102), "{time}");
        }
    }

    /// CometBFT's own cases: weights 33, 40, 27 and a faulty half of 100.
    #[test]
    fn the_median_is_weighted() {
        let power = |address: &[u8; 20]| Some(i64::from(address[0]));
        let t = at(1000);
        let votes = |a: i64, b: i64, c: i64| {
            let shift = |s| at(1000 + s);
            commit(vec![
                vote(33, shift(a)),
                vote(40, shift(b)),
                vote(27, shift(c)),
            ])
        };
        assert_eq!(median_time(&votes(0, 5, 10), power), Some(at(1005)));
        assert_eq!(median_time(&votes(5, 0, 10), power), Some(at(1005)));
        assert_eq!(median_time(&votes(0, 0, 500), power), Some(t));
    }

    #[test]
    fn absent_validators_do_not_count_and_unknown_ones_are_refused() {
        let mut sigs = vec![vote(1, at(100)), vote(2, at(200))];
        sigs.push(CommitSig::ABSENT);
        assert_eq!(
            median_time(&commit(sigs.clone()), |a| (a[0] != 0).then_some(10)),
            Some(at(100))
        );
        assert_eq!(
            median_time(&commit(sigs), |a| (a[0] == 1).then_some(10)),
            None
        );
        assert_eq!(median_time(&commit(vec![]), |_| Some(1)), None);
    }

    #[test]
    fn a_vote_is_later_than_its_block_even_when_the_clock_goes_back() {
        let block = Time::new(500, 999_500_000).unwrap();
        assert_eq!(vote_time(at(10), block), Time::new(501, 500_000).unwrap());
        assert_eq!(vote_time(at(600), block), at(600));
    }
}
