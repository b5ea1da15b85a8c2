//! What only a server can do: go away and come back, be used twice, be reached over TLS.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::postgres_server::Server as Machine;
use super::*;
use crate::registers::database::WAITS;
use crate::storage::StorageError;

mod peer;
mod tls;

/// How long anything may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(180);

fn settings(bench: &Bench, address: &str) -> Settings {
    Settings {
        storage: Storage::Server(Box::new(Server::new(address, None, None).unwrap())),
        ..bench.settings(1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_is_refused_while_the_first_lives() {
    if !On::Postgres.is_here() {
        return;
    }
    let bench = Bench::new(On::Postgres);
    let first = bench.register(1);
    let second = Register::open(bench.settings(1), bench.ledger()).err();
    assert_eq!(second, Some(RegisterError::Storage(StorageError::Busy)));
    first.know(&[mari()]).unwrap();
    drop(first);
    // The connections of the first end a moment after it does.
    assert_eq!(bench.register(1).waiting().unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_lines_costs_a_few_round_trips_however_long_it_is() {
    if !On::Postgres.is_here() {
        return;
    }
    let bench = Bench::new(On::Postgres);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("first", 1)], 1).unwrap();
    let waits = |work: &dyn Fn()| {
        let before = WAITS.get();
        work();
        WAITS.get() - before
    };
    let deliveries: Vec<_> = (0..1500).map(|i| lab(&format!("{i}"), i)).collect();
    // In this thread, where the waits are counted: looking up, awaiting what was written, committing.
    let new = waits(&|| drop(register.receive(&deliveries, 1).unwrap()));
    assert!(new <= 10, "{new} round trips for 1500 entries");
    let known = waits(&|| drop(register.receive(&deliveries, 1).unwrap()));
    assert!(known <= 10, "{known} round trips for 1500 known entries");
    let lines: Vec<_> = (deliveries.into_iter())
        .map(|delivery| Line {
            delivery,
            counted: true,
        })
        .collect();
    let take = || register.take_lines(&lines, 1, |_, _| true, |_| Ok(Vec::new()));
    let counted = waits(&|| drop(take().unwrap()));
    assert!(counted <= 10, "{counted} round trips for 1500 lines");
    let one = waits(&|| drop(register.receive(&[lab("one", 1)], 1).unwrap()));
    assert!(one <= 8, "{one} round trips for one entry");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_connection_cannot_write_beside_the_successor() {
    let Some(machine) = Machine::shared() else {
        return;
    };
    let bench = Bench::new(On::Postgres);
    let name = machine.database();
    let first = Register::open(settings(&bench, &machine.address(&name)), bench.ledger()).unwrap();
    first.know(&[mari()]).unwrap();
    end_connections(machine, &name);
    let second = Register::open(settings(&bench, &machine.address(&name)), bench.ledger()).unwrap();
    assert_eq!(
        first.receive(&[lab("a", 1)], 1),
        Err(RegisterError::Storage(StorageError::Busy))
    );
    assert_eq!(second.receive(&[lab("b", 1)], 1).unwrap(), [1]);
    // Reading harms nobody.
    assert_eq!(first.size(&mari(), Class::Records).unwrap(), Some(1));
    drop(second);
    let taken = first.receive(&[lab("a", 1)], 1);
    assert_eq!(taken.unwrap(), [2], "the first takes over again");
}

fn end_connections(machine: &Machine, database: &str) {
    machine.sql(
        "postgres",
        &format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_is_said_as_it_says_it() {
    let Some(machine) = Machine::shared() else {
        return;
    };
    let bench = Bench::new(On::Postgres);
    let refused = |address: &str| {
        let error = Register::open(settings(&bench, address), bench.ledger());
        error.err().unwrap()
    };
    let error = refused(&machine.address("no_such_database"));
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(said)) if said.contains("3D000")),
        "{error}"
    );
    let nowhere = bench.folder.path().display();
    let error = refused(&format!("postgresql:///a?host={nowhere}"));
    assert!(error.is_unreachable() && error.is_passing(), "{error}");
    let name = machine.database();
    machine.sql(&name, "CREATE ROLE guest LOGIN");
    let address = machine.address(&name).replace("toend@", "guest@");
    let error = refused(&address);
    assert!(
        matches!(&error, RegisterError::Storage(StorageError::Refused(said)) if said.contains("42501")),
        "{error}"
    );
    machine.sql(&name, "ALTER DATABASE postgres SET synchronous_commit = on");
    machine.sql(
        &name,
        &format!("ALTER DATABASE {name} SET synchronous_commit = off"),
    );
    let register = Register::open(settings(&bench, &machine.address(&name)), bench.ledger());
    register.unwrap().know(&[mari()]).unwrap();
}

/// Connections ended and the server killed while entries are received and sealed: what was acknowledged is there, once, in
/// the order of its numbers, and nothing stands outside the lists.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_under_load_loses_nothing() {
    let Some(machine) = Machine::start("") else {
        return;
    };
    let bench = Bench::new(On::Postgres);
    let name = machine.database();
    let address = machine.address(&name);
    let register = Register::open(settings(&bench, &address), bench.ledger()).unwrap();
    let register = Arc::new(register);
    register.know(&[mari()]).unwrap();
    let done = AtomicBool::new(false);
    let acknowledged: Mutex<BTreeMap<String, u64>> = Mutex::default();
    std::thread::scope(|threads| {
        let (register, done, acknowledged) = (&register, &done, &acknowledged);
        let mut workers = Vec::new();
        for sender in 0..3 {
            workers.push(threads.spawn(move || {
                for i in 0.. {
                    if done.load(Ordering::SeqCst) {
                        break;
                    }
                    let keys = [format!("{sender}/{i}/a"), format!("{sender}/{i}/b")];
                    let both = keys.each_ref().map(|key| lab(key, i));
                    let numbers = repeat(|| register.receive(&both, 1));
                    acknowledged
                        .lock()
                        .unwrap()
                        .extend(keys.into_iter().zip(numbers));
                }
            }));
        }
        workers.push(threads.spawn(move || {
            while !done.load(Ordering::SeqCst) {
                // A tick that fails is followed by another.
                let _ = register.tick();
                std::thread::sleep(Duration::from_millis(5));
            }
        }));
        let reached = |count: usize| {
            let end = Instant::now() + PATIENCE;
            while acknowledged.lock().unwrap().len() < count {
                assert!(Instant::now() < end, "the register came to a stop");
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        for round in 0..8 {
            let before = acknowledged.lock().unwrap().len();
            reached(before + 20);
            if round % 4 == 3 {
                machine.kill();
                machine.run();
            } else {
                end_connections(&machine, &name);
            }
        }
        let before = acknowledged.lock().unwrap().len();
        reached(before + 20);
        done.store(true, Ordering::SeqCst);
        for worker in workers {
            worker.join().unwrap();
        }
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    let mut numbers: Vec<u64> = acknowledged.values().copied().collect();
    numbers.sort_unstable();
    let all: Vec<u64> = (1..=numbers.len() as u64).collect();
    assert_eq!(numbers, all, "each once, and no others");
    drop(register);
    machine.kill();
    machine.run();
    let register = Register::open(settings(&bench, &address), bench.ledger()).unwrap();
    let register = Arc::new(register);
    assert_eq!(
        register.size(&mari(), Class::Records).unwrap(),
        Some(numbers.len() as u64)
    );
    for (key, number) in acknowledged {
        let value = key.split('/').nth(1).unwrap().parse().unwrap();
        assert_eq!(register.receive(&[lab(&key, value)], 2).unwrap(), [number]);
    }
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = hers(&register, height);
    assert_eq!(
        (answer.entries.len(), answer.pending.len()),
        (numbers.len(), 0)
    );
    assert_eq!(orphans(&register), [0, 0, 0]);
}

/// Asks again for as long as the server is away, as every sender does.
fn repeat<T>(mut work: impl FnMut() -> Result<T, RegisterError>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        match work() {
            Ok(done) => return done,
            Err(error) => {
                assert!(error.is_passing() && Instant::now() < end, "{error}");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
