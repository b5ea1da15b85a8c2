//! PostgreSQL's statements.

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::column::Column;
use super::read::{
    cell, chain_row, decoy_row, get, hash, list_row, record_row, small, unsigned, waiting_entry,
};
use super::session::{Param, Session};
use crate::registers::RegisterError;
use crate::registers::database::{
    BatchRow, Cell, ChainRow, DecoyRow, EntryRow, ListRow, NewChain, NewEntry, NewList, NewOps,
    NewRecord, Outcome, RecordRow, Standing, Table, Tables, VersionRow, WaitingEntry,
};

/// The tables inside a transaction.
pub(super) struct PostgresTables<'a>(pub(super) &'a mut Session);

/// Bytes of a hash on its way.
const HASH: usize = size_of::<Hash>();

/// Boxes values for a write.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as Param),*] };
}

/// Sends a statement about many rows, whose values go column by column; the number tells about how many bytes a row has.
macro_rules! columns {
    ($self:ident, $sql:expr, $rows:expr, |$row:ident| $weight:expr; { $($name:ident: $value:expr),* $(,)? }) => {{
        let rows = $rows;
        if rows.is_empty() {
            return Ok(());
        }
        let mut bytes = 0;
        $(let mut $name = Vec::with_capacity(rows.len());)*
        for $row in rows {
            bytes += $weight;
            $($name.push($value);)*
        }
        $self.0.send($sql, params![$($name),*], bytes)
    }};
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

fn slices(hashes: &[Hash]) -> Vec<&[u8]> {
    hashes.iter().map(Hash::as_slice).collect()
}

fn class(class: Class) -> i16 {
    i16::from(class as u8)
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

/// The rows that stand behind arrays, one for each column.
fn unnest(table: &Table) -> String {
    let arrays = table.columns.iter().zip(1..);
    let arrays: Vec<_> = arrays
        .map(|((_, kind), n)| format!("${n}::{}", Column::array(*kind)))
        .collect();
    format!("SELECT * FROM unnest({})", arrays.join(", "))
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

    fn add_lists(&mut self, lists: Vec<NewList>) -> Outcome<()> {
        let sql = "INSERT INTO list (id, tag, public, sealed)
                   SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::boolean[], $4::bytea[])";
        columns!(self, sql, lists, |list| list.sealed.len() + HASH; {
            id: list.id,
            tag: list.tag.to_vec(),
            public: list.public,
            sealed: list.sealed,
        })
    }

    fn take_lists(&mut self, ids: &[i64], batch: Option<u64>) -> Outcome<()> {
        let sql = "UPDATE list SET batch = $2 WHERE id = ANY ($1)";
        let params = params![ids.to_vec(), batch.map(u64::cast_signed)];
        self.0.send(sql, params, size_of_val(ids))
    }

    fn lists_in(&mut self, batch: u64) -> Outcome<Vec<ListRow>> {
        let sql = "SELECT id, tag, public, sealed FROM list WHERE batch = $1 ORDER BY id";
        self.many(sql, &[&batch.cast_signed()], list_row)
    }

    fn set_list(&mut self, id: i64, sealed: Vec<u8>) -> Outcome<()> {
        let sql = "UPDATE list SET sealed = $2 WHERE id = $1";
        let size = sealed.len();
        self.0.send(sql, params![id, sealed], size)
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

    fn set_chains(&mut self, chains: Vec<NewChain>) -> Outcome<()> {
        let sql = "INSERT INTO chain (list, class, size, sealed)
                   SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bytea[])
                   ON CONFLICT (list, class) DO UPDATE SET size = excluded.size, sealed = excluded.sealed";
        columns!(self, sql, chains, |row| row.sealed.len(); {
            list: row.list,
            kind: class(row.class),
            size: row.size.cast_signed(),
            sealed: row.sealed,
        })
    }

    fn standing(&mut self, lists: &[Hash], records: &[Hash]) -> Outcome<Standing> {
        let newest = "SELECT coalesce(max(id), 0) FROM list";
        let known = "SELECT id, tag, public, sealed FROM list WHERE tag = ANY ($1)";
        let sizes = "SELECT c.list, c.class, c.size, c.sealed
                     FROM list l JOIN chain c ON c.list = l.id WHERE l.tag = ANY ($1)";
        let heads = "SELECT tag, v, ended, sealed FROM record WHERE tag = ANY ($1)";
        let (lists, records) = (slices(lists), slices(records));
        let found = self.0.queries(&[
            (newest, &[]),
            (known, &[&lists]),
            (sizes, &[&lists]),
            (heads, &[&records]),
        ])?;
        let [newest, lists, chains, records] = found.as_slice() else {
            return Err(RegisterError::damaged("the server answered something else"));
        };
        Ok(Standing {
            newest_list: newest.first().map_or(Ok(0), |row| get(row, 0))?,
            lists: lists.iter().map(list_row).collect::<Outcome<_>>()?,
            chains: chains.iter().map(chain_row).collect::<Outcome<_>>()?,
            records: records.iter().map(record_row).collect::<Outcome<_>>()?,
        })
    }

    fn set_records(&mut self, records: Vec<NewRecord>) -> Outcome<()> {
        let sql = "INSERT INTO record (tag, list, v, ended, sealed)
                   SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::boolean[], $5::bytea[])
                   ON CONFLICT (tag) DO UPDATE SET v = excluded.v, ended = excluded.ended";
        columns!(self, sql, records, |row| row.sealed.len() + HASH; {
            tag: row.tag.to_vec(),
            list: row.list,
            v: i64::from(row.v),
            ended: row.ended,
            sealed: row.sealed,
        })
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

    fn versions(&mut self, of: &[(Hash, u32)]) -> Outcome<Vec<VersionRow>> {
        let sql = "SELECT e.record, e.v, e.n, e.digest
                   FROM unnest($1::bytea[], $2::bigint[]) AS asked (record, v)
                   JOIN entry e ON e.record = asked.record AND e.v = asked.v";
        let records: Vec<&[u8]> = of.iter().map(|(record, _)| record.as_slice()).collect();
        let versions: Vec<i64> = of.iter().map(|(_, v)| i64::from(*v)).collect();
        self.many(sql, &[&records, &versions], |row| {
            Ok(VersionRow {
                record: hash(row, 0)?,
                v: small(row, 1)?,
                n: unsigned(row, 2)?,
                digest: hash(row, 3)?,
            })
        })
    }

    fn add_entries(&mut self, entries: Vec<NewEntry>) -> Outcome<()> {
        let sql = "INSERT INTO entry
                      (id, list, class, n, record, v, digest, received_ms, ops, contents)
                   SELECT newest.id + new.place, new.list, new.class, new.n, new.record, new.v,
                          new.digest, new.received_ms, new.ops, new.contents
                   FROM (SELECT coalesce(max(id), 0) AS id FROM entry) AS newest,
                        unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bytea[], $5::bigint[],
                               $6::bytea[], $7::bigint[], $8::bytea[], $9::bytea[]) WITH ORDINALITY
                           AS new (list, class, n, record, v, digest, received_ms, ops, contents, place)";
        columns!(self, sql, entries, |entry| entry.ops.len() + entry.contents.len() + 2 * HASH; {
            list: entry.list,
            kind: class(entry.class),
            n: entry.n.cast_signed(),
            record: entry.record.to_vec(),
            v: i64::from(entry.v),
            digest: entry.digest.to_vec(),
            received_ms: entry.received_ms.cast_signed(),
            ops: entry.ops,
            contents: entry.contents,
        })
    }

    fn set_ops(&mut self, entries: Vec<NewOps>) -> Outcome<()> {
        let sql = "UPDATE entry e SET ops = made.ops
                   FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bytea[])
                        AS made (list, class, n, ops)
                   WHERE e.list = made.list AND e.class = made.class AND e.n = made.n";
        columns!(self, sql, entries, |row| row.ops.len(); {
            list: row.list,
            kind: class(row.class),
            n: row.n.cast_signed(),
            ops: row.ops,
        })
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

    fn waiting_up_to(&mut self, limit: u32) -> Outcome<(u32, u32)> {
        let sql = "SELECT (SELECT count(*) FROM (SELECT 1 FROM list WHERE batch IS NULL LIMIT $1) AS lists),
                          (SELECT count(*) FROM (SELECT 1 FROM entry WHERE batch IS NULL LIMIT $1) AS entries)";
        let counts = self.one(sql, &[&i64::from(limit)], |row| {
            Ok((unsigned(row, 0)?, unsigned(row, 1)?))
        })?;
        // Never more than the limit.
        let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(counts.map_or((0, 0), |(lists, entries)| (narrow(lists), narrow(entries))))
    }

    fn anything_waits(&mut self) -> Outcome<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE batch IS NULL)
                       OR EXISTS (SELECT 1 FROM list WHERE batch IS NULL)";
        Ok(self.one(sql, &[], |row| get(row, 0))?.unwrap_or(false))
    }

    fn batches(&mut self, limit: u32) -> Outcome<Vec<BatchRow>> {
        let sql = "SELECT number, hash, tx FROM batch ORDER BY number LIMIT $1";
        self.many(sql, &[&i64::from(limit)], |row| {
            Ok(BatchRow {
                number: unsigned(row, 0)?,
                hash: hash(row, 1)?,
                tx: get(row, 2)?,
            })
        })
    }

    fn newest_batch(&mut self) -> Outcome<Option<u64>> {
        let sql = "SELECT number FROM batch ORDER BY number DESC LIMIT 1";
        self.one(sql, &[], |row| unsigned(row, 0))
    }

    fn add_batch(&mut self, batch: &BatchRow) -> Outcome<()> {
        let sql = "INSERT INTO batch (number, hash, tx) VALUES ($1, $2, $3)";
        let number = batch.number.cast_signed();
        let params = params![number, batch.hash.to_vec(), batch.tx.clone()];
        self.0.send(sql, params, batch.tx.len())
    }

    fn set_batch(&mut self, batch: &BatchRow) -> Outcome<()> {
        let sql = "UPDATE batch SET hash = $2, tx = $3 WHERE number = $1";
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

    fn add_decoys(&mut self, sealed: Vec<Vec<u8>>, batch: u64) -> Outcome<()> {
        let sql = "INSERT INTO decoy_head (id, v, last, sealed)
                   SELECT newest.id + new.place, 1, $1, new.sealed
                   FROM (SELECT coalesce(max(id), 0) AS id FROM decoy_head) AS newest,
                        unnest($2::bytea[]) WITH ORDINALITY AS new (sealed, place)";
        let bytes = sealed.iter().map(Vec::len).sum();
        self.0
            .send(sql, params![batch.cast_signed(), sealed], bytes)
    }

    fn set_decoys(&mut self, versions: &[(i64, u32)], batch: u64) -> Outcome<()> {
        let sql = "UPDATE decoy_head d SET v = new.v, last = $1
                   FROM unnest($2::bigint[], $3::bigint[]) AS new (id, v) WHERE d.id = new.id";
        let ids: Vec<i64> = versions.iter().map(|(id, _)| *id).collect();
        let versions: Vec<i64> = versions.iter().map(|(_, v)| i64::from(*v)).collect();
        self.0
            .send(sql, params![batch.cast_signed(), ids, versions], 0)
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

    fn put(&mut self, table: &Table, rows: Vec<Vec<Cell>>) -> Outcome<()> {
        let mut columns: Vec<Column> = table
            .columns
            .iter()
            .map(|(_, kind)| Column::of(*kind))
            .collect();
        let mut bytes = 0;
        for row in rows {
            for (column, cell) in columns.iter_mut().zip(row) {
                bytes += column.push(cell)?;
            }
        }
        let columns = columns.into_iter().map(Column::param).collect();
        self.0
            .send(&table.insert_from(&unnest(table)), columns, bytes)
    }
}
