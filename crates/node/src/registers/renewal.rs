//! Lists that wait to be opened while their VRF epoch ends.
//!
//! An opening names its epoch, and an epoch that is over opens nothing any more. What waits, or stands in batches that no
//! block took in time, is therefore opened in the epoch in force instead. An entry's commitment names the opening and all
//! entries before it: those of the list are made anew as well, with the same labels, numbers and contents. Nothing of such
//! a list is on the ledger, for entries are sealed with their list or after it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use toend_ledger::commitment::{content_commitment, entry_commitment, place_commitment};
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, opening};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::tx::{Batch, Op};

use super::database::{BatchRow, ListRow, NewChain, NewOps, Tables};
use super::entry::{EntryOps, EntryPlain, ListPlain, ListSecret};
use super::receiving::place;
use super::vault::random;
use super::{Books, Register, RegisterError, decoys};

/// Entries read at a time.
const PAGE: u32 = 500;

/// What was made anew.
#[derive(Debug, Default)]
pub(super) struct Renewed {
    /// Openings, by the `O` that they had.
    openings: HashMap<Hash, Op>,
    /// Commitments, by the label that stays.
    entries: HashMap<Hash, Hash>,
}

impl Renewed {
    /// An operation as it is now.
    fn of(&self, op: &Op) -> Op {
        match op {
            Op::Open { o, .. } => *self.openings.get(o).unwrap_or(op),
            Op::Entry { label, .. } => match self.entries.get(label) {
                Some(c) => Op::Entry {
                    label: *label,
                    c: *c,
                },
                None => *op,
            },
            _ => *op,
        }
    }
}

impl Register {
    /// The batches under way. Where one opens lists in an epoch that ended before a block took it, it and those behind it
    /// are made anew: with the same numbers, and with nothing else in them. Entries of such a list may stand in any of them.
    pub(super) fn with_epoch_in_force(
        &self,
        mut rows: Vec<BatchRow>,
    ) -> Result<Vec<BatchRow>, RegisterError> {
        let late = |op: &Op| matches!(op, Op::Open { epoch, .. } if self.is_over(*epoch));
        let mut batches = Vec::new();
        for row in &rows {
            let batch = row.batch()?;
            if !batches.is_empty() || batch.ops().iter().any(late) {
                batches.push(batch);
            }
        }
        if batches.is_empty() {
            return Ok(rows);
        }
        let renewed = self.database.write(|db| {
            let mut renewed = Renewed::default();
            for batch in &batches {
                for list in db.lists_in(batch.number)? {
                    let plain = self.list_plain(&list)?;
                    self.in_epoch_in_force(db, &list, plain, &mut renewed)?;
                }
            }
            self.redraw_decoys(db, &batches, &mut renewed)?;
            let key = self.seal_key()?;
            let mut rows = Vec::with_capacity(batches.len());
            for batch in &batches {
                let ops = batch.ops().iter().map(|op| renewed.of(op)).collect();
                let row = self.signed(batch.number, ops, key)?;
                db.set_batch(&row)?;
                rows.push(row);
            }
            Ok(rows)
        })?;
        tracing::info!(
            reg = self.reg().0,
            batches = renewed.len(),
            "a VRF epoch ended: batches under way open their lists in the new one"
        );
        rows.truncate(rows.len().saturating_sub(renewed.len()));
        rows.extend(renewed);
        Ok(rows)
    }

    /// New commitments for the filler of the newest batches. Otherwise whoever saw both forms of them could tell the entries
    /// of the lists that are opened: they alone would differ.
    fn redraw_decoys(
        &self,
        db: &mut dyn Tables,
        batches: &[Batch],
        renewed: &mut Renewed,
    ) -> Result<(), RegisterError> {
        let labels: HashSet<Hash> = batches
            .iter()
            .flat_map(Batch::ops)
            .filter_map(|op| match op {
                Op::Entry { label, .. } => Some(*label),
                _ => None,
            })
            .collect();
        let list = self.decoy_list();
        for n in (1..=db.counter(decoys::ENTRIES)?).rev() {
            let label = list.label(Class::Records, n)?;
            if !labels.contains(&label) {
                break;
            }
            renewed.entries.insert(label, *random()?);
        }
        Ok(())
    }
}

impl Books {
    /// Whether an epoch is known to have ended.
    fn is_over(&self, epoch: u16) -> bool {
        // 0 before the first look at a ledger: then nothing is known.
        epoch < self.in_force.load(Ordering::SeqCst)
    }

    /// A list that is not open yet, in the epoch in force: as it is where its epoch lasts, else made anew.
    pub(super) fn in_epoch_in_force(
        &self,
        db: &mut dyn Tables,
        row: &ListRow,
        plain: ListPlain,
        renewed: &mut Renewed,
    ) -> Result<ListPlain, RegisterError> {
        let Some(secret) = plain
            .secret
            .as_ref()
            .filter(|secret| self.is_over(secret.epoch))
        else {
            return Ok(plain);
        };
        let epoch = self.in_force.load(Ordering::SeqCst);
        let key = self.settings.vrf_keys.iter().find(|(n, _)| *n == epoch);
        let (_, key) = key.ok_or(RegisterError::EpochOver(secret.epoch))?;
        let o = opening(key, &self.net, self.reg(), epoch, &plain.subject)?;
        let after = ListPlain {
            subject: plain.subject.clone(),
            secret: Some(ListSecret {
                epoch,
                o,
                key: secret.key.clone(),
            }),
        };
        renewed.openings.insert(secret.o, Self::list_op(&after));
        for class in [Class::Records, Class::AccessLog] {
            self.renew_entries(db, row.id, class, &o, renewed)?;
        }
        db.set_list(row.id, self.vault.seal(&row.tag, &after.encode())?)?;
        Ok(after)
    }

    /// Commitments of a list's entries, each upon those before it, for the owner `o`.
    fn renew_entries(
        &self,
        db: &mut dyn Tables,
        list: i64,
        class: Class,
        o: &Hash,
        renewed: &mut Renewed,
    ) -> Result<(), RegisterError> {
        let mut chain = Frontier::new();
        loop {
            let page = db.entries(list, class, chain.size(), PAGE)?;
            if page.is_empty() {
                break;
            }
            let mut rows = Vec::with_capacity(page.len());
            for row in page {
                let n = chain.size() + 1;
                if row.n != n {
                    return Err(RegisterError::damaged("a list's entries have a gap"));
                }
                let ops_place = place(b"ops", list, class, n);
                let ops = EntryOps::decode(&self.vault.open_value(&ops_place, &row.ops)?)?;
                let Op::Entry { label, .. } = ops.entry else {
                    return Err(RegisterError::damaged(
                        "a private list holds a public entry",
                    ));
                };
                let contents = place(b"contents", list, class, n);
                let plain = EntryPlain::decode(&self.vault.open_value(&contents, &row.contents)?)?;
                let (record, root) = (&plain.record, plain.root()?);
                let q =
                    content_commitment(&self.net, self.reg(), record, plain.v, plain.schema, &root);
                let p = place_commitment(&plain.blind, o, class, n, &chain.root());
                let c = entry_commitment(&p, &q);
                chain.push(leaf_hash(&c));
                renewed.entries.insert(label, c);
                let ops = EntryOps {
                    entry: Op::Entry { label, c },
                    head: ops.head,
                };
                rows.push(NewOps {
                    list,
                    class,
                    n,
                    ops: self.vault.seal(&ops_place, &ops.encode())?,
                });
            }
            db.set_ops(rows)?;
        }
        if chain.size() > 0 {
            db.set_chains(vec![NewChain {
                list,
                class,
                size: chain.size(),
                sealed: self.sealed_tree(list, class, &chain)?,
            }])?;
        }
        Ok(())
    }
}
