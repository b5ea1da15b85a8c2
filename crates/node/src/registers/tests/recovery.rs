//! Going on where database and ledger do not stand at the same batch.

use std::collections::BTreeSet;

use toend_ledger::tx::Tx;

use super::*;
use crate::registers::batch::Fill;
use crate::registers::{backup, permit, permitted, restore};

on_both_engines![
    a_database_that_is_behind_goes_on_and_shows_what_is_lost,
    what_a_restored_ledger_lost_is_sealed_again,
    an_old_batch_that_somebody_kept_loses_nothing,
    what_was_taken_in_too_early_is_named,
];

fn net() -> Hash {
    Plan::demo().unwrap().net
}

pub(super) fn card(key: &str, v: u32) -> Delivery {
    Delivery {
        subject: Subject::company("EE", demo::COMPANY).unwrap(),
        class: Class::Records,
        key: key.to_owned(),
        v,
        flag: Flag::Current,
        contents: Draft::new("registry_card")
            .text("name", &format!("OÜ {key} {v}"))
            .finish()
            .unwrap(),
    }
}

async fn sealed(bench: &Bench, register: &Arc<Register>) -> u64 {
    register.flush().await.unwrap();
    bench.settled().await
}

fn go_on(settings: Settings, bench: &Bench, batches: u64) -> Result<Register, RegisterError> {
    Register::open_going_on(settings, bench.ledger(), Some(batches))
}

/// A copy of the register as it is now, in a folder of its own.
pub(super) fn copied(bench: &Bench, reg: u16, folder: &str) -> Settings {
    let file = bench.folder.path().join(format!("{folder}.backup"));
    backup(&bench.settings(reg), &net(), &file, 7, &mut |_| {}).unwrap();
    let settings = bench.settings_in(folder, reg);
    std::fs::create_dir_all(&settings.folder).unwrap();
    let key = format!("register-{reg}.key");
    let old = bench.folder.path().join("registers").join(&key);
    std::fs::copy(old, settings.folder.join(key)).unwrap();
    restore(&settings, &net(), &file, &mut |_| {}).unwrap();
    settings
}

/// The register's batches on the ledger, in their order.
fn batches(bench: &Bench, reg: u16) -> Vec<Vec<u8>> {
    let ledger = bench.ledger();
    (1..=ledger.tip().height())
        .flat_map(|height| ledger.block_txs(height).unwrap_or_default())
        .filter(|tx| matches!(Tx::decode(tx), Ok(Tx::Batch(batch)) if batch.reg == Reg(reg)))
        .collect()
}

/// Numbers whose contents are shown, and those that are shown to be there.
fn shown(register: &Register, height: u64) -> (Vec<u64>, Vec<u64>) {
    let answer = hers(register, height);
    let there = answer
        .labels
        .iter()
        .filter(|label| label.state.value.is_some())
        .map(|label| label.n);
    (
        answer.entries.iter().map(|entry| entry.n).collect(),
        there.collect(),
    )
}

async fn a_database_that_is_behind_goes_on_and_shows_what_is_lost(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let first = [lab("a", 50), visit("b", 1, Flag::Current)];
    register.receive(&first, 1).unwrap();
    sealed(&bench, &register).await;
    let old = copied(&bench, 1, "old");
    let igor = Subject::person("EE", demo::IGOR).unwrap();
    register.know(std::slice::from_ref(&igor)).unwrap();
    let lost = [lab("c", 52), visit("b", 2, Flag::Current)];
    register.receive(&lost, 2).unwrap();
    sealed(&bench, &register).await;
    register.tick().unwrap();
    bench.settled().await;
    let ledger = register.next_number().unwrap() - 1;
    drop(register);

    let again = || Settings {
        storage: old.storage.clone(),
        ..bench.settings_in("old", 1)
    };
    let error = Register::open(again(), bench.ledger()).err().unwrap();
    let named = RegisterError::DatabaseBehind {
        ledger,
        database: 1,
    };
    assert_eq!(error, named);
    assert!(error.to_string().contains(&format!("--batches {ledger}")));
    // Another number is no decision about this ledger.
    assert_eq!(go_on(again(), &bench, ledger - 1).err(), Some(named));
    permit(&again(), ledger).unwrap();
    assert_eq!(permitted(&again()), Some(ledger));
    let register = Arc::new(go_on(again(), &bench, ledger).unwrap());
    crate::registers::spend(&again()).unwrap();
    assert_eq!(permitted(&again()), None);

    // The lost version cannot come again, the next one can; what comes now stands behind what is lost.
    let repeated = register.receive(&[visit("b", 2, Flag::Current)], 3);
    assert_eq!(
        repeated,
        Err(RegisterError::Version {
            newest: 2,
            given: 2
        })
    );
    let more = [visit("b", 3, Flag::Current), lab("c", 52)];
    assert_eq!(register.receive(&more, 3).unwrap(), [5, 6]);
    // A person who was first known in what is lost: her list is another's, and nothing is sealed in it.
    register.know(std::slice::from_ref(&igor)).unwrap();
    let his = Delivery {
        subject: igor.clone(),
        ..lab("x", 1)
    };
    register.receive(&[his], 3).unwrap();
    let height = sealed(&bench, &register).await;
    assert!(register.next_number().unwrap() > ledger + 1);
    assert_eq!(
        shown(&register, height),
        (vec![1, 2, 5, 6], vec![1, 2, 3, 4, 5, 6])
    );
    let answer = register.list_answer(&igor, Class::Records, height);
    assert!(answer.unwrap().is_none());
    let audit = register.audit().unwrap();
    assert_eq!(audit.entries.orphans(), 0, "{audit:?}");
    // After another start it is still so.
    drop(register);
    let register = Register::open(again(), bench.ledger()).unwrap();
    assert_eq!(shown(&register, height).0, [1, 2, 5, 6]);
    assert_eq!(
        register.commitments(&mari(), Class::Records).unwrap().len(),
        6
    );
}

async fn what_a_restored_ledger_lost_is_sealed_again(on: On) {
    let bench = Bench::new(on);
    for reg in [1, 3] {
        let register = bench.register(reg);
        let company = card("1", 1).subject;
        if reg == 1 {
            register.know(&[mari()]).unwrap();
            register
                .receive(&[visit("b", 1, Flag::Current)], 1)
                .unwrap();
        } else {
            register.know(&[company]).unwrap();
            register.receive(&[card("1", 1)], 1).unwrap();
        }
        sealed(&bench, &register).await;
        if reg == 1 {
            let igor = Subject::person("EE", demo::IGOR).unwrap();
            register.know(&[igor]).unwrap();
            let more = [lab("c", 52), visit("b", 2, Flag::Ended)];
            register.receive(&more, 2).unwrap();
        } else {
            register.receive(&[card("1", 2)], 2).unwrap();
        }
        sealed(&bench, &register).await;
        register.tick().unwrap();
        bench.settled().await;
    }
    // The ledger as it comes back: the same network, with each register's first batch alone.
    let restored = Bench::new(on);
    for reg in [1, 3] {
        let first = batches(&bench, reg).swap_remove(0);
        restored.ledger().submit(first).unwrap();
    }
    restored.settled().await;
    restored.settled().await;
    let error = Register::open(bench.settings(1), restored.ledger()).err();
    assert!(
        matches!(error, Some(RegisterError::LedgerBehind { ledger: 1, .. })),
        "{error:?}"
    );
    for reg in [1, 3] {
        let register = Arc::new(go_on(bench.settings(reg), &restored, 1).unwrap());
        assert!(register.waiting().unwrap() > 0);
        let height = sealed(&restored, &register).await;
        assert_eq!(register.waiting().unwrap(), 0);
        assert_eq!(orphans(&register), [0, 0, 0]);
        if reg == 1 {
            assert_eq!(register.audit().unwrap().opened.ledger, 2);
            assert_eq!(shown(&register, height), (vec![1, 2, 3], vec![1, 2, 3]));
        } else {
            let answer = register.public_answer(&card("1", 1).subject, height);
            let answer = answer.unwrap().unwrap();
            assert_eq!((answer.entries.len(), answer.bare.len()), (2, 0));
        }
    }
}

async fn an_old_batch_that_somebody_kept_loses_nothing(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    for key in ["a", "b", "c"] {
        register.receive(&[lab(key, 1)], 1).unwrap();
        sealed(&bench, &register).await;
    }
    drop(register);
    let restored = Bench::new(on);
    let old = batches(&bench, 1);
    restored.ledger().submit(old[0].clone()).unwrap();
    restored.settled().await;
    restored.settled().await;
    let register = Arc::new(go_on(bench.settings(1), &restored, 1).unwrap());
    // Both entries are to be in one batch now, and the old second batch, with one of them, comes before it.
    let batch = register.prepare(2, Fill::Any).unwrap().unwrap();
    restored.ledger().submit(old[1].clone()).unwrap();
    restored.settled().await;
    restored.settled().await;
    assert!(restored.ledger().included(&batch.hash).is_none());
    let height = sealed(&restored, &register).await;
    assert_eq!(shown(&register, height), (vec![1, 2, 3], vec![1, 2, 3]));
    assert_eq!(register.audit().unwrap().entries.orphans(), 0);
}

async fn what_was_taken_in_too_early_is_named(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(3);
    let company = card("1", 1).subject;
    register.know(std::slice::from_ref(&company)).unwrap();
    register.receive(&[card("1", 1)], 1).unwrap();
    sealed(&bench, &register).await;
    let (old, early) = (copied(&bench, 3, "old"), copied(&bench, 3, "early"));
    register.receive(&[card("1", 2)], 2).unwrap();
    sealed(&bench, &register).await;
    let ledger = register.next_number().unwrap() - 1;
    drop(register);

    let books = Books::open(early, net()).unwrap();
    books.receive(&[card("2", 1)], 3).unwrap();
    drop(books);
    let early = Settings {
        storage: bench.settings_in("early", 3).storage,
        ..bench.settings_in("early", 3)
    };
    assert_eq!(
        go_on(early, &bench, ledger).err(),
        Some(RegisterError::TakenInSince)
    );

    let register = Arc::new(go_on(old, &bench, ledger).unwrap());
    assert_eq!(register.receive(&[card("1", 3)], 3).unwrap(), [3]);
    let height = sealed(&bench, &register).await;
    let answer = register.public_answer(&company, height).unwrap().unwrap();
    let numbers: Vec<u64> = answer.entries.iter().map(|entry| entry.n).collect();
    assert_eq!(numbers, [1, 3]);
    let bare: BTreeSet<u64> = answer.bare.iter().map(|entry| entry.n).collect();
    assert_eq!(bare, BTreeSet::from([2]));
}
