//! Rows whose contents only a card can open. This file sees ciphertext only.

use rusqlite::{OptionalExtension as _, params};

use super::StoreError;

/// Largest sealed body that is written.
const MAX_BODY: usize = 32 * 1024 * 1024;

impl super::Store {
    /// The store's public point for key agreement, made by `make` at first use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn seal_point(
        &self,
        make: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Result<Vec<u8>, StoreError> {
        self.with(|connection| {
            let found = connection
                .query_row("SELECT point FROM seal_point", [], |row| {
                    row.get::<_, Vec<u8>>(0)
                })
                .optional()?;
            if let Some(point) = found {
                return Ok(point);
            }
            let point = make().ok_or_else(|| StoreError::Other("no random numbers".to_owned()))?;
            // Another running copy may have been faster; then its point holds.
            connection.execute(
                "INSERT OR IGNORE INTO seal_point (id, point) VALUES (1, ?1)",
                params![point],
            )?;
            Ok(connection.query_row("SELECT point FROM seal_point", [], |row| row.get(0))?)
        })
    }

    /// Writes a sealed body.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_sealed(
        &self,
        owner: &[u8; 32],
        name: &[u8; 32],
        body: &[u8],
    ) -> Result<(), StoreError> {
        if body.len() > MAX_BODY {
            return Err(StoreError::Other("too large".to_owned()));
        }
        self.with(|connection| {
            connection.execute(
                "INSERT OR REPLACE INTO sealed (owner, name, body) VALUES (?1, ?2, ?3)",
                params![owner, name, body],
            )?;
            Ok(())
        })
    }

    /// Reads a sealed body.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sealed(&self, owner: &[u8; 32], name: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        self.with(|connection| {
            Ok(connection
                .query_row(
                    "SELECT body FROM sealed WHERE owner = ?1 AND name = ?2",
                    params![owner, name],
                    |row| row.get(0),
                )
                .optional()?)
        })
    }

    /// Removes all sealed bodies, of everybody: this became a shared computer.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_sealed(&self) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.pragma_update(None, "secure_delete", true)?;
            connection.execute("DELETE FROM sealed", [])?;
            connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
            Ok(())
        })
    }
}
