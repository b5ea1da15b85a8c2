//! The `ics23` crate as a second opinion on our honest proofs, and what it wrongly lets through.
//!
//! Differential rule: whatever the native verifier accepts, ics23 accepts too; never the other way round as an argument.

use std::path::PathBuf;

use ics23::commitment_proof::Proof as Kind;
use ics23::{
    CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager, InnerOp, LeafOp, LengthOp,
    smt_spec, verify_membership,
};
use prost_ics23::Message as _;
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{
    End, StateProof, bit, common_bits, inner, leaf, verify_absence, verify_presence,
    verify_presence_hashed,
};

use crate::sample_tree::{SampleTree, pairs};

fn leaf_op(prefix: &[u8]) -> LeafOp {
    LeafOp {
        hash: HashOp::Sha256.into(),
        prehash_key: HashOp::Sha256.into(),
        prehash_value: HashOp::Sha256.into(),
        length: LengthOp::NoPrefix.into(),
        prefix: prefix.to_vec(),
    }
}

fn step(prefix: u8, sibling: &Hash, sibling_is_left: bool) -> InnerOp {
    let (mut before, after) = if sibling_is_left {
        (vec![prefix], Vec::new())
    } else {
        (vec![prefix], sibling.to_vec())
    };
    if sibling_is_left {
        before.extend_from_slice(sibling);
    }
    InnerOp {
        hash: HashOp::Sha256.into(),
        prefix: before,
        suffix: after,
    }
}

fn existence(key: &[u8], value: &[u8], leaf: LeafOp, path: Vec<InnerOp>) -> CommitmentProof {
    let proof = ExistenceProof {
        key: key.to_vec(),
        value: value.to_vec(),
        leaf: Some(leaf),
        path,
    };
    CommitmentProof {
        proof: Some(Kind::Exist(proof)),
    }
}

fn to_ics23(key: &[u8], value: &[u8], proof: &StateProof) -> CommitmentProof {
    let key_hash = sha256(&[key]);
    let path = proof
        .siblings()
        .iter()
        .enumerate()
        .rev()
        .map(|(depth, s)| step(1, s, bit(&key_hash, depth)))
        .collect();
    existence(key, value, leaf_op(&[0]), path)
}

fn ics23_accepts(proof: &CommitmentProof, root: &Hash, key: &[u8], value: &[u8]) -> bool {
    verify_membership::<HostFunctionsManager>(proof, &smt_spec(), &root.to_vec(), key, value)
}

#[test]
fn fr_5_1_ics23_accepts_our_honest_presence_proofs() {
    for count in [1, 2, 3, 50, 400] {
        let pairs = pairs(count);
        let tree = SampleTree::new(pairs.clone());
        let root = tree.root();
        for (key, value) in &pairs {
            let proof = tree.prove(key);
            assert_eq!(verify_presence(&root, key, value, &proof), Ok(()));
            assert!(ics23_accepts(
                &to_ics23(key, value, &proof),
                &root,
                key,
                value
            ));
        }
    }
}

#[test]
fn fr_5_1_ics23_accepts_a_leaf_on_the_wrong_side_and_we_do_not() {
    let keys: Vec<[u8; 4]> = (0u32..50).map(u32::to_be_bytes).collect();
    let left = keys.iter().find(|key| !bit(&sha256(&[*key]), 0)).unwrap();
    let sibling = [7; 32];
    // The key belongs to the left; the dishonest tree has it on the right.
    let root = inner(&sibling, &leaf(&sha256(&[left]), &sha256(&[b"v"])));
    let proof = existence(left, b"v", leaf_op(&[0]), vec![step(1, &sibling, true)]);
    assert!(
        ics23_accepts(&proof, &root, left, b"v"),
        "this is why ics23 is no judge"
    );
    let native = StateProof::new(vec![sibling], End::Present).unwrap();
    assert!(verify_presence(&root, left, b"v", &native).is_err());
}

#[test]
fn fr_5_1_ics23_accepts_5000_steps_and_we_stop_at_256() {
    let (key, value) = (b"key".as_slice(), b"value".as_slice());
    let mut node = leaf(&sha256(&[key]), &sha256(&[value]));
    let mut path = Vec::new();
    for _ in 0..5000 {
        path.push(step(1, &[7; 32], true));
        node = inner(&[7; 32], &node);
    }
    assert!(
        ics23_accepts(
            &existence(key, value, leaf_op(&[0]), path),
            &node,
            key,
            value
        ),
        "this is why ics23 is no judge"
    );
    assert!(StateProof::new(vec![[7; 32]; 5000], End::Present).is_err());
}

#[test]
fn fr_5_1_ics23_accepts_longer_prefixes_and_we_have_none() {
    let (key, value) = (b"key".as_slice(), b"value".as_slice());
    let (kh, vh) = (sha256(&[key]), sha256(&[value]));
    let long_leaf = sha256(&[&[0, 0xaa, 0xbb], &kh, &vh]);
    assert!(ics23_accepts(
        &existence(key, value, leaf_op(&[0, 0xaa, 0xbb]), vec![]),
        &long_leaf,
        key,
        value
    ));
    let native = StateProof::new(Vec::new(), End::Present).unwrap();
    assert!(verify_presence(&long_leaf, key, value, &native).is_err());

    let sibling = [7; 32];
    let odd = sha256(&[&[0x7f], &sibling, &leaf(&kh, &vh)]);
    assert!(ics23_accepts(
        &existence(key, value, leaf_op(&[0]), vec![step(0x7f, &sibling, true)]),
        &odd,
        key,
        value
    ));
    let native = StateProof::new(vec![sibling], End::Present).unwrap();
    assert!(verify_presence(&odd, key, value, &native).is_err());
}

#[test]
fn fr_5_1_whatever_we_accept_ics23_accepts() {
    // Proofs bent in every single bit: native acceptance implies ics23's.
    let pairs = pairs(40);
    let tree = SampleTree::new(pairs.clone());
    let root = tree.root();
    let mut accepted = 0;
    for (key, value) in &pairs[..10] {
        let bytes = tree.prove(key).encode();
        for i in 0..bytes.len() * 8 {
            let mut bent = bytes.clone();
            bent[i / 8] ^= 1 << (i % 8);
            let Ok(proof) = StateProof::decode(&bent) else {
                continue;
            };
            if verify_presence(&root, key, value, &proof).is_ok() {
                accepted += 1;
                assert!(ics23_accepts(
                    &to_ics23(key, value, &proof),
                    &root,
                    key,
                    value
                ));
            }
        }
    }
    assert_eq!(accepted, 0, "no bent proof is accepted at all");
}

/// The published vectors stand beside the project or where `TOEND_VECTORS` points.
fn vectors() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let base = std::env::var_os("TOEND_VECTORS").map_or(beside, PathBuf::from);
    let folder = base.join("ics23/smt");
    if folder.is_dir() {
        Some(folder)
    } else {
        println!(
            "SKIPPED: no ics23 vectors at {}; set TOEND_VECTORS to the folder that holds them",
            folder.display()
        );
        None
    }
}

struct Vector {
    root: Hash,
    key: Vec<u8>,
    value: Vec<u8>,
    proof: Kind,
}

fn read(folder: &std::path::Path, name: &str) -> Vector {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let field = |name: &str| hex::decode(json[name].as_str().unwrap_or_default()).unwrap();
    Vector {
        root: field("root").try_into().unwrap(),
        key: field("key"),
        value: field("value"),
        proof: CommitmentProof::decode(field("proof").as_slice())
            .unwrap()
            .proof
            .unwrap(),
    }
}

/// Siblings, root's child first, and the sides they claim.
fn path(proof: &ExistenceProof) -> Vec<(Hash, bool)> {
    let sides = proof.path.iter().rev().map(|op| {
        if op.suffix.is_empty() {
            (op.prefix[1..].try_into().unwrap(), true)
        } else {
            (op.suffix.as_slice().try_into().unwrap(), false)
        }
    });
    sides.collect()
}

fn native(proof: &ExistenceProof) -> StateProof {
    StateProof::new(
        path(proof).into_iter().map(|(hash, _)| hash).collect(),
        End::Present,
    )
    .unwrap()
}

#[test]
fn published_smt_presence_vectors_verify_natively() {
    let Some(folder) = vectors() else { return };
    for name in ["exist_left.json", "exist_middle.json", "exist_right.json"] {
        let vector = read(&folder, name);
        let Kind::Exist(exist) = &vector.proof else {
            panic!("{name}")
        };
        let key_hash = sha256(&[&vector.key]);
        for (depth, (_, left)) in path(exist).iter().enumerate() {
            assert_eq!(
                bit(&key_hash, depth),
                *left,
                "{name}: sides follow the key's bits"
            );
        }
        assert_eq!(
            verify_presence(&vector.root, &vector.key, &vector.value, &native(exist)),
            Ok(()),
            "{name}"
        );
        assert!(verify_presence(&vector.root, &vector.key, b"other", &native(exist)).is_err());
    }
}

#[test]
fn published_smt_absence_vectors_verify_natively() {
    let Some(folder) = vectors() else { return };
    for name in [
        "nonexist_left.json",
        "nonexist_middle.json",
        "nonexist_right.json",
    ] {
        let vector = read(&folder, name);
        let Kind::Nonexist(nonexist) = &vector.proof else {
            panic!("{name}")
        };
        let key_hash = sha256(&[&vector.key]);
        // ics23 shows two neighbours; the nearer one's path is the missing key's path too.
        let nearest = [&nonexist.left, &nonexist.right]
            .into_iter()
            .flatten()
            .max_by_key(|exist| common_bits(&sha256(&[&exist.key]), &key_hash))
            .unwrap();
        let (other, value_hash) = (sha256(&[&nearest.key]), sha256(&[&nearest.value]));
        let whole: Vec<Hash> = path(nearest).into_iter().map(|(hash, _)| hash).collect();
        let common = common_bits(&other, &key_hash);
        let proof = if common >= whole.len() {
            StateProof::new(
                whole,
                End::Other {
                    key_hash: other,
                    value_hash,
                },
            )
            .unwrap()
        } else {
            // The paths part at a node whose other side is empty: the missing key would stand there.
            assert_eq!(whole[common], ZERO, "{name}");
            let start = leaf(&other, &value_hash);
            let node = (common + 1..whole.len()).rev().fold(start, |node, depth| {
                if bit(&other, depth) {
                    inner(&whole[depth], &node)
                } else {
                    inner(&node, &whole[depth])
                }
            });
            let siblings = [&whole[..common], &[node]].concat();
            StateProof::new(siblings, End::Empty).unwrap()
        };
        assert_eq!(
            verify_absence(&vector.root, &vector.key, &proof),
            Ok(()),
            "{name}"
        );
        assert!(verify_presence_hashed(&vector.root, &other, &value_hash, &proof).is_err());
    }
}
