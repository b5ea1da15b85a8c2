//! Taking in: who is known to the register, and what is entered about them.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use toend_ledger::commitment::{Seed, content_commitment, entry_commitment, place_commitment};
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey, list_commitment, opening};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::record::{Flag, head_commitment, public_record_id, record_key};
use toend_ledger::schema::ListKind;
use toend_ledger::subject::{Kind, Subject};
use toend_ledger::tx::Op;
use toend_ledger::vrf::SecretKey;

use super::database::{self, ListRow};
use super::entry::{EntryOps, EntryPlain, ListPlain, ListSecret};
use super::vault::random;
use super::{Delivery, Register, RegisterError};

/// A record's id and newest version.
struct RecordRow {
    id: Hash,
    v: u32,
    ended: bool,
}

impl Register {
    /// Makes subjects known: a private list is opened for each person, a public one created for each company, with the
    /// next batch. Everyone is made known in bulk, so that being known says nothing. Returns how many were new.
    pub fn know(&self, subjects: &[Subject]) -> Result<usize, RegisterError> {
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut new = 0;
        for subject in subjects {
            new += usize::from(self.know_one(&tx, subject)?);
        }
        tx.commit()?;
        Ok(new)
    }

    /// Takes entries in, all or none, and returns the number each has in its list. What came before, with the same record,
    /// version and contents, is not taken twice: a delivery that was cut off can simply be sent again.
    pub fn receive(&self, deliveries: &[Delivery], now_ms: u64) -> Result<Vec<u64>, RegisterError> {
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let numbers = deliveries
            .iter()
            .map(|one| self.receive_one(&tx, one, now_ms))
            .collect::<Result<_, _>>()?;
        tx.commit()?;
        Ok(numbers)
    }

    /// Makes subjects known and takes entries in, in one transaction, and notes how far a longer import has come.
    pub(crate) fn import(
        &self,
        subjects: &[Subject],
        deliveries: &[Delivery],
        now_ms: u64,
        progress: (&str, u64),
    ) -> Result<(), RegisterError> {
        let mut db = self.db();
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for subject in subjects {
            self.know_one(&tx, subject)?;
        }
        for one in deliveries {
            self.receive_one(&tx, one, now_ms)?;
        }
        database::set_counter(&tx, progress.0, progress.1)?;
        tx.commit()?;
        Ok(())
    }

    /// How far an import has come.
    pub(crate) fn imported(&self, name: &str) -> Result<u64, RegisterError> {
        database::counter(&self.db(), name)
    }

    fn know_one(&self, db: &Connection, subject: &Subject) -> Result<bool, RegisterError> {
        let tag = self.subject_tag(subject);
        if database::list_by_tag(db, &tag)?.is_some() {
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
        db.prepare_cached("INSERT INTO list (tag, public, sealed) VALUES (?1, ?2, ?3)")?
            .execute(params![
                tag,
                public,
                self.vault.seal(&tag, &plain.encode())?
            ])?;
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
        db: &Connection,
        one: &Delivery,
        now_ms: u64,
    ) -> Result<u64, RegisterError> {
        let row = database::list_by_tag(db, &self.subject_tag(&one.subject))?
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
        if let Some((n, known)) = sealed_version(db, &tag, one.v)? {
            return if known == digest {
                Ok(n)
            } else {
                Err(RegisterError::Conflict)
            };
        }
        let record = self.record(db, &tag, one)?;
        let newest = record.as_ref().map_or(0, |record| record.v);
        let ended = record.as_ref().is_some_and(|record| record.ended);
        if ended || one.v != newest + 1 {
            return Err(RegisterError::Version {
                newest,
                given: one.v,
            });
        }
        let id = match record {
            Some(record) => record.id,
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
        self.write_record(db, &tag, row.id, &id, one)?;
        self.write_chain(db, row.id, one.class, &chain)?;
        db.prepare_cached(
            "INSERT INTO entry (list, class, n, record, v, digest, received_ms, ops, contents)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            row.id,
            one.class as u8,
            n.cast_signed(),
            tag,
            one.v,
            digest,
            now_ms.cast_signed(),
            self.vault
                .seal(&place(b"ops", row.id, one.class, n), &ops.encode())?,
            self.vault
                .seal(&place(b"contents", row.id, one.class, n), &entry.encode()?)?,
        ])?;
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

    fn record(
        &self,
        db: &Connection,
        tag: &Hash,
        one: &Delivery,
    ) -> Result<Option<RecordRow>, RegisterError> {
        let mut statement =
            db.prepare_cached("SELECT v, ended, sealed FROM record WHERE tag = ?1")?;
        let row: Option<(u32, bool, Vec<u8>)> = statement
            .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((v, ended, sealed)) = row else {
            return Ok(None);
        };
        if one.v <= v {
            return Err(RegisterError::Version {
                newest: v,
                given: one.v,
            });
        }
        let id = self.vault.open_value(tag, &sealed)?;
        let id = id
            .as_slice()
            .try_into()
            .map_err(|_| RegisterError::damaged("a record id has another length"))?;
        Ok(Some(RecordRow { id, v, ended }))
    }

    fn write_record(
        &self,
        db: &Connection,
        tag: &Hash,
        list: i64,
        id: &Hash,
        one: &Delivery,
    ) -> Result<(), RegisterError> {
        db.prepare_cached(
            "INSERT INTO record (tag, list, v, ended, sealed) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (tag) DO UPDATE SET v = ?3, ended = ?4",
        )?
        .execute(params![
            tag,
            list,
            one.v,
            one.flag == Flag::Ended,
            self.vault.seal(tag, id)?
        ])?;
        Ok(())
    }

    /// The tree of all commitments of a list so far, whose root is the next entry's `prev`.
    fn chain(&self, db: &Connection, list: i64, class: Class) -> Result<Frontier, RegisterError> {
        let mut statement =
            db.prepare_cached("SELECT sealed FROM chain WHERE list = ?1 AND class = ?2")?;
        let sealed: Option<Vec<u8>> = statement
            .query_row(params![list, class as u8], |row| row.get(0))
            .optional()?;
        let Some(sealed) = sealed else {
            return Ok(Frontier::new());
        };
        let bytes = self
            .vault
            .open_value(&place(b"chain", list, class, 0), &sealed)?;
        Frontier::decode(&bytes)
            .map_err(|_| RegisterError::damaged("a list's tree has another layout"))
    }

    fn write_chain(
        &self,
        db: &Connection,
        list: i64,
        class: Class,
        chain: &Frontier,
    ) -> Result<(), RegisterError> {
        db.prepare_cached(
            "INSERT INTO chain (list, class, size, sealed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (list, class) DO UPDATE SET size = ?3, sealed = ?4",
        )?
        .execute(params![
            list,
            class as u8,
            chain.size().cast_signed(),
            self.vault
                .seal(&place(b"chain", list, class, 0), &chain.encode())?
        ])?;
        Ok(())
    }
}

/// Where in the database an encrypted value belongs.
pub(super) fn place(kind: &[u8], list: i64, class: Class, n: u64) -> Vec<u8> {
    [kind, &list.to_be_bytes(), &[class as u8], &n.to_be_bytes()].concat()
}

/// Number and digest of a version that was taken in before.
fn sealed_version(
    db: &Connection,
    record: &Hash,
    v: u32,
) -> Result<Option<(u64, Hash)>, RegisterError> {
    let mut statement =
        db.prepare_cached("SELECT n, digest FROM entry WHERE record = ?1 AND v = ?2")?;
    Ok(statement
        .query_row(params![record, v], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
        })
        .optional()?)
}
