//! The light client: decides which headers of the ledger may be relied on.
//!
//! This crate is pure. It opens no file and no socket, reads no clock and draws no random number: time is an argument,
//! what comes from outside is an [`sync::Input`], what shall happen outside is an [`sync::Effect`].
//!
//! It must never:
//! * accept what CometBFT or tendermint-rs refuses (a list of rules, each the stricter of the two, stands in
//!   [`verify::predicates`]);
//! * hand out a header or a state root that no verification stands behind: [`trusted`] is the only mint;
//! * resolve a fork: it stops, keeps the evidence and says so.
//!
//! Start with [`verify::verify`] (the rules), then [`trusted`] (what follows from them) and [`sync`] (the machine that keeps
//! a client at the tip and fills in history).

pub mod conformance;
mod options;
pub mod report;
pub mod sync;
pub mod trusted;
pub mod verify;

pub use options::{Fraction, FractionError, Options};
