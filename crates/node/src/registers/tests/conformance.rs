//! What both engines do alike, where the other tests of registers do not show it anyway.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::storage::StorageError;

on_both_engines![
    imports_are_taken_whole_and_remember_how_far_they_came,
    long_lists_are_read_page_by_page,
    readers_see_whole_deliveries_while_others_write,
    works_from_every_kind_of_thread,
    a_newer_schema_is_refused,
    another_registers_database_is_refused,
    damage_is_named,
    what_is_refused_leaves_nothing_behind,
];

async fn imports_are_taken_whole_and_remember_how_far_they_came(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let deliveries: Vec<_> = (0..600).map(|i| lab(&format!("{i}"), i)).collect();
    let progress = |n| ("import of a test", n);
    assert_eq!(register.imported("import of a test").unwrap(), 0);
    register
        .import(&[mari()], &deliveries, 1, progress(600))
        .unwrap();
    assert_eq!(register.imported("import of a test").unwrap(), 600);
    // The same again, with one in conflict at the end: nothing of it stays.
    let mut again = deliveries;
    again.push(lab("new", 1));
    again.push(lab("0", 77));
    let outcome = register.import(&[mari()], &again, 2, progress(602));
    assert_eq!(outcome, Err(RegisterError::Conflict));
    assert_eq!(register.imported("import of a test").unwrap(), 600);
    assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(600));
    again.pop();
    register
        .import(&[mari()], &again, 2, progress(601))
        .unwrap();
    assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(601));
    // And all of that after the program was started anew.
    drop(register);
    let register = bench.register(1);
    assert_eq!(register.imported("import of a test").unwrap(), 601);
    assert_eq!(register.waiting().unwrap(), 602);
    register.flush().await.unwrap();
    bench.settled().await;
    let audit = register.audit().unwrap();
    assert_eq!((audit.entries.orphans(), audit.opened.lists), (0, 1));
}

async fn long_lists_are_read_page_by_page(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let deliveries: Vec<_> = (0..2300).map(|i| lab(&format!("{i}"), i)).collect();
    register
        .import(&[mari()], &deliveries, 1, ("all", 1))
        .unwrap();
    let commitments = register.commitments(&mari(), Class::Records).unwrap();
    let different: std::collections::BTreeSet<_> = commitments.iter().collect();
    assert_eq!((commitments.len(), different.len()), (2300, 2300));
}

async fn readers_see_whole_deliveries_while_others_write(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..6)
            .map(|_| {
                threads.spawn(|| {
                    let (mut last, mut looks) = (0, 0u32);
                    while !done.load(Ordering::SeqCst) || looks == 0 {
                        let size = register.size(&mari(), Class::Records).unwrap().unwrap();
                        assert!(size >= last && size.is_multiple_of(5), "{last} then {size}");
                        (last, looks) = (size, looks + 1);
                    }
                })
            })
            .collect();
        for round in 0..40 {
            let five: Vec<_> = (0..5).map(|i| lab(&format!("{round}/{i}"), i)).collect();
            register.receive(&five, 1).unwrap();
        }
        done.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(200));
}

async fn works_from_every_kind_of_thread(on: On) {
    let bench = Bench::new(on);
    // A worker of a runtime with several, which opens and closes it, too.
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    // A thread for blocking work.
    let here = Arc::clone(&register);
    let taken = tokio::task::spawn_blocking(move || here.receive(&[lab("blocking", 1)], 1));
    assert_eq!(taken.await.unwrap().unwrap(), [1]);
    // A runtime of one thread, and no runtime at all.
    let here = Arc::clone(&register);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let taken = runtime.block_on(async { here.receive(&[lab("single", 1)], 1) });
        assert_eq!(taken.unwrap(), [2]);
        drop(runtime);
        assert_eq!(here.receive(&[lab("none", 1)], 1).unwrap(), [3]);
    })
    .join()
    .unwrap();
    // A task that worked long is asked to give way: waiting for the database is not.
    for round in 0..300 {
        tokio::task::consume_budget().await;
        assert_eq!(register.imported("nothing").unwrap(), 0, "{round}");
    }
    drop(register);
    assert_eq!(bench.register(1).waiting().unwrap(), 4);
}

async fn a_newer_schema_is_refused(on: On) {
    let bench = Bench::new(on);
    drop(bench.register(1));
    bench.sql(
        1,
        "PRAGMA user_version = 99",
        "INSERT INTO toend_register.step (number) VALUES (99)",
    );
    let refused = Register::open(bench.settings(1), bench.ledger()).err();
    assert_eq!(
        refused,
        Some(RegisterError::Newer {
            found: 99,
            known: 1
        })
    );
}

async fn another_registers_database_is_refused(on: On) {
    let bench = Bench::new(on);
    drop(bench.register(1));
    let folder = bench.folder.path().join("registers");
    for end in ["key", "sqlite"] {
        // A database on a server stays where it is; what changes is who opens it.
        let old = folder.join(format!("register-1.{end}"));
        if old.exists() {
            std::fs::rename(old, folder.join(format!("register-2.{end}"))).unwrap();
        }
    }
    let taken = Settings {
        storage: bench.settings(1).storage,
        ..bench.settings(2)
    };
    let refused = Register::open(taken, bench.ledger()).err();
    assert_eq!(refused, Some(RegisterError::OtherNetwork));
    // With another register's key, not even that can be told.
    std::fs::remove_file(folder.join("register-2.key")).unwrap();
    drop(bench.register(3));
    std::fs::rename(folder.join("register-3.key"), folder.join("register-2.key")).unwrap();
    let taken = Settings {
        storage: bench.settings(1).storage,
        ..bench.settings(2)
    };
    let refused = Register::open(taken, bench.ledger()).err();
    assert_eq!(refused, Some(RegisterError::Key));
}

async fn damage_is_named(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("a", 1)], 1).unwrap();
    let is_damaged =
        |error: RegisterError| matches!(error, RegisterError::Storage(StorageError::Damaged(_)));
    // An encrypted value of another place.
    bench.sql(
        1,
        "UPDATE entry SET contents = ops",
        "UPDATE toend_register.entry SET contents = ops",
    );
    let read = register.commitments(&mari(), Class::Records);
    assert_eq!(read, Err(RegisterError::Key));
    // A hash and a counter of another length.
    bench.sql(
        1,
        "UPDATE entry SET digest = x'00'; UPDATE meta SET value = x'01' WHERE name = 'register'",
        "UPDATE toend_register.entry SET digest = '\\x00';
         UPDATE toend_register.meta SET value = '\\x01' WHERE name = 'register'",
    );
    let error = register.receive(&[lab("a", 1)], 1).unwrap_err();
    assert!(is_damaged(error.clone()), "{error:?}");
    assert!(is_damaged(register.imported("register").unwrap_err()));
    // The register goes on with what is whole.
    assert_eq!(register.receive(&[lab("b", 1)], 1).unwrap(), [2]);
}

async fn what_is_refused_leaves_nothing_behind(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    for round in 0..5 {
        let five = (0..5).map(|i| lab(&format!("{round}/{i}"), i));
        let deliveries: Vec<_> = five.chain([visit("v", 7, Flag::Current)]).collect();
        let refused = register.receive(&deliveries, 1).unwrap_err();
        let expected = RegisterError::Version {
            newest: 0,
            given: 7,
        };
        assert_eq!(refused, expected);
        assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(0));
    }
    // Work that panics is as if it never was.
    let register = &register;
    let panicked = std::thread::scope(|threads| {
        let work = move || {
            register.database.write(|db| -> Result<(), RegisterError> {
                db.set_counter("panic", 1)?;
                panic!("on purpose")
            })
        };
        threads.spawn(work).join()
    });
    assert!(panicked.is_err());
    assert_eq!(register.imported("panic").unwrap(), 0);
    assert_eq!(register.receive(&[lab("a", 1)], 1).unwrap(), [1]);
}
