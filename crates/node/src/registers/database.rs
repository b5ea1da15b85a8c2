//! The register's SQLite file: numbered schema steps and the few statements everything else is made of.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};
use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::state::Reg;

use super::RegisterError;
use super::vault::Vault;

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

/// Opens the database, bringing it to the newest schema, and checks that it is this register's and this key's.
pub(super) fn open(
    path: &Path,
    vault: &Vault,
    net: &Hash,
    reg: Reg,
) -> Result<Connection, RegisterError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(2))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // An entry is acknowledged once it is committed, so it must survive a power cut.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
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
    let mine = [net.as_slice(), &reg.0.to_be_bytes()].concat();
    match meta(&tx, "register")? {
        None => set_meta(&tx, "register", &vault.seal(b"register", &mine)?)?,
        Some(sealed) if *vault.open_value(b"register", &sealed)? == mine => {}
        Some(_) => return Err(RegisterError::OtherNetwork),
    }
    tx.commit()?;
    Ok(db)
}

/// A value by name.
pub(super) fn meta(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, RegisterError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Sets a value by name.
pub(super) fn set_meta(db: &Connection, name: &str, value: &[u8]) -> Result<(), RegisterError> {
    db.prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")?
        .execute(params![name, value])?;
    Ok(())
}

/// A number by name, 0 when it was never set.
pub(super) fn counter(db: &Connection, name: &str) -> Result<u64, RegisterError> {
    match meta(db, name)? {
        None => Ok(0),
        Some(bytes) => <[u8; 8]>::try_from(bytes.as_slice())
            .map(u64::from_be_bytes)
            .map_err(|_| RegisterError::damaged("a counter has another length")),
    }
}

/// Sets a number by name.
pub(super) fn set_counter(db: &Connection, name: &str, value: u64) -> Result<(), RegisterError> {
    set_meta(db, name, &value.to_be_bytes())
}

/// A list's row.
pub(super) struct ListRow {
    pub id: i64,
    pub tag: Hash,
    pub public: bool,
    pub sealed: Vec<u8>,
}

fn list_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ListRow> {
    Ok(ListRow {
        id: row.get(0)?,
        tag: row.get(1)?,
        public: row.get(2)?,
        sealed: row.get(3)?,
    })
}

/// The list of a subject.
pub(super) fn list_by_tag(db: &Connection, tag: &Hash) -> Result<Option<ListRow>, RegisterError> {
    let mut statement =
        db.prepare_cached("SELECT id, tag, public, sealed FROM list WHERE tag = ?1")?;
    Ok(statement.query_row([tag], list_row).optional()?)
}

/// Lists that wait to be opened or created, oldest first.
pub(super) fn waiting_lists(db: &Connection, limit: u32) -> Result<Vec<ListRow>, RegisterError> {
    let mut statement = db.prepare_cached(
        "SELECT id, tag, public, sealed FROM list WHERE batch IS NULL ORDER BY id LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], list_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All lists, in order of their ids, after `after`.
pub(super) fn lists_after(
    db: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<ListRow>, RegisterError> {
    let mut statement = db.prepare_cached(
        "SELECT id, tag, public, sealed FROM list WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![after, limit], list_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a list still waits to be opened or created.
pub(super) fn list_waits(db: &Connection, id: i64) -> Result<bool, RegisterError> {
    let mut statement = db.prepare_cached("SELECT batch IS NULL FROM list WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0))?)
}

/// Entries that wait for a batch.
pub(super) fn waiting(db: &Connection) -> Result<u64, RegisterError> {
    let count: i64 = db.query_row(
        "SELECT (SELECT count(*) FROM entry WHERE batch IS NULL) + (SELECT count(*) FROM list WHERE batch IS NULL)",
        [],
        |row| row.get(0),
    )?;
    Ok(count.unsigned_abs())
}

/// Entries of a list.
pub(super) fn entry_count(db: &Connection, list: i64, class: Class) -> Result<u64, RegisterError> {
    let mut statement =
        db.prepare_cached("SELECT size FROM chain WHERE list = ?1 AND class = ?2")?;
    let size: Option<i64> = statement
        .query_row(params![list, class as u8], |row| row.get(0))
        .optional()?;
    Ok(size.unwrap_or(0).unsigned_abs())
}

/// An entry's row.
pub(super) struct EntryRow {
    pub id: i64,
    pub list: i64,
    pub class: u8,
    pub n: u64,
    pub received_ms: u64,
    pub ops: Vec<u8>,
    pub contents: Vec<u8>,
}

/// All entries of a list, in order.
pub(super) fn entries(
    db: &Connection,
    list: i64,
    class: Class,
) -> Result<Vec<EntryRow>, RegisterError> {
    let mut statement = db.prepare_cached(
        "SELECT id, list, class, n, received_ms, ops, contents FROM entry WHERE list = ?1 AND class = ?2 ORDER BY n",
    )?;
    let rows = statement.query_map(params![list, class as u8], |row| {
        Ok(EntryRow {
            id: row.get(0)?,
            list: row.get(1)?,
            class: row.get(2)?,
            n: row.get::<_, i64>(3)?.unsigned_abs(),
            received_ms: row.get::<_, i64>(4)?.unsigned_abs(),
            ops: row.get(5)?,
            contents: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Entries that wait for a batch, oldest first, without their contents.
pub(super) fn waiting_entries(db: &Connection, limit: u32) -> Result<Vec<EntryRow>, RegisterError> {
    let mut statement = db.prepare_cached(
        "SELECT id, list, class, n, received_ms, ops FROM entry WHERE batch IS NULL ORDER BY id LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| {
        Ok(EntryRow {
            id: row.get(0)?,
            list: row.get(1)?,
            class: row.get(2)?,
            n: row.get::<_, i64>(3)?.unsigned_abs(),
            received_ms: row.get::<_, i64>(4)?.unsigned_abs(),
            ops: row.get(5)?,
            contents: Vec::new(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
