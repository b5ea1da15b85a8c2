//! The schema in PostgreSQL, as numbered steps, and the check that one program alone writes.

use super::session::Session;
use crate::registers::RegisterError;
use crate::registers::database::{Outcome, check_schema};
use crate::storage::StorageError;

/// The oldest server that is known to work.
const OLDEST: i32 = 130_000;
/// Names the lock of whoever writes: "TOREG" in ASCII. One database holds one register.
const WRITER: i64 = 0x54_4f52_4547;

/// Step `n` (from 1) is entry `n - 1`. A step once released never changes. Encrypted values do not shrink, so they are not
/// compressed.
const STEPS: &[&str] = &[
    // 1: lists, their entries, record ids, what waits for the ledger, decoys.
    r#"CREATE TABLE meta (
        name  text COLLATE "C" PRIMARY KEY,
        value bytea NOT NULL
     );
     CREATE TABLE list (
        id     bigint PRIMARY KEY,
        tag    bytea NOT NULL UNIQUE,
        public boolean NOT NULL,
        sealed bytea NOT NULL,
        batch  bigint
     );
     CREATE TABLE chain (
        list   bigint NOT NULL REFERENCES list (id),
        class  smallint NOT NULL,
        size   bigint NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (list, class)
     );
     CREATE TABLE record (
        tag    bytea PRIMARY KEY,
        list   bigint NOT NULL REFERENCES list (id),
        v      bigint NOT NULL,
        ended  boolean NOT NULL,
        sealed bytea NOT NULL
     );
     CREATE TABLE entry (
        id          bigint PRIMARY KEY,
        list        bigint NOT NULL REFERENCES list (id),
        class       smallint NOT NULL,
        n           bigint NOT NULL,
        record      bytea NOT NULL,
        v           bigint NOT NULL,
        digest      bytea NOT NULL,
        received_ms bigint NOT NULL,
        ops         bytea NOT NULL,
        contents    bytea NOT NULL,
        batch       bigint,
        UNIQUE (list, class, n),
        UNIQUE (record, v)
     );
     ALTER TABLE entry ALTER COLUMN contents SET STORAGE EXTERNAL;
     CREATE INDEX entry_waiting ON entry (id) WHERE batch IS NULL;
     CREATE INDEX list_waiting ON list (id) WHERE batch IS NULL;
     CREATE TABLE batch (
        number bigint PRIMARY KEY,
        hash   bytea NOT NULL,
        tx     bytea NOT NULL
     );
     ALTER TABLE batch ALTER COLUMN tx SET STORAGE EXTERNAL;
     CREATE TABLE decoy_head (
        id     bigint PRIMARY KEY,
        v      bigint NOT NULL,
        last   bigint NOT NULL,
        sealed bytea NOT NULL
     );
     CREATE INDEX decoy_head_reusable ON decoy_head (last, id) WHERE v < 4;"#,
];

/// Makes a session the one that writes, for as long as its connection lasts, and brings the database to the newest schema.
pub(super) fn prepare(session: &mut Session) -> Outcome<()> {
    if number(
        session,
        "SELECT current_setting('server_version_num')::bigint",
    )? < OLDEST.into()
    {
        let what = "PostgreSQL 13 or newer is needed";
        return Err(StorageError::Refused(what.to_owned()).into());
    }
    if number(
        session,
        "SELECT (current_setting('fsync') = 'on')::int::bigint",
    )? == 0
    {
        tracing::warn!("the database server runs with fsync off: a power cut may lose entries");
    }
    // The connection of a program that just ended may need a moment to end, too.
    session.simple("SET lock_timeout = '5s'")?;
    session.query("SELECT pg_advisory_lock($1)", &[&WRITER])?;
    session.simple("SET lock_timeout = 0")?;
    session.begin("BEGIN")?;
    migrate(session)?;
    session.drain()?;
    session.commit()
}

/// Checks that the database has the schema that this program knows, and changes nothing.
pub(super) fn check(session: &mut Session) -> Outcome<()> {
    let there = "SELECT (to_regclass('toend_register.step') IS NOT NULL)::int::bigint";
    let found = match number(session, there)? {
        0 => 0,
        _ => number(session, "SELECT coalesce(max(number), 0) FROM step")?,
    };
    check_schema(found, i64::try_from(STEPS.len()).unwrap_or(i64::MAX))
}

fn migrate(session: &mut Session) -> Outcome<()> {
    let there = "SELECT (to_regclass('toend_register.step') IS NOT NULL)::int::bigint";
    if number(session, there)? == 0 {
        session.simple(
            "CREATE SCHEMA IF NOT EXISTS toend_register;
             CREATE TABLE step (number bigint PRIMARY KEY, made timestamptz NOT NULL DEFAULT now())",
        )?;
    }
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = number(session, "SELECT coalesce(max(number), 0) FROM step")?;
    if found > known {
        return Err(RegisterError::Newer { found, known });
    }
    for (step, number) in STEPS.iter().zip(1i64..) {
        if number > found {
            session.simple(step)?;
            session.query("INSERT INTO step (number) VALUES ($1)", &[&number])?;
        }
    }
    Ok(())
}

fn number(session: &mut Session, sql: &'static str) -> Outcome<i64> {
    session
        .query(sql, &[])?
        .first()
        .and_then(|row| row.try_get(0).ok())
        .ok_or(RegisterError::damaged("the server did not say a number"))
}
