//! Client crate.
pub mod clock;
pub mod dto;
pub mod error;
pub mod providers;
pub mod records;
mod register;
pub mod seal;
pub mod store;
