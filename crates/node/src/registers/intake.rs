//! Taking in by the thousand: many lines in one transaction, each taken, recognised or refused for itself.
//!
//! The costly part of an entry (its opening, its label, its salts) depends on nothing that the transaction writes, once it
//! is known which list, record, version and number it gets. So these are foreseen for all lines, worked out on every
//! core, and written in order by one thread. A line that is refused makes what was foreseen for its list wrong; that is
//! seen by its number, and the label is worked out anew.

use toend_ledger::hash::Hash;
use toend_ledger::list::ListKey;
use toend_ledger::record::Flag;
use toend_ledger::schema::ListKind;
use toend_ledger::subject::Kind;

use super::database::Tables;
use super::foresight::{Foreseen, List, Plan, Record};
use super::receiving::{Salted, Spot};
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
        let id = if let Some(id) = list.id {
            id
        } else {
            self.write_list(db, &list.tag, &list.plain)?;
            let row = db.list_by_tag(&list.tag)?;
            row.ok_or(RegisterError::State)?.id
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
