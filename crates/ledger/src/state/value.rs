//! Values of the state. Each begins with the format byte and has one length, given its key's kind.

use thiserror::Error;

use super::{
    AuthorityValue, ConsensusValue, CovertValue, EntryValue, FaultValue, FilingValue, GatewayValue,
    HeadValue, Key, OpeningValue, PublicListValue, RightValue, RulesValue, ValidatorValue,
};
use crate::layout::{LayoutError, Reader};
use crate::merkle::{Frontier, FrontierError};

/// The format byte that every value of this suite begins with.
pub const FORMAT: u8 = 1;

/// The format byte of a register's value whose keys were changed by decisions that count themselves.
pub const FORMAT_CHANGES: u8 = 2;

/// Why bytes are no value of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ValueError {
    /// The value belongs to a suite that this program does not know.
    #[error("values of format {0} are not known here")]
    UnknownFormat(u8),
    /// The flag of a head is neither "current" nor "ended".
    #[error("{0} is no flag of a record head")]
    UnknownFlag(u8),
    /// Versions are counted from 1.
    #[error("a record head names version 0")]
    VersionZero,
    /// An epoch that ends before it begins.
    #[error("an epoch until block {until} cannot begin at block {from}")]
    EpochReversed {
        /// First block.
        from: u64,
        /// First block after it.
        until: u64,
    },
    /// Changes are counted from 1.
    #[error("a decided value names change 0")]
    SerialZero,
    /// A fault of a kind that no program recorded.
    #[error("{0} is no kind of fault")]
    UnknownFault(u8),
    /// An address that is not printable ASCII padded with zeros.
    #[error("an address holds characters that no address has")]
    Address,
    /// The length does not fit the kind.
    #[error("a value is malformed: {0}")]
    Layout(#[from] LayoutError),
    /// The hashes do not fit the size.
    #[error("a value is malformed: {0}")]
    Frontier(#[from] FrontierError),
}

/// When the machine wrote something: height of the block and its header's time.
///
/// The time is the *lower* bound only; see [`interval`](crate::interval).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// Height of the block that sealed it.
    pub height: u64,
    /// That block's header time, Unix milliseconds.
    pub time_ms: u64,
}

impl At {
    /// height u64 ‖ time u64.
    pub fn encode(&self) -> [u8; 16] {
        let mut out = [0; 16];
        let (height, time) = out.split_at_mut(8);
        height.copy_from_slice(&self.height.to_be_bytes());
        time.copy_from_slice(&self.time_ms.to_be_bytes());
        out
    }

    /// Reads height and time from a longer layout.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, LayoutError> {
        Ok(Self {
            height: reader.u64()?,
            time_ms: reader.u64()?,
        })
    }
}

/// Value of [`Key::History`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryValue {
    /// Tree of all block hashes; leaf index = height − first height.
    pub frontier: Frontier,
}

/// Value of [`Key::Register`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterValue {
    /// Ed25519 key that signs the register's batches.
    pub seal_key: [u8; 32],
    /// Ed25519 key that signs the register's answers.
    pub answer_key: [u8; 32],
    /// Number the next batch must carry, from 1.
    pub next_batch: u64,
    /// Lists opened so far, all epochs.
    pub opened: u64,
    /// Entries sealed so far, filler included.
    pub entries: u64,
    /// Head writes so far, filler included.
    pub heads: u64,
    /// The newest change of the keys that counted itself. None as the network began, and as long as decisions under rules
    /// of versions 1 and 2 were the only ones.
    pub changed: Option<KeyChange>,
}

/// Which change of a register's keys it was, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyChange {
    /// Counted from 1.
    pub serial: u32,
    /// The block of the decision.
    pub at: At,
}

/// Value of [`Key::Epoch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochValue {
    /// The register's VRF key in this epoch.
    pub vrf_key: [u8; 32],
    /// First block in which it opens lists.
    pub from: u64,
    /// First block in which it no longer does; [`EpochValue::OPEN`] while it is the current epoch.
    pub until: u64,
}

/// A value whose kind is known from its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of [`Key::History`].
    History(HistoryValue),
    /// Of [`Key::Register`].
    Register(RegisterValue),
    /// Of [`Key::Epoch`].
    Epoch(EpochValue),
    /// Of [`Key::Authority`].
    Authority(AuthorityValue),
    /// Of [`Key::Gateway`].
    Gateway(Box<GatewayValue>),
    /// Of [`Key::Validator`].
    Validator(ValidatorValue),
    /// Of [`Key::Right`].
    Right(RightValue),
    /// Of [`Key::Fault`].
    Fault(Box<FaultValue>),
    /// Of [`Key::Rules`].
    Rules(RulesValue),
    /// Of [`Key::Consensus`].
    Consensus(ConsensusValue),
    /// Of [`Key::Opening`].
    Opening(OpeningValue),
    /// Of [`Key::Entry`].
    Entry(EntryValue),
    /// Of [`Key::Head`].
    Head(HeadValue),
    /// Of [`Key::PublicList`].
    PublicList(PublicListValue),
    /// Of [`Key::Filing`].
    Filing(FilingValue),
    /// Of [`Key::Covert`].
    Covert(CovertValue),
}

impl Value {
    /// Reads the value that stands under `key`.
    pub fn decode(key: &Key, bytes: &[u8]) -> Result<Self, ValueError> {
        Ok(match key {
            Key::History => Self::History(HistoryValue::decode(bytes)?),
            Key::Register(_) => Self::Register(RegisterValue::decode(bytes)?),
            Key::Epoch { .. } => Self::Epoch(EpochValue::decode(bytes)?),
            Key::Authority(_) => Self::Authority(AuthorityValue::decode(bytes)?),
            Key::Gateway(_) => Self::Gateway(Box::new(GatewayValue::decode(bytes)?)),
            Key::Validator(_) => Self::Validator(ValidatorValue::decode(bytes)?),
            Key::Right { .. } => Self::Right(RightValue::decode(bytes)?),
            Key::Fault(_) => Self::Fault(Box::new(FaultValue::decode(bytes)?)),
            Key::Rules => Self::Rules(RulesValue::decode(bytes)?),
            Key::Consensus(_) => Self::Consensus(ConsensusValue::decode(bytes)?),
            Key::Opening { .. } => Self::Opening(OpeningValue::decode(bytes)?),
            Key::Entry { .. } => Self::Entry(EntryValue::decode(bytes)?),
            Key::Head { .. } => Self::Head(HeadValue::decode(bytes)?),
            Key::PublicList { .. } => Self::PublicList(PublicListValue::decode(bytes)?),
            Key::Filing(_) => Self::Filing(FilingValue::decode(bytes)?),
            Key::Covert { .. } => Self::Covert(CovertValue::decode(bytes)?),
        })
    }

    /// The bytes that stand in state.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::History(value) => value.encode(),
            Self::Register(value) => value.encode(),
            Self::Epoch(value) => value.encode(),
            Self::Authority(value) => value.encode(),
            Self::Gateway(value) => value.encode(),
            Self::Validator(value) => value.encode(),
            Self::Right(value) => value.encode(),
            Self::Fault(value) => value.encode(),
            Self::Rules(value) => value.encode(),
            Self::Consensus(value) => value.encode(),
            Self::Opening(value) => value.encode(),
            Self::Entry(value) => value.encode(),
            Self::Head(value) => value.encode(),
            Self::PublicList(value) => value.encode(),
            Self::Filing(value) => value.encode(),
            Self::Covert(value) => value.encode(),
        }
    }
}

pub(super) fn begin(bytes: &[u8]) -> Result<Reader<'_>, ValueError> {
    let mut reader = Reader::new(bytes);
    match reader.u8()? {
        FORMAT => Ok(reader),
        other => Err(ValueError::UnknownFormat(other)),
    }
}

pub(super) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + parts.iter().map(|part| part.len()).sum::<usize>());
    out.push(FORMAT);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

impl HistoryValue {
    /// `01` ‖ size u64 ‖ hashes.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.frontier.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let frontier = Frontier::decode(begin(bytes)?.rest())?;
        Ok(Self { frontier })
    }
}

impl RegisterValue {
    /// `01` ‖ seal key 32 ‖ answer key 32 ‖ next batch u64 ‖ opened u64 ‖ entries u64 ‖ heads u64; where a change counted
    /// itself, `02`, the same, serial u32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = joined(&[
            &self.seal_key,
            &self.answer_key,
            &self.next_batch.to_be_bytes(),
            &self.opened.to_be_bytes(),
            &self.entries.to_be_bytes(),
            &self.heads.to_be_bytes(),
        ]);
        if let (Some(changed), Some(format)) = (self.changed, out.first_mut()) {
            *format = FORMAT_CHANGES;
            out.extend_from_slice(&changed.serial.to_be_bytes());
            out.extend_from_slice(&changed.at.encode());
        }
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = Reader::new(bytes);
        let format = reader.u8()?;
        if ![FORMAT, FORMAT_CHANGES].contains(&format) {
            return Err(ValueError::UnknownFormat(format));
        }
        let value = Self {
            seal_key: reader.array()?,
            answer_key: reader.array()?,
            next_batch: reader.u64()?,
            opened: reader.u64()?,
            entries: reader.u64()?,
            heads: reader.u64()?,
            changed: if format == FORMAT_CHANGES {
                Some(KeyChange {
                    serial: reader.u32()?,
                    at: At::read(&mut reader)?,
                })
            } else {
                None
            },
        };
        reader.finish()?;
        if value.changed.is_some_and(|changed| changed.serial == 0) {
            return Err(ValueError::SerialZero);
        }
        Ok(value)
    }
}

impl EpochValue {
    /// `until` of the current epoch.
    pub const OPEN: u64 = u64::MAX;

    /// `01` ‖ VRF key 32 ‖ from u64 ‖ until u64.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.vrf_key,
            &self.from.to_be_bytes(),
            &self.until.to_be_bytes(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            vrf_key: reader.array()?,
            from: reader.u64()?,
            until: reader.u64()?,
        };
        reader.finish()?;
        if value.until < value.from {
            return Err(ValueError::EpochReversed {
                from: value.from,
                until: value.until,
            });
        }
        Ok(value)
    }
}
