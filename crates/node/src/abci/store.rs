//! The application's state on disk: one SQLite database, one transaction per commit.
//!
//! The state on disk is one block behind, and the newest block lies beside it. So a restart executes that block again: its
//! root shows that disk and program are sound, and both versions of the state that a tip needs (the one its header commits
//! and the one after it) are there at once.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use toend_ledger::hash::Hash;
use toend_state_machine::Block;

use super::checkpoint::Checkpointer;
use super::packed::{pack, pack_evidence, unpack, unpack_evidence};
use super::reader::{AppReader, base_of};
use crate::storage::{Pair, Pairs, StorageError, configure};

/// File name of the database inside the node's data folder.
pub const FILE: &str = "application.sqlite3";
/// Marks the file (`PRAGMA application_id`, "TOAP").
const APPLICATION_ID: i64 = 0x544f_4150;
const SCHEMA: i64 = 2;
/// Pairs that are read at once.
const PART: i64 = 4096;
/// What the writer remembers of the database, in KiB: keys are hashes, so that a block touches pages everywhere.
const CACHE_KIB: i64 = 64 << 10;

/// From version 1: the newest block's evidence, which replaying it needs.
const FROM_1: &str = "ALTER TABLE newest ADD COLUMN evidence BLOB NOT NULL DEFAULT x''";

const TABLES: &str = "
    CREATE TABLE meta (
        name  TEXT PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE state (
        key   BLOB PRIMARY KEY,
        value BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE base (
        id     INTEGER PRIMARY KEY CHECK (id = 1),
        height INTEGER NOT NULL,
        root   BLOB NOT NULL
    ) STRICT;
    CREATE TABLE newest (
        id      INTEGER PRIMARY KEY CHECK (id = 1),
        height  INTEGER NOT NULL,
        time_ms INTEGER NOT NULL,
        hash    BLOB NOT NULL,
        root    BLOB NOT NULL,
        txs     BLOB NOT NULL,
        evidence BLOB NOT NULL
    ) STRICT;
    CREATE TABLE tx (
        hash   BLOB PRIMARY KEY,
        height INTEGER NOT NULL,
        place  INTEGER NOT NULL,
        code   INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;";

/// Where the state on disk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// Height of the block that it stands after.
    pub height: u64,
    /// Its root.
    pub root: Hash,
}

/// The newest committed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The block.
    pub block: Block,
    /// Root of the state after it.
    pub root: Hash,
}

/// The database, opened for writing.
#[derive(Debug)]
pub struct AppStore {
    path: PathBuf,
    db: Connection,
    log: Checkpointer,
}

impl AppStore {
    /// Opens or makes the database of the network `net` in `folder`.
    pub fn open(folder: &Path, net: &Hash) -> Result<Self, StorageError> {
        let path = folder.join(FILE);
        let sqlite = StorageError::from_sqlite;
        let mut db = Connection::open(&path).map_err(sqlite)?;
        configure(&db)?;
        db.pragma_update(None, "cache_size", -CACHE_KIB)
            .map_err(sqlite)?;
        let tx = db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sqlite)?;
        let found: i64 = tx
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(sqlite)?;
        let application: i64 = tx
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .map_err(sqlite)?;
        match found {
            0 => {
                tx.execute_batch(TABLES).map_err(sqlite)?;
                tx.pragma_update(None, "user_version", SCHEMA)
                    .map_err(sqlite)?;
                tx.pragma_update(None, "application_id", APPLICATION_ID)
                    .map_err(sqlite)?;
                tx.execute("INSERT INTO meta (name, value) VALUES ('net', ?1)", [net])
                    .map_err(sqlite)?;
            }
            1 if application == APPLICATION_ID => {
                tx.execute_batch(FROM_1).map_err(sqlite)?;
                tx.pragma_update(None, "user_version", SCHEMA)
                    .map_err(sqlite)?;
            }
            SCHEMA if application == APPLICATION_ID => {}
            found if found > SCHEMA => {
                return Err(StorageError::Newer {
                    found,
                    known: SCHEMA,
                });
            }
            _ => {
                return Err(StorageError::Damaged(
                    "the file is another program's database".to_owned(),
                ));
            }
        }
        let stored: Vec<u8> = tx
            .query_row("SELECT value FROM meta WHERE name = 'net'", [], |row| {
                row.get(0)
            })
            .map_err(sqlite)?;
        if stored != net {
            return Err(StorageError::OtherNetwork);
        }
        // Written at every start, so that a disk that cannot be written shows itself now.
        tx.execute("UPDATE meta SET value = ?1 WHERE name = 'net'", [net])
            .map_err(sqlite)?;
        tx.commit().map_err(sqlite)?;
        let log = Checkpointer::start(&path, &db)?;
        Ok(Self { path, db, log })
    }

    /// Where the state on disk stands; none in a database that was just made.
    pub fn base(&self) -> Result<Option<Base>, StorageError> {
        base_of(&self.db)
    }

    /// Writes the whole database to a new file.
    pub fn copy_to(&self, path: &Path) -> Result<(), StorageError> {
        let path = path.to_string_lossy();
        self.db
            .execute("VACUUM INTO ?1", [path])
            .map(|_| ())
            .map_err(StorageError::from_sqlite)
    }

    /// The newest committed block; none before the first, and after a restored snapshot.
    pub fn newest(&self) -> Result<Option<Newest>, StorageError> {
        self.db
            .query_row(
                "SELECT height, time_ms, hash, root, txs, evidence FROM newest",
                [],
                |row| {
                    Ok((
                        row.get::<_, i64>(0)?,
                        row.get::<_, i64>(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get::<_, Vec<u8>>(4)?,
                        row.get::<_, Vec<u8>>(5)?,
                    ))
                },
            )
            .optional()
            .map_err(StorageError::from_sqlite)?
            .map(|(height, time_ms, hash, root, txs, evidence)| {
                let damaged =
                    || StorageError::Damaged("the newest block cannot be read".to_owned());
                let txs = unpack(&txs).ok_or_else(damaged)?;
                let misbehavior = unpack_evidence(&evidence).ok_or_else(damaged)?;
                let block = Block {
                    height: height.unsigned_abs(),
                    time_ms: time_ms.unsigned_abs(),
                    hash,
                    txs,
                    misbehavior,
                };
                Ok(Newest { block, root })
            })
            .transpose()
    }

    /// The state on disk, in ascending order of keys, read part by part: a large one need not be in memory at once.
    pub fn state(&self) -> impl Iterator<Item = Result<Pair, StorageError>> {
        let (mut part, mut after) = (Vec::new().into_iter(), Some(Vec::new()));
        std::iter::from_fn(move || {
            if part.len() == 0 {
                match self.part(&after.take()?) {
                    Ok(next) => {
                        after = next.last().map(|(key, _)| key.clone());
                        part = next.into_iter();
                    }
                    Err(error) => return Some(Err(error)),
                }
            }
            part.next().map(Ok)
        })
    }

    fn part(&self, after: &[u8]) -> Result<Pairs, StorageError> {
        let read = || -> rusqlite::Result<Pairs> {
            self.db
                .prepare_cached(
                    "SELECT key, value FROM state WHERE key > ?1 ORDER BY key LIMIT ?2",
                )?
                .query_map(params![after, PART], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        };
        read().map_err(StorageError::from_sqlite)
    }

    /// Begins with a whole state: the genesis file's, or a snapshot's. What stood there is gone.
    pub fn begin(
        &mut self,
        state: impl Iterator<Item = Result<Pair, StorageError>>,
        base: Base,
    ) -> Result<(), StorageError> {
        let sqlite = StorageError::from_sqlite;
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sqlite)?;
        tx.execute_batch("DELETE FROM state; DELETE FROM newest; DELETE FROM tx;")
            .map_err(sqlite)?;
        for pair in state {
            put_state(&tx, &[pair?]).map_err(sqlite)?;
        }
        put_base(&tx, base).map_err(sqlite)?;
        tx.commit().map_err(sqlite)?;
        self.log.after_commit(&self.db);
        Ok(())
    }

    /// Commits a block: `before` is what the block *before* it wrote and `base` where that leaves the state on disk;
    /// `codes` are the results of the new block's transactions. All of it or nothing.
    pub fn commit(
        &mut self,
        before: &[(Vec<u8>, Vec<u8>)],
        base: Option<Base>,
        newest: &Newest,
        hashes: &[Hash],
        codes: &[u32],
    ) -> Result<(), StorageError> {
        let mut run = || -> rusqlite::Result<()> {
            let tx = self
                .db
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            put_state(&tx, before)?;
            if let Some(base) = base {
                put_base(&tx, base)?;
            }
            let block = &newest.block;
            tx.prepare_cached(
                "INSERT OR REPLACE INTO newest (id, height, time_ms, hash, root, txs, evidence) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                block.height.cast_signed(),
                block.time_ms.cast_signed(),
                block.hash,
                newest.root,
                pack(&block.txs),
                pack_evidence(&block.misbehavior)
            ])?;
            {
                // The same bytes may stand in a later block again; their first place counts.
                let mut insert = tx.prepare_cached(
                    "INSERT OR IGNORE INTO tx (hash, height, place, code) VALUES (?1, ?2, ?3, ?4)",
                )?;
                let mut places: Vec<_> = (0i64..).zip(hashes).zip(codes).collect();
                places.sort_unstable_by_key(|((place, hash), _)| (*hash, *place));
                for ((place, hash), code) in places {
                    insert.execute(params![hash, block.height.cast_signed(), place, code])?;
                }
            }
            tx.commit()
        };
        run().map_err(StorageError::from_sqlite)?;
        self.log.after_commit(&self.db);
        Ok(())
    }

    /// A reader of its own.
    pub fn reader(&self) -> Result<AppReader, StorageError> {
        AppReader::open(&self.path)
    }
}

fn put_state(tx: &rusqlite::Transaction<'_>, pairs: &[(Vec<u8>, Vec<u8>)]) -> rusqlite::Result<()> {
    let mut write = tx.prepare_cached(
        "INSERT INTO state (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?;
    // In the database's own order each of its pages is visited once.
    let mut pairs: Vec<_> = pairs.iter().collect();
    pairs.sort_unstable();
    for (key, value) in pairs {
        write.execute(params![key, value])?;
    }
    Ok(())
}

fn put_base(tx: &rusqlite::Transaction<'_>, base: Base) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO base (id, height, root) VALUES (1, ?1, ?2)")?
        .execute(params![base.height.cast_signed(), base.root])
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use toend_ledger::state::FaultKind;
    use toend_state_machine::Misbehavior;

    use super::*;
    use crate::ledger::Included;

    fn newest(height: u64, root: Hash) -> Newest {
        Newest {
            block: Block {
                height,
                time_ms: 5,
                hash: [height as u8; 32],
                txs: vec![b"one".to_vec(), vec![]],
                misbehavior: vec![Misbehavior {
                    kind: FaultKind::DuplicateVote,
                    address: [4; 20],
                    height: height - 1,
                    time_ms: 9,
                }],
            },
            root,
        }
    }

    #[test]
    fn the_state_on_disk_is_one_block_behind() {
        let folder = tempfile::tempdir().unwrap();
        let net = [3; 32];
        let mut store = AppStore::open(folder.path(), &net).unwrap();
        assert_eq!(store.base().unwrap(), None);
        let genesis = vec![(b"a".to_vec(), b"0".to_vec())];
        let start = Base {
            height: 0,
            root: [0; 32],
        };
        store.begin(genesis.iter().cloned().map(Ok), start).unwrap();
        let hashes = [[7; 32], [8; 32]];
        store
            .commit(&[], None, &newest(1, [1; 32]), &hashes, &[0, 6])
            .unwrap();
        assert_eq!(store.base().unwrap(), Some(start));
        assert_eq!(
            store.state().collect::<Result<Pairs, _>>().unwrap(),
            genesis
        );
        let wrote = vec![
            (b"a".to_vec(), b"1".to_vec()),
            (b"b".to_vec(), b"1".to_vec()),
        ];
        let after = Base {
            height: 1,
            root: [1; 32],
        };
        store
            .commit(&wrote, Some(after), &newest(2, [2; 32]), &hashes, &[0, 0])
            .unwrap();
        drop(store);

        let store = AppStore::open(folder.path(), &net).unwrap();
        assert_eq!(store.base().unwrap(), Some(after));
        assert_eq!(store.state().collect::<Result<Pairs, _>>().unwrap(), wrote);
        assert_eq!(store.newest().unwrap(), Some(newest(2, [2; 32])));
        let place = Included {
            height: 1,
            index: 1,
            code: 6,
        };
        let reader = store.reader().unwrap();
        assert_eq!(reader.included(&[8; 32]).unwrap(), Some(place));
        assert_eq!(reader.included(&[9; 32]).unwrap(), None);
        let mut keys = Vec::new();
        let mut keep = |key: &[u8]| {
            keys.push(key.to_vec());
            Ok(())
        };
        assert_eq!(reader.each_key(b'b', 1, &mut keep), Ok(None));
        assert_eq!(reader.each_key(b'b', 0, &mut keep), Ok(Some(1)));
        assert_eq!(keys, [b"b".to_vec()]);
        assert!(matches!(
            AppStore::open(folder.path(), &[4; 32]),
            Err(StorageError::OtherNetwork)
        ));
    }

    #[test]
    fn a_commit_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = AppStore::open(folder.path(), &[3; 32]).unwrap();
        let waits = store
            .db
            .query_row("PRAGMA synchronous", [], |row| row.get(0));
        assert_eq!(waits, Ok(2), "2 is FULL");
    }

    #[test]
    fn what_is_held_does_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = AppStore::open(folder.path(), &[3; 32]).unwrap();
        let base = |height| Base {
            height,
            root: [height as u8; 32],
        };
        store
            .begin([Ok((b"a".to_vec(), b"0".to_vec()))].into_iter(), base(0))
            .unwrap();
        let reader = store.reader().unwrap();
        assert_eq!(reader.hold().unwrap(), Some(base(0)));
        let wrote = [(b"a".to_vec(), b"1".to_vec())];
        store
            .commit(&wrote, Some(base(1)), &newest(2, [2; 32]), &[], &[])
            .unwrap();
        let mut seen = Vec::new();
        reader
            .each_pair(|key, value| {
                seen.push((key.to_vec(), value.to_vec()));
                Ok::<_, StorageError>(())
            })
            .unwrap();
        assert_eq!(seen, [(b"a".to_vec(), b"0".to_vec())]);
    }

    #[test]
    fn a_database_of_the_first_version_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = AppStore::open(folder.path(), &[3; 32]).unwrap();
        store
            .commit(&[], None, &newest(1, [1; 32]), &[], &[])
            .unwrap();
        store
            .db
            .execute_batch("ALTER TABLE newest DROP COLUMN evidence; PRAGMA user_version = 1;")
            .unwrap();
        drop(store);
        let store = AppStore::open(folder.path(), &[3; 32]).unwrap();
        let mut expected = newest(1, [1; 32]);
        expected.block.misbehavior.clear();
        assert_eq!(store.newest().unwrap(), Some(expected));
    }
}
