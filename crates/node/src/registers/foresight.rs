//! What deliveries will probably become: which list, record, version and number each gets if none is refused.

use std::collections::HashMap;

use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::merkle::Frontier;
use toend_ledger::subject::Kind;

use super::database::Tables;
use super::entry::ListPlain;
use super::intake::Offer;
use super::lookup::{Known, Version};
use super::{Books, RegisterError, cores};

/// A list that deliveries go to.
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

/// A record that deliveries are versions of.
pub(super) struct Record {
    pub tag: Hash,
    pub id: Hash,
    /// Its id as it lies in the database; none of a new one.
    pub sealed: Option<Vec<u8>>,
    /// Place of its list in the plan.
    pub list: usize,
    pub v: u32,
    pub ended: bool,
    pub foreseen: u32,
    pub changed: bool,
    /// Versions that matter here.
    pub versions: Vec<Version>,
}

impl Record {
    /// A version, where it is one of those that matter.
    pub(super) fn version(&self, v: u32) -> Option<&Version> {
        self.versions.iter().find(|one| one.v == v)
    }
}

/// What a delivery is expected to become.
pub(super) struct Foreseen {
    pub list: usize,
    pub record: usize,
    /// Version, and number in its list; none where it will probably be no new entry.
    pub place: Option<(u32, u64)>,
    /// Version whose contents tell whether the delivery is known, and their digest.
    pub known: Option<(u32, Hash)>,
}

#[derive(Default)]
pub(super) struct Plan {
    /// The newest list's id.
    pub newest_list: i64,
    pub lists: Vec<List>,
    pub records: Vec<Record>,
    pub offers: Vec<Result<Foreseen, RegisterError>>,
}

impl Books {
    /// Reads what stands here about the deliveries' subjects and records. `open` makes unknown subjects known, and works out
    /// their openings; otherwise what is about them is refused.
    pub(super) fn foresee(
        &self,
        db: &mut dyn Tables,
        offers: &[Offer<'_>],
        open: bool,
    ) -> Result<Plan, RegisterError> {
        let mut known = self.look_up(db, offers)?;
        let mut plan = Plan {
            newest_list: known.newest_list,
            ..Plan::default()
        };
        let (mut lists, mut records) = (HashMap::new(), HashMap::new());
        for (i, offer) in offers.iter().enumerate() {
            let foreseen = match known.tags.get(i) {
                Some(Some((tag, record_tag))) => {
                    let (tag, record_tag) = (*tag, *record_tag);
                    if open || known.lists.contains_key(&tag) {
                        let at = *lists.entry(tag).or_insert(plan.lists.len());
                        if at == plan.lists.len() {
                            plan.lists.push(self.list_to(&mut known, tag, offer)?);
                        }
                        let record_at = *records.entry(record_tag).or_insert(plan.records.len());
                        if record_at == plan.records.len() {
                            let record = self.record_of(&mut known, record_tag, at, offer)?;
                            plan.records.push(record);
                        }
                        plan.place(offer, at, record_at)
                    } else {
                        Err(RegisterError::UnknownSubject)
                    }
                }
                _ => Err(RegisterError::WrongList),
            };
            plan.offers.push(foreseen);
        }
        self.open_all(&mut known, &mut plan.lists)?;
        Ok(plan)
    }

    /// A subject's list with what is committed to so far; its secrets come later ([`Books::open_all`]).
    fn list_to(
        &self,
        known: &mut Known,
        tag: Hash,
        offer: &Offer<'_>,
    ) -> Result<List, RegisterError> {
        let id = known.lists.get(&tag).map(|row| row.id);
        let mut chains = Vec::new();
        for (class, row) in id
            .and_then(|id| known.chains.remove(&id))
            .into_iter()
            .flatten()
        {
            let class =
                Class::from_byte(class).ok_or(RegisterError::damaged("a tree has no class"))?;
            let tree = self.tree(id.unwrap_or(0), class, &row)?;
            chains.push(Chain {
                class,
                foreseen: tree.size(),
                tree,
                changed: false,
            });
        }
        Ok(List {
            tag,
            id,
            plain: ListPlain {
                subject: offer.one.subject.clone(),
                secret: None,
            },
            chains,
        })
    }

    fn record_of(
        &self,
        known: &mut Known,
        tag: Hash,
        list: usize,
        offer: &Offer<'_>,
    ) -> Result<Record, RegisterError> {
        let row = known.records.remove(&tag);
        let (v, ended) = row.as_ref().map_or((0, false), |row| (row.v, row.ended));
        let id = match &row {
            Some(row) => self.record_id(&tag, &row.sealed)?,
            None => self.new_record_id(offer.one)?,
        };
        Ok(Record {
            tag,
            id,
            sealed: row.map(|row| row.sealed),
            list,
            v,
            ended,
            foreseen: v,
            changed: false,
            versions: known.versions.remove(&tag).unwrap_or_default(),
        })
    }

    /// Opens what is known of the lists; works out openings and makes keys for the persons who are new.
    fn open_all(&self, known: &mut Known, lists: &mut [List]) -> Result<(), RegisterError> {
        let rows: Vec<_> = lists
            .iter()
            .map(|list| (list.plain.subject.clone(), known.lists.remove(&list.tag)))
            .collect();
        cores::in_order(
            rows.len(),
            |i| match rows.get(i) {
                Some((_, Some(row))) => Ok(self.list_plain(row)?.secret),
                Some((subject, None)) if subject.kind() == Kind::Person => {
                    self.new_secret(subject).map(Some)
                }
                _ => Ok(None),
            },
            |i, secret| {
                if let Some(list) = lists.get_mut(i) {
                    list.plain.secret = secret?;
                }
                Ok(true)
            },
        )
    }
}

impl Plan {
    fn place(
        &mut self,
        offer: &Offer<'_>,
        at: usize,
        record_at: usize,
    ) -> Result<Foreseen, RegisterError> {
        let (Some(list), Some(record)) = (self.lists.get_mut(at), self.records.get_mut(record_at))
        else {
            return Err(RegisterError::State);
        };
        let class = offer.one.class;
        let found = list.chains.iter().position(|chain| chain.class == class);
        let chain_at = found.unwrap_or(list.chains.len());
        if found.is_none() {
            list.chains.push(Chain {
                class,
                tree: Frontier::new(),
                foreseen: 0,
                changed: false,
            });
        }
        let chain = list.chains.get_mut(chain_at).ok_or(RegisterError::State)?;
        let next = record.foreseen.saturating_add(1);
        let given = if offer.counted { next } else { offer.one.v };
        let asked = offer.asked(record.v);
        let known = record.version(asked).map(|one| (asked, one.digest));
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
}
