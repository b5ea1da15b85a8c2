//! The sync machine among honest, late, silent and lying sources.

#![allow(clippy::unwrap_used, clippy::wildcard_imports, missing_docs)]

mod support;

use std::time::Duration;

use support::chain;
use support::world::{Behaviour, World, config, minutes, seconds};
use toend_light_client::sync::*;
use toend_light_client::verify::Reason;

fn five_of_sliding(height: u64) -> Vec<u64> {
    (height / 4..height / 4 + 5).collect()
}

#[test]
fn tip_first_then_cross_check_then_history() {
    let blocks = chain::steady(700, 4);
    let mut world = World::honest(&blocks, 4);
    world.feed(Input::Tick);
    world.pass(3);
    let status = world.status().clone();
    assert_eq!(status.phase, Phase::Current);
    assert_eq!(world.head(), 700);
    assert_eq!(status.cross_check.height, Some(700));
    assert_eq!(
        status.cross_check.agreeing.len(),
        3,
        "all sources of other authorities"
    );
    assert_eq!((status.history.verified, status.history.total), (700, 700));
    assert_eq!(status.history.time_left, Some(Duration::ZERO));
    // One block from the checkpoint to the tip; history only afterwards, in three bundles, the highest first.
    assert_eq!(world.asked[0], (0, Question::Block(1)));
    assert_eq!(world.asked[1], (0, Question::Latest));
    let bundles: Vec<Question> = world
        .asked
        .iter()
        .map(|(_, q)| *q)
        .filter(|q| matches!(q, Question::Bundle(_)))
        .collect();
    assert_eq!(
        bundles,
        [
            Question::Bundle(2),
            Question::Bundle(1),
            Question::Bundle(0)
        ]
    );
    let kept = world.kept();
    assert_eq!(kept.len(), 700);
    assert!(
        blocks
            .iter()
            .all(|block| kept[&block.height()] == block.header().hash())
    );
    assert!(world.blamed.is_empty() && world.attacks.is_empty());
    assert_eq!(world.machine.segments().len(), 1);
}

#[test]
fn follows_new_blocks_and_fills_the_gaps_of_an_absence() {
    let blocks = chain::extend(None, 400, 0, five_of_sliding);
    let mut world = World::honest(&blocks[..100], 2);
    world.pass(3);
    assert_eq!(world.head(), 100);
    // A day off, validators changed meanwhile: bisection, then the gap.
    for source in &mut world.sources {
        source.blocks = blocks.clone();
    }
    world.now = seconds(chain::time(400), 1);
    world.pass(4);
    assert_eq!(world.head(), 400);
    assert_eq!(world.status().phase, Phase::Current);
    assert_eq!(world.status().history.verified, 400);
    assert_eq!(world.machine.segments().len(), 1);
    let climbs = world
        .asked
        .iter()
        .filter(|(_, q)| matches!(q, Question::Block(h) if *h > 100 && *h < 400))
        .count();
    assert!(climbs > 3, "blocks in between were needed: {climbs}");
}

#[test]
fn continues_where_it_stopped() {
    let blocks = chain::steady(900, 4);
    let mut world = World::honest(&blocks[..600], 2);
    world.sources.iter_mut().for_each(|s| s.no_history = true);
    world.pass(3);
    assert_eq!(world.head(), 600);
    let saved = world.stored();
    assert_eq!(saved.segments.len(), 2, "checkpoint and tip");
    let behaviour = Behaviour {
        blocks: blocks.clone(),
        ..Behaviour::default()
    };
    let mut again = World::new(config(&blocks[0], 2), vec![behaviour; 2], Some(saved));
    again.now = seconds(chain::time(600), 2);
    again.machine.handle(Input::Tick, again.now);
    assert_eq!(
        again.machine.head().unwrap().height(),
        600,
        "at once, without a question"
    );
    again.now = seconds(chain::time(900), 1);
    again.pass(5);
    assert_eq!((again.head(), again.status().history.verified), (900, 900));
    assert!(
        !again.asked.iter().any(|(_, q)| *q == Question::Block(1)),
        "the checkpoint is not asked for again"
    );
}

#[test]
fn a_kept_head_that_is_damaged_is_refused() {
    let blocks = chain::steady(5, 4);
    let mut head = blocks[4].clone();
    head.signed_header.header.app_hash[0] ^= 1;
    let saved = Saved {
        head,
        cross_checked: None,
        segments: Vec::new(),
        attacked: None,
    };
    assert!(Machine::new(config(&blocks[0], 1), Some(saved)).is_err());
}

#[test]
fn a_failing_primary_is_replaced() {
    let blocks = chain::steady(50, 4);
    let mut world = World::honest(&blocks, 3);
    world.sources[0].down = true;
    world.pass(4);
    assert_eq!(world.head(), 50);
    assert!(
        world
            .blamed
            .contains(&(0, Fault::Failed(Failure::Unreachable)))
    );
    assert_ne!(world.status().primary, Some(ProviderId(0)));

    let mut world = World::honest(&blocks, 3);
    world.sources[0].silent = true;
    world.pass(30);
    assert_eq!(world.head(), 50, "a silent one as well, after its time");
    assert!(world.blamed.contains(&(0, Fault::Failed(Failure::Timeout))));
}

#[test]
fn without_another_authority_the_tip_is_not_cross_checked() {
    let blocks = chain::steady(50, 4);
    let mut alone = World::honest(&blocks, 1);
    alone.pass(3);
    assert_eq!(
        (alone.head(), alone.status().cross_check.height),
        (50, None)
    );
    // Two sources of one authority are one.
    let mut config = config(&blocks[0], 2);
    config.sources[1].authority = 0;
    let behaviour = Behaviour {
        blocks: blocks.clone(),
        ..Behaviour::default()
    };
    let mut same = World::new(config, vec![behaviour; 2], None);
    same.pass(3);
    assert_eq!((same.head(), same.status().cross_check.height), (50, None));
}

#[test]
fn a_witness_that_lags_confirms_later() {
    let blocks = chain::steady(50, 4);
    let mut world = World::honest(&blocks, 2);
    world.sources[1].blocks.truncate(48);
    world.pass(2);
    assert_eq!(world.head(), 1, "patience for the other authority");
    world.sources[1].blocks = blocks.clone();
    world.pass(2);
    assert_eq!(
        (world.head(), world.status().cross_check.height),
        (50, Some(50))
    );

    // One that stays behind does not hold up the tip for ever.
    let mut world = World::honest(&blocks, 2);
    world.sources[1].blocks.truncate(48);
    world.pass(10);
    assert_eq!(
        (world.head(), world.status().cross_check.height),
        (50, None)
    );
    assert!(world.attacks.is_empty());
}

#[test]
fn review_8_4_a_clock_before_a_signed_time_stops_everything() {
    let blocks = chain::steady(50, 4);
    let mut world = World::honest(&blocks, 2);
    world.pass(3);
    assert_eq!(world.status().phase, Phase::Current);
    world.now = seconds(world.now, -86_400);
    world.feed(Input::Tick);
    assert!(
        matches!(world.status().phase, Phase::ClockBehind { by } if by > Duration::from_secs(86_000))
    );
    let asked = world.asked.len();
    world.feed(Input::Tick);
    assert_eq!(world.asked.len(), asked);
    // Put right, it goes on.
    world.now = seconds(chain::time(50), 2);
    world.feed(Input::Tick);
    assert_eq!(world.status().phase, Phase::Current);
}

#[test]
fn review_8_4_a_slow_clock_on_a_fresh_start_is_named_and_not_blamed_on_the_source() {
    let blocks = chain::steady(200, 4);
    let mut world = World::honest(&blocks, 2);
    world.now = chain::time(100);
    world.pass(2);
    let missing = Duration::from_secs(500);
    assert!(
        matches!(world.status().phase, Phase::ClockBehind { by } if by.abs_diff(missing) < Duration::from_secs(5))
    );
    assert!(world.blamed.is_empty());
    // The build date alone tells as well.
    let mut config = config(&blocks[0], 1);
    config.clock_floor = chain::time(300);
    let behaviour = Behaviour {
        blocks: blocks.clone(),
        ..Behaviour::default()
    };
    let mut world = World::new(config, vec![behaviour], None);
    world.feed(Input::Tick);
    assert!(matches!(world.status().phase, Phase::ClockBehind { .. }));
    assert!(world.asked.is_empty());
}

#[test]
fn a_block_from_the_future_that_nobody_signed_is_its_sources_fault() {
    let blocks = chain::steady(20, 4);
    let mut world = World::honest(&blocks, 2);
    let set = chain::set([90, 91, 92, 93]);
    let forged = chain::block(
        chain::CHAIN,
        20,
        seconds(world.now, 9000),
        &set,
        &set,
        &[90, 91, 92, 93],
    );
    world.sources[0].lies.insert(20, forged);
    world.pass(5);
    assert_eq!(world.head(), 20);
    assert!(
        world.blamed.iter().any(
            |(who, fault)| *who == 0 && matches!(fault, Fault::BadBlock(Reason::FromFuture(_)))
        )
    );
    assert!(
        !world
            .statuses
            .iter()
            .any(|s| matches!(s.phase, Phase::ClockBehind { .. }))
    );
}

#[test]
fn stale_paused_and_expired_are_different_states() {
    let blocks = chain::steady(50, 4);
    // Sources go away: stale.
    let mut world = World::honest(&blocks, 3);
    world.pass(3);
    world.sources.iter_mut().for_each(|s| s.down = true);
    world.now = seconds(world.now, 600);
    world.pass(10);
    assert!(matches!(world.status().phase, Phase::Stale { age } if age > minutes(9)));
    assert!(world.status().answering.is_empty());

    // Sources answer, but there are no new blocks: the ledger is paused.
    let mut world = World::honest(&blocks, 3);
    world.pass(120);
    assert!(
        matches!(world.status().phase, Phase::LedgerPaused { .. }),
        "{:?}",
        world.status().phase
    );

    // The user pauses.
    let mut world = World::honest(&blocks, 3);
    world.pass(3);
    world.feed(Input::Pause(true));
    let asked = world.asked.len();
    world.pass(10);
    assert_eq!(
        (world.status().phase, world.asked.len()),
        (Phase::Paused, asked)
    );
    world.feed(Input::Pause(false));
    assert_eq!(world.status().phase, Phase::Current);

    // Away for longer than the trusting period: a new checkpoint is needed, and nothing is asked.
    world.now = seconds(world.now, 15 * 86_400);
    let asked = world.asked.len();
    world.pass(3);
    assert_eq!(
        (world.status().phase, world.asked.len()),
        (Phase::Expired, asked)
    );
}

#[test]
fn a_wrong_checkpoint_block_is_never_taken() {
    let blocks = chain::steady(20, 4);
    let mut world = World::honest(&blocks, 2);
    let other = chain::extend(None, 1, 9, |_| (0..4).collect()).remove(0);
    world.sources[0].lies.insert(1, other.clone());
    world.pass(3);
    assert_eq!(world.head(), 20, "from the second source");
    assert!(world.blamed.iter().any(|(who, _)| *who == 0));
    let mut world = World::honest(&blocks, 1);
    world.sources[0].lies.insert(1, other);
    world.pass(5);
    assert_eq!(
        (world.status().phase, world.head()),
        (Phase::CheckpointRefused, 0)
    );
}

#[test]
fn tampered_history_is_refused_and_fetched_elsewhere() {
    let blocks = chain::steady(300, 4);
    let mut world = World::honest(&blocks, 2);
    world.sources[0].tampers = Some(|header| header.data_hash = Some([6; 32]));
    world.pass(30);
    assert_eq!(world.status().history.verified, 300);
    assert!(
        world
            .blamed
            .iter()
            .any(|(who, fault)| *who == 0 && matches!(fault, Fault::BadHeaders(_)))
    );
    let kept = world.kept();
    assert!(
        blocks
            .iter()
            .all(|block| kept[&block.height()] == block.header().hash())
    );
}

#[test]
fn a_source_without_history_is_still_good_for_tips() {
    let blocks = chain::steady(300, 4);
    let mut world = World::honest(&blocks, 2);
    world.sources[0].no_history = true;
    world.pass(30);
    assert_eq!((world.head(), world.status().history.verified), (300, 300));
    assert_eq!(world.status().phase, Phase::Current);
}

#[test]
fn late_double_and_foreign_answers_change_nothing() {
    let blocks = chain::steady(50, 4);
    let mut world = World::honest(&blocks, 2);
    world.pass(3);
    let before = world.status().clone();
    for n in 0..30 {
        let request = RequestId(n);
        world.feed(Input::Block {
            request,
            block: Box::new(blocks[9].clone()),
        });
        world.feed(Input::Missing {
            request,
            tip: Some(u64::MAX),
        });
        world.feed(Input::Bundle {
            request,
            bytes: vec![0; 40],
        });
        world.feed(Input::Failed {
            request,
            failure: Failure::Refused,
        });
    }
    assert_eq!(world.status(), &before);
}
