//! Offices: who governs, who validates, where the gateways are, which register may seal what.
//!
//! Each change counts itself (`serial`, `period`), so that no decision can be replayed. What no decision has touched is as
//! the genesis file says and stands in no place of the state.

use std::borrow::Cow;

use toend_ledger::cometbft::address_of;
use toend_ledger::state::{
    AuthorityValue, ConsensusValue, GatewayValue, Key, Reg, RightValue, VACANT, ValidatorValue,
};
use toend_ledger::tx::MAX_SIGNATURES;

use super::{Round, is_strong};
use crate::draft::Slot;
use crate::limits::MAX_POWER;
use crate::registry::Registry;
use toend_ledger::code::Code;

impl Round<'_> {
    /// `04`: an authority joins, changes its governance key, or leaves. The last one stays.
    pub(super) fn set_authority(
        &mut self,
        authority: u16,
        serial: u32,
        governance_key: [u8; 32],
    ) -> Result<(), Code> {
        let slot = Slot::of(Key::Authority(authority));
        let before = match self.draft.get(&slot) {
            Some(bytes) => {
                AuthorityValue::decode(&bytes)
                    .map_err(|_| Code::Internal)?
                    .serial
            }
            None => 0,
        };
        follows(serial, before)?;
        let authorities = self.registry.authorities();
        if governance_key == VACANT {
            if !authorities.contains_key(&authority) {
                return Err(Code::UnknownAuthority);
            }
            if authorities.len() == 1 {
                return Err(Code::ChangeTooGreat);
            }
        } else {
            self.check_new_key(&governance_key)?;
            if !authorities.contains_key(&authority) && authorities.len() >= MAX_SIGNATURES {
                return Err(Code::ChangeTooGreat);
            }
        }
        let value = AuthorityValue {
            governance_key,
            serial,
            at: self.at,
        };
        self.draft.put(&slot, value.encode());
        self.registry
            .to_mut()
            .note_authority(authority, governance_key);
        Ok(())
    }

    /// `06`: an authority's validator. Power 0 goes with a vacant key, and only with one.
    pub(super) fn set_validator(
        &mut self,
        authority: u16,
        serial: u32,
        pub_key: [u8; 32],
        power: u64,
    ) -> Result<(), Code> {
        let slot = Slot::of(Key::Validator(authority));
        let before = match self.draft.get(&slot) {
            Some(bytes) => {
                ValidatorValue::decode(&bytes)
                    .map_err(|_| Code::Internal)?
                    .serial
            }
            None => 0,
        };
        follows(serial, before)?;
        let current = self.registry.validator(authority);
        if pub_key == VACANT {
            if power != 0 || current.is_none() {
                return Err(Code::UnknownAuthority);
            }
        } else {
            if !self.registry.authorities().contains_key(&authority) {
                return Err(Code::UnknownAuthority);
            }
            if power == 0 || power > MAX_POWER {
                return Err(Code::ChangeTooGreat);
            }
            if current.is_none_or(|(key, _)| key != pub_key) {
                self.check_new_key(&pub_key)?;
            }
        }
        let mut after = Registry::clone(&self.registry);
        after.note_validator(authority, pub_key, power);
        if !is_gradual(&self.before.powers(), &after.powers()) {
            return Err(Code::ChangeTooGreat);
        }
        self.registry = Cow::Owned(after);
        if pub_key != VACANT && current.is_none_or(|(key, _)| key != pub_key) {
            self.note_consensus(authority, &pub_key);
        }
        let value = ValidatorValue {
            pub_key,
            power,
            serial,
            at: self.at,
        };
        self.draft.put(&slot, value.encode());
        Ok(())
    }

    /// `0a`: whose a consensus key is, for ever: evidence about it may come after it has gone.
    fn note_consensus(&mut self, authority: u16, pub_key: &[u8; 32]) {
        let address = address_of(pub_key);
        let value = ConsensusValue {
            authority,
            at: self.at,
        };
        self.draft
            .put(&Slot::of(Key::Consensus(address)), value.encode());
        self.registry.to_mut().note_consensus(address, authority);
    }

    /// `05`: a gateway's key, authority, addresses and issuer.
    pub(super) fn set_gateway(&mut self, gateway: u16, value: &GatewayValue) -> Result<(), Code> {
        let slot = Slot::of(Key::Gateway(gateway));
        let before = match self.draft.get(&slot) {
            Some(bytes) => {
                GatewayValue::decode(&bytes)
                    .map_err(|_| Code::Internal)?
                    .serial
            }
            None => 0,
        };
        follows(value.serial, before)?;
        let current = self.registry.gateway(gateway);
        if value.key == VACANT {
            if current.is_none() {
                return Err(Code::UnknownGateway);
            }
        } else {
            if !self.registry.authorities().contains_key(&value.authority) {
                return Err(Code::UnknownAuthority);
            }
            if current != Some(value.key) {
                self.check_new_key(&value.key)?;
            }
        }
        self.draft.put(&slot, value.encode());
        self.registry.to_mut().note_gateway(gateway, value.key);
        Ok(())
    }

    /// `07`: a period in which a register may seal a kind of record. It begins or ends with the next block. A right that
    /// the network began with is ended as period 1.
    pub(super) fn set_right(
        &mut self,
        reg: Reg,
        schema: u32,
        period: u16,
        authority: u16,
        begins: bool,
    ) -> Result<(), Code> {
        self.register(&Slot::of(Key::Register(reg)))?;
        if !self.registry.authorities().contains_key(&authority) {
            return Err(Code::UnknownAuthority);
        }
        let slot = |period| {
            Slot::of(Key::Right {
                reg,
                schema,
                period,
            })
        };
        let latest = self.registry.latest_right(reg, schema);
        let last = latest
            .and_then(|period| self.draft.get(&slot(period)))
            .map(|bytes| RightValue::decode(&bytes))
            .transpose()
            .map_err(|_| Code::Internal)?;
        let next_height = self.at.height + 1;
        let follows = latest.unwrap_or(0).checked_add(1) == Some(period);
        let value = match last {
            // The period that is open ends.
            Some(open) if open.until == RightValue::OPEN => {
                let ends = !begins && latest == Some(period) && open.authority == authority;
                if !ends || open.from >= next_height {
                    return Err(Code::RightSequence);
                }
                RightValue {
                    until: next_height,
                    ..open
                }
            }
            // After one that ended, another begins.
            Some(ended) if !begins || !follows || ended.until >= next_height => {
                return Err(Code::RightSequence);
            }
            Some(_) => RightValue {
                authority,
                from: next_height,
                until: RightValue::OPEN,
            },
            // The first decision about it.
            None if !follows => return Err(Code::RightSequence),
            None if begins => RightValue {
                authority,
                from: next_height,
                until: RightValue::OPEN,
            },
            None => RightValue {
                authority,
                from: self.constants.first_height,
                until: next_height,
            },
        };
        self.draft.put(&slot(period), value.encode());
        self.registry.to_mut().note_right(reg, schema, period);
        Ok(())
    }

    fn check_new_key(&self, key: &[u8; 32]) -> Result<(), Code> {
        if self.registry.is_taken(key) {
            Err(Code::KeyInUse)
        } else if is_strong(key) {
            Ok(())
        } else {
            Err(Code::WeakKey)
        }
    }
}

pub(super) fn follows(serial: u32, before: u32) -> Result<(), Code> {
    if before.checked_add(1) == Some(serial) {
        Ok(())
    } else {
        Err(Code::Outdated)
    }
}

/// Whether at most a third of the power goes, at most a third comes, and some stays: a light client that trusts the old set
/// must still see more than two thirds of it sign.
fn is_gradual(before: &crate::registry::Powers, after: &crate::registry::Powers) -> bool {
    let lost = |from: &crate::registry::Powers, to: &crate::registry::Powers| -> u128 {
        from.iter()
            .map(|(key, power)| power.saturating_sub(to.get(key).copied().unwrap_or(0)))
            .map(u128::from)
            .sum()
    };
    let total: u128 = before.values().copied().map(u128::from).sum();
    !after.is_empty() && 3 * lost(before, after) <= total && 3 * lost(after, before) <= total
}
