//! Taking in by the thousand: many lines in one transaction, each taken, recognised or refused for itself.
//!
//! The costly part of an entry (its opening, its label, its salts) depends on nothing that the transaction writes, once it
//! is known which list, record, version and number it gets. So these are foreseen for all lines, worked out on every
//! core, and written in order by one thread. A line that is refused makes what was foreseen for its list wrong; that is
//! seen by its number, and the label is worked out anew.

use std::borrow::Borrow;

use toend_ledger::hash::Hash;
use toend_ledger::list::ListKey;
use toend_ledger::record::Flag;
use toend_ledger::schema::ListKind;
use toend_ledger::subject::Kind;

use super::database::{NewChain, NewList, NewRecord, Tables};
use super::entry::ListPlain;
use super::foresight::{Foreseen, List, Plan, Record};
use super::lookup::Version;
use super::receiving::{Salted, Spot};
use super::sheet::Sheet;
use super::{Books, Delivery, RegisterError, cores};

/// One line of an import.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it delivers.
    pub delivery: Delivery,
    /// The version follows from what is there, and `delivery.v` is not read: what the newest version says already is
    /// recognised, everything else becomes the next version.
    pub counted: bool,
}

/// A delivery to be judged.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    pub one: &'a Delivery,
    /// As in [`Line`].
    pub counted: bool,
}

impl<'a> Offer<'a> {
    pub(super) fn of(line: &'a Line) -> Self {
        Self {
            one: &line.delivery,
            counted: line.counted,
        }
    }

    /// The version whose contents tell whether this is known, while the record has `newest`.
    pub(super) const fn asked(&self, newest: u32) -> u32 {
        if self.counted { newest } else { self.one.v }
    }
}

/// What became of a line that was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Its subject was new to the register.
    pub subject: bool,
    /// It became an entry; otherwise it stood here already.
    pub entry: bool,
}

/// What became of a line. An error here is the line's own ([`RegisterError::is_about_delivery`]).
pub type Verdict = Result<Taken, RegisterError>;

/// Notes written with the lines, by name.
pub type Notes = Vec<(String, Vec<u8>)>;

/// Where a delivery stands now.
struct Placed {
    taken: Taken,
    /// Its number in its list.
    n: u64,
}

/// What could be worked out beforehand.
struct Ready {
    digest: Option<(u32, Hash)>,
    salted: Option<(u32, Salted)>,
    label: Option<(u64, Hash)>,
}

impl Books {
    /// Takes lines in one transaction, making their subjects known. `go_on` sees the verdicts so far and why the next line
    /// is refused; when it says no, that line and all behind it are left. `notes` sees the verdicts of the lines passed and
    /// gives what is to be written down in the same transaction. Both may be asked again from the beginning.
    pub fn take_lines<L: Borrow<Line>>(
        &self,
        lines: &[L],
        now_ms: u64,
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
        mut notes: impl FnMut(&[Verdict]) -> Result<Notes, RegisterError>,
    ) -> Result<Vec<Verdict>, RegisterError> {
        let offers: Vec<_> = lines.iter().map(|line| Offer::of(line.borrow())).collect();
        self.database.write(|db| {
            let mut verdicts: Vec<Verdict> = Vec::with_capacity(offers.len());
            self.write_offers(db, &offers, true, now_ms, |outcome| {
                if let Err(error) = &outcome
                    && !go_on(&verdicts, error)
                {
                    return Ok(false);
                }
                verdicts.push(outcome.map(|placed| placed.taken));
                Ok(true)
            })?;
            for (name, value) in notes(&verdicts)? {
                db.set_meta(&name, &value)?;
            }
            Ok(verdicts)
        })
    }

    /// Takes deliveries in inside a transaction, all or none, and returns the number of each in its list.
    pub(super) fn receive_in(
        &self,
        db: &mut dyn Tables,
        deliveries: &[Delivery],
        now_ms: u64,
    ) -> Result<Vec<u64>, RegisterError> {
        let offers = deliveries.iter().map(|one| Offer {
            one,
            counted: false,
        });
        let offers: Vec<_> = offers.collect();
        let mut numbers = Vec::with_capacity(offers.len());
        self.write_offers(db, &offers, false, now_ms, |outcome| {
            numbers.push(outcome?.n);
            Ok(true)
        })?;
        Ok(numbers)
    }

    /// Judges deliveries in their order and writes those that are new. `tell` hears the fate of each and says whether to go
    /// on.
    fn write_offers(
        &self,
        db: &mut dyn Tables,
        offers: &[Offer<'_>],
        open: bool,
        now_ms: u64,
        mut tell: impl FnMut(Result<Placed, RegisterError>) -> Result<bool, RegisterError>,
    ) -> Result<(), RegisterError> {
        let Plan {
            newest_list,
            mut lists,
            mut records,
            offers: foreseen,
        } = self.foresee(db, offers, open)?;
        let keys: Vec<_> = lists
            .iter()
            .map(|list| list.plain.secret.as_ref().map(|secret| secret.key.clone()))
            .collect();
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let mut pen = Pen {
            sheet: Sheet::default(),
            newest_list,
            now_ms,
        };
        cores::in_order(
            offers.len(),
            |i| match (offers.get(i), foreseen.get(i)) {
                (Some(offer), Some(Ok(foreseen))) => {
                    let key = keys.get(foreseen.list).and_then(Option::as_ref);
                    let id = ids.get(foreseen.record).unwrap_or(&[0; 32]);
                    self.work_out(offer.one, foreseen, id, key)
                }
                (_, Some(Err(error))) => Err(error.clone()),
                _ => Err(RegisterError::WrongList),
            },
            |i, ready| {
                let place = foreseen.get(i).and_then(|foreseen| {
                    let foreseen = foreseen.as_ref().ok()?;
                    Some((
                        lists.get_mut(foreseen.list)?,
                        records.get_mut(foreseen.record)?,
                    ))
                });
                let outcome = match (ready, place, offers.get(i)) {
                    (Ok(ready), Some((list, record)), Some(offer)) => {
                        self.write_offer(db, &mut pen, offer, ready, list, record)
                    }
                    (Err(error), ..) => Err(error),
                    _ => Err(RegisterError::WrongList),
                };
                match outcome {
                    Err(error) if !error.is_about_delivery() => Err(error),
                    outcome => tell(outcome),
                }
            },
        )?;
        self.write_ends(db, &mut pen.sheet, &lists, &records)
    }

    /// Writes what the deliveries together made of their records and lists.
    fn write_ends(
        &self,
        db: &mut dyn Tables,
        sheet: &mut Sheet,
        lists: &[List],
        records: &[Record],
    ) -> Result<(), RegisterError> {
        for record in records.iter().filter(|record| record.changed) {
            let list = lists.get(record.list).and_then(|list| list.id);
            let sealed = match &record.sealed {
                Some(sealed) => sealed.clone(),
                None => self.vault.seal(&record.tag, &record.id)?,
            };
            let row = NewRecord {
                tag: record.tag,
                list: list.ok_or(RegisterError::State)?,
                v: record.v,
                ended: record.ended,
                sealed,
            };
            sheet.record(db, row)?;
        }
        for list in lists {
            for chain in list.chains.iter().filter(|chain| chain.changed) {
                let list = list.id.ok_or(RegisterError::State)?;
                let row = NewChain {
                    list,
                    class: chain.class,
                    size: chain.tree.size(),
                    sealed: self.sealed_tree(list, chain.class, &chain.tree)?,
                };
                sheet.chain(db, row)?;
            }
        }
        sheet.write(db)
    }

    /// Whether a record belongs into this register and into its subject's list.
    pub(super) fn belongs(&self, one: &Delivery) -> bool {
        let schema = one.contents.schema();
        let public = schema.list == ListKind::Public;
        schema.reg == self.reg().0
            && schema.class == one.class as u8
            && public == (one.subject.kind() != Kind::Person)
    }

    /// What needs no database: digests, salts and the label, for the place foreseen.
    fn work_out(
        &self,
        one: &Delivery,
        foreseen: &Foreseen,
        id: &Hash,
        key: Option<&ListKey>,
    ) -> Result<Ready, RegisterError> {
        if let Some((v, known)) = foreseen.known {
            let digest = self.digest(one, v)?;
            if digest == known {
                return Ok(Ready {
                    digest: Some((v, digest)),
                    salted: None,
                    label: None,
                });
            }
        }
        let Some((v, n)) = foreseen.place else {
            return Ok(Ready {
                digest: None,
                salted: None,
                label: None,
            });
        };
        let label = match key {
            Some(key) => Some((n, key.label(one.class, n)?)),
            None => None,
        };
        Ok(Ready {
            digest: Some((v, self.digest(one, v)?)),
            salted: Some((v, self.salt(id, v, one)?)),
            label,
        })
    }

    /// Decides about a delivery and writes it.
    fn write_offer(
        &self,
        db: &mut dyn Tables,
        pen: &mut Pen,
        offer: &Offer<'_>,
        ready: Ready,
        list: &mut List,
        record: &mut Record,
    ) -> Result<Placed, RegisterError> {
        let one = offer.one;
        let digest = |v: u32| match ready.digest {
            Some((at, digest)) if at == v => Ok(digest),
            _ => self.digest(one, v),
        };
        let known = |v| Ok(record.version(v).map(|one| one.digest));
        let Some(v) = next_version(offer, (record.v, record.ended), digest, known)? else {
            let there = record.version(offer.asked(record.v));
            return Ok(Placed {
                taken: Taken::default(),
                n: there.ok_or(RegisterError::State)?.n,
            });
        };
        let salted = match ready.salted {
            Some((at, salted)) if at == v => salted,
            _ => self.salt(&record.id, v, one)?,
        };
        let digest = digest(v)?;
        let subject = list.id.is_none();
        let id = match list.id {
            Some(id) => id,
            None => self.write_list(db, pen, &list.tag, &list.plain)?,
        };
        list.id = Some(id);
        let spot = Spot {
            list: id,
            plain: &list.plain,
            record: (&record.tag, &record.id),
            v,
            label: ready.label,
        };
        let chain = list
            .chains
            .iter_mut()
            .find(|chain| chain.class == one.class);
        let chain = chain.ok_or(RegisterError::State)?;
        let entry = self.enter(&spot, one, &salted, &digest, &mut chain.tree, pen.now_ms)?;
        let n = entry.n;
        pen.sheet.entry(db, entry)?;
        chain.changed = true;
        record.v = v;
        record.ended = one.flag == Flag::Ended;
        record.changed = true;
        record.versions.push(Version { v, n, digest });
        Ok(Placed {
            taken: Taken {
                subject,
                entry: true,
            },
            n,
        })
    }

    /// Adds a list and returns its id.
    pub(super) fn write_list(
        &self,
        db: &mut dyn Tables,
        pen: &mut Pen,
        tag: &Hash,
        plain: &ListPlain,
    ) -> Result<i64, RegisterError> {
        pen.newest_list += 1;
        let list = NewList {
            id: pen.newest_list,
            tag: *tag,
            public: plain.secret.is_none(),
            sealed: self.vault.seal(tag, &plain.encode())?,
        };
        pen.sheet.list(db, list)?;
        Ok(pen.newest_list)
    }
}

/// What a transaction of deliveries writes with.
pub(super) struct Pen {
    pub sheet: Sheet,
    /// The newest list's id.
    pub newest_list: i64,
    /// Time of receipt.
    pub now_ms: u64,
}

/// The version that a delivery becomes; none when it stands here already. `at` is the record's newest version and whether it
/// ended, `digest` the delivery's digest as a version, `known` the digest of a version that is here.
pub(super) fn next_version(
    offer: &Offer<'_>,
    at: (u32, bool),
    digest: impl Fn(u32) -> Result<Hash, RegisterError>,
    known: impl FnOnce(u32) -> Result<Option<Hash>, RegisterError>,
) -> Result<Option<u32>, RegisterError> {
    let (newest, ended) = at;
    let given = if offer.counted {
        newest.saturating_add(1)
    } else {
        offer.one.v
    };
    let asked = offer.asked(newest);
    if asked > 0
        && asked <= newest
        && let Some(known) = known(asked)?
    {
        if digest(asked)? == known {
            return Ok(None);
        }
        if !offer.counted {
            return Err(RegisterError::Conflict);
        }
    }
    if ended || given != newest.saturating_add(1) {
        return Err(RegisterError::Version { newest, given });
    }
    Ok(Some(given))
}
