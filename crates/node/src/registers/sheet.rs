//! What a transaction is about to write: kept until it is worth a statement, and written in the order that references ask for.

use super::RegisterError;
use super::database::{NewChain, NewEntry, NewList, NewRecord, Tables};

/// Rows of one statement, and bytes of them.
const ROWS: usize = 512;
const BYTES: usize = 1024 * 1024;

/// New rows that are not written yet.
#[derive(Default)]
pub(super) struct Sheet {
    lists: Vec<NewList>,
    entries: Vec<NewEntry>,
    records: Vec<NewRecord>,
    chains: Vec<NewChain>,
    bytes: usize,
}

impl Sheet {
    /// A new list; what belongs to it follows.
    pub(super) fn list(&mut self, db: &mut dyn Tables, list: NewList) -> Result<(), RegisterError> {
        self.bytes += list.sealed.len();
        self.lists.push(list);
        self.when_full(db)
    }

    /// A new entry, after those before it.
    pub(super) fn entry(
        &mut self,
        db: &mut dyn Tables,
        entry: NewEntry,
    ) -> Result<(), RegisterError> {
        self.bytes += entry.ops.len() + entry.contents.len();
        self.entries.push(entry);
        self.when_full(db)
    }

    /// A record as it is from now on, once in a transaction.
    pub(super) fn record(
        &mut self,
        db: &mut dyn Tables,
        record: NewRecord,
    ) -> Result<(), RegisterError> {
        self.bytes += record.sealed.len();
        self.records.push(record);
        self.when_full(db)
    }

    /// A list's commitments as they are from now on, once in a transaction.
    pub(super) fn chain(
        &mut self,
        db: &mut dyn Tables,
        chain: NewChain,
    ) -> Result<(), RegisterError> {
        self.bytes += chain.sealed.len();
        self.chains.push(chain);
        self.when_full(db)
    }

    fn when_full(&mut self, db: &mut dyn Tables) -> Result<(), RegisterError> {
        let longest = [
            self.lists.len(),
            self.entries.len(),
            self.records.len(),
            self.chains.len(),
        ];
        if longest.iter().any(|rows| *rows >= ROWS) || self.bytes >= BYTES {
            return self.write(db);
        }
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn write(&mut self, db: &mut dyn Tables) -> Result<(), RegisterError> {
        let Self {
            lists,
            entries,
            records,
            chains,
            bytes: _,
        } = std::mem::take(self);
        db.add_lists(lists)?;
        db.add_entries(entries)?;
        db.set_records(records)?;
        db.set_chains(chains)
    }
}
