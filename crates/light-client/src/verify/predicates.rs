//! The rules, one function each. Each is the stricter of CometBFT v0.38 (`light/verifier.go`, `types/validation.go`,
//! `types/light.go`) and tendermint-rs 0.41 (`light-client-verifier`); the comment names the one that asks for it where
//! only one does.

use std::time::Duration;

use toend_ledger::cometbft::{Address, BlockIdFlag, Commit, Hash, Header, Time, ValidatorSet};

use super::Reason;

/// CometBFT only: tendermint-rs leaves the protocol unchecked.
pub fn follows_block_protocol(header: &Header, want: u64) -> Result<(), Reason> {
    let got = header.version.block;
    if got == want {
        Ok(())
    } else {
        Err(Reason::BlockProtocol { got, want })
    }
}

/// The header belongs to the chain that is followed.
pub fn is_of_chain(header: &Header, chain_id: &str) -> Result<(), Reason> {
    if header.chain_id == chain_id {
        Ok(())
    } else {
        Err(Reason::ChainId)
    }
}

/// The commit decides exactly this header.
pub fn commit_is_for_header(
    commit: &Commit,
    header: &Header,
    header_hash: &Hash,
) -> Result<(), Reason> {
    if commit.height != header.height {
        return Err(Reason::CommitHeight {
            commit: commit.height,
            header: header.height,
        });
    }
    let id = commit.block_id.as_ref().ok_or(Reason::NilCommit)?;
    if id.hash == *header_hash {
        Ok(())
    } else {
        Err(Reason::HeaderHash)
    }
}

/// The validators given are those the header names.
pub fn validators_match(header: &Header, validators: &ValidatorSet) -> Result<(), Reason> {
    if validators.hash() == header.validators_hash {
        Ok(())
    } else {
        Err(Reason::ValidatorsHash)
    }
}

/// The next validators given, if any, are those the header names (tendermint-rs).
pub fn next_validators_match(header: &Header, next: Option<&ValidatorSet>) -> Result<(), Reason> {
    match next {
        Some(next) if next.hash() != header.next_validators_hash => Err(Reason::NextValidatorsHash),
        _ => Ok(()),
    }
}

/// Shape of a commit: one entry per validator, somebody signed, only validators signed (tendermint-rs checks them all,
/// also after the early exit), nobody voted for the block twice.
pub fn commit_fits_validators(commit: &Commit, validators: &ValidatorSet) -> Result<(), Reason> {
    let signatures = &commit.signatures;
    if signatures.iter().all(|sig| sig.flag == BlockIdFlag::Absent) {
        return Err(Reason::NoSignatures);
    }
    if signatures.len() != validators.len() {
        return Err(Reason::SignatureCount {
            signatures: signatures.len(),
            validators: validators.len(),
        });
    }
    let in_place = signatures
        .iter()
        .zip(validators.validators())
        .all(|(sig, validator)| {
            sig.flag == BlockIdFlag::Absent || sig.address == validator.address
        });
    if in_place {
        // A set names nobody twice, so neither does a commit that follows its order.
        return Ok(());
    }
    let mut known: Vec<&Address> = validators.validators().iter().map(|v| &v.address).collect();
    known.sort_unstable();
    for (index, sig) in signatures.iter().enumerate() {
        if sig.flag != BlockIdFlag::Absent && known.binary_search(&&sig.address).is_err() {
            return Err(Reason::UnknownSigner { index });
        }
    }
    let mut voted: Vec<(&Address, usize)> = signatures
        .iter()
        .enumerate()
        .filter(|(_, sig)| sig.flag == BlockIdFlag::Commit)
        .map(|(index, sig)| (&sig.address, index))
        .collect();
    voted.sort_unstable();
    match voted
        .windows(2)
        .find(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
    {
        Some([_, (_, index)]) => Err(Reason::DuplicateVote { index: *index }),
        _ => Ok(()),
    }
}

/// When trust in a header ends; the instant itself is already too late.
pub fn expiry(trusted_time: Time, period: Duration) -> Result<Time, Reason> {
    shifted(trusted_time, period)
}

/// The trusted header is within its trusting period.
pub fn is_within_trusting_period(
    trusted_time: Time,
    period: Duration,
    now: Time,
) -> Result<(), Reason> {
    let end = expiry(trusted_time, period)?;
    if end > now {
        Ok(())
    } else {
        Err(Reason::Expired(end))
    }
}

/// The block is later than the trusted one.
pub fn is_later(untrusted: Time, trusted: Time) -> Result<(), Reason> {
    if untrusted > trusted {
        Ok(())
    } else {
        Err(Reason::TimeNotIncreasing)
    }
}

/// The block is higher than the trusted one.
pub const fn is_higher(untrusted: u64, trusted: u64) -> Result<(), Reason> {
    if untrusted > trusted {
        Ok(())
    } else {
        Err(Reason::HeightNotIncreasing)
    }
}

/// The block is not from this computer's future, as far as its clock may be wrong.
pub fn is_not_from_future(untrusted: Time, drift: Duration, now: Time) -> Result<(), Reason> {
    if untrusted < shifted(now, drift)? {
        Ok(())
    } else {
        Err(Reason::FromFuture(untrusted))
    }
}

/// A neighbour's validators are those the trusted header announced.
pub fn are_the_next_validators(untrusted: &Header, trusted_next: &Hash) -> Result<(), Reason> {
    if untrusted.validators_hash == *trusted_next {
        Ok(())
    } else {
        Err(Reason::NotTheNextValidators)
    }
}

fn shifted(time: Time, by: Duration) -> Result<Time, Reason> {
    let by = i128::try_from(by.as_nanos()).map_err(|_| Reason::TimeRange)?;
    let nanos = time.unix_nanos().checked_add(by).ok_or(Reason::TimeRange)?;
    Time::from_unix_nanos(nanos).map_err(|_| Reason::TimeRange)
}
