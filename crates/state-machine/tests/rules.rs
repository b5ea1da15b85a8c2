//! Every rule of the state table, met and broken, with the code that each breach gets.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use chain::{BUSINESS, Chain, HEALTH, START_MS, TAX, entry, head, id, seal_key};
use toend_ledger::genesis::FILINGS_PER_GATEWAY;
use toend_ledger::hash::{Hash, ZERO};
use toend_ledger::merkle;
use toend_ledger::record::Flag;
use toend_ledger::state::{
    At, CovertValue, EntryValue, FilingValue, HeadValue, HistoryValue, Key, OpeningValue,
    PublicListValue, Reg,
};
use toend_ledger::tx::{Batch, MAX_TX, Op, Tx};
use toend_state_machine::limits::{COVERT_LONGEST_MS, RULES_WITHOUT_REPLAYS};
use toend_state_machine::{App, BlockError, Code, InitError, QueryError, TxResult};

fn at(height: u64) -> At {
    At {
        height,
        time_ms: START_MS + 5000 * height,
    }
}

#[test]
fn codes_are_stable_distinct_and_found_by_number() {
    for code in Code::ALL {
        assert_eq!(Code::from_number(code.number()), Some(*code));
        assert!(!code.says().is_empty() && code.says().is_ascii());
    }
    assert!(Code::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    // A number once given is never given anew: these stand in the results of blocks already made.
    let fixed = [
        (0, Code::Ok),
        (1, Code::Malformed),
        (2, Code::Oversized),
        (3, Code::WrongNet),
        (4, Code::UnknownRegister),
        (5, Code::UnknownGateway),
        (6, Code::BadSignature),
        (7, Code::TooFewSignatures),
        (10, Code::BatchReplayed),
        (11, Code::BatchAhead),
        (12, Code::EntryBucket),
        (13, Code::HeadBucket),
        (14, Code::WrittenTwice),
        (20, Code::EpochNotCurrent),
        (21, Code::AlreadyOpen),
        (22, Code::EntryExists),
        (23, Code::VersionSkipped),
        (24, Code::RecordEnded),
        (25, Code::ListExists),
        (26, Code::ListMissing),
        (27, Code::ListSize),
        (28, Code::CovertExists),
        (29, Code::CovertMissing),
        (30, Code::CovertOpened),
        (31, Code::CovertPeriod),
        (40, Code::QuotaExceeded),
        (41, Code::FilingStands),
        (50, Code::Outdated),
        (51, Code::WeakKey),
        (52, Code::KeyInUse),
        (53, Code::NotPossessed),
        (54, Code::EpochSequence),
        (55, Code::UnknownAuthority),
        (56, Code::ChangeTooGreat),
        (57, Code::RightSequence),
        (58, Code::RulesSequence),
        (97, Code::FixedRules),
        (98, Code::FixedValidators),
        (99, Code::Internal),
    ];
    assert_eq!(
        fixed.map(|(number, _)| number).to_vec(),
        Code::ALL
            .iter()
            .map(|code| code.number())
            .collect::<Vec<_>>()
    );
    assert!(fixed.iter().all(|(number, code)| code.number() == *number));
}

#[test]
fn every_operation_writes_its_row() {
    let mut chain = Chain::new();
    let (o, k, subject) = (id("o", 1), id("k", 1), id("subject", 1));
    let (now, covert) = (at(1), id("s", 1));
    let ops = vec![
        Op::Open { epoch: 1, o, k },
        entry(1),
        head(1, 1, Flag::Current),
        Op::ListCreate {
            subject_hash: subject,
        },
        Op::ListAppend {
            subject_hash: subject,
            size_before: 0,
            c: id("list", 0),
        },
        Op::ListAppend {
            subject_hash: subject,
            size_before: 1,
            c: id("list", 1),
        },
        Op::Covert {
            s: covert,
            open_by: now.time_ms + 1000,
        },
    ];
    assert_eq!(chain.try_ops(BUSINESS, ops), Code::Ok);

    let proven = |key| chain.proven(key, None).unwrap();
    let reg = BUSINESS;
    assert_eq!(
        OpeningValue::decode(&proven(Key::Opening { reg, epoch: 1, o })).unwrap(),
        OpeningValue { k, at: now }
    );
    let value = EntryValue::decode(&proven(Key::Entry {
        reg,
        label: id("label", 1),
    }))
    .unwrap();
    assert_eq!(
        value,
        EntryValue {
            c: id("c", 1),
            at: now
        }
    );
    let value = HeadValue::decode(&proven(Key::Head { reg, r: id("r", 1) })).unwrap();
    assert_eq!(
        value,
        HeadValue {
            v: 1,
            flag: Flag::Current,
            hd: id("hd", 1 << 32 | 1),
            at: now
        }
    );
    let list = PublicListValue::decode(&proven(Key::PublicList {
        reg,
        subject_hash: subject,
    }))
    .unwrap();
    assert_eq!((list.frontier.size(), list.at), (2, now));
    assert_eq!(
        list.frontier.root(),
        merkle::root(&[id("list", 0), id("list", 1)])
    );
    let value = CovertValue::decode(&proven(Key::Covert { reg, s: covert })).unwrap();
    assert_eq!(
        value,
        CovertValue {
            open_by: now.time_ms + 1000,
            opened_at: 0
        }
    );

    let register = chain.register(BUSINESS);
    assert_eq!(
        (
            register.next_batch,
            register.opened,
            register.entries,
            register.heads
        ),
        (2, 1, 8, 8)
    );
    assert_eq!(chain.register(HEALTH).next_batch, 1);
}

#[test]
fn a_list_and_a_label_are_written_once() {
    let mut chain = Chain::new();
    let open = |k| Op::Open {
        epoch: 1,
        o: id("o", 1),
        k,
    };
    assert_eq!(
        chain.try_ops(HEALTH, vec![open(id("k", 1)), entry(1)]),
        Code::Ok
    );
    assert_eq!(
        chain.try_ops(HEALTH, vec![open(id("k", 2))]),
        Code::AlreadyOpen
    );
    assert_eq!(
        chain.try_ops(
            HEALTH,
            vec![Op::Entry {
                label: id("label", 1),
                c: id("other", 1)
            }]
        ),
        Code::EntryExists
    );
    let value = EntryValue::decode(
        &chain
            .value(Key::Entry {
                reg: HEALTH,
                label: id("label", 1),
            })
            .unwrap(),
    )
    .unwrap();
    assert_eq!(value.c, id("c", 1));
    let wrong_epoch = |epoch| Op::Open {
        epoch,
        o: id("o", 2),
        k: id("k", 2),
    };
    assert_eq!(
        chain.try_ops(HEALTH, vec![wrong_epoch(2)]),
        Code::EpochNotCurrent
    );
    assert_eq!(
        chain.try_ops(HEALTH, vec![wrong_epoch(0)]),
        Code::EpochNotCurrent
    );
}

#[test]
fn public_lists_exist_before_they_grow_and_only_grow() {
    let mut chain = Chain::new();
    let subject_hash = id("subject", 1);
    let append = |size_before, n| Op::ListAppend {
        subject_hash,
        size_before,
        c: id("list", n),
    };
    let key = Key::PublicList {
        reg: BUSINESS,
        subject_hash,
    };
    assert_eq!(
        chain.try_ops(BUSINESS, vec![append(0, 0)]),
        Code::ListMissing
    );
    assert_eq!(
        chain.try_ops(BUSINESS, vec![Op::ListCreate { subject_hash }]),
        Code::Ok
    );
    let empty = PublicListValue::decode(&chain.value(key).unwrap()).unwrap();
    assert_eq!(
        (empty.frontier.size(), empty.frontier.root()),
        (0, merkle::EMPTY_ROOT)
    );
    assert_eq!(
        chain.try_ops(BUSINESS, vec![Op::ListCreate { subject_hash }]),
        Code::ListExists
    );
    assert_eq!(chain.try_ops(BUSINESS, vec![append(1, 1)]), Code::ListSize);

    let mut entries = Vec::new();
    for n in 0..9 {
        assert_eq!(chain.try_ops(BUSINESS, vec![append(n, n)]), Code::Ok);
        assert_eq!(
            chain.try_ops(BUSINESS, vec![append(n, n)]),
            Code::ListSize,
            "an append replayed changes nothing"
        );
        entries.push(id("list", n));
        let list = PublicListValue::decode(&chain.value(key).unwrap()).unwrap();
        assert_eq!(
            (list.frontier.size(), list.frontier.root()),
            (n + 1, merkle::root(&entries))
        );
        assert!(toend_ledger::list::verify_public_list(&list, &entries).is_ok());
    }
    // Another register has no such list, and cannot touch this one.
    assert_eq!(chain.try_ops(TAX, vec![append(9, 9)]), Code::ListMissing);
}

#[test]
fn a_covert_access_is_opened_once_and_in_its_time() {
    let mut chain = Chain::new();
    let (s, now) = (id("s", 1), at(1).time_ms);
    let covert = |open_by| Op::Covert { s, open_by };
    assert_eq!(chain.try_ops(TAX, vec![covert(now)]), Code::CovertPeriod);
    let now = at(2).time_ms;
    assert_eq!(
        chain.try_ops(TAX, vec![covert(now + COVERT_LONGEST_MS + 1)]),
        Code::CovertPeriod
    );
    assert_eq!(
        chain.try_ops(TAX, vec![Op::CovertOpened { s }]),
        Code::CovertMissing
    );
    assert_eq!(
        chain.try_ops(TAX, vec![covert(now + 60_000), Op::CovertOpened { s }]),
        Code::WrittenTwice
    );
    assert_eq!(chain.try_ops(TAX, vec![covert(now + 60_000)]), Code::Ok);
    assert_eq!(
        chain.try_ops(TAX, vec![covert(now + 70_000)]),
        Code::CovertExists
    );
    assert_eq!(
        chain.try_ops(HEALTH, vec![Op::CovertOpened { s }]),
        Code::CovertMissing
    );
    assert_eq!(chain.try_ops(TAX, vec![Op::CovertOpened { s }]), Code::Ok);
    let opened = at(chain.height()).time_ms;
    assert_eq!(
        chain.try_ops(TAX, vec![Op::CovertOpened { s }]),
        Code::CovertOpened
    );
    let value = CovertValue::decode(&chain.value(Key::Covert { reg: TAX, s }).unwrap()).unwrap();
    assert_eq!(
        value,
        CovertValue {
            open_by: now + 60_000,
            opened_at: opened
        }
    );
}

#[test]
fn batches_follow_each_other_by_one() {
    let mut chain = Chain::new();
    let ops = |chain: &mut Chain| chain.padded(vec![]);
    let (one, two) = (ops(&mut chain), ops(&mut chain));
    let first = chain.batch_of(HEALTH, 1, one.clone(), &seal_key(HEALTH));
    let second = chain.batch_of(HEALTH, 2, two, &seal_key(HEALTH));
    assert_eq!(chain.try_tx(second.clone()), Code::BatchAhead);
    assert_eq!(
        chain
            .block(vec![first.clone(), second])
            .iter()
            .map(TxResult::outcome)
            .collect::<Vec<_>>(),
        [Code::Ok; 2]
    );
    assert_eq!(chain.try_tx(first), Code::BatchReplayed);
    let zero = chain.batch_of(HEALTH, 0, one, &seal_key(HEALTH));
    assert_eq!(chain.try_tx(zero), Code::BatchReplayed);
    assert_eq!(chain.register(HEALTH).next_batch, 3);
}

#[test]
fn batches_come_in_bucket_sizes() {
    let mut chain = Chain::new();
    let mut n = 0;
    for (entries, heads, expected) in [
        (0, 8, Code::EntryBucket),
        (7, 8, Code::EntryBucket),
        (9, 8, Code::EntryBucket),
        (31, 8, Code::EntryBucket),
        (8, 0, Code::HeadBucket),
        (8, 9, Code::HeadBucket),
        (8, 8, Code::Ok),
        (32, 8, Code::Ok),
        (8, 128, Code::Ok),
        (512, 32, Code::Ok),
    ] {
        let mut ops = Vec::new();
        for _ in 0..entries {
            n += 1;
            ops.push(entry(n));
        }
        for _ in 0..heads {
            n += 1;
            ops.push(head(n, 1, Flag::Current));
        }
        let number = chain.register(HEALTH).next_batch;
        let tx = chain.batch_of(HEALTH, number, ops, &seal_key(HEALTH));
        assert_eq!(
            chain.try_tx(tx),
            expected,
            "{entries} entries, {heads} heads"
        );
    }
    assert_eq!(chain.register(HEALTH).entries, 8 + 32 + 8 + 512);

    let mut genesis = toend_ledger::genesis::demo::genesis();
    genesis.app.pad_heads = false;
    let mut chain = Chain::on(genesis);
    let ops = (1..=8)
        .map(entry)
        .chain([head(1, 1, Flag::Current)])
        .collect();
    let tx = chain.batch_of(HEALTH, 1, ops, &seal_key(HEALTH));
    assert_eq!(chain.try_tx(tx), Code::Ok);
}

/// What is refused, is refused before the block and in it, and changes nothing but the history.
#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn foreign_broken_and_unsigned_transactions_are_refused_everywhere() {
    let mut chain = Chain::new();
    let good = chain.batch(HEALTH, vec![entry(1)]);
    let Tx::Batch(batch) = Tx::decode(&good).unwrap() else {
        unreachable!()
    };
    let signed = |net: Hash, reg, key| {
        Batch::signed(net, reg, 1, batch.ops().to_vec(), &key)
            .unwrap()
            .encode()
    };
    let swapped = {
        let mut bytes = good.clone();
        // The first two entries, exchanged: the operations are no longer in order.
        let first = 2 + 32 + 2 + 8 + 2;
        let (a, b) = bytes[first..first + 130].split_at_mut(65);
        a.swap_with_slice(b);
        bytes
    };
    let repeated = {
        let mut bytes = good.clone();
        let first = 2 + 32 + 2 + 8 + 2;
        bytes.copy_within(first..first + 65, first + 65);
        bytes
    };
    let broken_signature = {
        let mut bytes = good.clone();
        *bytes.last_mut().unwrap() ^= 1;
        bytes
    };
    let cases: Vec<(&str, Vec<u8>, Code)> = vec![
        ("nothing", vec![], Code::Malformed),
        ("garbage", vec![0xff; 300], Code::Malformed),
        (
            "cut short",
            good[..good.len() - 1].to_vec(),
            Code::Malformed,
        ),
        (
            "left-over byte",
            [good.as_slice(), &[0]].concat(),
            Code::Malformed,
        ),
        ("unsorted", swapped, Code::Malformed),
        ("repeated", repeated, Code::Malformed),
        ("oversized", vec![1; MAX_TX + 1], Code::Oversized),
        (
            "wrong net",
            signed([7; 32], HEALTH, seal_key(HEALTH)),
            Code::WrongNet,
        ),
        (
            "unknown register",
            signed(chain.net, Reg(9), seal_key(HEALTH)),
            Code::UnknownRegister,
        ),
        (
            "another register's key",
            signed(chain.net, HEALTH, seal_key(TAX)),
            Code::BadSignature,
        ),
        ("broken signature", broken_signature, Code::BadSignature),
        (
            "unknown gateway",
            {
                let key = seal_key(HEALTH);
                toend_ledger::tx::Filing::signed(chain.net, 77, id("f", 1), &key).encode()
            },
            Code::UnknownGateway,
        ),
        (
            "a gateway's filing signed by another",
            {
                let key = toend_ledger::genesis::demo::signing_key(
                    toend_ledger::genesis::demo::Purpose::Gateway,
                    1,
                );
                toend_ledger::tx::Filing::signed(chain.net, 0, id("f", 1), &key).encode()
            },
            Code::BadSignature,
        ),
    ];
    let empty_block_root = {
        let mut other = Chain::new();
        other.block(vec![]);
        other.roots[1]
    };
    for (name, tx, code) in &cases {
        let checked = chain.app.check_tx(tx);
        assert_eq!(checked.outcome(), *code, "CheckTx, {name}");
        let block = chain.next_block(vec![tx.clone()]);
        let done = chain.app.finalize_block(block).unwrap();
        assert_eq!(done.tx_results[0].outcome(), *code, "FinalizeBlock, {name}");
        assert_eq!(done.tx_results[0].gas_used, 0);
        assert_eq!(done.app_hash, empty_block_root, "{name}");
        assert_eq!(done.changes.len(), 1, "{name}");
        assert!(
            chain
                .app
                .prepare_proposal(vec![tx.clone()], 4 << 20)
                .is_empty(),
            "{name}"
        );
        let proposal = chain
            .app
            .process_proposal(1, START_MS, &[good.clone(), tx.clone()]);
        let stateless = matches!(code, Code::Malformed | Code::Oversized | Code::WrongNet);
        assert_eq!(
            proposal != toend_state_machine::Proposal::Accept,
            stateless,
            "ProcessProposal, {name}"
        );
    }
    assert_eq!(chain.try_tx(good), Code::Ok);
}

#[test]
fn a_batch_takes_effect_whole_or_not_at_all() {
    let mut chain = Chain::new();
    assert_eq!(
        chain.try_ops(HEALTH, vec![head(1, 1, Flag::Current)]),
        Code::Ok
    );
    let before = chain.stored.clone();
    // The last operation fails after many that would not.
    let mut ops: Vec<_> = (1..=8).map(entry).collect();
    ops.push(head(1, 3, Flag::Current));
    let failed = chain.batch(HEALTH, ops);
    assert_eq!(chain.try_tx(failed), Code::VersionSkipped);
    let changed: Vec<_> = chain
        .stored
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(value))
        .collect();
    assert_eq!(changed.len(), 1, "only the history grew");
    assert_eq!(*changed[0].0, Key::History.encode());
    // Its number is not used up.
    assert_eq!(chain.try_ops(HEALTH, vec![entry(1)]), Code::Ok);
}

#[test]
fn filings_stand_once_within_a_gateways_share() {
    let mut chain = Chain::new();
    let f = id("f", 1);
    let (from_0, from_1) = (chain.filing(0, f), chain.filing(1, f));
    let other = chain.filing(3, id("f", 2));
    let results = chain.block(vec![other, from_0.clone(), from_1.clone(), from_0.clone()]);
    assert!(results.iter().all(TxResult::is_ok));
    assert_eq!(
        results
            .iter()
            .map(|result| result.gas_used)
            .collect::<Vec<_>>(),
        [1, 1, 0, 0]
    );
    let value = FilingValue {
        gateway: 0,
        place: 1,
        at: at(1),
    };
    assert_eq!(
        FilingValue::decode(&chain.proven(Key::Filing(f), None).unwrap()).unwrap(),
        value
    );
    // Repeated later, through another gateway: still the first.
    assert_eq!(
        chain
            .block(vec![from_1, from_0])
            .iter()
            .filter(|result| result.is_ok())
            .count(),
        2
    );
    assert_eq!(
        FilingValue::decode(&chain.value(Key::Filing(f)).unwrap()).unwrap(),
        value
    );

    let share = u64::from(FILINGS_PER_GATEWAY);
    let mut txs: Vec<_> = (0..share + 2)
        .map(|n| chain.filing(0, id("flood", n)))
        .collect();
    txs.push(chain.filing(1, id("f", 3)));
    let codes: Vec<_> = chain.block(txs).iter().map(TxResult::outcome).collect();
    let (within, beyond) = codes.split_at(share as usize);
    assert!(within.iter().all(|code| *code == Code::Ok));
    assert_eq!(beyond, [Code::QuotaExceeded, Code::QuotaExceeded, Code::Ok]);
    assert!(Code::QuotaExceeded.is_retryable());
    assert!(
        chain
            .proven(Key::Filing(id("flood", share)), None)
            .is_none()
    );
    let again = chain.filing(0, id("flood", share));
    assert_eq!(
        chain.try_tx(again),
        Code::Ok,
        "the next block has a share of its own"
    );
}

#[test]
fn a_filing_that_stands_is_refused_and_uses_nobodys_share() {
    let mut chain = Chain::under(RULES_WITHOUT_REPLAYS);
    let share = u64::from(FILINGS_PER_GATEWAY);
    let old: Vec<_> = (0..share).map(|n| chain.filing(0, id("old", n))).collect();
    assert!(chain.block(old.clone()).iter().all(TxResult::is_ok));
    let first = chain.value(Key::Filing(id("old", 1)));

    // Somebody hands all of them in again, also with a signature that nobody made, before the gateway's own new ones.
    let mut forged = old[0].clone();
    *forged.last_mut().unwrap() ^= 1;
    let new: Vec<_> = (0..share).map(|n| chain.filing(0, id("new", n))).collect();
    let by_other = chain.filing(1, id("old", 1));
    let replayed = [old.clone(), vec![forged, by_other]].concat();
    let codes: Vec<_> = chain
        .block([replayed.clone(), new.clone()].concat())
        .iter()
        .map(TxResult::outcome)
        .collect();
    let (again, taken) = codes.split_at(replayed.len());
    assert!(again.iter().all(|code| *code == Code::FilingStands));
    assert!(taken.iter().all(|code| *code == Code::Ok), "{taken:?}");
    assert_eq!(chain.value(Key::Filing(id("old", 1))), first);
    assert!(!Code::FilingStands.is_retryable());

    // Twice in one block, through two gateways: the second finds the first.
    let twice = vec![chain.filing(0, id("f", 1)), chain.filing(1, id("f", 1))];
    let codes: Vec<_> = chain.block(twice).iter().map(TxResult::outcome).collect();
    assert_eq!(codes, [Code::Ok, Code::FilingStands]);
}

#[test]
fn the_history_holds_every_block_hash_at_its_height() {
    let mut genesis = toend_ledger::genesis::demo::genesis();
    genesis.initial_height = 41;
    let mut chain = Chain::on(genesis);
    assert_eq!(chain.app.info().height, 40);
    let mut hashes = Vec::new();
    for _ in 0..20 {
        chain.block(vec![]);
        hashes.push(chain.blocks.last().unwrap().hash);
        let value = HistoryValue::decode(&chain.proven(Key::History, None).unwrap()).unwrap();
        assert_eq!(value.frontier.size(), chain.height() - 40);
        assert_eq!(value.frontier.root(), merkle::root(&hashes));
    }
}

#[test]
fn only_the_next_block_is_taken() {
    let mut chain = Chain::new();
    chain.block(vec![]);
    for height in [0, 1, 3] {
        let block = toend_state_machine::Block {
            height,
            ..chain.next_block(vec![])
        };
        assert_eq!(
            chain.app.finalize_block(block),
            Err(BlockError::Height {
                expected: 2,
                got: height
            })
        );
    }
    assert!(matches!(
        App::from_genesis(&chain.genesis, 2),
        Err(InitError::FirstHeight {
            genesis: 1,
            engine: 2
        })
    ));
    let mut weak = chain.genesis.clone();
    weak.app.registers[0].seal_key = ZERO;
    assert!(matches!(
        App::from_genesis(&weak, 1),
        Err(InitError::WeakKey(_))
    ));
}

#[test]
fn states_are_kept_for_128_heights() {
    let mut chain = Chain::new();
    for _ in 0..140 {
        chain.block(vec![]);
    }
    let oldest = 140 - 127;
    let key = Key::History.encode();
    for height in oldest..=140 {
        let answer = chain.app.query(&key, Some(height)).unwrap();
        assert_eq!(answer.height, height);
        assert_eq!(
            chain.app.root(Some(height)).unwrap(),
            chain.roots[height as usize]
        );
        assert_eq!(
            HistoryValue::decode(&answer.value.unwrap())
                .unwrap()
                .frontier
                .size(),
            height
        );
    }
    assert_eq!(
        chain.app.query(&key, Some(oldest - 1)),
        Err(QueryError::Forgotten {
            asked: oldest - 1,
            oldest
        })
    );
    assert_eq!(
        chain.app.query(&key, Some(141)),
        Err(QueryError::Future {
            asked: 141,
            newest: 140
        })
    );
}
