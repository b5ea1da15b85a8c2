//! Filler: entries of a list that is nobody's, heads of records that do not exist.
//!
//! Nothing tells them from real ones without the register's key file. They are counted, so that an auditor can tell a
//! decoy from an entry kept out of every list ([`super::audit`]).

use rusqlite::{Connection, params};
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey};
use toend_ledger::record::{Flag, record_key};
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;

use super::vault::random;
use super::{Register, RegisterError, database};

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
        db: &Connection,
        count: usize,
    ) -> Result<Vec<Op>, RegisterError> {
        let list = self.decoy_list();
        let before = database::counter(db, ENTRIES)?;
        let after = before + count as u64;
        database::set_counter(db, ENTRIES, after)?;
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
        db: &Connection,
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
        let old: Vec<(i64, u32, Vec<u8>)> = db
            .prepare_cached(
                "SELECT id, v, sealed FROM decoy_head WHERE v < 4 ORDER BY last LIMIT ?1",
            )?
            .query_map([u32::try_from(updates).unwrap_or(u32::MAX)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect::<Result<_, _>>()?;
        for (id, v, sealed) in old {
            let record = self.vault.open_value(b"decoy", &sealed)?;
            let record: Hash = record
                .as_slice()
                .try_into()
                .map_err(|_| RegisterError::damaged("a decoy has another layout"))?;
            db.prepare_cached("UPDATE decoy_head SET v = ?2, last = ?3 WHERE id = ?1")?
                .execute(params![id, v + 1, number.cast_signed()])?;
            ops.push(self.decoy_head(&record, v + 1)?);
        }
        while ops.len() < count {
            let record = *random()?;
            db.prepare_cached("INSERT INTO decoy_head (v, last, sealed) VALUES (1, ?1, ?2)")?
                .execute(params![
                    number.cast_signed(),
                    self.vault.seal(b"decoy", &record)?
                ])?;
            ops.push(self.decoy_head(&record, 1)?);
        }
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

    /// Records of the decoy heads with their versions.
    pub(super) fn decoy_records(&self, db: &Connection) -> Result<Vec<(Hash, u32)>, RegisterError> {
        let rows: Vec<(u32, Vec<u8>)> = db
            .prepare_cached("SELECT v, sealed FROM decoy_head")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        rows.into_iter()
            .map(|(v, sealed)| {
                let record = self.vault.open_value(b"decoy", &sealed)?;
                let record = record
                    .as_slice()
                    .try_into()
                    .map_err(|_| RegisterError::damaged("a decoy has another layout"))?;
                Ok((record, v))
            })
            .collect()
    }
}
