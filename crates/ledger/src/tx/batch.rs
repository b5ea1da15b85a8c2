//! A register's batch: everything it seals in one tick.

use ed25519_dalek::SigningKey;

use super::{BATCH, FORMAT, MAX_TX, Op, TxError, sign, signing_bytes, verify};
use crate::hash::Hash;
use crate::layout::Reader;
use crate::state::Reg;

/// Most operations of a batch.
pub const MAX_OPS: usize = u16::MAX as usize;

/// `01 ‖ 01 ‖ net 32 ‖ reg u16 ‖ number u64 ‖ count u16 ‖ operations ‖ signature 64`.
///
/// Signed by the register's seal key over `T("tx") ‖` everything before the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Hash of the genesis file.
    pub net: Hash,
    /// The register, whose seal key signs.
    pub reg: Reg,
    /// The register's next batch number, from 1.
    pub number: u64,
    ops: Vec<Op>,
    /// Ed25519.
    pub signature: [u8; 64],
}

impl Batch {
    /// A signed batch. The operations are brought into order; two for one key are refused.
    pub fn signed(
        net: Hash,
        reg: Reg,
        number: u64,
        mut ops: Vec<Op>,
        key: &SigningKey,
    ) -> Result<Self, TxError> {
        ops.sort_unstable_by_key(Op::order);
        let mut batch = Self {
            net,
            reg,
            number,
            ops,
            signature: [0; 64],
        };
        check_order(&batch.ops)?;
        let body = batch.body();
        if body.len() + 64 > MAX_TX {
            return Err(TxError::TooLong(body.len() + 64));
        }
        batch.signature = sign(key, &body);
        Ok(batch)
    }

    /// The operations, strictly increasing by key.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// What the signature covers.
    pub fn signing_bytes(&self) -> Vec<u8> {
        signing_bytes(&self.body())
    }

    /// Checks the signature under the register's seal key.
    pub fn verify(&self, seal_key: &[u8; 32]) -> Result<(), TxError> {
        verify(seal_key, &self.body(), &self.signature)
    }

    /// The bytes that go into a block.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.body();
        out.extend_from_slice(&self.signature);
        out
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(110 + 74 * self.ops.len());
        out.extend_from_slice(&[FORMAT, BATCH]);
        out.extend_from_slice(&self.net);
        out.extend_from_slice(&self.reg.0.to_be_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&(self.ops.len() as u16).to_be_bytes());
        for op in &self.ops {
            op.write(&mut out);
        }
        out
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        let (net, reg, number) = (reader.array()?, Reg(reader.u16()?), reader.u64()?);
        let count = usize::from(reader.u16()?);
        // Every operation has 33 bytes or more, so a larger count cannot reserve more memory than the bytes given.
        let mut ops = Vec::with_capacity(count.min(reader.left() / 33));
        for _ in 0..count {
            ops.push(Op::read(reader)?);
        }
        check_order(&ops)?;
        Ok(Self {
            net,
            reg,
            number,
            ops,
            signature: reader.array()?,
        })
    }
}

fn check_order(ops: &[Op]) -> Result<(), TxError> {
    if ops.len() > MAX_OPS {
        return Err(TxError::TooManyOps(ops.len()));
    }
    for (i, (a, b)) in ops.iter().zip(ops.iter().skip(1)).enumerate() {
        if a.order() >= b.order() {
            return Err(TxError::Order(i + 1));
        }
    }
    Ok(())
}
