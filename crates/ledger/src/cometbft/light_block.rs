use super::{Commit, Header, ValidatorSet};

/// A header and the commit that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeader {
    /// The header.
    pub header: Header,
    /// The signatures for it.
    pub commit: Commit,
}

/// All that is needed to judge one height: header, commit, its validators and, if known, the next height's.
///
/// The parts come from one sender and need not fit each other; only verification shows that they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LightBlock {
    /// Header and commit.
    pub signed_header: SignedHeader,
    /// The validators said to be those of this height.
    pub validator_set: ValidatorSet,
    /// The validators said to be those of the next height. An extension of CometBFT's light block: tendermint-rs carries it too.
    pub next_validator_set: Option<ValidatorSet>,
}

impl LightBlock {
    /// The header.
    pub const fn header(&self) -> &Header {
        &self.signed_header.header
    }

    /// Its height.
    pub const fn height(&self) -> u64 {
        self.signed_header.header.height
    }

    /// Brings each set into CometBFT's order where only that order has the hash its header names. Senders differ in the
    /// order they list validators; the hash alone decides which order is right.
    pub(super) fn order_sets(&mut self) {
        let header = &self.signed_header.header;
        let settle = |set: &mut ValidatorSet, want| {
            if set.hash() != want {
                let sorted = set.sorted();
                if sorted.hash() == want {
                    *set = sorted;
                }
            }
        };
        settle(&mut self.validator_set, header.validators_hash);
        if let Some(next) = &mut self.next_validator_set {
            settle(next, header.next_validators_hash);
        }
    }
}
