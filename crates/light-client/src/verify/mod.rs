//! Is this block as trustworthy as that one? Pure functions over [`LightBlock`]s.
//!
//! * [`verify`]: a higher block against a trusted one; neighbours by the announced validator set, others by skipping.
//! * [`verify_self`]: a block against nothing but itself, for a checkpoint whose hash is trusted already.
//! * [`verify_sequence`]: many neighbours with their signatures in batches, the audit mode.
//! * [`verify_backward`](backward::verify_backward): older headers by hash links, without signatures.
//! * [`signers`]: who really signed, all signatures verified.

pub mod backward;
pub mod predicates;
mod reason;
mod sequence;
pub mod signature;
mod signers;
mod tally;

use toend_ledger::cometbft::{Hash, LightBlock, Time, ValidatorSet};

pub use reason::{Reason, Tally, Verdict};
pub use sequence::{BATCH_VOTES, SequenceError, Threads, verify_sequence};
pub use signers::{Signers, signers};

use crate::Options;
use predicates as p;
use signature::Batch;

/// What is needed of a trusted block to verify a higher one.
#[derive(Debug, Clone, Copy)]
pub struct Trusted<'a> {
    /// The chain that is followed.
    pub chain_id: &'a str,
    /// Height of the trusted header.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// The validators it announces for the next height.
    pub next_validators_hash: Hash,
    /// The set whose signatures are counted when skipping: the next validators if they are known (as tendermint-rs does),
    /// else the header's own (as CometBFT does).
    pub skipping_set: &'a ValidatorSet,
}

impl<'a> Trusted<'a> {
    /// Takes a trusted block whose next validators are given and fit its header. Its own set is not looked at: neither
    /// neighbours nor skipping ask for it then. None if the next validators are missing or others.
    pub fn announcing(block: &'a LightBlock) -> Option<Self> {
        let header = block.header();
        let next = block.next_validator_set.as_ref()?;
        (next.hash() == header.next_validators_hash).then_some(Self {
            chain_id: &header.chain_id,
            height: header.height,
            time: header.time,
            next_validators_hash: header.next_validators_hash,
            skipping_set: next,
        })
    }

    /// Takes a block that is trusted for a reason of its own. Its sets must fit its header, or what it says about
    /// validators is not what was trusted.
    pub fn from_block(block: &'a LightBlock) -> Result<Self, Reason> {
        let header = block.header();
        let consistent = block.validator_set.hash() == header.validators_hash
            && block
                .next_validator_set
                .as_ref()
                .is_none_or(|next| next.hash() == header.next_validators_hash);
        if !consistent {
            return Err(Reason::TrustedInconsistent);
        }
        Ok(Self {
            chain_id: &header.chain_id,
            height: header.height,
            time: header.time,
            next_validators_hash: header.next_validators_hash,
            skipping_set: block
                .next_validator_set
                .as_ref()
                .unwrap_or(&block.validator_set),
        })
    }
}

/// Judges `untrusted` against `trusted` at the time `now`.
pub fn verify(
    trusted: &Trusted<'_>,
    untrusted: &LightBlock,
    options: &Options,
    now: Time,
) -> Verdict {
    let hash = untrusted.header().hash();
    if let Err(reason) = check_block(untrusted, &hash, options)
        .and_then(|()| check_against_trusted(trusted, untrusted.header(), options, now))
    {
        return Verdict::Invalid(reason);
    }
    let commit = &untrusted.signed_header.commit;
    let mut trust = Ok(());
    let mut needed = Vec::new();
    if trusted.height + 1 != untrusted.height() {
        trust = tally::trusted_set(
            commit,
            trusted.skipping_set,
            options.trust_level,
            &mut needed,
        );
    }
    // The block's own set comes last: it was chosen by the sender and may be made large to waste our time.
    let own = tally::own_set(commit, &untrusted.validator_set, &mut needed);
    if let Err(reason) = check_votes(untrusted, needed) {
        return Verdict::Invalid(reason);
    }
    match (trust, own) {
        (Err(tally), _) => Verdict::NotEnoughTrust(tally),
        (Ok(()), Err(reason)) => Verdict::Invalid(reason),
        (Ok(()), Ok(())) => Verdict::Success,
    }
}

/// Checks a block by itself: its parts fit each other and more than two thirds of its own validators signed it. This says
/// nothing about whether those validators are anybody; the caller trusts the header's hash for another reason.
pub fn verify_self(block: &LightBlock, chain_id: &str, options: &Options) -> Result<(), Reason> {
    let hash = block.header().hash();
    p::is_of_chain(block.header(), chain_id)?;
    check_block(block, &hash, options)?;
    let mut needed = Vec::new();
    tally::own_set(
        &block.signed_header.commit,
        &block.validator_set,
        &mut needed,
    )?;
    check_votes(block, needed)
}

/// The rules about a block alone, without signatures.
fn check_block(block: &LightBlock, hash: &Hash, options: &Options) -> Result<(), Reason> {
    let header = block.header();
    let commit = &block.signed_header.commit;
    p::follows_block_protocol(header, options.block_protocol)?;
    p::commit_is_for_header(commit, header, hash)?;
    p::validators_match(header, &block.validator_set)?;
    p::next_validators_match(header, block.next_validator_set.as_ref())?;
    p::commit_fits_validators(commit, &block.validator_set)
}

/// The rules about a block beside a trusted one, without signatures.
fn check_against_trusted(
    trusted: &Trusted<'_>,
    header: &toend_ledger::cometbft::Header,
    options: &Options,
    now: Time,
) -> Result<(), Reason> {
    p::is_within_trusting_period(trusted.time, options.trusting_period, now)?;
    p::is_of_chain(header, trusted.chain_id)?;
    p::is_higher(header.height, trusted.height)?;
    p::is_later(header.time, trusted.time)?;
    p::is_not_from_future(header.time, options.clock_drift, now)?;
    if trusted.height + 1 == header.height {
        p::are_the_next_validators(header, &trusted.next_validators_hash)?;
    }
    Ok(())
}

fn check_votes(block: &LightBlock, mut needed: tally::Needed) -> Result<(), Reason> {
    needed.sort_unstable();
    needed.dedup();
    let commit = &block.signed_header.commit;
    let mut batch = Batch::default();
    for (index, key) in needed {
        batch.push(0, commit, &block.header().chain_id, index, key);
    }
    batch.verify().map_err(|culprit| Reason::BadSignature {
        index: culprit.signature,
    })
}
