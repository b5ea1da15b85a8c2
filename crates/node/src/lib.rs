//! # toend-node: the authority's side of Tõend
//!
//! Hosts the replicated application (`toend-state-machine`) in an *embedded
//! network*: four validators inside one process whose headers, commits and RPC
//! answers are CometBFT 0.38's to the bit, so that no light client can tell.
//! Beside it stand the gateways and registers of the demonstration.
//!
//! | module | what |
//! |---|---|
//! | [`abci`] | the same application behind CometBFT, for authorities on computers of their own |
//! | [`embedded`] | starts and ends it all in one process; the lock, the ports, the errors a person can act on |
//! | [`consensus`] | what the next block is, who signs it, when it is made |
//! | [`storage`] | blocks and state on disk, one transaction per block |
//! | [`rpc`] | CometBFT's JSON-RPC, as light clients use it |
//! | [`ledger`] | what a gateway or register may ask of the ledger |
//! | [`ledger_backup`] | the ledger of a stopped authority, saved and brought back |
//! | [`registers`] | an authority's own database: contents, secrets, batches |
//! | [`import`] | an existing register from a file, exactly once |
//! | [`gateway`] | what people ask of an authority over HTTP |
//! | [`demo`] | the demonstration's registers, people and houses |
//!
//! A network of several computers runs the same application and gateways behind
//! CometBFT: [`ceremony`] begins it from keys that each authority made for itself,
//! [`testnet`] makes them all at one place, [`authority`] is one authority's
//! process, [`comet`] its view of the ledger, [`govern`] how they decide together,
//! [`up`] runs all on one computer.
//!
//! It must never put a name, a personal code or any other content on the
//! ledger, never decide a height twice, and never offer the *embedded* network across
//! several machines: one process holds all four keys, and the keys are
//! published constants.
//!
//! Start reading at [`embedded::start`], then [`consensus::network::Network`].

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod abci;
pub mod authority;
pub mod ceremony;
pub mod comet;
pub mod cometbft;
pub mod consensus;
pub mod demo;
mod disk;
pub mod embedded;
pub mod gateway;
pub mod govern;
pub mod import;
pub mod journal;
pub mod ledger;
pub mod ledger_backup;
pub mod registers;
pub mod rpc;
pub mod storage;
pub mod testnet;
pub mod up;
