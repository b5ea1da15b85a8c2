//! Filings that this gateway took and the ledger does not hold yet: on disk until it does.
//!
//! CometBFT's queue lives in memory. Whoever was told "taken" must not depend on it: what stands here is handed in again,
//! also after a restart, until the state holds it. A filing that stands in the state twice handed in stands there once.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};
use toend_ledger::hash::Hash;

use crate::storage::{StorageError, configure, derived};

/// Filings that may wait; more are told to come again.
const MOST: i64 = 10_000;
/// Filings looked at in one round.
const ROUND: i64 = 256;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS meta (net BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS filing (
        n     INTEGER PRIMARY KEY AUTOINCREMENT,
        f     BLOB NOT NULL UNIQUE,
        taken INTEGER NOT NULL
    ) STRICT;";

/// The database.
pub struct Outbox(Mutex<Connection>);

impl Outbox {
    /// Opens or makes the database of the network `net`. What nobody was told to be taken is forgotten.
    ///
    /// # Errors
    /// [`StorageError`]; [`StorageError::OtherNetwork`] for a file of another network.
    pub fn open(path: &Path, net: &Hash) -> Result<Self, StorageError> {
        let sqlite = StorageError::from_sqlite;
        let db = Connection::open(path).map_err(sqlite)?;
        // Whoever reads "taken" may switch off her computer: so it is on the disk before.
        configure(&db)?;
        db.execute_batch(TABLES).map_err(sqlite)?;
        derived::own(&db, net, "meta")?;
        db.execute("DELETE FROM filing WHERE taken = 0", [])
            .map_err(sqlite)?;
        Ok(Self(Mutex::new(db)))
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a filing that is about to be handed in; false when too many wait.
    pub(super) fn begin(&self, f: &Hash) -> Result<bool, StorageError> {
        let db = self.db();
        db.execute(
            "INSERT INTO filing (f, taken) SELECT ?1, 0 WHERE (SELECT count(*) FROM filing) < ?2
             ON CONFLICT (f) DO NOTHING",
            params![f, MOST],
        )
        .map_err(StorageError::from_sqlite)?;
        db.query_row("SELECT count(*) FROM filing WHERE f = ?1", [f], |row| {
            row.get::<_, i64>(0).map(|count| count > 0)
        })
        .map_err(StorageError::from_sqlite)
    }

    /// The ledger's queue has it: somebody will be told that it is taken.
    pub(super) fn took(&self, f: &Hash) -> Result<(), StorageError> {
        self.change(
            "INSERT INTO filing (f, taken) VALUES (?1, 1) ON CONFLICT (f) DO UPDATE SET taken = 1",
            f,
        )
    }

    /// It was refused. What somebody was told to be taken stays.
    pub(super) fn refused(&self, f: &Hash) -> Result<(), StorageError> {
        self.change("DELETE FROM filing WHERE f = ?1 AND taken = 0", f)
    }

    /// The ledger's state holds it.
    pub(super) fn sealed(&self, f: &Hash) -> Result<(), StorageError> {
        self.change("DELETE FROM filing WHERE f = ?1", f)
    }

    fn change(&self, sql: &str, f: &Hash) -> Result<(), StorageError> {
        self.db()
            .execute(sql, [f])
            .map(|_| ())
            .map_err(StorageError::from_sqlite)
    }

    /// What was taken and waits, the oldest first.
    pub(super) fn waiting(&self) -> Result<Vec<Hash>, StorageError> {
        let db = self.db();
        let mut rows = db
            .prepare_cached("SELECT f FROM filing WHERE taken = 1 ORDER BY n LIMIT ?1")
            .map_err(StorageError::from_sqlite)?;
        let found = rows
            .query_map([ROUND], |row| row.get(0))
            .and_then(Iterator::collect)
            .map_err(StorageError::from_sqlite)?;
        Ok(found)
    }

    /// How many were taken and wait.
    pub fn count(&self) -> Result<u64, StorageError> {
        self.db()
            .query_row("SELECT count(*) FROM filing WHERE taken = 1", [], |row| {
                row.get::<_, i64>(0).map(i64::unsigned_abs)
            })
            .map_err(StorageError::from_sqlite)
    }
}
