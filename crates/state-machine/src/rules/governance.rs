//! Decisions of more than two thirds of the authorities: who signs them, and registers' keys and epochs.

use std::collections::BTreeMap;

use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::state::{EpochValue, GatewayValue, Key, KeyChange, Reg, RegisterValue};
use toend_ledger::tx::{Action, Governance, TxError};
use toend_ledger::vrf::PublicKey;

use super::Round;
use super::offices::follows;
use crate::draft::Slot;
use crate::limits::RULES_WITHOUT_REPLAYS;
use toend_ledger::code::Code;

impl Round<'_> {
    pub(super) fn governance(&mut self, decision: &Governance, hash: &Hash) -> Result<(), Code> {
        let keys = self.registry.authorities();
        let mut missing = false;
        // A decision found good is good only for the authorities that were in force then.
        let holds = self.verified.holds(hash, &electorate(keys), || {
            let result = decision.verify(keys);
            missing = result == Err(TxError::Signatures);
            result
        });
        if !holds {
            return Err(if missing {
                Code::TooFewSignatures
            } else {
                Code::BadSignature
            });
        }
        match decision.action {
            Action::Register {
                reg,
                old_seal_key,
                seal_key,
                answer_key,
            } => self.replace_keys(reg, &old_seal_key, seal_key, answer_key),
            Action::Keys {
                reg,
                serial,
                seal_key,
                answer_key,
            } => self.change_keys(reg, serial, seal_key, answer_key),
            Action::Epoch {
                reg,
                epoch,
                vrf_key,
                ..
            } => {
                decision
                    .action
                    .verify_possession(&self.constants.net)
                    .map_err(|_| Code::NotPossessed)?;
                self.begin_epoch(reg, epoch, *vrf_key.as_bytes())
            }
            Action::Authority {
                authority,
                serial,
                governance_key,
            } => self.set_authority(authority, serial, governance_key),
            Action::Validator {
                authority,
                serial,
                pub_key,
                power,
            } => self.set_validator(authority, serial, pub_key, power),
            Action::Gateway {
                gateway,
                serial,
                key,
                authority,
                gateway_address,
                rpc_address,
                tls_issuer,
            } => self.set_gateway(
                gateway,
                &GatewayValue {
                    key,
                    authority,
                    gateway: gateway_address,
                    rpc: rpc_address,
                    tls_issuer,
                    serial,
                    at: self.at,
                },
            ),
            Action::Right {
                reg,
                schema,
                period,
                authority,
                begins,
            } => self.set_right(reg, schema, period, authority, begins),
            Action::Upgrade {
                serial,
                version,
                height,
            } => self.set_rules(serial, version, height),
        }
    }

    /// `02` under versions 1 and 2 of the rules: a decision names the seal key that it replaces. Should that one ever come
    /// back, the decision is good again; so it is good no more from version 3 on.
    fn replace_keys(
        &mut self,
        reg: Reg,
        old: &[u8; 32],
        seal_key: [u8; 32],
        answer_key: [u8; 32],
    ) -> Result<(), Code> {
        let before = self.register_before(reg)?;
        let in_force = before.as_ref().map_or(ZERO, |value| value.seal_key);
        if self.version() >= RULES_WITHOUT_REPLAYS || in_force != *old {
            return Err(Code::Outdated);
        }
        let changed = before.as_ref().and_then(|value| value.changed);
        self.set_keys(reg, before, seal_key, answer_key, changed)
    }

    /// `02`: each change counts itself, and is good once.
    fn change_keys(
        &mut self,
        reg: Reg,
        serial: u32,
        seal_key: [u8; 32],
        answer_key: [u8; 32],
    ) -> Result<(), Code> {
        let before = self.register_before(reg)?;
        let changed = before.as_ref().and_then(|value| value.changed);
        follows(serial, changed.map_or(0, |changed| changed.serial))?;
        let changed = KeyChange {
            serial,
            at: self.at,
        };
        self.set_keys(reg, before, seal_key, answer_key, Some(changed))
    }

    fn register_before(&self, reg: Reg) -> Result<Option<RegisterValue>, Code> {
        match self.register(&Slot::of(Key::Register(reg))) {
            Ok(value) => Ok(Some(value)),
            Err(Code::UnknownRegister) => Ok(None),
            Err(code) => Err(code),
        }
    }

    /// The seal key changes every time, the answer key may stay. A register that does not exist yet begins with no epoch and
    /// no batch.
    fn set_keys(
        &mut self,
        reg: Reg,
        before: Option<RegisterValue>,
        seal_key: [u8; 32],
        answer_key: [u8; 32],
        changed: Option<KeyChange>,
    ) -> Result<(), Code> {
        let keeps_answer_key = before
            .as_ref()
            .is_some_and(|value| value.answer_key == answer_key);
        if seal_key == answer_key || self.registry.is_taken(&seal_key) {
            return Err(Code::KeyInUse);
        }
        if !keeps_answer_key && self.registry.is_taken(&answer_key) {
            return Err(Code::KeyInUse);
        }
        if !is_strong(&seal_key) || !is_strong(&answer_key) {
            return Err(Code::WeakKey);
        }
        let value = match before {
            Some(value) => RegisterValue {
                seal_key,
                answer_key,
                changed,
                ..value
            },
            None => RegisterValue {
                seal_key,
                answer_key,
                next_batch: 1,
                opened: 0,
                entries: 0,
                heads: 0,
                changed,
            },
        };
        self.draft
            .put(&Slot::of(Key::Register(reg)), value.encode());
        self.registry.to_mut().note_register(reg, &value);
        Ok(())
    }

    /// `03`: the next epoch, from the next block on; the one before it closes with this block and stays closed.
    fn begin_epoch(&mut self, reg: Reg, epoch: u16, vrf_key: [u8; 32]) -> Result<(), Code> {
        self.register(&Slot::of(Key::Register(reg)))?;
        if self.registry.is_taken(&vrf_key) {
            return Err(Code::KeyInUse);
        }
        let latest = self.registry.latest_epoch(reg);
        if latest.unwrap_or(0).checked_add(1) != Some(epoch) {
            return Err(Code::EpochSequence);
        }
        let from = self.at.height + 1;
        if let Some(latest) = latest {
            let closing = self.epoch(reg, latest)?;
            if closing.from >= from {
                return Err(Code::EpochSequence);
            }
            let slot = Slot::of(Key::Epoch { reg, epoch: latest });
            self.draft.put(
                &slot,
                EpochValue {
                    until: from,
                    ..closing
                }
                .encode(),
            );
        }
        let value = EpochValue {
            vrf_key,
            from,
            until: EpochValue::OPEN,
        };
        self.draft
            .put(&Slot::of(Key::Epoch { reg, epoch }), value.encode());
        self.registry.to_mut().note_epoch(reg, epoch, &value);
        Ok(())
    }
}

/// Who may decide, as one value: number and key of each authority in force.
fn electorate(keys: &BTreeMap<u16, [u8; 32]>) -> Hash {
    let bytes: Vec<u8> = keys
        .iter()
        .flat_map(|(id, key)| id.to_be_bytes().into_iter().chain(*key))
        .collect();
    sha256(&[&bytes])
}

/// A canonical point that is not of small order. Signing keys are points of the VRF's curve, and its check is the strictest.
pub(crate) fn is_strong(key: &[u8; 32]) -> bool {
    PublicKey::from_bytes(key).is_ok()
}
