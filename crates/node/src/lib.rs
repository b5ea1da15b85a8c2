//! # toend-node: the authority's side of Tõend
//!
//! Hosts the replicated application (`toend-state-machine`) in an *embedded
//! network*: four validators inside one process whose headers, commits and RPC
//! answers are CometBFT 0.38's to the bit, so that no light client can tell.
//! Beside it stand the gateways and registers of the demonstration.
//!
//! It must never put a name, a personal code or any other content on the
//! ledger, never reuse a height, and never be offered across several machines:
//! one process holds all four keys, and the keys are published constants.
//!
//! Start reading at [`ledger`] (what gateways see).

pub mod ledger;
