//! Signed answers of a gateway: two that contradict each other are evidence.

use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use toend_ledger::gateway::signing_bytes;
use toend_ledger::genesis::demo::{self, Purpose};

const REQUEST: &[u8] = b"GET /v1/registers/1/list?class=0&nonce=abc";

fn sign(request: &[u8], answer: &[u8], tip: u64) -> (Vec<u8>, Signature) {
    let bytes = signing_bytes(&demo::net(), 1, request, answer, tip, &[tip as u8; 32]);
    let signature = demo::signing_key(Purpose::Answer, 1).sign(&bytes);
    (bytes, signature)
}

fn holds(request: &[u8], answer: &[u8], tip: u64, signature: &Signature) -> bool {
    let key: VerifyingKey = demo::signing_key(Purpose::Answer, 1).verifying_key();
    let bytes = signing_bytes(&demo::net(), 1, request, answer, tip, &[tip as u8; 32]);
    key.verify_strict(&bytes, signature).is_ok()
}

#[test]
fn fr_1_13_two_contradicting_answers_are_evidence() {
    // "You have 14 entries" and "you have no list", to one request at one tip: both signatures hold, so the register
    // itself proves the contradiction to whoever has both.
    let (first, second) = (
        b"{\"entries\":14}".as_slice(),
        b"{\"entries\":0}".as_slice(),
    );
    let (_, one) = sign(REQUEST, first, 7);
    let (_, other) = sign(REQUEST, second, 7);
    assert!(holds(REQUEST, first, 7, &one) && holds(REQUEST, second, 7, &other));
    // Nobody can make such evidence out of an honest answer: request, contents and tip are all signed.
    assert!(!holds(REQUEST, second, 7, &one));
    assert!(!holds(REQUEST, first, 8, &one));
    assert!(!holds(
        b"GET /v1/registers/1/list?class=1&nonce=abc",
        first,
        7,
        &one
    ));
    let key = demo::signing_key(Purpose::Answer, 1).verifying_key();
    let other_register = signing_bytes(&demo::net(), 2, REQUEST, first, 7, &[7; 32]);
    assert!(key.verify_strict(&other_register, &one).is_err());
}

#[test]
fn fr_8_8_an_answer_is_never_a_transaction_or_a_vote() {
    // What the keys sign begins differently, so that a signature for one purpose fits no other.
    let (bytes, _) = sign(REQUEST, b"x", 7);
    assert!(bytes.starts_with(b"toend/answer/v1\0"));
    let filing = toend_ledger::tx::Filing::signed(
        demo::net(),
        0,
        [1; 32],
        &demo::signing_key(Purpose::Gateway, 0),
    );
    assert!(filing.signing_bytes().starts_with(b"toend/tx/v1\0"));
}
