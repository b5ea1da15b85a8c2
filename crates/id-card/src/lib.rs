//! Estonian identity cards: the 2018 (IDEMIA) and 2025 (Thales) chips, through a reader, in this process, or
//! from a recording.
//!
//! * [`card::Card`] is where to start: one card, whichever chip, and what it can do.
//! * [`transport::Transport`] is the way to it: [`readers`] for real ones, [`virtual_card`] for a card made of
//!   software, [`replay`] for a recorded conversation.
//! * [`web_eid`] signs in with a card and checks such a sign-in on the gateway's side.
//! * [`demo`] holds the two demonstration cards and their certificate authority.
//!
//! What this crate must never do: try a PIN twice, keep or print a PIN, leave one verified on the card, trust
//! an answer of a card further than its length was checked, or show a person text. It knows nothing of ledgers.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod apdu;
pub mod card;
pub mod certificate;
pub mod cli;
pub mod demo;
pub mod demo_ca;
pub mod drivers;
pub mod error;
#[cfg(feature = "harness")]
pub mod harness;
pub mod personal;
pub mod pin;
#[cfg(feature = "pcsc")]
pub mod readers;
pub mod recognise;
pub mod replay;
pub mod session;
pub mod tlv;
pub mod transport;
pub mod virtual_card;
pub mod web_eid;

pub use card::Card;
pub use certificate::Certificate;
pub use error::CardError;
pub use pin::{Pin, PinKind};
pub use virtual_card::VirtualCard;
