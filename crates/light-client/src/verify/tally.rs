//! Which signatures of a commit must verify for it to count.
//!
//! CometBFT walks the commit, tendermint-rs the validator set, and each stops as soon as enough power has signed. They
//! then differ in which signatures they have looked at; here everything that either would look at is needed.

use std::collections::BTreeSet;

use toend_ledger::cometbft::{Address, BlockIdFlag, Commit, ValidatorSet};

use super::{Reason, Tally};
use crate::Fraction;

/// Signatures to verify: place in the commit, and the key to verify with.
pub type Needed = Vec<(usize, [u8; 32])>;

/// The signatures by which the block's own set exceeds two thirds. Votes must stand at their validators' places
/// (CometBFT ≥ 0.38.21: a vote counted for another validator gave power to keys that never signed).
pub fn own_set(
    commit: &Commit,
    validators: &ValidatorSet,
    needed: &mut Needed,
) -> Result<(), Reason> {
    let total = validators.total_power();
    let mut tallied = 0;
    for (index, (sig, validator)) in commit
        .signatures
        .iter()
        .zip(validators.validators())
        .enumerate()
    {
        if sig.flag != BlockIdFlag::Commit {
            continue;
        }
        if sig.address != validator.address {
            return Err(Reason::MisplacedSigner { index });
        }
        needed.push((index, validator.pub_key));
        tallied += validator.power;
        if Fraction::TWO_THIRDS.is_exceeded(tallied, total) {
            return Ok(());
        }
    }
    Err(Reason::NotEnoughSigned(Tally {
        tallied,
        total,
        needed: Fraction::TWO_THIRDS,
    }))
}

/// The signatures by which a *trusted* set, looked up by address, exceeds `level`; `Err` with the tally when it does not.
/// In both cases `needed` holds what must verify before the answer may be believed.
pub fn trusted_set(
    commit: &Commit,
    trusted: &ValidatorSet,
    level: Fraction,
    needed: &mut Needed,
) -> Result<(), Tally> {
    let total = trusted.total_power();
    let mut voters: Vec<(&Address, usize)> = commit
        .signatures
        .iter()
        .enumerate()
        .filter(|(_, sig)| sig.flag == BlockIdFlag::Commit)
        .map(|(index, sig)| (&sig.address, index))
        .collect();
    voters.sort_unstable();
    let place_of = |address: &Address| {
        voters
            .binary_search_by(|(who, _)| (*who).cmp(address))
            .ok()
            .and_then(|at| voters.get(at))
            .map(|(_, index)| *index)
    };

    // The set's order, as tendermint-rs tallies.
    let mut chosen = BTreeSet::new();
    let mut all = Vec::new();
    let mut tallied = 0;
    let mut reached = false;
    for validator in trusted.validators() {
        let Some(index) = place_of(&validator.address) else {
            continue;
        };
        all.push((index, validator.pub_key, validator.power));
        if !reached {
            chosen.insert((index, validator.pub_key));
            tallied += validator.power;
            reached = level.is_exceeded(tallied, total);
        }
    }
    // The commit's order, as CometBFT tallies.
    if reached {
        all.sort_unstable();
        let mut tallied = 0;
        for (index, key, power) in all {
            chosen.insert((index, key));
            tallied += power;
            if level.is_exceeded(tallied, total) {
                break;
            }
        }
    }
    needed.extend(chosen);
    if reached {
        Ok(())
    } else {
        Err(Tally {
            tallied,
            total,
            needed: level,
        })
    }
}
