//! Shared by the tests of this crate.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::wildcard_imports
)]

pub mod chain;
pub mod vectors;
pub mod world;
