use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row};
use toend_ledger::cometbft::{
    BlockId, Commit, Decode, Hash, Header, PartSetHeader, ValidatorSet, bundle,
};

use super::{Pairs, StorageError, TxRecord, write::decode_results};
use crate::ledger::Included;

/// A stored block without its transactions.
#[derive(Clone, Debug)]
pub struct BlockRow {
    /// Its header.
    pub header: Header,
    /// Its name.
    pub id: BlockId,
    /// The commit that decided it.
    pub commit: Commit,
    /// The validators of its height, with priorities.
    pub validators: ValidatorSet,
    /// State root after it.
    pub app_hash: Hash,
    /// Number of transactions.
    pub tx_count: u32,
    /// Size of its encoding in bytes.
    pub size: u64,
}

/// Reads from any thread. The methods touch the disk: call them off the async runtime.
#[derive(Debug)]
pub struct Reader {
    connection: Mutex<Connection>,
}

const COLUMNS: &str =
    "hash, parts_total, parts_hash, header, validators, commit_, app_hash, tx_count, length(block)";

impl Reader {
    /// Opens an existing database for reading only.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        let open = || -> rusqlite::Result<Connection> {
            let connection = Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?;
            connection.busy_timeout(Duration::from_secs(5))?;
            Ok(connection)
        };
        open()
            .map(|connection| Self {
                connection: Mutex::new(connection),
            })
            .map_err(StorageError::from_sqlite)
    }

    fn with<T>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StorageError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        run(&connection).map_err(StorageError::from_sqlite)
    }

    /// The newest height, 0 before the first block.
    pub fn height(&self) -> Result<u64, StorageError> {
        self.with(|c| {
            c.query_row("SELECT coalesce(max(height), 0) FROM block", [], |row| {
                unsigned(row, 0)
            })
        })
    }

    /// The block at a height.
    pub fn block(&self, height: u64) -> Result<Option<BlockRow>, StorageError> {
        let raw = self.with(|c| {
            c.prepare_cached(&format!("SELECT {COLUMNS} FROM block WHERE height = ?1"))?
                .query_row([height.cast_signed()], RawBlock::read)
                .optional()
        })?;
        raw.map(RawBlock::decode).transpose()
    }

    /// The height of the block with this header hash.
    pub fn height_of(&self, hash: &[u8]) -> Result<Option<u64>, StorageError> {
        self.with(|c| {
            c.query_row("SELECT height FROM block WHERE hash = ?1", [hash], |row| {
                unsigned(row, 0)
            })
            .optional()
        })
    }

    /// Blocks `from..=to`, newest first, as `/blockchain` lists them.
    pub fn blocks_down(&self, from: u64, to: u64) -> Result<Vec<BlockRow>, StorageError> {
        let raw = self.with(|c| {
            c.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM block WHERE height BETWEEN ?1 AND ?2 ORDER BY height DESC"
            ))?
            .query_map([from.cast_signed(), to.cast_signed()], RawBlock::read)?
            .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        raw.into_iter().map(RawBlock::decode).collect()
    }

    /// Up to 256 headers from height `1 + 256·index`, but none above `tip`, as a bundle file.
    pub fn header_bundle(&self, index: u64, tip: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let count = bundle::BUNDLE_HEADERS as u64;
        let Some(from) = index
            .checked_mul(count)
            .and_then(|n| n.checked_add(1))
            .filter(|n| *n < u64::MAX >> 2)
        else {
            return Ok(None);
        };
        let encoded: Vec<Vec<u8>> = self.with(|c| {
            c.prepare_cached(
                "SELECT header FROM block WHERE height BETWEEN ?1 AND ?2 ORDER BY height",
            )?
            .query_map(
                [
                    from.cast_signed(),
                    (from + count - 1).min(tip).cast_signed(),
                ],
                |row| row.get(0),
            )?
            .collect()
        })?;
        if encoded.is_empty() {
            return Ok(None);
        }
        let headers = encoded
            .iter()
            .map(|bytes| decode::<Header>(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        bundle::encode(&headers)
            .map(Some)
            .map_err(|error| StorageError::Damaged(error.to_string()))
    }

    /// The encoded block at a height.
    pub fn block_bytes(&self, height: u64) -> Result<Option<Vec<u8>>, StorageError> {
        self.with(|c| {
            c.prepare_cached("SELECT block FROM block WHERE height = ?1")?
                .query_row([height.cast_signed()], |row| row.get(0))
                .optional()
        })
    }

    /// The results of the transactions of a block.
    pub fn results(&self, height: u64) -> Result<Option<Vec<TxRecord>>, StorageError> {
        let bytes: Option<Vec<u8>> = self.with(|c| {
            c.prepare_cached("SELECT results FROM block WHERE height = ?1")?
                .query_row([height.cast_signed()], |row| row.get(0))
                .optional()
        })?;
        bytes
            .map(|bytes| {
                decode_results(&bytes)
                    .ok_or_else(|| StorageError::Damaged(format!("results of {height}")))
            })
            .transpose()
    }

    /// Where a transaction stands.
    pub fn included(&self, hash: &[u8]) -> Result<Option<Included>, StorageError> {
        self.with(|c| {
            c.prepare_cached("SELECT height, place, code FROM tx WHERE hash = ?1")?
                .query_row([hash], |row| {
                    Ok(Included {
                        height: unsigned(row, 0)?,
                        index: row.get(1)?,
                        code: row.get(2)?,
                    })
                })
                .optional()
        })
    }

    /// Number of keys in the newest state.
    pub fn state_size(&self) -> Result<u64, StorageError> {
        self.with(|c| c.query_row("SELECT count(*) FROM state", [], |row| unsigned(row, 0)))
    }

    /// The whole newest state, in ascending order of keys.
    pub fn state(&self) -> Result<Pairs, StorageError> {
        self.with(|c| {
            c.prepare("SELECT key, value FROM state ORDER BY key")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }
}

/// SQLite's integers are signed; heights and counts never reach the sign.
fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

struct RawBlock {
    hash: Hash,
    parts: PartSetHeader,
    header: Vec<u8>,
    validators: Vec<u8>,
    commit: Vec<u8>,
    app_hash: Hash,
    tx_count: u32,
    size: u64,
}

impl RawBlock {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            hash: row.get(0)?,
            parts: PartSetHeader {
                total: row.get(1)?,
                hash: row.get(2)?,
            },
            header: row.get(3)?,
            validators: row.get(4)?,
            commit: row.get(5)?,
            app_hash: row.get(6)?,
            tx_count: row.get(7)?,
            size: unsigned(row, 8)?,
        })
    }

    fn decode(self) -> Result<BlockRow, StorageError> {
        Ok(BlockRow {
            header: decode(&self.header)?,
            id: BlockId {
                hash: self.hash,
                parts: self.parts,
            },
            commit: decode(&self.commit)?,
            validators: decode(&self.validators)?,
            app_hash: self.app_hash,
            tx_count: self.tx_count,
            size: self.size,
        })
    }
}

fn decode<T: Decode>(bytes: &[u8]) -> Result<T, StorageError> {
    T::decode(bytes).map_err(|error| StorageError::Damaged(error.to_string()))
}
