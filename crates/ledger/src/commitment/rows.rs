//! Repeated groups: shareholders, lab values, invoice lines. One position holds their number and root.

use super::{FieldError, Seed, row_salt};
use crate::cbor::{self, Value};
use crate::hash::{Hash, tag};
use crate::merkle;

/// Most rows of one group.
pub const MAX_ROWS: u32 = 100_000;

/// Leaf data of row `j` in position `i`: `T("row") ‖ i u16 ‖ j u32 ‖ salt 32 ‖ value`.
pub fn row_leaf(i: u16, j: u32, salt: &Hash, value: &[u8]) -> Vec<u8> {
    let mut out = tag("row");
    out.extend_from_slice(&i.to_be_bytes());
    out.extend_from_slice(&j.to_be_bytes());
    out.extend_from_slice(salt);
    out.extend_from_slice(value);
    out
}

/// All rows of one position.
#[derive(Debug, Clone)]
pub struct RowTree {
    position: u16,
    values: Vec<Value>,
    salts: Vec<Hash>,
    leaves: Vec<Hash>,
}

/// One row shown to a third party. Showing any row shows how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOpening {
    /// Number of the row, from 0.
    pub row: u32,
    /// Its salt.
    pub salt: Hash,
    /// Its value.
    pub value: Value,
    /// Siblings from the leaf up.
    pub path: Vec<Hash>,
}

impl RowTree {
    /// Commits to the rows of position `position`, salted from the entry's seed.
    pub fn new(seed: &Seed, position: u16, values: Vec<Value>) -> Result<Self, FieldError> {
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        if count > MAX_ROWS {
            return Err(FieldError::Rows {
                expected: MAX_ROWS,
                got: values.len(),
            });
        }
        let salts: Vec<Hash> = (0..count).map(|j| row_salt(seed, position, j)).collect();
        let mut leaves = Vec::with_capacity(values.len());
        for ((j, salt), value) in (0..count).zip(&salts).zip(&values) {
            leaves.push(merkle::leaf_hash(&row_leaf(
                position,
                j,
                salt,
                &cbor::encode(value)?,
            )));
        }
        Ok(Self {
            position,
            values,
            salts,
            leaves,
        })
    }

    /// The field value that stands for the group: `[count, root]`.
    pub fn field_value(&self) -> Value {
        let root = merkle::root_of_hashes(&self.leaves);
        Value::Array(vec![
            Value::Int(i64::from(self.leaves.len() as u32)),
            Value::Bytes(root.to_vec()),
        ])
    }

    /// The position that holds the group.
    pub const fn position(&self) -> u16 {
        self.position
    }

    /// What a third party needs to check one row.
    pub fn open(&self, row: u32) -> Result<RowOpening, FieldError> {
        match (self.salts.get(row as usize), self.values.get(row as usize)) {
            (Some(salt), Some(value)) => Ok(RowOpening {
                row,
                salt: *salt,
                value: value.clone(),
                path: merkle::inclusion_proof(&self.leaves, u64::from(row))?,
            }),
            _ => Err(FieldError::Rows {
                expected: self.leaves.len() as u32,
                got: row as usize,
            }),
        }
    }
}

/// Reads `[count, root]`.
fn group(field: &Value) -> Result<(u32, Hash), FieldError> {
    let Value::Array(parts) = field else {
        return Err(FieldError::NotRows);
    };
    let [Value::Int(count), Value::Bytes(root)] = parts.as_slice() else {
        return Err(FieldError::NotRows);
    };
    let count = u32::try_from(*count)
        .ok()
        .filter(|count| *count <= MAX_ROWS)
        .ok_or(FieldError::NotRows)?;
    let root = Hash::try_from(root.as_slice()).map_err(|_| FieldError::NotRows)?;
    if count == 0 && root != merkle::EMPTY_ROOT {
        return Err(FieldError::NotRows);
    }
    Ok((count, root))
}

/// Checks one row against the verified value of its position.
pub fn verify_row(position: u16, field: &Value, opening: &RowOpening) -> Result<(), FieldError> {
    let (count, root) = group(field)?;
    let leaf = merkle::leaf_hash(&row_leaf(
        position,
        opening.row,
        &opening.salt,
        &cbor::encode(&opening.value)?,
    ));
    merkle::verify_inclusion(
        &leaf,
        u64::from(opening.row),
        u64::from(count),
        &opening.path,
        &root,
    )?;
    Ok(())
}

/// Checks that these are *all* rows of the group: (salt, value) in order. Dropping one fails (review finding 3.9).
pub fn verify_all_rows(
    position: u16,
    field: &Value,
    rows: &[(Hash, Value)],
) -> Result<(), FieldError> {
    let (count, root) = group(field)?;
    if rows.len() != count as usize {
        return Err(FieldError::Rows {
            expected: count,
            got: rows.len(),
        });
    }
    let mut leaves = Vec::with_capacity(rows.len());
    for (j, (salt, value)) in (0..count).zip(rows) {
        leaves.push(merkle::leaf_hash(&row_leaf(
            position,
            j,
            salt,
            &cbor::encode(value)?,
        )));
    }
    if merkle::root_of_hashes(&leaves) == root {
        Ok(())
    } else {
        Err(FieldError::Merkle(merkle::MerkleError::RootMismatch))
    }
}
