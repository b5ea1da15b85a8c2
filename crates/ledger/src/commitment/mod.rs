//! What an entry commits to, and how single fields of it are shown.
//!
//! `C = H(T("entry") ‖ P ‖ Q)`: P says where the entry stands (whose list, which number, all entries before it), Q what it says.
//! A third party is shown Q and gets P as 32 opaque bytes, so it learns neither number nor list (review finding 3.7).
//! Inside Q, `FR` is the RFC 6962 root over the schema's *fixed positions*: position i **is** the field, the number of
//! positions comes from the schema, and an unused position is salted like any other. So no field can stand twice with two
//! values (3.1), and neither names nor number of the fields used leak (3.2).
//!
//! [`Seed`] opens everything: it has no serialisation, shows nothing in `Debug` and is wiped when dropped (3.6).

mod fields;
mod rows;
mod seed;

pub use fields::{FieldError, FieldOpening, FieldTree, MAX_POSITIONS, field_leaf, verify_fields};
pub use rows::{MAX_ROWS, RowOpening, RowTree, row_leaf, verify_all_rows, verify_row};
pub use seed::{Seed, row_salt, salt};

use crate::hash::{Hash, h};
use crate::list::Class;
use crate::merkle;
use crate::state::Reg;

/// `Q = H(T("content") ‖ net ‖ reg ‖ record ‖ v u32 ‖ schema u32 ‖ FR)`.
pub fn content_commitment(
    net: &Hash,
    reg: Reg,
    record: &Hash,
    v: u32,
    schema: u32,
    fr: &Hash,
) -> Hash {
    h(
        "content",
        &[
            net,
            &reg.0.to_be_bytes(),
            record,
            &v.to_be_bytes(),
            &schema.to_be_bytes(),
            fr,
        ],
    )
}

/// `P = H(T("place") ‖ blind ‖ owner ‖ class ‖ n u64 ‖ prev)`.
///
/// `owner` is `O` of a private list, [`Subject::hash`](crate::subject::Subject::hash) of a public one; `prev` is [`prev_root`].
pub fn place_commitment(blind: &Hash, owner: &Hash, class: Class, n: u64, prev: &Hash) -> Hash {
    h(
        "place",
        &[blind, owner, &[class as u8], &n.to_be_bytes(), prev],
    )
}

/// `C = H(T("entry") ‖ P ‖ Q)`, the only thing of an entry that stands on the ledger.
pub fn entry_commitment(p: &Hash, q: &Hash) -> Hash {
    h("entry", &[p, q])
}

/// `prev` of entry n: the RFC 6962 root over C₁ … Cₙ₋₁, so that one entry proves every older one.
pub fn prev_root(older: &[Hash]) -> Hash {
    merkle::root(older)
}

#[cfg(test)]
mod tests;
