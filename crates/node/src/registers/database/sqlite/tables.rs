//! SQLite's statements.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params, params_from_iter};
use toend_ledger::hash::Hash;
use toend_ledger::list::Class;

use crate::registers::database::{
    BatchRow, Cell, ChainRow, DecoyRow, EntryRow, Kind, ListRow, NEVER, NewChain, NewEntry,
    NewList, NewOps, NewRecord, Outcome, RecordRow, Standing, Table, Tables, VersionRow,
    WaitingEntry,
};

/// The tables inside a transaction.
pub(super) struct SqliteTables<'a>(pub(super) &'a Connection);

impl SqliteTables<'_> {
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Option<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params, read).optional()?)
    }

    fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Vec<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn run(&self, sql: &str, params: impl Params) -> Outcome<()> {
        self.0.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }

    /// Runs a statement for each of many.
    fn each<T, P: Params>(
        &self,
        sql: &str,
        many: impl IntoIterator<Item = T>,
        values: impl Fn(T) -> P,
    ) -> Outcome<()> {
        let mut statement = self.0.prepare_cached(sql)?;
        for one in many {
            statement.execute(values(one))?;
        }
        Ok(())
    }
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

fn list_row(row: &Row<'_>) -> rusqlite::Result<ListRow> {
    Ok(ListRow {
        id: row.get(0)?,
        tag: row.get(1)?,
        public: row.get(2)?,
        sealed: row.get(3)?,
    })
}

fn waiting_entry(row: &Row<'_>) -> rusqlite::Result<WaitingEntry> {
    let batch: Option<i64> = row.get(5)?;
    Ok(WaitingEntry {
        id: row.get(0)?,
        list: row.get(1)?,
        class: row.get(2)?,
        n: unsigned(row, 3)?,
        ops: row.get(4)?,
        list_waits: batch.is_none(),
        list_closed: batch == Some(NEVER.cast_signed()),
    })
}

fn decoy_row(row: &Row<'_>) -> rusqlite::Result<DecoyRow> {
    Ok(DecoyRow {
        id: row.get(0)?,
        v: row.get(1)?,
        sealed: row.get(2)?,
    })
}

fn value(cell: Cell) -> Value {
    match cell {
        Cell::Number(number) => Value::Integer(number),
        Cell::MaybeNumber(number) => number.map_or(Value::Null, Value::Integer),
        Cell::Small(number) => Value::Integer(number.into()),
        Cell::Truth(truth) => Value::Integer(truth.into()),
        Cell::Bytes(bytes) => Value::Blob(bytes),
        Cell::Text(text) => Value::Text(text),
    }
}

fn cell(row: &Row<'_>, column: usize, kind: Kind) -> rusqlite::Result<Cell> {
    Ok(match kind {
        Kind::Number => Cell::Number(row.get(column)?),
        Kind::MaybeNumber => Cell::MaybeNumber(row.get(column)?),
        Kind::Small => Cell::Small(row.get(column)?),
        Kind::Truth => Cell::Truth(row.get(column)?),
        Kind::Bytes => Cell::Bytes(row.get(column)?),
        Kind::Text => Cell::Text(row.get(column)?),
    })
}

impl Tables for SqliteTables<'_> {
    fn meta(&mut self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        self.one(sql, [name], |row| row.get(0))
    }

    fn set_meta(&mut self, name: &str, value: &[u8]) -> Outcome<()> {
        let sql = "INSERT INTO meta (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.run(sql, params![name, value])
    }

    fn list_by_tag(&mut self, tag: &Hash) -> Outcome<Option<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE tag = ?1";
        self.one(sql, [tag], list_row)
    }

    fn lists_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.many(sql, params![after, limit], list_row)
    }

    fn waiting_lists(&mut self, limit: u32) -> Outcome<Vec<ListRow>> {
        let sql =
            "SELECT id, tag, public, sealed FROM list WHERE batch IS NULL ORDER BY id LIMIT ?1";
        self.many(sql, [limit], list_row)
    }

    fn add_lists(&mut self, lists: Vec<NewList>) -> Outcome<()> {
        let sql = "INSERT INTO list (id, tag, public, sealed) VALUES (?1, ?2, ?3, ?4)";
        self.each(sql, lists, |list| {
            (list.id, list.tag, list.public, list.sealed)
        })
    }

    fn take_lists(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()> {
        let sql = "UPDATE list SET batch = ?2 WHERE id = ?1";
        self.each(sql, ids, |id| (*id, batch.map(u64::cast_signed)))
    }

    fn lists_in(&mut self, batch: u64) -> Outcome<Vec<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE batch = ?1 ORDER BY id";
        self.many(sql, [batch.cast_signed()], list_row)
    }

    fn set_list(&mut self, id: i64, sealed: Vec<u8>) -> Outcome<()> {
        self.run(
            "UPDATE list SET sealed = ?2 WHERE id = ?1",
            params![id, sealed],
        )
    }

    fn chain(&mut self, list: i64, class: Class) -> Outcome<Option<ChainRow>> {
        let sql = "SELECT size, sealed FROM chain WHERE list = ?1 AND class = ?2";
        self.one(sql, params![list, class as u8], |row| {
            Ok(ChainRow {
                size: unsigned(row, 0)?,
                sealed: row.get(1)?,
            })
        })
    }

    fn set_chains(&mut self, chains: Vec<NewChain>) -> Outcome<()> {
        let sql = "INSERT INTO chain (list, class, size, sealed) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (list, class) DO UPDATE SET size = ?3, sealed = ?4";
        self.each(sql, chains, |row| {
            (
                row.list,
                row.class as u8,
                row.size.cast_signed(),
                row.sealed,
            )
        })
    }

    fn standing(&mut self, lists: &[Hash], records: &[Hash]) -> Outcome<Standing> {
        let sql = "SELECT coalesce(max(id), 0) FROM list";
        let newest_list = self.one(sql, [], |row| row.get(0))?;
        let mut standing = Standing {
            newest_list: newest_list.unwrap_or(0),
            ..Standing::default()
        };
        for tag in lists {
            let Some(list) = self.list_by_tag(tag)? else {
                continue;
            };
            let sql = "SELECT class, size, sealed FROM chain WHERE list = ?1";
            standing.chains.extend(self.many(sql, [list.id], |row| {
                let chain = ChainRow {
                    size: unsigned(row, 1)?,
                    sealed: row.get(2)?,
                };
                Ok((list.id, row.get(0)?, chain))
            })?);
            standing.lists.push(list);
        }
        for tag in records {
            let sql = "SELECT v, ended, sealed FROM record WHERE tag = ?1";
            let record = self.one(sql, [tag], |row| {
                Ok(RecordRow {
                    v: row.get(0)?,
                    ended: row.get(1)?,
                    sealed: row.get(2)?,
                })
            })?;
            standing.records.extend(record.map(|record| (*tag, record)));
        }
        Ok(standing)
    }

    fn set_records(&mut self, records: Vec<NewRecord>) -> Outcome<()> {
        let sql = "INSERT INTO record (tag, list, v, ended, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (tag) DO UPDATE SET v = ?3, ended = ?4";
        self.each(sql, records, |row| {
            (row.tag, row.list, row.v, row.ended, row.sealed)
        })
    }

    fn records_after(
        &mut self,
        after: Option<&Hash>,
        limit: u32,
    ) -> Outcome<Vec<(Hash, i64, RecordRow)>> {
        let sql =
            "SELECT tag, list, v, ended, sealed FROM record WHERE tag > ?1 ORDER BY tag LIMIT ?2";
        // Nothing is below the empty string.
        let after = after.map_or(&[][..], |tag| tag.as_slice());
        self.many(sql, params![after, limit], |row| {
            let stored = RecordRow {
                v: row.get(2)?,
                ended: row.get(3)?,
                sealed: row.get(4)?,
            };
            Ok((row.get(0)?, row.get(1)?, stored))
        })
    }

    fn versions(&mut self, of: &[(Hash, u32)]) -> Outcome<Vec<VersionRow>> {
        let sql = "SELECT n, digest FROM entry WHERE record = ?1 AND v = ?2";
        let mut found = Vec::new();
        for (record, v) in of {
            found.extend(self.one(sql, params![record, v], |row| {
                Ok(VersionRow {
                    record: *record,
                    v: *v,
                    n: unsigned(row, 0)?,
                    digest: row.get(1)?,
                })
            })?);
        }
        Ok(found)
    }

    fn add_entries(&mut self, entries: Vec<NewEntry>) -> Outcome<()> {
        let sql =
            "INSERT INTO entry (list, class, n, record, v, digest, received_ms, ops, contents)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.each(sql, entries, |entry| {
            (
                entry.list,
                entry.class as u8,
                entry.n.cast_signed(),
                entry.record,
                entry.v,
                entry.digest,
                entry.received_ms.cast_signed(),
                entry.ops,
                entry.contents,
            )
        })
    }

    fn set_ops(&mut self, entries: Vec<NewOps>) -> Outcome<()> {
        let sql = "UPDATE entry SET ops = ?4 WHERE list = ?1 AND class = ?2 AND n = ?3";
        self.each(sql, entries, |row| {
            (row.list, row.class as u8, row.n.cast_signed(), row.ops)
        })
    }

    fn entries(
        &mut self,
        list: i64,
        class: Class,
        after: u64,
        limit: u32,
    ) -> Outcome<Vec<EntryRow>> {
        let sql = "SELECT n, received_ms, ops, contents FROM entry
                   WHERE list = ?1 AND class = ?2 AND n > ?3 ORDER BY n LIMIT ?4";
        let params = params![list, class as u8, after.cast_signed(), limit];
        self.many(sql, params, |row| {
            Ok(EntryRow {
                list,
                n: unsigned(row, 0)?,
                received_ms: unsigned(row, 1)?,
                ops: row.get(2)?,
                contents: row.get(3)?,
            })
        })
    }

    fn waiting_entries(&mut self, limit: u32) -> Outcome<Vec<WaitingEntry>> {
        let sql = "SELECT e.id, e.list, e.class, e.n, e.ops, l.batch
                   FROM entry e JOIN list l ON l.id = e.list
                   WHERE e.batch IS NULL ORDER BY e.id LIMIT ?1";
        self.many(sql, [limit], waiting_entry)
    }

    fn entries_since(&mut self, batch: u64, after: i64, limit: u32) -> Outcome<Vec<WaitingEntry>> {
        let sql = "SELECT e.id, e.list, e.class, e.n, e.ops, l.batch
                   FROM entry e JOIN list l ON l.id = e.list
                   WHERE (e.batch IS NULL OR e.batch > ?1) AND e.id > ?2 ORDER BY e.id LIMIT ?3";
        self.many(
            sql,
            params![batch.cast_signed(), after, limit],
            waiting_entry,
        )
    }

    fn take_entries(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()> {
        let sql = "UPDATE entry SET batch = ?2 WHERE id = ?1";
        self.each(sql, ids, |id| (*id, batch.map(u64::cast_signed)))
    }

    fn waiting(&mut self) -> Outcome<u64> {
        let sql = "SELECT (SELECT count(*) FROM entry WHERE batch IS NULL)
                        + (SELECT count(*) FROM list WHERE batch IS NULL)";
        let count = self.one(sql, [], |row| unsigned(row, 0))?;
        Ok(count.unwrap_or(0))
    }

    fn waiting_up_to(&mut self, limit: u32) -> Outcome<(u32, u32)> {
        let sql = "SELECT (SELECT count(*) FROM (SELECT 1 FROM list WHERE batch IS NULL LIMIT ?1)),
                          (SELECT count(*) FROM (SELECT 1 FROM entry WHERE batch IS NULL LIMIT ?1))";
        let counts = self.one(sql, [limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counts.unwrap_or((0, 0)))
    }

    fn anything_waits(&mut self) -> Outcome<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE batch IS NULL)
                       OR EXISTS (SELECT 1 FROM list WHERE batch IS NULL)";
        Ok(self.one(sql, [], |row| row.get(0))?.unwrap_or(false))
    }

    fn batches(&mut self, limit: u32) -> Outcome<Vec<BatchRow>> {
        let sql = "SELECT number, hash, tx FROM batch ORDER BY number LIMIT ?1";
        self.many(sql, [limit], |row| {
            Ok(BatchRow {
                number: unsigned(row, 0)?,
                hash: row.get(1)?,
                tx: row.get(2)?,
            })
        })
    }

    fn newest_batch(&mut self) -> Outcome<Option<u64>> {
        let sql = "SELECT number FROM batch ORDER BY number DESC LIMIT 1";
        self.one(sql, [], |row| unsigned(row, 0))
    }

    fn add_batch(&mut self, batch: &BatchRow) -> Outcome<()> {
        let sql = "INSERT INTO batch (number, hash, tx) VALUES (?1, ?2, ?3)";
        let number = batch.number.cast_signed();
        self.run(sql, params![number, batch.hash, batch.tx])
    }

    fn set_batch(&mut self, batch: &BatchRow) -> Outcome<()> {
        let sql = "UPDATE batch SET hash = ?2, tx = ?3 WHERE number = ?1";
        let number = batch.number.cast_signed();
        self.run(sql, params![number, batch.hash, batch.tx])
    }

    fn drop_batches(&mut self, below: u64) -> Outcome<()> {
        let sql = "DELETE FROM batch WHERE number < ?1";
        self.run(sql, [below.cast_signed()])
    }

    fn reusable_decoys(&mut self, limit: u32) -> Outcome<Vec<DecoyRow>> {
        let sql = "SELECT id, v, sealed FROM decoy_head WHERE v < 4 ORDER BY last, id LIMIT ?1";
        self.many(sql, [limit], decoy_row)
    }

    fn add_decoys(&mut self, sealed: Vec<Vec<u8>>, batch: u64) -> Outcome<()> {
        let sql = "INSERT INTO decoy_head (v, last, sealed) VALUES (1, ?1, ?2)";
        self.each(sql, sealed, |sealed| (batch.cast_signed(), sealed))
    }

    fn set_decoys(&mut self, versions: &[(i64, u32)], batch: u64) -> Outcome<()> {
        let sql = "UPDATE decoy_head SET v = ?2, last = ?3 WHERE id = ?1";
        self.each(sql, versions, |(id, v)| (*id, *v, batch.cast_signed()))
    }

    fn decoys_after(&mut self, after: i64, limit: u32) -> Outcome<Vec<DecoyRow>> {
        let sql = "SELECT id, v, sealed FROM decoy_head WHERE id > ?1 ORDER BY id LIMIT ?2";
        self.many(sql, params![after, limit], decoy_row)
    }

    fn rows(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: u32,
    ) -> Outcome<Vec<Vec<Cell>>> {
        let mut params: Vec<Value> = after.into_iter().flatten().cloned().map(value).collect();
        params.push(Value::Integer(limit.into()));
        self.many(
            &table.select(after.is_some()),
            params_from_iter(params),
            |row| {
                let columns = table.columns.iter().enumerate();
                columns
                    .map(|(at, (_, kind))| cell(row, at, *kind))
                    .collect()
            },
        )
    }

    fn put(&mut self, table: &Table, rows: Vec<Vec<Cell>>) -> Outcome<()> {
        self.each(&table.insert(), rows, |row| {
            params_from_iter(row.into_iter().map(value))
        })
    }
}
