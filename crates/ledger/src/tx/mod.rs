//! Transactions: what a register, a gateway or the authorities together may write to the ledger.
//!
//! Every transaction begins `01 ‖ kind` and carries `net`, so that it means nothing on another ledger. A batch is signed by
//! the register's seal key and writes only under that register's number: nobody can squat on another's label (review
//! finding 1.3). Its operations stand in the order of their keys, each key once. Being in a block proves nothing; only the
//! state proves (5.8).
//!
//! Signatures are Ed25519 under `verify_strict`: its result decides what the replicas agree on, so the crate's version is
//! pinned and its behaviour tested (5.9). [`ReadyKey`] gives the same result faster for a key that signs all the time.

mod action;
mod batch;
mod bucket;
mod filing;
mod governance;
mod op;
mod ready_key;

pub use action::Action;
pub use batch::{Batch, MAX_OPS};
pub use bucket::{LARGEST_BUCKET, bucket, is_bucket};
pub use filing::Filing;
pub use governance::{Governance, MAX_SIGNATURES};
pub use op::Op;
pub use ready_key::ReadyKey;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::hash::tag;
use crate::layout::LayoutError;
use crate::vrf::VrfError;

/// Most bytes of a transaction.
pub const MAX_TX: usize = 1024 * 1024;

const FORMAT: u8 = 1;
const BATCH: u8 = 1;
const FILING: u8 = 2;
const GOVERNANCE: u8 = 3;

/// Anything that may stand in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "transactions are read and applied one by one"
)]
pub enum Tx {
    /// A register's sealing of one tick.
    Batch(Batch),
    /// A filing's commitment, handed in by a gateway.
    Filing(Filing),
    /// A decision of more than two thirds of the authorities.
    Governance(Governance),
}

/// Why bytes are no transaction, or one cannot be made. The sender is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TxError {
    /// Longer than allowed.
    #[error("a transaction has at most {MAX_TX} bytes; this one has {0}")]
    TooLong(usize),
    /// The bytes belong to a suite that this program does not know.
    #[error("transactions of format {0} are not known here")]
    UnknownFormat(u8),
    /// No kind of transaction, operation or action has this tag.
    #[error("{0} is no kind of transaction, operation or action")]
    UnknownKind(u8),
    /// A flag of an operation or action that has no meaning.
    #[error("{0} is no flag of an operation or action")]
    UnknownFlag(u8),
    /// Operations out of order, or two for one key.
    #[error("operation {0} is out of order or repeats a key")]
    Order(usize),
    /// More operations than a batch can hold.
    #[error("a batch holds at most {MAX_OPS} operations; this one has {0}")]
    TooManyOps(usize),
    /// Signatures of a decision out of order, repeated, or too many.
    #[error("the signatures of a decision are out of order, repeated or too many")]
    Signatures,
    /// The signature does not fit key and bytes.
    #[error("the signature is not valid")]
    BadSignature,
    /// A key is no canonical point of large order.
    #[error("a key is not acceptable: {0}")]
    Key(#[from] VrfError),
    /// An address that is not printable ASCII padded with zeros.
    #[error("an address holds characters that no address has")]
    Address,
    /// The bytes are cut short or too long.
    #[error("a transaction is malformed: {0}")]
    Layout(#[from] LayoutError),
}

impl Tx {
    /// The bytes that go into a block.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Batch(batch) => batch.encode(),
            Self::Filing(filing) => filing.encode(),
            Self::Governance(decision) => decision.encode(),
        }
    }

    /// Reads exactly what [`encode`](Self::encode) wrote. Signatures are not checked here.
    pub fn decode(bytes: &[u8]) -> Result<Self, TxError> {
        if bytes.len() > MAX_TX {
            return Err(TxError::TooLong(bytes.len()));
        }
        let mut reader = crate::layout::Reader::new(bytes);
        match reader.u8()? {
            FORMAT => {}
            other => return Err(TxError::UnknownFormat(other)),
        }
        let kind = reader.u8()?;
        let tx = match kind {
            BATCH => Self::Batch(Batch::read(&mut reader)?),
            FILING => Self::Filing(Filing::read(&mut reader)?),
            GOVERNANCE => Self::Governance(Governance::read(&mut reader)?),
            other => return Err(TxError::UnknownKind(other)),
        };
        reader.finish()?;
        Ok(tx)
    }
}

/// What is signed: `T("tx") ‖ body`.
fn signing_bytes(body: &[u8]) -> Vec<u8> {
    let mut out = tag("tx");
    out.extend_from_slice(body);
    out
}

fn sign(key: &SigningKey, body: &[u8]) -> [u8; 64] {
    key.sign(&signing_bytes(body)).to_bytes()
}

fn verify(key: &[u8; 32], body: &[u8], signature: &[u8; 64]) -> Result<(), TxError> {
    let key = VerifyingKey::from_bytes(key).map_err(|_| TxError::BadSignature)?;
    key.verify_strict(&signing_bytes(body), &Signature::from_bytes(signature))
        .map_err(|_| TxError::BadSignature)
}

#[cfg(test)]
mod tests;
