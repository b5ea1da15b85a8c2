//! Record heads: one place per record whose value names the current version and whether the record has ended.
//!
//! `R = H(T("record") ‖ reg ‖ record)` is the place, `Hd = H(T("head") ‖ record ‖ v ‖ Q)` its commitment. The record
//! id is 32 random bytes that travel with the record; head and list entry share no byte on the ledger, so nobody can
//! link them (review finding 3.8). The machine lets v only go 1, 2, 3 … and lets nothing follow an ended head.

use crate::hash::{Hash, h};
use crate::state::{Reg, ValueError};

/// Whether the record a head speaks of still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Flag {
    /// The version named is in force.
    Current = 0,
    /// The record has ended, since the head's `at`. Final: a new right is a new record.
    Ended = 1,
}

impl Flag {
    /// The byte that stands in state.
    pub const fn byte(self) -> u8 {
        self as u8
    }

    /// Reads the byte that stands in state.
    pub const fn from_byte(byte: u8) -> Result<Self, ValueError> {
        match byte {
            0 => Ok(Self::Current),
            1 => Ok(Self::Ended),
            other => Err(ValueError::UnknownFlag(other)),
        }
    }
}

/// `R`, under which the head of a record stands in its register.
pub fn record_key(reg: Reg, record: &Hash) -> Hash {
    h("record", &[&reg.0.to_be_bytes(), record])
}

/// `Hd`, the commitment of a head to version `v` with content commitment `q`.
pub fn head_commitment(record: &Hash, v: u32, q: &Hash) -> Hash {
    h("head", &[record, &v.to_be_bytes(), q])
}

/// The record id of a public list's records: derived from the public business key, so that one licence cannot get
/// two record ids (review finding 1.12).
pub fn public_record_id(reg: Reg, schema: u32, business_key: &[u8]) -> Hash {
    h(
        "public-record",
        &[&reg.0.to_be_bytes(), &schema.to_be_bytes(), business_key],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fr_3_8_head_and_entry_share_nothing() {
        let (record, q) = ([1; 32], [2; 32]);
        let hd = head_commitment(&record, 1, &q);
        let c = crate::commitment::entry_commitment(&[3; 32], &q);
        assert_ne!(hd, c);
        assert_ne!(hd, q);
        // Without the secret record id, Hd cannot be recomputed from Q.
        assert_ne!(hd, head_commitment(&[9; 32], 1, &q));
        assert_ne!(hd, head_commitment(&record, 2, &q));
    }

    #[test]
    fn fr_1_12_one_business_key_has_one_record() {
        // The id follows from register, kind and public key: a second record for one licence would be the same record.
        let id = public_record_id(Reg(3), 3101, b"19999012");
        assert_eq!(id, public_record_id(Reg(3), 3101, b"19999012"));
        for other in [
            public_record_id(Reg(4), 3101, b"19999012"),
            public_record_id(Reg(3), 3102, b"19999012"),
            public_record_id(Reg(3), 3101, b"19999029"),
        ] {
            assert_ne!(id, other);
        }
    }

    #[test]
    fn places_differ_by_register() {
        assert_ne!(record_key(Reg(1), &[1; 32]), record_key(Reg(2), &[1; 32]));
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert_eq!(Flag::from_byte(1), Ok(Flag::Ended));
        assert_eq!(Flag::from_byte(2), Err(ValueError::UnknownFlag(2)));
    }
}
