//! The tree over a record's fixed positions.

use thiserror::Error;

use super::{Seed, salt};
use crate::cbor::{self, CborError, Value};
use crate::hash::{Hash, tag};
use crate::merkle::{self, MerkleError};

/// Most positions of a schema.
pub const MAX_POSITIONS: u16 = 1024;

/// Why fields are refused, or cannot be committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FieldError {
    /// The schema has another number of positions, none, or more than allowed.
    #[error("a record of this schema has {expected} positions, not {got}")]
    Positions {
        /// Positions of the schema, or the most allowed.
        expected: usize,
        /// Positions given.
        got: usize,
    },
    /// The same position twice, or positions out of order.
    #[error("position {0} is shown twice or out of order")]
    Order(u16),
    /// A position that the schema does not have.
    #[error("the schema has no position {0}")]
    OutOfRange(u16),
    /// The rows delivered are not all rows, or not in order.
    #[error("{got} of {expected} rows were delivered")]
    Rows {
        /// Rows committed to.
        expected: u32,
        /// Rows delivered.
        got: usize,
    },
    /// A field that should hold a number of rows and their root holds something else.
    #[error("the field is no group of rows")]
    NotRows,
    /// The value has no canonical encoding.
    #[error(transparent)]
    Value(#[from] CborError),
    /// The field does not belong to the record.
    #[error("a field does not belong to the record: {0}")]
    Merkle(#[from] MerkleError),
}

/// Leaf data of position `i`: `T("field") ‖ i u16 ‖ salt 32 ‖ value`, value in its CBOR encoding.
pub fn field_leaf(i: u16, salt: &Hash, value: &[u8]) -> Vec<u8> {
    let mut out = tag("field");
    out.extend_from_slice(&i.to_be_bytes());
    out.extend_from_slice(salt);
    out.extend_from_slice(value);
    out
}

/// All positions of one record: what the register and the person hold.
#[derive(Debug, Clone)]
pub struct FieldTree {
    values: Vec<Value>,
    salts: Vec<Hash>,
    leaves: Vec<Hash>,
}

/// One position shown to a third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldOpening {
    /// Position in the schema, from 0.
    pub position: u16,
    /// Its salt.
    pub salt: Hash,
    /// Its value, [`Value::Absent`] if the record does not use it.
    pub value: Value,
    /// Siblings from the leaf up.
    pub path: Vec<Hash>,
}

impl FieldTree {
    /// Commits to `values`, one per position of the schema, salted from `seed`.
    pub fn new(seed: &Seed, values: Vec<Value>) -> Result<Self, FieldError> {
        let count = u16::try_from(values.len()).unwrap_or(u16::MAX);
        if count == 0 || count > MAX_POSITIONS {
            return Err(FieldError::Positions {
                expected: usize::from(MAX_POSITIONS),
                got: values.len(),
            });
        }
        let salts: Vec<Hash> = (0..count).map(|i| salt(seed, i)).collect();
        let mut leaves = Vec::with_capacity(values.len());
        for ((i, salt), value) in (0..count).zip(&salts).zip(&values) {
            leaves.push(merkle::leaf_hash(&field_leaf(
                i,
                salt,
                &cbor::encode(value)?,
            )));
        }
        Ok(Self {
            values,
            salts,
            leaves,
        })
    }

    /// Positions in the tree.
    pub fn positions(&self) -> u16 {
        self.leaves.len() as u16
    }

    /// `FR`, which only ever stands inside Q.
    pub fn root(&self) -> Hash {
        merkle::root_of_hashes(&self.leaves)
    }

    /// What a third party needs to check one position.
    pub fn open(&self, position: u16) -> Result<FieldOpening, FieldError> {
        let i = usize::from(position);
        match (self.salts.get(i), self.values.get(i)) {
            (Some(salt), Some(value)) => Ok(FieldOpening {
                position,
                salt: *salt,
                value: value.clone(),
                path: merkle::inclusion_proof(&self.leaves, u64::from(position))?,
            }),
            _ => Err(FieldError::OutOfRange(position)),
        }
    }
}

impl FieldOpening {
    /// Checks this position against `fr`, the root over `positions` fields; the number comes from the schema.
    pub fn verify(&self, fr: &Hash, positions: u16) -> Result<(), FieldError> {
        if self.position >= positions {
            return Err(FieldError::OutOfRange(self.position));
        }
        let leaf = merkle::leaf_hash(&field_leaf(
            self.position,
            &self.salt,
            &cbor::encode(&self.value)?,
        ));
        merkle::verify_inclusion(
            &leaf,
            u64::from(self.position),
            u64::from(positions),
            &self.path,
            fr,
        )?;
        Ok(())
    }
}

/// Checks several positions of one record: each once, in increasing order, each under `fr`.
pub fn verify_fields(
    fr: &Hash,
    positions: u16,
    openings: &[FieldOpening],
) -> Result<(), FieldError> {
    for (a, b) in openings.iter().zip(openings.iter().skip(1)) {
        if a.position >= b.position {
            return Err(FieldError::Order(b.position));
        }
    }
    openings
        .iter()
        .try_for_each(|opening| opening.verify(fr, positions))
}
