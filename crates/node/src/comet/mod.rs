//! The ledger behind CometBFT, as a gateway and a register ask it.
//!
//! State comes from this authority's own application, blocks from its own CometBFT over RPC. What was decided is copied
//! into a database of headers, commits and validator sets ([`mirror`]), so that gateways answer at once, also while
//! CometBFT restarts, and so that header bundles cost one read.
//!
//! Start reading at [`ledger::CometLedger`].

pub mod accusation;
pub mod backfill;
pub mod follower;
pub mod ledger;
pub mod mirror;
pub(crate) mod pulse;
pub mod rpc;

pub use ledger::CometLedger;
