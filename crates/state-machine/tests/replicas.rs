//! Replicas agree: fed the same blocks, restored from disk, stopped at any moment.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{BUSINESS, Chain, HEALTH, TAX, entry, head, id};
use proptest::prelude::*;
use toend_ledger::record::Flag;
use toend_ledger::state::Key;
use toend_ledger::tx::Op;
use toend_ledger::vrf;
use toend_state_machine::{App, Code, RestoreError, TxResult};

/// One transaction of a random chain; many of them will fail.
#[derive(Clone, Debug)]
enum Deed {
    Entry(u64),
    Head(u64, u32, bool),
    Open(u64, u16),
    List(u64, u64),
    Filing(u64, u16),
    Epoch(u64),
    Garbage(Vec<u8>),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..40_u64).prop_map(Deed::Entry),
        4 => (0..6_u64, 0..5_u32, any::<bool>()).prop_map(|(n, v, ended)| Deed::Head(n, v, ended)),
        2 => (0..9_u64, 1..3_u16).prop_map(|(n, epoch)| Deed::Open(n, epoch)),
        2 => (0..3_u64, 0..4_u64).prop_map(|(n, size)| Deed::List(n, size)),
        2 => (0..9_u64, 0..5_u16).prop_map(|(n, gateway)| Deed::Filing(n, gateway)),
        1 => (0..3_u64).prop_map(Deed::Epoch),
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Deed::Garbage),
    ]
}

fn make(chain: &mut Chain, deed: &Deed) -> Vec<u8> {
    let flag = |ended| if ended { Flag::Ended } else { Flag::Current };
    match deed {
        Deed::Entry(n) => chain.batch(HEALTH, vec![entry(*n)]),
        Deed::Head(n, v, ended) => chain.batch(TAX, vec![head(*n, *v, flag(*ended))]),
        Deed::Open(n, epoch) => chain.batch(
            HEALTH,
            vec![Op::Open {
                epoch: *epoch,
                o: id("o", *n),
                k: id("k", *n),
            }],
        ),
        Deed::List(n, size) => {
            let subject_hash = id("subject", *n);
            let op = match size.checked_sub(1) {
                None => Op::ListCreate { subject_hash },
                Some(size_before) => Op::ListAppend {
                    subject_hash,
                    size_before,
                    c: id("list", *size),
                },
            };
            chain.batch(BUSINESS, vec![op])
        }
        Deed::Filing(n, gateway) => chain.filing(*gateway, id("f", *n)),
        Deed::Epoch(n) => {
            let action = chain.epoch(HEALTH, 2, &vrf::SecretKey::from_bytes(id("vrf", *n)));
            chain.decision(action, 3)
        }
        Deed::Garbage(bytes) => bytes.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two replicas, one of them killed and restored at random heights, sometimes between FinalizeBlock and Commit.
    #[test]
    fn a_replica_killed_anywhere_comes_back_to_the_same_state(
        blocks in prop::collection::vec((prop::collection::vec(deed(), 0..4), 0..4_u8), 1..16),
    ) {
        let mut chain = Chain::new();
        let mut other = App::from_genesis(&chain.genesis, 1).unwrap();
        let mut disk = chain.stored.clone();
        for (deeds, fate) in blocks {
            let txs: Vec<_> = deeds.iter().map(|deed| make(&mut chain, deed)).collect();
            for tx in &txs {
                // CheckTx on one replica only: what it remembers must decide nothing.
                chain.app.check_tx(tx);
            }
            let block = chain.next_block(txs);
            let done = chain.take(block.clone());
            if fate == 1 {
                // Killed after FinalizeBlock, before anything was stored: the engine delivers the block again.
                other.finalize_block(block.clone()).unwrap();
                let at = block.height - 1;
                other = App::restore(disk.clone().into_iter(), at, chain.roots[at as usize], &chain.genesis).unwrap();
            }
            if fate == 2 {
                // FinalizeBlock twice.
                other.finalize_block(block.clone()).unwrap();
            }
            let same = other.finalize_block(block.clone()).unwrap();
            prop_assert_eq!(&same, &done);
            disk.extend(same.changes);
            if fate == 3 {
                // Killed after the block was stored, before Commit returned.
                other = App::restore(disk.clone().into_iter(), block.height, same.app_hash, &chain.genesis).unwrap();
            } else {
                other.commit();
            }
            prop_assert_eq!(other.info(), chain.app.info());
        }
        prop_assert_eq!(&disk, &chain.stored);
        prop_assert_eq!(chain.restored().info(), chain.app.info());
        // Every stored value is the one that the state proves.
        for (key, value) in disk {
            let key = Key::decode(&key).unwrap();
            prop_assert_eq!(chain.proven(key, None), Some(value));
        }
    }

    /// Batches of different registers do not see each other: their order in a block changes nothing.
    #[test]
    fn the_order_of_registers_is_irrelevant(n in 1..1000_u64, order in Just([0_usize, 1, 2]).prop_shuffle()) {
        let mut roots = Vec::new();
        for order in [[0, 1, 2], order] {
            let mut chain = Chain::new();
            let batches = [
                chain.batch(HEALTH, vec![entry(n), entry(n + 1)]),
                chain.batch(TAX, vec![entry(n), head(n, 1, Flag::Current)]),
                chain.batch(BUSINESS, vec![Op::ListCreate { subject_hash: id("subject", n) }]),
            ];
            let txs = order.iter().map(|i| batches[*i].clone()).collect();
            prop_assert!(chain.block(txs).iter().all(TxResult::is_ok));
            roots.push(chain.app.info().app_hash);
        }
        prop_assert_eq!(roots[0], roots[1]);
    }
}

#[test]
fn stored_state_that_was_touched_is_refused() {
    let mut chain = Chain::new();
    assert_eq!(chain.try_ops(HEALTH, vec![entry(1)]), Code::Ok);
    chain.block(vec![]);
    let info = chain.app.info();
    let restore = |state: Vec<(Vec<u8>, Vec<u8>)>, height| {
        App::restore(state.into_iter(), height, info.app_hash, &chain.genesis).map(|app| app.info())
    };
    let whole: Vec<_> = chain.stored.clone().into_iter().collect();
    assert_eq!(restore(whole.clone(), 2), Ok(info));
    assert_eq!(
        restore(whole.iter().rev().cloned().collect(), 2),
        Ok(info),
        "in any order"
    );

    let history = RestoreError::History {
        blocks: 2,
        height: 1,
    };
    assert_eq!(restore(whole.clone(), 1), Err(history));
    assert!(matches!(
        restore(vec![], 2),
        Err(RestoreError::History { blocks: 0, .. })
    ));
    for missing in 0..whole.len() {
        let mut part = whole.clone();
        part.remove(missing);
        assert!(restore(part, 2).is_err());
    }
    let mut twice = whole.clone();
    twice.push(whole[3].clone());
    assert_eq!(restore(twice, 2), Err(RestoreError::Repeated));
    let entry_at = whole.iter().position(|(key, _)| key[0] == 0x11).unwrap();
    let mut altered = whole.clone();
    altered[entry_at].1[5] ^= 1;
    assert_eq!(restore(altered, 2), Err(RestoreError::AppHash));
    let mut shortened = whole.clone();
    shortened[entry_at].1.pop();
    assert!(matches!(restore(shortened, 2), Err(RestoreError::Value(_))));
    let mut unknown = whole.clone();
    unknown[entry_at].0[0] = 0x77;
    assert!(matches!(restore(unknown, 2), Err(RestoreError::Key(_))));
    let mut added = whole;
    added.push((Key::Filing([1; 32]).encode(), vec![1; 23]));
    assert_eq!(restore(added, 2), Err(RestoreError::AppHash));
}

/// The same blocks give the same root on every machine and at every version of this program: these bytes are fixed.
#[test]
fn known_roots() {
    let mut chain = Chain::new();
    let genesis_root = hex::encode(chain.app.info().app_hash);
    assert_eq!(
        chain.try_ops(HEALTH, vec![entry(1), head(1, 1, Flag::Current)]),
        Code::Ok
    );
    let filing = chain.filing(2, id("f", 1));
    chain.block(vec![filing]);
    let root = hex::encode(chain.app.info().app_hash);
    assert_eq!(
        (genesis_root.as_str(), root.as_str()),
        (GENESIS_ROOT, ROOT_AFTER_2)
    );
}

const GENESIS_ROOT: &str = "0b17707a77ebad82b315168c3c53e10ffcbf204cc682e7c29ce90a3b6de5820f";
const ROOT_AFTER_2: &str = "f85e0f180e218b712d3eac42d993eee760bd8e2d72a73bb4cc96234513082c93";
