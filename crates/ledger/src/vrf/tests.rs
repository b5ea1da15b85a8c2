use curve25519_dalek::constants::EIGHT_TORSION;
use proptest::prelude::*;

use super::*;

/// RFC 9381, appendix B.3: secret key, public key, alpha, pi, beta.
const B3: [[&str; 5]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
        "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
        "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
        "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
    ],
];

/// The group order q, little-endian.
const Q: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn key(n: u8) -> SecretKey {
    SecretKey::from_bytes([n; 32])
}

#[test]
fn rfc_9381_b_3_vectors_pass() {
    for [sk, pk, alpha, pi, beta] in B3 {
        let secret = SecretKey::from_bytes(hex::decode(sk).unwrap().try_into().unwrap());
        let alpha = hex::decode(alpha).unwrap();
        assert_eq!(hex::encode(secret.public().as_bytes()), pk);
        let proof = secret.prove(&alpha).unwrap();
        assert_eq!(hex::encode(proof.as_bytes()), pi);
        assert_eq!(hex::encode(secret.output(&alpha).unwrap()), beta);
        let public = PublicKey::from_bytes(&hex::decode(pk).unwrap()).unwrap();
        assert_eq!(hex::encode(public.verify(&alpha, &proof).unwrap()), beta);
    }
}

#[test]
fn fr_4_1_both_crates_make_and_accept_the_same_proofs() {
    use akd_core::ecvrf::{Proof as OtherProof, VRFPrivateKey, VRFPublicKey};
    for n in 1..20u8 {
        let (secret, alpha) = (key(n), vec![n; usize::from(n) * 6]);
        let other = VRFPrivateKey::try_from(secret.as_bytes().as_slice()).unwrap();
        let proof = secret.prove(&alpha).unwrap();
        assert_eq!(other.prove(&alpha).to_bytes(), *proof.as_bytes());
        let other_key = VRFPublicKey::from(&other);
        assert_eq!(other_key.as_bytes(), secret.public().as_bytes());
        let read = OtherProof::try_from(proof.as_bytes().as_slice()).unwrap();
        assert!(other_key.verify(&read, &alpha).is_ok());
        let ours = Proof::from_bytes(&other.prove(&alpha).to_bytes()).unwrap();
        assert_eq!(secret.public().verify(&alpha, &ours), secret.output(&alpha));
    }
}

fn add_q(s: &[u8]) -> [u8; 32] {
    let mut carry = 0u16;
    std::array::from_fn(|i| {
        carry += u16::from(s[i]) + u16::from(Q[i]);
        let byte = carry as u8;
        carry >>= 8;
        byte
    })
}

#[test]
fn fr_4_1_lax_proof_decoding() {
    // s + q: the same proof with other bytes. Both crates accept it; the wrapper must not.
    let (secret, alpha) = (key(1), b"alpha");
    let mut bytes = *secret.prove(alpha).unwrap().as_bytes();
    let s = add_q(&bytes[48..]);
    bytes[48..].copy_from_slice(&s);
    let lax = vrf_rfc9381::ec::edwards25519::EdVrfProof::decode_pi(&bytes).unwrap();
    let lax_key = EdVrfEdwards25519TaiPublicKey::from_slice(secret.public().as_bytes()).unwrap();
    assert!(
        lax_key.verify(alpha, lax).is_ok(),
        "this is why there is a wrapper"
    );
    assert_eq!(Proof::from_bytes(&bytes), Err(VrfError::ScalarTooLarge));
    let mut exactly_q = *secret.prove(alpha).unwrap().as_bytes();
    exactly_q[48..].copy_from_slice(&Q);
    assert_eq!(Proof::from_bytes(&exactly_q), Err(VrfError::ScalarTooLarge));
}

/// Encodings of points whose y is p or more, or whose x is a negative zero.
fn non_canonical_points() -> Vec<[u8; 32]> {
    let mut found = Vec::new();
    for y in 0u8..19 {
        for sign in [0, 0x80] {
            // p + y, little-endian, p = 2²⁵⁵ − 19.
            let mut bytes = [0xff; 32];
            bytes[0] = 0xed + y;
            bytes[31] = 0x7f | sign;
            found.push(bytes);
        }
    }
    let mut negative_zero = [0; 32];
    negative_zero[0] = 1;
    negative_zero[31] = 0x80;
    found.push(negative_zero);
    found.retain(|bytes| CompressedEdwardsY(*bytes).decompress().is_some());
    found
}

#[test]
fn fr_4_1_second_encodings_of_points_are_refused() {
    let points = non_canonical_points();
    assert!(points.len() > 5);
    let proof = *key(1).prove(b"alpha").unwrap().as_bytes();
    for bytes in points {
        let gamma: Vec<u8> = bytes.iter().chain(&proof[32..]).copied().collect();
        assert_eq!(
            PublicKey::from_bytes(&bytes),
            Err(VrfError::NotCanonicalPoint)
        );
        assert_eq!(Proof::from_bytes(&gamma), Err(VrfError::NotCanonicalPoint));
    }
}

#[test]
fn fr_4_1_points_of_small_order_are_refused() {
    let proof = *key(1).prove(b"alpha").unwrap().as_bytes();
    for point in EIGHT_TORSION {
        let bytes = point.compress().0;
        let gamma: Vec<u8> = bytes.iter().chain(&proof[32..]).copied().collect();
        assert_eq!(PublicKey::from_bytes(&bytes), Err(VrfError::SmallOrder));
        assert_eq!(Proof::from_bytes(&gamma), Err(VrfError::SmallOrder));
    }
}

#[test]
fn fr_4_1_lengths_are_exact() {
    let secret = key(1);
    let proof = secret.prove(b"alpha").unwrap();
    for length in [0, 79, 81] {
        let bytes: Vec<u8> = proof
            .as_bytes()
            .iter()
            .chain(&[0])
            .copied()
            .take(length)
            .collect();
        assert_eq!(
            Proof::from_bytes(&bytes),
            Err(VrfError::Length {
                expected: 80,
                got: length
            })
        );
    }
    assert_eq!(
        PublicKey::from_bytes(&[1; 31]),
        Err(VrfError::Length {
            expected: 32,
            got: 31
        })
    );
    assert!(secret.prove(&[0; 128]).is_ok());
    assert_eq!(secret.prove(&[0; 129]), Err(VrfError::InputTooLong(129)));
    assert_eq!(secret.output(&[0; 129]), Err(VrfError::InputTooLong(129)));
    assert_eq!(
        secret.public().verify(&[0; 129], &proof),
        Err(VrfError::InputTooLong(129))
    );
}

#[test]
fn fr_4_1_a_point_off_the_curve_is_refused() {
    let off = (0u8..)
        .map(|i| [i; 32])
        .find(|bytes| CompressedEdwardsY(*bytes).decompress().is_none())
        .unwrap();
    assert_eq!(PublicKey::from_bytes(&off), Err(VrfError::NotOnCurve));
}

#[test]
fn a_proof_fits_one_key_and_one_input() {
    let proof = key(1).prove(b"alpha").unwrap();
    assert!(key(1).public().verify(b"alpha", &proof).is_ok());
    assert_eq!(
        key(1).public().verify(b"other", &proof),
        Err(VrfError::Mismatch)
    );
    assert_eq!(
        key(2).public().verify(b"alpha", &proof),
        Err(VrfError::Mismatch)
    );
}

#[test]
fn secrets_do_not_show() {
    assert_eq!(format!("{:?}", key(7)), "SecretKey(…)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn decoders_never_panic_and_are_exact(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(proof) = Proof::from_bytes(&bytes) {
            prop_assert_eq!(proof.as_bytes().as_slice(), bytes.as_slice());
        }
        if let Ok(key) = PublicKey::from_bytes(&bytes) {
            prop_assert_eq!(key.as_bytes().as_slice(), bytes.as_slice());
        }
    }

    #[test]
    fn a_bent_proof_never_verifies(bit in 0usize..640) {
        let secret = key(3);
        let mut bytes = *secret.prove(b"alpha").unwrap().as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(proof) = Proof::from_bytes(&bytes) {
            prop_assert!(secret.public().verify(b"alpha", &proof).is_err());
        }
    }
}
