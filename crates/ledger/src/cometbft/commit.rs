use super::wire_types::Encode;
use super::{Address, BlockId, Hash, Time, VoteKind, sign_bytes};
use crate::merkle;

/// An Ed25519 signature.
pub type Signature = [u8; 64];

/// What a validator did in the round that decided the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockIdFlag {
    /// No vote was received.
    Absent = 1,
    /// Voted for the block.
    Commit = 2,
    /// Voted for no block.
    Nil = 3,
}

/// One validator's place in a commit. An absent one has zero address, [`Time::ZERO`] and zero signature, which are not encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitSig {
    /// What the validator did.
    pub flag: BlockIdFlag,
    /// Who it is.
    pub address: Address,
    /// When it voted, by its own clock.
    pub time: Time,
    /// Its signature over [`sign_bytes`](super::sign_bytes).
    pub signature: Signature,
}

impl CommitSig {
    /// The place of a validator whose vote was not received.
    pub const ABSENT: Self = Self {
        flag: BlockIdFlag::Absent,
        address: [0; 20],
        time: Time::ZERO,
        signature: [0; 64],
    };
}

/// The signatures that decided a block, in the order of its validator set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Height of the block.
    pub height: u64,
    /// Round that decided it.
    pub round: u32,
    /// The block; `None` decides nothing.
    pub block_id: Option<BlockId>,
    /// One entry per validator.
    pub signatures: Vec<CommitSig>,
}

impl Commit {
    /// The root over the signatures: `last_commit_hash` of the next header.
    pub fn hash(&self) -> Hash {
        let mut leaf = Vec::with_capacity(128);
        let hashes: Vec<Hash> = self
            .signatures
            .iter()
            .map(|sig| {
                leaf.clear();
                sig.encode_into(&mut leaf);
                merkle::leaf_hash(&leaf)
            })
            .collect();
        merkle::root_of_hashes(&hashes)
    }

    /// What the validator at `index` signed, if it signed anything.
    pub fn sign_bytes(&self, chain_id: &str, index: usize) -> Option<Vec<u8>> {
        let sig = self.signatures.get(index)?;
        let block_id = match sig.flag {
            BlockIdFlag::Absent => return None,
            BlockIdFlag::Nil => None,
            BlockIdFlag::Commit => self.block_id.as_ref(),
        };
        Some(sign_bytes(
            VoteKind::Precommit,
            chain_id,
            self.height,
            self.round,
            block_id,
            sig.time,
        ))
    }
}
