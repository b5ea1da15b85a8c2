//! Filler: entries of a list that is nobody's, heads of records that do not exist.
//!
//! Nothing tells them from real ones without the register's key file. They are counted, so that an auditor can tell a
//! decoy from an entry kept out of every list ([`super::audit`]).

use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey};
use toend_ledger::record::{Flag, record_key};
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;

use super::database::Tables;
use super::vault::random;
use super::{Register, RegisterError};

/// Name of the counter: decoy entries made so far.
pub(super) const ENTRIES: &str = "decoy-entries";

impl Register {
    /// The key of the decoy list.
    pub(super) fn decoy_list(&self) -> ListKey {
        ListKey::new(
            self.net,
            self.reg(),
            SecretKey::from_bytes(*self.vault.decoy_key()),
        )
    }

    /// `count` more entries of the decoy list.
    pub(super) fn decoy_entries(
        &self,
        db: &mut dyn Tables,
        count: usize,
    ) -> Result<Vec<Op>, RegisterError> {
        let list = self.decoy_list();
        let before = db.counter(ENTRIES)?;
        let after = before + count as u64;
        db.set_counter(ENTRIES, after)?;
        (before + 1..=after)
            .map(|n| {
                Ok(Op::Entry {
                    label: list.label(Class::Records, n)?,
                    c: *random()?,
                })
            })
            .collect()
    }

    /// `count` heads of records that do not exist. About every second one is a newer version of an earlier decoy, up to the
    /// fourth, so that versions look like those of real records. `number` is the batch's.
    pub(super) fn decoy_heads(
        &self,
        db: &mut dyn Tables,
        count: usize,
        number: u64,
    ) -> Result<Vec<Op>, RegisterError> {
        let coins = random()?;
        let updates = (0..count)
            .filter(|i| {
                coins
                    .get(i % 32)
                    .is_some_and(|byte| byte >> (i / 32 % 8) & 1 == 1)
            })
            .count();
        let mut ops = Vec::with_capacity(count);
        let mut versions = Vec::with_capacity(updates);
        for old in db.reusable_decoys(u32::try_from(updates).unwrap_or(u32::MAX))? {
            let record = self.record_id(b"decoy", &old.sealed)?;
            let v = old.v.saturating_add(1);
            versions.push((old.id, v));
            ops.push(self.decoy_head(&record, v)?);
        }
        let mut new = Vec::with_capacity(count.saturating_sub(ops.len()));
        while ops.len() < count {
            let record = *random()?;
            new.push(self.vault.seal(b"decoy", &record)?);
            ops.push(self.decoy_head(&record, 1)?);
        }
        db.set_decoys(&versions, number)?;
        db.add_decoys(new, number)?;
        Ok(ops)
    }

    fn decoy_head(&self, record: &Hash, v: u32) -> Result<Op, RegisterError> {
        Ok(Op::Head {
            r: record_key(self.reg(), record),
            v,
            flag: Flag::Current,
            hd: *random()?,
        })
    }
}
