//! Values of one column of many rows, as one array.

use super::session::Param;
use crate::registers::RegisterError;
use crate::registers::database::{Cell, Kind, Outcome};

/// A column on its way to the server.
pub(super) enum Column {
    Number(Vec<i64>),
    MaybeNumber(Vec<Option<i64>>),
    Small(Vec<i16>),
    Truth(Vec<bool>),
    Bytes(Vec<Vec<u8>>),
    Text(Vec<String>),
}

impl Column {
    /// An empty one.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Number(Vec::new()),
            Kind::MaybeNumber => Self::MaybeNumber(Vec::new()),
            Kind::Small => Self::Small(Vec::new()),
            Kind::Truth => Self::Truth(Vec::new()),
            Kind::Bytes => Self::Bytes(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
        }
    }

    /// The type of such an array.
    pub(super) const fn array(kind: Kind) -> &'static str {
        match kind {
            Kind::Number | Kind::MaybeNumber => "bigint[]",
            Kind::Small => "smallint[]",
            Kind::Truth => "boolean[]",
            Kind::Bytes => "bytea[]",
            Kind::Text => "text[]",
        }
    }

    /// Adds a value, and tells about how many bytes it has.
    pub(super) fn push(&mut self, cell: Cell) -> Outcome<usize> {
        let bytes = match &cell {
            Cell::Bytes(bytes) => bytes.len(),
            Cell::Text(text) => text.len(),
            _ => 8,
        };
        match (self, cell) {
            (Self::Number(column), Cell::Number(number)) => column.push(number),
            (Self::MaybeNumber(column), Cell::MaybeNumber(number)) => column.push(number),
            (Self::Small(column), Cell::Small(number)) => column.push(number.into()),
            (Self::Truth(column), Cell::Truth(truth)) => column.push(truth),
            (Self::Bytes(column), Cell::Bytes(bytes)) => column.push(bytes),
            (Self::Text(column), Cell::Text(text)) => column.push(text),
            _ => return Err(RegisterError::damaged("a row has a value of another kind")),
        }
        Ok(bytes)
    }

    /// As a value of a statement.
    pub(super) fn param(self) -> Param {
        match self {
            Self::Number(column) => Box::new(column),
            Self::MaybeNumber(column) => Box::new(column),
            Self::Small(column) => Box::new(column),
            Self::Truth(column) => Box::new(column),
            Self::Bytes(column) => Box::new(column),
            Self::Text(column) => Box::new(column),
        }
    }
}
