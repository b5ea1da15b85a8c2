//! Power lost at any moment: nothing lost, nothing sealed twice.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::relay::by_inner;
use super::*;
use crate::ledger::{Included, QueryResult, SubmitError};

on_both_engines![
    a_batch_that_never_arrived_is_handed_in_again,
    a_batch_that_arrived_unheard_is_not_sealed_twice,
    a_lost_database_and_a_lost_ledger_are_named,
];

/// A ledger whose submission can be cut: before it arrives, or after it arrived and before anyone hears of it.
pub(super) struct Cut {
    inner: Arc<dyn Ledger>,
    passes: bool,
    submissions: AtomicUsize,
}

impl Cut {
    pub(super) fn new(inner: Arc<dyn Ledger>, passes: bool) -> Self {
        Self {
            inner,
            passes,
            submissions: AtomicUsize::new(0),
        }
    }
}

impl Ledger for Cut {
    by_inner!(
        net chain_id tip light_block header_bundle block_txs query subtree included subscribe
    );
    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        self.submissions.fetch_add(1, Ordering::SeqCst);
        if self.passes {
            self.inner.submit(tx)?;
        }
        Err(SubmitError::Stopped("the process ends here".to_owned()))
    }
}

/// The process ends between writing a batch down and hearing that it was taken; `passes` says whether it was.
async fn killed_between_submit_and_acknowledgement(on: On, passes: bool) {
    let bench = Bench::new(on);
    let cut = Arc::new(Cut::new(bench.ledger(), passes));
    {
        let register =
            Register::open(bench.settings(1), Arc::clone(&cut) as Arc<dyn Ledger>).unwrap();
        register.know(&[mari()]).unwrap();
        register
            .receive(
                &[lab("a", 50), lab("b", 51), visit("c", 1, Flag::Current)],
                1,
            )
            .unwrap();
        assert_eq!(register.tick(), Err(RegisterError::LedgerBusy));
    }
    assert_eq!(cut.submissions.load(Ordering::SeqCst), 1);
    bench.settled().await;

    let register = bench.register(1);
    register.flush().await.unwrap();
    while let Step::UnderWay(_) = register.tick().unwrap() {
        bench.settled().await;
    }
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = hers(&register, height);
    assert_eq!((answer.entries.len(), answer.pending.len()), (3, 0));
    assert_eq!(orphans(&register), [0, 0, 0]);
}

async fn a_batch_that_never_arrived_is_handed_in_again(on: On) {
    killed_between_submit_and_acknowledgement(on, false).await;
}

async fn a_batch_that_arrived_unheard_is_not_sealed_twice(on: On) {
    killed_between_submit_and_acknowledgement(on, true).await;
}

async fn a_lost_database_and_a_lost_ledger_are_named(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    drop(register);
    // An empty database under a ledger with batches.
    let elsewhere = bench.settings_in("elsewhere", 1);
    let error = Register::open(elsewhere, bench.ledger()).err().unwrap();
    assert_eq!(
        error,
        RegisterError::DatabaseBehind {
            ledger: 1,
            database: 0
        }
    );
    // The database under an empty ledger.
    let empty = Bench::new(on);
    let error = Register::open(bench.settings(1), empty.ledger())
        .err()
        .unwrap();
    assert_eq!(
        error,
        RegisterError::LedgerBehind {
            ledger: 0,
            database: 1
        }
    );
    // Without its key file, or as another register.
    std::fs::rename(
        bench.folder.path().join("registers/register-1.key"),
        bench.folder.path().join("registers/register-1.gone"),
    )
    .unwrap();
    assert_eq!(
        Register::open(bench.settings(1), bench.ledger()).err(),
        Some(RegisterError::NoKey)
    );
}
