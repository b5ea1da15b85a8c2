//! Verified headers and the light blocks from which verification goes on.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use toend_ledger::hash::Hash;

use super::StoreError;

/// What is kept of a verified header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredHeader {
    /// Height.
    pub height: u64,
    /// Header hash.
    pub hash: Hash,
    /// Header time, Unix milliseconds.
    pub time_ms: u64,
    /// State after the block before.
    pub state_root: Hash,
    /// Root over the block's transactions; `None` when it has none.
    pub data_hash: Option<Hash>,
}

/// Ends of a run of verified heights without a gap, as encoded headers with their hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSegment {
    /// Lowest header.
    pub low: Vec<u8>,
    /// Its hash.
    pub low_hash: Hash,
    /// Highest header.
    pub high: Vec<u8>,
    /// Its hash.
    pub high_hash: Hash,
}

fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl super::Store {
    /// Remembers verified headers; those already known stay as they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_headers(&self, net: &Hash, headers: &[StoredHeader]) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut insert = transaction.prepare_cached(
                    "INSERT OR IGNORE INTO header (net, height, hash, time_ms, state_root, data_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?;
                for header in headers {
                    insert.execute(params![
                        net,
                        number(header.height),
                        header.hash,
                        number(header.time_ms),
                        header.state_root,
                        header.data_hash
                    ])?;
                }
            }
            transaction.commit()?;
            Ok(())
        })
    }

    /// The verified header of a height.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn header(&self, net: &Hash, height: u64) -> Result<Option<StoredHeader>, StoreError> {
        self.with(|connection| {
            Ok(connection
                .prepare_cached("SELECT height, hash, time_ms, state_root, data_hash FROM header WHERE net = ?1 AND height = ?2")?
                .query_row(params![net, number(height)], read)
                .optional()?)
        })
    }

    /// Hashes of verified headers in a range, ascending; shorter than the range when some are missing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn header_hashes(
        &self,
        net: &Hash,
        first: u64,
        last: u64,
    ) -> Result<Vec<Hash>, StoreError> {
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT hash FROM header WHERE net = ?1 AND height BETWEEN ?2 AND ?3 ORDER BY height")?;
            let rows = statement.query_map(params![net, number(first), number(last)], |row| row.get(0))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
    }

    /// The newest verified headers, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn newest_headers(&self, net: &Hash, count: u32) -> Result<Vec<StoredHeader>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT height, hash, time_ms, state_root, data_hash FROM header WHERE net = ?1 ORDER BY height DESC LIMIT ?2",
            )?;
            let mut headers = statement.query_map(params![net, count], read)?.collect::<Result<Vec<_>, _>>()?;
            headers.reverse();
            Ok(headers)
        })
    }

    /// How many headers are known, and the lowest and highest height.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn header_span(&self, net: &Hash) -> Result<Option<(u64, u64, u64)>, StoreError> {
        self.with(|connection| {
            let row: (i64, Option<i64>, Option<i64>) = connection.query_row(
                "SELECT count(*), min(height), max(height) FROM header WHERE net = ?1",
                params![net],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?;
            Ok(match row {
                (count, Some(low), Some(high)) => Some((
                    count.unsigned_abs(),
                    low.unsigned_abs(),
                    high.unsigned_abs(),
                )),
                _ => None,
            })
        })
    }

    /// Remembers which heights are verified without gaps; replaces what was kept before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_segments(&self, net: &Hash, segments: &[StoredSegment]) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM segment WHERE net = ?1", params![net])?;
            for segment in segments {
                transaction.execute(
                    "INSERT INTO segment (net, low, low_hash, high, high_hash) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![net, segment.low, segment.low_hash, segment.high, segment.high_hash],
                )?;
            }
            transaction.commit()?;
            Ok(())
        })
    }

    /// Heights verified without gaps, in no order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn segments(&self, net: &Hash) -> Result<Vec<StoredSegment>, StoreError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT low, low_hash, high, high_hash FROM segment WHERE net = ?1",
            )?;
            let rows = statement.query_map(params![net], |row| {
                Ok(StoredSegment {
                    low: row.get(0)?,
                    low_hash: row.get(1)?,
                    high: row.get(2)?,
                    high_hash: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
    }

    /// Remembers a verified light block, and forgets all but the `keep` newest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_trusted(
        &self,
        net: &Hash,
        height: u64,
        block: &[u8],
        checked_at_ms: u64,
        keep: u32,
    ) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT OR REPLACE INTO trusted (net, height, block, checked_at_ms) VALUES (?1, ?2, ?3, ?4)",
                params![net, number(height), block, number(checked_at_ms)],
            )?;
            transaction.execute(
                "DELETE FROM trusted WHERE net = ?1 AND height NOT IN
                 (SELECT height FROM trusted WHERE net = ?1 ORDER BY height DESC LIMIT ?2)",
                params![net, keep],
            )?;
            transaction.commit()?;
            Ok(())
        })
    }

    /// The verified light blocks, newest first, with the time of their check.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn trusted(&self, net: &Hash) -> Result<Vec<(u64, Vec<u8>, u64)>, StoreError> {
        self.with(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT height, block, checked_at_ms FROM trusted WHERE net = ?1 ORDER BY height DESC")?;
            let rows = statement.query_map(params![net], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
    }

    /// Forgets all headers, blocks and evidence of one ledger.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_ledger(&self, net: &Hash) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for table in ["header", "trusted", "evidence", "segment"] {
                transaction
                    .execute(&format!("DELETE FROM {table} WHERE net = ?1"), params![net])?;
            }
            transaction.commit()?;
            Ok(())
        })
    }

    /// Keeps evidence of two versions of the ledger.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_evidence(
        &self,
        net: &Hash,
        found_at_ms: u64,
        body: &[u8],
    ) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.execute(
                "INSERT INTO evidence (net, found_at_ms, body) VALUES (?1, ?2, ?3)",
                params![net, number(found_at_ms), body],
            )?;
            Ok(())
        })
    }

    /// The evidence kept for this ledger, oldest first, with the time it was found.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn evidence(&self, net: &Hash) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.with(|connection: &mut Connection| {
            let mut statement = connection.prepare_cached(
                "SELECT found_at_ms, body FROM evidence WHERE net = ?1 ORDER BY found_at_ms, rowid",
            )?;
            let rows = statement.query_map(params![net], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredHeader> {
    Ok(StoredHeader {
        height: row.get::<_, i64>(0)?.unsigned_abs(),
        hash: row.get(1)?,
        time_ms: row.get::<_, i64>(2)?.unsigned_abs(),
        state_root: row.get(3)?,
        data_hash: row.get(4)?,
    })
}
