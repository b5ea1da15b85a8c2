//! What goes into a batch: everything that waits, up to its limits, and filler up to a fixed size.

use std::collections::HashSet;

use ed25519_dalek::SigningKey;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::list::Class;
use toend_ledger::tx::{Batch, LARGEST_BUCKET, MAX_TX, Op, bucket};

use super::database::{BatchRow, NEVER, Tables};
use super::entry::EntryOps;
use super::receiving::place;
use super::recovery::{RECOVERED, Standing};
use super::renewal::Renewed;
use super::{Books, Register, RegisterError};

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
/// Fewest entries that can fill a batch: public ones.
const LEAST_FULL: u32 = 1000;
const _: () = assert!(
    LEAST_FULL as usize <= MAX_APPENDS && MAX_APPENDS <= MAX_HEADS && MAX_HEADS <= LARGEST_BUCKET,
    "fewer entries than that fill no batch"
);
/// Waiting entries looked at for one batch.
const READ_AHEAD: u32 = 10_000;

/// Which batch is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Whatever waits, were it nothing.
    Any,
    /// One at a limit, or none.
    Full,
}

/// Waiting entries that fit into a batch.
#[derive(Default)]
struct Chosen {
    ops: Vec<Op>,
    taken: Vec<i64>,
    /// Entries of closed lists: they fit into no batch ever.
    never: Vec<i64>,
    entries: usize,
    heads: HashSet<Hash>,
    appends: usize,
}

impl Chosen {
    /// Whether more of some kind would not fit.
    fn is_full(&self) -> bool {
        self.entries == LARGEST_BUCKET
            || self.heads.len() == MAX_HEADS
            || self.appends == MAX_APPENDS
    }

    /// Whether an entry fits. Two versions of one record cannot stand in one batch.
    fn fits(&self, ops: &EntryOps) -> bool {
        let room = match ops.entry {
            Op::Entry { .. } => self.entries < LARGEST_BUCKET,
            _ => self.appends < MAX_APPENDS,
        };
        room && match &ops.head {
            Some(Op::Head { r, .. }) => self.heads.len() < MAX_HEADS && !self.heads.contains(r),
            _ => true,
        }
    }

    fn take(&mut self, id: i64, ops: EntryOps) {
        match ops.entry {
            Op::Entry { .. } => self.entries += 1,
            _ => self.appends += 1,
        }
        if let Some(Op::Head { r, .. }) = ops.head {
            self.heads.insert(r);
        }
        self.ops.push(ops.entry);
        self.ops.extend(ops.head);
        self.taken.push(id);
    }
}

impl Register {
    /// Makes batch `number` from what waits and writes it down, in one transaction. None where only a full one is wanted
    /// and less waits.
    pub(super) fn prepare(
        &self,
        number: u64,
        fill: Fill,
    ) -> Result<Option<BatchRow>, RegisterError> {
        // Most looks between two ticks end here, without a transaction that writes.
        if fill == Fill::Full && !self.database.read(|db| self.may_fill(db))? {
            return Ok(None);
        }
        self.database.write(|db| {
            if fill == Fill::Full && !self.fills(db)? {
                return Ok(None);
            }
            self.prepare_in(db, number).map(Some)
        })
    }

    fn may_fill(&self, db: &mut dyn Tables) -> Result<bool, RegisterError> {
        let (lists, entries) = db.waiting_up_to(MAX_LISTS.max(LEAST_FULL))?;
        Ok(lists >= MAX_LISTS || (entries >= LEAST_FULL && self.fills(db)?))
    }

    /// Whether what waits fills a batch, in one way or another.
    fn fills(&self, db: &mut dyn Tables) -> Result<bool, RegisterError> {
        let (lists, _) = db.waiting_up_to(MAX_LISTS)?;
        // Where all lists that wait fit, their entries do not wait for them.
        Ok(lists >= MAX_LISTS || self.choose_entries(db, true)?.is_full())
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
        let batch = self.signed(number, ops, self.seal_key()?)?;
        db.add_batch(&batch)?;
        Ok(batch)
    }

    /// A batch of these operations.
    pub(super) fn signed(
        &self,
        number: u64,
        ops: Vec<Op>,
        key: &SigningKey,
    ) -> Result<BatchRow, RegisterError> {
        let tx = Batch::signed(self.net, self.reg(), number, ops, key)?.encode();
        Ok(BatchRow {
            number,
            hash: sha256(&[&tx]),
            tx,
        })
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

    fn take_entries(&self, db: &mut dyn Tables, number: u64) -> Result<Vec<Op>, RegisterError> {
        let chosen = self.choose_entries(db, false)?;
        db.take_entries(&chosen.never, Some(NEVER))?;
        db.take_entries(&chosen.taken, Some(number))?;
        Ok(chosen.ops)
    }

    /// As many waiting entries as fit, oldest first. Where two versions of one record wait, the later one does not fit, and
    /// with it everything behind it in its list, for a list's entries are sealed in their order. `all_lists`: also of lists
    /// that wait themselves.
    fn choose_entries(
        &self,
        db: &mut dyn Tables,
        all_lists: bool,
    ) -> Result<Chosen, RegisterError> {
        let (mut chosen, mut held) = (Chosen::default(), HashSet::new());
        for row in db.waiting_entries(READ_AHEAD)? {
            if row.list_closed {
                chosen.never.push(row.id);
                continue;
            }
            if held.contains(&row.list) || (row.list_waits && !all_lists) {
                held.insert(row.list);
                continue;
            }
            let class = Class::from_byte(row.class)
                .ok_or(RegisterError::damaged("an entry has no class"))?;
            let plain = self
                .vault
                .open_value(&place(b"ops", row.list, class, row.n), &row.ops)?;
            let ops = EntryOps::decode(&plain)?;
            if chosen.fits(&ops) {
                chosen.take(row.id, ops);
            } else {
                held.insert(row.list);
            }
        }
        Ok(chosen)
    }
}
