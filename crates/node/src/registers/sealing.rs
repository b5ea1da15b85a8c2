//! Sealing: every tick one batch of fixed sizes, exactly once, whatever happens in between.
//!
//! A batch is written to the database before it is handed to the ledger, and only one is under way. The ledger takes the
//! numbers 1, 2, 3 … once each, and only with this register's signature: so when its next number has passed ours, it is our
//! batch that stands in state. After a crash the same bytes are simply handed in again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use toend_ledger::list::Class;
use toend_ledger::tx::{Batch, LARGEST_BUCKET, MAX_TX, Op, bucket};
use tokio::sync::watch;

use super::database::{BatchRow, NEVER, Tables};
use super::entry::EntryOps;
use super::receiving::place;
use super::recovery::{RECOVERED, Standing};
use super::renewal::Renewed;
use super::{Books, Register, RegisterError};
use crate::ledger::SubmitError;

/// Most lists opened in one batch.
const MAX_LISTS: u32 = 4000;
/// Most appends to public lists in one batch.
const MAX_APPENDS: usize = 1000;
/// Most heads in one batch; with the limits above every batch stays below a transaction's largest size.
const MAX_HEADS: usize = 2048;
/// Bytes of the largest batch: frame, then each kind of operation at its limit.
const LARGEST: usize =
    110 + LARGEST_BUCKET * 65 + MAX_HEADS * 70 + MAX_LISTS as usize * 67 + MAX_APPENDS * 73;
const _: () = assert!(
    LARGEST <= MAX_TX,
    "a batch at all its limits is still a transaction"
);
/// Waiting entries looked at for one batch.
const READ_AHEAD: u32 = 10_000;
/// Name of the counter: batches known to be in state.
pub(super) const SEALED: &str = "sealed-batches";
/// The application's code for a batch that stands in state already.
const REPLAYED: u32 = 10;
/// How long [`Register::flush`] waits for a block before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A batch was handed to the ledger.
    Submitted(u64),
    /// A batch is with the ledger and not in state yet.
    UnderWay(u64),
    /// A batch arrived in state.
    Sealed(u64),
}

impl Register {
    /// Seals what waits and then one batch every tick, until told to stop.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(self.settings.tick);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        // What is wrong is said once, not at every tick for as long as it lasts.
        let mut wrong = None;
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let register = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || register.tick()).await {
                Ok(Ok(_)) => {
                    if wrong.take().is_some() {
                        tracing::warn!(reg = self.reg().0, "batches are sealed again");
                    }
                }
                Ok(Err(error)) => {
                    if wrong.as_ref() != Some(&error) {
                        let reg = self.reg().0;
                        tracing::warn!(reg, %error, "no batch is sealed; it is tried at every tick");
                    }
                    wrong = Some(error);
                }
                Err(_) => return,
            }
        }
    }

    /// One tick: settles the batch under way, then hands in the next one, even when nothing waits.
    pub fn tick(&self) -> Result<Step, RegisterError> {
        if let Some(number) = self.resume()? {
            return Ok(Step::UnderWay(number));
        }
        self.seal_next()
    }

    /// Seals until nothing waits, as fast as blocks come: for the first start and for imports.
    pub async fn flush(self: &Arc<Self>) -> Result<(), RegisterError> {
        let mut tip = self.ledger.subscribe();
        loop {
            tip.mark_unchanged();
            let register = Arc::clone(self);
            let step = tokio::task::spawn_blocking(move || match register.resume()? {
                Some(number) => Ok(Some(Step::UnderWay(number))),
                None if !register.anything_waits()? => Ok(None),
                None => register.seal_next().map(Some),
            });
            match step.await.map_err(|_| RegisterError::LedgerBusy)? {
                Ok(None) => return Ok(()),
                // Too many transactions wait: the next block makes room.
                Ok(Some(_)) | Err(RegisterError::LedgerBusy) => {
                    // A block that came in the meantime ends the wait at once.
                    let _ = tokio::time::timeout(LOOK_AGAIN, tip.changed()).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether everything received is sealed, and a header commits it.
    pub fn is_settled(&self) -> Result<bool, RegisterError> {
        let committed = self.ledger.tip().height().saturating_sub(1);
        let (under_way, sealed) = self.database.read(|db| {
            let under_way = db.anything_waits()? || db.batch()?.is_some();
            Ok((under_way, db.counter(SEALED)?))
        })?;
        if under_way {
            return Ok(false);
        }
        Ok(self
            .register_value(committed)?
            .map_or(sealed == 0, |value| value.next_batch > sealed))
    }

    /// At the start: learns from the ledger which batches arrived. Where the two do not stand at the same batch, a person
    /// must have decided to go on from the ledger's, `go_on`.
    pub(super) fn settle(&self, go_on: Option<u64>) -> Result<(), RegisterError> {
        let ledger = self.next_number()?.saturating_sub(1);
        let (database, batch) = self
            .database
            .read(|db| Ok((db.counter(SEALED)?, db.batch()?)))?;
        let made = batch.map_or(database, |batch| batch.number);
        if !(database..=made).contains(&ledger) && go_on == Some(ledger) {
            return self.recover(ledger);
        }
        if ledger < database {
            return Err(RegisterError::LedgerBehind { ledger, database });
        }
        if ledger > made {
            return Err(RegisterError::DatabaseBehind {
                ledger,
                database: made,
            });
        }
        self.landed(ledger + 1)
    }

    /// The number the ledger expects next.
    pub(super) fn next_number(&self) -> Result<u64, RegisterError> {
        let tip = self.ledger.tip().height();
        self.register_value(tip)?
            .map(|value| value.next_batch)
            .ok_or(RegisterError::State)
    }

    /// Looks whether the batch under way arrived; if not, hands the same bytes in again. Returns its number while it is
    /// under way.
    fn resume(&self) -> Result<Option<u64>, RegisterError> {
        self.look_at_epochs()?;
        let Some(batch) = self.database.read(|db| db.batch())? else {
            return Ok(None);
        };
        let next = self.next_number()?;
        if next > batch.number {
            // Once the ledger went back, another batch than ours may have taken the number: an old one that somebody kept.
            if self.has_recovered()? && !self.is_in_state(&batch) {
                self.recover(next.saturating_sub(1))?;
            } else {
                self.landed(next)?;
            }
            return Ok(None);
        }
        let batch = self.with_key_in_force(self.with_epoch_in_force(batch)?)?;
        if let Some(included) = self.ledger.included(&batch.hash)
            && included.code != 0
        {
            // The same bytes can only fail again: this program made a wrong batch, and sealing stops.
            return Err(RegisterError::Refused(included.code));
        }
        self.submit(&batch)?;
        Ok(Some(batch.number))
    }

    /// Notes that every batch below `next` stands in state.
    fn landed(&self, next: u64) -> Result<(), RegisterError> {
        self.database.write(|db| {
            db.drop_batches(next)?;
            db.set_counter(SEALED, next.saturating_sub(1))
        })
    }

    /// Writes the next batch down and hands it in.
    fn seal_next(&self) -> Result<Step, RegisterError> {
        let number = self.next_number()?;
        let batch = self.prepare(number)?;
        self.submit(&batch)?;
        Ok(Step::Submitted(number))
    }

    fn submit(&self, batch: &BatchRow) -> Result<(), RegisterError> {
        match self.ledger.submit(batch.tx.clone()) {
            // Replayed: it arrived between our look at the state and now; the next look sees it.
            Ok(_)
            | Err(SubmitError::AlreadyKnown { .. } | SubmitError::Refused { code: REPLAYED, .. }) => {
                Ok(())
            }
            Err(SubmitError::Refused { code, .. }) => Err(RegisterError::Refused(code)),
            Err(SubmitError::TooLarge { size, .. }) => {
                Err(toend_ledger::tx::TxError::TooLong(size).into())
            }
            Err(SubmitError::Full | SubmitError::Stopped(_)) => Err(RegisterError::LedgerBusy),
        }
    }

    /// Makes batch `number` from what waits and writes it down, in one transaction.
    pub(super) fn prepare(&self, number: u64) -> Result<BatchRow, RegisterError> {
        self.database.write(|db| self.prepare_in(db, number))
    }

    fn prepare_in(&self, db: &mut dyn Tables, number: u64) -> Result<BatchRow, RegisterError> {
        let mut ops = self.take_lists(db, number)?;
        ops.extend(self.take_entries(db, number)?);
        let count = |wanted: fn(&Op) -> bool| ops.iter().filter(|op| wanted(op)).count();
        let entries = count(|op| matches!(op, Op::Entry { .. }));
        let heads = count(|op| matches!(op, Op::Head { .. }));
        let least = self.settings.least_batch;
        let missing = |real: usize| bucket(real, least).map_or(0, |size| size - real);
        ops.extend(self.decoy_entries(db, missing(entries))?);
        if self.settings.pad_heads {
            ops.extend(self.decoy_heads(db, missing(heads), number)?);
        }
        let bytes = Batch::signed(self.net, self.reg(), number, ops, self.seal_key()?)?.encode();
        let hash = toend_ledger::hash::sha256(&[&bytes]);
        let batch = BatchRow {
            number,
            hash,
            tx: bytes,
        };
        db.add_batch(&batch)?;
        Ok(batch)
    }

    fn take_lists(&self, db: &mut dyn Tables, number: u64) -> Result<Vec<Op>, RegisterError> {
        let recovered = db.counter(RECOVERED)? > 0;
        let (mut ids, mut closed, mut ops) = (Vec::new(), Vec::new(), Vec::new());
        for row in db.waiting_lists(MAX_LISTS)? {
            let plain = self.list_plain(&row)?;
            if recovered && self.standing(&plain)? != Standing::Absent {
                closed.push(row.id);
                continue;
            }
            let plain = self.in_epoch_in_force(db, &row, plain, &mut Renewed::default())?;
            ids.push(row.id);
            ops.push(Books::list_op(&plain));
        }
        if !closed.is_empty() {
            self.say_closed(closed.len());
            db.take_lists(&closed, Some(NEVER))?;
        }
        db.take_lists(&ids, Some(number))?;
        Ok(ops)
    }

    /// As many waiting entries as fit, oldest first. Two versions of one record cannot stand in one batch; the later one
    /// waits, and with it everything behind it in its list, for a list's entries are sealed in their order.
    fn take_entries(&self, db: &mut dyn Tables, number: u64) -> Result<Vec<Op>, RegisterError> {
        let (mut ops, mut taken, mut never) = (Vec::new(), Vec::new(), Vec::new());
        let (mut held, mut heads) = (HashSet::new(), HashSet::new());
        let (mut entries, mut appends) = (0, 0);
        for row in db.waiting_entries(READ_AHEAD)? {
            if row.list_closed {
                never.push(row.id);
                continue;
            }
            let class = Class::from_byte(row.class)
                .ok_or(RegisterError::damaged("an entry has no class"))?;
            let plain = self
                .vault
                .open_value(&place(b"ops", row.list, class, row.n), &row.ops)?;
            let EntryOps { entry, head } = EntryOps::decode(&plain)?;
            let private = matches!(entry, Op::Entry { .. });
            let fits = if private {
                entries < LARGEST_BUCKET
            } else {
                appends < MAX_APPENDS
            };
            let head_fits = match head {
                Some(Op::Head { r, .. }) => heads.len() < MAX_HEADS && !heads.contains(&r),
                _ => true,
            };
            if held.contains(&row.list) || !fits || !head_fits || row.list_waits {
                held.insert(row.list);
                continue;
            }
            if let Some(Op::Head { r, .. }) = head {
                heads.insert(r);
            }
            if private {
                entries += 1;
            } else {
                appends += 1;
            }
            ops.push(entry);
            ops.extend(head);
            taken.push(row.id);
        }
        db.take_entries(&never, Some(NEVER))?;
        db.take_entries(&taken, Some(number))?;
        Ok(ops)
    }
}
