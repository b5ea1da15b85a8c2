use std::collections::BTreeSet;

use super::wire::{put_bytes, put_message, put_uint};
use super::wire_types::check_count;
use super::{Address, FormatError, Hash};
use crate::merkle;

/// CometBFT's bound on the power of a whole set, so that no sum or product of powers overflows.
pub const MAX_TOTAL_POWER: u64 = (i64::MAX / 8) as u64;

/// The address of an Ed25519 validator key.
pub fn address_of(pub_key: &[u8; 32]) -> Address {
    use sha2::Digest as _;
    let digest: Hash = sha2::Sha256::digest(pub_key).into();
    let mut address = [0; 20];
    for (slot, byte) in address.iter_mut().zip(digest) {
        *slot = byte;
    }
    address
}

/// A validator with its voting power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validator {
    /// First 20 bytes of SHA-256 of the key.
    pub address: Address,
    /// Ed25519 public key.
    pub pub_key: [u8; 32],
    /// Voting power.
    pub power: u64,
    /// Place in the proposer rotation. No hash covers it: never decide anything by it.
    pub proposer_priority: i64,
}

impl Validator {
    /// A validator with the address that belongs to its key and priority 0.
    pub fn new(pub_key: [u8; 32], power: u64) -> Self {
        Self {
            address: address_of(&pub_key),
            pub_key,
            power,
            proposer_priority: 0,
        }
    }
}

/// The validators of a height, in an order that their hash fixes. Checked when made, never changed afterwards:
/// at most 10,000, addresses that belong to their keys, nobody twice, total power within CometBFT's bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidatorSet {
    validators: Vec<Validator>,
    total_power: u64,
    hash: Hash,
}

impl ValidatorSet {
    /// A set in CometBFT's order: by power descending, then by address ascending. No chain has an empty one.
    pub fn new(mut validators: Vec<Validator>) -> Result<Self, FormatError> {
        check_count("validators", validators.len())?;
        if validators.is_empty() {
            return Err(FormatError::EmptyValidatorSet);
        }
        validators.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
        Self::in_given_order(validators)
    }

    /// A set in the order in which it came. A wrong order gives a hash that no header carries. An empty list is read too,
    /// for a header can announce it; nothing it could sign would ever count.
    pub fn in_given_order(validators: Vec<Validator>) -> Result<Self, FormatError> {
        check_count("validators", validators.len())?;
        let mut total_power = 0u64;
        let mut seen = BTreeSet::new();
        for validator in &validators {
            if address_of(&validator.pub_key) != validator.address {
                return Err(FormatError::AddressNotOfKey);
            }
            if !seen.insert(validator.address) {
                return Err(FormatError::DuplicateValidator);
            }
            total_power = total_power
                .checked_add(validator.power)
                .filter(|total| *total <= MAX_TOTAL_POWER)
                .ok_or(FormatError::Power)?;
        }
        let hash = hash(&validators);
        Ok(Self {
            validators,
            total_power,
            hash,
        })
    }

    /// The same validators in CometBFT's order.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut validators = self.validators.clone();
        validators.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
        let hash = hash(&validators);
        Self {
            validators,
            total_power: self.total_power,
            hash,
        }
    }

    /// The validators in order.
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// Sum of all powers, at most [`MAX_TOTAL_POWER`].
    pub const fn total_power(&self) -> u64 {
        self.total_power
    }

    /// The root over keys and powers: a header's `validators_hash`.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Number of validators.
    pub const fn len(&self) -> usize {
        self.validators.len()
    }

    /// Whether it has no validators: such a set can be announced, but decides nothing.
    pub const fn is_empty(&self) -> bool {
        self.validators.is_empty()
    }

    /// The validator with this address.
    pub fn by_address(&self, address: &Address) -> Option<&Validator> {
        self.validators.iter().find(|v| v.address == *address)
    }
}

/// Root over `SimpleValidator {1: PublicKey {1: ed25519}, 2: power}`; address and priority are not part of it.
fn hash(validators: &[Validator]) -> Hash {
    let mut leaf = Vec::with_capacity(64);
    let leaves: Vec<Hash> = validators
        .iter()
        .map(|validator| {
            leaf.clear();
            put_message(&mut leaf, 1, |out| put_bytes(out, 1, &validator.pub_key));
            put_uint(&mut leaf, 2, validator.power);
            merkle::leaf_hash(&leaf)
        })
        .collect();
    merkle::root_of_hashes(&leaves)
}
