//! What stands in the database about deliveries, read at once for all of them.

use std::collections::{HashMap, HashSet};

use toend_ledger::hash::Hash;

use super::database::{ChainRow, ListRow, RecordRow, Tables};
use super::intake::Offer;
use super::{Books, RegisterError};

/// A version that was taken in.
#[derive(Clone, Copy)]
pub(super) struct Version {
    pub v: u32,
    /// Its number in its list.
    pub n: u64,
    pub digest: Hash,
}

/// What stands here about some deliveries.
#[derive(Default)]
pub(super) struct Known {
    /// Tags of each delivery's list and record; none where it does not belong into this register.
    pub tags: Vec<Option<(Hash, Hash)>>,
    /// The newest list's id.
    pub newest_list: i64,
    /// Lists by tag.
    pub lists: HashMap<Hash, ListRow>,
    /// Trees of each list, with the numbers of their classes.
    pub chains: HashMap<i64, Vec<(u8, ChainRow)>>,
    /// Records by tag.
    pub records: HashMap<Hash, RecordRow>,
    /// Those versions of each record that tell whether a delivery is known.
    pub versions: HashMap<Hash, Vec<Version>>,
}

impl Known {
    /// Digest of a record's version.
    pub(super) fn version(&self, record: &Hash, v: u32) -> Option<Hash> {
        let mut versions = self.versions.get(record)?.iter();
        versions.find(|one| one.v == v).map(|one| one.digest)
    }
}

impl Books {
    /// Asks the database about all deliveries together.
    pub(super) fn look_up(
        &self,
        db: &mut dyn Tables,
        offers: &[Offer<'_>],
    ) -> Result<Known, RegisterError> {
        let mut known = Known::default();
        let (mut lists, mut records) = (HashSet::new(), HashSet::new());
        for offer in offers {
            let tags = self.belongs(offer.one).then(|| {
                let list = self.subject_tag(&offer.one.subject);
                let record = self.record_tag(&list, offer.one);
                lists.insert(list);
                records.insert(record);
                (list, record)
            });
            known.tags.push(tags);
        }
        let lists: Vec<Hash> = lists.into_iter().collect();
        let records: Vec<Hash> = records.into_iter().collect();
        let standing = db.standing(&lists, &records)?;
        known.newest_list = standing.newest_list;
        known.lists = by(standing.lists.into_iter().map(|row| (row.tag, row)));
        known.records = by(standing.records.into_iter());
        for (list, class, row) in standing.chains {
            known.chains.entry(list).or_default().push((class, row));
        }
        let asked = offers.iter().zip(&known.tags).filter_map(|(offer, tags)| {
            let (_, tag) = tags.as_ref()?;
            let newest = known.records.get(tag)?.v;
            let v = offer.asked(newest);
            (v > 0 && v <= newest).then_some((*tag, v))
        });
        let asked: HashSet<(Hash, u32)> = asked.collect();
        if !asked.is_empty() {
            let asked: Vec<_> = asked.into_iter().collect();
            for row in db.versions(&asked)? {
                let versions = known.versions.entry(row.record).or_default();
                versions.push(Version {
                    v: row.v,
                    n: row.n,
                    digest: row.digest,
                });
            }
        }
        Ok(known)
    }
}

fn by<T>(rows: impl Iterator<Item = (Hash, T)>) -> HashMap<Hash, T> {
    rows.collect()
}
