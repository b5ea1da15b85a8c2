//! What the machine must find quickly about who holds which office: registers' latest epochs, authorities, validators,
//! gateways, rights, and every key that is taken.
//!
//! All of it is a function of genesis and state, so that a restored replica has the same registry.

use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::cometbft::address_of;
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::Hash;
use toend_ledger::state::{
    EpochValue, Key, Reg, RegisterValue, RulesValue, VACANT, ValidatorAddress, Value,
};

/// Voting power by consensus key.
pub(crate) type Powers = BTreeMap<[u8; 32], u64>;

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
    /// Governance keys in force, by authority.
    authorities: BTreeMap<u16, [u8; 32]>,
    /// Consensus key and voting power, by authority.
    validators: BTreeMap<u16, ([u8; 32], u64)>,
    /// Whose each consensus key is or was, by address; taken for ever.
    consensus: BTreeMap<ValidatorAddress, u16>,
    /// The newest decision about the rules.
    rules: Option<RulesValue>,
    /// Keys of gateways in force.
    gateways: BTreeMap<u16, [u8; 32]>,
    /// The last period of each right that a decision began or ended.
    latest_right: BTreeMap<(Reg, u32), u16>,
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
            authorities: (0..).zip(app.governance_keys.iter().copied()).collect(),
            // The genesis file names validators in the order of their authorities.
            validators: (0..)
                .zip(&genesis.validators)
                .map(|(i, validator)| (i, (validator.pub_key, validator.power)))
                .collect(),
            consensus: (0..)
                .zip(&genesis.validators)
                .map(|(i, validator)| (address_of(&validator.pub_key), i))
                .collect(),
            gateways: app
                .gateways
                .iter()
                .map(|gateway| (gateway.id, gateway.key))
                .collect(),
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
            (Key::Authority(id), Value::Authority(value)) => {
                self.note_authority(*id, value.governance_key);
            }
            (Key::Validator(id), Value::Validator(value)) => {
                self.note_validator(*id, value.pub_key, value.power);
            }
            (Key::Gateway(id), Value::Gateway(value)) => self.note_gateway(*id, value.key),
            (
                Key::Right {
                    reg,
                    schema,
                    period,
                },
                Value::Right(_),
            ) => self.note_right(*reg, *schema, *period),
            (Key::Consensus(address), Value::Consensus(value)) => {
                self.note_consensus(*address, value.authority);
            }
            (Key::Rules, Value::Rules(value)) => self.note_rules(value),
            _ => {}
        }
    }

    pub fn note_authority(&mut self, id: u16, key: [u8; 32]) {
        if key == VACANT {
            self.authorities.remove(&id);
        } else {
            self.authorities.insert(id, key);
        }
    }

    pub fn note_validator(&mut self, authority: u16, key: [u8; 32], power: u64) {
        if key == VACANT {
            self.validators.remove(&authority);
        } else {
            self.validators.insert(authority, (key, power));
        }
    }

    pub fn note_gateway(&mut self, id: u16, key: [u8; 32]) {
        if key == VACANT {
            self.gateways.remove(&id);
        } else {
            self.gateways.insert(id, key);
        }
    }

    pub fn note_right(&mut self, reg: Reg, schema: u32, period: u16) {
        let latest = self.latest_right.entry((reg, schema)).or_insert(period);
        *latest = period.max(*latest);
    }

    pub fn note_consensus(&mut self, address: ValidatorAddress, authority: u16) {
        self.consensus.insert(address, authority);
    }

    pub const fn note_rules(&mut self, rules: &RulesValue) {
        self.rules = Some(*rules);
    }

    /// The authority whose validator has, or had, the key of this address.
    pub fn whose(&self, address: &ValidatorAddress) -> Option<u16> {
        self.consensus.get(address).copied()
    }

    /// The newest decision about the rules.
    pub const fn rules(&self) -> Option<&RulesValue> {
        self.rules.as_ref()
    }

    /// The version of the rules for block `height`, on a network that began with version `first`.
    pub fn version_at(&self, height: u64, first: u64) -> u64 {
        self.rules.map_or(first, |rules| rules.at(height))
    }

    /// Governance keys in force, by authority.
    pub const fn authorities(&self) -> &BTreeMap<u16, [u8; 32]> {
        &self.authorities
    }

    /// An authority's consensus key and voting power.
    pub fn validator(&self, authority: u16) -> Option<([u8; 32], u64)> {
        self.validators.get(&authority).copied()
    }

    /// The validator set as the engine knows it.
    pub fn powers(&self) -> Powers {
        self.validators.values().copied().collect()
    }

    /// The key of a gateway in force.
    pub fn gateway(&self, id: u16) -> Option<[u8; 32]> {
        self.gateways.get(&id).copied()
    }

    /// The last period of a right that a decision began or ended.
    pub fn latest_right(&self, reg: Reg, schema: u32) -> Option<u16> {
        self.latest_right.get(&(reg, schema)).copied()
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

    /// Whether a key is used anywhere, or was used as a VRF key, by a validator or in the genesis file.
    ///
    /// Keys of authorities, gateways and registers that came by a decision and went by another are forgotten:
    /// the state holds only what is in force. That lets no decision be replayed, since each counts its change; those about
    /// a register's keys do from version 3 of the rules on.
    pub fn is_taken(&self, key: &Hash) -> bool {
        self.genesis.contains(key)
            || self.vrf.contains(key)
            || self.in_force.values().any(|keys| keys.contains(key))
            || self.authorities.values().any(|taken| taken == key)
            || self.consensus.contains_key(&address_of(key))
            || self.gateways.values().any(|taken| taken == key)
    }
}
