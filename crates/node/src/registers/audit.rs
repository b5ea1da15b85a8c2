//! The audit: does the ledger hold entries that stand in nobody's list (review finding 1.9)?
//!
//! The inspectorate, with the register's keys at hand, replays every list, the decoy list included, against the state and
//! compares with the counters that the machine keeps at `02 ‖ reg`. What is left over was sealed outside every list.

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::record::record_key;
use toend_ledger::state::{HeadValue, Key};

use super::{Register, RegisterError, database, decoys};

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

/// Lists read from the database at a time.
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
            let page = database::lists_after(&self.db(), after, PAGE)?;
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
                    let count = database::entry_count(&self.db(), row.id, class)?;
                    for n in 1..=count {
                        audit.entries.lists +=
                            u64::from(self.present(&secret.key.entry_key(class, n)?, height)?);
                    }
                }
            }
        }
        let decoys = self.decoy_list();
        for n in 1..=database::counter(&self.db(), decoys::ENTRIES)? {
            audit.entries.lists +=
                u64::from(self.present(&decoys.entry_key(Class::Records, n)?, height)?);
        }
        for record in self.record_ids()? {
            audit.heads.lists += u64::from(self.head_version(&record, height)?);
        }
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

    /// Ids of all records, decoys included.
    fn record_ids(&self) -> Result<Vec<Hash>, RegisterError> {
        let db = self.db();
        let mut ids: Vec<Hash> = self
            .decoy_records(&db)?
            .into_iter()
            .map(|(record, _)| record)
            .collect();
        let rows: Vec<(Hash, Vec<u8>)> = db
            .prepare_cached("SELECT tag, sealed FROM record")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (tag, sealed) in rows {
            let id = self.vault.open_value(&tag, &sealed)?;
            ids.push(
                id.as_slice()
                    .try_into()
                    .map_err(|_| RegisterError::damaged("a record id has another length"))?,
            );
        }
        Ok(ids)
    }
}
