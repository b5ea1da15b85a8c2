//! Shared by the tests of this crate.
#![allow(dead_code)]

pub mod chain;
pub mod vectors;
pub mod world;
