use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Climbs against any set of present entries, as a register that leaves gaps would have them.
fn outcome(set: &BTreeSet<u64>) -> u64 {
    let mut ladder = Ladder::new();
    while let Some(n) = ladder.next_probe() {
        ladder.answer(set.contains(&n)).unwrap();
    }
    ladder.outcome().unwrap()
}

fn subsets() -> impl Iterator<Item = BTreeSet<u64>> {
    (0u32..4096).map(|bits| (1..=12).filter(|n| bits & (1 << (n - 1)) != 0).collect())
}

/// Numbers n for which the answers of `rungs(n)` are all true of the set: the proofs a register could make.
fn provable(set: &BTreeSet<u64>) -> Vec<u64> {
    (0..=24)
        .filter(|n| {
            rungs(*n)
                .iter()
                .all(|(probe, present)| set.contains(probe) == *present)
        })
        .collect()
}

#[test]
fn fr_1_1_two_heads_impossible() {
    for set in subsets() {
        assert_eq!(provable(&set), [outcome(&set)], "{set:?}");
    }
}

#[test]
fn fr_1_1_asking_only_the_next_entry_has_two_heads() {
    let ambiguous = subsets()
        .filter(|set| {
            (0..=12)
                .filter(|n| (*n == 0 || set.contains(n)) && !set.contains(&(n + 1)))
                .count()
                > 1
        })
        .count();
    assert_eq!(ambiguous, 4083, "the rule this ladder replaces");
}

#[test]
fn fr_1_1_gaps_have_the_outcomes_of_the_review() {
    let outcomes = [
        (vec![1, 2, 3, 5, 6], 3),
        (vec![1, 2, 4, 8], 8),
        (vec![1, 2, 3, 8], 3),
    ];
    for (set, expected) in outcomes {
        let set: BTreeSet<u64> = set.into_iter().collect();
        assert_eq!(outcome(&set), expected, "{set:?}");
        // The holder checks every entry up to the outcome too, and so sees a gap or a hidden entry.
        let whole = (1..=expected).all(|n| set.contains(&n));
        assert_eq!(whole, set != BTreeSet::from([1, 2, 4, 8]));
    }
}

#[test]
fn ladders_have_the_lengths_of_the_review() {
    let lengths: Vec<_> = [0, 5, 100, 1000].iter().map(|n| rungs(*n).len()).collect();
    assert_eq!(lengths, [1, 6, 14, 20]);
    let probes: Vec<_> = rungs(5).into_iter().map(|(n, _)| n).collect();
    assert_eq!(probes, [1, 2, 4, 8, 6, 5]);
}

#[test]
fn a_list_cannot_be_endless() {
    let mut ladder = Ladder::new();
    let refused = (0..64).find_map(|_| ladder.answer(true).err());
    assert_eq!(refused, Some(LadderError::TooLong));
}

fn at(height: u64) -> At {
    At {
        height,
        time_ms: height * 1000,
    }
}

#[test]
fn fr_1_4_planted_early_and_filled_later_is_out_of_order() {
    // Entry 4 written at height 10, entries 1 to 3 and 5 only later.
    let rungs = [
        (1, Some(at(20))),
        (2, Some(at(21))),
        (4, Some(at(10))),
        (8, None),
        (6, None),
        (5, Some(at(30))),
    ];
    assert_eq!(
        climb(&rungs),
        Err(LadderError::OutOfOrder {
            earlier: 2,
            later: 4
        })
    );
    let mut held = vec![(7, at(10)), (4, at(20)), (5, at(21)), (6, at(22))];
    assert_eq!(
        check_order(&mut held),
        Err(LadderError::OutOfOrder {
            earlier: 6,
            later: 7
        })
    );
}

#[test]
fn equal_times_are_in_order() {
    assert_eq!(
        climb(&[(1, Some(at(3))), (2, Some(at(3))), (4, None), (3, None)]),
        Ok(2)
    );
}

#[test]
fn fr_1_1_a_rung_left_out_or_exchanged_is_refused() {
    let whole: Vec<_> = rungs(5)
        .into_iter()
        .map(|(n, present)| (n, present.then(|| at(n))))
        .collect();
    assert_eq!(climb(&whole), Ok(5));
    for i in 0..whole.len() {
        let mut less = whole.clone();
        less.remove(i);
        assert!(climb(&less).is_err());
        let mut swapped = whole.clone();
        swapped.swap(i, (i + 1) % whole.len());
        assert!(climb(&swapped).is_err());
    }
    let mut more = whole;
    more.push((7, None));
    assert_eq!(
        climb(&more),
        Err(LadderError::WrongRung {
            expected: None,
            got: Some(7)
        })
    );
    // "n present, n+1 absent" alone is no ladder.
    assert!(climb(&[(5, Some(at(5))), (6, None)]).is_err());
}

#[test]
fn fr_1_15_renewing_completeness_stays_within_its_budget() {
    // Absent rungs must be shown again at every new root; present ones never change. A proof 31 levels deep with every
    // sibling and a neighbour's leaf has 1,064 bytes.
    let proof = 4 + 4 + 31 * 32 + 64;
    let absent = |n| rungs(n).iter().filter(|(_, present)| !present).count();
    let list = (0..=100).map(absent).max().unwrap() * proof;
    assert!(
        list <= 7_500,
        "{list} bytes for a list of up to 100 entries"
    );
    assert!(20 * list <= 150_000, "ten registers with two lists each");
}

proptest! {
    #[test]
    fn fr_1_1_one_outcome_for_random_sets(set in proptest::collection::btree_set(1u64..200, 0..120)) {
        let n = outcome(&set);
        prop_assert!(n == 0 || set.contains(&n));
        let others = (0..=400).filter(|m| rungs(*m).iter().all(|(p, present)| set.contains(p) == *present)).count();
        prop_assert_eq!(others, 1);
    }

    #[test]
    fn whole_lists_have_their_length(n in 0u64..100_000) {
        prop_assert_eq!(outcome(&(1..=n.min(2000)).collect()), n.min(2000));
        let answers: Vec<_> = rungs(n).into_iter().map(|(k, present)| (k, present.then(|| at(k)))).collect();
        prop_assert_eq!(climb(&answers), Ok(n));
    }
}
