//! Evidence against validators, and rules that change at a decided block.

#![allow(missing_docs, clippy::unwrap_used, clippy::large_types_passed_by_value)]

mod chain;

use chain::Chain;
use toend_ledger::cometbft::address_of;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::state::{ConsensusValue, FaultKind, FaultValue, Key, RulesValue, VACANT};
use toend_ledger::tx::Action;
use toend_state_machine::{App, Block, BlockError, Code, Misbehavior, UnknownRules};

fn consensus_key(i: u16) -> [u8; 32] {
    demo::signing_key(Purpose::Consensus, i)
        .verifying_key()
        .to_bytes()
}

fn shown(pub_key: &[u8; 32], height: u64) -> Misbehavior {
    Misbehavior {
        kind: FaultKind::DuplicateVote,
        address: address_of(pub_key),
        height,
        time_ms: chain::START_MS + height,
    }
}

fn with(chain: &Chain, misbehavior: Vec<Misbehavior>) -> Block {
    Block {
        misbehavior,
        ..chain.next_block(vec![])
    }
}

fn fault(chain: &Chain, authority: u16) -> Option<FaultValue> {
    let bytes = chain.proven(Key::Fault(authority), None)?;
    Some(FaultValue::decode(&bytes).unwrap())
}

#[test]
fn evidence_is_written_down_and_takes_no_power() {
    let mut chain = Chain::new();
    chain.block(vec![]);
    assert_eq!(fault(&chain, 2), None);
    let first = shown(&consensus_key(2), 1);
    let done = chain.take(with(&chain, vec![first]));
    assert!(done.validator_updates.is_empty());
    let value = fault(&chain, 2).unwrap();
    assert_eq!((value.count, value.first), (1, value.last));
    assert_eq!(
        (value.first.kind, value.first.address, value.first.height),
        (first.kind, first.address, 1)
    );
    assert_eq!(value.first.at.height, chain.height());

    // However often, the state does not grow; first and last stay.
    let second = Misbehavior {
        kind: FaultKind::LightClientAttack,
        ..shown(&consensus_key(2), 2)
    };
    let keys = chain.app.state_len();
    chain.take(with(&chain, vec![first, first, second]));
    assert_eq!(chain.app.state_len(), keys);
    let value = fault(&chain, 2).unwrap();
    assert_eq!((value.count, value.first.at.height), (4, 2));
    assert_eq!(
        (value.last.kind, value.last.height),
        (FaultKind::LightClientAttack, 2)
    );
    // Nobody else is accused, and nobody that the ledger never knew.
    chain.take(with(&chain, vec![shown(&[9; 32], 1)]));
    for authority in [0, 1, 3, 4, u16::MAX] {
        assert_eq!(fault(&chain, authority), None);
    }
    assert_eq!(chain.restored().info(), chain.app.info());
}

#[test]
fn evidence_finds_the_authority_of_a_key_that_has_gone() {
    let mut chain = Chain::new();
    let set = |serial, pub_key, power| Action::Validator {
        authority: 3,
        serial,
        pub_key,
        power,
    };
    let brought = chain::public("another", 1);
    let tx = chain.decision(set(1, brought, 10), 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let whose = chain
        .proven(Key::Consensus(address_of(&brought)), None)
        .unwrap();
    assert_eq!(ConsensusValue::decode(&whose).unwrap().authority, 3);
    let tx = chain.decision(set(2, VACANT, 0), 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);

    let mut restored = chain.restored();
    let block = with(
        &chain,
        vec![shown(&brought, 1), shown(&consensus_key(3), 1)],
    );
    assert_eq!(
        restored.finalize_block(block.clone()).unwrap().app_hash,
        chain.take(block).app_hash
    );
    assert_eq!(fault(&chain, 3).unwrap().count, 2);
    // A key that votes stand under belongs to nobody else, and never returns.
    for authority in [3, 0] {
        let tx = chain.decision(
            Action::Validator {
                authority,
                serial: if authority == 3 { 3 } else { 1 },
                pub_key: brought,
                power: 10,
            },
            3,
        );
        assert_eq!(chain.try_tx(tx), Code::KeyInUse);
    }
}

fn upgrade(serial: u32, version: u64, height: u64) -> Action {
    Action::Upgrade {
        serial,
        version,
        height,
    }
}

fn knowing(chain: &mut Chain, newest: u64) {
    let app = std::mem::replace(&mut chain.app, Chain::new().app);
    chain.app = app.knowing(newest);
}

#[test]
fn rules_change_at_the_decided_block_and_not_before() {
    let mut chain = Chain::new();
    knowing(&mut chain, 3);
    chain.block(vec![]);
    let refused = [
        (upgrade(2, 2, 10), Code::Outdated),
        (upgrade(1, 3, 10), Code::RulesSequence),
        (upgrade(1, 0, 10), Code::RulesSequence),
        // Not with the next block, nor in the past.
        (upgrade(1, 2, 3), Code::RulesSequence),
        (upgrade(1, 2, 1), Code::RulesSequence),
    ];
    let txs: Vec<_> = refused
        .iter()
        .map(|(action, _)| chain.decision(*action, 3))
        .collect();
    let codes: Vec<_> = chain
        .block(txs)
        .iter()
        .map(toend_state_machine::TxResult::outcome)
        .collect();
    assert_eq!(codes, refused.map(|(_, code)| code));

    let tx = chain.decision(upgrade(1, 2, 6), 2);
    assert_eq!(chain.try_tx(tx), Code::TooFewSignatures);
    let tx = chain.decision(upgrade(1, 2, 6), 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let value = RulesValue::decode(&chain.proven(Key::Rules, None).unwrap()).unwrap();
    assert_eq!(
        (value.before, value.version, value.from, value.at.height),
        (1, 2, 6, 4)
    );
    assert_eq!(chain.app.version(), 1);
    // Block 5 is the last under the old rules: the engine hears of the new ones with its results.
    let late = chain.decision(upgrade(2, 1, 9), 3);
    let done = chain.take(chain.next_block(vec![late]));
    assert_eq!(done.tx_results[0].outcome(), Code::RulesSequence);
    assert_eq!((done.new_version, chain.app.version()), (Some(2), 2));
    assert_eq!(chain.take(chain.next_block(vec![])).new_version, None);

    // The next change is moved, then taken back.
    for (serial, version, height) in [(2, 3, 20), (3, 3, 12), (4, 2, 12)] {
        let tx = chain.decision(upgrade(serial, version, height), 3);
        assert_eq!(chain.try_tx(tx), Code::Ok);
    }
    while chain.height() < 21 {
        assert_eq!(chain.take(chain.next_block(vec![])).new_version, None);
    }
    assert_eq!(chain.app.version(), 2);
    let info = chain.app.info();
    let stored = chain.stored.clone().into_iter();
    let restored = App::restore(stored, info.height, info.app_hash, &chain.genesis).unwrap();
    assert_eq!(restored.version(), 2);
    assert_eq!(restored.decided_version(), Some((2, 12)));
}

#[test]
fn a_program_that_does_not_know_the_rules_ends_before_they_apply() {
    let mut chain = Chain::new();
    knowing(&mut chain, 1);
    let tx = chain.decision(upgrade(1, 2, 4), 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    chain.block(vec![]);
    assert_eq!(chain.app.check_rules(), Ok(()));
    chain.block(vec![]);
    let unknown = UnknownRules {
        height: 4,
        version: 2,
        known: 1,
    };
    let root = chain.app.info().app_hash;
    assert_eq!(chain.app.check_rules(), Err(unknown));
    assert_eq!(
        chain.app.finalize_block(chain.next_block(vec![])),
        Err(BlockError::Rules(unknown))
    );
    assert!(unknown.to_string().contains("newer program"));
    assert_eq!(chain.app.info().app_hash, root);
    // An older program that is handed the state of newer rules sees it before anything else.
    assert_eq!(chain.restored().knowing(1).check_rules(), Err(unknown));
    knowing(&mut chain, 2);
    chain.block(vec![]);
    assert_eq!(chain.height(), 4);
}
