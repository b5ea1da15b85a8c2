//! What a person sees when a register, a gateway, the ledger or the computer itself goes wrong.
//!
//! Each journey takes the real client from the card to the screen, against the embedded network behind gateways that lie
//! ([`toend_testkit`]). It names the exact verdict and help code, and shows that nothing false reaches a row, a record, a
//! proof panel, a proof file or the disk. Where a journey answers a finding of the review of the formats, its name begins
//! with the finding's number; `docs/formats/findings.md` lists them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::too_many_lines)]

mod answers;
mod card;
mod computer;
mod contents;
mod disk;
mod filings;
mod gateways;
mod hidden;
mod ledger;
mod lists;
mod offices;
mod old;
mod public;
mod scene;
