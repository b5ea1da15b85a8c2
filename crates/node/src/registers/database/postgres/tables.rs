//! PostgreSQL's statements.

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql};

use super::session::{Param, Session};
use crate::registers::RegisterError;
use crate::registers::database::{
    BatchRow, Cell, ChainRow, DecoyRow, EntryRow, Kind, ListRow, NEVER, NewEntry, Outcome,
    RecordRow, Table, Tables, WaitingEntry,
};

/// The tables inside a transaction.
pub(super) struct PostgresTables<'a>(pub(super) &'a mut Session);

/// Boxes values for a write.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as Param),*] };
}

impl PostgresTables<'_> {
    fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
        read: impl FnOnce(&Row) -> Outcome<T>,
    ) -> Outcome<Option<T>> {
        self.0.query(sql, params)?.first().map(read).transpose()
    }

    fn many<T>(
        &mut self,
        sql: &'static str,
        params: &[&(dyn ToSql + Sync)],
        read: impl FnMut(&Row) -> Outcome<T>,
    ) -> Outcome<Vec<T>> {
        self.0.query(sql, params)?.iter().map(read).collect()
    }
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Outcome<T> {
    row.try_get(column)
        .map_err(|_| RegisterError::damaged("a column has another type"))
}

fn unsigned(row: &Row, column: usize) -> Outcome<u64> {
    get::<i64>(row, column).map(i64::unsigned_abs)
}

fn small<T: TryFrom<i64>>(row: &Row, column: usize) -> Outcome<T> {
    T::try_from(get(row, column)?).map_err(|_| RegisterError::damaged("a number is too large"))
}

fn hash(row: &Row, column: usize) -> Outcome<Hash> {
    get::<&[u8]>(row, column)?
        .try_into()
        .map_err(|_| RegisterError::damaged("a hash has another length"))
}

fn class(class: Class) -> i16 {
    i16::from(class as u8)
}

fn list_row(row: &Row) -> Outcome<ListRow> {
    Ok(ListRow {
        id: get(row, 0)?,
        tag: hash(row, 1)?,
        public: get(row, 2)?,
        sealed: get(row, 3)?,
    })
}

fn waiting_entry(row: &Row) -> Outcome<WaitingEntry> {
    let batch: Option<i64> = get(row, 5)?;
    Ok(WaitingEntry {
        id: get(row, 0)?,
        list: get(row, 1)?,
        class: small(row, 2)?,
        n: unsigned(row, 3)?,
        ops: get(row, 4)?,
        list_waits: batch.is_none(),
        list_closed: batch == Some(NEVER.cast_signed()),
    })
}

fn decoy_row(row: &Row) -> Outcome<DecoyRow> {
    Ok(DecoyRow {
        id: get(row, 0)?,
        v: small(row, 1)?,
        sealed: get(row, 2)?,
    })
}

fn param(cell: Cell) -> Param {
    match cell {
        Cell::Number(number) => Box::new(number),
        Cell::MaybeNumber(number) => Box::new(number),
        Cell::Small(number) => Box::new(i16::from(number)),
        Cell::Truth(truth) => Box::new(truth),
        Cell::Bytes(bytes) => Box::new(bytes),
        Cell::Text(text) => Box::new(text),
    }
}

fn cell(row: &Row, column: usize, kind: Kind) -> Outcome<Cell> {
    Ok(match kind {
        Kind::Number => Cell::Number(get(row, column)?),
        Kind::MaybeNumber => Cell::MaybeNumber(get(row, column)?),
        Kind::Small => {
            let number = u8::try_from(get::<i16>(row, column)?);
            Cell::Small(number.map_err(|_| RegisterError::damaged("a number is too large"))?)
        }
        Kind::Truth => Cell::Truth(get(row, column)?),
        Kind::Bytes => Cell::Bytes(get(row, column)?),
        Kind::Text => Cell::Text(get(row, column)?),
    })
}

impl Tables for PostgresTables<'_> {
    fn meta(&mut self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let sql = "SELECT value FROM meta WHERE name = $1";
        self.one(sql, &[&name], |row| get(row, 0))
    }

    fn set_meta(&mut self, name: &str, value: &[u8]) -> Outcome<()> {
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        let params = params![name.to_owned(), value.to_vec()];
        self.0.send(sql, params, value.len())
    }

    fn list_by_tag(&mut self, tag: &Hash) -> Outcome<Option<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE tag = $1";
        self.one(sql, &[&tag.as_slice()], list_row)
    }

    fn lists_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE id > $1 ORDER BY id LIMIT $2";
        self.many(sql, &[&after, &i64::from(limit)], list_row)
    }

    fn waiting_lists(&mut self, limit: u32) -> Outcome<Vec<ListRow>> {
        let sql =
            "SELECT id, tag, public, sealed FROM list WHERE batch IS NULL ORDER BY id LIMIT $1";
        self.many(sql, &[&i64::from(limit)], list_row)
    }

    fn add_list(&mut self, tag: &Hash, public: bool, sealed: &[u8]) -> Outcome<()> {
        let sql = "INSERT INTO list (id, tag, public, sealed)
                   SELECT coalesce(max(id), 0) + 1, $1, $2, $3 FROM list";
        let params = params![tag.to_vec(), public, sealed.to_vec()];
        self.0.send(sql, params, sealed.len())
    }

    fn take_lists(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()> {
        let sql = "UPDATE list SET batch = $2 WHERE id = ANY ($1)";
        let params = params![ids.to_vec(), batch.map(u64::cast_signed)];
        self.0.send(sql, params, size_of_val(ids))
    }

    fn chain(&mut self, list: i64, of: Class) -> Outcome<Option<ChainRow>> {
        let sql = "SELECT size, sealed FROM chain WHERE list = $1 AND class = $2";
        self.one(sql, &[&list, &class(of)], |row| {
            Ok(ChainRow {
                size: unsigned(row, 0)?,
                sealed: get(row, 1)?,
            })
        })
    }

    fn set_chain(&mut self, list: i64, of: Class, row: ChainRow) -> Outcome<()> {
        let sql = "INSERT INTO chain (list, class, size, sealed) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (list, class) DO UPDATE SET size = excluded.size, sealed = excluded.sealed";
        let bytes = row.sealed.len();
        let params = params![list, class(of), row.size.cast_signed(), row.sealed];
        self.0.send(sql, params, bytes)
    }

    fn record(&mut self, tag: &Hash) -> Outcome<Option<RecordRow>> {
        let sql = "SELECT v, ended, sealed FROM record WHERE tag = $1";
        self.one(sql, &[&tag.as_slice()], |row| {
            Ok(RecordRow {
                v: small(row, 0)?,
                ended: get(row, 1)?,
                sealed: get(row, 2)?,
            })
        })
    }

    fn set_record(&mut self, tag: &Hash, list: i64, row: RecordRow) -> Outcome<()> {
        let sql = "INSERT INTO record (tag, list, v, ended, sealed) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tag) DO UPDATE SET v = excluded.v, ended = excluded.ended";
        let bytes = row.sealed.len();
        let params = params![tag.to_vec(), list, i64::from(row.v), row.ended, row.sealed];
        self.0.send(sql, params, bytes)
    }

    fn records_after(
        &mut self,
        after: Option<&Hash>,
        limit: u32,
    ) -> Outcome<Vec<(Hash, i64, RecordRow)>> {
        let sql =
            "SELECT tag, list, v, ended, sealed FROM record WHERE tag > $1 ORDER BY tag LIMIT $2";
        // Nothing is below the empty string.
        let after = after.map_or(&[][..], |tag| tag.as_slice());
        self.many(sql, &[&after, &i64::from(limit)], |row| {
            let stored = RecordRow {
                v: small(row, 2)?,
                ended: get(row, 3)?,
                sealed: get(row, 4)?,
            };
            Ok((hash(row, 0)?, get(row, 1)?, stored))
        })
    }

    fn version(&mut self, record: &Hash, v: u32) -> Outcome<Option<(u64, Hash)>> {
        let sql = "SELECT n, digest FROM entry WHERE record = $1 AND v = $2";
        self.one(sql, &[&record.as_slice(), &i64::from(v)], |row| {
            Ok((unsigned(row, 0)?, hash(row, 1)?))
        })
    }

    fn add_entry(&mut self, entry: NewEntry<'_>) -> Outcome<()> {
        let sql = "INSERT INTO entry
                      (id, list, class, n, record, v, digest, received_ms, ops, contents)
                   SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM entry";
        let bytes = entry.ops.len() + entry.contents.len();
        let params = params![
            entry.list,
            class(entry.class),
            entry.n.cast_signed(),
            entry.record.to_vec(),
            i64::from(entry.v),
            entry.digest.to_vec(),
            entry.received_ms.cast_signed(),
            entry.ops,
            entry.contents,
        ];
        self.0.send(sql, params, bytes)
    }

    fn entries(&mut self, list: i64, of: Class, after: u64, limit: u32) -> Outcome<Vec<EntryRow>> {
        let sql = "SELECT n, received_ms, ops, contents FROM entry
                   WHERE list = $1 AND class = $2 AND n > $3 ORDER BY n LIMIT $4";
        let (after, limit) = (after.cast_signed(), i64::from(limit));
        self.many(sql, &[&list, &class(of), &after, &limit], |row| {
            Ok(EntryRow {
                list,
                n: unsigned(row, 0)?,
                received_ms: unsigned(row, 1)?,
                ops: get(row, 2)?,
                contents: get(row, 3)?,
            })
        })
    }

    fn waiting_entries(&mut self, limit: u32) -> Outcome<Vec<WaitingEntry>> {
        let sql = "SELECT e.id, e.list, e.class::bigint, e.n, e.ops, l.batch
                   FROM entry e JOIN list l ON l.id = e.list
                   WHERE e.batch IS NULL ORDER BY e.id LIMIT $1";
        self.many(sql, &[&i64::from(limit)], waiting_entry)
    }

    fn entries_since(&mut self, batch: u64, after: i64, limit: u32) -> Outcome<Vec<WaitingEntry>> {
        let sql = "SELECT e.id, e.list, e.class::bigint, e.n, e.ops, l.batch
                   FROM entry e JOIN list l ON l.id = e.list
                   WHERE (e.batch IS NULL OR e.batch > $1) AND e.id > $2 ORDER BY e.id LIMIT $3";
        let (batch, limit) = (batch.cast_signed(), i64::from(limit));
        self.many(sql, &[&batch, &after, &limit], waiting_entry)
    }

    fn take_entries(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()> {
        let sql = "UPDATE entry SET batch = $2 WHERE id = ANY ($1)";
        let params = params![ids.to_vec(), batch.map(u64::cast_signed)];
        self.0.send(sql, params, size_of_val(ids))
    }

    fn waiting(&mut self) -> Outcome<u64> {
        let sql = "SELECT (SELECT count(*) FROM entry WHERE batch IS NULL)
                        + (SELECT count(*) FROM list WHERE batch IS NULL)";
        let count = self.one(sql, &[], |row| unsigned(row, 0))?;
        Ok(count.unwrap_or(0))
    }

    fn batch(&mut self) -> Outcome<Option<BatchRow>> {
        let sql = "SELECT number, hash, tx FROM batch ORDER BY number LIMIT 1";
        self.one(sql, &[], |row| {
            Ok(BatchRow {
                number: unsigned(row, 0)?,
                hash: hash(row, 1)?,
                tx: get(row, 2)?,
            })
        })
    }

    fn add_batch(&mut self, batch: &BatchRow) -> Outcome<()> {
        let sql = "INSERT INTO batch (number, hash, tx) VALUES ($1, $2, $3)";
        let number = batch.number.cast_signed();
        let params = params![number, batch.hash.to_vec(), batch.tx.clone()];
        self.0.send(sql, params, batch.tx.len())
    }

    fn drop_batches(&mut self, below: u64) -> Outcome<()> {
        let sql = "DELETE FROM batch WHERE number < $1";
        self.0.send(sql, params![below.cast_signed()], 0)
    }

    fn reusable_decoys(&mut self, limit: u32) -> Outcome<Vec<DecoyRow>> {
        let sql = "SELECT id, v, sealed FROM decoy_head WHERE v < 4 ORDER BY last, id LIMIT $1";
        self.many(sql, &[&i64::from(limit)], decoy_row)
    }

    fn add_decoy(&mut self, batch: u64, sealed: &[u8]) -> Outcome<()> {
        let sql = "INSERT INTO decoy_head (id, v, last, sealed)
                   SELECT coalesce(max(id), 0) + 1, 1, $1, $2 FROM decoy_head";
        let params = params![batch.cast_signed(), sealed.to_vec()];
        self.0.send(sql, params, sealed.len())
    }

    fn set_decoy(&mut self, id: i64, v: u32, batch: u64) -> Outcome<()> {
        let sql = "UPDATE decoy_head SET v = $2, last = $3 WHERE id = $1";
        self.0
            .send(sql, params![id, i64::from(v), batch.cast_signed()], 0)
    }

    fn decoys_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<DecoyRow>> {
        let sql = "SELECT id, v, sealed FROM decoy_head WHERE id > $1 ORDER BY id LIMIT $2";
        self.many(sql, &[&after, &i64::from(limit)], decoy_row)
    }

    fn rows(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Outcome<Vec<Vec<Cell>>> {
        let mut params: Vec<Param> = after.into_iter().flatten().cloned().map(param).collect();
        params.push(Box::new(i64::from(limit)));
        let params: Vec<&(dyn ToSql + Sync)> = params
            .iter()
            .map(|one| -> &(dyn ToSql + Sync) { one.as_ref() })
            .collect();
        let rows = self.0.query(&table.select(after.is_some()), &params)?;
        let read = |row| {
            let columns = table.columns.iter().enumerate();
            columns
                .map(|(at, (_, kind))| cell(row, at, *kind))
                .collect()
        };
        rows.iter().map(read).collect()
    }

    fn put(&mut self, table: &Table, row: Vec<Cell>) -> Outcome<()> {
        let bytes = row.iter().map(|cell| match cell {
            Cell::Bytes(bytes) => bytes.len(),
            _ => 8,
        });
        let bytes = bytes.sum();
        let params = row.into_iter().map(param).collect();
        self.0.send(&table.insert(), params, bytes)
    }
}
