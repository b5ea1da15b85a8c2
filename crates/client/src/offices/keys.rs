//! Keys in force, beside those that the ledger began with.

use toend_ledger::genesis::{Genesis, GenesisRegister};
use toend_ledger::hash::sha256;
use toend_ledger::network::words_of;
use toend_ledger::state::{Reg, VACANT};

use crate::dto::OfficeKey;

/// The keys of the genesis file. Its hash is the network's, so that they need no other proof.
#[derive(Clone, Copy)]
pub struct FirstKeys<'a>(pub &'a Genesis);

impl FirstKeys<'_> {
    /// An authority's key for decisions.
    pub fn governance(self, authority: u16) -> Option<[u8; 32]> {
        let keys = &self.0.app.governance_keys;
        keys.get(usize::from(authority)).copied()
    }

    /// An authority's key for blocks: the file names validators in the order of their authorities.
    pub fn validator(self, authority: u16) -> Option<[u8; 32]> {
        let validators = &self.0.validators;
        validators
            .get(usize::from(authority))
            .map(|one| one.pub_key)
    }

    /// A gateway's key.
    pub fn gateway(self, gateway: u16) -> Option<[u8; 32]> {
        let mut gateways = self.0.app.gateways.iter();
        gateways.find(|one| one.id == gateway).map(|one| one.key)
    }

    /// A register's keys.
    pub fn register(&self, reg: Reg) -> Option<&GenesisRegister> {
        self.0.app.registers.iter().find(|one| one.reg == reg)
    }
}

/// A key as decided, else as the ledger began; none where there is none.
pub fn key(decided: Option<[u8; 32]>, began: Option<[u8; 32]>) -> Option<OfficeKey> {
    let key = decided.or(began).filter(|key| *key != VACANT)?;
    Some(OfficeKey {
        words: six_words(&key),
        replaced: began.is_some_and(|began| began != key),
    })
}

/// A key or a fingerprint as six words, as `toend-node govern show` says them.
pub fn six_words(key: &[u8; 32]) -> Vec<String> {
    let words = words_of(&sha256(&[key]));
    words.into_iter().take(6).collect()
}
