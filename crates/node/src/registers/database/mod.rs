//! Where a register's rows lie: the few statements everything is made of ([`Tables`]), and the engines that run them.
//!
//! The rest of the register works on [`Tables`] inside [`Database::read`] and [`Database::write`] and does not know which
//! engine it is. Each engine keeps its own schema, in numbered steps, and all of its SQL.

mod columns;
mod postgres;
mod sqlite;

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;

use super::RegisterError;

pub use columns::{Cell, Kind, TABLES, Table};
pub(super) use postgres::Postgres;
pub use postgres::{AddressError, Server};
pub(super) use sqlite::Sqlite;

/// A list's row.
pub(super) struct ListRow {
    pub id: i64,
    pub tag: Hash,
    pub public: bool,
    pub sealed: Vec<u8>,
}

/// The commitments of one list and class so far.
pub(super) struct ChainRow {
    pub size: u64,
    pub sealed: Vec<u8>,
}

/// A record's row.
pub(super) struct RecordRow {
    pub v: u32,
    pub ended: bool,
    pub sealed: Vec<u8>,
}

/// An entry's row.
pub(super) struct EntryRow {
    pub list: i64,
    pub n: u64,
    pub received_ms: u64,
    pub ops: Vec<u8>,
    pub contents: Vec<u8>,
}

/// An entry that waits for a batch.
pub(super) struct WaitingEntry {
    pub id: i64,
    pub list: i64,
    pub class: u8,
    pub n: u64,
    pub ops: Vec<u8>,
    /// Whether its list waits to be opened or created, too.
    pub list_waits: bool,
    /// Whether its list is one of [`NEVER`].
    pub list_closed: bool,
}

/// An entry on its way in.
pub(super) struct NewEntry<'a> {
    pub list: i64,
    pub class: Class,
    pub n: u64,
    pub record: &'a Hash,
    pub v: u32,
    pub digest: &'a Hash,
    pub received_ms: u64,
    pub ops: Vec<u8>,
    pub contents: Vec<u8>,
}

/// The batch of lists and entries that can never be sealed.
pub(super) const NEVER: u64 = i64::MAX.unsigned_abs();

/// A batch that is not known to be in state.
pub(super) struct BatchRow {
    pub number: u64,
    pub hash: Hash,
    pub tx: Vec<u8>,
}

/// A record that does not exist.
pub(super) struct DecoyRow {
    pub id: i64,
    pub v: u32,
    pub sealed: Vec<u8>,
}

type Outcome<T> = Result<T, RegisterError>;

/// The statements that everything is made of, inside one transaction. Reads are bounded by a limit or by one row.
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
    /// A new list; its id is one more than the newest.
    fn add_list(&mut self, tag: &Hash, public: bool, sealed: &[u8]) -> Outcome<()>;
    /// Puts lists into a batch, or lets them wait again.
    fn take_lists(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()>;

    /// The commitments of a list.
    fn chain(&mut self, list: i64, class: Class) -> Outcome<Option<ChainRow>>;
    /// Replaces the commitments of a list.
    fn set_chain(&mut self, list: i64, class: Class, row: ChainRow) -> Outcome<()>;

    /// A record.
    fn record(&mut self, tag: &Hash) -> Outcome<Option<RecordRow>>;
    /// Adds a record, or sets the version and end of a known one.
    fn set_record(&mut self, tag: &Hash, list: i64, row: RecordRow) -> Outcome<()>;
    /// Records with their tags and lists, in order of the tags, after `after`.
    fn records_after(
        &mut self,
        after: Option<&Hash>,
        limit: u32,
    ) -> Outcome<Vec<(Hash, i64, RecordRow)>>;

    /// Number and digest of a record's version that was taken in before.
    fn version(&mut self, record: &Hash, v: u32) -> Outcome<Option<(u64, Hash)>>;
    /// A new entry.
    fn add_entry(&mut self, entry: NewEntry<'_>) -> Outcome<()>;
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
    /// Entries and lists that wait for a batch.
    fn waiting(&mut self) -> Outcome<u64>;

    /// The oldest batch under way.
    fn batch(&mut self) -> Outcome<Option<BatchRow>>;
    /// A new batch under way.
    fn add_batch(&mut self, batch: &BatchRow) -> Outcome<()>;
    /// Forgets the batches below a number.
    fn drop_batches(&mut self, below: u64) -> Outcome<()>;

    /// Decoys that may get another version, those first whose last version is the oldest.
    fn reusable_decoys(&mut self, limit: u32) -> Outcome<Vec<DecoyRow>>;
    /// A new decoy of version 1.
    fn add_decoy(&mut self, batch: u64, sealed: &[u8]) -> Outcome<()>;
    /// The next version of a decoy.
    fn set_decoy(&mut self, id: i64, v: u32, batch: u64) -> Outcome<()>;
    /// Decoys in order of their ids, after `after`.
    fn decoys_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<DecoyRow>>;

    /// Whole rows of a table in order of their key: the first ones, or those after a key.
    fn rows(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Outcome<Vec<Vec<Cell>>>;
    /// Adds a whole row; a value by name is replaced.
    fn put(&mut self, table: &Table, row: Vec<Cell>) -> Outcome<()>;

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
