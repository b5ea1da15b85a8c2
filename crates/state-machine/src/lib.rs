//! The replicated application of the Tõend ledger: what every authority's computer does with a decided block.
//!
//! It takes transactions (`toend_ledger::tx`) and keeps the state of design §4.4: commitments, counters and opaque
//! labels, in a sparse Merkle tree whose root each next header carries. [`App`] has the shape of ABCI 2.0 and is
//! hosted by `toend-node`, in the embedded network and behind CometBFT alike.
//!
//! It must never:
//! * depend on anything but genesis and blocks: no clock, no randomness, no order of a hash map, no thread, no I/O;
//! * learn a person: no function here takes a subject, a list or an index, and none may;
//! * change anything for a transaction that fails, or delete anything at all;
//! * take its own word for a proof: `toend_ledger::proof` is the judge, also in the tests.
//!
//! Start with [`App`], then the rules row by row in `rules/`, then [`tree`]. [`Code`] lists every refusal;
//! `docs/state-machine.md` says the same for people.

#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod app;
mod draft;
pub mod limits;
mod registry;
mod rules;
mod signatures;
pub mod tree;

pub use app::{
    App, Block, BlockError, Committed, Finalized, Info, InitError, Proposal, QueryError,
    QueryResult, RestoreError, TxResult, UnknownRules, ValidatorUpdate,
};
pub use rules::Misbehavior;
pub use toend_ledger::code::{CODESPACE, Code};
