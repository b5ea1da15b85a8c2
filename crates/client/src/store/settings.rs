//! Settings and small marks, none of them private.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::{FILE, StoreError};

/// A setting's text, read without opening the store: no migration, no check, no waiting. `None` when it cannot be had so.
pub fn peek_setting(folder: &Path, name: &str) -> Option<String> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join(FILE), flags).ok()?;
    connection
        .query_row(
            "SELECT value FROM setting WHERE name = ?1",
            params![name],
            |row| row.get(0),
        )
        .ok()
}

impl super::Store {
    /// A setting's text.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.with(|connection| {
            Ok(connection
                .query_row(
                    "SELECT value FROM setting WHERE name = ?1",
                    params![name],
                    |row| row.get(0),
                )
                .optional()?)
        })
    }

    /// Writes a setting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.execute(
                "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
                params![name, value],
            )?;
            Ok(())
        })
    }
}
