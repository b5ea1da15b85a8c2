//! The client without a screen: it follows the ledger, signs in with a card, fetches lists, judges everything on this computer,
//! remembers what was proven, and answers a screen or a terminal in codes and numbers.
//!
//! It must never:
//! * show contents that were not proven against a header the light client verified (only what waits for its seal is shown
//!   unproven, and marked so);
//! * keep anything private on disk unless sealed with a key that needs the card, or at all on a shared computer;
//! * put a name, a code or a text of a record into a log, an error or a file name;
//! * ask a gateway for a label that belongs to another register;
//! * write text for users: [`dto`] carries codes, the screens have the words.
//!
//! Start with [`Client`] (the commands), then [`records`] (how a list is judged) and [`check`](mod@check) (proof files).
//! `worker` keeps this computer at the tip, `session` deals with cards, `store` and [`seal`] with the disk. Only `embedded`
//! knows the node.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod about;
pub mod check;
mod client;
pub mod clock;
mod config;
mod diagnostics;
pub mod dto;
#[cfg(feature = "embedded")]
mod embedded;
pub mod error;
pub mod evidence;
mod export;
mod faults;
mod filing;
mod gateways;
mod guard;
mod lists;
pub mod network;
mod offices;
#[cfg(test)]
mod pages;
mod promises;
mod proof_view;
pub mod providers;
pub mod receipt;
pub mod records;
mod register;
pub mod seal;
mod session;
mod settings;
mod status;
mod storage;
pub mod store;
mod surprise;
#[cfg(test)]
mod vectors;
mod visit;
mod worker;

pub use about::about;
pub use client::{Client, Event, HandedIn, Surprise};
pub use clock::Clock;
pub use config::{Config, default_data_dir, read_file, write_file};
pub use error::ClientError;
pub use filing::{FilingReceipt, FilingStep};
pub use network::NetworkSource;
pub use session::{CardSource, DEMO_READER, Pin};
pub use settings::settings_at_start;
