//! Taking in: who is known to the register, and what is entered about them.

use toend_ledger::commitment::{Seed, content_commitment, entry_commitment, place_commitment};
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey, list_commitment, opening};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::record::{Flag, head_commitment, public_record_id, record_key};
use toend_ledger::schema::ListKind;
use toend_ledger::subject::{Kind, Subject};
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;
use zeroize::Zeroizing;

use super::database::{ChainRow, ListRow, NewEntry, RecordRow, Tables};
use super::entry::{EntryOps, EntryPlain, ListPlain, ListSecret};
use super::vault::random;
use super::{Books, Delivery, RegisterError};

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
        self.database.write(|db| {
            let mut new = 0;
            for subject in subjects {
                new += usize::from(self.know_one(db, subject)?);
            }
            Ok(new)
        })
    }

    /// Takes entries in, all or none, and returns the number each has in its list. What came before, with the same record,
    /// version and contents, is not taken twice: a delivery that was cut off can simply be sent again.
    pub fn receive(&self, deliveries: &[Delivery], now_ms: u64) -> Result<Vec<u64>, RegisterError> {
        self.database.write(|db| {
            deliveries
                .iter()
                .map(|one| self.receive_one(db, one, now_ms))
                .collect()
        })
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
            for subject in subjects {
                self.know_one(db, subject)?;
            }
            for one in deliveries {
                self.receive_one(db, one, now_ms)?;
            }
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

    fn know_one(&self, db: &mut dyn Tables, subject: &Subject) -> Result<bool, RegisterError> {
        let tag = self.subject_tag(subject);
        if db.list_by_tag(&tag)?.is_some() {
            return Ok(false);
        }
        let secret = match subject.kind() {
            Kind::Person => Some(self.new_secret(subject)?),
            Kind::Company => None,
        };
        let plain = ListPlain {
            subject: subject.clone(),
            secret,
        };
        self.write_list(db, &tag, &plain)?;
        Ok(true)
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

    /// Adds a list.
    pub(super) fn write_list(
        &self,
        db: &mut dyn Tables,
        tag: &Hash,
        plain: &ListPlain,
    ) -> Result<(), RegisterError> {
        let public = plain.secret.is_none();
        db.add_list(tag, public, &self.vault.seal(tag, &plain.encode())?)
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

    fn receive_one(
        &self,
        db: &mut dyn Tables,
        one: &Delivery,
        now_ms: u64,
    ) -> Result<u64, RegisterError> {
        let row = db
            .list_by_tag(&self.subject_tag(&one.subject))?
            .ok_or(RegisterError::UnknownSubject)?;
        let schema = one.contents.schema();
        let public = schema.list == ListKind::Public;
        if schema.reg != self.reg().0 || schema.class != one.class as u8 || public != row.public {
            return Err(RegisterError::WrongList);
        }
        let tag = self.record_tag(&row.tag, one);
        let digest = self.digest(one, one.v)?;
        if let Some((n, known)) = db.version(&tag, one.v)? {
            return if known == digest {
                Ok(n)
            } else {
                Err(RegisterError::Conflict)
            };
        }
        let record = db.record(&tag)?;
        let newest = record.as_ref().map_or(0, |record| record.v);
        let ended = record.as_ref().is_some_and(|record| record.ended);
        if ended || Some(one.v) != newest.checked_add(1) {
            return Err(RegisterError::Version {
                newest,
                given: one.v,
            });
        }
        let id = match record {
            Some(record) => self.record_id(&tag, &record.sealed)?,
            None => self.new_record_id(one)?,
        };
        let list = self.list_plain(&row)?;
        let mut chain = self.chain(db, row.id, one.class)?;
        let salted = self.salt(&id, one.v, one)?;
        let spot = Spot {
            list: row.id,
            plain: &list,
            record: (&tag, &id),
            v: one.v,
            label: None,
        };
        let n = self.enter(db, &spot, one, &salted, &digest, &mut chain, now_ms)?;
        self.write_chain(db, row.id, one.class, &chain)?;
        Ok(n)
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

    /// Writes an entry at the end of its list and returns its number; the chain is the caller's to write.
    #[allow(clippy::too_many_arguments, reason = "what the row holds")]
    pub(super) fn enter(
        &self,
        db: &mut dyn Tables,
        spot: &Spot<'_>,
        one: &Delivery,
        salted: &Salted,
        digest: &Hash,
        chain: &mut Frontier,
        now_ms: u64,
    ) -> Result<u64, RegisterError> {
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
        let stored = RecordRow {
            v: spot.v,
            ended: one.flag == Flag::Ended,
            sealed: self.vault.seal(tag, id)?,
        };
        db.set_record(tag, spot.list, stored)?;
        let seal = |kind: &[u8], plain: &[u8]| {
            self.vault
                .seal(&place(kind, spot.list, one.class, n), plain)
        };
        db.add_entry(NewEntry {
            list: spot.list,
            class: one.class,
            n,
            record: tag,
            v: spot.v,
            digest,
            received_ms: now_ms,
            ops: seal(b"ops", &ops.encode())?,
            contents: seal(b"contents", &salted.plain)?,
        })?;
        Ok(n)
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
    pub(super) fn chain(
        &self,
        db: &mut dyn Tables,
        list: i64,
        class: Class,
    ) -> Result<Frontier, RegisterError> {
        let Some(row) = db.chain(list, class)? else {
            return Ok(Frontier::new());
        };
        let bytes = self
            .vault
            .open_value(&place(b"chain", list, class, 0), &row.sealed)?;
        Frontier::decode(&bytes)
            .map_err(|_| RegisterError::damaged("a list's tree has another layout"))
    }

    pub(super) fn write_chain(
        &self,
        db: &mut dyn Tables,
        list: i64,
        class: Class,
        chain: &Frontier,
    ) -> Result<(), RegisterError> {
        let sealed = self
            .vault
            .seal(&place(b"chain", list, class, 0), &chain.encode())?;
        let size = chain.size();
        db.set_chain(list, class, ChainRow { size, sealed })
    }
}

/// Where in the database an encrypted value belongs.
pub(super) fn place(kind: &[u8], list: i64, class: Class, n: u64) -> Vec<u8> {
    [kind, &list.to_be_bytes(), &[class as u8], &n.to_be_bytes()].concat()
}
