//! The replicated application of the ledger.

pub mod tree;
