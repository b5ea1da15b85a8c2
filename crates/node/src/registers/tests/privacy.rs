//! What must not be found: on the ledger, and by a thief of the database file.

use std::collections::BTreeMap;

use toend_ledger::hash::sha256;
use toend_ledger::schema;
use toend_ledger::tx::{Batch, Op, Tx};

use super::*;

on_both_engines![
    fr_1_14_no_string_on_the_ledger_is_a_hash_of_a_known_code,
    fr_3_8_no_string_stands_twice_so_nothing_links,
    fr_1_3_another_registers_squatting_takes_no_place,
    a_stolen_database_shows_no_code_no_word_and_no_label,
];

/// Every 32-byte string that the blocks hold, with how often.
fn strings(bench: &Bench) -> BTreeMap<Hash, usize> {
    let ledger = bench.ledger();
    let mut found = BTreeMap::new();
    for height in 1..=ledger.tip().height() {
        for tx in ledger.block_txs(height).unwrap_or_default() {
            let Tx::Batch(batch) = Tx::decode(&tx).unwrap() else {
                continue;
            };
            for op in batch.ops() {
                let pair = match *op {
                    Op::Open { o, k, .. } => [Some(o), Some(k)],
                    Op::Entry { label, c } => [Some(label), Some(c)],
                    Op::Head { r, hd, .. } => [Some(r), Some(hd)],
                    Op::ListAppend { c, .. } => [Some(c), None],
                    _ => [None, None],
                };
                for string in pair.into_iter().flatten() {
                    *found.entry(string).or_insert(0) += 1;
                }
            }
        }
    }
    found
}

async fn demonstration(on: On) -> Bench {
    let bench = Bench::new(on);
    for reg in [schema::HEALTH, schema::TAX, schema::BUSINESS] {
        let register = bench.register(reg);
        demo::fill(&register, 1).unwrap();
        register.flush().await.unwrap();
    }
    bench
}

async fn fr_1_14_no_string_on_the_ledger_is_a_hash_of_a_known_code(on: On) {
    let bench = demonstration(on).await;
    let found = strings(&bench);
    assert!(found.len() > 700, "{}", found.len());
    let mut guesses = Vec::new();
    for code in [demo::MARI, demo::IGOR, "38301105216", "37302102711"] {
        let subject = Subject::person("EE", code).unwrap();
        let encoded = subject.encode();
        let spellings = [
            code.as_bytes().to_vec(),
            format!("EE{code}").into_bytes(),
            format!("PNOEE-{code}").into_bytes(),
            encoded,
        ];
        for spelling in spellings {
            guesses.push(sha256(&[&spelling]));
            for reg in 0u16..8 {
                guesses.push(sha256(&[&reg.to_be_bytes(), &spelling]));
            }
            for tag in [
                "subject",
                "open",
                "label",
                "list",
                "record",
                "entry",
                "place",
                "content",
                "public-record",
            ] {
                guesses.push(toend_ledger::hash::h(tag, &[&spelling]));
            }
        }
        guesses.push(subject.hash());
    }
    assert!(guesses.iter().all(|guess| !found.contains_key(guess)));
}

async fn fr_3_8_no_string_stands_twice_so_nothing_links(on: On) {
    let bench = demonstration(on).await;
    // A head's place is written again with each version of its record; nothing else may repeat.
    let heads: usize = strings(&bench).values().filter(|count| **count > 1).count();
    let ledger = bench.ledger();
    let mut versions = 0;
    let mut places = std::collections::BTreeSet::new();
    for height in 1..=ledger.tip().height() {
        for tx in ledger.block_txs(height).unwrap_or_default() {
            let Tx::Batch(batch) = Tx::decode(&tx).unwrap() else {
                continue;
            };
            for op in batch.ops() {
                if let Op::Head { r, v, .. } = op
                    && *v > 1
                    && places.insert(*r)
                {
                    versions += 1;
                }
            }
        }
    }
    assert_eq!(heads, versions);
}

async fn fr_1_3_another_registers_squatting_takes_no_place(on: On) {
    let bench = Bench::new(on);
    let (health, tax) = (bench.register(1), bench.register(2));
    health.know(&[mari()]).unwrap();
    health.receive(&[lab("a", 50)], 1).unwrap();
    // The tax register has seen the health register's batch and seals the same label first.
    let row = health.list_of(&mari()).unwrap().unwrap();
    let secret = health.list_plain(&row).unwrap().secret.unwrap();
    let label = secret.key.label(Class::Records, 1).unwrap();
    let mut ops = tax.database.write(|db| tax.decoy_entries(db, 7)).unwrap();
    ops.push(Op::Entry { label, c: [0; 32] });
    let heads = tax.database.write(|db| tax.decoy_heads(db, 8, 1));
    ops.extend(heads.unwrap());
    let squat = Batch::signed(tax.net, tax.reg(), 1, ops, &tax.settings.seal_key).unwrap();
    bench.ledger().submit(squat.encode()).unwrap();
    while tax.next_number().unwrap() < 2 {
        bench.settled().await;
    }
    health.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = hers(&health, height);
    assert_eq!(answer.entries.len(), 1);
    let value = answer.labels[0].state.value.as_ref().unwrap();
    let sealed = toend_ledger::state::EntryValue::decode(&value.0).unwrap();
    assert_eq!(
        sealed.c,
        health.commitments(&mari(), Class::Records).unwrap()[0]
    );
}

/// Every value that the database holds encrypted about lists, records and entries.
fn sealed_values(register: &Register) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    register
        .database
        .read(|db| {
            for list in db.lists_after(0, 10_000)? {
                for class in [Class::Records, Class::AccessLog] {
                    values.extend(db.chain(list.id, class)?.map(|chain| chain.sealed));
                    for entry in db.entries(list.id, class, 0, 10_000)? {
                        values.extend([entry.ops, entry.contents]);
                    }
                }
                values.push(list.sealed);
            }
            let records = db.records_after(None, 10_000)?;
            values.extend(records.into_iter().map(|(_, _, row)| row.sealed));
            Ok(())
        })
        .unwrap();
    values
}

async fn a_stolen_database_shows_no_code_no_word_and_no_label(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    demo::fill(&register, 1).unwrap();
    register.flush().await.unwrap();
    let row = register.list_of(&mari()).unwrap().unwrap();
    let secret = register.list_plain(&row).unwrap().secret.unwrap();
    let label = secret.key.label(Class::Records, 3).unwrap();
    let key = *secret.key.secret().as_bytes();
    // Labels are public, each batch names them; but nothing may say which list one belongs to.
    let sealed = sealed_values(&register);
    assert!(sealed.len() > 100);
    for value in sealed {
        let held = |needle: &Hash| value.windows(32).any(|window| window == needle);
        assert!(!held(&label) && !held(&secret.o));
    }
    drop(register);
    let stolen = bench.files(1);
    assert!(stolen.len() > 100_000);
    let held = |needle: &[u8]| stolen.windows(needle.len()).any(|window| window == needle);
    assert!(held(b"decoy-entries"), "the search itself works");
    for needle in [
        demo::MARI.as_bytes(),
        "Metformiin".as_bytes(),
        "Insuliinisõltumatu".as_bytes(),
        &key,
    ] {
        assert!(!held(needle));
    }
}
