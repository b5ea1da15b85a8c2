//! SQLite: one file beside the key file. The default.

mod tables;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::{Engine, Outcome, Work, check_schema};
use crate::registers::RegisterError;
use tables::SqliteTables;

/// Marks the file as a register's database (`PRAGMA application_id`, "TORE").
const APPLICATION_ID: i64 = 0x544f_5245;

/// Step `n` (from 1) is entry `n - 1`. A step once released never changes.
const STEPS: &[&str] = &[
    // 1: lists, their entries, record ids, what waits for the ledger, decoys.
    "CREATE TABLE meta (
        name  TEXT PRIMARY KEY,
        value BLOB NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE list (
        id     INTEGER PRIMARY KEY,
        tag    BLOB NOT NULL UNIQUE,
        public INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        batch  INTEGER
     ) STRICT;
     CREATE TABLE chain (
        list   INTEGER NOT NULL REFERENCES list (id),
        class  INTEGER NOT NULL,
        size   INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (list, class)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE record (
        tag    BLOB PRIMARY KEY,
        list   INTEGER NOT NULL REFERENCES list (id),
        v      INTEGER NOT NULL,
        ended  INTEGER NOT NULL,
        sealed BLOB NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE entry (
        id          INTEGER PRIMARY KEY,
        list        INTEGER NOT NULL REFERENCES list (id),
        class       INTEGER NOT NULL,
        n           INTEGER NOT NULL,
        record      BLOB NOT NULL,
        v           INTEGER NOT NULL,
        digest      BLOB NOT NULL,
        received_ms INTEGER NOT NULL,
        ops         BLOB NOT NULL,
        contents    BLOB NOT NULL,
        batch       INTEGER,
        UNIQUE (list, class, n),
        UNIQUE (record, v)
     ) STRICT;
     CREATE INDEX entry_waiting ON entry (id) WHERE batch IS NULL;
     CREATE INDEX list_waiting ON list (id) WHERE batch IS NULL;
     CREATE TABLE batch (
        number INTEGER PRIMARY KEY,
        hash   BLOB NOT NULL,
        tx     BLOB NOT NULL
     ) STRICT;
     CREATE TABLE decoy_head (
        id     INTEGER PRIMARY KEY,
        v      INTEGER NOT NULL,
        last   INTEGER NOT NULL,
        sealed BLOB NOT NULL
     ) STRICT;
     CREATE INDEX decoy_head_reusable ON decoy_head (last) WHERE v < 4;",
];

/// A register's SQLite file.
pub(in crate::registers) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    /// Opens the file, makes it at the first start, and brings it to the newest schema.
    pub(in crate::registers) fn open(path: &Path) -> Result<Self, RegisterError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(Duration::from_secs(2))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        // An entry is acknowledged once it is committed, so it must survive a power cut.
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", "ON")?;
        migrate(&mut db)?;
        Ok(Self(Mutex::new(db)))
    }

    /// Opens the file beside the program that writes, to read what it keeps.
    pub(in crate::registers) fn beside(path: &Path) -> Result<Self, RegisterError> {
        if !path.exists() {
            return Err(RegisterError::NotThere);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(Duration::from_secs(2))?;
        let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if found > 0 && application != APPLICATION_ID {
            return Err(RegisterError::OtherNetwork);
        }
        check_schema(found, i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
        Ok(Self(Mutex::new(db)))
    }

    // A panic while the lock is held leaves SQLite's own transaction rolled back, so the connection stays usable.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn migrate(db: &mut Connection) -> Result<(), RegisterError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = tx.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if found > known {
        return Err(RegisterError::Newer { found, known });
    }
    if found > 0 && application != APPLICATION_ID {
        return Err(RegisterError::OtherNetwork);
    }
    for (step, number) in STEPS.iter().zip(1i64..) {
        if number > found {
            tx.execute_batch(step)?;
        }
    }
    tx.pragma_update(None, "user_version", known)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(tx.commit()?)
}

impl Engine for Sqlite {
    fn read(&self, work: Work<'_>) -> Outcome<()> {
        let db = self.connection();
        // One moment for all reads; nothing is written, so that how it ends does not matter.
        let tx = db.unchecked_transaction()?;
        work(&mut SqliteTables(&tx))
    }

    fn write(&self, work: Work<'_>) -> Outcome<()> {
        let mut db = self.connection();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&mut SqliteTables(&tx))?;
        Ok(tx.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_acknowledged_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let opened = Sqlite::open(&folder.path().join("register.sqlite")).unwrap();
        let waits = opened
            .connection()
            .query_row("PRAGMA synchronous", [], |row| row.get(0));
        assert_eq!(waits, Ok(2), "2 is FULL");
    }
}
