//! Answers: a list with contents and proofs, all as of one state.

use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::gateway::{
    B64, BareEntry, EntryContents, EpochAnswer, HeadAnswer, LabelAnswer, ListAnswer, PendingEntry,
    Proven, PublicListAnswer,
};
use toend_ledger::hash::Hash;
use toend_ledger::ladder::rungs;
use toend_ledger::list::{Class, open_alpha};
use toend_ledger::record::record_key;
use toend_ledger::schema;
use toend_ledger::state::{EpochValue, Key, PublicListValue};
use toend_ledger::subject::Subject;

use super::database::EntryRow;
use super::entry::{EntryOps, EntryPlain};
use super::receiving::place;
use super::recovery::Standing;
use super::{Register, RegisterError};

/// Entries read from the database at a time.
const PAGE: u32 = 1000;

/// An entry as it lies here.
struct Stored {
    n: u64,
    received_ms: u64,
    ops: EntryOps,
    plain: EntryPlain,
}

impl Register {
    /// A person's list as of the state after block `height`, with everything her computer needs to check it. `None` for a
    /// subject that the register does not know, or whose list is not in that state yet.
    pub fn list_answer(
        &self,
        subject: &Subject,
        class: Class,
        height: u64,
    ) -> Result<Option<ListAnswer>, RegisterError> {
        let row = self.list_of(subject)?;
        let row = row.filter(|row| !row.public);
        let secret = match &row {
            Some(row) => self.list_plain(row)?.secret,
            None => None,
        };
        // The same reads and the same VRF for whoever is not known: time does not tell either.
        let (epoch, o) = secret
            .as_ref()
            .map_or_else(|| self.nowhere(), |secret| (secret.epoch, secret.o));
        let epochs = self.epochs(subject, epoch, &o, height)?;
        let (Some(row), Some(secret), Some(epochs)) = (row, secret, epochs) else {
            return Ok(None);
        };
        // A list that was opened with another key, which is lost.
        if self.standing_at(&self.list_plain(&row)?, height)? == Standing::Other {
            return Ok(None);
        }
        let stored = self.stored(row.id, class)?;
        let mut keys: BTreeMap<u64, Key> = stored
            .iter()
            .map(|entry| (entry.n, entry.ops.entry.key(self.reg())))
            .collect();
        // Entries whose contents are lost are shown to be there all the same.
        for (n, _) in self.database.read(|db| self.lost(db, row.id, class))? {
            keys.insert(n, secret.key.entry_key(class, n)?);
        }
        let mut labels = Vec::with_capacity(keys.len() + 8);
        let mut sealed = 0;
        for (n, key) in keys {
            let state = self.proven(&key, height)?;
            // Entries are sealed in their order, so the first absent one ends the list.
            if state.value.is_none() {
                break;
            }
            sealed = n;
            labels.push(LabelAnswer { n, state });
        }
        for (n, present) in rungs(sealed) {
            if !present {
                labels.push(LabelAnswer {
                    n,
                    state: self.proven(&secret.key.entry_key(class, n)?, height)?,
                });
            }
        }
        labels.sort_by_key(|label| label.n);
        let (entries, pending) = split(&stored, sealed);
        Ok(Some(ListAnswer {
            height,
            class: class as u8,
            register: self.proven(&Key::Register(self.reg()), height)?,
            epochs,
            list_key: B64(secret.key.secret().as_bytes().to_vec()),
            labels,
            heads: self.heads(&entries, height)?,
            entries,
            pending,
        }))
    }

    /// A company's list as of the state after block `height`. `None` for a subject without a list in that state: the
    /// absence of a list is never an answer.
    pub fn public_answer(
        &self,
        subject: &Subject,
        height: u64,
    ) -> Result<Option<PublicListAnswer>, RegisterError> {
        let row = self.list_of(subject)?;
        let key = Key::PublicList {
            reg: self.reg(),
            subject_hash: subject.hash(),
        };
        // Asked of the state also where there is no list here: one sequence of reads for every "no".
        let list = self.proven(&key, height)?;
        let (Some(row), Some(value)) = (row.filter(|row| row.public), &list.value) else {
            return Ok(None);
        };
        let sealed = PublicListValue::decode(&value.0)
            .map_err(|_| RegisterError::State)?
            .frontier
            .size();
        let stored = self.stored(row.id, Class::Records)?;
        let lost = self
            .database
            .read(|db| self.lost(db, row.id, Class::Records))?;
        let (entries, pending) = split(&stored, sealed);
        Ok(Some(PublicListAnswer {
            height,
            register: self.proven(&Key::Register(self.reg()), height)?,
            list,
            heads: self.heads(&entries, height)?,
            entries,
            bare: lost
                .into_iter()
                .filter(|(n, _)| *n <= sealed)
                .map(|(n, c)| BareEntry {
                    n,
                    c: B64(c.to_vec()),
                })
                .collect(),
            pending,
        }))
    }

    /// What [`Register::list_answer`] reads and computes for somebody unknown, and no answer: for requests that are refused
    /// for another reason.
    pub fn refuse_list(&self, subject: &Subject, height: u64) -> Result<(), RegisterError> {
        let nobody = self.vault.tag("nobody", &[&subject.encode()]);
        self.database.read(|db| db.list_by_tag(&nobody))?;
        let (epoch, o) = self.nowhere();
        self.epochs(subject, epoch, &o, height).map(|_| ())
    }

    /// What [`Register::public_answer`] reads for an unknown company, and no answer.
    pub fn refuse_public(&self, height: u64) -> Result<(), RegisterError> {
        let nobody = self.vault.tag("nobody", &[]);
        self.database.read(|db| db.list_by_tag(&nobody))?;
        let key = Key::PublicList {
            reg: self.reg(),
            subject_hash: nobody,
        };
        self.proven(&key, height).map(|_| ())
    }

    /// The newest epoch and an opening that stands nowhere, for the work that whoever is unknown costs.
    fn nowhere(&self) -> (u16, Hash) {
        let newest = self.settings.vrf_keys.last();
        let nobody = self.vault.tag("nobody", &[]);
        (newest.map_or(1, |(epoch, _)| *epoch), nobody)
    }

    /// Commitments of a list's entries in their order, sealed or not.
    pub fn commitments(&self, subject: &Subject, class: Class) -> Result<Vec<Hash>, RegisterError> {
        let row = self.list_of(subject)?;
        let Some(row) = row else {
            return Err(RegisterError::UnknownSubject);
        };
        let lost = self.database.read(|db| self.lost(db, row.id, class))?;
        let stored = self.stored(row.id, class)?;
        let all: BTreeMap<u64, Hash> = stored
            .iter()
            .map(|entry| (entry.n, entry.ops.c()))
            .chain(lost)
            .collect();
        Ok(all.into_values().collect())
    }

    /// All epochs up to the list's own: absence of an opening in every older one is what makes this the only list.
    fn epochs(
        &self,
        subject: &Subject,
        own: u16,
        o: &Hash,
        height: u64,
    ) -> Result<Option<Vec<EpochAnswer>>, RegisterError> {
        let mut answers = Vec::new();
        for (epoch, key) in &self.settings.vrf_keys {
            let state = self.proven(
                &Key::Epoch {
                    reg: self.reg(),
                    epoch: *epoch,
                },
                height,
            )?;
            let Some(value) = &state.value else { continue };
            EpochValue::decode(&value.0).map_err(|_| RegisterError::State)?;
            let alpha = open_alpha(&self.net, self.reg(), *epoch, subject);
            let vrf_proof = key.prove(&alpha)?;
            let here = if *epoch == own {
                *o
            } else {
                toend_ledger::list::opening(key, &self.net, self.reg(), *epoch, subject)?
            };
            let opening = self.proven(
                &Key::Opening {
                    reg: self.reg(),
                    epoch: *epoch,
                    o: here,
                },
                height,
            )?;
            if *epoch == own && opening.value.is_none() {
                return Ok(None);
            }
            answers.push(EpochAnswer {
                epoch: *epoch,
                key: state,
                vrf_proof: B64(vrf_proof.as_bytes().to_vec()),
                opening,
            });
        }
        Ok(Some(answers))
    }

    /// Heads of the headed records among the entries, each once.
    fn heads(
        &self,
        entries: &[EntryContents],
        height: u64,
    ) -> Result<Vec<HeadAnswer>, RegisterError> {
        let headed = entries
            .iter()
            .filter(|entry| schema::by_id(entry.schema).is_some_and(|schema| schema.headed));
        let records: BTreeSet<Hash> = headed
            .filter_map(|entry| entry.record.0.as_slice().try_into().ok())
            .collect();
        records
            .into_iter()
            .map(|record| {
                let key = Key::Head {
                    reg: self.reg(),
                    r: record_key(self.reg(), &record),
                };
                Ok(HeadAnswer {
                    record: B64(record.to_vec()),
                    state: self.proven(&key, height)?,
                })
            })
            .collect()
    }

    fn proven(&self, key: &Key, height: u64) -> Result<Proven, RegisterError> {
        let result = self
            .ledger
            .query(&key.encode(), height)
            .ok_or(RegisterError::State)?;
        Ok(Proven {
            value: result.value.map(B64),
            proof: B64(result.proof),
        })
    }

    fn stored(&self, list: i64, class: Class) -> Result<Vec<Stored>, RegisterError> {
        let mut rows: Vec<EntryRow> = Vec::new();
        self.database.read(|db| {
            rows.clear();
            loop {
                let after = rows.last().map_or(0, |row| row.n);
                let page = db.entries(list, class, after, PAGE)?;
                if page.is_empty() {
                    return Ok(());
                }
                rows.extend(page);
            }
        })?;
        rows.iter().map(|row| self.open_entry(row, class)).collect()
    }

    fn open_entry(&self, row: &EntryRow, class: Class) -> Result<Stored, RegisterError> {
        let ops = self
            .vault
            .open_value(&place(b"ops", row.list, class, row.n), &row.ops)?;
        let plain = self
            .vault
            .open_value(&place(b"contents", row.list, class, row.n), &row.contents)?;
        Ok(Stored {
            n: row.n,
            received_ms: row.received_ms,
            ops: EntryOps::decode(&ops)?,
            plain: EntryPlain::decode(&plain)?,
        })
    }
}

/// Entries up to number `sealed`, and those received and not sealed yet.
fn split(stored: &[Stored], sealed: u64) -> (Vec<EntryContents>, Vec<PendingEntry>) {
    let entries = stored
        .iter()
        .filter(|entry| entry.n <= sealed)
        .map(|entry| entry.plain.answer(entry.n))
        .collect();
    let pending = stored
        .iter()
        .filter(|entry| entry.n > sealed)
        .map(|entry| PendingEntry {
            received_ms: entry.received_ms,
            contents: entry.plain.answer(entry.n),
        })
        .collect();
    (entries, pending)
}
