use toend_ledger::cometbft::{Address, BlockIdFlag, LightBlock};

use super::signature::verifies;

/// What each validator of a block did, as far as its own signature shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signers {
    /// Voted for the block, signature verified.
    pub signed: Vec<Address>,
    /// Voted for no block, signature verified.
    pub voted_nil: Vec<Address>,
    /// No vote was received.
    pub absent: Vec<Address>,
    /// Something stands at this validator's place that it did not sign.
    pub wrong: Vec<Address>,
    /// Power of those who signed.
    pub signed_power: u64,
    /// Power of the whole set.
    pub total_power: u64,
}

/// Verifies *every* signature of a commit and sorts the validators by what they did. Deciding whether a block counts stops
/// as soon as enough power has signed, so it must never be shown as "these signed": a sender may put anything after that
/// point. And a validator missing here may have signed nevertheless: a commit shows *at least* who signed.
pub fn signers(block: &LightBlock) -> Signers {
    let commit = &block.signed_header.commit;
    let mut out = Signers {
        total_power: block.validator_set.total_power(),
        ..Signers::default()
    };
    for (index, validator) in block.validator_set.validators().iter().enumerate() {
        let sig = commit
            .signatures
            .get(index)
            .filter(|sig| sig.flag != BlockIdFlag::Absent);
        let Some(sig) = sig else {
            out.absent.push(validator.address);
            continue;
        };
        let genuine = sig.address == validator.address
            && commit
                .sign_bytes(&block.header().chain_id, index)
                .is_some_and(|message| verifies(&validator.pub_key, &sig.signature, &message));
        match sig.flag {
            _ if !genuine => out.wrong.push(validator.address),
            BlockIdFlag::Commit => {
                out.signed.push(validator.address);
                out.signed_power += validator.power;
            }
            _ => out.voted_nil.push(validator.address),
        }
    }
    out
}
