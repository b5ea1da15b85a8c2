//! Values that registers and gateways write: what is sealed, and since when.

use super::value::{begin, joined};
use super::{At, ValueError};
use crate::hash::Hash;
use crate::layout::LayoutError;
use crate::merkle::Frontier;
use crate::record::Flag;

/// Value of [`Key::Opening`](super::Key::Opening).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningValue {
    /// [`list_commitment`](crate::list::list_commitment).
    pub k: Hash,
    /// When it was opened.
    pub at: At,
}

/// Value of [`Key::Entry`](super::Key::Entry).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryValue {
    /// [`entry_commitment`](crate::commitment::entry_commitment).
    pub c: Hash,
    /// When it was sealed.
    pub at: At,
}

/// Value of [`Key::Head`](super::Key::Head).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadValue {
    /// Current version, from 1.
    pub v: u32,
    /// Whether the record still counts.
    pub flag: Flag,
    /// [`head_commitment`](crate::record::head_commitment).
    pub hd: Hash,
    /// When this version was sealed.
    pub at: At,
}

/// Value of [`Key::PublicList`](super::Key::PublicList).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicListValue {
    /// Tree of the list's entry commitments, in order.
    pub frontier: Frontier,
    /// When it last changed.
    pub at: At,
}

/// Value of [`Key::Filing`](super::Key::Filing).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilingValue {
    /// Gateway that handed it in.
    pub gateway: u16,
    /// Position of the transaction in its block.
    pub place: u32,
    /// When it was sealed.
    pub at: At,
}

/// Value of [`Key::Covert`](super::Key::Covert).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CovertValue {
    /// Unix milliseconds by which the access must be opened.
    pub open_by: u64,
    /// Unix milliseconds at which it was opened; 0 while it is closed.
    pub opened_at: u64,
}

impl OpeningValue {
    /// `01` ‖ K 32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.k, &self.at.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            k: reader.array()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        Ok(value)
    }
}

impl EntryValue {
    /// `01` ‖ C 32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.c, &self.at.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            c: reader.array()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        Ok(value)
    }
}

impl HeadValue {
    /// `01` ‖ v u32 ‖ flag u8 ‖ Hd 32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.v.to_be_bytes(),
            &[self.flag.byte()],
            &self.hd,
            &self.at.encode(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            v: reader.u32()?,
            flag: Flag::from_byte(reader.u8()?)?,
            hd: reader.array()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        if value.v == 0 {
            return Err(ValueError::VersionZero);
        }
        Ok(value)
    }
}

impl PublicListValue {
    /// `01` ‖ size u64 ‖ hashes ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.frontier.encode(), &self.at.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let Some(length) = reader.left().checked_sub(16) else {
            return Err(LayoutError::Short {
                needed: 16,
                left: reader.left(),
            }
            .into());
        };
        let frontier = Frontier::decode(reader.take(length)?)?;
        let at = At::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { frontier, at })
    }
}

impl FilingValue {
    /// `01` ‖ gateway u16 ‖ place in block u32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.gateway.to_be_bytes(),
            &self.place.to_be_bytes(),
            &self.at.encode(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            gateway: reader.u16()?,
            place: reader.u32()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        Ok(value)
    }
}

impl CovertValue {
    /// `01` ‖ open by u64 ‖ opened at u64.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.open_by.to_be_bytes(), &self.opened_at.to_be_bytes()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            open_by: reader.u64()?,
            opened_at: reader.u64()?,
        };
        reader.finish()?;
        Ok(value)
    }
}
