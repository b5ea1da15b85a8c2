//! Several batches under way: in their order, once each, whatever happens between the first and the last.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use toend_ledger::hash::sha256;
use toend_ledger::tx::{Batch, Tx};

use super::recovery::{card, copied};
use super::relay::by_inner;
use super::rotation::{
    new_seal_key, other_key, second_epoch, stands_in_the_second_epoch, with_second_epoch,
};
use tokio::sync::watch;

use super::*;
use crate::ledger::{Included, QueryResult, SubmitError};
use crate::registers::database::BatchRow;
use crate::registers::sealing::MOST_UNDER_WAY;

on_both_engines![
    power_lost_at_any_of_three_batches_loses_nothing,
    a_refused_batch_holds_those_behind_it,
    batches_behind_a_new_seal_key_are_signed_anew,
    batches_behind_the_end_of_an_epoch_are_made_anew,
    a_backup_with_batches_under_way_goes_on,
    full_batches_leave_between_ticks_and_others_do_not,
    a_running_register_does_not_hold_a_backlog_back,
];

/// A ledger that a test stands in front of.
struct Gate {
    inner: Arc<dyn Ledger>,
    /// Submissions that still pass; after them this computer has no power.
    passes: AtomicUsize,
    /// Whether the one at which power is lost arrived.
    unheard: bool,
    /// Refuses this batch with this code, while it is not 0.
    refused: (u64, AtomicU32),
    /// Numbers of the batches handed in.
    seen: Mutex<Vec<u64>>,
}

impl Gate {
    fn passing(bench: &Bench, passes: usize) -> Self {
        Self {
            inner: bench.ledger(),
            passes: AtomicUsize::new(passes),
            unheard: false,
            refused: (0, AtomicU32::new(0)),
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> Vec<u64> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

fn number(tx: &[u8]) -> u64 {
    batch(tx).number
}

fn batch(tx: &[u8]) -> Batch {
    match Tx::decode(tx).unwrap() {
        Tx::Batch(batch) => batch,
        other => panic!("{other:?}"),
    }
}

impl Ledger for Gate {
    by_inner!(
        net chain_id tip light_block header_bundle block_txs query subtree included subscribe
    );
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        let (number, code) = (number(&tx), self.refused.1.load(Ordering::SeqCst));
        self.seen.lock().unwrap().push(number);
        if number == self.refused.0 && code != 0 {
            let log = String::new();
            return Err(SubmitError::Refused { code, log });
        }
        let less = |left: usize| left.checked_sub(1);
        let passes = self
            .passes
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        if passes.is_ok() {
            return self.inner.submit(tx);
        }
        if self.unheard {
            self.inner.submit(tx)?;
        }
        Err(SubmitError::Stopped("the process ends here".to_owned()))
    }
}

/// A ledger that says yes and forgets everything.
struct Forgetful {
    inner: Arc<dyn Ledger>,
    seen: Mutex<Vec<u64>>,
}

impl Forgetful {
    fn new(bench: &Bench) -> Arc<Self> {
        Arc::new(Self {
            inner: bench.ledger(),
            seen: Mutex::default(),
        })
    }
}

impl Ledger for Forgetful {
    by_inner!(
        net chain_id tip light_block header_bundle block_txs query subtree included subscribe
    );
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        self.seen.lock().unwrap().push(number(&tx));
        Ok(sha256(&[&tx]))
    }
}

fn igor() -> Subject {
    Subject::person("EE", demo::IGOR).unwrap()
}

fn under_way(register: &Register) -> Vec<BatchRow> {
    register.database.read(|db| db.batches(10)).unwrap()
}

/// Three batches: each opens lists or has entries of a list that one before it opens, and versions of one record.
fn make_three(register: &Register) {
    let his = |key: &str| Delivery {
        subject: igor(),
        ..lab(key, 50)
    };
    register.know(&[mari()]).unwrap();
    register
        .receive(&[lab("a", 50), visit("c", 1, Flag::Current)], 1)
        .unwrap();
    let _ = register.tick();
    register.know(&[igor()]).unwrap();
    let two = [his("a"), visit("c", 2, Flag::Current)];
    register.receive(&two, 2).unwrap();
    let _ = register.tick();
    let three = [his("b"), lab("b", 51), visit("c", 3, Flag::Ended)];
    register.receive(&three, 3).unwrap();
    let _ = register.tick();
}

/// The register's batches in the blocks, oldest first.
fn sealed(bench: &Bench) -> Vec<Vec<u8>> {
    let ledger = bench.ledger();
    (1..=ledger.tip().height())
        .flat_map(|height| ledger.block_txs(height).unwrap_or_default())
        .filter(|tx| matches!(Tx::decode(tx), Ok(Tx::Batch(batch)) if batch.reg == Reg(1)))
        .collect()
}

/// Everything of [`make_three`] stands on the ledger, once.
async fn three_stand(bench: &Bench, register: &Arc<Register>) {
    register.flush().await.unwrap();
    let height = bench.settled().await;
    for (subject, entries) in [(mari(), 5), (igor(), 2)] {
        let answer = register.list_answer(&subject, Class::Records, height);
        let answer = answer.unwrap().unwrap();
        assert_eq!((answer.entries.len(), answer.pending.len()), (entries, 0));
    }
    assert_eq!(orphans(register), [0, 0, 0]);
    let numbers: Vec<u64> = sealed(bench).iter().map(|tx| number(tx)).collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u64));
    assert!(register.is_settled().unwrap());
}

async fn power_lost_at_any_of_three_batches_loses_nothing(on: On) {
    for (passes, unheard) in [
        (0, false),
        (0, true),
        (1, false),
        (1, true),
        (2, false),
        (2, true),
    ] {
        let bench = Bench::new(on);
        let gate = Gate {
            unheard,
            ..Gate::passing(&bench, passes)
        };
        let gate = Arc::new(gate);
        let made = {
            let register = Register::open(bench.settings(1), Arc::clone(&gate) as _).unwrap();
            make_three(&register);
            // Batches that arrived may be gone from here already.
            let mut made = under_way(&register);
            made.retain(|row| row.number > passes as u64);
            made
        };
        // Without power nothing more is made; what arrived unheard may be found before it is gone.
        assert!(!made.is_empty() && (unheard || made.len() == 1));

        let register = bench.register(1);
        three_stand(&bench, &register).await;
        // What was written down is what was sealed, to the byte.
        let sealed = sealed(&bench);
        for row in made {
            let place = usize::try_from(row.number).unwrap() - 1;
            assert_eq!(sealed[place], row.tx, "batch {}", row.number);
        }
    }
}

async fn a_refused_batch_holds_those_behind_it(on: On) {
    let bench = Bench::new(on);
    let forgetful = Forgetful::new(&bench);
    let register = Register::open(bench.settings(1), Arc::clone(&forgetful) as _).unwrap();
    make_three(&register);
    let made = under_way(&register);
    // There is room for three, and the next one is not made before one arrives.
    assert_eq!(MOST_UNDER_WAY, 3);
    assert_eq!(register.tick(), Ok(Step::UnderWay(1)));
    assert_eq!(under_way(&register).len(), 3);
    // They were handed in once each: a look shortly afterwards does not send them again.
    assert_eq!(*forgetful.seen.lock().unwrap(), [1, 2, 3]);
    drop(register);

    let gate = Gate {
        refused: (1, AtomicU32::new(20)),
        ..Gate::passing(&bench, 1000)
    };
    let gate = Arc::new(gate);
    let register = Register::open(bench.settings(1), Arc::clone(&gate) as _).unwrap();
    for _ in 0..2 {
        assert_eq!(register.tick(), Err(RegisterError::Refused(20)));
        assert_eq!(gate.seen(), [1]);
    }
    gate.refused.1.store(0, Ordering::SeqCst);
    let register = Arc::new(register);
    three_stand(&bench, &register).await;
    let bytes: Vec<_> = made.into_iter().map(|row| row.tx).collect();
    assert_eq!(sealed(&bench)[..3], bytes);
    drop(register);

    // A node that lacks the first takes none of the others, which is nobody's fault.
    let bench = Bench::new(on);
    let register = Register::open(bench.settings(1), Forgetful::new(&bench)).unwrap();
    make_three(&register);
    drop(register);
    let gate = Gate {
        refused: (2, AtomicU32::new(11)),
        ..Gate::passing(&bench, 1000)
    };
    let gate = Arc::new(gate);
    let register = Register::open(bench.settings(1), Arc::clone(&gate) as _).unwrap();
    assert_eq!(register.tick(), Ok(Step::UnderWay(1)));
    assert_eq!(gate.seen(), [1, 2]);
    gate.refused.1.store(0, Ordering::SeqCst);
    three_stand(&bench, &Arc::new(register)).await;
}

/// Three batches are written down, and one of them arrives before the program ends.
async fn one_of_three_arrived(bench: &Bench) -> Vec<BatchRow> {
    let register = Register::open(bench.settings(1), Forgetful::new(bench)).unwrap();
    make_three(&register);
    let made = under_way(&register);
    bench.ledger().submit(made[0].tx.clone()).unwrap();
    while register.next_number().unwrap() < 2 {
        bench.settled().await;
    }
    made
}

async fn batches_behind_a_new_seal_key_are_signed_anew(on: On) {
    let bench = Bench::new(on);
    let made = one_of_three_arrived(&bench).await;
    new_seal_key(&bench).await;
    let settings = Settings {
        next_seal_key: Some(other_key()),
        ..bench.settings(1)
    };
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    three_stand(&bench, &register).await;
    let sealed = sealed(&bench);
    assert_eq!(sealed[0], made[0].tx);
    for (row, tx) in made.iter().zip(&sealed).skip(1) {
        assert_ne!(row.tx, *tx);
        assert_eq!(row.batch().unwrap().ops(), batch(tx).ops());
    }
}

async fn batches_behind_the_end_of_an_epoch_are_made_anew(on: On) {
    let bench = Bench::new(on);
    let made = one_of_three_arrived(&bench).await;
    second_epoch(&bench).await;
    let register = Register::open(with_second_epoch(&bench), bench.ledger()).unwrap();
    let register = Arc::new(register);
    three_stand(&bench, &register).await;
    // His list was opened in the second batch, and the third has an entry of his as well.
    stands_in_the_second_epoch(&bench, &register, &igor(), 2).await;
    let sealed = sealed(&bench);
    for (row, tx) in made.iter().zip(&sealed).skip(1) {
        let (before, after) = (row.batch().unwrap(), batch(tx));
        assert_ne!(before.ops(), after.ops());
        assert_eq!(before.ops().len(), after.ops().len());
    }
}

async fn a_backup_with_batches_under_way_goes_on(on: On) {
    let bench = Bench::new(on);
    let made = one_of_three_arrived(&bench).await;
    let (here, gone) = (copied(&bench, 1, "here"), copied(&bench, 1, "gone"));
    bench.ledger().submit(made[1].tx.clone()).unwrap();
    bench.settled().await;
    let register = Arc::new(Register::open(here, bench.ledger()).unwrap());
    three_stand(&bench, &register).await;
    assert_eq!(sealed(&bench)[2], made[2].tx);
    // One more than the other copy knows.
    register.tick().unwrap();
    register.flush().await.unwrap();
    let named = RegisterError::DatabaseBehind {
        ledger: 4,
        database: 3,
    };
    assert_eq!(
        Register::open(gone, bench.ledger()).err(),
        Some(named),
        "its next batch would be the ledger's fourth"
    );
}

/// Appends of a company's public list: a thousand of them fill a batch.
fn cards(from: usize, count: usize) -> Vec<Delivery> {
    let keys = from..from + count;
    keys.map(|key| card(&key.to_string(), 1)).collect()
}

async fn full_batches_leave_between_ticks_and_others_do_not(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(3);
    register.know(&[card("0", 1).subject]).unwrap();
    register.flush().await.unwrap();
    drop(register);
    let settings = bench.settings(3);
    let forgetful = Forgetful::new(&bench);
    let register = Register::open(settings, Arc::clone(&forgetful) as _).unwrap();
    let seen = || forgetful.seen.lock().unwrap().clone();
    register.receive(&cards(0, 999), 1).unwrap();
    register.look().unwrap();
    assert!(
        seen().is_empty(),
        "it is for the tick to tell that something came"
    );
    register.receive(&cards(999, 1), 1).unwrap();
    register.look().unwrap();
    assert_eq!(seen(), [2]);
    // The tick comes all the same, with nothing in it.
    assert_eq!(register.tick(), Ok(Step::Submitted(3)));
    register.receive(&cards(1000, 2500), 1).unwrap();
    register.look().unwrap();
    assert_eq!(seen(), [2, 3, 4], "three under way are enough");
    drop(register);

    // Three arrive, and the rest of the backlog goes on, but for what fills no batch.
    let register = Arc::new(Register::open(bench.settings(3), bench.ledger()).unwrap());
    while register.next_number().unwrap() < 6 {
        register.look().unwrap();
        bench.settled().await;
    }
    register.look().unwrap();
    assert_eq!(register.waiting().unwrap(), 500);
    assert_eq!(register.tick(), Ok(Step::Submitted(6)));
    assert_eq!(register.waiting().unwrap(), 0);
    register.flush().await.unwrap();
    assert_eq!(orphans(&register), [0, 0, 0]);
}

async fn a_running_register_does_not_hold_a_backlog_back(on: On) {
    let bench = Bench::new(on);
    let settings = Settings {
        tick: Duration::from_secs(100_000),
        ..bench.settings(3)
    };
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    register.know(&[card("0", 1).subject]).unwrap();
    register.flush().await.unwrap();
    let (end, stop) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&register).run(stop));
    let before = register.next_number().unwrap();
    // The first tick is at the start, and there is no other.
    while register.next_number().unwrap() == before {
        bench.settled().await;
    }
    register.receive(&cards(0, 2001), 1).unwrap();
    let patience = Duration::from_secs(120);
    let gone = async {
        while register.next_number().unwrap() < before + 3 {
            bench.settled().await;
        }
    };
    tokio::time::timeout(patience, gone).await.unwrap();
    assert_eq!(register.waiting().unwrap(), 1);
    end.send_replace(true);
    running.await.unwrap();
}
