//! Client crate.
pub mod check;
pub mod clock;
pub mod dto;
pub mod error;
mod export;
pub mod network;
pub mod providers;
pub mod records;
mod register;
pub mod seal;
mod session;
pub mod store;
mod worker;
