//! The embedded network's consensus: four validators that always agree.
//!
//! [`network::Network`] runs it. What a block must look like is in [`chain`],
//! [`block`], [`bft_time`] and [`rotation`]; who signs in [`signer`].

pub mod bft_time;
pub mod block;
pub mod chain;
pub mod mempool;
pub mod network;
pub mod plan;
pub mod producer;
pub mod replica;
pub mod rotation;
pub mod signer;
