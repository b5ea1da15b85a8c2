//! What a gateway and a register may ask of the ledger.
//!
//! The embedded network implements [`Ledger`]; a gateway in front of CometBFT
//! will implement it over ABCI and RPC. Everything handed out is what the
//! validators agreed on, as bytes: a gateway forwards it and judges nothing.

use tokio::sync::watch;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// A block's header with the commit that decided it and the validators who
/// could sign it: everything a light client needs to follow the ledger.
///
/// The byte fields are CometBFT 0.38 protobuf, without length prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightBlock {
    /// Height of the block, from 1.
    pub height: u64,
    /// The header's time: Unix milliseconds, rounded down.
    pub time_ms: u64,
    /// Hash of the header.
    pub hash: Hash,
    /// State root *before* this block: what all blocks below it left behind.
    pub app_hash: Hash,
    /// Hash of the validator set that signs this height.
    pub validators_hash: Hash,
    /// `tendermint.types.Header`.
    pub header: Vec<u8>,
    /// `tendermint.types.Commit` for this very block (not the `last_commit` inside it).
    pub commit: Vec<u8>,
    /// `tendermint.types.ValidatorSet` of this height.
    pub validators: Vec<u8>,
    /// `tendermint.types.ValidatorSet` of the next height.
    pub next_validators: Vec<u8>,
}

/// The answer of the state to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResult {
    /// The value, or none when the state holds nothing under the key.
    pub value: Option<Vec<u8>>,
    /// `toend_ledger::proof::StateProof`, encoded: of presence or of absence.
    pub proof: Vec<u8>,
    /// The answer is about the state after this block; header `height + 1` commits it.
    pub height: u64,
}

/// Why a transaction was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// The application refused it (the sender's fault). `code` is the application's result code.
    #[error("the application refused the transaction with code {code}: {log}")]
    Refused {
        /// Result code of the application, never 0.
        code: u32,
        /// A short technical reason without personal data.
        log: String,
    },
    /// The same bytes already wait or stand in a recent block.
    #[error("the transaction is already known")]
    AlreadyKnown {
        /// Its hash.
        hash: Hash,
    },
    /// Larger than the ledger takes (the sender's fault).
    #[error("the transaction has {size} bytes, at most {max} are taken")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// Too many transactions wait (this computer; try again after the next block).
    #[error("too many transactions wait for a block")]
    Full,
    /// The ledger is stopping or its storage failed (this computer).
    #[error("the ledger takes no transactions: {0}")]
    Stopped(String),
}

/// One authority's view of the ledger.
///
/// The methods are synchronous and short, but those for *old* blocks may read
/// from disk: from async code call them inside `tokio::task::spawn_blocking`.
pub trait Ledger: Send + Sync {
    /// H(genesis file): which ledger this is.
    fn net(&self) -> Hash;

    /// CometBFT chain id.
    fn chain_id(&self) -> String;

    /// The newest decided block. An answer "as of now" is [`Ledger::query`] at
    /// `tip().height - 1`, for that is the state the tip's header commits.
    fn tip(&self) -> LightBlock;

    /// The block at a height, or none when it is not decided (or pruned).
    fn light_block(&self, height: u64) -> Option<LightBlock>;

    /// Header bundle `i`: `TBH1` ‖ first height u64 ‖ count u16 ‖ count × (length u32 ‖ header),
    /// for up to 256 headers from `first + 256·i`. None when it would be empty.
    fn header_bundle(&self, index: u64) -> Option<Vec<u8>>;

    /// The transactions of a block in their order.
    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>>;

    /// The state under `key` after block `height`, with its proof. None when
    /// that version is not kept (only the newest ones are) or not there yet.
    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult>;

    /// All leaves whose hashed key begins with the first `bits` bits of
    /// `prefix`, proven as of the state after block `height`
    /// (`toend_ledger::proof::SubtreeProof`, encoded).
    fn subtree(&self, prefix: &[u8], bits: u16, height: u64) -> Option<Vec<u8>>;

    /// Checks a transaction and queues it for the next block. Being taken is
    /// no promise: watch [`Ledger::subscribe`] and look into the state.
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError>;

    /// In which block a transaction stands, and its result code there.
    fn included(&self, tx_hash: &Hash) -> Option<Included>;

    /// Follows the height of the tip.
    fn subscribe(&self) -> watch::Receiver<u64>;
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Included {
    /// Height of its block.
    pub height: u64,
    /// Place in the block, from 0.
    pub index: u32,
    /// Result code of the application; 0 means it took effect.
    pub code: u32,
}
