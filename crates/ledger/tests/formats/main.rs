//! Attacks on the formats, each named after the finding of the review it answers (`docs/formats/findings.md` lists them all),
//! and second opinions of independent implementations.

mod sample_ledger;
mod sample_tree;

mod history;
mod index_proofs;
mod proof_files;
mod second_opinion;
mod state_proofs;
mod vector_sets;
mod vectors;
