//! Where a register's rows lie: the few statements everything is made of ([`Tables`]), and the engines that run them.
//!
//! The rest of the register works on [`Tables`] inside [`Database::read`] and [`Database::write`] and does not know which
//! engine it is. Each engine keeps its own schema, in numbered steps, and all of its SQL.

mod columns;
mod postgres;
mod rows;
mod sqlite;

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;

use super::RegisterError;

pub use columns::{Cell, Kind, TABLES, Table};
pub(super) use postgres::Postgres;
#[cfg(test)]
pub(super) use postgres::WAITS;
pub use postgres::{AddressError, Server};
pub(super) use rows::{
    BatchRow, ChainRow, DecoyRow, EntryRow, ListRow, NEVER, NewChain, NewEntry, NewList, NewOps,
    NewRecord, RecordRow, Standing, VersionRow, WaitingEntry,
};
pub(super) use sqlite::Sqlite;

type Outcome<T> = Result<T, RegisterError>;

/// The statements that everything is made of, inside one transaction. Reads are bounded by a limit or by what is asked for.
///
/// What is read and written for every entry goes by the many: a statement for thousands of rows costs a server one round
/// trip, and thousands of statements as many.
pub(super) trait Tables {
    /// A value by name.
    fn meta(&mut self, name: &str) -> Outcome<Option<Vec<u8>>>;
    /// Sets a value by name.
    fn set_meta(&mut self, name: &str, value: &[u8]) -> Outcome<()>;

    /// The list of a subject.
    fn list_by_tag(&mut self, tag: &Hash) -> Outcome<Option<ListRow>>;
    /// Lists in order of their ids, after `after`.
    fn lists_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<ListRow>>;
    /// Lists that wait to be opened or created, oldest first.
    fn waiting_lists(&mut self, limit: u32) -> Outcome<Vec<ListRow>>;
    /// New lists, with ids above [`Standing::newest_list`].
    fn add_lists(&mut self, lists: Vec<NewList>) -> Outcome<()>;
    /// Puts lists into a batch, or lets them wait again.
    fn take_lists(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()>;

    /// The lists of a batch.
    fn lists_in(&mut self, batch: u64) -> Outcome<Vec<ListRow>>;
    /// Replaces what is sealed in a list's row.
    fn set_list(&mut self, id: i64, sealed: Vec<u8>) -> Outcome<()>;

    /// The commitments of a list.
    fn chain(&mut self, list: i64, class: Class) -> Outcome<Option<ChainRow>>;
    /// Replaces the commitments of lists, each named once.
    fn set_chains(&mut self, chains: Vec<NewChain>) -> Outcome<()>;

    /// What stands here about the subjects and records with these tags.
    fn standing(&mut self, lists: &[Hash], records: &[Hash]) -> Outcome<Standing>;
    /// Adds records, or sets the version and end of known ones, each named once.
    fn set_records(&mut self, records: Vec<NewRecord>) -> Outcome<()>;
    /// Records with their tags and lists, in order of the tags, after `after`.
    fn records_after(
        &mut self,
        after: Option<&Hash>,
        limit: u32,
    ) -> Outcome<Vec<(Hash, i64, RecordRow)>>;

    /// Versions of records, by tag and version, as far as they were taken in before.
    fn versions(&mut self, of: &[(Hash, u32)]) -> Outcome<Vec<VersionRow>>;
    /// New entries, in this order; the first id is one more than the newest.
    fn add_entries(&mut self, entries: Vec<NewEntry>) -> Outcome<()>;
    /// Replaces what entries write to the ledger.
    fn set_ops(&mut self, entries: Vec<NewOps>) -> Outcome<()>;
    /// Entries of a list, in order, after number `after`.
    fn entries(
        &mut self,
        list: i64,
        class: Class,
        after: u64,
        limit: u32,
    ) -> Outcome<Vec<EntryRow>>;
    /// Entries that wait for a batch, oldest first, without their contents.
    fn waiting_entries(&mut self, limit: u32) -> Outcome<Vec<WaitingEntry>>;
    /// Entries that wait or were put into a batch after `batch`, in order of their ids, after `after`.
    fn entries_since(&mut self, batch: u64, after: i64, limit: u32) -> Outcome<Vec<WaitingEntry>>;
    /// Puts entries into a batch, or lets them wait again.
    fn take_entries(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()>;
    /// Entries and lists that wait for a batch, counted one by one.
    fn waiting(&mut self) -> Outcome<u64>;
    /// Lists and entries that wait for a batch, counted to `limit` and no further.
    fn waiting_up_to(&mut self, limit: u32) -> Outcome<(u32, u32)>;
    /// Whether any entry or list waits for a batch.
    fn anything_waits(&mut self) -> Outcome<bool>;

    /// The oldest batches under way, in order of their numbers.
    fn batches(&mut self, limit: u32) -> Outcome<Vec<BatchRow>>;
    /// Number of the newest batch under way.
    fn newest_batch(&mut self) -> Outcome<Option<u64>>;
    /// A new batch under way.
    fn add_batch(&mut self, batch: &BatchRow) -> Outcome<()>;
    /// Replaces hash and bytes of a batch under way.
    fn set_batch(&mut self, batch: &BatchRow) -> Outcome<()>;
    /// Forgets the batches below a number.
    fn drop_batches(&mut self, below: u64) -> Outcome<()>;

    /// Decoys that may get another version, those first whose last version is the oldest.
    fn reusable_decoys(&mut self, limit: u32) -> Outcome<Vec<DecoyRow>>;
    /// New decoys of version 1; the first id is one more than the newest.
    fn add_decoys(&mut self, sealed: Vec<Vec<u8>>, batch: u64) -> Outcome<()>;
    /// The next versions of decoys, by id.
    fn set_decoys(&mut self, versions: &[(i64, u32)], batch: u64) -> Outcome<()>;
    /// Decoys in order of their ids, after `after`.
    fn decoys_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<DecoyRow>>;

    /// Whole rows of a table in order of their key: the first ones, or those after a key.
    fn rows(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Outcome<Vec<Vec<Cell>>>;
    /// Adds whole rows; a value by name is replaced.
    fn put(&mut self, table: &Table, rows: Vec<Vec<Cell>>) -> Outcome<()>;

    /// A number by name, 0 when it was never set.
    fn counter(&mut self, name: &str) -> Outcome<u64> {
        match self.meta(name)? {
            None => Ok(0),
            Some(bytes) => <[u8; 8]>::try_from(bytes.as_slice())
                .map(u64::from_be_bytes)
                .map_err(|_| RegisterError::damaged("a counter has another length")),
        }
    }

    /// Sets a number by name.
    fn set_counter(&mut self, name: &str, value: u64) -> Outcome<()> {
        self.set_meta(name, &value.to_be_bytes())
    }
}

/// Whether a database that another program keeps can be read as it is.
fn check_schema(found: i64, known: i64) -> Outcome<()> {
    match found.cmp(&known) {
        std::cmp::Ordering::Greater => Err(RegisterError::Newer { found, known }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(RegisterError::NotThere),
    }
}

/// Work on the tables. It may be run again from its beginning when the engine lost its connection before anything was
/// committed, so it changes nothing but the tables.
type Work<'a> = &'a mut dyn FnMut(&mut dyn Tables) -> Outcome<()>;

/// Runs work in transactions. Returns only `Ok` after the work did; what it wrote is then on disk.
pub(super) trait Engine: Send + Sync {
    /// Work that only reads, as of one moment.
    fn read(&self, work: Work<'_>) -> Outcome<()>;
    /// Work that writes: all of it or nothing.
    fn write(&self, work: Work<'_>) -> Outcome<()>;
}

/// A register's database.
pub(super) struct Database {
    engine: Box<dyn Engine>,
    /// How often it was used, for tests of what a refusal costs.
    #[cfg(test)]
    pub(super) uses: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Database {
    pub(super) fn new(engine: Box<dyn Engine>) -> Self {
        Self {
            engine,
            #[cfg(test)]
            uses: std::sync::Arc::default(),
        }
    }

    /// Reads as of one moment.
    pub(super) fn read<T>(
        &self,
        mut work: impl FnMut(&mut dyn Tables) -> Outcome<T>,
    ) -> Outcome<T> {
        self.count();
        let mut found = None;
        self.engine.read(&mut |tables| {
            found = Some(work(tables)?);
            Ok(())
        })?;
        Ok(found.expect("an engine succeeds only after its work did"))
    }

    /// Writes all or nothing. What is returned `Ok` survives a power cut.
    pub(super) fn write<T>(
        &self,
        mut work: impl FnMut(&mut dyn Tables) -> Outcome<T>,
    ) -> Outcome<T> {
        self.count();
        let mut done = None;
        self.engine.write(&mut |tables| {
            done = Some(work(tables)?);
            Ok(())
        })?;
        Ok(done.expect("an engine succeeds only after its work did"))
    }

    #[cfg(test)]
    fn count(&self) {
        self.uses.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, reason = "tests count")]
    const fn count(&self) {}
}
