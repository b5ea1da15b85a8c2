//! The audit: does the ledger hold entries that stand in nobody's list (review finding 1.9)?
//!
//! The inspectorate, with the register's keys at hand, replays every list, the decoy list included, against the state and
//! compares with the counters that the machine keeps at `02 ‖ reg`. What is left over was sealed outside every list.

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::record::record_key;
use toend_ledger::state::{HeadValue, Key};

use super::{Register, RegisterError, decoys};

/// One counter of the ledger beside what the lists add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// What the machine counted.
    pub ledger: u64,
    /// What the replay found.
    pub lists: u64,
}

impl Counted {
    /// What the ledger holds outside every list.
    pub const fn orphans(&self) -> i64 {
        self.ledger.cast_signed() - self.lists.cast_signed()
    }
}

/// Result of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audit {
    /// State it is about: after this block.
    pub height: u64,
    /// Openings of private lists.
    pub opened: Counted,
    /// Entries of private lists, decoys included.
    pub entries: Counted,
    /// Versions of record heads, decoys included.
    pub heads: Counted,
}

/// Rows read from the database at a time.
const PAGE: u32 = 500;

impl Register {
    /// Replays all lists against the newest state that a header commits.
    pub fn audit(&self) -> Result<Audit, RegisterError> {
        let height = self.ledger.tip().height().saturating_sub(1);
        let value = self.register_value(height)?.ok_or(RegisterError::State)?;
        let mut audit = Audit {
            height,
            opened: Counted {
                ledger: value.opened,
                lists: 0,
            },
            entries: Counted {
                ledger: value.entries,
                lists: 0,
            },
            heads: Counted {
                ledger: value.heads,
                lists: 0,
            },
        };
        let mut after = 0;
        loop {
            let page = self.database.read(|db| db.lists_after(after, PAGE))?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for row in &page {
                let Some(secret) = self.list_plain(row)?.secret else {
                    continue;
                };
                let key = Key::Opening {
                    reg: self.reg(),
                    epoch: secret.epoch,
                    o: secret.o,
                };
                audit.opened.lists += u64::from(self.present(&key, height)?);
                for class in [Class::Records, Class::AccessLog] {
                    let chain = self.database.read(|db| db.chain(row.id, class))?;
                    for n in 1..=chain.map_or(0, |chain| chain.size) {
                        audit.entries.lists +=
                            u64::from(self.present(&secret.key.entry_key(class, n)?, height)?);
                    }
                }
            }
        }
        let decoys = self.decoy_list();
        let made = self.database.read(|db| db.counter(decoys::ENTRIES))?;
        for n in 1..=made {
            audit.entries.lists +=
                u64::from(self.present(&decoys.entry_key(Class::Records, n)?, height)?);
        }
        audit.heads.lists = self.all_versions(height)?;
        Ok(audit)
    }

    fn present(&self, key: &Key, height: u64) -> Result<bool, RegisterError> {
        Ok(self
            .ledger
            .query(&key.encode(), height)
            .ok_or(RegisterError::State)?
            .value
            .is_some())
    }

    /// Versions of one record in state; 0 when it has no head.
    fn head_version(&self, record: &Hash, height: u64) -> Result<u32, RegisterError> {
        let key = Key::Head {
            reg: self.reg(),
            r: record_key(self.reg(), record),
        };
        let result = self
            .ledger
            .query(&key.encode(), height)
            .ok_or(RegisterError::State)?;
        result.value.map_or(Ok(0), |value| {
            HeadValue::decode(&value)
                .map(|head| head.v)
                .map_err(|_| RegisterError::State)
        })
    }

    /// Versions in state of all records, decoys included.
    fn all_versions(&self, height: u64) -> Result<u64, RegisterError> {
        let mut versions = 0;
        let mut after = 0;
        loop {
            let page = self.database.read(|db| db.decoys_after(after, PAGE))?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for row in &page {
                let record = self.record_id(b"decoy", &row.sealed)?;
                versions += u64::from(self.head_version(&record, height)?);
            }
        }
        let mut after = None;
        loop {
            let page = self
                .database
                .read(|db| db.records_after(after.as_ref(), PAGE))?;
            let Some((last, ..)) = page.last() else { break };
            after = Some(*last);
            for (tag, _, row) in &page {
                let record = self.record_id(tag, &row.sealed)?;
                versions += u64::from(self.head_version(&record, height)?);
            }
        }
        Ok(versions)
    }
}
