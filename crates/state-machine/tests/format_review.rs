//! The findings of the format review that concern the machine, each under its number.

#![allow(missing_docs, clippy::unwrap_used)]

mod chain;

use std::collections::{BTreeMap, BTreeSet};

use chain::{BUSINESS, Chain, HEALTH, START_MS, TAX, entry, head, id, public};
use toend_ledger::commitment::{content_commitment, entry_commitment, place_commitment, prev_root};
use toend_ledger::genesis::demo;
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::list::{self, Class, ListKey};
use toend_ledger::proof::{End, ProofError, StateProof, verify_absence, verify_presence};
use toend_ledger::record::{Flag, head_commitment, record_key};
use toend_ledger::state::{EntryValue, HeadValue, HistoryValue, Key, PublicListValue, Reg, Value};
use toend_ledger::subject::Subject;
use toend_ledger::tx::{Action, Op};
use toend_ledger::vrf;
use toend_ledger::{merkle, proof};
use toend_state_machine::{App, Code, QueryError, TxResult};

/// 1.2: the machine cannot link the entries of a list, so it must not pretend to: nothing in it knows a subject,
/// a list or a previous label, and a list with gaps is none of its business.
#[test]
fn fr_1_2_machine_has_no_subject_or_list_parameter() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for word in [
                "ledger::subject",
                "ledger::list",
                "ledger::ladder",
                "ledger::commitment",
                "ledger::schema",
                "Subject",
                "ListKey",
                "Class",
            ] {
                assert!(!text.contains(word), "{} speaks of {word}", path.display());
            }
        }
    }
    assert!(files > 10);

    // An operation on a private list names places and commitments, and nothing that would tie two of them together.
    let (Op::Entry { label: _, c: _ }
    | Op::Open {
        epoch: _,
        o: _,
        k: _,
    }) = entry(1)
    else {
        unreachable!()
    };
    let mut chain = Chain::new();
    assert_eq!(
        chain.try_ops(HEALTH, [5, 2, 9].map(entry).to_vec()),
        Code::Ok
    );
}

/// 1.3: register B sees A's label in the mempool and writes it first.
#[test]
fn fr_1_3_squatting() {
    let mut chain = Chain::new();
    let label = id("label", 1);
    let a = chain.batch(HEALTH, vec![entry(1)]);
    let b = chain.batch(
        TAX,
        vec![Op::Entry {
            label,
            c: id("rubbish", 1),
        }],
    );
    let codes: Vec<_> = chain
        .block(vec![b, a])
        .iter()
        .map(TxResult::outcome)
        .collect();
    assert_eq!(codes, [Code::Ok, Code::Ok]);
    let value = |reg| {
        EntryValue::decode(&chain.proven(Key::Entry { reg, label }, None).unwrap())
            .unwrap()
            .c
    };
    assert_eq!(value(HEALTH), id("c", 1));
    assert_eq!(value(TAX), id("rubbish", 1));
    // Nor with a head or a list: every place is below the number of the register that signed.
    let squat = vec![
        head(1, 1, Flag::Ended),
        Op::ListCreate {
            subject_hash: id("subject", 1),
        },
    ];
    assert_eq!(chain.try_ops(TAX, squat), Code::Ok);
    let own = vec![
        head(1, 1, Flag::Current),
        Op::ListCreate {
            subject_hash: id("subject", 1),
        },
    ];
    assert_eq!(chain.try_ops(HEALTH, own), Code::Ok);
}

/// 1.4: an entry planted early and filled up later is given away by `at`, which the machine sets.
#[test]
fn fr_1_4_the_machine_sets_when() {
    let mut chain = Chain::new();
    for (n, height) in [(7, 1), (4, 2), (5, 3)] {
        assert_eq!(chain.try_ops(HEALTH, vec![entry(n)]), Code::Ok);
        let key = Key::Entry {
            reg: HEALTH,
            label: id("label", n),
        };
        let at = EntryValue::decode(&chain.value(key).unwrap()).unwrap().at;
        assert_eq!((at.height, at.time_ms), (height, START_MS + 5000 * height));
    }
}

/// 1.5: a second VRF key does not give a second list under the first, and writes go to the current epoch only.
#[test]
fn fr_1_5_closed_epochs_take_no_opening() {
    let mut chain = Chain::new();
    let secret = vrf::SecretKey::from_bytes(id("vrf", 1));
    let (o1, o2) = (id("o", 1), id("o", 2));
    assert_eq!(
        chain.try_ops(
            HEALTH,
            vec![Op::Open {
                epoch: 1,
                o: o1,
                k: id("k", 1)
            }]
        ),
        Code::Ok
    );
    let change = chain.decision(chain.epoch(HEALTH, 2, &secret), 3);
    assert_eq!(chain.try_tx(change), Code::Ok);
    assert_eq!(
        chain.try_ops(
            HEALTH,
            vec![Op::Open {
                epoch: 2,
                o: o2,
                k: id("k", 2)
            }]
        ),
        Code::Ok
    );
    // What a reader of epoch 2 needs: absence under epoch 1. It cannot be spoilt any more.
    let older = Key::Opening {
        reg: HEALTH,
        epoch: 1,
        o: o2,
    };
    assert_eq!(chain.proven(older, None), None);
    assert_eq!(
        chain.try_ops(
            HEALTH,
            vec![Op::Open {
                epoch: 1,
                o: o2,
                k: id("k", 3)
            }]
        ),
        Code::EpochNotCurrent
    );
    assert_eq!(chain.proven(older, None), None);
    assert!(
        chain
            .proven(
                Key::Opening {
                    reg: HEALTH,
                    epoch: 1,
                    o: o1
                },
                None
            )
            .is_some()
    );
}

/// 1.7: a public list that was never created can be told from one that is empty.
#[test]
fn fr_1_7_an_empty_list_is_present() {
    let mut chain = Chain::new();
    let key = |n| Key::PublicList {
        reg: BUSINESS,
        subject_hash: id("immovable", n),
    };
    assert_eq!(
        chain.try_ops(
            BUSINESS,
            vec![Op::ListCreate {
                subject_hash: id("immovable", 1)
            }]
        ),
        Code::Ok
    );
    let value = PublicListValue::decode(&chain.proven(key(1), None).unwrap()).unwrap();
    assert!(list::verify_public_list(&value, &[]).is_ok());
    assert_eq!(chain.proven(key(2), None), None);
}

/// 1.9: the counters tell an auditor how many lists, entries and heads there are, known to her or not.
#[test]
fn fr_1_9_counters_count_what_took_effect() {
    let mut chain = Chain::new();
    assert_eq!(
        chain.try_ops(
            HEALTH,
            vec![
                entry(1),
                Op::Open {
                    epoch: 1,
                    o: id("o", 1),
                    k: id("k", 1)
                }
            ]
        ),
        Code::Ok
    );
    let before = chain.register(HEALTH);
    assert_eq!((before.opened, before.entries, before.heads), (1, 8, 8));
    assert_eq!(chain.try_ops(HEALTH, vec![entry(1)]), Code::EntryExists);
    assert_eq!(chain.register(HEALTH), before);
    // One label more than the register admits to: the sum is off by one bucket that it must explain.
    assert_eq!(chain.try_ops(HEALTH, vec![entry(2)]), Code::Ok);
    assert_eq!(chain.register(HEALTH).entries, 16);
}

/// A chain as a register makes it: real openings, labels, commitments, heads and public lists.
fn demonstration() -> (Chain, Vec<Subject>) {
    let mut chain = Chain::new();
    let net = chain.net;
    let persons: Vec<_> = ["47101010033", "39901012239"]
        .iter()
        .filter_map(|code| Subject::person("EE", code).ok())
        .collect();
    assert!(!persons.is_empty());
    let company = Subject::company("EE", "19999012").unwrap();
    let mut round = 0;
    for reg in [HEALTH, TAX] {
        let epoch_key = demo::vrf_key(reg);
        for person in &persons {
            round += 1;
            let opening = list::opening(&epoch_key, &net, reg, 1, person).unwrap();
            let key = ListKey::new(net, reg, vrf::SecretKey::from_bytes(id("list", round)));
            let k = list::list_commitment(&opening, &key.public());
            assert_eq!(
                chain.try_ops(
                    reg,
                    vec![Op::Open {
                        epoch: 1,
                        o: opening,
                        k
                    }]
                ),
                Code::Ok
            );
            for class in [Class::Records, Class::AccessLog] {
                let mut older: Vec<Hash> = Vec::new();
                for n in 1..=3_u64 {
                    let salt = round * 1000 + class as u64 * 100 + n;
                    let record = id("record", salt);
                    let q = content_commitment(&net, reg, &record, 1, 7, &id("fr", salt));
                    let p = place_commitment(
                        &id("blind", salt),
                        &opening,
                        class,
                        n,
                        &prev_root(&older),
                    );
                    let c = entry_commitment(&p, &q);
                    older.push(c);
                    let ops = vec![
                        Op::Entry {
                            label: key.label(class, n).unwrap(),
                            c,
                        },
                        Op::Head {
                            r: record_key(reg, &record),
                            v: 1,
                            flag: Flag::Current,
                            hd: head_commitment(&record, 1, &q),
                        },
                    ];
                    assert_eq!(chain.try_ops(reg, ops), Code::Ok);
                }
            }
        }
    }
    let subject_hash = company.hash();
    let mut ops = vec![Op::ListCreate { subject_hash }];
    for n in 0..3 {
        let q = content_commitment(&net, BUSINESS, &id("public record", n), 1, 8, &id("fr", n));
        let p = place_commitment(&id("blind", n), &subject_hash, Class::Records, n + 1, &ZERO);
        ops.push(Op::ListAppend {
            subject_hash,
            size_before: n,
            c: entry_commitment(&p, &q),
        });
    }
    assert_eq!(chain.try_ops(BUSINESS, ops), Code::Ok);
    (chain, persons)
}

/// 1.14: whoever knows all 88 million codes finds none of them in state, under any encoding.
#[test]
fn fr_1_14_no_known_person_in_state() {
    let (chain, persons) = demonstration();
    let mut searched = BTreeSet::new();
    for person in &persons {
        let (code, country) = (person.code().as_bytes(), person.country().as_bytes());
        for form in [
            person.encode(),
            code.to_vec(),
            [country, code].concat(),
            [country, b"-", code].concat(),
            [b"PNOEE-".as_slice(), code].concat(),
        ] {
            for reg in [HEALTH, TAX, BUSINESS] {
                let with_reg = [&reg.0.to_be_bytes()[..], &form].concat();
                searched.extend([
                    sha256(&[&form]),
                    sha256(&[&with_reg]),
                    toend_ledger::hash::h("subject", &[&form]),
                ]);
            }
            searched.insert(person.hash());
            for bytes in chain.stored.iter().flat_map(|(key, value)| [key, value]) {
                assert!(
                    !bytes.windows(form.len()).any(|part| part == form),
                    "a code in clear"
                );
            }
        }
    }
    for bytes in chain.stored.iter().flat_map(|(key, value)| [key, value]) {
        for part in bytes.windows(32) {
            assert!(!searched.contains(part), "a hash of a code");
        }
    }
    // The one place where a hash of something public may stand refuses persons before it reaches the machine.
    assert!(
        persons
            .iter()
            .all(|person| list::public_list_key(BUSINESS, person).is_err())
    );
}

/// 2.1: v goes 1, 2, 3: nobody can prove validity and revocation at one root.
#[test]
fn fr_2_1_skip_v() {
    let mut chain = Chain::new();
    for v in [0, 2, 3, u32::MAX] {
        assert_eq!(
            chain.try_ops(TAX, vec![head(1, v, Flag::Current)]),
            Code::VersionSkipped,
            "first version {v}"
        );
    }
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 1, Flag::Current)]),
        Code::Ok
    );
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 2, Flag::Current)]),
        Code::Ok
    );
    for v in [0, 1, 2, 4, u32::MAX] {
        assert_eq!(
            chain.try_ops(TAX, vec![head(1, v, Flag::Current)]),
            Code::VersionSkipped,
            "{v} after 2"
        );
    }
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 3, Flag::Current)]),
        Code::Ok
    );
    // Two versions in one block, by two batches: allowed, each has its turn.
    let (a, b) = (
        chain.batch(TAX, vec![head(1, 4, Flag::Current)]),
        chain.batch(TAX, vec![head(1, 5, Flag::Current)]),
    );
    assert!(chain.block(vec![a, b]).iter().all(TxResult::is_ok));
    let value = HeadValue::decode(
        &chain
            .value(Key::Head {
                reg: TAX,
                r: id("r", 1),
            })
            .unwrap(),
    )
    .unwrap();
    assert_eq!((value.v, value.at.height), (5, chain.height()));
}

/// 2.2: what has ended has ended; "valid again" is a new record.
#[test]
fn fr_2_2_unrevoke() {
    let mut chain = Chain::new();
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 1, Flag::Current)]),
        Code::Ok
    );
    assert_eq!(chain.try_ops(TAX, vec![head(1, 2, Flag::Ended)]), Code::Ok);
    let ended = chain.value(Key::Head {
        reg: TAX,
        r: id("r", 1),
    });
    for (v, flag) in [
        (3, Flag::Current),
        (3, Flag::Ended),
        (2, Flag::Current),
        (1, Flag::Current),
    ] {
        assert_eq!(
            chain.try_ops(TAX, vec![head(1, v, flag)]),
            Code::RecordEnded
        );
    }
    assert_eq!(
        chain.value(Key::Head {
            reg: TAX,
            r: id("r", 1)
        }),
        ended
    );
    assert_eq!(
        chain.try_ops(TAX, vec![head(2, 1, Flag::Current)]),
        Code::Ok
    );
}

/// 2.4: a reader refreshes a whole subtree; a leaf held back is noticed.
#[test]
fn fr_2_4_subtree_refresh() {
    let mut chain = Chain::new();
    let ops = (1..=2048).map(entry).collect();
    assert_eq!(chain.try_ops(HEALTH, ops), Code::Ok);
    let key = Key::Entry {
        reg: HEALTH,
        label: id("label", 77),
    };
    let root = chain.app.root(None).unwrap();
    // The reader knows about how many leaves there are, and sends two bits of the place instead of 256.
    let mut blanked = ZERO;
    blanked[0] = key.hash()[0] & 0xc0;
    let answer = chain.app.subtree(&blanked, 2, None).unwrap();
    assert!(answer.leaves().len() >= 512 && answer.encode().len() < 100_000);
    assert!(answer.bits() <= 2);
    // Asked for too small a crowd, the machine answers with a larger one.
    let larger = chain.app.subtree(&key.hash(), 64, None).unwrap();
    assert!(larger.leaves().len() >= 512 && larger.verify(&root).is_ok());
    let subtree = answer.verify(&root).unwrap();
    assert_eq!(
        subtree.holds(&key.encode(), &chain.value(key).unwrap()),
        Ok(true)
    );
    for dropped in [0, answer.leaves().len() / 2, answer.leaves().len() - 1] {
        let mut leaves = answer.leaves().to_vec();
        leaves.remove(dropped);
        let siblings = chain
            .app
            .query(&key.encode(), None)
            .unwrap()
            .proof
            .siblings()[..answer.bits()]
            .to_vec();
        let short =
            proof::SubtreeProof::new(*answer.prefix(), answer.bits(), siblings, leaves).unwrap();
        assert_eq!(short.verify(&root), Err(ProofError::RootMismatch));
    }
}

/// 2.5: revoked in block H: the header of H still shows it valid as of before, that of H+1 shows it ended.
#[test]
fn fr_2_5_revocation_shows_from_the_next_header() {
    let mut chain = Chain::new();
    let key = Key::Head {
        reg: TAX,
        r: id("r", 1),
    };
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 1, Flag::Current)]),
        Code::Ok
    );
    chain.block(vec![]);
    assert_eq!(chain.try_ops(TAX, vec![head(1, 2, Flag::Ended)]), Code::Ok);
    chain.block(vec![]);
    let (revoked, flag) = (3, |height| {
        HeadValue::decode(&chain.proven(key, Some(height)).unwrap())
            .unwrap()
            .flag
    });
    // Header h carries the root after block h − 1.
    assert_eq!(flag(revoked - 1), Flag::Current);
    assert_eq!(flag(revoked), Flag::Ended);
    assert_eq!(flag(revoked + 1), Flag::Ended);
}

/// 3.3: a root or node of one tree does not pass for one of another.
#[test]
fn fr_3_3_one_tree_is_not_another() {
    let mut chain = Chain::new();
    assert_eq!(
        chain.try_ops(HEALTH, (1..=32).map(entry).collect()),
        Code::Ok
    );
    let key = Key::Entry {
        reg: HEALTH,
        label: id("label", 1),
    }
    .encode();
    let answer = chain.app.query(&key, None).unwrap();
    let (root, value) = (chain.app.root(None).unwrap(), answer.value.unwrap());
    verify_presence(&root, &key, &value, &answer.proof).unwrap();

    // The history's root where the state's should stand.
    let history = HistoryValue::decode(&chain.value(Key::History).unwrap())
        .unwrap()
        .frontier
        .root();
    assert!(verify_presence(&history, &key, &value, &answer.proof).is_err());
    // An inner node as if it were a leaf: the two hashes in it are no key and value that anyone could name.
    let leaf = proof::leaf(&sha256(&[&key]), &sha256(&[&value]));
    let deepest = *answer.proof.siblings().last().unwrap();
    let inner = if proof::bit(&sha256(&[&key]), answer.proof.depth() - 1) {
        [deepest, leaf].concat()
    } else {
        [leaf, deepest].concat()
    };
    let shorter = StateProof::new(
        answer.proof.siblings()[..answer.proof.depth() - 1].to_vec(),
        End::Present,
    );
    if let Ok(shorter) = shorter {
        let (left, right) = inner.split_at(32);
        assert!(verify_presence(&root, left, right, &shorter).is_err());
        assert_ne!(
            merkle::leaf_hash(&inner),
            merkle::inner_hash(left.try_into().unwrap(), right.try_into().unwrap())
        );
    }
}

/// 3.8: no 32-byte string stands twice in state, so that nothing there can be linked by being equal.
#[test]
fn fr_3_8_no_32_bytes_twice() {
    let (chain, _) = demonstration();
    let mut seen: BTreeMap<Hash, Key> = BTreeMap::new();
    let mut count = 0;
    for (key, value) in &chain.stored {
        let key = Key::decode(key).unwrap();
        let mut strings: Vec<Hash> = match key {
            Key::Opening { o, .. } => vec![o],
            Key::Entry { label, .. } => vec![label],
            Key::Head { r, .. } => vec![r],
            Key::PublicList { subject_hash, .. } => vec![subject_hash],
            Key::Filing(f) => vec![f],
            Key::Covert { s, .. } => vec![s],
            Key::History
            | Key::Register(_)
            | Key::Epoch { .. }
            | Key::Authority(_)
            | Key::Gateway(_)
            | Key::Validator(_)
            | Key::Right { .. }
            | Key::Fault(_)
            | Key::Rules
            | Key::Consensus(_) => vec![],
        };
        match Value::decode(&key, value).unwrap() {
            Value::History(value) => strings.extend(value.frontier.hashes()),
            Value::Register(value) => strings.extend([value.seal_key, value.answer_key]),
            Value::Epoch(value) => strings.push(value.vrf_key),
            Value::Opening(value) => strings.push(value.k),
            Value::Entry(value) => strings.push(value.c),
            Value::Head(value) => strings.push(value.hd),
            Value::PublicList(value) => strings.extend(value.frontier.hashes()),
            Value::Authority(value) => strings.push(value.governance_key),
            Value::Gateway(value) => strings.push(value.key),
            Value::Validator(value) => strings.push(value.pub_key),
            Value::Right(_)
            | Value::Fault(_)
            | Value::Rules(_)
            | Value::Consensus(_)
            | Value::Filing(_)
            | Value::Covert(_) => {}
        }
        count += strings.len();
        for string in strings {
            assert_eq!(
                seen.insert(string, key),
                None,
                "{key:?} shares 32 bytes with another key"
            );
        }
    }
    assert!(count > 500);
}

/// 4.2: a VRF key comes with a proof of possession for this net, register and epoch, is a canonical point of large
/// order, and was never used before, by anyone.
#[test]
fn fr_4_2_vrf_keys_are_possessed_canonical_and_new() {
    let mut chain = Chain::new();
    let secret = vrf::SecretKey::from_bytes(id("vrf", 1));
    let possession =
        |net: &Hash, reg, epoch| secret.prove(&list::pop_alpha(net, reg, epoch)).unwrap();
    let action = |reg, epoch, vrf_key, possession| Action::Epoch {
        reg,
        epoch,
        vrf_key,
        possession,
    };
    let own = secret.public();
    let net = chain.net;
    let others = demo::vrf_key(TAX);
    let stolen = others.prove(&list::pop_alpha(&net, HEALTH, 2)).unwrap();
    for (name, action, code) in [
        (
            "for another epoch",
            action(HEALTH, 2, own, possession(&net, HEALTH, 3)),
            Code::NotPossessed,
        ),
        (
            "for another register",
            action(HEALTH, 2, own, possession(&net, TAX, 2)),
            Code::NotPossessed,
        ),
        (
            "for another net",
            action(HEALTH, 2, own, possession(&[1; 32], HEALTH, 2)),
            Code::NotPossessed,
        ),
        (
            "another's key",
            action(HEALTH, 2, others.public(), possession(&net, HEALTH, 2)),
            Code::NotPossessed,
        ),
        (
            "a key in use, possessed",
            action(HEALTH, 2, others.public(), stolen),
            Code::KeyInUse,
        ),
        (
            "an epoch skipped",
            action(HEALTH, 3, own, possession(&net, HEALTH, 3)),
            Code::EpochSequence,
        ),
        (
            "the present epoch again",
            action(HEALTH, 1, own, possession(&net, HEALTH, 1)),
            Code::EpochSequence,
        ),
    ] {
        let tx = chain.decision(action, 3);
        assert_eq!(chain.app.check_tx(&tx).outcome(), code, "{name}");
        assert_eq!(chain.try_tx(tx), code, "{name}");
    }

    // Bytes that are no acceptable key do not even decode: identity, order 8, y + p for a small y.
    let good = chain.decision(action(HEALTH, 2, own, possession(&net, HEALTH, 2)), 3);
    let place = good
        .windows(32)
        .position(|part| part == own.as_bytes())
        .unwrap();
    let order_8 =
        hex::decode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").unwrap();
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut unreduced = [0xff; 32];
    (unreduced[0], unreduced[31]) = (0xf1, 0x7f);
    for bad in [
        identity.to_vec(),
        order_8,
        unreduced.to_vec(),
        vec![0xff; 32],
    ] {
        let mut tx = good.clone();
        tx[place..place + 32].copy_from_slice(&bad);
        assert_eq!(chain.try_tx(tx), Code::WeakKey, "{}", hex::encode(bad));
    }

    assert_eq!(chain.try_tx(good), Code::Ok);
    // Never again: not by another register, not as a signing key, not after its epoch has closed.
    let again = secret.prove(&list::pop_alpha(&net, TAX, 2)).unwrap();
    let tx = chain.decision(action(TAX, 2, own, again), 3);
    assert_eq!(chain.try_tx(tx), Code::KeyInUse);
    let old = chain.register(BUSINESS);
    let as_seal = Action::Register {
        reg: BUSINESS,
        old_seal_key: old.seal_key,
        seal_key: *own.as_bytes(),
        answer_key: public("answer", 1),
    };
    let tx = chain.decision(as_seal, 3);
    assert_eq!(chain.try_tx(tx), Code::KeyInUse);
    let next = vrf::SecretKey::from_bytes(id("vrf", 2));
    let tx = chain.decision(chain.epoch(HEALTH, 3, &next), 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let tx = chain.decision(action(HEALTH, 4, own, possession(&net, HEALTH, 4)), 3);
    assert_eq!(chain.try_tx(tx), Code::KeyInUse);
    // A replica restored from disk remembers them too.
    let mut restored = chain.restored();
    let tx = chain.decision(action(HEALTH, 4, own, possession(&net, HEALTH, 4)), 3);
    assert_eq!(restored.check_tx(&tx).outcome(), Code::KeyInUse);
}

/// 5.6: the root is never that of an empty tree, from genesis on.
#[test]
fn fr_5_6_genesis_not_empty() {
    let chain = Chain::new();
    let root = chain.app.info().app_hash;
    assert_ne!(root, ZERO);
    assert_eq!(chain.app.state_len(), 1 + 3 + 3);
    assert!(chain.proven(Key::History, None).is_some());
    for reg in [HEALTH, TAX, BUSINESS] {
        assert!(chain.proven(Key::Register(reg), None).is_some());
        assert!(chain.proven(Key::Epoch { reg, epoch: 1 }, None).is_some());
    }
    assert_eq!(chain.proven(Key::Register(Reg(4)), None), None);
    // Against the root of an empty tree nothing is proven, not even an absence.
    let key = Key::Register(Reg(4)).encode();
    let nothing = StateProof::new(vec![], End::Empty).unwrap();
    assert_eq!(
        verify_absence(&ZERO, &key, &nothing),
        Err(ProofError::ZeroRoot)
    );
    assert!(verify_absence(&root, &key, &nothing).is_err());
}

/// 5.7: the state after block H is what header H+1 carries, no other; what is forgotten is "cannot check".
#[test]
fn fr_5_7_off_by_one() {
    let mut chain = Chain::new();
    chain.block(vec![]);
    let key = Key::Head {
        reg: TAX,
        r: id("r", 1),
    };
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 1, Flag::Current)]),
        Code::Ok
    );
    assert_eq!(
        chain.try_ops(TAX, vec![head(1, 2, Flag::Current)]),
        Code::Ok
    );
    let height = 2;
    let answer = chain.app.query(&key.encode(), Some(height)).unwrap();
    let value = answer.value.unwrap();
    assert_eq!(answer.height, height);
    for (other, root) in (0..).zip(&chain.roots) {
        let result = verify_presence(root, &key.encode(), &value, &answer.proof);
        assert_eq!(result.is_ok(), other == height, "state after block {other}");
    }
    let before = chain.app.query(&key.encode(), Some(height - 1)).unwrap();
    assert_eq!(before.value, None);
    for (other, root) in (0..).zip(&chain.roots) {
        assert_eq!(
            verify_absence(root, &key.encode(), &before.proof).is_ok(),
            other == height - 1
        );
    }
    for _ in 0..200 {
        chain.block(vec![]);
    }
    assert!(matches!(
        chain.app.query(&key.encode(), Some(height)),
        Err(QueryError::Forgotten { .. })
    ));
}

/// 5.8: a filing that stands in a block and failed has no state, hence no receipt.
#[test]
fn fr_5_8_included_but_failed() {
    let mut chain = Chain::new();
    let f = id("f", 1);
    let mut forged = chain.filing(0, f);
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(
        chain.app.process_proposal(1, START_MS, &[forged.clone()]),
        toend_state_machine::Proposal::Accept
    );
    let results = chain.block(vec![forged.clone()]);
    assert_ne!(results[0].code, 0);
    assert!(chain.blocks[0].txs.contains(&forged), "it is in the block");
    assert_eq!(
        chain.proven(Key::Filing(f), None),
        None,
        "and its absence is proven"
    );
}

/// Genesis from its file: `net` is the hash of the bytes, and a changed byte gives another ledger.
#[test]
fn net_is_the_hash_of_the_genesis_file() {
    let file = demo::genesis_bytes();
    let app = App::from_genesis_file(&file).unwrap();
    assert_eq!(app.net(), sha256(&[&file]));
    assert_eq!(app.info(), Chain::new().app.info());
    let mut wide = file.clone();
    wide.push(b' ');
    assert_ne!(App::from_genesis_file(&wide).unwrap().net(), app.net());
}
