//! SQLite files that belong to one network: each names it in the single row of a table with a column `net`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};
use toend_ledger::hash::Hash;

use super::StorageError;

/// Opens, or makes, a file of public data that can be fetched or counted anew at any time. One that is damaged or another network's is
/// made anew; a power cut may cost its newest rows.
///
/// # Errors
/// [`StorageError`]: the disk.
pub(crate) fn open(
    path: &Path,
    net: &Hash,
    tables: &str,
    owner: &str,
) -> Result<Connection, StorageError> {
    match open_file(path, net, tables, owner) {
        Err(StorageError::Damaged(_) | StorageError::OtherNetwork) => {
            std::fs::remove_file(path).map_err(|error| StorageError::from_io(&error))?;
            open_file(path, net, tables, owner)
        }
        other => other,
    }
}

fn open_file(
    path: &Path,
    net: &Hash,
    tables: &str,
    owner: &str,
) -> Result<Connection, StorageError> {
    let sqlite = StorageError::from_sqlite;
    let db = Connection::open(path).map_err(sqlite)?;
    db.pragma_update(None, "journal_mode", "WAL")
        .map_err(sqlite)?;
    db.pragma_update(None, "synchronous", "NORMAL")
        .map_err(sqlite)?;
    db.execute_batch(tables).map_err(sqlite)?;
    own(&db, net, owner)?;
    Ok(db)
}

/// Writes the network into the table `owner` of a fresh file.
///
/// # Errors
/// [`StorageError::OtherNetwork`] when another one stands there.
pub(crate) fn own(db: &Connection, net: &Hash, owner: &str) -> Result<(), StorageError> {
    let known: Option<Vec<u8>> = db
        .query_row(&format!("SELECT net FROM {owner}"), [], |row| row.get(0))
        .optional()
        .map_err(StorageError::from_sqlite)?;
    match known {
        Some(known) if known != net => Err(StorageError::OtherNetwork),
        Some(_) => Ok(()),
        None => db
            .execute(&format!("INSERT INTO {owner} (net) VALUES (?1)"), [net])
            .map(|_| ())
            .map_err(StorageError::from_sqlite),
    }
}
