//! Record heads by subtree, so that asking whether a record is current does not tell which one is meant.
//!
//! The tree keeps hashes of keys; whoever refreshes wants values. [`HeadIndex`] remembers, from the blocks, which head
//! stands where. It holds public data only and can be made anew from the blocks at any time.

use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Deserialize;
use toend_ledger::gateway::{B64, SubtreeAnswer};
use toend_ledger::hash::Hash;
use toend_ledger::proof::SubtreeProof;
use toend_ledger::state::{Key, Reg};
use toend_ledger::tx::{Op, Tx};
use tokio::sync::watch;

use super::answer::Moment;
use super::{Failure, Gateway, blocking};
use crate::ledger::Ledger;
use crate::storage::{StorageError, derived};

/// Longest prefix, in bits.
const MAX_BITS: u16 = 64;
/// Most leaves in one answer: about half a megabyte. Whoever gets `too_large` asks with a longer prefix.
const MAX_LEAVES: usize = 4096;
/// Blocks read between two commits while catching up.
const STRIDE: u64 = 256;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS head (
        place BLOB PRIMARY KEY,
        reg   INTEGER NOT NULL,
        r     BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS progress (
        net    BLOB PRIMARY KEY,
        height INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;";

/// Where each head stands in the tree.
pub struct HeadIndex(Mutex<Connection>);

impl HeadIndex {
    /// Opens the index file, or makes it. A file that cannot be used is made anew.
    pub fn open(path: &FilePath, net: &Hash) -> Result<Self, StorageError> {
        derived::open(path, net, TABLES, "progress").map(|db| Self(Mutex::new(db)))
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the ledger until told to stop.
    pub async fn run(self: Arc<Self>, ledger: Arc<dyn Ledger>, mut stop: watch::Receiver<bool>) {
        let mut tip = ledger.subscribe();
        loop {
            let (index, source) = (Arc::clone(&self), Arc::clone(&ledger));
            if let Ok(Err(error)) =
                tokio::task::spawn_blocking(move || index.catch_up(source.as_ref())).await
            {
                tracing::warn!(%error, "the index of heads did not follow");
            }
            tokio::select! {
                changed = tip.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Reads the blocks that came since. Returns the height it stands at.
    pub fn catch_up(&self, ledger: &dyn Ledger) -> Result<u64, StorageError> {
        let sqlite = StorageError::from_sqlite;
        let tip = ledger.tip().height();
        loop {
            let mut db = self.db();
            let tx = db.transaction().map_err(sqlite)?;
            let height: i64 = tx
                .query_row("SELECT height FROM progress", [], |row| row.get(0))
                .map_err(sqlite)?;
            let height = height.unsigned_abs();
            if height >= tip {
                return Ok(height);
            }
            let (mut reached, until) = (height, tip.min(height + STRIDE));
            while reached < until {
                // A block that cannot be read now is not passed over: its heads would be missing for good.
                let Some(txs) = ledger.block_txs(reached + 1) else {
                    break;
                };
                for (reg, r) in heads_of(&txs) {
                    insert(&tx, reg, &r)?;
                }
                reached += 1;
            }
            tx.execute("UPDATE progress SET height = ?1", [reached.cast_signed()])
                .map_err(sqlite)?;
            tx.commit().map_err(sqlite)?;
            if reached < until {
                return Ok(reached);
            }
        }
    }

    /// Takes the heads of a state and goes on after its height, unless the index stands further already: where older blocks
    /// are not at hand, nothing else says which heads there are. `state` is told where the index stands; it hands over the
    /// keys, one by one, only where it stands further itself, and says where then.
    pub fn begin_with(
        &self,
        state: impl FnOnce(
            u64,
            &mut dyn FnMut(&[u8]) -> Result<(), StorageError>,
        ) -> Result<Option<u64>, StorageError>,
    ) -> Result<(), StorageError> {
        let sqlite = StorageError::from_sqlite;
        let mut db = self.db();
        let tx = db.transaction().map_err(sqlite)?;
        let known: i64 = tx
            .query_row("SELECT height FROM progress", [], |row| row.get(0))
            .map_err(sqlite)?;
        let height = state(known.unsigned_abs(), &mut |key| match Key::decode(key) {
            Ok(Key::Head { reg, r }) => insert(&tx, reg, &r),
            _ => Ok(()),
        })?;
        let Some(height) = height else { return Ok(()) };
        tx.execute("UPDATE progress SET height = ?1", [height.cast_signed()])
            .map_err(sqlite)?;
        tx.commit().map_err(sqlite)
    }

    /// The register's head that stands at a place in the tree.
    fn at(db: &Connection, place: &Hash, reg: u16) -> Result<Option<Key>, StorageError> {
        let mut statement = db
            .prepare_cached("SELECT r FROM head WHERE place = ?1 AND reg = ?2")
            .map_err(StorageError::from_sqlite)?;
        let r: Option<Hash> = statement
            .query_row(params![place, reg], |row| row.get(0))
            .optional()
            .map_err(StorageError::from_sqlite)?;
        Ok(r.map(|r| Key::Head { reg: Reg(reg), r }))
    }
}

fn insert(tx: &rusqlite::Transaction<'_>, reg: Reg, r: &Hash) -> Result<(), StorageError> {
    tx.prepare_cached("INSERT OR IGNORE INTO head (place, reg, r) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![Key::Head { reg, r: *r }.hash(), reg.0, r]))
        .map(|_| ())
        .map_err(StorageError::from_sqlite)
}

/// Heads that the batches of a block name, whether or not they took effect: the state decides.
fn heads_of(txs: &[Vec<u8>]) -> Vec<(Reg, Hash)> {
    let batches = txs.iter().filter_map(|tx| match Tx::decode(tx) {
        Ok(Tx::Batch(batch)) => Some(batch),
        _ => None,
    });
    batches
        .flat_map(|batch| {
            let reg = batch.reg;
            let heads = batch.ops().iter().filter_map(|op| {
                if let Op::Head { r, .. } = op {
                    Some(*r)
                } else {
                    None
                }
            });
            heads.map(|r| (reg, r)).collect::<Vec<_>>()
        })
        .collect()
}

/// Query of `heads`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prefix {
    prefix: String,
    bits: u16,
}

/// `GET /v1/registers/{reg}/heads?prefix=HEX&bits=N`: all leaves under the prefix, and the values of the register's heads
/// among them. Any gateway answers this for any register.
pub(super) async fn subtree(
    State(gateway): State<Arc<Gateway>>,
    reg: Result<Path<u16>, PathRejection>,
    query: Result<Query<Prefix>, QueryRejection>,
) -> Result<Json<SubtreeAnswer>, Failure> {
    let (Ok(Path(reg)), Ok(Query(query))) = (reg, query) else {
        return Err(Failure::BadRequest);
    };
    let prefix = hex::decode(&query.prefix).map_err(|_| Failure::BadRequest)?;
    if query.bits > MAX_BITS || prefix.len() != usize::from(query.bits.div_ceil(8)) {
        return Err(Failure::BadRequest);
    }
    let mut place = [0; 32];
    place
        .iter_mut()
        .zip(&prefix)
        .for_each(|(slot, byte)| *slot = *byte);
    blocking(move || {
        let ledger = gateway.settings.ledger.as_ref();
        let index = &gateway.settings.heads;
        let damaged = |error: StorageError| {
            tracing::error!(%error, "the index of heads cannot be read");
            Failure::Busy
        };
        index.catch_up(ledger).map_err(damaged)?;
        let height = Moment::now(ledger)?.height;
        let subtree = ledger
            .subtree(&place, query.bits, height)
            .ok_or(Failure::TooLarge)?;
        let proof = SubtreeProof::decode(&subtree).map_err(|_| Failure::Busy)?;
        if proof.leaves().len() > MAX_LEAVES {
            return Err(Failure::TooLarge);
        }
        let mut values = Vec::new();
        let db = index.db();
        for (leaf, _) in proof.leaves() {
            let Some(key) = HeadIndex::at(&db, leaf, reg).map_err(damaged)? else {
                continue;
            };
            let result = ledger
                .query(&key.encode(), height)
                .ok_or(Failure::NoLedger)?;
            values.extend(result.value.map(|value| (B64(leaf.to_vec()), B64(value))));
        }
        Ok(Json(SubtreeAnswer {
            height,
            subtree: B64(subtree),
            values,
        }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_is_current_asks_for_no_keys() {
        let folder = tempfile::tempdir().unwrap();
        let index = HeadIndex::open(&folder.path().join("heads.sqlite"), &[3; 32]).unwrap();
        let (reg, r) = (Reg(1), [7; 32]);
        let head = Key::Head { reg, r };
        index
            .begin_with(|known, each| {
                assert_eq!(known, 0);
                each(&head.encode())?;
                Ok(Some(9))
            })
            .unwrap();
        let place = head.hash();
        let at = HeadIndex::at(&index.db(), &place, 1).unwrap();
        assert_eq!(at, Some(head));
        let mut told = None;
        index
            .begin_with(|known, _| {
                told = Some(known);
                Ok(None)
            })
            .unwrap();
        assert_eq!(told, Some(9));
    }
}
