//! One statement: fields of a record, sealed by a register.

use thiserror::Error;

use super::index::{IndexError, IndexFacts, IndexProof};
use crate::cbor::Value;
use crate::cometbft::Header;
use crate::commitment::{
    FieldError, FieldOpening, RowOpening, content_commitment, entry_commitment, verify_fields,
    verify_row,
};
use crate::hash::Hash;
use crate::history::{HistoryError, HistoryProof};
use crate::interval::{IntervalError, SealedBetween};
use crate::proof::{ProofError, StateProof, verify_presence};
use crate::record::{Flag, head_commitment, record_key};
use crate::rights::{Periods, RightProof};
use crate::state::{At, EntryValue, HeadValue, Key, Reg};

/// Most statements of a document.
pub(super) const MAX_STATEMENTS: usize = 64;
/// Most rows shown of one group.
pub(super) const MAX_ROWS_SHOWN: usize = 4096;

/// What the record's place on the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A record with a head: sealed, unaltered, and version v is the one in force (or has ended).
    Head {
        /// Value of key `12 ‖ reg ‖ R`.
        value: HeadValue,
        /// Its presence.
        proof: StateProof,
    },
    /// A record without a head: sealed and unaltered. The label is opaque, and so is P.
    Entry {
        /// `L`.
        label: Hash,
        /// Place commitment.
        p: Hash,
        /// Value of key `11 ‖ reg ‖ L`.
        value: EntryValue,
        /// Its presence.
        proof: StateProof,
    },
}

/// Proof of the time by which the ledger had sealed the record: the header after its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBy {
    /// Header of block `at.height + 1`.
    pub header: Header,
    /// That header in the history of the file's header.
    pub history: HistoryProof,
}

/// Rows shown of a repeated group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowGroup {
    /// Position of the group, which must be shown too.
    pub position: u16,
    /// Rows, strictly increasing.
    pub rows: Vec<RowOpening>,
}

/// A statement and its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The register that sealed the record.
    pub reg: Reg,
    /// Record kind.
    pub schema: u32,
    /// Record id.
    pub record: Hash,
    /// Version, from 1.
    pub v: u32,
    /// Root over all fields.
    pub fr: Hash,
    /// Fields shown, strictly increasing positions, at least one.
    pub fields: Vec<FieldOpening>,
    /// Rows shown of repeated groups, strictly increasing positions.
    pub rows: Vec<RowGroup>,
    /// Where it stands.
    pub evidence: Evidence,
    /// If the time matters.
    pub sealed_by: Option<SealedBy>,
    /// If it is to be shown whose list it stands in.
    pub index: Option<IndexProof>,
    /// Who might seal this kind of record when. From version 3 on.
    pub right: Option<RightProof>,
}

/// What a verified statement proves. Only [`Statement::verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The register that sealed the record.
    pub reg: Reg,
    /// Record kind.
    pub schema: u32,
    /// Record id.
    pub record: Hash,
    /// Version.
    pub v: u32,
    /// Fields shown.
    pub fields: Vec<(u16, Value)>,
    /// Rows shown: (position, row, value).
    pub rows: Vec<(u16, u32, Value)>,
    /// Whether it is known to be in force.
    pub standing: Standing,
    /// Block that sealed this version.
    pub sealed_height: u64,
    /// When, if the file shows the header after that block.
    pub sealed: Option<SealedBetween>,
    /// Whose list it stands in, if shown.
    pub index: Option<IndexFacts>,
    /// Who might seal this kind of record when, if shown.
    pub right: Option<Periods>,
}

/// Whether a record is known to be in force at the state the file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its head says: in force.
    Current,
    /// Its head says: ended.
    Ended,
    /// Records of this kind have no head; nothing can be said.
    NotSaid,
}

/// What a reader demands of a file, beyond its being genuine (review finding 1.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The holder shows it: the holder has seen it.
    HolderPresented,
    /// A register, or somebody before a court, shows it about someone who may never have seen it.
    CourtPresented,
}

/// What a file lacks for a profile. The file is genuine all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Shortfall {
    /// No index proof: the record may stand in another person's list, or in none.
    #[error("not shown to stand in the person's list")]
    NotShownInList,
}

/// Why a statement is refused. Whoever made the file is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StatementError {
    /// No field is shown, so nothing is said.
    #[error("the statement shows no field")]
    Nothing,
    /// The head says another version than the statement.
    #[error("the head names version {head}, the statement version {stated}")]
    Version {
        /// Version according to the ledger.
        head: u32,
        /// Version according to the statement.
        stated: u32,
    },
    /// The ledger holds a commitment to something else.
    #[error("the ledger holds another content")]
    OtherContent,
    /// Records of this kind have a head, and only the head says whether they are in force; or they have none.
    #[error("records of this kind are proven in the other way (by head, or by entry)")]
    WrongEvidence,
    /// Rows shown twice, out of order, or of a field that is not shown.
    #[error("rows of position {0} are shown twice, out of order or without their field")]
    Rows(u16),
    /// The header that should follow the sealing block is another one.
    #[error("the header shown for the time is not the one after block {0}")]
    OtherHeader(u64),
    /// A field does not belong to the record.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The record's place is not in this state.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The time is not shown.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The times are in the wrong order.
    #[error(transparent)]
    Interval(#[from] IntervalError),
    /// The place in the list is not shown.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// What the reader brings: nothing here may come from the file.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Hash of the genesis file.
    pub net: &'a Hash,
    /// Root of the state after a block, from the verified header of the next.
    pub root: &'a Hash,
    /// Height of the chain's first block.
    pub first_height: u64,
    /// Positions of the schema.
    pub positions: u16,
    /// Whether records of the schema have a head.
    pub headed: bool,
}

impl Statement {
    /// Checks the statement under a verified state root. Whether the register had the right to seal this kind of record
    /// at [`Facts::sealed_height`] is the caller's to judge, from [`Facts::right`] and its network file.
    pub fn verify(&self, context: &Context<'_>) -> Result<Facts, StatementError> {
        if self.fields.is_empty() {
            return Err(StatementError::Nothing);
        }
        verify_fields(&self.fr, context.positions, &self.fields)?;
        let rows = self.verify_rows()?;
        let q = content_commitment(
            context.net,
            self.reg,
            &self.record,
            self.v,
            self.schema,
            &self.fr,
        );
        let (standing, at) = self.verify_place(context, &q)?;
        let sealed = match &self.sealed_by {
            Some(sealed_by) => Some(sealed_by.verify(context, at)?),
            None => None,
        };
        let index = match &self.index {
            Some(index) => Some(index.verify(context.net, self.reg, context.root, &q)?),
            None => None,
        };
        let right = match &self.right {
            Some(right) => Some(right.verify(context.root, self.reg, self.schema)?),
            None => None,
        };
        Ok(Facts {
            reg: self.reg,
            schema: self.schema,
            record: self.record,
            v: self.v,
            fields: self
                .fields
                .iter()
                .map(|field| (field.position, field.value.clone()))
                .collect(),
            rows,
            standing,
            sealed_height: at.height,
            sealed,
            index,
            right,
        })
    }

    fn verify_rows(&self) -> Result<Vec<(u16, u32, Value)>, StatementError> {
        let mut shown = Vec::new();
        let mut last_group = None;
        for group in &self.rows {
            let bad = StatementError::Rows(group.position);
            if last_group.is_some_and(|last| last >= group.position) {
                return Err(bad);
            }
            last_group = Some(group.position);
            let field = self
                .fields
                .iter()
                .find(|field| field.position == group.position)
                .ok_or(bad)?;
            if !group.rows.is_sorted_by(|a, b| a.row < b.row) {
                return Err(bad);
            }
            for row in &group.rows {
                verify_row(group.position, &field.value, row)?;
                shown.push((group.position, row.row, row.value.clone()));
            }
        }
        Ok(shown)
    }

    fn verify_place(
        &self,
        context: &Context<'_>,
        q: &Hash,
    ) -> Result<(Standing, At), StatementError> {
        match &self.evidence {
            Evidence::Head { value, proof } if context.headed => {
                let key = Key::Head {
                    reg: self.reg,
                    r: record_key(self.reg, &self.record),
                };
                verify_presence(context.root, &key.encode(), &value.encode(), proof)?;
                if value.v != self.v {
                    return Err(StatementError::Version {
                        head: value.v,
                        stated: self.v,
                    });
                }
                if value.hd != head_commitment(&self.record, self.v, q) {
                    return Err(StatementError::OtherContent);
                }
                let standing = match value.flag {
                    Flag::Current => Standing::Current,
                    Flag::Ended => Standing::Ended,
                };
                Ok((standing, value.at))
            }
            Evidence::Entry {
                label,
                p,
                value,
                proof,
            } if !context.headed => {
                let key = Key::Entry {
                    reg: self.reg,
                    label: *label,
                };
                verify_presence(context.root, &key.encode(), &value.encode(), proof)?;
                if value.c != entry_commitment(p, q) {
                    return Err(StatementError::OtherContent);
                }
                Ok((Standing::NotSaid, value.at))
            }
            _ => Err(StatementError::WrongEvidence),
        }
    }
}

impl SealedBy {
    fn verify(&self, context: &Context<'_>, at: At) -> Result<SealedBetween, StatementError> {
        let next = at.height.saturating_add(1);
        if self.header.height != next {
            return Err(StatementError::OtherHeader(at.height));
        }
        self.history.verify(
            context.root,
            context.first_height,
            next,
            &self.header.hash(),
        )?;
        Ok(SealedBetween::from_header_times(
            at.time_ms,
            self.header.time.millis(),
        )?)
    }
}

impl Facts {
    /// Whether the file shows what a profile demands.
    pub const fn meets(&self, profile: Profile) -> Result<(), Shortfall> {
        match profile {
            Profile::CourtPresented if self.index.is_none() => Err(Shortfall::NotShownInList),
            Profile::CourtPresented | Profile::HolderPresented => Ok(()),
        }
    }
}
