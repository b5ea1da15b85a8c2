//! What may be relied on, and the only places where it is made.
//!
//! A [`VerifiedHeader`] or [`TrustedBlock`] can be had only from a successful verification; a [`StateRoot`] only from a
//! verified header; a [`Verified`] value only from a proof against a state root. All fields are private and there is no
//! other constructor, so whoever holds one of these types needs no second look.

mod block;
mod header;
mod proven;

pub use block::{AdvanceError, Checkpoint, TrustError, TrustedBlock};
pub use header::{NeighbourError, StateRoot, VerifiedHeader, sealed_between, state_root_for};
pub use proven::{Absent, ProvenAt, Verified};
