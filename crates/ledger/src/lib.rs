//! The formats of the Tõend ledger: what stands on it, how it is signed, and how each statement about it is proven.
//!
//! This crate is pure. It opens no file and no socket, reads no clock, draws no random number; everything it
//! needs is an argument. Prover (the state machine, the gateways) and verifier (the client) share these
//! definitions and nothing else.
//!
//! It must never:
//! * take a position in a tree from a proof: sides come from the bits of `H(key)`, indices from the caller;
//! * decode more than a stated limit, or let two encodings stand for one value;
//! * put a name, a code or a text on the ledger: state holds commitments, counters and opaque labels only.
//!
//! Start with [`state`] (what stands in state), [`proof`] (how it is shown), [`commitment`] (what an entry hides)
//! and [`list`] with [`ladder`] (how a person's list is shown to be whole). `docs/formats/` describes every layout.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::many_single_char_names,
        clippy::maybe_infinite_iter
    )
)]

pub mod code;
pub mod cometbft;
pub mod hash;
pub mod layout;
pub mod merkle;

pub mod proof;
pub mod record;
pub mod state;
pub mod subject;

pub mod cbor;
pub mod commitment;
pub mod ladder;
pub mod list;
pub mod vrf;

pub mod evidence;
pub mod gateway;
pub mod genesis;
pub mod history;
pub mod interval;
pub mod json_depth;
pub mod network;
pub mod proof_file;
pub mod rights;
pub mod schema;
pub mod tx;
