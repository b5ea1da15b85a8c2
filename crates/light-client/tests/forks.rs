//! Sources that disagree: what is an attack, what is only a bad source, and what stays open.

#![allow(clippy::unwrap_used, clippy::wildcard_imports, missing_docs)]

mod support;

use support::chain;
use support::world::{World, config, seconds};
use toend_ledger::cometbft::LightBlock;
use toend_light_client::sync::*;

fn five_of_sliding(height: u64) -> Vec<u64> {
    (height / 4..height / 4 + 5).collect()
}

/// Two chains that part after height 30, both signed by all four.
fn forked() -> (Vec<LightBlock>, Vec<LightBlock>) {
    let common = chain::steady(30, 4);
    let branch = |tag| {
        let mut blocks = common.clone();
        blocks.extend(chain::extend(common.last(), 20, tag, |_| (0..4).collect()));
        blocks
    };
    (branch(1), branch(2))
}

#[test]
fn a_signed_fork_halts_everything_and_is_kept() {
    let (one, two) = forked();
    let mut world = World::honest(&one[..30], 3);
    world.pass(3);
    assert_eq!(
        (world.head(), world.status().cross_check.height),
        (30, Some(30))
    );
    world.sources[0].blocks = one.clone();
    world.sources[1].blocks = one.clone();
    world.sources[2].blocks = two.clone();
    world.now = seconds(chain::time(50), 1);
    world.pass(4);
    assert_eq!(world.status().phase, Phase::Attacked { height: 50 });
    assert_eq!(world.head(), 30, "frozen at the last common block");
    assert_eq!(world.attacks.len(), 1);
    let Evidence::Blocks {
        common,
        first,
        second,
        first_source,
        second_source,
    } = &world.attacks[0]
    else {
        panic!("two blocks")
    };
    assert_eq!((common.height(), *second_source), (30, ProviderId(2)));
    assert!(first_source.0 < 2);
    assert_eq!((first.last(), second.last()), (one.last(), two.last()));
    assert!(
        serde_json::to_string(&world.attacks[0])
            .unwrap()
            .contains("\"kind\":\"blocks\"")
    );
    // It stays so: no question, no new head, also after a restart.
    let asked = world.asked.len();
    world.pass(20);
    assert_eq!((world.asked.len(), world.head()), (asked, 30));
    let mut again = World::new(
        config(&one[0], 3),
        world.sources.clone(),
        Some(world.stored()),
    );
    again.pass(5);
    assert_eq!(again.status().phase, Phase::Attacked { height: 50 });
    assert_eq!(again.head(), 30);
    assert!(again.asked.is_empty());
}

#[test]
fn a_fork_shown_after_adoption_takes_the_head_back() {
    let (one, two) = forked();
    let mut world = World::honest(&one[..30], 2);
    world.pass(3);
    world.sources[0].blocks = one.clone();
    world.now = seconds(chain::time(50), 1);
    // The witness is behind until patience ends; the tip is adopted without it.
    world.pass(8);
    assert_eq!(
        (world.head(), world.status().cross_check.height),
        (50, Some(30))
    );
    world.sources[0].silent = true;
    world.sources[1].blocks = two;
    world.pass(40);
    assert_eq!(world.status().phase, Phase::Attacked { height: 50 });
    assert_eq!(world.head(), 30);
    assert!(
        world
            .saved
            .iter()
            .any(|changes| changes.rolled_back_to == Some(30))
    );
}

#[test]
fn a_conflicting_block_without_signatures_only_blames_its_source() {
    let (one, two) = forked();
    let mut world = World::honest(&one, 3);
    let mut forged = two[49].clone();
    forged.signed_header.commit = chain::commit(forged.header(), 0, &forged.validator_set, &[0, 1]);
    world.sources[1].lies.insert(50, forged);
    world.pass(4);
    assert!(world.attacks.is_empty());
    assert_eq!(
        (world.head(), world.status().cross_check.height),
        (50, Some(50)),
        "the third source confirms"
    );
    assert!(
        world
            .blamed
            .iter()
            .any(|(who, fault)| *who == 1 && matches!(fault, Fault::BadBlock(_)))
    );
}

#[test]
fn while_a_conflict_cannot_be_examined_the_head_stays() {
    // The witness names a block far away from the trusted validators and never shows the way to it.
    let honest = chain::extend(None, 60, 0, five_of_sliding);
    let mut world = World::honest(&honest[..10], 2);
    world.pass(3);
    assert_eq!(world.head(), 10);
    let mut liar = chain::extend(honest.get(9), 50, 3, five_of_sliding);
    let tip = liar.pop().unwrap();
    world.sources[0].blocks = honest.clone();
    world.sources[1].lies.insert(60, tip);
    world.now = seconds(chain::time(60), 1);
    world.pass(2);
    assert_eq!(world.status().phase, Phase::Split { height: 60 });
    assert_eq!(world.head(), 10);
    assert!(world.attacks.is_empty());
}

#[test]
fn links_between_verified_headers_must_meet() {
    // The store holds one branch up to 29, the sources serve the other: the next block does not link.
    let (one, two) = forked();
    let mut world = World::honest(&one[..40], 2);
    world.pass(3);
    assert_eq!(world.head(), 40);
    world
        .sources
        .iter_mut()
        .for_each(|s| s.blocks = two.clone());
    world.now = seconds(chain::time(50), 1);
    world.pass(3);
    assert_eq!(
        world.status().phase,
        Phase::Attacked { height: 40 },
        "found while the gap was filled"
    );
    assert!(matches!(&world.attacks[0], Evidence::Links { lower, .. } if lower.height == 40));
}

#[test]
fn review_8_7_double_signers_are_named_only_for_one_height_and_round() {
    let (one, two) = forked();
    let evidence = |second: LightBlock| Evidence::Blocks {
        common: Box::new(one[29].clone()),
        first_source: ProviderId(0),
        first: vec![one[30].clone()],
        second_source: ProviderId(1),
        second: vec![second],
    };
    let mut other = two[30].clone();
    other.signed_header.commit = chain::commit(other.header(), 0, &other.validator_set, &[0, 1, 2]);
    assert_eq!(evidence(other.clone()).double_signers().len(), 3);
    // Signed in a later round, changing one's vote may have been right.
    other.signed_header.commit = chain::commit(other.header(), 1, &other.validator_set, &[0, 1, 2]);
    assert!(evidence(other).double_signers().is_empty());
}

#[test]
fn review_8_2_a_fork_by_three_of_four_shows_only_where_another_source_is_asked() {
    let common = chain::steady(30, 4);
    let mut forged = common.clone();
    // The fourth authority does not take part and stays on the honest branch.
    let mut tail = chain::extend(common.last(), 5, 7, |_| (0..4).collect());
    for block in &mut tail {
        block.signed_header.commit =
            chain::commit(block.header(), 0, &block.validator_set, &[0, 1, 2]);
    }
    forged.extend(tail);
    let mut honest = common.clone();
    honest.extend(chain::extend(common.last(), 5, 0, |_| (0..4).collect()));

    let mut alone = World::honest(&forged, 1);
    alone.pass(3);
    assert_eq!(
        (alone.head(), alone.status().cross_check.height),
        (35, None)
    );

    let mut world = World::honest(&common, 2);
    world.pass(3);
    world.sources[0].blocks = forged;
    world.sources[1].blocks = honest;
    world.now = seconds(chain::time(35), 1);
    world.pass(3);
    assert_eq!(world.status().phase, Phase::Attacked { height: 35 });
    assert_eq!(world.head(), 30);
}
