//! Keys that a decision of the authorities changes while the register seals: which ones are in force says the ledger alone.
//!
//! A new key is announced in the configuration *before* the decision. The seal key changes from one block to the next: a
//! batch under way that was signed with the old one can never be sealed any more once the ledger names another, so all of
//! them are signed anew, with the same numbers and the same operations. A VRF epoch changes where lists are opened: while one is
//! announced and not yet on the ledger, nobody new is taken in; a list that waits nevertheless, or that came too late with
//! the batch under way, is opened in the new epoch ([`super::renewal`]).

use std::sync::atomic::Ordering;

use ed25519_dalek::SigningKey;
use toend_ledger::state::{EpochValue, Key};
use toend_ledger::vrf;

use super::database::BatchRow;
use super::{Books, Register, RegisterError};

/// Name of the counter: the VRF epoch that was last seen in force.
pub(super) const IN_FORCE: &str = "epoch-in-force";

impl Register {
    /// The seal key that the ledger names, if it is one of ours.
    pub(super) fn seal_key(&self) -> Result<&SigningKey, RegisterError> {
        let tip = self.ledger.tip().height();
        let named = self
            .register_value(tip)?
            .ok_or(RegisterError::State)?
            .seal_key;
        let settings = &self.settings;
        std::iter::once(&settings.seal_key)
            .chain(&settings.next_seal_key)
            .find(|key| key.verifying_key().to_bytes() == named)
            .ok_or(RegisterError::OtherSealKey)
    }

    /// The batches under way, signed anew where the ledger has named another key since.
    pub(super) fn with_key_in_force(
        &self,
        mut rows: Vec<BatchRow>,
    ) -> Result<Vec<BatchRow>, RegisterError> {
        let key = self.seal_key()?;
        let named = key.verifying_key().to_bytes();
        let mut renewed = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let batch = row.batch()?;
            if batch.verify(&named).is_err() {
                let ops = batch.ops().to_vec();
                renewed.push((place, self.signed(row.number, ops, key)?));
            }
        }
        if renewed.is_empty() {
            return Ok(rows);
        }
        self.database
            .write(|db| renewed.iter().try_for_each(|(_, row)| db.set_batch(row)))?;
        tracing::info!(
            reg = self.reg().0,
            batches = renewed.len(),
            "batches under way were signed with the register's new key"
        );
        for (place, row) in renewed {
            if let Some(old) = rows.get_mut(place) {
                *old = row;
            }
        }
        Ok(rows)
    }

    /// Learns from the ledger which VRF epoch is in force, and keeps it for whoever takes entries in without the ledger.
    pub(super) fn look_at_epochs(&self) -> Result<(), RegisterError> {
        let tip = self.ledger.tip().height();
        let seen = self.in_force.load(Ordering::SeqCst);
        let mut newest = seen;
        while let Some(next) = newest.checked_add(1)
            && let Some(value) = self.epoch_value(next, tip)?
        {
            let ours = self.settings.vrf_keys.iter().find(|(n, _)| *n == next);
            if ours.is_some_and(|(_, key)| value.vrf_key != *key.public().as_bytes()) {
                return Err(RegisterError::OtherVrfKey(next));
            }
            newest = next;
        }
        if newest != seen {
            self.database
                .write(|db| db.set_counter(IN_FORCE, u64::from(newest)))?;
            self.in_force.store(newest, Ordering::SeqCst);
        }
        Ok(())
    }

    fn epoch_value(&self, epoch: u16, height: u64) -> Result<Option<EpochValue>, RegisterError> {
        let key = Key::Epoch {
            reg: self.reg(),
            epoch,
        };
        let found = self.ledger.query(&key.encode(), height);
        found
            .and_then(|found| found.value)
            .map(|value| EpochValue::decode(&value).map_err(|_| RegisterError::State))
            .transpose()
    }

    /// The answer key that the state after block `height` names: whoever judges an answer about it uses that one.
    pub fn answer_key(&self, height: u64) -> Option<[u8; 32]> {
        Some(self.register_value(height).ok()??.answer_key)
    }
}

impl Books {
    /// The epoch in which new lists are opened, with its key.
    pub(super) fn current_epoch(&self) -> Result<(u16, &vrf::SecretKey), RegisterError> {
        let Some((epoch, key)) = self.settings.vrf_keys.last() else {
            return Err(RegisterError::State);
        };
        // Before the first look at a ledger nothing is known, and nothing can be wrong.
        match self.in_force.load(Ordering::SeqCst) {
            seen if seen == 0 || seen == *epoch => Ok((*epoch, key)),
            seen if seen < *epoch => Err(RegisterError::EpochAnnounced(*epoch)),
            _ => Err(RegisterError::EpochOver(*epoch)),
        }
    }
}
