use thiserror::Error;
use toend_ledger::cometbft::{Hash, LightBlock, Time};

use super::VerifiedHeader;
use crate::Options;
use crate::verify::{Reason, Tally, Trusted, Verdict, verify, verify_self};

/// Where trust begins: known from the network file, a printed notice or a witness, never from a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The chain.
    pub chain_id: String,
    /// Height of the trusted header.
    pub height: u64,
    /// Its hash.
    pub header_hash: Hash,
    /// Hash of its validator set.
    pub validators_hash: Hash,
}

/// Why a block is not the one a checkpoint names. Whoever sent the block is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustError {
    /// Another height.
    #[error("the block is of height {got}, the checkpoint of {want}")]
    Height {
        /// Of the block.
        got: u64,
        /// Of the checkpoint.
        want: u64,
    },
    /// Another header: a fork below the checkpoint, or a wrong checkpoint.
    #[error("the block's header is not the one the checkpoint names")]
    HeaderHash,
    /// Another validator set.
    #[error("the block's validators are not those that are expected")]
    ValidatorsHash,
    /// The block's parts do not fit each other, or too few signed.
    #[error(transparent)]
    Invalid(#[from] Reason),
}

/// Why trust did not move to a higher block.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AdvanceError {
    /// Too few of the trusted validators signed; a block in between may help.
    #[error("{} of {} trusted voting power signed, more than {} is needed", .0.tallied, .0.total, .0.needed)]
    NotEnoughTrust(Tally),
    /// The block is refused.
    #[error(transparent)]
    Invalid(#[from] Reason),
}

/// A light block that has been verified: the starting point for the next verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedBlock {
    block: LightBlock,
    hash: Hash,
}

impl TrustedBlock {
    /// The block a checkpoint names, complete and signed by more than two thirds of its own validators.
    pub fn from_checkpoint(
        block: LightBlock,
        checkpoint: &Checkpoint,
        options: &Options,
    ) -> Result<Self, TrustError> {
        if block.height() != checkpoint.height {
            return Err(TrustError::Height {
                got: block.height(),
                want: checkpoint.height,
            });
        }
        let hash = block.header().hash();
        if hash != checkpoint.header_hash {
            return Err(TrustError::HeaderHash);
        }
        Self::from_listed_validators(
            block,
            &checkpoint.chain_id,
            &checkpoint.validators_hash,
            options,
        )
    }

    /// A block signed by more than two thirds of a validator set that the network file lists for its height. Serves proof
    /// files, which are judged long after every trusting period; such a block must not be advanced from.
    pub fn from_listed_validators(
        block: LightBlock,
        chain_id: &str,
        validators_hash: &Hash,
        options: &Options,
    ) -> Result<Self, TrustError> {
        if block.header().validators_hash != *validators_hash {
            return Err(TrustError::ValidatorsHash);
        }
        verify_self(&block, chain_id, options)?;
        let hash = block.header().hash();
        Ok(Self { block, hash })
    }

    /// A block that this computer verified before and kept. Its parts and signatures are checked again, so that a damaged
    /// store is noticed; that it was once reached from the checkpoint is taken from the store.
    pub fn from_own_store(
        block: LightBlock,
        chain_id: &str,
        options: &Options,
    ) -> Result<Self, TrustError> {
        let validators_hash = block.header().validators_hash;
        Self::from_listed_validators(block, chain_id, &validators_hash, options)
    }

    /// Verifies a higher block against this one.
    pub fn advance(
        &self,
        block: LightBlock,
        options: &Options,
        now: Time,
    ) -> Result<Self, AdvanceError> {
        let trusted = Trusted::from_block(&self.block)?;
        match verify(&trusted, &block, options, now) {
            Verdict::Success => {
                let hash = block.header().hash();
                Ok(Self { block, hash })
            }
            Verdict::NotEnoughTrust(tally) => Err(AdvanceError::NotEnoughTrust(tally)),
            Verdict::Invalid(reason) => Err(AdvanceError::Invalid(reason)),
        }
    }

    /// The light block.
    pub const fn block(&self) -> &LightBlock {
        &self.block
    }

    /// Its height.
    pub const fn height(&self) -> u64 {
        self.block.height()
    }

    /// Its time.
    pub const fn time(&self) -> Time {
        self.block.header().time
    }

    /// Its header's hash.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its header, for proofs.
    pub fn header(&self) -> VerifiedHeader {
        VerifiedHeader::minted(self.block.header().clone(), self.hash)
    }
}
