//! What a register delivered for one entry: decoded, salted and committed again here, and only then shown.

use std::collections::BTreeMap;

use toend_ledger::cbor::{self, Value};
use toend_ledger::commitment::{FieldTree, Seed, content_commitment, row_salt, verify_all_rows};
use toend_ledger::gateway::EntryContents;
use toend_ledger::hash::Hash;
use toend_ledger::schema::{self, Field, FieldKind, Schema};
use toend_ledger::state::Reg;

use super::fault::Fault;
use crate::dto::{FieldValue, FieldView};

/// Most rows in all groups of one entry.
const MAX_ROWS: usize = 20_000;

/// Why delivered contents cannot be compared with what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentFault {
    /// A byte string has the wrong length, a value is no deterministic CBOR, positions are missing.
    Undecodable,
    /// The schema is not known here, or does not belong to this register or list.
    UnknownSchema,
    /// The rows of a group do not fit the group's own root: the seed or the rows are wrong.
    Rows,
}

impl From<ContentFault> for Fault {
    fn from(fault: ContentFault) -> Self {
        match fault {
            ContentFault::Undecodable => Self::Undecodable,
            ContentFault::UnknownSchema => Self::UnknownSchema,
            // The words are sealed, but rows beside them were left out or changed.
            ContentFault::Rows => Self::ContentMismatch,
        }
    }
}

/// Contents that were decoded. Nothing is proven yet: [`Contents::q`] must first be found on the ledger.
#[derive(Clone)]
pub struct Contents {
    /// Index in the list.
    pub n: u64,
    /// Record id.
    pub record: Hash,
    /// Version.
    pub v: u32,
    /// Record kind.
    pub schema: &'static Schema,
    /// Place blind.
    pub blind: Hash,
    /// Content commitment.
    pub q: Hash,
    /// Root over the fields.
    pub fr: Hash,
    seed: Seed,
    values: Vec<Value>,
    rows: BTreeMap<u16, Vec<Value>>,
}

impl Contents {
    /// Decodes contents and computes their commitments.
    pub fn read(net: &Hash, reg: Reg, given: &EntryContents) -> Result<Self, ContentFault> {
        let schema = schema::by_id(given.schema)
            .filter(|schema| schema.reg == reg.0)
            .ok_or(ContentFault::UnknownSchema)?;
        let record = array(&given.record.0)?;
        let blind = array(&given.blind.0)?;
        let seed = Seed::from_bytes(array(&given.seed.0)?);
        if given.fields.len() != usize::from(schema.size()) || given.v == 0 {
            return Err(ContentFault::Undecodable);
        }
        let values = given
            .fields
            .iter()
            .map(|field| decode(&field.0))
            .collect::<Result<Vec<_>, _>>()?;
        let mut rows = BTreeMap::new();
        let mut total = 0;
        for group in &given.rows {
            total += group.rows.len();
            if total > MAX_ROWS {
                return Err(ContentFault::Undecodable);
            }
            let decoded = group
                .rows
                .iter()
                .map(|row| decode(&row.0))
                .collect::<Result<Vec<_>, _>>()?;
            if rows.insert(group.field, decoded).is_some() {
                return Err(ContentFault::Undecodable);
            }
        }
        let tree = FieldTree::new(&seed, values.clone()).map_err(|_| ContentFault::Undecodable)?;
        let fr = tree.root();
        let q = content_commitment(net, reg, &record, given.v, schema.id, &fr);
        Ok(Self {
            n: given.n,
            record,
            v: given.v,
            schema,
            blind,
            q,
            fr,
            seed,
            values,
            rows,
        })
    }

    /// Checks what the commitment does not: that each value fits its field, and that the rows are those of their group.
    pub fn check_form(&self) -> Result<(), ContentFault> {
        for ((position, field), value) in (0u16..).zip(self.schema.fields).zip(&self.values) {
            schema::check(field, value).map_err(|_| ContentFault::Undecodable)?;
            let rows = self.rows.get(&position);
            match (field.kind, value) {
                (FieldKind::Rows(_), Value::Array(_)) => {
                    let salted: Vec<(Hash, Value)> = (0u32..)
                        .zip(rows.map(Vec::as_slice).unwrap_or_default())
                        .map(|(j, row)| (row_salt(&self.seed, position, j), row.clone()))
                        .collect();
                    verify_all_rows(position, value, &salted).map_err(|_| ContentFault::Rows)?;
                    for (_, row) in &salted {
                        schema::check_row(field, row).map_err(|_| ContentFault::Undecodable)?;
                    }
                }
                _ if rows.is_some() => return Err(ContentFault::Undecodable),
                _ => {}
            }
        }
        Ok(())
    }

    /// The same record in words, whatever the salts: tells a wrong salt from altered words.
    pub fn same_words(&self, other: &Self) -> bool {
        self.record == other.record
            && self.v == other.v
            && self.schema.id == other.schema.id
            && self.values == other.values
            && self.rows == other.rows
    }

    /// True when this record has groups and none of them fits the seed: then the seed is wrong, not a word.
    pub fn seed_fits_no_group(&self) -> bool {
        let mut groups = 0;
        for ((position, field), value) in (0u16..).zip(self.schema.fields).zip(&self.values) {
            let Some(rows) = self.rows.get(&position).filter(|rows| !rows.is_empty()) else {
                continue;
            };
            if !matches!(field.kind, FieldKind::Rows(_)) {
                return false;
            }
            let salted: Vec<(Hash, Value)> = (0u32..)
                .zip(rows)
                .map(|(j, row)| (row_salt(&self.seed, position, j), row.clone()))
                .collect();
            if verify_all_rows(position, value, &salted).is_ok() {
                return false;
            }
            groups += 1;
        }
        groups > 0
    }

    /// The seed of the salts, for making single openings; stays in this crate.
    pub(crate) const fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The tree over the fields, for making single openings.
    pub(crate) fn tree(&self) -> Option<FieldTree> {
        FieldTree::new(&self.seed, self.values.clone()).ok()
    }

    /// Rows of the group in a position.
    pub(crate) fn rows(&self, position: u16) -> &[Value] {
        self.rows
            .get(&position)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// One field by name.
    pub fn field(&self, name: &str) -> Option<FieldValue> {
        let position = self.schema.position(name)?;
        self.view(position).map(|view| view.value)
    }

    /// All fields, in the order of the schema.
    pub fn fields(&self) -> Vec<FieldView> {
        (0..self.schema.size())
            .filter_map(|position| self.view(position))
            .collect()
    }

    /// Fields shown in lists.
    pub fn summary(&self) -> BTreeMap<String, FieldValue> {
        self.schema
            .summary()
            .filter_map(|(position, field)| {
                Some((field.name.to_owned(), self.view(position)?.value))
            })
            .collect()
    }

    /// The date to sort and show by, ISO; empty when the record has none.
    pub fn date(&self) -> String {
        match self.schema.date_field.and_then(|name| self.field(name)) {
            Some(FieldValue::Date(date)) => date,
            _ => String::new(),
        }
    }

    fn view(&self, position: u16) -> Option<FieldView> {
        let field = self.schema.field(position)?;
        let value = self.values.get(usize::from(position))?;
        Some(FieldView {
            name: field.name.to_owned(),
            position,
            value: field_value(field, value, self.rows(position)),
        })
    }
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Contents({}, n {}, v {})",
            self.schema.name, self.n, self.v
        )
    }
}

/// A verified value as a screen gets it. A value that does not fit its field is shown as absent.
pub fn field_value(field: &Field, value: &Value, rows: &[Value]) -> FieldValue {
    match (field.kind, value) {
        (FieldKind::Text, Value::Text(text)) => FieldValue::Text(text.clone()),
        (FieldKind::Code, Value::Text(text)) => FieldValue::Code(text.clone()),
        (FieldKind::Date, Value::Text(text)) => FieldValue::Date(text.clone()),
        (FieldKind::Int, Value::Int(number)) => FieldValue::Int(*number),
        (FieldKind::Money, Value::Int(cents)) => FieldValue::Money(*cents),
        (FieldKind::Time, Value::Int(seconds)) => FieldValue::Time(*seconds),
        (FieldKind::Bool, Value::Bool(yes)) => FieldValue::Bool(*yes),
        (FieldKind::Decimal, Value::Array(parts)) => match parts.as_slice() {
            [Value::Int(digits), Value::Int(places)] => {
                u8::try_from(*places).map_or(FieldValue::Absent, |places| FieldValue::Decimal {
                    digits: *digits,
                    places,
                })
            }
            _ => FieldValue::Absent,
        },
        (FieldKind::Rows(columns), Value::Array(_)) => {
            FieldValue::Rows(rows.iter().map(|row| row_value(columns, row)).collect())
        }
        _ => FieldValue::Absent,
    }
}

fn row_value(columns: &[Field], row: &Value) -> BTreeMap<String, FieldValue> {
    let Value::Array(cells) = row else {
        return BTreeMap::new();
    };
    columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| (column.name.to_owned(), field_value(column, cell, &[])))
        .collect()
}

fn decode(bytes: &[u8]) -> Result<Value, ContentFault> {
    cbor::decode(bytes).map_err(|_| ContentFault::Undecodable)
}

pub(super) fn array(bytes: &[u8]) -> Result<Hash, ContentFault> {
    bytes.try_into().map_err(|_| ContentFault::Undecodable)
}
