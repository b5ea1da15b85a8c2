//! Client crate (front page to come with its modules).
pub mod dto;
