use super::wire_types::{
    Encode, block_id_or_zero, put_bytes_value, put_int64_value, put_string_value,
};
use super::{Hash, Time};
use crate::merkle;

/// First 20 bytes of the SHA-256 of a validator's public key.
pub type Address = [u8; 20];

/// Protocol versions a block follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version {
    /// Block protocol, 11 in CometBFT 0.38.
    pub block: u64,
    /// Version of the application.
    pub app: u64,
}

/// Number of parts a block was gossiped in, and their Merkle root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartSetHeader {
    /// Number of parts.
    pub total: u32,
    /// Root over the parts.
    pub hash: Hash,
}

/// What names a block: its header hash and its part set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockId {
    /// Hash of the block's header.
    pub hash: Hash,
    /// Its parts.
    pub parts: PartSetHeader,
}

/// A block header. `None` stands for CometBFT's empty hash.
///
/// The header of height H carries the *results* of block H−1: its `app_hash` is the state after block H−1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Protocol versions.
    pub version: Version,
    /// The chain, at most 50 bytes of UTF-8.
    pub chain_id: String,
    /// Height from 1.
    pub height: u64,
    /// BFT time: weighted median of the vote times for the block before.
    pub time: Time,
    /// The block before; `None` only at the first height.
    pub last_block_id: Option<BlockId>,
    /// Root over the signatures of the commit for the block before.
    pub last_commit_hash: Option<Hash>,
    /// Root over the hashes of the transactions.
    pub data_hash: Option<Hash>,
    /// The validators of this block.
    pub validators_hash: Hash,
    /// The validators of the next block.
    pub next_validators_hash: Hash,
    /// Consensus parameters for this block.
    pub consensus_hash: Hash,
    /// State after the block before; CometBFT leaves its length open, here at most 64 bytes.
    pub app_hash: Vec<u8>,
    /// Root over the results of the transactions of the block before.
    pub last_results_hash: Option<Hash>,
    /// Root over the evidence in this block.
    pub evidence_hash: Option<Hash>,
    /// Address of the proposer.
    pub proposer_address: Address,
}

/// Number of leaves of a header's Merkle tree.
pub(super) const FIELDS: usize = 14;

impl Header {
    /// The Merkle root over the 14 fields, which names the block.
    pub fn hash(&self) -> Hash {
        let mut leaf = Vec::with_capacity(96);
        let leaves: [Hash; FIELDS] = std::array::from_fn(|i| {
            leaf.clear();
            self.write_leaf(i, &mut leaf);
            merkle::leaf_hash(&leaf)
        });
        merkle::root_of_hashes(&leaves)
    }

    /// Appends the bytes of leaf `i` of the header's tree; an empty field is an empty leaf.
    pub(super) fn write_leaf(&self, i: usize, out: &mut Vec<u8>) {
        match i {
            0 => self.version.encode_into(out),
            1 => put_string_value(out, &self.chain_id),
            2 => put_int64_value(out, self.height),
            3 => self.time.encode_into(out),
            4 => block_id_or_zero(out, self.last_block_id.as_ref()),
            5 => put_bytes_value(out, optional(self.last_commit_hash.as_ref())),
            6 => put_bytes_value(out, optional(self.data_hash.as_ref())),
            7 => put_bytes_value(out, &self.validators_hash),
            8 => put_bytes_value(out, &self.next_validators_hash),
            9 => put_bytes_value(out, &self.consensus_hash),
            10 => put_bytes_value(out, &self.app_hash),
            11 => put_bytes_value(out, optional(self.last_results_hash.as_ref())),
            12 => put_bytes_value(out, optional(self.evidence_hash.as_ref())),
            _ => put_bytes_value(out, &self.proposer_address),
        }
    }

    /// The application hash as this ledger's 32-byte state root; `None` when it has another length.
    pub fn state_root(&self) -> Option<Hash> {
        self.app_hash.as_slice().try_into().ok()
    }
}

fn optional(hash: Option<&Hash>) -> &[u8] {
    hash.map_or(&[], |h| h)
}
