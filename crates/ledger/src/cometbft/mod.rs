//! CometBFT 0.38's types, exactly as it hashes, signs, encodes and prints them.
//!
//! * hashes: [`Header::hash`], [`ValidatorSet::hash`], [`Commit::hash`], [`data_hash`], [`ConsensusParams::hash`], [`results_hash`];
//! * what a validator signs: [`sign_bytes`];
//! * bytes: Protocol Buffers, written by [`Encode`] and read *strictly* by [`Decode`]: one encoding per value, nothing unknown,
//!   out of order, oversize or non-minimal is read;
//! * JSON: serde, as CometBFT's RPC answers it, read with the tolerance its real answers need;
//! * [`bundle`]: the header files a gateway serves.
//!
//! Nothing here verifies a signature or decides trust; that is the light client's work. Start with [`Header`].
//! Sources: CometBFT v0.38 `types/`, `spec/core/encoding.md`, `proto/tendermint/types`.

pub mod bundle;
mod commit;
mod error;
mod header;
mod json;
mod light_block;
mod many;
mod memo;
mod results;
mod sign;
mod time;
mod validator;
mod wire;
mod wire_types;

pub use commit::{BlockIdFlag, Commit, CommitSig, Signature};
pub use error::FormatError;
pub use header::{Address, BlockId, Header, PartSetHeader, Version};
pub use json::{MAX_JSON, read_json};
pub use light_block::{LightBlock, SignedHeader};
pub use many::hash_headers;
pub use memo::HeaderHasher;
pub use results::{ConsensusParams, TxOutcome, data_hash, results_hash};
pub use sign::{VoteKind, sign_bytes, write_sign_bytes};
pub use time::Time;
pub use validator::{MAX_TOTAL_POWER, Validator, ValidatorSet, address_of};
pub use wire_types::{Decode, Encode};

pub use crate::merkle::Hash;

/// The block protocol of CometBFT 0.38.
pub const BLOCK_PROTOCOL: u64 = 11;
/// Longest chain id in bytes (CometBFT `MaxChainIDLen`).
pub const MAX_CHAIN_ID: usize = 50;
/// Most validators in a set, and most signatures in a commit (CometBFT `MaxVotesCount`).
pub const MAX_VALIDATORS: usize = 10_000;
/// Longest application hash in bytes that is read; this ledger's are 32.
pub const MAX_APP_HASH: usize = 64;
/// Heights are signed on the wire, so this is the largest.
pub const MAX_HEIGHT: u64 = i64::MAX as u64;
/// Rounds are signed on the wire, so this is the largest.
pub const MAX_ROUND: u32 = i32::MAX as u32;

#[cfg(test)]
mod tests;
