//! CheckTx, PrepareProposal and ProcessProposal.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{BUSINESS, Chain, HEALTH, START_MS, TAX, entry, head, id, seal_key};
use toend_ledger::genesis::FILINGS_PER_GATEWAY;
use toend_ledger::record::Flag;
use toend_ledger::tx::Op;
use toend_ledger::vrf;
use toend_state_machine::limits::{BATCHES_WAITING, BLOCKS_OF_FILINGS_WAITING, RULES};
use toend_state_machine::{Code, Proposal, TxResult};

#[test]
fn several_batches_of_a_register_may_wait_without_gaps() {
    let mut chain = Chain::new();
    let batches: Vec<_> = (1..=4)
        .map(|n| chain.batch(HEALTH, vec![entry(n)]))
        .collect();
    assert_eq!(chain.app.check_tx(&batches[1]).outcome(), Code::BatchAhead);
    for batch in &batches[..3] {
        assert_eq!(chain.app.check_tx(batch).outcome(), Code::Ok);
    }
    // Asked again, as an engine does after each block: still fine.
    assert_eq!(chain.app.check_tx(&batches[1]).outcome(), Code::Ok);
    let mut forged = batches[3].clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(chain.app.check_tx(&forged).outcome(), Code::BadSignature);
    let small = chain.batch_of(HEALTH, 4, vec![entry(9)], &seal_key(HEALTH));
    assert_eq!(chain.app.check_tx(&small).outcome(), Code::EntryBucket);

    // The first is sealed; it is then old, and the others may go on waiting.
    chain.block(vec![batches[0].clone()]);
    assert_eq!(
        chain.app.check_tx(&batches[0]).outcome(),
        Code::BatchReplayed
    );
    assert_eq!(chain.app.check_tx(&batches[2]).outcome(), Code::Ok);
    assert_eq!(chain.app.check_tx(&batches[3]).outcome(), Code::Ok);
    assert!(
        chain
            .block(batches[1..].to_vec())
            .iter()
            .all(TxResult::is_ok)
    );
}

#[test]
fn waiting_is_bounded() {
    let mut chain = Chain::new();
    let ops = chain.padded(vec![]);
    for number in 1..=BATCHES_WAITING + 1 {
        let tx = chain.batch_of(HEALTH, number, ops.clone(), &seal_key(HEALTH));
        assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
    }
    let tx = chain.batch_of(HEALTH, BATCHES_WAITING + 2, ops, &seal_key(HEALTH));
    assert_eq!(chain.app.check_tx(&tx).outcome(), Code::BatchAhead);

    for n in 0..u64::from(BLOCKS_OF_FILINGS_WAITING * FILINGS_PER_GATEWAY) {
        let tx = chain.filing(0, id("f", n));
        assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
    }
    let (more, others) = (
        chain.filing(0, id("f", 99_999)),
        chain.filing(1, id("f", 99_999)),
    );
    assert_eq!(chain.app.check_tx(&more).outcome(), Code::QuotaExceeded);
    assert_eq!(chain.app.check_tx(&others).outcome(), Code::Ok);
    chain.block(vec![]);
    assert_eq!(chain.app.check_tx(&more).outcome(), Code::Ok);
}

/// Filings are public: whoever hands in old ones again must not use up what their gateway may hand in.
#[test]
fn filings_that_stand_or_wait_are_not_counted_again_under_any_rules() {
    for rules in 1..=RULES {
        let mut chain = Chain::under(rules);
        let most = u64::from(BLOCKS_OF_FILINGS_WAITING * FILINGS_PER_GATEWAY);
        let old: Vec<_> = (0..u64::from(FILINGS_PER_GATEWAY))
            .map(|n| chain.filing(0, id("old", n)))
            .collect();
        assert!(chain.block(old.clone()).iter().all(TxResult::is_ok));
        let checks = chain.app.signature_checks();
        for tx in old.iter().cycle().take(2 * most as usize) {
            assert_eq!(chain.app.check_tx(tx).outcome(), Code::FilingStands);
        }
        assert_eq!(
            chain.app.signature_checks(),
            checks,
            "what stands is cheap to refuse"
        );
        // The engine forgets what it has seen; one that waits may come again, and takes no second place.
        let waits = chain.filing(0, id("waits", 1));
        for _ in 0..=most {
            assert_eq!(chain.app.check_tx(&waits).outcome(), Code::Ok);
        }
        for n in 1..most {
            let tx = chain.filing(0, id("new", n));
            assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
        }
        let beyond = chain.filing(0, id("beyond", 1));
        assert_eq!(chain.app.check_tx(&beyond).outcome(), Code::QuotaExceeded);
        assert_eq!(chain.app.check_tx(&waits).outcome(), Code::Ok);

        // Nor is it proposed, nor one filing through two gateways.
        let twice = [chain.filing(0, id("f", 1)), chain.filing(1, id("f", 1))];
        let asked = [old, vec![waits.clone()], twice.to_vec()].concat();
        let proposal = chain.app.prepare_proposal(asked, 1 << 20);
        assert_eq!(proposal.len(), 2);
        assert!(proposal.contains(&waits));
        assert!(chain.block(proposal).iter().all(TxResult::is_ok));
    }
}

#[test]
fn check_tx_changes_nothing() {
    let mut chain = Chain::new();
    let before = chain.app.info();
    let tx = chain.batch(HEALTH, vec![entry(1)]);
    for _ in 0..3 {
        assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
    }
    assert_eq!(chain.app.info(), before);
    // Between FinalizeBlock and Commit queries and checks still see the committed state.
    let block = chain.next_block(vec![tx.clone()]);
    let done = chain.app.finalize_block(block).unwrap();
    assert_ne!(done.app_hash, before.app_hash);
    assert_eq!(chain.app.info(), before);
    assert_eq!(chain.app.root(None).unwrap(), before.app_hash);
    assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
    chain.app.commit();
    assert_eq!(chain.app.info().app_hash, done.app_hash);
    assert_eq!(chain.app.check_tx(&tx).outcome(), Code::BatchReplayed);
    assert_eq!(chain.app.commit().height, 1, "a second Commit does nothing");
}

/// 6.5: neither a flooding gateway nor a flooding register delays the others.
#[test]
fn fr_6_5_floods_do_not_crowd_out_others() {
    let mut chain = Chain::new();
    let mut waiting: Vec<_> = (0..300).map(|n| chain.filing(0, id("flood", n))).collect();
    for n in 0..40 {
        waiting.push(chain.batch(HEALTH, vec![entry(1000 + n)]));
    }
    let (own, batch) = (
        chain.filing(3, id("f", 1)),
        chain.batch(TAX, vec![entry(1)]),
    );
    let epoch = chain.epoch(HEALTH, 2, &vrf::SecretKey::from_bytes(id("vrf", 1)));
    let decision = chain.decision(epoch, 3);
    waiting.extend([own.clone(), batch.clone(), decision.clone()]);

    // Room for the filings of two gateways and a few batches.
    let proposal = chain.app.prepare_proposal(waiting, 140 * 70 + 10 * 1400);
    assert_eq!(proposal[0], decision);
    assert!(proposal.contains(&own), "a filing of another gateway");
    assert!(proposal.contains(&batch), "a batch of another register");
    let filings = proposal.iter().filter(|tx| tx.len() == own.len()).count();
    assert_eq!(filings, FILINGS_PER_GATEWAY as usize + 1);
    assert!(proposal.iter().map(Vec::len).sum::<usize>() < 140 * 70 + 10 * 1400);
    assert!(
        chain.block(proposal).iter().all(TxResult::is_ok),
        "nothing proposed fails"
    );
}

/// Under a load above the share the oldest go first, so that none waits while later ones pass; gateways take turns.
#[test]
fn filings_are_proposed_in_the_order_in_which_they_came() {
    let mut chain = Chain::new();
    let of = |chain: &Chain, gateway, many: u64| -> Vec<_> {
        (0..many)
            .map(|n| chain.filing(gateway, id("f", 1000 * u64::from(gateway) + n)))
            .collect()
    };
    let (many, few) = (of(&chain, 0, 200), of(&chain, 1, 2));
    let mut waiting = many.clone();
    waiting.extend(few.clone());
    waiting.push(many[0].clone());
    let proposal = chain.app.prepare_proposal(waiting, 1 << 20);
    let share = FILINGS_PER_GATEWAY as usize;
    assert_eq!(
        proposal[..4],
        [&many[0], &few[0], &many[1], &few[1]].map(Clone::clone)
    );
    assert_eq!(proposal[4..], many[2..share]);
}

#[test]
fn a_proposal_holds_only_what_will_take_effect_in_an_order_that_works() {
    let mut chain = Chain::new();
    let batches: Vec<_> = (1..=3)
        .map(|n| chain.batch(HEALTH, vec![entry(n)]))
        .collect();
    let skipping = chain.batch(TAX, vec![head(1, 2, Flag::Current)]);
    let gap = chain.batch_of(BUSINESS, 2, vec![entry(1)], &seal_key(BUSINESS));
    let mut waiting: Vec<_> = batches.iter().rev().cloned().collect();
    waiting.extend([skipping, gap, vec![0; 10], batches[0].clone()]);
    assert_eq!(
        chain.app.prepare_proposal(waiting.clone(), 1 << 20),
        batches
    );
    // Too little room for the second: the third must not come without it.
    let room = (batches[0].len() + 10) as u64;
    assert_eq!(
        chain.app.prepare_proposal(waiting.clone(), room),
        batches[..1]
    );
    assert!(chain.app.prepare_proposal(waiting, 10).is_empty());
}

#[test]
fn a_proposal_with_bytes_that_are_no_transaction_is_refused_whole() {
    let mut chain = Chain::new();
    let good = chain.batch(HEALTH, vec![entry(1)]);
    let process = |txs: &[Vec<u8>]| chain.app.process_proposal(1, START_MS, txs);
    assert_eq!(process(&[]), Proposal::Accept);
    assert_eq!(process(std::slice::from_ref(&good)), Proposal::Accept);
    assert_eq!(
        process(&[good.clone(), vec![1, 2, 3]]),
        Proposal::Reject {
            place: 1,
            code: Code::Malformed
        }
    );
    let large = vec![1; toend_ledger::tx::MAX_TX + 1];
    assert_eq!(
        process(&[large]),
        Proposal::Reject {
            place: 0,
            code: Code::Oversized
        }
    );
    assert_eq!(
        chain.app.process_proposal(2, START_MS, &[good]),
        Proposal::Reject {
            place: 0,
            code: Code::Outdated
        }
    );
}

/// Time is not known before a block: nothing is refused for it then, only in the block.
#[test]
fn a_covert_period_is_decided_in_the_block() {
    let mut chain = Chain::new();
    let tx = chain.batch(
        TAX,
        vec![Op::Covert {
            s: id("s", 1),
            open_by: START_MS,
        }],
    );
    assert_eq!(chain.app.check_tx(&tx).outcome(), Code::Ok);
    assert_eq!(chain.try_tx(tx), Code::CovertPeriod);
}
