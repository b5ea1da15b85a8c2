//! Rows as the server gives them, read with nothing taken for granted.

use toend_ledger::hash::Hash;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::registers::RegisterError;
use crate::registers::database::{
    Cell, ChainRow, DecoyRow, Kind, ListRow, NEVER, Outcome, RecordRow, WaitingEntry,
};

pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Outcome<T> {
    row.try_get(column)
        .map_err(|_| RegisterError::damaged("a column has another type"))
}

pub(super) fn unsigned(row: &Row, column: usize) -> Outcome<u64> {
    get::<i64>(row, column).map(i64::unsigned_abs)
}

pub(super) fn small<T: TryFrom<i64>>(row: &Row, column: usize) -> Outcome<T> {
    T::try_from(get(row, column)?).map_err(|_| RegisterError::damaged("a number is too large"))
}

pub(super) fn byte(row: &Row, column: usize) -> Outcome<u8> {
    u8::try_from(get::<i16>(row, column)?)
        .map_err(|_| RegisterError::damaged("a number is too large"))
}

pub(super) fn hash(row: &Row, column: usize) -> Outcome<Hash> {
    get::<&[u8]>(row, column)?
        .try_into()
        .map_err(|_| RegisterError::damaged("a hash has another length"))
}

pub(super) fn list_row(row: &Row) -> Outcome<ListRow> {
    Ok(ListRow {
        id: get(row, 0)?,
        tag: hash(row, 1)?,
        public: get(row, 2)?,
        sealed: get(row, 3)?,
    })
}

pub(super) fn chain_row(row: &Row) -> Outcome<(i64, u8, ChainRow)> {
    let chain = ChainRow {
        size: unsigned(row, 2)?,
        sealed: get(row, 3)?,
    };
    Ok((get(row, 0)?, byte(row, 1)?, chain))
}

pub(super) fn record_row(row: &Row) -> Outcome<(Hash, RecordRow)> {
    let record = RecordRow {
        v: small(row, 1)?,
        ended: get(row, 2)?,
        sealed: get(row, 3)?,
    };
    Ok((hash(row, 0)?, record))
}

pub(super) fn waiting_entry(row: &Row) -> Outcome<WaitingEntry> {
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

pub(super) fn decoy_row(row: &Row) -> Outcome<DecoyRow> {
    Ok(DecoyRow {
        id: get(row, 0)?,
        v: small(row, 1)?,
        sealed: get(row, 2)?,
    })
}

pub(super) fn cell(row: &Row, column: usize, kind: Kind) -> Outcome<Cell> {
    Ok(match kind {
        Kind::Number => Cell::Number(get(row, column)?),
        Kind::MaybeNumber => Cell::MaybeNumber(get(row, column)?),
        Kind::Small => Cell::Small(byte(row, column)?),
        Kind::Truth => Cell::Truth(get(row, column)?),
        Kind::Bytes => Cell::Bytes(get(row, column)?),
        Kind::Text => Cell::Text(get(row, column)?),
    })
}
