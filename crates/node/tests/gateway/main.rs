//! The gateways of the embedded network over HTTP: signing in with a virtual card, and everything they answer, checked with
//! nothing but a verified header.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod crash;
mod crowd;
mod desk;
mod ending;
mod evidence;
mod filings;
mod flood;
mod house;
mod journal;
mod ledger;
mod lists;
mod login;
mod metrics;
mod mistakes;
mod porch;
mod reader;
#[path = "../common/relay.rs"]
mod relay;
mod settings;
mod tls;
mod trust;
mod tunnel;
mod ways;
mod wire;
