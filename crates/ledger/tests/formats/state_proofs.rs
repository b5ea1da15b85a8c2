//! The native verifier against proofs that honest code makes and dishonest code would like to make.

use proptest::prelude::*;
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::merkle;
use toend_ledger::proof::{
    End, ProofError, StateProof, SubtreeProof, common_bits, inner, leaf, verify_absence,
    verify_presence, verify_presence_hashed,
};
use toend_ledger::record::Flag;
use toend_ledger::state::{At, FilingValue, HeadValue, Key, Reg};

use crate::sample_tree::{SampleTree, pairs};

const MISSING: &[u8] = b"no such key";

fn tree() -> (SampleTree, Vec<(Vec<u8>, Vec<u8>)>) {
    let pairs = pairs(300);
    (SampleTree::new(pairs.clone()), pairs)
}

/// Keys that end in a leaf of another key, and keys that end in nothing.
fn missing_keys() -> Vec<Vec<u8>> {
    (0u32..400)
        .map(|i| [b"missing".as_slice(), &i.to_be_bytes()].concat())
        .collect()
}

#[test]
fn fr_5_2_presences_and_absences_of_an_honest_tree_verify() {
    let (tree, pairs) = tree();
    let root = tree.root();
    for (key, value) in &pairs {
        let proof = tree.prove(key);
        assert_eq!(verify_presence(&root, key, value, &proof), Ok(()));
        assert_eq!(StateProof::decode(&proof.encode()), Ok(proof));
    }
    let (mut empty, mut other) = (0, 0);
    for key in missing_keys() {
        let proof = tree.prove(&key);
        match proof.end() {
            End::Empty => empty += 1,
            End::Other { .. } => other += 1,
            End::Present => panic!("the key is missing"),
        }
        assert_eq!(verify_absence(&root, &key, &proof), Ok(()));
        assert_eq!(StateProof::decode(&proof.encode()), Ok(proof));
    }
    assert!(
        empty > 20 && other > 20,
        "both ends are exercised: {empty}, {other}"
    );
}

#[test]
fn fr_5_2_a_lone_leaf_is_the_root() {
    let (key, value) = pairs(1).remove(0);
    let tree = SampleTree::new([(key.clone(), value.clone())]);
    assert_eq!(tree.prove(&key).depth(), 0);
    assert_eq!(
        verify_presence(&tree.root(), &key, &value, &tree.prove(&key)),
        Ok(())
    );
    assert_eq!(
        verify_absence(&tree.root(), MISSING, &tree.prove(MISSING)),
        Ok(())
    );
}

#[test]
fn fr_5_1_another_key_value_or_root_is_refused() {
    let (tree, pairs) = tree();
    let root = tree.root();
    let (key, value) = &pairs[0];
    let proof = tree.prove(key);
    assert_eq!(
        verify_presence(&root, key, &pairs[1].1, &proof),
        Err(ProofError::RootMismatch)
    );
    assert_eq!(
        verify_presence(&root, &pairs[1].0, value, &proof),
        Err(ProofError::RootMismatch)
    );
    assert_eq!(
        verify_presence(&[7; 32], key, value, &proof),
        Err(ProofError::RootMismatch)
    );
}

#[test]
fn fr_5_1_a_leaf_on_the_wrong_side_is_refused() {
    // A dishonest tree of two leaves, each on the side where its key does not belong.
    let (a, b) = (leaf_on(false), leaf_on(true));
    let root = inner(&leaf(&b.0, &b.1), &leaf(&a.0, &a.1));
    let a_proof = StateProof::new(vec![leaf(&b.0, &b.1)], End::Present).unwrap();
    assert_eq!(
        verify_presence_hashed(&root, &a.0, &a.1, &a_proof),
        Err(ProofError::RootMismatch)
    );
    let honest = inner(&leaf(&a.0, &a.1), &leaf(&b.0, &b.1));
    assert_eq!(
        verify_presence_hashed(&honest, &a.0, &a.1, &a_proof),
        Ok(())
    );
}

/// A key hash whose first bit is as asked, with a value hash.
fn leaf_on(right: bool) -> (Hash, Hash) {
    let key = (0u8..)
        .map(|i| sha256(&[&[i]]))
        .find(|hash| (hash[0] & 0x80 != 0) == right)
        .unwrap();
    (key, [3; 32])
}

#[test]
fn fr_5_1_a_path_of_257_steps_is_refused() {
    let siblings: Vec<Hash> = (0..257u16).map(|i| sha256(&[&i.to_be_bytes()])).collect();
    assert_eq!(
        StateProof::new(siblings.clone(), End::Present),
        Err(ProofError::TooDeep(257))
    );
    let mut bytes = StateProof::new(siblings[..256].to_vec(), End::Present)
        .unwrap()
        .encode();
    assert!(StateProof::decode(&bytes).is_ok());
    bytes[2..4].copy_from_slice(&257u16.to_be_bytes());
    assert_eq!(StateProof::decode(&bytes), Err(ProofError::TooDeep(257)));
    assert!(matches!(
        StateProof::decode(&vec![1; 100_000]),
        Err(ProofError::TooLong { .. })
    ));
}

#[test]
fn fr_5_1_siblings_swapped_or_exchanged_are_refused() {
    let (tree, pairs) = tree();
    let root = tree.root();
    let (key, value) = &pairs[5];
    let proof = tree.prove(key);
    for i in 1..proof.depth() {
        let mut siblings = proof.siblings().to_vec();
        siblings.swap(i - 1, i);
        if let Ok(swapped) = StateProof::new(siblings, End::Present) {
            assert!(swapped == proof || verify_presence(&root, key, value, &swapped).is_err());
        }
        let mut siblings = proof.siblings().to_vec();
        siblings[i] = [9; 32];
        let changed = StateProof::new(siblings, End::Present).unwrap();
        assert_eq!(
            verify_presence(&root, key, value, &changed),
            Err(ProofError::RootMismatch)
        );
    }
}

#[test]
fn fr_5_2_a_borrowed_proof_is_refused() {
    let (tree, pairs) = tree();
    let root = tree.root();
    let missing = missing_keys();
    for i in 0..100 {
        let borrowed = tree.prove(&missing[i]);
        // Another missing key may honestly share the way and the end; a present key never does.
        assert!(verify_absence(&root, &pairs[i].0, &borrowed).is_err());
        let presence = tree.prove(&pairs[i].0);
        assert_eq!(
            verify_absence(&root, &pairs[i].0, &presence),
            Err(ProofError::WrongKind)
        );
        assert_eq!(
            verify_absence(&root, &missing[i], &presence),
            Err(ProofError::WrongKind)
        );
        assert_eq!(
            verify_presence(&root, &missing[i], &pairs[i].1, &borrowed),
            Err(ProofError::WrongKind)
        );
    }
}

#[test]
fn fr_5_2_an_absence_that_ends_in_the_key_itself_is_refused() {
    let (tree, pairs) = tree();
    for (key, value) in &pairs[..50] {
        let siblings = tree.prove(key).siblings().to_vec();
        let end = End::Other {
            key_hash: sha256(&[key]),
            value_hash: sha256(&[value]),
        };
        let proof = StateProof::new(siblings, end).unwrap();
        assert_eq!(
            verify_absence(&tree.root(), key, &proof),
            Err(ProofError::NeighbourIsKey)
        );
    }
}

#[test]
fn fr_5_2_an_absence_that_ends_in_a_leaf_from_elsewhere_is_refused() {
    // A dishonest tree: on the left, where the missing key would be, stands a leaf that belongs to the right.
    let (left, right) = (leaf_on(false), leaf_on(true));
    let missing = (0u32..)
        .map(u32::to_be_bytes)
        .find(|key| sha256(&[key])[0] & 0x80 == 0 && sha256(&[key]) != left.0)
        .unwrap();
    let root = inner(&leaf(&right.0, &right.1), &[5; 32]);
    let end = End::Other {
        key_hash: right.0,
        value_hash: right.1,
    };
    let proof = StateProof::new(vec![[5; 32]], end).unwrap();
    assert_eq!(
        verify_absence(&root, &missing, &proof),
        Err(ProofError::NeighbourElsewhere)
    );
}

#[test]
fn fr_5_2_an_absence_with_a_changed_neighbour_is_refused() {
    let (tree, _) = tree();
    let root = tree.root();
    for key in missing_keys() {
        let proof = tree.prove(&key);
        if let End::Other { key_hash, .. } = *proof.end() {
            let end = End::Other {
                key_hash,
                value_hash: [8; 32],
            };
            let changed = StateProof::new(proof.siblings().to_vec(), end).unwrap();
            assert_eq!(
                verify_absence(&root, &key, &changed),
                Err(ProofError::RootMismatch)
            );
            let ended = StateProof::new(proof.siblings().to_vec(), End::Empty).unwrap();
            assert_eq!(
                verify_absence(&root, &key, &ended),
                Err(ProofError::RootMismatch)
            );
        }
    }
}

#[test]
fn fr_5_2_an_empty_deepest_sibling_is_refused() {
    // A dishonest tree keeps a lone leaf one level lower than it belongs, with a gap beside it.
    let (key, value) = leaf_on(false);
    let root = inner(&leaf(&key, &value), &ZERO);
    assert_eq!(
        StateProof::new(vec![ZERO], End::Present),
        Err(ProofError::DeepestSiblingEmpty)
    );
    assert_ne!(root, ZERO);
    // And in bytes: depth 1, no sibling marked.
    assert_eq!(
        StateProof::decode(&[1, 1, 0, 1, 0]),
        Err(ProofError::DeepestSiblingEmpty)
    );
    assert_eq!(
        StateProof::decode(&[1, 2, 0, 1, 0]),
        Err(ProofError::DeepestSiblingEmpty)
    );
}

#[test]
fn fr_5_2_a_proof_has_one_encoding() {
    let (tree, pairs) = tree();
    // A path whose map of siblings has bits to spare.
    let proof = pairs
        .iter()
        .map(|(key, _)| tree.prove(key))
        .find(|proof| !proof.depth().is_multiple_of(8))
        .unwrap();
    let (bytes, depth) = (proof.encode(), proof.depth());
    let last_map_byte = 4 + depth / 8;

    let mut unused = bytes.clone();
    unused[last_map_byte] |= 1;
    assert_eq!(StateProof::decode(&unused), Err(ProofError::UnusedBits));

    // An empty sibling written out: depth 2, both marked, the first 32 zero bytes.
    let written = [&[1, 1, 0, 2, 0b1100_0000][..], &ZERO, &[1; 32]].concat();
    assert_eq!(
        StateProof::decode(&written),
        Err(ProofError::EmptySiblingWritten)
    );

    let trailing = [&bytes[..], &[0]].concat();
    assert!(matches!(
        StateProof::decode(&trailing),
        Err(ProofError::Layout(_))
    ));
    for cut in 0..bytes.len() {
        assert!(StateProof::decode(&bytes[..cut]).is_err());
    }
    let mut format = bytes.clone();
    format[0] = 2;
    assert_eq!(
        StateProof::decode(&format),
        Err(ProofError::UnknownFormat(2))
    );
    let mut end = bytes;
    end[1] = 4;
    assert_eq!(StateProof::decode(&end), Err(ProofError::UnknownEnd(4)));
}

#[test]
fn fr_5_6_the_root_of_an_empty_state_is_refused() {
    let empty = SampleTree::default();
    assert_eq!(empty.root(), ZERO);
    let proof = empty.prove(MISSING);
    assert_eq!(
        verify_absence(&ZERO, MISSING, &proof),
        Err(ProofError::ZeroRoot)
    );
    let present = StateProof::new(Vec::new(), End::Present).unwrap();
    assert_eq!(
        verify_presence(&ZERO, MISSING, b"x", &present),
        Err(ProofError::ZeroRoot)
    );
}

#[test]
fn fr_5_4_two_keys_with_200_common_bits_have_short_proofs() {
    let (mut a, mut b) = ([0xff; 32], [0xff; 32]);
    a[25] = 0x00;
    b[25] = 0x80;
    let mut tree = SampleTree::default();
    for (key, value) in pairs(1000) {
        tree.insert(&key, &value);
    }
    tree.insert_hashes(a, [1; 32]);
    tree.insert_hashes(b, [2; 32]);
    let proof = tree.prove_hash(&a);
    assert_eq!(proof.depth(), 201);
    assert_eq!(
        verify_presence_hashed(&tree.root(), &a, &[1; 32], &proof),
        Ok(())
    );
    assert!(
        proof.encode().len() <= 1300,
        "{} bytes",
        proof.encode().len()
    );

    let mut alone = SampleTree::default();
    alone.insert_hashes(a, [1; 32]);
    alone.insert_hashes(b, [2; 32]);
    assert_eq!(alone.prove_hash(&a).encode().len(), 4 + 26 + 32);
}

#[test]
fn fr_5_5_a_filing_is_not_an_entry_even_with_the_same_bytes() {
    let at = At {
        height: 1,
        time_ms: 1,
    };
    let entry = Key::Entry {
        reg: Reg(1),
        label: [9; 32],
    };
    let filing = Key::Filing([9; 32]);
    let value = FilingValue {
        gateway: 0,
        place: 0,
        at,
    }
    .encode();
    let tree = SampleTree::new([
        (filing.encode(), value.clone()),
        (Key::History.encode(), vec![1]),
    ]);
    assert_eq!(
        verify_presence(
            &tree.root(),
            &filing.encode(),
            &value,
            &tree.prove(&filing.encode())
        ),
        Ok(())
    );
    assert!(
        verify_presence(
            &tree.root(),
            &entry.encode(),
            &value,
            &tree.prove(&filing.encode())
        )
        .is_err()
    );
    assert_eq!(
        verify_absence(&tree.root(), &entry.encode(), &tree.prove(&entry.encode())),
        Ok(())
    );
}

#[test]
fn fr_3_3_roots_of_other_trees_prove_nothing_about_the_state() {
    // Field, history and header trees share the inner node function; their leaves never have the state leaf's 64 bytes
    // of two hashes, so a leaf or inner node of one is no leaf of the other.
    let hashes: Vec<Hash> = (0..4u8).map(|i| merkle::leaf_hash(&[i; 32])).collect();
    let root = merkle::root_of_hashes(&hashes);
    let path = merkle::inclusion_proof(&hashes, 0).unwrap();
    let siblings: Vec<Hash> = path.iter().rev().copied().collect();
    let (key_hash, value_hash) = ([0; 32], [0; 32]);
    let proof = StateProof::new(siblings, End::Present).unwrap();
    assert_eq!(
        verify_presence_hashed(&root, &key_hash, &value_hash, &proof),
        Err(ProofError::RootMismatch)
    );
    // An inner node of the state tree as a leaf of the state tree.
    let (tree, pairs) = tree();
    let deep = tree.prove(&pairs[0].0);
    let node = StateProof::new(deep.siblings()[..deep.depth() - 1].to_vec(), End::Present);
    if let Ok(node) = node {
        assert!(verify_presence(&tree.root(), &pairs[0].0, &pairs[0].1, &node).is_err());
    }
}

#[test]
fn fr_5_7_a_proof_holds_at_its_own_state_only() {
    // The same head before and after an update: neither proof verifies one block early or late.
    let key = Key::Head {
        reg: Reg(1),
        r: [4; 32],
    }
    .encode();
    let head = |v| HeadValue {
        v,
        flag: Flag::Current,
        hd: [v as u8; 32],
        at: At {
            height: u64::from(v),
            time_ms: 1,
        },
    };
    let mut before = SampleTree::new(pairs(40));
    before.insert(&key, &head(1).encode());
    let mut after = before.clone();
    after.insert(&key, &head(2).encode());
    let (old, new) = (before.prove(&key), after.prove(&key));
    assert_eq!(
        verify_presence(&before.root(), &key, &head(1).encode(), &old),
        Ok(())
    );
    assert!(verify_presence(&after.root(), &key, &head(1).encode(), &old).is_err());
    assert!(verify_presence(&before.root(), &key, &head(2).encode(), &new).is_err());
}

#[test]
fn fr_2_4_a_subtree_shows_presence_and_absence_inside_it() {
    let (tree, pairs) = tree();
    let root = tree.root();
    let wanted = &pairs[17];
    let prefix = sha256(&[&wanted.0]);
    for bits in [0, 1, 4] {
        let proof = tree.subtree(&prefix, bits);
        assert_eq!(SubtreeProof::decode(&proof.encode()), Ok(proof.clone()));
        let subtree = proof.verify(&root).unwrap();
        assert_eq!(subtree.len(), tree.leaves_under(&prefix, bits));
        assert_eq!(subtree.holds(&wanted.0, &wanted.1), Ok(true));
        assert_eq!(subtree.holds(&wanted.0, b"other"), Ok(false));
        for key in missing_keys() {
            // Outside its prefix the subtree knows nothing, so it must not say "absent".
            let inside = common_bits(&sha256(&[&key]), &prefix) >= bits;
            let expected = if inside {
                Ok(None)
            } else {
                Err(ProofError::OutsidePrefix)
            };
            assert_eq!(subtree.value_hash(&key), expected);
        }
    }
}

#[test]
fn fr_2_4_a_subtree_with_a_leaf_dropped_added_or_changed_is_refused() {
    let (tree, pairs) = tree();
    let root = tree.root();
    let prefix = sha256(&[&pairs[17].0]);
    let honest = tree.subtree(&prefix, 3);
    let siblings: Vec<Hash> = {
        // Rebuilt from the encoding: the type hands out leaves only.
        let whole = tree.prove(&pairs[17].0);
        whole.siblings()[..3].to_vec()
    };
    let rebuilt = |leaves: Vec<(Hash, Hash)>| {
        SubtreeProof::new(*honest.prefix(), 3, siblings.clone(), leaves)
    };
    assert_eq!(rebuilt(honest.leaves().to_vec()).as_ref(), Ok(&honest));
    for i in 0..honest.leaves().len() {
        let mut dropped = honest.leaves().to_vec();
        dropped.remove(i);
        assert_eq!(
            rebuilt(dropped).unwrap().verify(&root).err(),
            Some(ProofError::RootMismatch)
        );
        let mut changed = honest.leaves().to_vec();
        changed[i].1 = [0xee; 32];
        assert_eq!(
            rebuilt(changed).unwrap().verify(&root).err(),
            Some(ProofError::RootMismatch)
        );
    }
    let mut twice = honest.leaves().to_vec();
    twice.push(twice[0]);
    assert_eq!(rebuilt(twice).err(), Some(ProofError::LeafOrder));
    let mut outside = honest.leaves().to_vec();
    outside[0].0[0] ^= 0xe0;
    outside.sort_unstable();
    assert_eq!(rebuilt(outside).err(), Some(ProofError::LeafOrder));
    assert_eq!(
        rebuilt(honest.leaves()[..1].to_vec()).err(),
        Some(ProofError::SubtreeSize(1))
    );
    let mut long = *honest.prefix();
    long[31] = 1;
    assert_eq!(
        SubtreeProof::new(long, 3, siblings, honest.leaves().to_vec()).err(),
        Some(ProofError::Prefix)
    );
    assert_eq!(honest.verify(&ZERO).err(), Some(ProofError::ZeroRoot));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn decoders_never_panic_and_are_exact(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(proof) = StateProof::decode(&bytes) {
            prop_assert_eq!(proof.encode(), bytes.clone());
        }
        if let Ok(proof) = SubtreeProof::decode(&bytes) {
            prop_assert_eq!(proof.encode(), bytes);
        }
    }

    #[test]
    fn a_changed_byte_never_verifies(i in 0usize..4000, flip in 1u8..) {
        let (tree, pairs) = tree();
        let (key, value) = &pairs[i % pairs.len()];
        let mut bytes = tree.prove(key).encode();
        let at = i % bytes.len();
        bytes[at] ^= flip;
        if let Ok(proof) = StateProof::decode(&bytes) {
            prop_assert!(verify_presence(&tree.root(), key, value, &proof).is_err());
        }
    }

    #[test]
    fn random_trees_prove_every_key(seeds in proptest::collection::btree_set(any::<u16>(), 1..60), probe in any::<u16>()) {
        let pair = |n: u16| (n.to_be_bytes().to_vec(), sha256(&[&n.to_le_bytes()]).to_vec());
        let tree = SampleTree::new(seeds.iter().map(|n| pair(*n)));
        let (key, value) = pair(probe);
        let proof = tree.prove(&key);
        if seeds.contains(&probe) {
            prop_assert_eq!(verify_presence(&tree.root(), &key, &value, &proof), Ok(()));
        } else {
            prop_assert_eq!(verify_absence(&tree.root(), &key, &proof), Ok(()));
        }
    }
}
