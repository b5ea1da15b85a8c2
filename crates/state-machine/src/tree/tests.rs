//! The tree against a naive recursive model and against ics23's own verifier.

use std::collections::BTreeMap;

use proptest::prelude::*;
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{End, MAX_DEPTH, bit, verify_presence_hashed};

use super::*;

fn sha(bytes: &[u8]) -> Hash {
    sha256(&[bytes])
}

/// Written straight from the definition, by another road than the tree: over a map, top down, no sharing.
fn model_root(leaves: &BTreeMap<Hash, Hash>, prefix: &mut Vec<bool>) -> Hash {
    let inside: Vec<_> = leaves
        .iter()
        .filter(|(key, _)| {
            prefix
                .iter()
                .enumerate()
                .all(|(i, side)| (key[i / 8] >> (7 - i % 8) & 1 == 1) == *side)
        })
        .collect();
    match inside.as_slice() {
        [] => [0; 32],
        [(key, value)] => sha(&[&[0][..], key.as_slice(), value.as_slice()].concat()),
        _ => {
            prefix.push(false);
            let left = model_root(leaves, prefix);
            prefix.pop();
            prefix.push(true);
            let right = model_root(leaves, prefix);
            prefix.pop();
            sha(&[&[1][..], &left, &right].concat())
        }
    }
}

fn leaf(key: Hash, value: Hash) -> Leaf {
    Leaf::hashed(key, value)
}

fn tree_of(leaves: &BTreeMap<Hash, Hash>) -> Tree {
    let mut tree = Tree::new();
    tree.write(
        0,
        leaves
            .iter()
            .map(|(key, value)| leaf(*key, *value))
            .collect(),
    )
    .unwrap();
    tree
}

/// Key hashes that crowd together: few distinct first bytes, long shared prefixes.
fn crowded_key() -> impl Strategy<Value = Hash> {
    (0_usize..=31, any::<u8>(), any::<[u8; 2]>()).prop_map(|(at, byte, tail)| {
        let mut key = [0; 32];
        key[at] = byte;
        key[30..].copy_from_slice(&tail);
        key
    })
}

proptest! {
    #[test]
    fn root_is_that_of_the_definition(
        keys in prop::collection::btree_map(prop_oneof![crowded_key(), any::<Hash>()], any::<Hash>(), 0..24),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = tree_of(&keys);
        prop_assert_eq!(whole.newest().root(), model_root(&keys, &mut Vec::new()));
        prop_assert_eq!(whole.newest().len(), keys.len() as u64);
        prop_assert!(whole.nodes().1 <= keys.len());

        // In two batches, and one by one backwards: the same root.
        let leaves: Vec<_> = keys.iter().map(|(key, value)| leaf(*key, *value)).collect();
        let (second, first) = leaves.split_at(cut.index(leaves.len() + 1));
        let mut halves = Tree::new();
        let before = halves.write(1, first.to_vec()).unwrap();
        halves.write(2, second.to_vec()).unwrap();
        prop_assert_eq!(halves.newest().root(), whole.newest().root());
        prop_assert_eq!(halves.at(1).unwrap().root(), before);
        prop_assert_eq!(halves.at(1).unwrap().len(), first.len() as u64);
        prop_assert!(second.iter().all(|leaf| !halves.at(1).unwrap().holds(&leaf.key)));
        let mut single = Tree::new();
        for (height, one) in leaves.iter().rev().enumerate() {
            single.write(height as u64, vec![one.clone()]).unwrap();
        }
        prop_assert_eq!(single.newest().root(), whole.newest().root());

        // With the old versions forgotten, nothing is left over in memory.
        single.forget(1);
        prop_assert_eq!(single.nodes(), whole.nodes());
    }

    #[test]
    fn replacing_a_value_is_the_same_as_having_set_it(
        keys in prop::collection::btree_map(crowded_key(), any::<Hash>(), 1..30),
        new in any::<Hash>(),
        which in any::<prop::sample::Index>(),
    ) {
        let mut tree = tree_of(&keys);
        let key = *keys.keys().nth(which.index(keys.len())).unwrap();
        tree.write(1, vec![leaf(key, new)]).unwrap();
        let mut after = keys.clone();
        after.insert(key, new);
        prop_assert_eq!(tree.newest().root(), model_root(&after, &mut Vec::new()));
        prop_assert_eq!(tree.newest().value_hash(&key).unwrap(), new);
        prop_assert_eq!(tree.at(0).unwrap().value_hash(&key).unwrap(), keys[&key]);
        prop_assert_eq!(tree.newest().len(), keys.len() as u64);
        tree.forget(1);
        prop_assert_eq!(tree.nodes(), tree_of(&after).nodes());
    }

    /// A long random history: every kept version stays as it was, undone ones leave no trace.
    #[test]
    fn versions_do_not_touch_each_other(
        writes in prop::collection::vec(
            (prop::collection::btree_map(crowded_key(), any::<Hash>(), 0..6), prop::bool::weighted(0.3)), 1..20),
        keep in 1_usize..5,
    ) {
        let (mut tree, mut model) = (Tree::new(), BTreeMap::new());
        let mut kept: VecDeque<(u64, BTreeMap<Hash, Hash>)> = VecDeque::new();
        for (height, (leaves, undone)) in writes.into_iter().enumerate() {
            let height = height as u64;
            let nodes = tree.nodes();
            let arrivals: Vec<_> = leaves.iter().map(|(key, value)| leaf(*key, *value)).collect();
            tree.write(height, arrivals).unwrap();
            if undone {
                prop_assert!(tree.undo());
                prop_assert_eq!(tree.nodes(), nodes);
                prop_assert!(!tree.undo());
            } else {
                model.extend(leaves);
                tree.forget(keep);
                kept.push_back((height, model.clone()));
                if kept.len() > keep {
                    kept.pop_front();
                }
            }
            prop_assert_eq!(tree.heights().collect::<Vec<_>>(), kept.iter().map(|(height, _)| *height).collect::<Vec<_>>());
            for (height, model) in &kept {
                let view = tree.at(*height).unwrap();
                prop_assert_eq!(view.root(), tree_of(model).newest().root());
                let mut seen = BTreeMap::new();
                view.for_each(|key, value| { seen.insert(*key, value); });
                prop_assert_eq!(&seen, model);
            }
        }
    }

    #[test]
    fn every_proof_convinces_the_judge(
        keys in prop::collection::btree_map(crowded_key(), any::<Hash>(), 1..40),
        absent in crowded_key(),
    ) {
        let tree = tree_of(&keys);
        let root = tree.newest().root();
        for key in keys.keys().chain([&absent]) {
            let proof = tree.newest().prove(key);
            if let Some(value) = keys.get(key) {
                prop_assert_eq!(verify_presence_hashed(&root, key, value, &proof), Ok(()));
            } else {
                let end = match proof.end() {
                    End::Present => return Err(TestCaseError::fail("an absent key is shown as present")),
                    End::Empty => ZERO,
                    End::Other { key_hash, value_hash } => {
                        prop_assert!(keys.get(key_hash) == Some(value_hash) && key_hash != key);
                        sha(&[&[0][..], key_hash, value_hash].concat())
                    }
                };
                prop_assert_eq!(climb(key, end, proof.siblings()), root);
            }
            prop_assert_eq!(toend_ledger::proof::StateProof::decode(&proof.encode()), Ok(proof));
        }
    }

    #[test]
    fn a_subtree_is_whole(
        keys in prop::collection::btree_map(any::<Hash>(), any::<Hash>(), 2..80),
        key in any::<Hash>(),
        bits in 0_usize..70,
        least in 1_usize..20,
    ) {
        let tree = tree_of(&keys);
        let proof = tree.newest().subtree(&key, bits, least).unwrap();
        prop_assert!(proof.bits() <= bits);
        prop_assert!(proof.leaves().len() >= least.clamp(2, keys.len()));
        let inside: Vec<(Hash, Hash)> = keys.iter()
            .filter(|(other, _)| (0..proof.bits()).all(|i| bit(other, i) == bit(&key, i)))
            .map(|(key, value)| (*key, *value))
            .collect();
        prop_assert_eq!(proof.leaves(), inside.as_slice());
        prop_assert!(proof.verify(&tree.newest().root()).is_ok());
        // The prefix alone leads to the same answer.
        prop_assert_eq!(tree.newest().subtree(proof.prefix(), proof.bits(), least).unwrap(), proof);
    }
}

/// Recomputes a root from a path with sides from the bits of the key.
fn climb(key: &Hash, end: Hash, siblings: &[Hash]) -> Hash {
    siblings
        .iter()
        .enumerate()
        .rev()
        .fold(end, |hash, (depth, sibling)| {
            let (left, right) = if bit(key, depth) {
                (*sibling, hash)
            } else {
                (hash, *sibling)
            };
            sha(&[&[1][..], &left, &right].concat())
        })
}

#[test]
fn an_empty_tree_has_the_zero_root_and_no_leaf() {
    let tree: Tree = Tree::new();
    assert_eq!(tree.newest().root(), ZERO);
    assert!(tree.newest().is_empty() && tree.at(0).is_none());
    assert!(tree.newest().prove(&[7; 32]).siblings().is_empty());
    assert!(tree.newest().subtree(&[7; 32], 4, 1).is_err());
}

#[test]
fn unsorted_repeated_and_late_leaves_are_refused_and_change_nothing() {
    let mut tree = tree_of(&BTreeMap::from([([1; 32], [1; 32])]));
    let (root, nodes) = (tree.newest().root(), tree.nodes());
    assert_eq!(
        tree.write(1, vec![leaf([3; 32], [0; 32]), leaf([2; 32], [0; 32])]),
        Err(WriteError::Unsorted)
    );
    assert_eq!(
        tree.write(1, vec![leaf([3; 32], [0; 32]), leaf([3; 32], [1; 32])]),
        Err(WriteError::Unsorted)
    );
    assert_eq!(
        tree.write(0, vec![leaf([3; 32], [0; 32])]),
        Err(WriteError::NotNewer {
            height: 0,
            newest: 0
        })
    );
    assert_eq!((tree.newest().root(), tree.nodes()), (root, nodes));
    let sorted = Tree::sorted(vec![
        leaf([3; 32], [0; 32]),
        leaf([2; 32], [0; 32]),
        leaf([3; 32], [9; 32]),
    ]);
    assert_eq!(sorted, vec![leaf([2; 32], [0; 32]), leaf([3; 32], [9; 32])]);
}

/// The two deepest leaves there can be.
#[test]
fn two_keys_that_differ_in_the_last_bit_stand_at_depth_256() {
    let (mut left, mut right) = ([0xab; 32], [0xab; 32]);
    left[31] = 0xaa;
    right[31] = 0xab;
    let mut tree = tree_of(&BTreeMap::from([(left, [1; 32]), (right, [2; 32])]));
    let proof = tree.newest().prove(&left);
    assert_eq!((proof.depth(), proof.end()), (MAX_DEPTH, &End::Present));
    assert_eq!(proof.siblings()[..255], [ZERO; 255]);
    tree.write(1, vec![leaf([0; 32], [3; 32])]).unwrap();
    let proof = tree.newest().prove(&right);
    assert_eq!(proof.depth(), MAX_DEPTH);
    assert!(verify_presence_hashed(&tree.newest().root(), &right, &[2; 32], &proof).is_ok());
    // Both share more bits than a subtree proof may name, so it stops above them.
    assert_eq!(tree.newest().subtree(&left, 200, 2).unwrap().bits(), 64);
}

#[test]
fn filled_in_parts_it_is_the_same_tree() {
    let all: BTreeMap<Hash, Hash> = (0u16..500)
        .map(|n| (sha(&n.to_be_bytes()), sha(&[1])))
        .collect();
    let mut whole = tree_of(&all);
    whole.forget(1);
    // Storage hands them out in the order of their keys, which is not that of the hashes.
    let leaves: Vec<Leaf> = (0u16..500)
        .map(|n| leaf(sha(&n.to_be_bytes()), sha(&[1])))
        .collect();
    for part in [1, 2, 7, 499, 500, 1000] {
        let mut filled = Tree::new();
        let root = filled.fill_by(part, 9, leaves.iter().cloned()).unwrap();
        assert_eq!(root, whole.newest().root(), "{part}");
        assert_eq!(filled.nodes(), whole.nodes(), "{part}: nodes stay behind");
        assert_eq!(filled.newest().len(), 500);
        assert!(!filled.undo(), "the first version stays");
        assert_eq!(
            filled.fill(10, leaves.iter().cloned()),
            Err(WriteError::NotNewer {
                height: 10,
                newest: 9
            })
        );
        filled.write(10, vec![leaf(ZERO, ZERO)]).unwrap();
        assert!(filled.undo());
        assert_eq!(filled.newest().root(), root);
        let twice = leaves.iter().chain(leaves.get(7)).cloned();
        assert_eq!(
            Tree::new().fill_by(part, 1, twice),
            Err(WriteError::Repeated)
        );
    }
}

/// Values of every form, beside each other in the same twigs.
#[test]
fn values_come_back_and_are_hashed_as_they_were_given() {
    let time = |n: u64| [[0; 8], n.to_be_bytes()].concat();
    let value = |n: u64| match n % 5 {
        0 => Vec::new(),
        1 => vec![7; 16],
        2 => [vec![n as u8; 33], time(n / 100)].concat(),
        3 => [vec![n as u8; 253], time(n / 100)].concat(),
        _ => [vec![n as u8; 1000], time(n)].concat(),
    };
    let key = |n: u64| sha(&n.to_be_bytes());
    let all: BTreeMap<Hash, Hash> = (0..700).map(|n| (key(n), sha(&value(n)))).collect();
    let expected = tree_of(&all).newest().root();
    let timed = |n| Leaf::timed(key(n), value(n));
    let mut filled = Tree::new();
    // Backwards: the blocks come in another order than they were made in.
    let root = filled.fill_by(90, 0, (0..700).rev().map(timed)).unwrap();
    assert_eq!(root, expected);
    let mut written = Tree::new();
    for block in 0..7 {
        let leaves = (block * 100..block * 100 + 100).map(|n| {
            if n % 3 == 0 {
                Leaf::whole(key(n), value(n))
            } else {
                timed(n)
            }
        });
        written
            .write(block, Tree::sorted(leaves.collect()))
            .unwrap();
    }
    assert_eq!(written.newest().root(), expected);
    for n in 0..700 {
        assert_eq!(filled.newest().get(&key(n)).as_deref(), Some(&*value(n)));
        assert_eq!(written.newest().get(&key(n)).as_deref(), Some(&*value(n)));
    }
    let hashed = tree_of(&all);
    assert!(hashed.newest().holds(&key(3)) && hashed.newest().get(&key(3)).is_none());
    // A replaced value stands in the old version as before.
    let root = written.write(7, vec![timed(2)]).unwrap();
    assert_eq!(root, expected);
    written
        .write(8, vec![Leaf::timed(key(2), vec![1; 40])])
        .unwrap();
    assert_eq!(written.newest().get(&key(2)).as_deref(), Some(&[1; 40][..]));
    assert_eq!(
        written.at(7).unwrap().get(&key(2)).as_deref(),
        Some(&*value(2))
    );
    assert_eq!(written.newest().len(), 700);
}
