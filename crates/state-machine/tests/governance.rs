//! Decisions of the authorities: keys of registers, epochs, registers that join.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{Chain, HEALTH, TAX, entry, id, public, seal_key};
use toend_ledger::hash::ZERO;
use toend_ledger::state::{EpochValue, Key, Reg};
use toend_ledger::tx::{Action, Op};
use toend_ledger::vrf;
use toend_state_machine::limits::RULES_WITHOUT_REPLAYS;
use toend_state_machine::{Code, TxResult};

#[test]
fn the_seal_key_changes_by_governance_only_and_a_decision_cannot_be_replayed() {
    let mut chain = Chain::new();
    let old = chain.register(HEALTH);
    let new = ed25519_dalek::SigningKey::from_bytes(&id("seal", 1));
    let seal_key_2 = new.verifying_key().to_bytes();
    let change = |old_seal_key, seal_key, answer_key| Action::Register {
        reg: HEALTH,
        old_seal_key,
        seal_key,
        answer_key,
    };
    let action = change(old.seal_key, seal_key_2, old.answer_key);

    for (tx, code) in [
        (chain.decision(action, 2), Code::TooFewSignatures),
        (
            chain.decision(change([9; 32], seal_key_2, old.answer_key), 3),
            Code::Outdated,
        ),
        (
            chain.decision(change(old.seal_key, old.seal_key, public("answer", 1)), 3),
            Code::KeyInUse,
        ),
        (
            chain.decision(change(old.seal_key, seal_key_2, seal_key_2), 3),
            Code::KeyInUse,
        ),
        (
            chain.decision(
                change(old.seal_key, seal_key_2, chain.register(TAX).seal_key),
                3,
            ),
            Code::KeyInUse,
        ),
        (
            chain.decision(
                change(
                    old.seal_key,
                    seal_key_2,
                    chain.genesis.validators[0].pub_key,
                ),
                3,
            ),
            Code::KeyInUse,
        ),
        (
            chain.decision(change(old.seal_key, ZERO, old.answer_key), 3),
            Code::WeakKey,
        ),
        (
            chain.decision(change(old.seal_key, [0xff; 32], old.answer_key), 3),
            Code::WeakKey,
        ),
    ] {
        assert_eq!(chain.app.check_tx(&tx).outcome(), code);
        assert_eq!(chain.try_tx(tx), code);
    }
    let mut forged = chain.decision(action, 3);
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(chain.try_tx(forged), Code::BadSignature);

    let decision = chain.decision(action, 3);
    let before = chain.batch(HEALTH, vec![entry(1)]);
    let number = chain.register(HEALTH).next_batch;
    let ops = chain.padded(vec![entry(2)]);
    let after_old = chain.batch_of(HEALTH, number + 1, ops.clone(), &seal_key(HEALTH));
    let after_new = chain.batch_of(HEALTH, number + 1, ops, &new);
    let codes: Vec<_> = chain
        .block(vec![before, decision.clone(), after_old, after_new])
        .iter()
        .map(TxResult::outcome)
        .collect();
    assert_eq!(codes, [Code::Ok, Code::Ok, Code::BadSignature, Code::Ok]);
    let now = chain.register(HEALTH);
    assert_eq!(
        (now.seal_key, now.answer_key, now.next_batch),
        (seal_key_2, old.answer_key, 3)
    );
    assert_eq!(chain.try_tx(decision), Code::Outdated);
    // Back to the first key is no way either: a key of the genesis is taken for ever.
    let back = chain.decision(change(seal_key_2, old.seal_key, old.answer_key), 4);
    assert_eq!(chain.try_tx(back), Code::KeyInUse);
}

/// The seal key of change `n`, with the answer key that stays.
fn keys(chain: &Chain, serial: u32, n: u64) -> Action {
    Action::Keys {
        reg: HEALTH,
        serial,
        seal_key: public("seal", n),
        answer_key: chain.register(HEALTH).answer_key,
    }
}

#[test]
fn each_decision_about_keys_is_good_once_though_a_key_comes_back() {
    let mut chain = Chain::under(RULES_WITHOUT_REPLAYS);
    assert_eq!(chain.register(HEALTH).changed, None);
    // To a second key, to a third, and back to the second, because the third was stolen.
    let decisions =
        [(1, 1), (2, 2), (3, 1)].map(|(serial, n)| chain.decision(keys(&chain, serial, n), 3));
    for tx in &decisions {
        assert_eq!(chain.app.check_tx(tx).outcome(), Code::Ok);
        assert_eq!(chain.try_tx(tx.clone()), Code::Ok);
    }
    let now = chain.register(HEALTH);
    assert_eq!(now.seal_key, public("seal", 1));
    let changed = now.changed.unwrap();
    assert_eq!((changed.serial, changed.at.height), (3, 3));

    let mut restored = chain.restored();
    for tx in &decisions {
        for app in [&mut chain.app, &mut restored] {
            assert_eq!(app.check_tx(tx).outcome(), Code::Outdated);
            assert!(app.prepare_proposal(vec![tx.clone()], 1 << 20).is_empty());
        }
        assert_eq!(chain.try_tx(tx.clone()), Code::Outdated);
    }
    // No change is left out, and each office counts for itself.
    let other = |serial| Action::Keys {
        reg: TAX,
        serial,
        seal_key: public("seal", 9),
        answer_key: public("answer", 9),
    };
    for (action, code) in [
        (keys(&chain, 5, 3), Code::Outdated),
        (keys(&chain, 0, 3), Code::Outdated),
        (keys(&chain, 4, 1), Code::KeyInUse),
        (other(4), Code::Outdated),
        (other(1), Code::Ok),
    ] {
        assert_eq!(chain.try_tx(chain.decision(action, 3)), code);
    }
    assert_eq!(chain.register(HEALTH), now);
    // A batch counts no change and forgets none.
    let ops = chain.padded(vec![entry(1)]);
    let seal = ed25519_dalek::SigningKey::from_bytes(&id("seal", 1));
    let batch = chain.batch_of(HEALTH, now.next_batch, ops, &seal);
    assert_eq!(chain.try_tx(batch), Code::Ok);
    assert_eq!(chain.register(HEALTH).changed, Some(changed));
}

#[test]
fn a_network_of_older_rules_is_rid_of_replays_from_the_decided_block_on() {
    let mut chain = Chain::under(RULES_WITHOUT_REPLAYS - 1);
    let answer_key = chain.register(HEALTH).answer_key;
    let change = |old_seal_key, n| Action::Register {
        reg: HEALTH,
        old_seal_key,
        seal_key: public("seal", n),
        answer_key,
    };
    let first = chain.register(HEALTH).seal_key;
    let decisions = [(first, 1), (public("seal", 1), 2), (public("seal", 2), 1)];
    let decisions = decisions.map(|(old, n)| chain.decision(change(old, n), 3));
    for tx in &decisions {
        assert_eq!(chain.try_tx(tx.clone()), Code::Ok);
    }
    // What a block means does not change: under the rules of then the second is good again.
    assert_eq!(chain.try_tx(decisions[1].clone()), Code::Ok);
    assert_eq!(chain.try_tx(decisions[2].clone()), Code::Ok);
    let counted = chain.decision(keys(&chain, 1, 3), 3);
    assert_eq!(chain.try_tx(counted.clone()), Code::Malformed);

    let height = chain.height() + 3;
    let upgrade = Action::Upgrade {
        serial: 1,
        version: RULES_WITHOUT_REPLAYS,
        height,
    };
    assert_eq!(chain.try_tx(chain.decision(upgrade, 3)), Code::Ok);
    assert_eq!(chain.try_tx(counted.clone()), Code::Malformed);
    assert_eq!(chain.height() + 1, height);
    // Also for a program that starts only now, and finds a value that older rules wrote.
    assert_eq!(chain.register(HEALTH).changed, None);
    let mut restored = chain.restored();
    assert_eq!(restored.check_tx(&counted).outcome(), Code::Ok);
    for tx in &decisions {
        assert_eq!(restored.check_tx(tx).outcome(), Code::Outdated);
        assert_eq!(chain.app.check_tx(tx).outcome(), Code::Outdated);
        assert_eq!(chain.try_tx(tx.clone()), Code::Outdated);
    }
    assert_eq!(chain.register(HEALTH).seal_key, public("seal", 1));
    assert_eq!(chain.try_tx(counted.clone()), Code::Ok);
    assert_eq!(chain.try_tx(counted), Code::Outdated);
}

#[test]
fn a_register_joins_with_its_first_counted_change() {
    let mut chain = Chain::under(RULES_WITHOUT_REPLAYS);
    let reg = Reg(4);
    let join = |serial| Action::Keys {
        reg,
        serial,
        seal_key: public("seal", 4),
        answer_key: public("answer", 4),
    };
    assert_eq!(chain.try_tx(chain.decision(join(2), 3)), Code::Outdated);
    let join = chain.decision(join(1), 3);
    assert_eq!(chain.try_tx(join.clone()), Code::Ok);
    assert_eq!(chain.try_tx(join), Code::Outdated);
    let value = chain.register(reg);
    assert_eq!((value.next_batch, value.changed.unwrap().serial), (1, 1));
}

#[test]
fn a_register_can_join_later() {
    let mut chain = Chain::new();
    let reg = Reg(4);
    let key = ed25519_dalek::SigningKey::from_bytes(&id("seal", 4));
    let ops = chain.padded(vec![entry(1)]);
    let batch = chain.batch_of(reg, 1, ops, &key);
    assert_eq!(chain.try_tx(batch.clone()), Code::UnknownRegister);
    let secret = vrf::SecretKey::from_bytes(id("vrf", 4));
    let epoch = chain.decision(chain.epoch(reg, 1, &secret), 3);
    assert_eq!(chain.try_tx(epoch.clone()), Code::UnknownRegister);
    let seal_key = key.verifying_key().to_bytes();
    let join = Action::Register {
        reg,
        old_seal_key: ZERO,
        seal_key,
        answer_key: public("answer", 4),
    };
    let join = chain.decision(join, 3);
    assert_eq!(chain.try_tx(join.clone()), Code::Ok);
    assert_eq!(chain.try_tx(join), Code::Outdated);
    assert_eq!(chain.try_tx(batch), Code::Ok);
    let open = Op::Open {
        epoch: 1,
        o: id("o", 1),
        k: id("k", 1),
    };
    let ops = chain.padded(vec![open]);
    let opening = chain.batch_of(reg, 2, ops, &key);
    assert_eq!(chain.try_tx(opening.clone()), Code::EpochNotCurrent);
    assert_eq!(chain.try_tx(epoch), Code::Ok);
    assert_eq!(chain.try_tx(opening), Code::Ok);
}

#[test]
fn one_epoch_is_current_and_a_closed_one_stays_closed() {
    let mut chain = Chain::new();
    let secret = |n| vrf::SecretKey::from_bytes(id("vrf", n));
    let open = |epoch, n| Op::Open {
        epoch,
        o: id("o", n),
        k: id("k", n),
    };
    let epoch_value = |chain: &Chain, epoch| {
        EpochValue::decode(&chain.proven(Key::Epoch { reg: TAX, epoch }, None).unwrap()).unwrap()
    };
    let first = epoch_value(&chain, 1);
    assert_eq!((first.from, first.until), (1, EpochValue::OPEN));

    let second = chain.decision(chain.epoch(TAX, 2, &secret(2)), 3);
    let third = chain.decision(chain.epoch(TAX, 3, &secret(3)), 3);
    assert_eq!(
        chain.try_tx(third.clone()),
        Code::EpochSequence,
        "2 comes before 3"
    );
    // In the block of the change the old epoch still opens lists, whatever the order in the block; two changes are one too many.
    let (a, b) = (
        chain.batch(TAX, vec![open(1, 1)]),
        chain.batch(TAX, vec![open(2, 2)]),
    );
    let codes: Vec<_> = chain
        .block(vec![second.clone(), a, b, third])
        .iter()
        .map(TxResult::outcome)
        .collect();
    assert_eq!(
        codes,
        [
            Code::Ok,
            Code::Ok,
            Code::EpochNotCurrent,
            Code::EpochSequence
        ]
    );
    let changed = chain.height();
    assert_eq!(epoch_value(&chain, 1).until, changed + 1);
    assert_eq!(
        (epoch_value(&chain, 2).from, epoch_value(&chain, 2).until),
        (changed + 1, EpochValue::OPEN)
    );

    assert_eq!(chain.try_ops(TAX, vec![open(1, 3)]), Code::EpochNotCurrent);
    assert_eq!(chain.try_ops(TAX, vec![open(2, 3)]), Code::Ok);
    assert_eq!(chain.try_tx(second), Code::KeyInUse, "replayed");
    // Other registers are not concerned.
    assert_eq!(chain.try_ops(HEALTH, vec![open(1, 4)]), Code::Ok);
}
