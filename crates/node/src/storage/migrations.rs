//! The schema, as numbered steps. A step once released never changes.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use toend_ledger::cometbft::Hash;

use super::StorageError;

/// Marks the file as a Tõend ledger (`PRAGMA application_id`, "TOND").
const APPLICATION_ID: i64 = 0x544f_4e44;

/// Step `n` (from 1) is entry `n - 1`.
const STEPS: &[&str] = &[
    // 1: blocks, their transactions, the newest state.
    "CREATE TABLE meta (
        name  TEXT PRIMARY KEY,
        value BLOB NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE block (
        height      INTEGER PRIMARY KEY,
        hash        BLOB NOT NULL UNIQUE,
        parts_total INTEGER NOT NULL,
        parts_hash  BLOB NOT NULL,
        header      BLOB NOT NULL,
        validators  BLOB NOT NULL,
        commit_     BLOB NOT NULL,
        app_hash    BLOB NOT NULL,
        results     BLOB NOT NULL,
        tx_count    INTEGER NOT NULL,
        block       BLOB NOT NULL
     ) STRICT;
     CREATE TABLE tx (
        hash   BLOB PRIMARY KEY,
        height INTEGER NOT NULL,
        place  INTEGER NOT NULL,
        code   INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE state (
        key   BLOB PRIMARY KEY,
        value BLOB NOT NULL
     ) STRICT, WITHOUT ROWID;",
];

/// The newest schema this program knows.
pub const KNOWN: i64 = STEPS.len().cast_signed() as i64;

/// Brings the database to the newest schema, in one transaction, and checks
/// that it is this network's.
pub fn run(connection: &mut Connection, net: &Hash) -> Result<(), StorageError> {
    let sqlite = StorageError::from_sqlite;
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(sqlite)?;
    let found: i64 = tx
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(sqlite)?;
    let application: i64 = tx
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(sqlite)?;
    if found > KNOWN {
        return Err(StorageError::Newer {
            found,
            known: KNOWN,
        });
    }
    if found > 0 && application != APPLICATION_ID {
        return Err(StorageError::Damaged(
            "the file is another program's database".to_owned(),
        ));
    }
    for (step, number) in STEPS.iter().zip(1i64..) {
        if number > found {
            tx.execute_batch(step).map_err(sqlite)?;
        }
    }
    if found < KNOWN {
        tx.pragma_update(None, "user_version", KNOWN)
            .map_err(sqlite)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(sqlite)?;
    }
    let stored: Option<Vec<u8>> = tx
        .query_row("SELECT value FROM meta WHERE name = 'net'", [], |row| {
            row.get(0)
        })
        .optional()
        .map_err(sqlite)?;
    match stored {
        // Written at every start, so that a disk that cannot be written shows itself now.
        Some(stored) if stored == net => {
            tx.execute("UPDATE meta SET value = ?1 WHERE name = 'net'", [net])
                .map_err(sqlite)?;
        }
        Some(_) => return Err(StorageError::OtherNetwork),
        None => {
            tx.execute("INSERT INTO meta (name, value) VALUES ('net', ?1)", [net])
                .map_err(sqlite)?;
        }
    }
    tx.commit().map_err(sqlite)
}
