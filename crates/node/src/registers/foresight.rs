//! What lines will probably become: which list, record, version and number each gets if none is refused.

use std::collections::HashMap;

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::merkle::Frontier;
use toend_ledger::subject::Kind;

use super::database::Tables;
use super::entry::ListPlain;
use super::intake::Line;
use super::{Books, Delivery, RegisterError, cores};

/// A list that lines go to.
pub(super) struct List {
    pub tag: Hash,
    /// None until its first entry is written.
    pub id: Option<i64>,
    pub plain: ListPlain,
    pub chains: Vec<Chain>,
}

/// One class of a list.
pub(super) struct Chain {
    pub class: Class,
    pub tree: Frontier,
    /// Entries it will have if nothing more is refused.
    pub foreseen: u64,
    pub changed: bool,
}

/// A record that lines are versions of.
pub(super) struct Record {
    pub tag: Hash,
    pub id: Hash,
    pub v: u32,
    pub ended: bool,
    pub foreseen: u32,
}

/// What a line is expected to become.
pub(super) struct Foreseen {
    pub list: usize,
    pub record: usize,
    /// Version, and number in its list; none where it will probably be no new entry.
    pub place: Option<(u32, u64)>,
    /// Version whose contents tell whether the line is known, and their digest.
    pub known: Option<(u32, Hash)>,
}

#[derive(Default)]
pub(super) struct Plan {
    pub lists: Vec<List>,
    pub records: Vec<Record>,
    pub lines: Vec<Result<Foreseen, RegisterError>>,
}

impl Books {
    /// Reads what stands here about the lines' subjects and records, and works out the openings of new subjects.
    pub(super) fn foresee(
        &self,
        db: &mut dyn Tables,
        lines: &[Line],
    ) -> Result<Plan, RegisterError> {
        let mut plan = Plan::default();
        let (mut lists, mut records) = (HashMap::new(), HashMap::new());
        for line in lines {
            let one = &line.delivery;
            if !self.belongs(one) {
                plan.lines.push(Err(RegisterError::WrongList));
                continue;
            }
            let tag = self.subject_tag(&one.subject);
            let at = if let Some(at) = lists.get(&tag) {
                *at
            } else {
                lists.insert(tag, plan.lists.len());
                plan.lists.push(self.lines_list(db, tag, one)?);
                plan.lists.len() - 1
            };
            let record_tag = self.record_tag(&tag, one);
            let record_at = if let Some(at) = records.get(&record_tag) {
                *at
            } else {
                records.insert(record_tag, plan.records.len());
                plan.records.push(self.lines_record(db, record_tag, one)?);
                plan.records.len() - 1
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
        let (id, plain) = if let Some(row) = db.list_by_tag(&tag)? {
            (Some(row.id), self.list_plain(&row)?)
        } else {
            let plain = ListPlain {
                subject: one.subject.clone(),
                secret: None,
            };
            (None, plain)
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
}
