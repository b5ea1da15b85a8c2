//! Decisions of the authorities: keys of registers, epochs, registers that join.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{Chain, HEALTH, TAX, entry, id, public, seal_key};
use toend_ledger::hash::ZERO;
use toend_ledger::state::{EpochValue, Key, Reg};
use toend_ledger::tx::{Action, Op};
use toend_ledger::vrf;
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
