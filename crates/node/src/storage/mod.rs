//! Blocks and state on disk: one SQLite database, one transaction per block.
//!
//! The write-ahead log is synced at every block (`synchronous = FULL`) before
//! the block is shown to anybody: what was ever seen outside survives a kill
//! and a power cut, and no height is decided twice. Reads have a connection of
//! their own and never wait for a writer.
//!
//! [`Store::open`] is the place to start; [`error::StorageError`] names what
//! can be wrong with a disk.

pub(crate) mod derived;
pub mod error;
mod migrations;
/// Reading.
pub mod read;
mod write;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use toend_ledger::cometbft::{BlockId, Commit, Hash, Header, ValidatorSet};

pub use error::StorageError;
pub use read::Reader;
pub use write::Writer;

/// File name of the database inside the network's folder.
pub const FILE: &str = "ledger.sqlite3";

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);
/// Pairs of key and value.
pub type Pairs = Vec<Pair>;

/// The result of one transaction in a block.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TxRecord {
    /// Result code; 0 means it took effect.
    pub code: u32,
    /// Work the transaction asked for; part of the results hash.
    pub gas_wanted: i64,
    /// Work it did; part of the results hash.
    pub gas_used: i64,
    /// A short reason without personal data.
    pub log: String,
}

/// Everything a block leaves on disk.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Its header.
    pub header: Header,
    /// Its name.
    pub id: BlockId,
    /// `tendermint.types.Block`, encoded.
    pub block: Vec<u8>,
    /// The transactions' hashes in their order.
    pub tx_hashes: Vec<Hash>,
    /// Their results, in the same order.
    pub results: Vec<TxRecord>,
    /// The commit that decided it.
    pub commit: Commit,
    /// The validators of its height, with priorities.
    pub validators: ValidatorSet,
    /// State root after it.
    pub app_hash: Hash,
    /// What it wrote into the state.
    pub changes: Pairs,
}

/// An opened database.
#[derive(Debug)]
pub struct Store {
    /// The one connection that writes.
    pub writer: Writer,
    /// Reads, from any thread.
    pub reader: Reader,
}

impl Store {
    /// Opens or creates the database in `folder` for the network `net`,
    /// brings its schema up to date and checks that it can be written.
    pub fn open(folder: &Path, net: &Hash) -> Result<Self, StorageError> {
        let path = folder.join(FILE);
        let mut connection = Connection::open(&path).map_err(StorageError::from_sqlite)?;
        configure(&connection)?;
        migrations::run(&mut connection, net)?;
        let reader = Reader::open(&path)?;
        Ok(Self {
            writer: Writer::new(connection),
            reader,
        })
    }
}

/// Durable at every commit, readers never wait.
pub(crate) fn configure(connection: &Connection) -> Result<(), StorageError> {
    connection
        .busy_timeout(Duration::from_millis(500))
        .map_err(StorageError::from_sqlite)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(StorageError::from_sqlite)?;
    if mode != "wal" {
        return Err(StorageError::ReadOnly);
    }
    connection
        .pragma_update(None, "synchronous", "FULL")
        .map_err(StorageError::from_sqlite)?;
    // A log that a burst has blown up is cut back to 16 MiB afterwards.
    connection
        .pragma_update(None, "journal_size_limit", 16 << 20)
        .map_err(StorageError::from_sqlite)
}

#[cfg(test)]
mod tests;
