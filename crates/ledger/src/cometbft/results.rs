//! The three other roots of a header: transactions, consensus parameters, results.

use sha2::{Digest as _, Sha256};

use super::Hash;
use super::wire::{put_bytes, put_int, put_uint};
use crate::merkle;

/// `data_hash`: the root over the SHA-256 of each transaction.
pub fn data_hash<T: AsRef<[u8]>>(txs: &[T]) -> Hash {
    let hashes: Vec<Hash> = txs
        .iter()
        .map(|tx| {
            let digest: Hash = Sha256::digest(tx.as_ref()).into();
            merkle::leaf_hash(&digest)
        })
        .collect();
    merkle::root_of_hashes(&hashes)
}

/// The consensus parameters that `consensus_hash` covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsensusParams {
    /// Largest block in bytes; −1 for CometBFT's own limit.
    pub block_max_bytes: i64,
    /// Most gas in a block; −1 for none.
    pub block_max_gas: i64,
}

impl ConsensusParams {
    /// SHA-256 of `HashedParams {1: max_bytes, 2: max_gas}`, no tree.
    pub fn hash(&self) -> Hash {
        let mut bytes = Vec::with_capacity(24);
        put_int(&mut bytes, 1, self.block_max_bytes);
        put_int(&mut bytes, 2, self.block_max_gas);
        Sha256::digest(&bytes).into()
    }
}

/// The deterministic part of an `ExecTxResult`; log, info, events and codespace are not hashed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TxOutcome {
    /// 0 for success.
    pub code: u32,
    /// Result bytes.
    pub data: Vec<u8>,
    /// Gas asked for.
    pub gas_wanted: i64,
    /// Gas used.
    pub gas_used: i64,
}

/// `last_results_hash` of the next header: the root over the outcomes.
pub fn results_hash(outcomes: &[TxOutcome]) -> Hash {
    let mut leaf = Vec::new();
    let hashes: Vec<Hash> = outcomes
        .iter()
        .map(|outcome| {
            leaf.clear();
            put_uint(&mut leaf, 1, u64::from(outcome.code));
            put_bytes(&mut leaf, 2, &outcome.data);
            put_int(&mut leaf, 5, outcome.gas_wanted);
            put_int(&mut leaf, 6, outcome.gas_used);
            merkle::leaf_hash(&leaf)
        })
        .collect();
    merkle::root_of_hashes(&hashes)
}
