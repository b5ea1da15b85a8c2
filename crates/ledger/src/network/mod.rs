//! The network file: what a client trusts before it has asked anyone.
//!
//! Versioned JSON, at most 1 MiB, at most 16 levels deep, no unknown and no repeated field. It holds the checkpoint, who
//! runs the ledger, who may seal what from which height on, and one pinned header per year. Endpoints stand in it for
//! convenience and are not trusted, so they are left out of [`NetworkFile::digest`], which people compare as a QR code or as
//! ten words (110 bits: six would be within reach of exactly the attacker that printing is for, review finding 8.5).

mod hexed;
mod read;
mod words;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use words::{WORDS_IN_FINGERPRINT, word, words_of};

use crate::hash::{Hash, h};
use crate::state::Reg;

/// Most bytes of a network file.
pub const MAX_NETWORK_FILE: usize = 1024 * 1024;
/// Most levels of objects and lists inside each other.
pub const MAX_DEPTH: usize = 16;
/// The format of a file without issuers.
pub const FORMAT: &str = "toend-network/1";
/// The format of a file that may name [issuers](AuthorityEntry::tls_issuer).
pub const FORMAT_ISSUERS: &str = "toend-network/2";
/// Most items in any list of the file.
pub const MAX_ITEMS: usize = 4096;

/// A name in three languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Estonian.
    pub et: String,
    /// English.
    pub en: String,
    /// Russian.
    pub ru: String,
}

/// Where trust begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Height of the header.
    pub height: u64,
    /// Its time, Unix milliseconds; the trusting period counts from here.
    pub time_ms: u64,
    /// Its hash.
    #[serde(with = "hexed")]
    pub header_hash: Hash,
    /// Hash of the validator set that signs it.
    #[serde(with = "hexed")]
    pub validators_hash: Hash,
}

/// An authority that helps to run the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityEntry {
    /// Machine-readable name, unique.
    pub id: String,
    /// Names for people.
    pub names: Names,
    /// Ed25519 consensus key.
    #[serde(with = "hexed")]
    pub validator_pub_key: [u8; 32],
    /// Base address of its gateway; not trusted, may be empty.
    pub gateway: String,
    /// Base address of its CometBFT RPC; not trusted, may be empty.
    pub rpc: String,
    /// SHA-256 of the public key (DER, `SubjectPublicKeyInfo`) of the certificate authority that issues its gateway's
    /// certificates. None for the public ones. Trusted, so it is part of the digest. From format 2 on.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "hexed::optional"
    )]
    pub tls_issuer: Option<Hash>,
}

/// A register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterEntry {
    /// Number in state keys.
    pub reg: Reg,
    /// Machine-readable name, unique.
    pub id: String,
    /// Id of the authority that keeps it.
    pub authority: String,
    /// Names for people.
    pub names: Names,
}

/// Which record kinds a register may seal, from a height on, until the next entry for that register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// First height.
    pub from_height: u64,
    /// The register.
    pub reg: Reg,
    /// Schema numbers, increasing.
    pub schemas: Vec<u32>,
}

/// A validator set, from a height on, until the next entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorSetEntry {
    /// First height.
    pub from_height: u64,
    /// Members, in CometBFT's order.
    pub validators: Vec<ValidatorEntry>,
}

/// A member of a validator set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorEntry {
    /// Ed25519 consensus key.
    #[serde(with = "hexed")]
    pub pub_key: [u8; 32],
    /// Voting power.
    pub power: u64,
}

/// Number of positions of a schema: it fixes the size of every field tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaSize {
    /// Schema number.
    pub id: u32,
    /// Positions.
    pub positions: u16,
    /// Whether records of this kind have a head.
    pub headed: bool,
}

/// A header known for good: whatever its state commits to needs no signature any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Calendar year it stands for.
    pub year: u16,
    /// Height of the header.
    pub height: u64,
    /// Its hash.
    #[serde(with = "hexed")]
    pub header_hash: Hash,
}

/// The oldest suite of formats that may be written, from a height on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimumSuite {
    /// First height.
    pub from_height: u64,
    /// Suite number.
    pub suite: u8,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// [`FORMAT`] or [`FORMAT_ISSUERS`].
    pub format: String,
    /// Whether everything in this network is a demonstration without legal effect.
    pub demonstration: bool,
    /// CometBFT chain id.
    pub chain_id: String,
    /// Hash of the genesis file.
    #[serde(with = "hexed")]
    pub net: Hash,
    /// Height of the chain's first block.
    pub first_height: u64,
    /// Names of the network.
    pub names: Names,
    /// Where trust begins.
    pub checkpoint: Checkpoint,
    /// Seconds for which the checkpoint may be trusted, counted from its time.
    pub trusting_period_s: u64,
    /// Who runs the ledger.
    pub authorities: Vec<AuthorityEntry>,
    /// What is kept on it.
    pub registers: Vec<RegisterEntry>,
    /// Who may seal what, by increasing height.
    pub rights: Vec<Right>,
    /// Who signed when, by increasing height.
    pub validator_sets: Vec<ValidatorSetEntry>,
    /// Sizes of all schemas, by increasing number.
    pub schemas: Vec<SchemaSize>,
    /// One header per year, by increasing height.
    pub pins: Vec<Pin>,
    /// Oldest suites, by increasing height.
    pub minimum_suites: Vec<MinimumSuite>,
}

/// Why a network file is refused. Whoever supplied the file is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// Larger than allowed.
    #[error("a network file has at most {MAX_NETWORK_FILE} bytes; this one has {0}")]
    TooLong(usize),
    /// Objects or lists inside each other deeper than allowed.
    #[error("a network file is at most {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A newer program made it.
    #[error("this file has a format that is not known here")]
    UnknownFormat,
    /// Not the JSON we expect; line and column point at the place.
    #[error("the network file is malformed: {0}")]
    Json(String),
    /// A value that cannot be, or two that contradict each other.
    #[error("the network file's {0} is out of range or contradicts the rest")]
    Value(&'static str),
}

impl NetworkFile {
    /// Reads a file and checks that its parts fit each other.
    pub fn decode(bytes: &[u8]) -> Result<Self, NetworkError> {
        read::decode(bytes)
    }

    /// Writes the file. The same value always gives the same bytes.
    ///
    /// # Panics
    /// Never: strings, numbers and lists always have a JSON form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = serde_json::to_vec_pretty(self)
            .expect("strings, numbers and lists always have a JSON form");
        out.push(b'\n');
        out
    }

    /// What two people compare: everything that is trusted, without the endpoints.
    pub fn digest(&self) -> Hash {
        let mut trusted = self.clone();
        for authority in &mut trusted.authorities {
            authority.gateway.clear();
            authority.rpc.clear();
        }
        h("network", &[&trusted.encode()])
    }

    /// The first 110 bits of [`digest`](Self::digest) as ten words.
    pub fn fingerprint(&self) -> [String; WORDS_IN_FINGERPRINT] {
        words_of(&self.digest())
    }

    /// Whether a register may seal a record kind in block `height`.
    pub fn may_seal(&self, reg: Reg, schema: u32, height: u64) -> bool {
        self.rights
            .iter()
            .rev()
            .find(|right| right.reg == reg && right.from_height <= height)
            .is_some_and(|right| right.schemas.binary_search(&schema).is_ok())
    }

    /// The validator set of block `height`, if the file knows it.
    pub fn validators_at(&self, height: u64) -> Option<&ValidatorSetEntry> {
        self.validator_sets
            .iter()
            .rev()
            .find(|set| set.from_height <= height)
    }

    /// Positions of a schema and whether its records have heads.
    pub fn schema(&self, id: u32) -> Option<&SchemaSize> {
        self.schemas.iter().find(|schema| schema.id == id)
    }

    /// The register with this number.
    pub fn register(&self, reg: Reg) -> Option<&RegisterEntry> {
        self.registers.iter().find(|register| register.reg == reg)
    }

    /// The authority with this id.
    pub fn authority(&self, id: &str) -> Option<&AuthorityEntry> {
        self.authorities.iter().find(|authority| authority.id == id)
    }

    /// The first pin at or above a height: the one that proves it by hashes alone.
    pub fn pin_above(&self, height: u64) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.height >= height)
    }
}

/// The demonstration network's file.
pub mod demo;

#[cfg(test)]
mod tests;
