//! Sealing: every tick one batch of fixed sizes, exactly once, whatever happens in between; and between two ticks those
//! that are full.
//!
//! A batch is written to the database before it is handed to the ledger, and its number is one more than the last one's. The
//! ledger takes the numbers 1, 2, 3 … once each, in this order, and only with this register's signature: so when its next
//! number has passed one of ours, it is our batch that stands in state. A few may be under way at once. After a crash the
//! same bytes are simply handed in again, oldest first; none can overtake another.
//!
//! A batch that is not full leaves at a tick alone, so that no moment tells when its entries came. A full one hides
//! them among thousands, and leaves with the next block.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use toend_ledger::code::Code;
use toend_ledger::hash::Hash;
use tokio::sync::watch;

use super::batch::Fill;
use super::database::BatchRow;
use super::{Register, RegisterError};
use crate::ledger::SubmitError;

/// Most batches of a register under way at once. What blocks take between a batch's leaving and the look that finds it
/// in state; a network that stands still lets no more pile up.
pub(super) const MOST_UNDER_WAY: u32 = 3;
/// Name of the counter: batches known to be in state.
pub(super) const SEALED: &str = "sealed-batches";
/// How long [`Register::flush`] waits for a block before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// When a batch that was handed in and is not in state is handed in again: the node may have forgotten it.
const HAND_IN_AGAIN: Duration = Duration::from_secs(2);

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A batch was handed to the ledger.
    Submitted(u64),
    /// As many batches as may be are with the ledger and not in state yet; the number is the oldest one's.
    UnderWay(u64),
}

/// What this program handed to the ledger since its start, by number, and when.
#[derive(Default)]
pub(super) struct HandedIn(BTreeMap<u64, (Hash, Instant)>);

impl HandedIn {
    fn lately(&self, batch: &BatchRow) -> bool {
        let handed_in = self.0.get(&batch.number);
        handed_in.is_some_and(|(hash, at)| *hash == batch.hash && at.elapsed() < HAND_IN_AGAIN)
    }

    fn note(&mut self, batch: &BatchRow) {
        self.0.insert(batch.number, (batch.hash, Instant::now()));
    }
}

/// The batches that are not in state yet.
#[derive(Clone, Copy, Debug, Default)]
struct UnderWay {
    count: u32,
    oldest: u64,
    newest: u64,
}

impl UnderWay {
    const fn is_full(self) -> bool {
        self.count >= MOST_UNDER_WAY
    }

    const fn add(&mut self, number: u64) {
        if self.count == 0 {
            self.oldest = number;
        }
        self.newest = number;
        self.count += 1;
    }
}

impl Register {
    /// Seals what waits: one batch every tick, and full ones with the blocks in between, until told to stop.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(self.settings.tick);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut tip = self.ledger.subscribe();
        // What is wrong is said once, not at every tick for as long as it lasts.
        let mut wrong = None;
        loop {
            let at_tick = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                _ = tick.tick() => true,
                // Without further blocks there are still ticks, and somebody who stops them.
                Ok(()) = tip.changed() => false,
            };
            let register = Arc::clone(&self);
            let step = tokio::task::spawn_blocking(move || {
                if at_tick {
                    register.tick()?;
                }
                register.look()
            });
            match step.await {
                Ok(Ok(())) => {
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

    /// One tick: settles the batches under way, then hands in the next one, even when nothing waits.
    pub fn tick(&self) -> Result<Step, RegisterError> {
        let mut handed_in = self.handed_in();
        let mut under_way = self.resume(&mut handed_in)?;
        let sealed = self.seal_next(&mut under_way, &mut handed_in, Fill::Any)?;
        Ok(sealed.map_or(Step::UnderWay(under_way.oldest), Step::Submitted))
    }

    /// Between two ticks: settles the batches under way, then hands in full ones, as long as so much waits.
    pub(super) fn look(&self) -> Result<(), RegisterError> {
        let mut handed_in = self.handed_in();
        let mut under_way = self.resume(&mut handed_in)?;
        while self
            .seal_next(&mut under_way, &mut handed_in, Fill::Full)?
            .is_some()
        {}
        Ok(())
    }

    /// Seals until nothing waits, as fast as blocks come: for the first start and for imports.
    pub async fn flush(self: &Arc<Self>) -> Result<(), RegisterError> {
        let mut tip = self.ledger.subscribe();
        loop {
            tip.mark_unchanged();
            let register = Arc::clone(self);
            let step = tokio::task::spawn_blocking(move || register.seal_what_waits());
            match step.await.map_err(|_| RegisterError::LedgerBusy)? {
                Ok(true) => return Ok(()),
                // Too many transactions wait: the next block makes room.
                Ok(false) | Err(RegisterError::LedgerBusy) => {
                    // A block that came in the meantime ends the wait at once.
                    let _ = tokio::time::timeout(LOOK_AGAIN, tip.changed()).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Hands in what waits, as far as there is room. Returns whether nothing is left, nor under way.
    fn seal_what_waits(&self) -> Result<bool, RegisterError> {
        let mut handed_in = self.handed_in();
        let mut under_way = self.resume(&mut handed_in)?;
        while !under_way.is_full() && self.anything_waits()? {
            self.seal_next(&mut under_way, &mut handed_in, Fill::Any)?;
        }
        Ok(under_way.count == 0)
    }

    fn handed_in(&self) -> MutexGuard<'_, HandedIn> {
        // It is true whatever happened to who held it: at worst something is handed in again.
        self.handed_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything received is sealed, and a header commits it.
    pub fn is_settled(&self) -> Result<bool, RegisterError> {
        let committed = self.ledger.tip().height().saturating_sub(1);
        let (under_way, sealed) = self.database.read(|db| {
            let under_way = db.anything_waits()? || db.newest_batch()?.is_some();
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
        let (database, newest) = self
            .database
            .read(|db| Ok((db.counter(SEALED)?, db.newest_batch()?)))?;
        let made = newest.unwrap_or(database);
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

    /// Looks which batches under way arrived, and hands the same bytes of the others in again, oldest first.
    fn resume(&self, handed_in: &mut HandedIn) -> Result<UnderWay, RegisterError> {
        self.look_at_epochs()?;
        let mut rows = self.database.read(|db| db.batches(MOST_UNDER_WAY))?;
        let mut under_way = UnderWay::default();
        if rows.is_empty() {
            handed_in.0.clear();
            return Ok(under_way);
        }
        let next = self.next_number()?;
        let arrived = rows.iter().take_while(|row| row.number < next).count();
        let waiting = rows.split_off(arrived);
        if !rows.is_empty() {
            // Once the ledger went back, another batch than ours may have taken the number: an old one that somebody kept.
            if self.has_recovered()? && !rows.iter().all(|row| self.is_in_state(row)) {
                self.recover(next.saturating_sub(1))?;
                handed_in.0.clear();
                return Ok(under_way);
            }
            self.landed(next)?;
        }
        if let Some(oldest) = waiting.first().filter(|oldest| oldest.number > next) {
            return Err(RegisterError::LedgerBehind {
                ledger: next.saturating_sub(1),
                database: oldest.number.saturating_sub(1),
            });
        }
        let rows = self.with_key_in_force(self.with_epoch_in_force(waiting)?)?;
        for row in &rows {
            // A proposer who does not keep the order may have put it into a block too early. Anything else the same bytes
            // can only meet again: this program made a wrong batch, and sealing stops; those behind it wait.
            if let Some(included) = self.ledger.included(&row.hash)
                && ![0, Code::BatchAhead as u32].contains(&included.code)
            {
                return Err(RegisterError::Refused(included.code));
            }
            under_way.add(row.number);
        }
        self.hand_in(&rows, handed_in)?;
        Ok(under_way)
    }

    /// Hands batches in, in their order: the first that was not lately, and all behind it.
    fn hand_in(&self, rows: &[BatchRow], handed_in: &mut HandedIn) -> Result<(), RegisterError> {
        let known = rows.iter().take_while(|row| handed_in.lately(row)).count();
        for row in rows.iter().skip(known) {
            if !self.submit(row)? {
                break;
            }
            handed_in.note(row);
        }
        Ok(())
    }

    /// Notes that every batch below `next` stands in state.
    fn landed(&self, next: u64) -> Result<(), RegisterError> {
        self.database.write(|db| {
            db.drop_batches(next)?;
            db.set_counter(SEALED, next.saturating_sub(1))
        })
    }

    /// Writes the next batch down and hands it in; its number, or none where there is no room or no such batch.
    fn seal_next(
        &self,
        under_way: &mut UnderWay,
        handed_in: &mut HandedIn,
        fill: Fill,
    ) -> Result<Option<u64>, RegisterError> {
        if under_way.is_full() {
            return Ok(None);
        }
        let number = match under_way.count {
            0 => self.next_number()?,
            _ => under_way.newest.saturating_add(1),
        };
        let Some(batch) = self.prepare(number, fill)? else {
            return Ok(None);
        };
        under_way.add(number);
        self.hand_in(&[batch], handed_in)?;
        Ok(Some(number))
    }

    /// Whether the node has it now. It does not where it lacks those before it, which are then handed in again.
    fn submit(&self, batch: &BatchRow) -> Result<bool, RegisterError> {
        const REPLAYED: u32 = Code::BatchReplayed as u32;
        const AHEAD: u32 = Code::BatchAhead as u32;
        match self.ledger.submit(batch.tx.clone()) {
            // Replayed: it arrived between our look at the state and now; the next look sees it.
            Ok(_)
            | Err(SubmitError::AlreadyKnown { .. } | SubmitError::Refused { code: REPLAYED, .. }) => {
                Ok(true)
            }
            Err(SubmitError::Refused { code: AHEAD, .. }) => Ok(false),
            Err(SubmitError::Refused { code, .. }) => Err(RegisterError::Refused(code)),
            Err(SubmitError::TooLarge { size, .. }) => {
                Err(toend_ledger::tx::TxError::TooLong(size).into())
            }
            Err(SubmitError::Full | SubmitError::Stopped(_)) => Err(RegisterError::LedgerBusy),
        }
    }
}
