//! Reading the state on disk beside whoever writes it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use toend_ledger::hash::Hash;

use super::store::Base;
use crate::ledger::Included;
use crate::storage::StorageError;

/// Reads beside the writer, without waiting for it.
#[derive(Debug)]
pub struct AppReader {
    db: Connection,
}

impl AppReader {
    /// Opens the database that a store has made.
    pub(super) fn open(path: &Path) -> Result<Self, StorageError> {
        let open = || -> rusqlite::Result<Connection> {
            let db = Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            db.busy_timeout(std::time::Duration::from_secs(5))?;
            Ok(db)
        };
        open()
            .map(|db| Self { db })
            .map_err(StorageError::from_sqlite)
    }

    /// Where a transaction stands.
    pub fn included(&self, hash: &Hash) -> Result<Option<Included>, StorageError> {
        self.db
            .prepare_cached("SELECT height, place, code FROM tx WHERE hash = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([hash], |row| {
                        Ok(Included {
                            height: row.get::<_, i64>(0)?.unsigned_abs(),
                            index: row.get(1)?,
                            code: row.get(2)?,
                        })
                    })
                    .optional()
            })
            .map_err(StorageError::from_sqlite)
    }

    /// Holds on to the state on disk as it is now, whatever is written later; says where it stands.
    pub fn hold(&self) -> Result<Option<Base>, StorageError> {
        self.db
            .execute_batch("BEGIN")
            .map_err(StorageError::from_sqlite)?;
        base_of(&self.db)
    }

    /// Calls `each` for every pair, in ascending order of keys. An error of `each` ends it.
    pub fn each_pair<E: From<StorageError>>(
        &self,
        mut each: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let sqlite = |error| E::from(StorageError::from_sqlite(error));
        let mut statement = self
            .db
            .prepare("SELECT key, value FROM state ORDER BY key")
            .map_err(sqlite)?;
        let mut rows = statement.query([]).map_err(sqlite)?;
        while let Some(row) = rows.next().map_err(sqlite)? {
            let blob = |at| {
                row.get_ref(at)
                    .and_then(|value| value.as_blob().map_err(rusqlite::Error::from))
            };
            each(blob(0).map_err(sqlite)?, blob(1).map_err(sqlite)?)?;
        }
        Ok(())
    }

    /// Calls `each` for the keys that begin with this byte, one in memory at a time, if the state stands after a later height
    /// than `known`; says after which then. All is of one moment.
    pub fn each_key(
        &self,
        first: u8,
        known: u64,
        mut each: impl FnMut(&[u8]) -> Result<(), StorageError>,
    ) -> Result<Option<u64>, StorageError> {
        let sqlite = StorageError::from_sqlite;
        let tx = self.db.unchecked_transaction().map_err(sqlite)?;
        let Some(base) = base_of(&tx)?.filter(|base| base.height > known) else {
            return Ok(None);
        };
        let mut statement = tx
            .prepare("SELECT key FROM state WHERE key >= ?1 AND key < ?2")
            .map_err(sqlite)?;
        let range = [vec![first], vec![first.saturating_add(1)]];
        let mut rows = statement.query(range).map_err(sqlite)?;
        while let Some(row) = rows.next().map_err(sqlite)? {
            let key = row
                .get_ref(0)
                .and_then(|value| value.as_blob().map_err(rusqlite::Error::from))
                .map_err(sqlite)?;
            each(key)?;
        }
        Ok(Some(base.height))
    }
}

/// Where the state on disk stands; none in a database that was just made.
pub(super) fn base_of(db: &Connection) -> Result<Option<Base>, StorageError> {
    db.query_row("SELECT height, root FROM base", [], |row| {
        Ok(Base {
            height: row.get::<_, i64>(0)?.unsigned_abs(),
            root: row.get(1)?,
        })
    })
    .optional()
    .map_err(StorageError::from_sqlite)
}
