//! The one secret per entry from which all its salts come.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::hash::{Hash, hmac};

/// 32 random bytes per entry. Deleting them (and the contents) erases the entry: its commitment then says nothing.
///
/// Handed to the person the entry is about, never to a third party: proofs carry single salts. The type has no
/// serialisation on purpose, so that no document can come to hold one:
///
/// ```compile_fail
/// fn write(value: &impl serde::Serialize) {}
/// write(&toend_ledger::commitment::Seed::from_bytes([0; 32]));
/// ```
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

impl Seed {
    /// From 32 random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storing them sealed or handing them to the subject.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// Salt of position `i`: `HMAC-SHA256(seed, T("salt") ‖ i u16)`.
pub fn salt(seed: &Seed, i: u16) -> Hash {
    hmac(&seed.0, "salt", &[&i.to_be_bytes()])
}

/// Salt of row `j` in position `i`: `HMAC-SHA256(seed, T("row-salt") ‖ i u16 ‖ j u32)`.
pub fn row_salt(seed: &Seed, i: u16, j: u32) -> Hash {
    hmac(&seed.0, "row-salt", &[&i.to_be_bytes(), &j.to_be_bytes()])
}
