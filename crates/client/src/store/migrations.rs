//! The form of the database, step by step. A step that was released is never changed.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// `user_version` counts the steps that were taken.
const STEPS: &[&str] = &[
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
     CREATE TABLE header (
         net BLOB NOT NULL, height INTEGER NOT NULL, hash BLOB NOT NULL, time_ms INTEGER NOT NULL,
         state_root BLOB NOT NULL, data_hash BLOB, PRIMARY KEY (net, height)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE trusted (
         net BLOB NOT NULL, height INTEGER NOT NULL, block BLOB NOT NULL, checked_at_ms INTEGER NOT NULL,
         PRIMARY KEY (net, height)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE evidence (
         net BLOB NOT NULL, found_at_ms INTEGER NOT NULL, body BLOB NOT NULL
     ) STRICT;
     CREATE TABLE seal_point (id INTEGER PRIMARY KEY CHECK (id = 1), point BLOB NOT NULL) STRICT;
     CREATE TABLE sealed (
         owner BLOB NOT NULL, name BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (owner, name)
     ) STRICT, WITHOUT ROWID;",
    "CREATE TABLE segment (
         net BLOB NOT NULL, low BLOB NOT NULL, low_hash BLOB NOT NULL, high BLOB NOT NULL, high_hash BLOB NOT NULL
     ) STRICT;",
];

/// Brings the database to the newest form.
pub fn run(connection: &mut Connection) -> Result<(), StoreError> {
    let known = STEPS.len() as u32;
    // Two programs may start at once: the second waits here and then finds the work done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for step in STEPS.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// Removes every row.
pub fn empty(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for table in [
        "setting",
        "header",
        "trusted",
        "evidence",
        "seal_point",
        "sealed",
        "segment",
    ] {
        transaction.execute(&format!("DELETE FROM {table}"), [])?;
    }
    transaction.commit()?;
    Ok(())
}
