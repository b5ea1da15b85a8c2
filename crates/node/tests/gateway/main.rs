//! The gateways of the embedded network over HTTP: signing in with a virtual card, and everything they answer, checked with
//! nothing but a verified header.
#![allow(clippy::unwrap_used)]

mod crash;
mod desk;
mod ledger;
mod lists;
mod login;
mod reader;
