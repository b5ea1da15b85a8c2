//! Taking in by the thousand: many lines in one transaction, each taken, recognised or refused for itself.
//!
//! The costly part of an entry (its opening, its label, its salts) depends on nothing that the transaction writes, once it
//! is known which list, record, version and number it gets. So these are foreseen for all lines, worked out on every
//! core, and written in order by one thread. A line that is refused makes what was foreseen for its list wrong; that is
//! seen by its number, and the label is worked out anew.

use std::collections::HashMap;

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::merkle::Frontier;
use toend_ledger::record::Flag;
use toend_ledger::schema::ListKind;
use toend_ledger::subject::Kind;

use super::cores;
use super::database::Tables;
use super::entry::ListPlain;
use super::receiving::{Salted, Spot};
use super::{Books, Delivery, RegisterError};

/// One line of an import.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it delivers.
    pub delivery: Delivery,
    /// The version follows from what is there, and `delivery.v` is not read: what the newest version says already is
    /// recognised, everything else becomes the next version.
    pub counted: bool,
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

/// A list that lines go to.
struct List {
    tag: Hash,
    /// None until its first entry is written.
    id: Option<i64>,
    plain: ListPlain,
    chains: Vec<Chain>,
}

/// One class of a list.
struct Chain {
    class: Class,
    tree: Frontier,
    /// Entries it will have if nothing more is refused.
    foreseen: u64,
    changed: bool,
}

/// A record that lines are versions of.
struct Record {
    tag: Hash,
    id: Hash,
    v: u32,
    ended: bool,
    foreseen: u32,
}

/// What a line is expected to become.
struct Foreseen {
    list: usize,
    record: usize,
    /// Version, and number in its list; none where it will probably be no new entry.
    place: Option<(u32, u64)>,
    /// Version whose contents tell whether the line is known, and their digest.
    known: Option<(u32, Hash)>,
}

/// What could be worked out beforehand.
struct Ready {
    digest: Option<(u32, Hash)>,
    salted: Option<(u32, Salted)>,
    label: Option<(u64, Hash)>,
}

#[derive(Default)]
struct Plan {
    lists: Vec<List>,
    records: Vec<Record>,
    lines: Vec<Result<Foreseen, RegisterError>>,
}

impl Books {
    /// Takes lines in one transaction, making their subjects known. `go_on` sees the verdicts so far and why the next line
    /// is refused; when it says no, that line and all behind it are left. `notes` sees the verdicts of the lines passed and
    /// gives what is to be written down in the same transaction. Both may be asked again from the beginning.
    pub fn take_lines(
        &self,
        lines: &[Line],
        now_ms: u64,
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
        mut notes: impl FnMut(&[Verdict]) -> Result<Notes, RegisterError>,
    ) -> Result<Vec<Verdict>, RegisterError> {
        self.database.write(|db| {
            let verdicts = self.write_lines(db, lines, now_ms, &go_on)?;
            for (name, value) in notes(&verdicts)? {
                db.set_meta(&name, &value)?;
            }
            Ok(verdicts)
        })
    }

    fn write_lines(
        &self,
        db: &mut dyn Tables,
        lines: &[Line],
        now_ms: u64,
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
    ) -> Result<Vec<Verdict>, RegisterError> {
        let Plan {
            mut lists,
            mut records,
            lines: foreseen,
        } = self.foresee(db, lines)?;
        let keys: Vec<_> = lists
            .iter()
            .map(|list| list.plain.secret.as_ref().map(|secret| secret.key.clone()))
            .collect();
        let ids: Vec<_> = records.iter().map(|record| record.id).collect();
        let mut verdicts = Vec::with_capacity(lines.len());
        cores::in_order(
            lines.len(),
            |i| match (lines.get(i), foreseen.get(i)) {
                (Some(line), Some(Ok(foreseen))) => {
                    let key = keys.get(foreseen.list).and_then(Option::as_ref);
                    let id = ids.get(foreseen.record).unwrap_or(&[0; 32]);
                    self.work_out(&line.delivery, foreseen, id, key)
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
                let verdict = match (ready, place, lines.get(i)) {
                    (Ok(ready), Some((list, record)), Some(line)) => {
                        self.write_line(db, line, ready, list, record, now_ms)
                    }
                    (Err(error), ..) => Err(error),
                    _ => Err(RegisterError::WrongList),
                };
                if let Err(error) = &verdict {
                    if !error.is_about_delivery() {
                        return Err(error.clone());
                    }
                    if !go_on(&verdicts, error) {
                        return Ok(false);
                    }
                }
                verdicts.push(verdict);
                Ok(true)
            },
        )?;
        for list in &lists {
            for chain in list.chains.iter().filter(|chain| chain.changed) {
                if let Some(id) = list.id {
                    self.write_chain(db, id, chain.class, &chain.tree)?;
                }
            }
        }
        Ok(verdicts)
    }

    /// Whether a record belongs into this register and into its subject's list.
    pub(super) fn belongs(&self, one: &Delivery) -> bool {
        let schema = one.contents.schema();
        let public = schema.list == ListKind::Public;
        schema.reg == self.reg().0
            && schema.class == one.class as u8
            && public == (one.subject.kind() != Kind::Person)
    }

    /// Reads what stands here about the lines' subjects and records, and works out the openings of new subjects.
    fn foresee(&self, db: &mut dyn Tables, lines: &[Line]) -> Result<Plan, RegisterError> {
        let mut plan = Plan::default();
        let (mut lists, mut records) = (HashMap::new(), HashMap::new());
        for line in lines {
            let one = &line.delivery;
            if !self.belongs(one) {
                plan.lines.push(Err(RegisterError::WrongList));
                continue;
            }
            let tag = self.subject_tag(&one.subject);
            let at = match lists.get(&tag) {
                Some(at) => *at,
                None => {
                    plan.lists.push(self.lines_list(db, tag, one)?);
                    lists.insert(tag, plan.lists.len() - 1);
                    plan.lists.len() - 1
                }
            };
            let record_tag = self.record_tag(&tag, one);
            let record_at = match records.get(&record_tag) {
                Some(at) => *at,
                None => {
                    plan.records.push(self.lines_record(db, record_tag, one)?);
                    records.insert(record_tag, plan.records.len() - 1);
                    plan.records.len() - 1
                }
            };
            let (Some(list), Some(record)) =
                (plan.lists.get_mut(at), plan.records.get_mut(record_at))
            else {
                return Err(RegisterError::State);
            };
            let chain = self.chain_of(db, list, one.class)?;
            let foreseen = Self::foresee_line(db, line, (at, chain), (record_at, record))?;
            plan.lines.push(Ok(foreseen));
        }
        self.open_new(&mut plan.lists)?;
        Ok(plan)
    }

    fn foresee_line(
        db: &mut dyn Tables,
        line: &Line,
        (at, chain): (usize, &mut Chain),
        (record_at, record): (usize, &mut Record),
    ) -> Result<Foreseen, RegisterError> {
        let next = record.foreseen + 1;
        let given = if line.counted { next } else { line.delivery.v };
        let asked = if line.counted { record.v } else { given };
        let known = if asked > 0 && asked <= record.v {
            db.version(&record.tag, asked)?
                .map(|(_, digest)| (asked, digest))
        } else {
            None
        };
        let new = given == next && !record.ended;
        if new {
            chain.foreseen += 1;
            record.foreseen = next;
        }
        Ok(Foreseen {
            list: at,
            record: record_at,
            place: new.then_some((next, chain.foreseen)),
            known,
        })
    }

    /// A subject's list as it stands here, or a new one whose opening is still to be worked out.
    fn lines_list(
        &self,
        db: &mut dyn Tables,
        tag: Hash,
        one: &Delivery,
    ) -> Result<List, RegisterError> {
        let (id, plain) = match db.list_by_tag(&tag)? {
            Some(row) => (Some(row.id), self.list_plain(&row)?),
            None => {
                let plain = ListPlain {
                    subject: one.subject.clone(),
                    secret: None,
                };
                (None, plain)
            }
        };
        Ok(List {
            tag,
            id,
            plain,
            chains: Vec::new(),
        })
    }

    fn chain_of<'a>(
        &self,
        db: &mut dyn Tables,
        list: &'a mut List,
        class: Class,
    ) -> Result<&'a mut Chain, RegisterError> {
        let found = list.chains.iter().position(|chain| chain.class == class);
        let at = found.unwrap_or(list.chains.len());
        if found.is_none() {
            let tree = match list.id {
                Some(id) => self.chain(db, id, class)?,
                None => Frontier::new(),
            };
            list.chains.push(Chain {
                class,
                foreseen: tree.size(),
                tree,
                changed: false,
            });
        }
        list.chains.get_mut(at).ok_or(RegisterError::State)
    }

    fn lines_record(
        &self,
        db: &mut dyn Tables,
        tag: Hash,
        one: &Delivery,
    ) -> Result<Record, RegisterError> {
        let (id, v, ended) = match db.record(&tag)? {
            Some(row) => (self.record_id(&tag, &row.sealed)?, row.v, row.ended),
            None => (self.new_record_id(one)?, 0, false),
        };
        Ok(Record {
            tag,
            id,
            v,
            ended,
            foreseen: v,
        })
    }

    /// Works out openings and makes keys for the persons who are new.
    fn open_new(&self, lists: &mut [List]) -> Result<(), RegisterError> {
        let new: Vec<usize> = lists
            .iter()
            .enumerate()
            .filter(|(_, list)| list.id.is_none() && list.plain.subject.kind() == Kind::Person)
            .map(|(at, _)| at)
            .collect();
        let subjects: Vec<_> = new
            .iter()
            .filter_map(|at| lists.get(*at).map(|list| list.plain.subject.clone()))
            .collect();
        cores::in_order(
            subjects.len(),
            |i| match subjects.get(i) {
                Some(subject) => self.new_secret(subject),
                None => Err(RegisterError::State),
            },
            |i, secret| {
                if let Some(list) = new.get(i).and_then(|at| lists.get_mut(*at)) {
                    list.plain.secret = Some(secret?);
                }
                Ok(true)
            },
        )
    }

    /// What needs no database: digests, salts and the label, for the place foreseen.
    fn work_out(
        &self,
        one: &Delivery,
        foreseen: &Foreseen,
        id: &Hash,
        key: Option<&toend_ledger::list::ListKey>,
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

    /// Decides about a line and writes it.
    fn write_line(
        &self,
        db: &mut dyn Tables,
        line: &Line,
        ready: Ready,
        list: &mut List,
        record: &mut Record,
        now_ms: u64,
    ) -> Verdict {
        let one = &line.delivery;
        let digest = |v: u32| match ready.digest {
            Some((at, digest)) if at == v => Ok(digest),
            _ => self.digest(one, v),
        };
        let known = |v| Ok(db.version(&record.tag, v)?.map(|(_, digest)| digest));
        let Some(v) = next_version(line, (record.v, record.ended), digest, known)? else {
            return Ok(Taken::default());
        };
        let salted = match ready.salted {
            Some((at, salted)) if at == v => salted,
            _ => self.salt(&record.id, v, one)?,
        };
        let digest = digest(v)?;
        let subject = list.id.is_none();
        let id = match list.id {
            Some(id) => id,
            None => {
                self.write_list(db, &list.tag, &list.plain)?;
                let row = db.list_by_tag(&list.tag)?;
                row.ok_or(RegisterError::State)?.id
            }
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
        self.enter(db, &spot, one, &salted, &digest, &mut chain.tree, now_ms)?;
        chain.changed = true;
        record.v = v;
        record.ended = one.flag == Flag::Ended;
        Ok(Taken {
            subject,
            entry: true,
        })
    }
}

/// The version that a line becomes; none when it stands here already. `at` is the record's newest version and whether it
/// ended, `digest` the line's digest as a version, `known` the digest of a version that is here.
pub(super) fn next_version(
    line: &Line,
    at: (u32, bool),
    digest: impl Fn(u32) -> Result<Hash, RegisterError>,
    known: impl FnOnce(u32) -> Result<Option<Hash>, RegisterError>,
) -> Result<Option<u32>, RegisterError> {
    let (newest, ended) = at;
    let given = if line.counted {
        newest.saturating_add(1)
    } else {
        line.delivery.v
    };
    let asked = if line.counted { newest } else { given };
    if asked > 0
        && asked <= newest
        && let Some(known) = known(asked)?
    {
        if digest(asked)? == known {
            return Ok(None);
        }
        if !line.counted {
            return Err(RegisterError::Conflict);
        }
    }
    if ended || given != newest.saturating_add(1) {
        return Err(RegisterError::Version { newest, given });
    }
    Ok(Some(given))
}
