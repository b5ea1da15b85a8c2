//! Decisions of more than two thirds of the authorities: registers' keys and epochs.

use toend_ledger::hash::{Hash, ZERO};
use toend_ledger::state::{EpochValue, Key, Reg, RegisterValue};
use toend_ledger::tx::{Action, Governance, TxError};
use toend_ledger::vrf::PublicKey;

use super::Round;
use crate::code::Code;
use crate::draft::Slot;

impl Round<'_> {
    pub(super) fn governance(&mut self, decision: &Governance, hash: &Hash) -> Result<(), Code> {
        let keys = &self.constants.governance_keys;
        let mut missing = false;
        // The governance keys are those of the genesis, so that nothing but the transaction decides: one marker is enough.
        let holds = self.verified.holds(hash, &ZERO, || {
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
            } => self.set_keys(reg, &old_seal_key, seal_key, answer_key),
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
        }
    }

    /// `02`: a register's keys. The seal key changes every time, so that no decision can be replayed; the answer
    /// key may stay. A register that does not exist yet begins with no epoch and no batch.
    fn set_keys(
        &mut self,
        reg: Reg,
        old: &[u8; 32],
        seal_key: [u8; 32],
        answer_key: [u8; 32],
    ) -> Result<(), Code> {
        let slot = Slot::of(Key::Register(reg));
        let before = match self.register(&slot) {
            Ok(value) => Some(value),
            Err(Code::UnknownRegister) => None,
            Err(code) => return Err(code),
        };
        if before.as_ref().map_or(ZERO, |value| value.seal_key) != *old {
            return Err(Code::Outdated);
        }
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
                ..value
            },
            None => RegisterValue {
                seal_key,
                answer_key,
                next_batch: 1,
                opened: 0,
                entries: 0,
                heads: 0,
            },
        };
        self.draft.put(&slot, value.encode());
        self.registry.note_register(reg, &value);
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
        self.registry.note_epoch(reg, epoch, &value);
        Ok(())
    }
}

/// A canonical point that is not of small order. Signing keys are points of the VRF's curve, and its check is the strictest.
pub(crate) fn is_strong(key: &[u8; 32]) -> bool {
    PublicKey::from_bytes(key).is_ok()
}
