//! Reading the document's fixed arrays: each has so many items of such kinds, and nothing else.

use super::DocumentError;
use crate::cbor::Value;
use crate::hash::Hash;

/// The items of an array, taken in order.
pub(super) struct Items<'a> {
    what: &'static str,
    rest: std::slice::Iter<'a, Value>,
}

impl<'a> Items<'a> {
    /// Opens an array of exactly `count` items.
    pub(super) fn of(
        value: &'a Value,
        what: &'static str,
        count: usize,
    ) -> Result<Self, DocumentError> {
        let items = list(value, what, count)?;
        if items.len() == count {
            Ok(Self {
                what,
                rest: items.iter(),
            })
        } else {
            Err(DocumentError::Shape(what))
        }
    }

    pub(super) fn value(&mut self) -> Result<&'a Value, DocumentError> {
        self.rest.next().ok_or(DocumentError::Shape(self.what))
    }

    pub(super) fn number<N: TryFrom<i64>>(&mut self) -> Result<N, DocumentError> {
        match self.value()? {
            Value::Int(n) => N::try_from(*n).map_err(|_| DocumentError::Shape(self.what)),
            _ => Err(DocumentError::Shape(self.what)),
        }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], DocumentError> {
        match self.value()? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(DocumentError::Shape(self.what)),
        }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, DocumentError> {
        match self.value()? {
            Value::Text(text) => Ok(text),
            _ => Err(DocumentError::Shape(self.what)),
        }
    }

    pub(super) fn hash(&mut self) -> Result<Hash, DocumentError> {
        self.bytes()?
            .try_into()
            .map_err(|_| DocumentError::Shape(self.what))
    }

    /// Hashes written one after the other, at most 64.
    pub(super) fn path(&mut self) -> Result<Vec<Hash>, DocumentError> {
        let (hashes, rest) = self.bytes()?.as_chunks::<32>();
        if rest.is_empty() && hashes.len() <= 64 {
            Ok(hashes.to_vec())
        } else {
            Err(DocumentError::Shape(self.what))
        }
    }

    /// A list of at most `most` items, each read by `read`.
    pub(super) fn list<T>(
        &mut self,
        most: usize,
        read: impl FnMut(&'a Value) -> Result<T, DocumentError>,
    ) -> Result<Vec<T>, DocumentError> {
        list(self.value()?, self.what, most)?
            .iter()
            .map(read)
            .collect()
    }

    /// An empty list, or a list of one item.
    pub(super) fn option<T>(
        &mut self,
        read: impl FnMut(&'a Value) -> Result<T, DocumentError>,
    ) -> Result<Option<T>, DocumentError> {
        Ok(self.list(1, read)?.into_iter().next())
    }
}

fn list<'a>(
    value: &'a Value,
    what: &'static str,
    most: usize,
) -> Result<&'a [Value], DocumentError> {
    match value {
        Value::Array(items) if items.len() <= most => Ok(items),
        _ => Err(DocumentError::Shape(what)),
    }
}

/// A number of the document: heights, versions, registers, all below 2⁶³.
pub(super) fn int(n: u64) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

pub(super) fn bytes(bytes: impl Into<Vec<u8>>) -> Value {
    Value::Bytes(bytes.into())
}

pub(super) fn path(hashes: &[Hash]) -> Value {
    Value::Bytes(hashes.concat())
}

pub(super) fn array<T>(items: &[T], write: impl FnMut(&T) -> Value) -> Value {
    Value::Array(items.iter().map(write).collect())
}

pub(super) fn option<T>(item: Option<&T>, write: impl FnOnce(&T) -> Value) -> Value {
    Value::Array(item.map(write).into_iter().collect())
}
