//! Contents of one record: a value for every position of its schema, and the rows of its repeated groups.

use std::collections::BTreeMap;

use thiserror::Error;
use toend_ledger::cbor::Value;
use toend_ledger::schema::{self, FieldKind, KindError, Schema};

/// Most rows of one repeated group.
pub const MAX_ROWS: usize = 1000;

/// Contents that fit no schema. Whoever wrote them is to blame (the office, an import file), not the reader.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContentsError {
    /// No schema has this name or number.
    #[error("no record kind {0}")]
    UnknownSchema(String),
    /// The schema has no such field, or it is not a repeated group.
    #[error("record kind {schema} has no such field: {field}")]
    UnknownField {
        /// Schema.
        schema: &'static str,
        /// Name asked for.
        field: String,
    },
    /// A field was given twice.
    #[error("field {0} is given twice")]
    Twice(&'static str),
    /// More rows than [`MAX_ROWS`].
    #[error("field {0} has too many rows")]
    TooManyRows(&'static str),
    /// A value of the wrong kind.
    #[error(transparent)]
    Kind(#[from] KindError),
}

/// Contents, checked against their schema. The position of a repeated group holds [`Value::Absent`] here: its count and
/// root follow from the rows and the seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    schema: &'static Schema,
    fields: Vec<Value>,
    rows: BTreeMap<u16, Vec<Value>>,
}

impl Contents {
    /// Checks fields and rows against the schema.
    pub fn new(
        schema: &'static Schema,
        fields: Vec<Value>,
        rows: BTreeMap<u16, Vec<Value>>,
    ) -> Result<Self, ContentsError> {
        if fields.len() != schema.fields.len() {
            return Err(ContentsError::UnknownField {
                schema: schema.name,
                field: format!("position {}", fields.len()),
            });
        }
        for (field, value) in schema.fields.iter().zip(&fields) {
            schema::check(field, value)?;
        }
        for (position, group) in &rows {
            let Some(field) = schema.field(*position) else {
                return Err(ContentsError::UnknownField {
                    schema: schema.name,
                    field: format!("position {position}"),
                });
            };
            if group.len() > MAX_ROWS {
                return Err(ContentsError::TooManyRows(field.name));
            }
            for row in group {
                schema::check_row(field, row)?;
            }
        }
        Ok(Self {
            schema,
            fields,
            rows,
        })
    }

    /// The schema.
    pub const fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// One value for each position.
    pub fn fields(&self) -> &[Value] {
        &self.fields
    }

    /// Rows of the repeated groups in use, by position.
    pub const fn rows(&self) -> &BTreeMap<u16, Vec<Value>> {
        &self.rows
    }

    /// Value of a field by name; absent when unused or unknown.
    pub fn get(&self, name: &str) -> &Value {
        self.schema
            .position(name)
            .and_then(|position| self.fields.get(usize::from(position)))
            .unwrap_or(&Value::Absent)
    }

    /// Integer (int, money, time) of a field.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Text (text, code, date) of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Value::Text(value) => Some(value),
            _ => None,
        }
    }

    /// Digits and places of a decimal field.
    pub fn decimal(&self, name: &str) -> Option<(i64, i64)> {
        match self.get(name) {
            Value::Array(parts) => match parts.as_slice() {
                [Value::Int(digits), Value::Int(places)] => Some((*digits, *places)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Rows of a group by name.
    pub fn group(&self, name: &str) -> &[Value] {
        self.schema
            .position(name)
            .and_then(|position| self.rows.get(&position))
            .map_or(&[], Vec::as_slice)
    }
}

/// Collects the values of a record by name.
#[derive(Clone, Debug)]
pub struct Draft {
    schema: Option<&'static Schema>,
    fields: Vec<Value>,
    rows: BTreeMap<u16, Vec<Value>>,
    error: Option<ContentsError>,
}

impl Draft {
    /// A record of the named kind with every position unused.
    pub fn new(name: &str) -> Self {
        let schema = schema::by_name(name);
        Self {
            schema,
            fields: schema.map_or_else(Vec::new, |schema| vec![Value::Absent; schema.fields.len()]),
            rows: BTreeMap::new(),
            error: schema
                .is_none()
                .then(|| ContentsError::UnknownSchema(name.to_owned())),
        }
    }

    fn set(mut self, name: &str, value: Value) -> Self {
        let Some(schema) = self.schema else {
            return self;
        };
        let slot = schema
            .position(name)
            .and_then(|i| Some((schema.field(i)?, self.fields.get_mut(usize::from(i))?)));
        match slot {
            Some((_, slot)) if *slot == Value::Absent => *slot = value,
            Some((field, _)) => self.fail(ContentsError::Twice(field.name)),
            None => self.unknown(schema, name),
        }
        self
    }

    fn fail(&mut self, error: ContentsError) {
        self.error.get_or_insert(error);
    }

    fn unknown(&mut self, schema: &Schema, name: &str) {
        self.fail(ContentsError::UnknownField {
            schema: schema.name,
            field: name.to_owned(),
        });
    }

    /// A text, code or date. An empty string leaves the position unused.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        self.set(name, text(value))
    }

    /// An integer, an amount in cents or a time in seconds.
    #[must_use]
    pub fn int(self, name: &str, value: i64) -> Self {
        self.set(name, Value::Int(value))
    }

    /// A decimal.
    #[must_use]
    pub fn decimal(self, name: &str, digits: i64, places: i64) -> Self {
        self.set(name, decimal(digits, places))
    }

    /// Yes or no.
    #[must_use]
    pub fn bool(self, name: &str, value: bool) -> Self {
        self.set(name, Value::Bool(value))
    }

    /// Rows of a repeated group; no rows leave the position unused.
    #[must_use]
    pub fn rows(mut self, name: &str, rows: Vec<Vec<Value>>) -> Self {
        let Some(schema) = self.schema else {
            return self;
        };
        let position = schema.position(name).filter(|i| {
            schema
                .field(*i)
                .is_some_and(|field| matches!(field.kind, FieldKind::Rows(_)))
        });
        match position {
            Some(_) if rows.is_empty() => {}
            Some(i) => {
                self.rows
                    .insert(i, rows.into_iter().map(Value::Array).collect());
            }
            None => self.unknown(schema, name),
        }
        self
    }

    /// The contents, or the first thing that did not fit.
    pub fn finish(self) -> Result<Contents, ContentsError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match self.schema {
            Some(schema) => Contents::new(schema, self.fields, self.rows),
            None => Err(ContentsError::UnknownSchema(String::new())),
        }
    }
}

/// A text cell; an empty string is an unused cell.
pub fn text(value: &str) -> Value {
    if value.is_empty() {
        Value::Array(Vec::new())
    } else {
        Value::Text(value.to_owned())
    }
}

/// A decimal cell.
pub fn decimal(digits: i64, places: i64) -> Value {
    Value::Array(vec![Value::Int(digits), Value::Int(places)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_kinds_and_repeats_are_checked() {
        assert!(Draft::new("lab").text("title", "x").finish().is_ok());
        assert_eq!(
            Draft::new("labor").finish(),
            Err(ContentsError::UnknownSchema("labor".into()))
        );
        assert_eq!(
            Draft::new("lab").text("titel", "x").finish(),
            Err(ContentsError::UnknownField {
                schema: "lab",
                field: "titel".into()
            })
        );
        assert_eq!(
            Draft::new("lab")
                .text("title", "x")
                .text("title", "y")
                .finish(),
            Err(ContentsError::Twice("title"))
        );
        assert_eq!(
            Draft::new("lab").int("value", 4).finish(),
            Err(ContentsError::Kind(KindError::Type("value")))
        );
        assert!(matches!(
            Draft::new("lab").rows("value", vec![]).finish(),
            Err(ContentsError::UnknownField { .. })
        ));
    }
}
