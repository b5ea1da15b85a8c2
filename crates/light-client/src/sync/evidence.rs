use serde::Serialize;
use toend_ledger::cometbft::{Address, Header, LightBlock};

use super::ProviderId;
use crate::verify::signers;

/// Proof that more than a third of the authorities' power broke the rules: two histories, each verified, that exclude each
/// other. Kept, shown, sent to all authorities; never resolved by the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// Two verified blocks of one height.
    Blocks {
        /// The last block both sources agree on.
        common: Box<LightBlock>,
        /// Who gave the first history.
        first_source: ProviderId,
        /// Its blocks above the common one, ascending; the last is the conflicting one.
        first: Vec<LightBlock>,
        /// Who gave the second history.
        second_source: ProviderId,
        /// Its blocks above the common one.
        second: Vec<LightBlock>,
    },
    /// A verified chain of hash links that does not meet an older header verified before.
    Links {
        /// The lowest header of the upper chain.
        upper: Box<Header>,
        /// The older header it should link to.
        lower: Box<Header>,
    },
}

impl Evidence {
    /// Height of the conflict.
    pub fn height(&self) -> u64 {
        match self {
            Self::Blocks { first, common, .. } => first.last().unwrap_or(common).height(),
            Self::Links { lower, .. } => lower.height,
        }
    }

    /// Validators who certainly broke the rules: they signed both blocks of one height *and one round*. In other attacks the
    /// signatures alone cannot tell the guilty from those who changed their vote as the rules allow, so nobody is named.
    pub fn double_signers(&self) -> Vec<Address> {
        let Self::Blocks { first, second, .. } = self else {
            return Vec::new();
        };
        let (Some(a), Some(b)) = (first.last(), second.last()) else {
            return Vec::new();
        };
        let (of_a, of_b) = (&a.signed_header.commit, &b.signed_header.commit);
        if of_a.height != of_b.height || of_a.round != of_b.round || of_a.block_id == of_b.block_id
        {
            return Vec::new();
        }
        let in_b = signers(b).signed;
        signers(a)
            .signed
            .into_iter()
            .filter(|address| in_b.contains(address))
            .collect()
    }
}
