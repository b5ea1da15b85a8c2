//! `toend-node register import` as an authority meets it: the real program, killed, interrupted, fed with rubbish, and its
//! entries read back with their proofs.
#![allow(clippy::unwrap_used)]

#[path = "../gateway/desk.rs"]
#[allow(dead_code, reason = "shared with the gateway's tests")]
mod desk;
mod hostile;
mod house;
mod killed;
mod mapped;
mod proven;
#[path = "../gateway/reader.rs"]
#[allow(dead_code, reason = "shared with the gateway's tests")]
mod reader;
mod resumed;
mod sealed;
