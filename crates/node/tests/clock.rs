//! Block time follows the validators' clocks, and never goes back when they do.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use toend_ledger::cometbft::Time;
use toend_ledger::genesis::demo;
use toend_node::consensus::bft_time::median_time;
use toend_node::consensus::network::{Network, NetworkError};
use toend_node::consensus::plan::{Clock, Plan};
use toend_node::ledger::Ledger as _;
use toend_node::storage::Store;

fn plan(clock: Clock) -> Plan {
    let secrets = (0..4)
        .map(|i| demo::key(demo::Purpose::Consensus, i))
        .collect();
    Plan::new(&demo::genesis_bytes(), secrets, clock).unwrap()
}

/// 2026-12-01T00:00:00Z, after the demonstration ledger's beginning.
const DECEMBER_MS: u64 = 1_796_083_200_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_slows_time_but_never_turns_it() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(DECEMBER_MS));
    let clock = {
        let now = Arc::clone(&now);
        // Every reading is a little later, so that the four votes differ.
        Clock::from_fn(move || Time::from_millis(now.fetch_add(3, Ordering::Relaxed)).unwrap())
    };
    let plan = plan(clock);
    let store = Store::open(folder.path(), &plan.net).unwrap();
    let running = Network::start(plan, store, common::FAST).unwrap();
    let network = Arc::clone(running.network());
    let mut heights = network.subscribe();
    heights.wait_for(|tip| *tip >= 6).await.unwrap();
    now.store(DECEMBER_MS - 3_600_000, Ordering::Relaxed);
    let jump = network.height();
    heights.wait_for(|tip| *tip >= jump + 6).await.unwrap();

    let tip = network.height();
    let blocks: Vec<_> = (1..=tip)
        .map(|height| network.light_block(height).unwrap())
        .collect();
    let times: Vec<i128> = blocks
        .iter()
        .map(|block| block.header().time.unix_nanos())
        .collect();
    for pair in times.windows(2) {
        assert!(
            pair[1] - pair[0] >= 1_000_000,
            "at least one millisecond: {pair:?}"
        );
    }
    // While the clock is behind, time goes by the least step.
    let behind = &times[jump as usize + 2..];
    assert!(
        behind.windows(2).all(|pair| pair[1] - pair[0] == 1_000_000),
        "{behind:?}"
    );
    for pair in blocks.windows(2) {
        let [below, above] = pair else { unreachable!() };
        let commit = &below.signed_header.commit;
        let set = &below.validator_set;
        let median =
            median_time(commit, |a| set.by_address(a).map(|v| v.power.cast_signed())).unwrap();
        assert_eq!(above.header().time, median);
        assert!(
            commit
                .signatures
                .iter()
                .all(|sig| sig.time > below.header().time)
        );
    }
    running.stop();
}

/// The network was off for a month: its first tip is fresh all the same, or no client would trust it.
#[test]
fn the_tip_is_fresh_after_a_long_rest() {
    let folder = tempfile::tempdir().unwrap();
    for start in [DECEMBER_MS, DECEMBER_MS + 31 * 86_400_000] {
        let plan = plan(Clock::from_fn(move || Time::from_millis(start).unwrap()));
        let store = Store::open(folder.path(), &plan.net).unwrap();
        let running = Network::start(plan, store, common::FAST).unwrap();
        let tip = running.network().tip();
        assert_eq!(tip.header().time.millis(), start);
        // And everything that was stored can be proven from it.
        let found = running.network().query(&[1], tip.height() - 1).unwrap();
        assert!(found.value.is_some());
        running.stop();
    }
}

#[test]
fn a_clock_before_the_ledger_s_beginning_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(Clock::from_fn(|| {
        Time::from_millis(1_000_000_000_000).unwrap()
    }));
    let store = Store::open(folder.path(), &plan.net).unwrap();
    let refused = Network::start(plan, store, common::FAST);
    assert_eq!(refused.err(), Some(NetworkError::ClockBeforeGenesis));
}

/// Proposers take turns by CometBFT's rule: with equal powers, in the order of the set.
#[tokio::test(flavor = "multi_thread")]
async fn every_validator_proposes_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(Clock::system());
    let store = Store::open(folder.path(), &plan.net).unwrap();
    let running = Network::start(plan, store, common::FAST).unwrap();
    let network = Arc::clone(running.network());
    network.subscribe().wait_for(|tip| *tip >= 9).await.unwrap();
    let order: Vec<_> = network
        .tip()
        .validator_set
        .validators()
        .iter()
        .map(|v| v.address)
        .collect();
    for height in 1..=8u64 {
        let proposer = network
            .light_block(height)
            .unwrap()
            .header()
            .proposer_address;
        assert_eq!(
            proposer,
            order[(height as usize - 1) % 4],
            "height {height}"
        );
    }
    running.stop();
}
