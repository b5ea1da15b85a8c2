//! The genesis file: CometBFT's JSON with our `app_state`. Its hash is `net`, which every signed thing carries.
//!
//! The file is read strictly: a field that is unknown, missing or out of range stops the start and says which.

pub mod demo;
mod json;

use thiserror::Error;

use crate::hash::{Hash, sha256};
use crate::list::pop_alpha;
use crate::state::Reg;
use crate::vrf::{self, PublicKey};

/// Filings that one gateway may have in one block where the genesis file does not say.
pub const FILINGS_PER_GATEWAY: u32 = 64;
/// Most that it may say: more would not fit the smallest transactions of a block of 4 MiB.
pub const MOST_FILINGS_PER_GATEWAY: u32 = 16_384;
/// Most bytes of a genesis file.
pub const MAX_GENESIS: usize = 1024 * 1024;

/// A ledger's beginning, as every replica reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// Name of the chain, ASCII, at most 50 characters.
    pub chain_id: String,
    /// RFC 3339, UTC, whole seconds.
    pub genesis_time: String,
    /// The same, Unix milliseconds.
    pub genesis_time_ms: u64,
    /// Height of the first block.
    pub initial_height: u64,
    /// First validators, in the file's order.
    pub validators: Vec<GenesisValidator>,
    /// Limits that CometBFT enforces and hashes.
    pub params: Params,
    /// Our part.
    pub app: AppState,
}

/// One authority's validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenesisValidator {
    /// Machine-readable name.
    pub name: String,
    /// Ed25519 consensus key.
    pub pub_key: [u8; 32],
    /// Voting power, above 0.
    pub power: u64,
}

/// Consensus parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Most bytes of a block.
    pub max_bytes: i64,
    /// Most gas of a block; −1 is no limit.
    pub max_gas: i64,
    /// Blocks for which evidence is accepted.
    pub max_age_num_blocks: i64,
    /// Nanoseconds for which evidence is accepted.
    pub max_age_duration_ns: i64,
    /// Most bytes of evidence in a block.
    pub evidence_max_bytes: i64,
    /// Version of the application protocol.
    pub app_version: u64,
}

/// What the application itself begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppState {
    /// Milliseconds between two batches of a register.
    pub tick_ms: u64,
    /// Entries of the smallest batch.
    pub least_batch: u32,
    /// Whether heads are padded like entries; if not, a batch may hold any number of heads.
    pub pad_heads: bool,
    /// Filings that one gateway can have accepted, or repeated, in one block.
    pub filings_per_gateway: u32,
    /// Governance keys of the authorities, by number.
    pub governance_keys: Vec<[u8; 32]>,
    /// Registers that exist from the start, by increasing number.
    pub registers: Vec<GenesisRegister>,
    /// Gateways that may hand in filings, by increasing number.
    pub gateways: Vec<GenesisGateway>,
}

/// A register's first keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenesisRegister {
    /// The register.
    pub reg: Reg,
    /// Signs batches.
    pub seal_key: [u8; 32],
    /// Signs answers.
    pub answer_key: [u8; 32],
    /// VRF key of epoch 1.
    pub vrf_key: PublicKey,
    /// Shows that the register has the secret VRF key.
    pub vrf_pop: vrf::Proof,
}

/// A gateway's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenesisGateway {
    /// Number of the gateway.
    pub id: u16,
    /// Signs filings.
    pub key: [u8; 32],
}

/// Why a genesis file is refused. Whoever configured this computer is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GenesisError {
    /// Larger than allowed.
    #[error("a genesis file has at most {MAX_GENESIS} bytes; this one has {0}")]
    TooLong(usize),
    /// Not the JSON we expect; line and column point at the place.
    #[error("the genesis file is malformed: {0}")]
    Json(String),
    /// A value that cannot be.
    #[error("the genesis file's {0} is out of range or malformed")]
    Value(&'static str),
}

/// `net`: SHA-256 of the genesis file's bytes.
pub fn net(genesis_bytes: &[u8]) -> Hash {
    sha256(&[genesis_bytes])
}

impl Genesis {
    /// Reads a genesis file and its `net`.
    pub fn parse(bytes: &[u8]) -> Result<(Self, Hash), GenesisError> {
        if bytes.len() > MAX_GENESIS {
            return Err(GenesisError::TooLong(bytes.len()));
        }
        let genesis = json::parse(bytes)?;
        genesis.check()?;
        Ok((genesis, net(bytes)))
    }

    /// The file, as CometBFT reads it. One form: the same value always gives the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        json::encode(self)
    }

    /// The `app_state` object alone, as CometBFT hands it to the application.
    pub fn app_state_json(&self) -> Vec<u8> {
        json::encode_app(&self.app)
    }

    /// Checks each register's proof that it holds its VRF key. The VRF input names no network here: `net` is the hash of the
    /// file that contains the proof.
    pub fn verify_possession(&self) -> Result<(), GenesisError> {
        for register in &self.app.registers {
            register
                .vrf_key
                .verify(&genesis_pop_alpha(register.reg), &register.vrf_pop)
                .map_err(|_| GenesisError::Value("proof of possession of a VRF key"))?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), GenesisError> {
        let chain_id = &self.chain_id;
        if chain_id.is_empty()
            || chain_id.len() > 50
            || !chain_id.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(GenesisError::Value("chain_id"));
        }
        if self.initial_height == 0 || i64::try_from(self.initial_height).is_err() {
            return Err(GenesisError::Value("initial_height"));
        }
        let powers: Option<u64> = self
            .validators
            .iter()
            .try_fold(0u64, |sum, v| sum.checked_add(v.power));
        if self.validators.is_empty()
            || self.validators.iter().any(|v| v.power == 0)
            || powers.is_none_or(|sum| sum > i64::MAX as u64 / 8)
        {
            return Err(GenesisError::Value("validators"));
        }
        let app = &self.app;
        if app.tick_ms == 0 || app.tick_ms > 3_600_000 {
            return Err(GenesisError::Value("tick_ms"));
        }
        if crate::tx::bucket(0, app.least_batch).is_none() {
            return Err(GenesisError::Value("least_batch"));
        }
        if !(1..=MOST_FILINGS_PER_GATEWAY).contains(&app.filings_per_gateway) {
            return Err(GenesisError::Value("filings_per_gateway"));
        }
        if app.governance_keys.is_empty() || has_repeats(app.governance_keys.iter()) {
            return Err(GenesisError::Value("governance_keys"));
        }
        if !increasing(app.registers.iter().map(|r| r.reg.0)) || app.registers.is_empty() {
            return Err(GenesisError::Value("registers"));
        }
        if !increasing(app.gateways.iter().map(|g| g.id)) {
            return Err(GenesisError::Value("gateways"));
        }
        // One key, one purpose (review finding 8.8): no key may stand twice anywhere in the file.
        let keys = self
            .validators
            .iter()
            .map(|v| &v.pub_key)
            .chain(&app.governance_keys)
            .chain(
                app.registers
                    .iter()
                    .flat_map(|r| [&r.seal_key, &r.answer_key, r.vrf_key.as_bytes()]),
            )
            .chain(app.gateways.iter().map(|g| &g.key));
        if has_repeats(keys) {
            return Err(GenesisError::Value("keys (one stands twice)"));
        }
        self.verify_possession()
    }
}

/// Input of a register's proof of possession in the genesis file: as [`pop_alpha`] with 32 zero bytes for `net`, epoch 1.
pub fn genesis_pop_alpha(reg: Reg) -> Vec<u8> {
    pop_alpha(&crate::hash::ZERO, reg, 1)
}

fn increasing(mut numbers: impl Iterator<Item = u16>) -> bool {
    let mut last = None;
    numbers.all(|n| {
        let fine = last.is_none_or(|l| l < n);
        last = Some(n);
        fine
    })
}

fn has_repeats<'a>(keys: impl Iterator<Item = &'a [u8; 32]>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    !keys.into_iter().all(|key| seen.insert(key))
}

#[cfg(test)]
mod tests;
