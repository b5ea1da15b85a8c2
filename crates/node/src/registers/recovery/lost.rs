//! Entries that stand on the ledger and whose contents are lost: found, noted, and counted in their lists.

use std::collections::{BTreeMap, HashMap};

use toend_ledger::hash::{Hash, sha256};
use toend_ledger::layout::Reader;
use toend_ledger::list::Class;
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::state::EntryValue;
use toend_ledger::tx::{Op, Tx};

use super::super::database::{ListRow, NewChain, Tables};
use super::super::entry::EntryOps;
use super::super::receiving::place;
use super::super::{Books, Register, RegisterError};
use super::{Differences, PAGE, Standing, Unsure, public_list};

/// What was appended to public lists by batches that the database does not know; read from the blocks when first needed.
pub(super) struct Appends {
    since: u64,
    read: Option<HashMap<Hash, BTreeMap<u64, Hash>>>,
}

impl Appends {
    /// After this batch.
    pub(super) const fn since(batch: u64) -> Self {
        Self {
            since: batch,
            read: None,
        }
    }

    /// Commitments by number, of the list of one subject.
    fn of(
        &mut self,
        register: &Register,
        subject: &Hash,
    ) -> Result<BTreeMap<u64, Hash>, RegisterError> {
        let read = match &mut self.read {
            Some(read) => read,
            none => none.insert(register.appends(self.since)?),
        };
        Ok(read.get(subject).cloned().unwrap_or_default())
    }
}

fn name(list: i64, class: Class) -> String {
    format!("lost/{list}/{}", class as u8)
}

impl Books {
    /// Numbers and commitments of a list's entries whose contents are lost.
    pub(in crate::registers) fn lost(
        &self,
        db: &mut dyn Tables,
        list: i64,
        class: Class,
    ) -> Result<Vec<(u64, Hash)>, RegisterError> {
        let name = name(list, class);
        let Some(sealed) = db.meta(&name)? else {
            return Ok(Vec::new());
        };
        let plain = self.vault.open_value(name.as_bytes(), &sealed)?;
        let damaged = |_| RegisterError::damaged("a note of lost entries has another layout");
        let mut reader = Reader::new(&plain);
        let mut out = Vec::new();
        while reader.left() > 0 {
            let n = reader.u64().map_err(damaged)?;
            out.push((n, reader.array().map_err(damaged)?));
        }
        Ok(out)
    }

    fn note_lost(
        &self,
        db: &mut dyn Tables,
        list: i64,
        class: Class,
        more: &[(u64, Hash)],
    ) -> Result<(), RegisterError> {
        let mut plain = Vec::new();
        for (n, c) in self.lost(db, list, class)?.iter().chain(more) {
            plain.extend_from_slice(&n.to_be_bytes());
            plain.extend_from_slice(c);
        }
        let name = name(list, class);
        db.set_meta(&name, &self.vault.seal(name.as_bytes(), &plain)?)
    }
}

impl Register {
    /// Brings every list's tree to where the ledger has it, where that is further.
    pub(super) fn settle_chains(
        &self,
        db: &mut dyn Tables,
        unsure: &Unsure,
        appends: &mut Appends,
        found: &mut Differences,
    ) -> Result<(), RegisterError> {
        let mut after = 0;
        loop {
            let page = db.lists_after(after, PAGE)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id;
            for row in &page {
                for class in [Class::Records, Class::AccessLog] {
                    let lost = self.settle_chain(db, row, class, unsure, appends)?;
                    if lost > 0 && unsure.waiting.contains(&(row.id, class as u8)) {
                        return Err(RegisterError::TakenInSince);
                    }
                    found.lost += lost;
                }
            }
        }
    }

    /// As above, for one list; how many entries were found that are not here.
    fn settle_chain(
        &self,
        db: &mut dyn Tables,
        row: &ListRow,
        class: Class,
        unsure: &Unsure,
        appends: &mut Appends,
    ) -> Result<u64, RegisterError> {
        let plain = self.list_plain(row)?;
        if self.standing(&plain)? != Standing::Ours {
            return Ok(0);
        }
        let mut tree = match db.chain(row.id, class)? {
            Some(chain) => self.tree(row.id, class, &chain)?,
            None => Frontier::new(),
        };
        let mut lost = Vec::new();
        match &plain.secret {
            Some(secret) => {
                let mut n = tree.size() + 1;
                while let Some(value) = self.now(&secret.key.entry_key(class, n)?)? {
                    let value = EntryValue::decode(&value).map_err(|_| RegisterError::State)?;
                    lost.push((n, value.c));
                    n += 1;
                }
            }
            None if class == Class::Records => {
                let value = self.now(&self.list_key(&plain))?;
                let ledger = public_list(&value.ok_or(RegisterError::State)?)?.frontier;
                if ledger.size() <= tree.size() {
                    if unsure.claimed.contains(&row.id) {
                        self.compare(db, row.id, &ledger)?;
                    }
                    return Ok(0);
                }
                let subject = plain.subject.hash();
                let mut appended = appends.of(self, &subject)?;
                for n in tree.size() + 1..=ledger.size() {
                    let c = appended.remove(&n).ok_or(RegisterError::State)?;
                    lost.push((n, c));
                }
                let mut whole = tree.clone();
                for (_, c) in &lost {
                    whole.push(leaf_hash(c));
                }
                if whole != ledger {
                    return Err(RegisterError::TakenInSince);
                }
            }
            None => {}
        }
        if !lost.is_empty() {
            for (_, c) in &lost {
                tree.push(leaf_hash(c));
            }
            db.set_chains(vec![NewChain {
                list: row.id,
                class,
                size: tree.size(),
                sealed: self.sealed_tree(row.id, class, &tree)?,
            }])?;
            self.note_lost(db, row.id, class, &lost)?;
        }
        Ok(lost.len() as u64)
    }

    /// Makes sure that a public list's first entries here are those of the ledger.
    fn compare(
        &self,
        db: &mut dyn Tables,
        list: i64,
        ledger: &Frontier,
    ) -> Result<(), RegisterError> {
        let class = Class::Records;
        let mut all: BTreeMap<u64, Hash> = self.lost(db, list, class)?.into_iter().collect();
        let mut after = 0;
        loop {
            let page = db.entries(list, class, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.n;
            for row in &page {
                let ops = self
                    .vault
                    .open_value(&place(b"ops", list, class, row.n), &row.ops)?;
                all.insert(row.n, EntryOps::decode(&ops)?.c());
            }
        }
        let mut tree = Frontier::new();
        for (_, c) in all.range(..=ledger.size()) {
            tree.push(leaf_hash(c));
        }
        if tree == *ledger {
            Ok(())
        } else {
            Err(RegisterError::TakenInSince)
        }
    }

    /// Appends of this register's batches after `since`, from the blocks, newest first.
    fn appends(&self, since: u64) -> Result<HashMap<Hash, BTreeMap<u64, Hash>>, RegisterError> {
        let mut found: HashMap<Hash, BTreeMap<u64, Hash>> = HashMap::new();
        let mut height = self.ledger.tip().height();
        loop {
            let txs = self
                .ledger
                .block_txs(height)
                .ok_or(RegisterError::NoBlock(height))?;
            for tx in &txs {
                let Ok(Tx::Batch(batch)) = Tx::decode(tx) else {
                    continue;
                };
                let effective = self.ledger.included(&sha256(&[tx]));
                if batch.reg != self.reg() || effective.is_none_or(|place| place.code != 0) {
                    continue;
                }
                if batch.number <= since {
                    return Ok(found);
                }
                for op in batch.ops() {
                    if let Op::ListAppend {
                        subject_hash,
                        size_before,
                        c,
                    } = op
                    {
                        let list = found.entry(*subject_hash).or_default();
                        list.insert(size_before + 1, *c);
                    }
                }
                if batch.number == since + 1 {
                    return Ok(found);
                }
            }
            height = height.checked_sub(1).ok_or(RegisterError::NoBlock(0))?;
        }
    }
}
