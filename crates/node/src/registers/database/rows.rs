//! Rows as the rest of the register sees them: those that lie there, and those on their way in.

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::tx::{Batch, Tx};

use crate::registers::RegisterError;

/// A list's row.
pub struct ListRow {
    pub id: i64,
    pub tag: Hash,
    pub public: bool,
    pub sealed: Vec<u8>,
}

/// The commitments of one list and class so far.
pub struct ChainRow {
    pub size: u64,
    pub sealed: Vec<u8>,
}

/// A record's row.
pub struct RecordRow {
    pub v: u32,
    pub ended: bool,
    pub sealed: Vec<u8>,
}

/// An entry's row.
pub struct EntryRow {
    pub list: i64,
    pub n: u64,
    pub received_ms: u64,
    pub ops: Vec<u8>,
    pub contents: Vec<u8>,
}

/// An entry that waits for a batch.
pub struct WaitingEntry {
    pub id: i64,
    pub list: i64,
    pub class: u8,
    pub n: u64,
    pub ops: Vec<u8>,
    /// Whether its list waits to be opened or created, too.
    pub list_waits: bool,
    /// Whether its list is one of [`NEVER`].
    pub list_closed: bool,
}

/// A list on its way in.
pub struct NewList {
    pub id: i64,
    pub tag: Hash,
    pub public: bool,
    pub sealed: Vec<u8>,
}

/// The commitments of one list and class from now on.
pub struct NewChain {
    pub list: i64,
    pub class: Class,
    pub size: u64,
    pub sealed: Vec<u8>,
}

/// A record from now on.
pub struct NewRecord {
    pub tag: Hash,
    pub list: i64,
    pub v: u32,
    pub ended: bool,
    pub sealed: Vec<u8>,
}

/// An entry on its way in.
pub struct NewEntry {
    pub list: i64,
    pub class: Class,
    pub n: u64,
    pub record: Hash,
    pub v: u32,
    pub digest: Hash,
    pub received_ms: u64,
    pub ops: Vec<u8>,
    pub contents: Vec<u8>,
}

/// What an entry writes to the ledger from now on.
pub struct NewOps {
    pub list: i64,
    pub class: Class,
    pub n: u64,
    pub ops: Vec<u8>,
}

/// A record's version.
pub struct VersionRow {
    pub record: Hash,
    pub v: u32,
    pub n: u64,
    pub digest: Hash,
}

/// What stands in the database about some subjects and records, in no order.
#[derive(Default)]
pub struct Standing {
    /// The newest list's id, 0 when there is none.
    pub newest_list: i64,
    pub lists: Vec<ListRow>,
    /// Commitments by list and the number of their class.
    pub chains: Vec<(i64, u8, ChainRow)>,
    /// Records by tag.
    pub records: Vec<(Hash, RecordRow)>,
}

/// The batch of lists and entries that can never be sealed.
pub const NEVER: u64 = i64::MAX.unsigned_abs();

/// A batch that is not known to be in state.
pub struct BatchRow {
    pub number: u64,
    pub hash: Hash,
    pub tx: Vec<u8>,
}

impl BatchRow {
    /// What was signed.
    pub(in crate::registers) fn batch(&self) -> Result<Batch, RegisterError> {
        match Tx::decode(&self.tx) {
            Ok(Tx::Batch(batch)) => Ok(batch),
            _ => Err(RegisterError::damaged("a batch under way is none")),
        }
    }
}

/// A record that does not exist.
pub struct DecoyRow {
    pub id: i64,
    pub v: u32,
    pub sealed: Vec<u8>,
}
