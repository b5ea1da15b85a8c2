//! For tests only: gateways that lie, ledgers that fork, a register that breaks every rule.
//!
//! Everything here holds the demonstration network's *public* keys, so its lies are signed as well as a dishonest authority
//! would sign them. What the client makes of them is the test.
//!
//! It must never be a normal dependency of anything that ships.
//!
//! Start reading at [`Stage`] (a whole network with a liar in front of each gateway), then [`Fault`].

// Test support: a broken set-up should stop the test at once, with its line.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::indexing_slicing
)]

pub mod decoders;
mod fault;
mod fork;
mod long_chain;
mod proxy;
mod scripted;
mod stage;

pub use fault::{FORGERY, Fault};
pub use fork::{fork, forked};
pub use long_chain::LongChain;
pub use proxy::Sent;
pub use scripted::{Contents, ListScript, ScriptedRegister};
pub use stage::Stage;
