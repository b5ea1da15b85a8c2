//! The tree against ics23's verifier, a second opinion (findings 5.1, 5.2, 5.4): it accepts every presence proof of ours,
//! and whatever our judge accepts, it accepts; the reverse does not hold, and must not.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;

use ics23::{
    CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager, InnerOp, LeafOp, ProofSpec,
    commitment_proof, smt_spec, verify_membership,
};
use proptest::prelude::*;
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{
    End, StateProof, bit, inner, leaf as leaf_hash, verify_absence, verify_presence,
    verify_presence_hashed,
};
use toend_state_machine::tree::{Leaf, Tree};

fn leaf_op(spec: &ProofSpec) -> LeafOp {
    spec.leaf_spec.clone().unwrap()
}

/// A presence proof in ics23's form, sides from the bits of the key's hash.
fn to_ics23(
    spec: &ProofSpec,
    place: &Hash,
    key: &[u8],
    value: &[u8],
    siblings: &[Hash],
) -> CommitmentProof {
    let path = siblings.iter().enumerate().rev().map(|(depth, sibling)| {
        let (prefix, suffix) = if bit(place, depth) {
            ([&[1][..], sibling].concat(), vec![])
        } else {
            (vec![1], sibling.to_vec())
        };
        InnerOp {
            hash: HashOp::Sha256.into(),
            prefix,
            suffix,
        }
    });
    let proof = ExistenceProof {
        key: key.to_vec(),
        value: value.to_vec(),
        leaf: Some(leaf_op(spec)),
        path: path.collect(),
    };
    CommitmentProof {
        proof: Some(commitment_proof::Proof::Exist(proof)),
    }
}

fn ics23_accepts(root: &Hash, key: &[u8], value: &[u8], proof: &StateProof) -> bool {
    let spec = smt_spec();
    let proof = to_ics23(&spec, &sha256(&[key]), key, value, proof.siblings());
    verify_membership::<HostFunctionsManager>(&proof, &spec, &root.to_vec(), key, value)
}

/// The same structure over keys and values that are hashes already: lets a test choose where a key stands.
fn injected_spec() -> ProofSpec {
    let mut spec = smt_spec();
    let leaf = spec.leaf_spec.as_mut().unwrap();
    leaf.prehash_key = HashOp::NoHash.into();
    leaf.prehash_value = HashOp::NoHash.into();
    spec.prehash_key_before_comparison = false;
    spec
}

fn ics23_accepts_injected(root: &Hash, place: &Hash, value: &Hash, proof: &StateProof) -> bool {
    let spec = injected_spec();
    let proof = to_ics23(&spec, place, place, value, proof.siblings());
    verify_membership::<HostFunctionsManager>(&proof, &spec, &root.to_vec(), place, value)
}

fn tree_of(state: &BTreeMap<Vec<u8>, Vec<u8>>) -> Tree {
    let leaves = state
        .iter()
        .map(|(key, value)| Leaf::whole(sha256(&[key]), value.clone()))
        .collect();
    let mut tree = Tree::new();
    tree.write(0, Tree::sorted(leaves)).unwrap();
    tree
}

fn injected_tree(leaves: &BTreeMap<Hash, Hash>) -> Tree {
    let mut tree = Tree::new();
    tree.write(
        0,
        leaves
            .iter()
            .map(|(key, value)| Leaf::hashed(*key, *value))
            .collect(),
    )
    .unwrap();
    tree
}

/// What a forger does to a proof.
#[derive(Clone, Debug)]
enum Forgery {
    None,
    Flip(prop::sample::Index, u8),
    Drop(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Blank(prop::sample::Index),
    End(u8),
    Raise,
}

fn forgery() -> impl Strategy<Value = Forgery> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        Just(Forgery::None),
        (index(), any::<u8>()).prop_map(|(at, bits)| Forgery::Flip(at, bits)),
        index().prop_map(Forgery::Drop),
        index().prop_map(Forgery::Double),
        (index(), index()).prop_map(|(a, b)| Forgery::Swap(a, b)),
        index().prop_map(Forgery::Blank),
        (0..3_u8).prop_map(Forgery::End),
        Just(Forgery::Raise),
    ]
}

fn forge(proof: &StateProof, forgery: &Forgery, neighbour: (Hash, Hash)) -> Option<StateProof> {
    let (mut siblings, mut end) = (proof.siblings().to_vec(), *proof.end());
    let length = siblings.len();
    match forgery {
        _ if length == 0 => {}
        Forgery::None => {}
        Forgery::Flip(at, bits) => {
            siblings[at.index(length)][usize::from(bits % 32)] ^= 1 << (bits >> 5);
        }
        Forgery::Drop(at) => drop(siblings.remove(at.index(length))),
        Forgery::Double(at) => siblings.insert(at.index(length), siblings[at.index(length)]),
        Forgery::Swap(a, b) => siblings.swap(a.index(length), b.index(length)),
        Forgery::Blank(at) => siblings[at.index(length)] = ZERO,
        Forgery::End(0) => end = End::Present,
        Forgery::End(1) => end = End::Empty,
        Forgery::End(_) => {
            end = End::Other {
                key_hash: neighbour.0,
                value_hash: neighbour.1,
            }
        }
        Forgery::Raise => drop(siblings.pop()),
    }
    StateProof::new(siblings, end).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// 5.1, 5.2: native ⊂ ics23, and native accepts the truth alone, whatever is done to the proof.
    #[test]
    fn fr_5_1_native_is_within_ics23_and_within_the_truth(
        state in prop::collection::btree_map(prop::collection::vec(any::<u8>(), 1..4), prop::collection::vec(any::<u8>(), 1..3), 1..24),
        asked in prop::collection::vec(any::<u8>(), 1..4),
        borrowed in any::<prop::sample::Index>(),
        claimed in any::<prop::sample::Index>(),
        forgery in forgery(),
    ) {
        let tree = tree_of(&state);
        let root = tree.newest().root();
        let nth = |index: &prop::sample::Index| state.iter().nth(index.index(state.len())).unwrap();
        // Honest proofs: ours and ics23's verifier both accept.
        for (key, value) in &state {
            let proof = tree.newest().prove(&sha256(&[key]));
            prop_assert_eq!(verify_presence(&root, key, value, &proof), Ok(()));
            prop_assert!(ics23_accepts(&root, key, value, &proof));
            prop_assert!(verify_absence(&root, key, &proof).is_err());
        }
        // Forged ones: the proof of some key, changed, for some other key.
        let (other_key, other_value) = nth(&borrowed);
        let neighbour = (sha256(&[other_key]), sha256(&[other_value]));
        for base in [tree.newest().prove(&sha256(&[&asked])), tree.newest().prove(&neighbour.0)] {
            let Some(forged) = forge(&base, &forgery, neighbour) else { continue };
            let (_, value) = nth(&claimed);
            for key in [&asked, other_key] {
                if verify_presence(&root, key, value, &forged).is_ok() {
                    prop_assert_eq!(state.get(key), Some(value));
                    prop_assert!(ics23_accepts(&root, key, value, &forged));
                }
                if verify_absence(&root, key, &forged).is_ok() {
                    prop_assert_eq!(state.get(key), None);
                }
            }
        }
    }

    /// The same with keys that crowd together, up to 255 bits in common.
    #[test]
    fn fr_5_4_crowded_keys(
        seeds in prop::collection::vec((any::<Hash>(), 0..256_usize), 2..8),
        values in any::<Hash>(),
        forgery in forgery(),
    ) {
        let mut leaves = BTreeMap::new();
        for (n, (seed, shared)) in seeds.iter().enumerate() {
            leaves.insert(*seed, sha256(&[&values, &[n as u8]]));
            let mut near = *seed;
            near[shared / 8] ^= 0x80 >> (shared % 8);
            leaves.insert(near, sha256(&[&values, &[n as u8, 1]]));
        }
        let tree = injected_tree(&leaves);
        let root = tree.newest().root();
        for (place, value) in &leaves {
            let proof = tree.newest().prove(place);
            prop_assert_eq!(verify_presence_hashed(&root, place, value, &proof), Ok(()));
            prop_assert!(ics23_accepts_injected(&root, place, value, &proof));
            let Some(forged) = forge(&proof, &forgery, (*place, *value)) else { continue };
            for (other, claimed) in &leaves {
                for claimed in [claimed, value] {
                    if verify_presence_hashed(&root, other, claimed, &forged).is_ok() {
                        prop_assert_eq!(leaves.get(other), Some(claimed));
                        prop_assert!(ics23_accepts_injected(&root, other, claimed, &forged));
                    }
                }
            }
        }
    }
}

/// 5.1: what ics23 accepts and the judge must not: a leaf on the wrong side of the root.
#[test]
fn fr_5_1_wrong_side() {
    let (key, value) = (b"key".to_vec(), b"value".to_vec());
    let place = sha256(&[&key]);
    let leaf = leaf_hash(&place, &sha256(&[&value]));
    let other = [0x5a; 32];
    let right_side = bit(&place, 0);
    let wrong_root = if right_side {
        inner(&leaf, &other)
    } else {
        inner(&other, &leaf)
    };
    // A proof that says the side outright, as ics23's form does.
    let spec = smt_spec();
    let (prefix, suffix) = if right_side {
        (vec![1], other.to_vec())
    } else {
        ([&[1][..], &other].concat(), vec![])
    };
    let path = vec![InnerOp {
        hash: HashOp::Sha256.into(),
        prefix,
        suffix,
    }];
    let proof = ExistenceProof {
        key: key.clone(),
        value: value.clone(),
        leaf: Some(leaf_op(&spec)),
        path,
    };
    let proof = CommitmentProof {
        proof: Some(commitment_proof::Proof::Exist(proof)),
    };
    assert!(verify_membership::<HostFunctionsManager>(
        &proof,
        &spec,
        &wrong_root.to_vec(),
        &key,
        &value
    ));
    let native = StateProof::new(vec![other], End::Present).unwrap();
    assert!(verify_presence(&wrong_root, &key, &value, &native).is_err());
    // Under the right root the same proof is good, so it was the side alone.
    let root = if right_side {
        inner(&other, &leaf)
    } else {
        inner(&leaf, &other)
    };
    assert!(verify_presence(&root, &key, &value, &native).is_ok());
}

/// 5.1: a path of 257 steps is none.
#[test]
fn fr_5_1_too_deep() {
    assert!(StateProof::new(vec![[1; 32]; 256], End::Present).is_ok());
    assert!(StateProof::new(vec![[1; 32]; 257], End::Present).is_err());
}

/// 5.4: two keys that were ground to share 200 bits make a deep path, but no large proof.
#[test]
fn fr_5_4_ground_keys_stay_cheap() {
    let mut leaves: BTreeMap<Hash, Hash> = (0..10_000_u32)
        .map(|n| {
            (
                sha256(&[b"key", &n.to_be_bytes()]),
                sha256(&[&n.to_be_bytes()]),
            )
        })
        .collect();
    let first = sha256(&[b"ground"]);
    let mut second = first;
    second[25] ^= 0x80;
    leaves.insert(first, [1; 32]);
    leaves.insert(second, [2; 32]);
    let mut tree = injected_tree(&leaves);
    let root = tree.newest().root();
    for (place, value) in [(first, [1; 32]), (second, [2; 32])] {
        let proof = tree.newest().prove(&place);
        assert_eq!(proof.depth(), 201);
        assert_eq!(
            verify_presence_hashed(&root, &place, &value, &proof),
            Ok(())
        );
        let native = proof.encode().len();
        assert!(native <= 1300, "{native} bytes");
        let theirs = to_ics23(&injected_spec(), &place, &place, &value, proof.siblings());
        assert!(ics23_accepts_injected(&root, &place, &value, &proof));
        let Some(commitment_proof::Proof::Exist(theirs)) = theirs.proof else {
            unreachable!()
        };
        let theirs: usize = theirs
            .path
            .iter()
            .map(|step| step.prefix.len() + step.suffix.len())
            .sum();
        assert!(theirs > 5 * native, "{theirs} bytes against {native}");
    }
    // A third key on the same way is absent with as small a proof, and can still come to stand there.
    let mut third = first;
    third[20] ^= 1;
    assert_eq!(tree.newest().prove(&third).end(), &End::Empty);
    assert!(tree.newest().prove(&third).encode().len() <= 1300);
    tree.write(1, vec![Leaf::hashed(third, [3; 32])]).unwrap();
    assert_eq!(tree.newest().prove(&third).end(), &End::Present);
}
