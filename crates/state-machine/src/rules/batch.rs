//! Batches: what a register may write under its own number.

use toend_ledger::hash::Hash;
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::record::Flag;
use toend_ledger::state::{
    CovertValue, EntryValue, EpochValue, HeadValue, Key, OpeningValue, PublicListValue, Reg,
    RegisterValue,
};
use toend_ledger::tx::{Batch, Op, is_bucket};

use super::{Mode, Round};
use crate::draft::Slot;
use crate::limits::COVERT_LONGEST_MS;
use toend_ledger::code::Code;

impl Round<'_> {
    /// `02`: signed by the register's seal key, with exactly the next number, of bucket sizes; then every operation.
    pub(super) fn batch(&mut self, batch: &Batch, hash: &Hash) -> Result<(), Code> {
        let slot = Slot::of(Key::Register(batch.reg));
        let mut register = self.register(&slot)?;
        self.check_seal(batch, hash, &register)?;
        if batch.number < register.next_batch {
            return Err(Code::BatchReplayed);
        }
        if batch.number > register.next_batch {
            return Err(Code::BatchAhead);
        }
        self.check_buckets(batch)?;

        for op in batch.ops() {
            self.op(batch.reg, op)?;
            match op {
                Op::Open { .. } => register.opened += 1,
                Op::Entry { .. } => register.entries += 1,
                Op::Head { .. } => register.heads += 1,
                _ => {}
            }
        }
        register.next_batch = register.next_batch.checked_add(1).ok_or(Code::Internal)?;
        self.draft.put(&slot, register.encode());
        Ok(())
    }

    /// Everything about a batch that holds whatever its number: register, signature, sizes.
    pub fn check_batch(&mut self, batch: &Batch, hash: &Hash) -> Result<(), Code> {
        let register = self.register(&Slot::of(Key::Register(batch.reg)))?;
        self.check_seal(batch, hash, &register)?;
        self.check_buckets(batch)
    }

    fn check_seal(
        &mut self,
        batch: &Batch,
        hash: &Hash,
        register: &RegisterValue,
    ) -> Result<(), Code> {
        let key = register.seal_key;
        let holds = self.verified.holds(hash, &key, || batch.verify(&key));
        if holds {
            Ok(())
        } else {
            Err(Code::BadSignature)
        }
    }

    /// Sizes say nothing about what happened: entries, and heads alike, come in buckets.
    fn check_buckets(&self, batch: &Batch) -> Result<(), Code> {
        let least = self.constants.least_batch;
        let count = |wanted: fn(&Op) -> bool| batch.ops().iter().filter(|op| wanted(op)).count();
        if !is_bucket(count(|op| matches!(op, Op::Entry { .. })), least) {
            return Err(Code::EntryBucket);
        }
        let heads = count(|op| matches!(op, Op::Head { .. }));
        if self.constants.pad_heads && !is_bucket(heads, least) {
            return Err(Code::HeadBucket);
        }
        Ok(())
    }

    fn op(&mut self, reg: Reg, op: &Op) -> Result<(), Code> {
        let slot = Slot::of(op.key(reg));
        let at = self.at;
        let value = match *op {
            Op::Open { epoch, k, .. } => {
                if self.current_epoch(reg)? != Some(epoch) {
                    return Err(Code::EpochNotCurrent);
                }
                self.vacant(&slot, Code::AlreadyOpen)?;
                OpeningValue { k, at }.encode()
            }
            Op::Entry { c, .. } => {
                self.vacant(&slot, Code::EntryExists)?;
                EntryValue { c, at }.encode()
            }
            Op::Head { v, flag, hd, .. } => {
                self.check_head(&slot, v)?;
                HeadValue { v, flag, hd, at }.encode()
            }
            Op::ListCreate { .. } => {
                self.vacant(&slot, Code::ListExists)?;
                PublicListValue {
                    frontier: Frontier::new(),
                    at,
                }
                .encode()
            }
            Op::ListAppend { size_before, c, .. } => {
                let bytes = self.draft.get(&slot).ok_or(Code::ListMissing)?;
                let mut list = PublicListValue::decode(&bytes).map_err(|_| Code::Internal)?;
                if list.frontier.size() != size_before || size_before == u64::MAX {
                    return Err(Code::ListSize);
                }
                list.frontier.push(leaf_hash(&c));
                PublicListValue { at, ..list }.encode()
            }
            Op::Covert { open_by, .. } => {
                self.vacant(&slot, Code::CovertExists)?;
                let now = at.time_ms;
                let allowed = open_by > now && open_by - now <= COVERT_LONGEST_MS;
                if self.mode == Mode::Decide && !allowed {
                    return Err(Code::CovertPeriod);
                }
                CovertValue {
                    open_by,
                    opened_at: 0,
                }
                .encode()
            }
            Op::CovertOpened { .. } => {
                if self.draft.wrote(&slot) {
                    return Err(Code::WrittenTwice);
                }
                let bytes = self.draft.get(&slot).ok_or(Code::CovertMissing)?;
                let covert = CovertValue::decode(&bytes).map_err(|_| Code::Internal)?;
                if covert.opened_at != 0 {
                    return Err(Code::CovertOpened);
                }
                // 0 means closed; no header is from before 1970, but the layout must not rest on it.
                CovertValue {
                    opened_at: at.time_ms.max(1),
                    ..covert
                }
                .encode()
            }
        };
        self.draft.put(&slot, value);
        Ok(())
    }

    fn vacant(&self, slot: &Slot, taken: Code) -> Result<(), Code> {
        if self.draft.holds(slot) {
            Err(taken)
        } else {
            Ok(())
        }
    }

    /// v = 1, then exactly one more; after the flag "ended" never again.
    fn check_head(&self, slot: &Slot, v: u32) -> Result<(), Code> {
        let before = match self.draft.get(slot) {
            None => 0,
            Some(bytes) => {
                let head = HeadValue::decode(&bytes).map_err(|_| Code::Internal)?;
                if head.flag == Flag::Ended {
                    return Err(Code::RecordEnded);
                }
                head.v
            }
        };
        if before.checked_add(1) == Some(v) {
            Ok(())
        } else {
            Err(Code::VersionSkipped)
        }
    }

    /// The epoch in which this block's lists are opened. A new epoch begins in the block after it was set.
    fn current_epoch(&self, reg: Reg) -> Result<Option<u16>, Code> {
        let Some(latest) = self.registry.latest_epoch(reg) else {
            return Ok(None);
        };
        let value = self.epoch(reg, latest)?;
        Ok(if value.from <= self.at.height {
            Some(latest)
        } else {
            latest.checked_sub(1).filter(|epoch| *epoch > 0)
        })
    }

    pub(super) fn epoch(&self, reg: Reg, epoch: u16) -> Result<EpochValue, Code> {
        let bytes = self
            .draft
            .get(&Slot::of(Key::Epoch { reg, epoch }))
            .ok_or(Code::Internal)?;
        EpochValue::decode(&bytes).map_err(|_| Code::Internal)
    }
}
