//! Headers, commits and validator sets of what was decided, on disk. Public data, which can be fetched anew at any time.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};
use toend_ledger::cometbft::{
    Commit, Decode, Encode as _, Header, LightBlock, SignedHeader, ValidatorSet, bundle,
};
use toend_ledger::hash::Hash;

use crate::storage::{StorageError, derived};

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS meta (net BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS block (
        height  INTEGER PRIMARY KEY,
        header  BLOB NOT NULL,
        commit_ BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS validators (
        hash BLOB PRIMARY KEY,
        set_ BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;";

/// The database.
#[derive(Debug)]
pub struct Mirror(Mutex<Connection>);

impl Mirror {
    /// Opens or makes the database of the network `net`. A file that cannot be used is made anew.
    pub fn open(path: &Path, net: &Hash) -> Result<Self, StorageError> {
        derived::open(path, net, TABLES, "meta").map(|db| Self(Mutex::new(db)))
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest height, 0 when there is none.
    pub fn height(&self) -> Result<u64, StorageError> {
        self.db()
            .query_row("SELECT coalesce(max(height), 0) FROM block", [], |row| {
                row.get::<_, i64>(0).map(i64::unsigned_abs)
            })
            .map_err(StorageError::from_sqlite)
    }

    /// The header above the highest gap at or below `from`: its predecessor is missing. None when all headers from `first`
    /// up to there are here, or none is.
    pub fn above_gap(&self, first: u64, from: u64) -> Result<Option<Header>, StorageError> {
        let header: Option<Vec<u8>> = self
            .db()
            .prepare_cached(
                "SELECT header FROM block AS here WHERE height > ?1 AND height <= ?2
                 AND NOT EXISTS (SELECT 1 FROM block WHERE height = here.height - 1)
                 ORDER BY height DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([first.cast_signed(), from.cast_signed()], |row| row.get(0))
                    .optional()
            })
            .map_err(StorageError::from_sqlite)?;
        header.map(|bytes| decode(&bytes)).transpose()
    }

    /// Keeps a block.
    pub fn put(&self, block: &LightBlock) -> Result<(), StorageError> {
        let mut db = self.db();
        let mut run = || -> rusqlite::Result<()> {
            let tx = db.transaction()?;
            for set in [
                Some(&block.validator_set),
                block.next_validator_set.as_ref(),
            ]
            .into_iter()
            .flatten()
            {
                tx.prepare_cached("INSERT OR IGNORE INTO validators (hash, set_) VALUES (?1, ?2)")?
                    .execute(params![set.hash(), set.encode()])?;
            }
            tx.prepare_cached(
                "INSERT OR REPLACE INTO block (height, header, commit_) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![
                block.height().cast_signed(),
                block.header().encode(),
                block.signed_header.commit.encode()
            ])?;
            tx.commit()
        };
        run().map_err(StorageError::from_sqlite)
    }

    /// The validator set with this hash.
    pub fn set(&self, hash: &Hash) -> Result<Option<ValidatorSet>, StorageError> {
        let bytes: Option<Vec<u8>> = self
            .db()
            .prepare_cached("SELECT set_ FROM validators WHERE hash = ?1")
            .and_then(|mut s| s.query_row([hash], |row| row.get(0)).optional())
            .map_err(StorageError::from_sqlite)?;
        bytes.map(|bytes| decode(&bytes)).transpose()
    }

    /// The block at a height.
    pub fn block(&self, height: u64) -> Result<Option<LightBlock>, StorageError> {
        let row: Option<(Vec<u8>, Vec<u8>)> = self
            .db()
            .prepare_cached("SELECT header, commit_ FROM block WHERE height = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([height.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(StorageError::from_sqlite)?;
        let Some((header, commit)) = row else {
            return Ok(None);
        };
        let header: Header = decode(&header)?;
        let commit: Commit = decode(&commit)?;
        let Some(validator_set) = self.set(&header.validators_hash)? else {
            return Ok(None);
        };
        let next_validator_set = self.set(&header.next_validators_hash)?;
        Ok(Some(LightBlock {
            signed_header: SignedHeader { header, commit },
            validator_set,
            next_validator_set,
        }))
    }

    /// Up to 256 headers from height `1 + 256·index`; none when the first of them is not here.
    pub fn header_bundle(&self, index: u64, tip: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let count = bundle::BUNDLE_HEADERS as u64;
        let Some(from) = index
            .checked_mul(count)
            .and_then(|n| n.checked_add(1))
            .filter(|from| *from <= tip)
        else {
            return Ok(None);
        };
        let until = (from + count - 1).min(tip);
        let encoded: Vec<Vec<u8>> = self
            .db()
            .prepare_cached(
                "SELECT header FROM block WHERE height BETWEEN ?1 AND ?2 ORDER BY height",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([from.cast_signed(), until.cast_signed()], |row| row.get(0))?
                    .collect()
            })
            .map_err(StorageError::from_sqlite)?;
        let headers = encoded
            .iter()
            .map(|bytes| decode::<Header>(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        // A node restored from a snapshot lacks what came before it, until it has fetched that from others.
        if headers.len() as u64 != until - from + 1 {
            return Ok(None);
        }
        bundle::encode(&headers)
            .map(Some)
            .map_err(|error| StorageError::Damaged(error.to_string()))
    }
}

fn decode<T: Decode>(bytes: &[u8]) -> Result<T, StorageError> {
    T::decode(bytes).map_err(|error| StorageError::Damaged(error.to_string()))
}
