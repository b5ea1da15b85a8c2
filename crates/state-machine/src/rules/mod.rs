//! What a transaction may do to the state: design §4.4, row by row.
//!
//! Each rule reads through a [`Draft`] and either writes to it or refuses with a [`Code`]. Nothing here knows
//! a subject, a list or an index: the machine sees commitments, counters and opaque places, and enforces only
//! what can be seen there. That a list has no gaps is the reader's to check, by the binary ladder.

mod batch;
mod conduct;
mod filing;
mod governance;
mod offices;

pub use conduct::Misbehavior;
pub(crate) use governance::is_strong;

use std::borrow::Cow;
use std::collections::BTreeMap;

use toend_ledger::genesis::Genesis;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::state::{At, Reg, RegisterValue, TlsIssuer};
use toend_ledger::tx::{Action, Tx, TxError};

use crate::draft::{Draft, Slot};
use crate::limits::{RULES_WITH_ISSUERS, RULES_WITHOUT_REPLAYS};
use crate::registry::Registry;
use crate::signatures::Verified;
use toend_ledger::code::Code;

/// What never changes after genesis.
#[derive(Clone, Debug)]
pub(crate) struct Constants {
    pub net: Hash,
    pub first_height: u64,
    /// Version of the rules that the network began with.
    pub version: u64,
    pub least_batch: u32,
    pub pad_heads: bool,
    pub filings_per_gateway: u32,
}

impl Constants {
    pub fn new(genesis: &Genesis, net: Hash) -> Self {
        let app = &genesis.app;
        Constants {
            net,
            first_height: genesis.initial_height,
            version: genesis.params.app_version,
            least_batch: app.least_batch,
            pad_heads: app.pad_heads,
            filings_per_gateway: app.filings_per_gateway,
        }
    }
}

/// Whether a transaction's effect is decided, or only foreseen for the mempool and for a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In a block: time is the header's.
    Decide,
    /// Before one: the time to come is not known, so that nothing is refused for it.
    Foresee,
}

/// A block under way.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    pub constants: &'a Constants,
    pub verified: &'a mut Verified,
    /// Copied by the first decision that changes it.
    pub registry: Cow<'a, Registry>,
    /// As it was before the block: what the block may change is measured against it.
    pub before: &'a Registry,
    pub draft: Draft<'a>,
    pub at: At,
    pub mode: Mode,
    pub filings: BTreeMap<u16, u32>,
}

/// What came of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub code: Code,
    /// Operations asked for.
    pub asked: usize,
    /// Places of the state written.
    pub written: usize,
}

/// Reads a transaction and refuses what no state could make good under this version of the rules.
pub(crate) fn decode(constants: &Constants, version: u64, bytes: &[u8]) -> Result<Tx, Code> {
    let tx = Tx::decode(bytes).map_err(|error| match error {
        TxError::TooLong(_) | TxError::TooManyOps(_) => Code::Oversized,
        TxError::Key(_) => Code::WeakKey,
        _ => Code::Malformed,
    })?;
    let net = match &tx {
        Tx::Batch(batch) => &batch.net,
        Tx::Filing(filing) => &filing.net,
        Tx::Governance(decision) => &decision.net,
    };
    if *net != constants.net {
        Err(Code::WrongNet)
    } else if version < first_version(&tx) {
        // What programs of that version say of it.
        Err(Code::Malformed)
    } else {
        Ok(tx)
    }
}

/// The first version of the rules that knows such a transaction.
fn first_version(tx: &Tx) -> u64 {
    match tx {
        Tx::Governance(decision) => match decision.action {
            Action::Gateway { tls_issuer, .. } if tls_issuer != TlsIssuer::Unsaid => {
                RULES_WITH_ISSUERS
            }
            Action::Keys { .. } => RULES_WITHOUT_REPLAYS,
            _ => 1,
        },
        Tx::Batch(_) | Tx::Filing(_) => 1,
    }
}

impl Round<'_> {
    /// Version of the rules for the block.
    pub fn version(&self) -> u64 {
        self.before
            .version_at(self.at.height, self.constants.version)
    }

    /// Applies one transaction; `place` is its index in the block.
    pub fn apply(&mut self, bytes: &[u8], place: u32) -> Outcome {
        match decode(self.constants, self.version(), bytes) {
            Ok(tx) => self.apply_tx(&tx, &sha256(&[bytes]), place),
            Err(code) => Outcome {
                code,
                asked: 0,
                written: 0,
            },
        }
    }

    /// Applies a transaction that has been read; `hash` is that of its bytes.
    pub fn apply_tx(&mut self, tx: &Tx, hash: &Hash, place: u32) -> Outcome {
        let (asked, result) = match tx {
            Tx::Batch(batch) => (batch.ops().len(), self.batch(batch, hash)),
            Tx::Filing(filing) => (1, self.filing(filing, hash, place)),
            Tx::Governance(decision) => (1, self.governance(decision, hash)),
        };
        match result {
            Ok(()) => Outcome {
                code: Code::Ok,
                asked,
                written: self.draft.keep(),
            },
            Err(code) => {
                self.draft.drop_tx();
                Outcome {
                    code,
                    asked,
                    written: 0,
                }
            }
        }
    }

    /// A register's keys and counters.
    fn register(&self, slot: &Slot) -> Result<RegisterValue, Code> {
        let bytes = self.draft.get(slot).ok_or(Code::UnknownRegister)?;
        RegisterValue::decode(&bytes).map_err(|_| Code::Internal)
    }

    /// The number that a register's next batch must carry.
    pub fn next_batch(&self, reg: Reg) -> Option<u64> {
        self.register(&Slot::of(toend_ledger::state::Key::Register(reg)))
            .ok()
            .map(|value| value.next_batch)
    }
}
