//! Proving older blocks, and tying a file to a pinned header.

use proptest::prelude::*;
use toend_ledger::history::{HistoryError, HistoryProof};
use toend_ledger::merkle::MerkleError;
use toend_ledger::proof::ProofError;
use toend_ledger::proof_file::Pinned;
use toend_ledger::schema;

use crate::sample_ledger::{FIRST, SampleLedger};

fn ledger() -> SampleLedger {
    SampleLedger::new(schema::by_name("visit").unwrap(), 9, 1)
}

#[test]
fn every_older_block_is_proven_from_the_tip() {
    let ledger = ledger();
    let tip = ledger.tip().height;
    for header in &ledger.headers[..ledger.headers.len() - 1] {
        let proof = ledger.history(header.height);
        assert_eq!(
            proof.verify(&ledger.root(), FIRST, header.height, &header.hash()),
            Ok(())
        );
        assert_eq!(HistoryProof::decode(&proof.encode()), Ok(proof));
    }
    assert!(tip > 10);
}

#[test]
fn fr_5_7_a_block_is_not_proven_under_another_height_or_root() {
    let ledger = ledger();
    let header = &ledger.headers[3];
    let proof = ledger.history(header.height);
    for height in [header.height - 1, header.height + 1] {
        assert!(
            proof
                .verify(&ledger.root(), FIRST, height, &header.hash())
                .is_err()
        );
    }
    assert_eq!(
        proof.verify(&[1; 32], FIRST, header.height, &header.hash()),
        Err(HistoryError::State(ProofError::RootMismatch))
    );
    assert_eq!(
        proof.verify(&ledger.root(), FIRST, header.height, &[1; 32]),
        Err(HistoryError::Path(MerkleError::RootMismatch))
    );
    assert_eq!(
        proof.verify(
            &ledger.root(),
            header.height + 1,
            header.height,
            &header.hash()
        ),
        Err(HistoryError::BeforeFirst {
            height: header.height,
            first: header.height + 1
        })
    );
    // The tip itself is not in its own state: one block late would be one block early.
    let tip = ledger.tip();
    assert!(
        proof
            .verify(&ledger.root(), FIRST, tip.height, &tip.hash())
            .is_err()
    );
}

#[test]
fn fr_3_3_a_header_tree_proof_is_no_history_proof() {
    // A field of a header is a leaf of the header's tree; as a "block hash" of the history it proves nothing.
    let ledger = ledger();
    let header = &ledger.headers[3];
    let mut proof = ledger.history(header.height);
    assert!(
        proof
            .verify(
                &ledger.root(),
                FIRST,
                header.height,
                &header.validators_hash
            )
            .is_err()
    );
    proof.path.pop();
    assert!(matches!(
        proof.verify(&ledger.root(), FIRST, header.height, &header.hash()),
        Err(HistoryError::Path(MerkleError::WrongLength { .. }))
    ));
}

#[test]
fn fr_10_1_a_file_below_a_pin_needs_hashes_only() {
    let ledger = ledger();
    let pinned = Pinned {
        header: ledger.tip().clone(),
        history: ledger.history(4),
    };
    let header = &ledger.headers[3];
    let pin = ledger.tip().hash();
    assert_eq!(pinned.verify(FIRST, header, &pin), Ok(()));

    // A forged header of 2026, signed with real old keys: whatever the signatures say, it is not under the pin.
    let mut forged = header.clone();
    forged.app_hash = vec![6; 32];
    assert_eq!(
        pinned.verify(FIRST, &forged, &pin),
        Err(HistoryError::Path(MerkleError::RootMismatch))
    );
    // A forged pinned header: its hash is not the one in the network file.
    let mut other = pinned.clone();
    other.header.app_hash = vec![6; 32];
    assert_eq!(
        other.verify(FIRST, header, &pin),
        Err(HistoryError::State(ProofError::RootMismatch))
    );
}

proptest! {
    #[test]
    fn decoders_never_panic_and_are_exact(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(proof) = HistoryProof::decode(&bytes) {
            prop_assert_eq!(proof.encode(), bytes);
        }
    }
}
