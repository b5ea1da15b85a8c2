//! Taking in: who is known to the register, and what is entered about them.

use std::collections::BTreeMap;

use toend_ledger::commitment::{Seed, content_commitment, entry_commitment, place_commitment};
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey, list_commitment, opening};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::record::{head_commitment, public_record_id, record_key};
use toend_ledger::schema::ListKind;
use toend_ledger::subject::{Kind, Subject};
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;
use zeroize::Zeroizing;

use super::database::{ChainRow, ListRow, NewEntry, Tables};
use super::entry::{EntryOps, EntryPlain, ListPlain, ListSecret};
use super::intake::Pen;
use super::sheet::Sheet;
use super::vault::random;
use super::{Books, Delivery, RegisterError, cores};

/// An entry's contents, salted and encoded, before it has a place in its list.
pub(super) struct Salted {
    blind: Hash,
    q: Hash,
    plain: Zeroizing<Vec<u8>>,
}

/// Where an entry goes.
pub(super) struct Spot<'a> {
    /// Row of its list.
    pub list: i64,
    /// Whose list it is.
    pub plain: &'a ListPlain,
    /// Tag and id of its record.
    pub record: (&'a Hash, &'a Hash),
    /// Version.
    pub v: u32,
    /// A label worked out before, and the number it belongs to.
    pub label: Option<(u64, Hash)>,
}

impl Books {
    /// Makes subjects known: a private list is opened for each person, a public one created for each company, with the
    /// next batch. Everyone is made known in bulk, so that being known says nothing. Returns how many were new.
    pub fn know(&self, subjects: &[Subject]) -> Result<usize, RegisterError> {
        self.database.write(|db| self.know_in(db, subjects))
    }

    /// Takes entries in, all or none, and returns the number each has in its list. What came before, with the same record,
    /// version and contents, is not taken twice: a delivery that was cut off can simply be sent again.
    pub fn receive(&self, deliveries: &[Delivery], now_ms: u64) -> Result<Vec<u64>, RegisterError> {
        self.database
            .write(|db| self.receive_in(db, deliveries, now_ms))
    }

    /// Makes subjects known and takes entries in, in one transaction, and notes how far a longer import has come.
    pub(crate) fn import(
        &self,
        subjects: &[Subject],
        deliveries: &[Delivery],
        now_ms: u64,
        progress: (&str, u64),
    ) -> Result<(), RegisterError> {
        self.database.write(|db| {
            self.know_in(db, subjects)?;
            self.receive_in(db, deliveries, now_ms)?;
            db.set_counter(progress.0, progress.1)
        })
    }

    /// A note kept with what was taken in, by name.
    pub(crate) fn noted(&self, name: &str) -> Result<Option<Vec<u8>>, RegisterError> {
        self.database.read(|db| db.meta(name))
    }

    /// Keeps a note.
    pub(crate) fn note(&self, name: &str, value: &[u8]) -> Result<(), RegisterError> {
        self.database.write(|db| db.set_meta(name, value))
    }

    /// How far an import has come.
    pub(crate) fn imported(&self, name: &str) -> Result<u64, RegisterError> {
        self.database.read(|db| db.counter(name))
    }

    fn know_in(&self, db: &mut dyn Tables, subjects: &[Subject]) -> Result<usize, RegisterError> {
        let mut unknown = BTreeMap::new();
        let tags: Vec<Hash> = subjects.iter().map(|one| self.subject_tag(one)).collect();
        let standing = db.standing(&tags, &[])?;
        for (subject, tag) in subjects.iter().zip(tags) {
            unknown.insert(tag, subject);
        }
        for list in standing.lists {
            unknown.remove(&list.tag);
        }
        let unknown: Vec<_> = unknown.into_iter().collect();
        let mut pen = Pen {
            sheet: Sheet::default(),
            newest_list: standing.newest_list,
            now_ms: 0,
        };
        cores::in_order(
            unknown.len(),
            |i| match unknown.get(i) {
                Some((_, one)) if one.kind() == Kind::Person => self.new_secret(one).map(Some),
                _ => Ok(None),
            },
            |i, secret| {
                if let Some((tag, subject)) = unknown.get(i) {
                    let plain = ListPlain {
                        subject: (*subject).clone(),
                        secret: secret?,
                    };
                    self.write_list(db, &mut pen, tag, &plain)?;
                }
                Ok::<_, RegisterError>(true)
            },
        )?;
        pen.sheet.write(db)?;
        Ok(unknown.len())
    }

    /// Opening and fresh key of a person's list in the newest epoch.
    pub(super) fn new_secret(&self, subject: &Subject) -> Result<ListSecret, RegisterError> {
        let (epoch, key) = self.current_epoch()?;
        Ok(ListSecret {
            epoch,
            o: opening(key, &self.net, self.reg(), epoch, subject)?,
            key: ListKey::new(self.net, self.reg(), SecretKey::from_bytes(*random()?)),
        })
    }

    pub(super) fn list_plain(&self, row: &ListRow) -> Result<ListPlain, RegisterError> {
        ListPlain::decode(
            &self.vault.open_value(&row.tag, &row.sealed)?,
            self.net,
            self.reg(),
        )
    }

    /// The operation that opens or creates a list.
    pub(super) fn list_op(plain: &ListPlain) -> Op {
        match &plain.secret {
            Some(secret) => {
                let k = list_commitment(&secret.o, &secret.key.public());
                Op::Open {
                    epoch: secret.epoch,
                    o: secret.o,
                    k,
                }
            }
            None => Op::ListCreate {
                subject_hash: plain.subject.hash(),
            },
        }
    }

    /// Salts an entry's contents.
    pub(super) fn salt(&self, id: &Hash, v: u32, one: &Delivery) -> Result<Salted, RegisterError> {
        let blind = *random()?;
        let seed = Seed::from_bytes(*random()?);
        let (entry, fr) = EntryPlain::new(*id, v, one.flag, seed, blind, &one.contents)?;
        let schema = one.contents.schema().id;
        Ok(Salted {
            blind,
            q: content_commitment(&self.net, self.reg(), id, v, schema, &fr),
            plain: entry.encode()?,
        })
    }

    /// An entry at the end of its list.
    pub(super) fn enter(
        &self,
        spot: &Spot<'_>,
        one: &Delivery,
        salted: &Salted,
        digest: &Hash,
        chain: &mut Frontier,
        now_ms: u64,
    ) -> Result<NewEntry, RegisterError> {
        let (tag, id) = spot.record;
        let n = chain.size() + 1;
        let secret = spot.plain.secret.as_ref();
        let owner = secret.map_or_else(|| one.subject.hash(), |secret| secret.o);
        let c = entry_commitment(
            &place_commitment(&salted.blind, &owner, one.class, n, &chain.root()),
            &salted.q,
        );
        let ops = EntryOps {
            entry: match (secret, spot.label) {
                (Some(_), Some((at, label))) if at == n => Op::Entry { label, c },
                (Some(secret), _) => Op::Entry {
                    label: secret.key.label(one.class, n)?,
                    c,
                },
                (None, _) => Op::ListAppend {
                    subject_hash: owner,
                    size_before: n - 1,
                    c,
                },
            },
            head: one.contents.schema().headed.then(|| Op::Head {
                r: record_key(self.reg(), id),
                v: spot.v,
                flag: one.flag,
                hd: head_commitment(id, spot.v, &salted.q),
            }),
        };
        chain.push(leaf_hash(&c));
        let seal = |kind: &[u8], plain: &[u8]| {
            self.vault
                .seal(&place(kind, spot.list, one.class, n), plain)
        };
        Ok(NewEntry {
            list: spot.list,
            class: one.class,
            n,
            record: *tag,
            v: spot.v,
            digest: *digest,
            received_ms: now_ms,
            ops: seal(b"ops", &ops.encode())?,
            contents: seal(b"contents", &salted.plain)?,
        })
    }

    /// What a record is looked up by; `list` is its list's tag.
    pub(super) fn record_tag(&self, list: &Hash, one: &Delivery) -> Hash {
        let schema = one.contents.schema().id.to_be_bytes();
        self.vault
            .tag("record", &[list, &schema, one.key.as_bytes()])
    }

    /// What tells a repeated delivery from a conflicting one.
    pub(super) fn digest(&self, one: &Delivery, v: u32) -> Result<Hash, RegisterError> {
        let plain = EntryPlain::unsalted(v, one.flag, &one.contents)?;
        Ok(self.vault.tag("contents", &[&plain.encode()?]))
    }

    /// Random for a private list; from the business key for a public one, so that one fact cannot get two records.
    pub(super) fn new_record_id(&self, one: &Delivery) -> Result<Hash, RegisterError> {
        let schema = one.contents.schema();
        if schema.list == ListKind::Public {
            let key = [one.subject.encode().as_slice(), b"/", one.key.as_bytes()].concat();
            return Ok(public_record_id(self.reg(), schema.id, &key));
        }
        Ok(*random()?)
    }

    /// A record's id, opened.
    pub(super) fn record_id(&self, place: &[u8], sealed: &[u8]) -> Result<Hash, RegisterError> {
        let id = self.vault.open_value(place, sealed)?;
        id.as_slice()
            .try_into()
            .map_err(|_| RegisterError::damaged("a record id has another length"))
    }

    /// The tree of all commitments of a list so far, whose root is the next entry's `prev`.
    pub(super) fn tree(
        &self,
        list: i64,
        class: Class,
        row: &ChainRow,
    ) -> Result<Frontier, RegisterError> {
        let bytes = self
            .vault
            .open_value(&place(b"chain", list, class, 0), &row.sealed)?;
        Frontier::decode(&bytes)
            .map_err(|_| RegisterError::damaged("a list's tree has another layout"))
    }

    /// That tree as it is kept.
    pub(super) fn sealed_tree(
        &self,
        list: i64,
        class: Class,
        tree: &Frontier,
    ) -> Result<Vec<u8>, RegisterError> {
        self.vault
            .seal(&place(b"chain", list, class, 0), &tree.encode())
    }
}

/// Where in the database an encrypted value belongs.
pub(super) fn place(kind: &[u8], list: i64, class: Class, n: u64) -> Vec<u8> {
    [kind, &list.to_be_bytes(), &[class as u8], &n.to_be_bytes()].concat()
}
