//! What the machine must find quickly about registers: their latest epoch, and every key that is taken.
//!
//! All of it is a function of genesis and state, so that a restored replica has the same registry.

use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::genesis::Genesis;
use toend_ledger::hash::Hash;
use toend_ledger::state::{EpochValue, Key, Reg, RegisterValue, Value};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Registry {
    /// Keys of the genesis file, taken for ever.
    genesis: BTreeSet<[u8; 32]>,
    /// VRF keys of all epochs, taken for ever.
    vrf: BTreeSet<[u8; 32]>,
    /// Seal and answer key in force.
    in_force: BTreeMap<Reg, [[u8; 32]; 2]>,
    /// The last epoch that was set, which begins one block later.
    latest_epoch: BTreeMap<Reg, u16>,
}

impl Registry {
    pub fn of_genesis(genesis: &Genesis) -> Self {
        let app = &genesis.app;
        let registers = app
            .registers
            .iter()
            .flat_map(|r| [r.seal_key, r.answer_key, *r.vrf_key.as_bytes()]);
        let keys = genesis
            .validators
            .iter()
            .map(|validator| validator.pub_key)
            .chain(app.governance_keys.iter().copied())
            .chain(registers)
            .chain(app.gateways.iter().map(|gateway| gateway.key));
        Registry {
            genesis: keys.collect(),
            ..Registry::default()
        }
    }

    /// Learns what a state write says about registers.
    pub fn note(&mut self, key: &Key, value: &Value) {
        match (key, value) {
            (Key::Register(reg), Value::Register(value)) => self.note_register(*reg, value),
            (Key::Epoch { reg, epoch }, Value::Epoch(value)) => {
                self.note_epoch(*reg, *epoch, value);
            }
            _ => {}
        }
    }

    pub fn note_register(&mut self, reg: Reg, value: &RegisterValue) {
        self.in_force
            .insert(reg, [value.seal_key, value.answer_key]);
    }

    pub fn note_epoch(&mut self, reg: Reg, epoch: u16, value: &EpochValue) {
        self.vrf.insert(value.vrf_key);
        let latest = self.latest_epoch.entry(reg).or_insert(epoch);
        *latest = epoch.max(*latest);
    }

    /// The last epoch that was set for a register.
    pub fn latest_epoch(&self, reg: Reg) -> Option<u16> {
        self.latest_epoch.get(&reg).copied()
    }

    /// Whether a key is used anywhere, or was used as a VRF key or in the genesis file.
    pub fn is_taken(&self, key: &Hash) -> bool {
        self.genesis.contains(key)
            || self.vrf.contains(key)
            || self.in_force.values().any(|keys| keys.contains(key))
    }
}
