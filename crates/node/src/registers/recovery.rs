//! Going on after a disaster: a database and a ledger that do not stand at the same batch are brought together.
//!
//! The database may be *behind*, restored from a backup that is older than the ledger: what the batches in between contain
//! is lost. It may be *ahead*, when the ledger came back from a backup: what it lost is sealed again. Which of the two it is
//! does not matter here: of every list, entry, record and decoy the ledger's state says whether it stands there. What does
//! not waits again; what stands there and is not known here is noted as lost, and numbers go on behind it, for a label or a
//! version that was used once can never be used again.
//!
//! Nobody but a person can say that no newer backup exists and that the ledger is the newest there is: [`permit`].

mod lost;

use std::collections::HashSet;

use toend_ledger::list::{Class, list_commitment};
use toend_ledger::record::{Flag, record_key};
use toend_ledger::state::{EntryValue, HeadValue, Key, OpeningValue, PublicListValue};
use toend_ledger::tx::Op;

use self::lost::Appends;
use super::database::{BatchRow, NEVER, NewRecord, Tables};
use super::entry::{EntryOps, ListPlain};
use super::receiving::place;
use super::rotation::IN_FORCE;
use super::sealing::SEALED;
use super::{Register, RegisterError, Settings, decoys};
use crate::disk;
use crate::storage::StorageError;

/// Name of the counter: the batch from which the register went on, where it ever had to.
pub(super) const RECOVERED: &str = "went-on-from";
/// Rows read at a time.
const PAGE: u32 = 500;

/// How a list stands on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody opened or created it.
    Absent,
    /// It is there, and ours.
    Ours,
    /// It was opened with another key, which is lost.
    Other,
}

/// Notes a person's decision that the register goes on from this batch of the ledger, if it stands nowhere else.
///
/// # Errors
/// [`RegisterError`]: the disk.
pub fn permit(settings: &Settings, batches: u64) -> Result<(), RegisterError> {
    let text = format!("{batches}\n");
    disk::replace(&settings.go_on_file(), 0o644, text.as_bytes())
        .map_err(|error| RegisterError::io(&error))
}

/// The decision that [`permit`] noted and that was not carried out yet.
pub fn permitted(settings: &Settings) -> Option<u64> {
    let text = std::fs::read_to_string(settings.go_on_file()).ok()?;
    text.trim().parse().ok()
}

/// Forgets a decision that was carried out.
pub(crate) fn spend(settings: &Settings) -> Result<(), RegisterError> {
    match std::fs::remove_file(settings.go_on_file()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(RegisterError::Storage(StorageError::from_io(&error)))
        }
        _ => Ok(()),
    }
}

/// What was found to be different.
#[derive(Debug, Default)]
struct Differences {
    /// Lists and entries that wait again.
    waits: u64,
    /// Entries on the ledger whose contents are not here.
    lost: u64,
    /// Lists that were opened with a key that is lost.
    closed: usize,
}

/// Lists whose entries are to be looked at as a whole.
#[derive(Debug, Default)]
struct Unsure {
    /// Lists and classes with entries that wait.
    waiting: HashSet<(i64, u8)>,
    /// Public lists with an entry that the ledger seems to have: it shows their number and the whole list's root only.
    claimed: HashSet<i64>,
}

impl Register {
    /// Makes the database stand where the ledger does, at batch `ledger`, in one transaction.
    pub(super) fn recover(&self, ledger: u64) -> Result<(), RegisterError> {
        let found = self.database.write(|db| {
            let mut found = Differences::default();
            let known = db.counter(SEALED)?;
            db.drop_batches(NEVER)?;
            self.settle_lists(db, ledger, &mut found)?;
            let unsure = self.settle_entries(db, known.min(ledger), ledger, &mut found)?;
            let mut appends = Appends::since(known);
            self.settle_chains(db, &unsure, &mut appends, &mut found)?;
            self.settle_records(db)?;
            self.settle_decoys(db, ledger)?;
            db.set_counter(IN_FORCE, 0)?;
            db.set_counter(RECOVERED, ledger.max(1))?;
            db.set_counter(SEALED, ledger)?;
            Ok(found)
        })?;
        self.in_force.store(0, std::sync::atomic::Ordering::SeqCst);
        let Differences {
            waits,
            lost,
            closed,
        } = found;
        tracing::warn!(
            reg = self.reg().0,
            batch = ledger,
            waits,
            lost,
            "the register goes on from the ledger's batch; the contents of lost entries are not here any more"
        );
        if closed > 0 {
            self.say_closed(closed);
        }
        Ok(())
    }

    /// Whether it ever had to.
    pub(super) fn has_recovered(&self) -> Result<bool, RegisterError> {
        Ok(self.database.read(|db| db.counter(RECOVERED))? > 0)
    }

    /// Whether these bytes took effect, as far as this node knows.
    pub(super) fn is_in_state(&self, batch: &BatchRow) -> bool {
        let included = self.ledger.included(&batch.hash);
        included.is_some_and(|included| included.code == 0)
    }

    pub(super) fn say_closed(&self, lists: usize) {
        tracing::error!(
            reg = self.reg().0,
            lists,
            "lists stand on the ledger that this database did not begin: their keys or first entries are lost, and nothing more is sealed in them"
        );
    }

    /// What stands under a key now. Nobody but this register changes what is asked here, so that any newer state will do.
    fn now(&self, key: &Key) -> Result<Option<Vec<u8>>, RegisterError> {
        let key = key.encode();
        // The version that is asked may be forgotten between the two steps, at a fast pace.
        for _ in 0..8 {
            if let Some(found) = self.ledger.query(&key, self.ledger.tip().height()) {
                return Ok(found.value);
            }
        }
        Err(RegisterError::State)
    }

    /// How a list stands on the ledger now.
    pub(super) fn standing(&self, plain: &ListPlain) -> Result<Standing, RegisterError> {
        self.standing_at(plain, self.ledger.tip().height())
    }

    /// How a list stands on the ledger after block `height`.
    pub(super) fn standing_at(
        &self,
        plain: &ListPlain,
        height: u64,
    ) -> Result<Standing, RegisterError> {
        let key = self.list_key(plain);
        let found = self.ledger.query(&key.encode(), height);
        let value = match found {
            Some(found) => found.value,
            None => self.now(&key)?,
        };
        Ok(match (value, &plain.secret) {
            (None, _) => Standing::Absent,
            (Some(_), None) => Standing::Ours,
            (Some(value), Some(secret)) => {
                let value = OpeningValue::decode(&value).map_err(|_| RegisterError::State)?;
                if value.k == list_commitment(&secret.o, &secret.key.public()) {
                    Standing::Ours
                } else {
                    Standing::Other
                }
            }
        })
    }

    fn list_key(&self, plain: &ListPlain) -> Key {
        match &plain.secret {
            Some(secret) => Key::Opening {
                reg: self.reg(),
                epoch: secret.epoch,
                o: secret.o,
            },
            None => Key::PublicList {
                reg: self.reg(),
                subject_hash: plain.subject.hash(),
            },
        }
    }

    fn settle_lists(
        &self,
        db: &mut dyn Tables,
        ledger: u64,
        found: &mut Differences,
    ) -> Result<(), RegisterError> {
        let mut after = 0;
        loop {
            let page = db.lists_after(after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id;
            let (mut ours, mut absent, mut other) = (Vec::new(), Vec::new(), Vec::new());
            for row in &page {
                match self.standing(&self.list_plain(row)?)? {
                    Standing::Ours => ours.push(row.id),
                    Standing::Absent => absent.push(row.id),
                    Standing::Other => other.push(row.id),
                }
            }
            found.waits += absent.len() as u64;
            found.closed += other.len();
            db.take_lists(&ours, Some(ledger))?;
            db.take_lists(&absent, None)?;
            db.take_lists(&other, Some(NEVER))?;
        }
    }

    /// Entries after batch `base` that the ledger does not have wait again.
    fn settle_entries(
        &self,
        db: &mut dyn Tables,
        base: u64,
        ledger: u64,
        found: &mut Differences,
    ) -> Result<Unsure, RegisterError> {
        let mut unsure = Unsure::default();
        let mut after = 0;
        loop {
            let page = db.entries_since(base, after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(unsure);
            };
            after = last.id;
            let (mut sealed, mut absent, mut never) = (Vec::new(), Vec::new(), Vec::new());
            for row in &page {
                if row.list_closed {
                    never.push(row.id);
                    continue;
                }
                let class = Class::from_byte(row.class)
                    .ok_or(RegisterError::damaged("an entry has no class"))?;
                let plain = self
                    .vault
                    .open_value(&place(b"ops", row.list, class, row.n), &row.ops)?;
                let ops = EntryOps::decode(&plain)?;
                if self.is_sealed(&ops, row.n)? {
                    sealed.push(row.id);
                    if matches!(ops.entry, Op::ListAppend { .. }) {
                        unsure.claimed.insert(row.list);
                    }
                } else {
                    absent.push(row.id);
                    unsure.waiting.insert((row.list, row.class));
                }
            }
            found.waits += absent.len() as u64;
            db.take_entries(&sealed, Some(ledger))?;
            db.take_entries(&absent, None)?;
            db.take_entries(&never, Some(NEVER))?;
        }
    }

    fn is_sealed(&self, ops: &EntryOps, n: u64) -> Result<bool, RegisterError> {
        let Some(value) = self.now(&ops.entry.key(self.reg()))? else {
            return Ok(false);
        };
        if matches!(ops.entry, Op::ListAppend { .. }) {
            // Whether it is this very entry is seen when the whole list is replayed.
            return Ok(n <= public_list(&value)?.frontier.size());
        }
        let value = EntryValue::decode(&value).map_err(|_| RegisterError::State)?;
        if value.c == ops.c() {
            Ok(true)
        } else {
            Err(RegisterError::TakenInSince)
        }
    }

    /// Versions that the ledger has and the database does not: the next one comes after them.
    fn settle_records(&self, db: &mut dyn Tables) -> Result<(), RegisterError> {
        let mut after = None;
        loop {
            let page = db.records_after(after.as_ref(), PAGE)?;
            let Some((last, ..)) = page.last() else {
                return Ok(());
            };
            after = Some(*last);
            let mut behind = Vec::new();
            for (tag, list, row) in page {
                let id = self.record_id(&tag, &row.sealed)?;
                let Some(head) = self.head(&id)? else {
                    continue;
                };
                if head.v > row.v {
                    behind.push(NewRecord {
                        tag,
                        list,
                        v: head.v,
                        ended: head.flag == Flag::Ended,
                        sealed: row.sealed,
                    });
                }
            }
            db.set_records(behind)?;
        }
    }

    fn head(&self, record: &[u8; 32]) -> Result<Option<HeadValue>, RegisterError> {
        let key = Key::Head {
            reg: self.reg(),
            r: record_key(self.reg(), record),
        };
        self.now(&key)?
            .map(|value| HeadValue::decode(&value).map_err(|_| RegisterError::State))
            .transpose()
    }

    fn settle_decoys(&self, db: &mut dyn Tables, ledger: u64) -> Result<(), RegisterError> {
        let list = self.decoy_list();
        let made = db.counter(decoys::ENTRIES)?;
        let present = |n| -> Result<bool, RegisterError> {
            Ok(self.now(&list.entry_key(Class::Records, n)?)?.is_some())
        };
        db.set_counter(decoys::ENTRIES, newest(made, present)?)?;
        let mut after = 0;
        loop {
            let page = db.decoys_after(after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id;
            let mut versions = Vec::new();
            for row in &page {
                let head = self.head(&self.record_id(b"decoy", &row.sealed)?)?;
                // One that the ledger does not have begins with its next use.
                let v = head.map_or(0, |head| head.v);
                if v != row.v {
                    versions.push((row.id, v));
                }
            }
            db.set_decoys(&versions, ledger)?;
        }
    }
}

fn public_list(value: &[u8]) -> Result<PublicListValue, RegisterError> {
    PublicListValue::decode(value).map_err(|_| RegisterError::State)
}

/// The last of the numbers 1, 2, 3 … that are present, without a gap; looked for around `guess`.
fn newest(
    guess: u64,
    present: impl Fn(u64) -> Result<bool, RegisterError>,
) -> Result<u64, RegisterError> {
    // Present up to `low`, absent from `high` on.
    let (mut low, mut high) = (0, guess.max(1));
    while present(high)? {
        low = high;
        high = high.saturating_mul(2);
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if present(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_is_found_from_any_guess() {
        for end in [0, 1, 2, 7, 8, 1000] {
            for guess in [0, 1, 5, 999, 1000, 5000] {
                assert_eq!(newest(guess, |n| Ok(n <= end)), Ok(end), "{guess}");
            }
        }
    }
}
