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

use super::database::{ChainRow, ListRow, NewEntry, RecordRow, Tables};
use super::entry::{EntryOps, EntryPlain, ListPlain, ListSecret};
use super::vault::random;
use super::{Delivery, Register, RegisterError};

impl Register {
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

    /// How far an import has come.
    pub(crate) fn imported(&self, name: &str) -> Result<u64, RegisterError> {
        self.database.read(|db| db.counter(name))
    }

    fn know_one(&self, db: &mut dyn Tables, subject: &Subject) -> Result<bool, RegisterError> {
        let tag = self.subject_tag(subject);
        if db.list_by_tag(&tag)?.is_some() {
            return Ok(false);
        }
        let public = subject.kind() != Kind::Person;
        let secret = if public {
            None
        } else {
            let Some((epoch, key)) = self.settings.vrf_keys.last() else {
                return Err(RegisterError::State);
            };
            let o = opening(key, &self.net, self.reg(), *epoch, subject)?;
            let list_key = ListKey::new(self.net, self.reg(), SecretKey::from_bytes(*random()?));
            Some(ListSecret {
                epoch: *epoch,
                o,
                key: list_key,
            })
        };
        let plain = ListPlain {
            subject: subject.clone(),
            secret,
        };
        db.add_list(&tag, public, &self.vault.seal(&tag, &plain.encode())?)?;
        Ok(true)
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
        let tag = self.vault.tag(
            "record",
            &[&row.tag, &schema.id.to_be_bytes(), one.key.as_bytes()],
        );
        let digest = self.digest(one)?;
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
        let n = chain.size() + 1;
        let blind = *random()?;
        let (entry, fr) = EntryPlain::new(
            id,
            one.v,
            one.flag,
            Seed::from_bytes(*random()?),
            blind,
            &one.contents,
        )?;
        let q = content_commitment(&self.net, self.reg(), &id, one.v, schema.id, &fr);
        let owner = list
            .secret
            .as_ref()
            .map_or_else(|| one.subject.hash(), |secret| secret.o);
        let c = entry_commitment(
            &place_commitment(&blind, &owner, one.class, n, &chain.root()),
            &q,
        );
        let ops = EntryOps {
            entry: match &list.secret {
                Some(secret) => Op::Entry {
                    label: secret.key.label(one.class, n)?,
                    c,
                },
                None => Op::ListAppend {
                    subject_hash: owner,
                    size_before: n - 1,
                    c,
                },
            },
            head: schema.headed.then(|| Op::Head {
                r: record_key(self.reg(), &id),
                v: one.v,
                flag: one.flag,
                hd: head_commitment(&id, one.v, &q),
            }),
        };
        chain.push(leaf_hash(&c));
        let stored = RecordRow {
            v: one.v,
            ended: one.flag == Flag::Ended,
            sealed: self.vault.seal(&tag, &id)?,
        };
        db.set_record(&tag, row.id, stored)?;
        self.write_chain(db, row.id, one.class, &chain)?;
        let seal =
            |kind: &[u8], plain: &[u8]| self.vault.seal(&place(kind, row.id, one.class, n), plain);
        db.add_entry(NewEntry {
            list: row.id,
            class: one.class,
            n,
            record: &tag,
            v: one.v,
            digest: &digest,
            received_ms: now_ms,
            ops: seal(b"ops", &ops.encode())?,
            contents: seal(b"contents", &entry.encode()?)?,
        })?;
        Ok(n)
    }

    /// What tells a repeated delivery from a conflicting one.
    fn digest(&self, one: &Delivery) -> Result<Hash, RegisterError> {
        let (plain, _) = EntryPlain::new(
            [0; 32],
            one.v,
            one.flag,
            Seed::from_bytes([0; 32]),
            [0; 32],
            &one.contents,
        )?;
        Ok(self.vault.tag("contents", &[&plain.encode()?]))
    }

    /// Random for a private list; from the business key for a public one, so that one fact cannot get two records.
    fn new_record_id(&self, one: &Delivery) -> Result<Hash, RegisterError> {
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
    fn chain(
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

    fn write_chain(
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
