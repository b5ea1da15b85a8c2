//! Attacks on the formats, each named after the finding of the review it answers (`docs/formats/findings.md` lists them all),
//! and second opinions of independent implementations.

#![allow(
    clippy::unwrap_used,
    clippy::type_complexity,
    clippy::maybe_infinite_iter,
    clippy::many_single_char_names,
    clippy::too_many_lines,
    clippy::cast_possible_wrap
)]

mod sample_ledger;
mod sample_tree;

mod answers;
mod history;
mod index_proofs;
mod proof_files;
mod second_opinion;
mod state_proofs;
mod vector_filings;
mod vector_sets;
mod vectors;
