//! The single writes of a batch. Each has a tag byte and one width; its key stands first.

use super::TxError;
use crate::hash::Hash;
use crate::layout::Reader;
use crate::record::Flag;
use crate::state::{Key, Reg};

/// One write to a register's part of the state. The register comes from the batch, `at` from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Opens a private list: `01 ‖ epoch u16 ‖ O 32 ‖ K 32`.
    Open {
        /// Must be the current epoch.
        epoch: u16,
        /// Place of the opening.
        o: Hash,
        /// Commitment to the list's key.
        k: Hash,
    },
    /// Seals an entry: `02 ‖ L 32 ‖ C 32`.
    Entry {
        /// Place of the entry.
        label: Hash,
        /// Its commitment.
        c: Hash,
    },
    /// Writes a record's head: `03 ‖ R 32 ‖ v u32 ‖ flag u8 ‖ Hd 32`.
    Head {
        /// Place of the head.
        r: Hash,
        /// 1, then exactly one more each time.
        v: u32,
        /// [`Flag::Ended`] is final.
        flag: Flag,
        /// Its commitment.
        hd: Hash,
    },
    /// Creates a public list of size 0: `04 ‖ H(subject) 32`.
    ListCreate {
        /// Place of the list.
        subject_hash: Hash,
    },
    /// Appends to a public list: `05 ‖ H(subject) 32 ‖ size before u64 ‖ C 32`.
    ListAppend {
        /// Place of the list.
        subject_hash: Hash,
        /// Entries the list must have before.
        size_before: u64,
        /// Commitment of the new entry.
        c: Hash,
    },
    /// Registers a covert access: `06 ‖ S 32 ‖ open by u64`.
    Covert {
        /// Random id.
        s: Hash,
        /// Unix milliseconds.
        open_by: u64,
    },
    /// Marks a covert access as opened: `07 ‖ S 32`.
    CovertOpened {
        /// Random id.
        s: Hash,
    },
}

impl Op {
    const OPEN: u8 = 1;
    const ENTRY: u8 = 2;
    const HEAD: u8 = 3;
    const LIST_CREATE: u8 = 4;
    const LIST_APPEND: u8 = 5;
    const COVERT: u8 = 6;
    const COVERT_OPENED: u8 = 7;

    /// Appends the operation's bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Open { epoch, o, k } => {
                out.push(Self::OPEN);
                out.extend_from_slice(&epoch.to_be_bytes());
                out.extend_from_slice(o);
                out.extend_from_slice(k);
            }
            Self::Entry { label, c } => {
                out.push(Self::ENTRY);
                out.extend_from_slice(label);
                out.extend_from_slice(c);
            }
            Self::Head { r, v, flag, hd } => {
                out.push(Self::HEAD);
                out.extend_from_slice(r);
                out.extend_from_slice(&v.to_be_bytes());
                out.push(flag.byte());
                out.extend_from_slice(hd);
            }
            Self::ListCreate { subject_hash } => {
                out.push(Self::LIST_CREATE);
                out.extend_from_slice(subject_hash);
            }
            Self::ListAppend {
                subject_hash,
                size_before,
                c,
            } => {
                out.push(Self::LIST_APPEND);
                out.extend_from_slice(subject_hash);
                out.extend_from_slice(&size_before.to_be_bytes());
                out.extend_from_slice(c);
            }
            Self::Covert { s, open_by } => {
                out.push(Self::COVERT);
                out.extend_from_slice(s);
                out.extend_from_slice(&open_by.to_be_bytes());
            }
            Self::CovertOpened { s } => {
                out.push(Self::COVERT_OPENED);
                out.extend_from_slice(s);
            }
        }
    }

    /// The operation's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(74);
        self.write(&mut out);
        out
    }

    /// Reads one operation.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        Ok(match reader.u8()? {
            Self::OPEN => Self::Open {
                epoch: reader.u16()?,
                o: reader.array()?,
                k: reader.array()?,
            },
            Self::ENTRY => Self::Entry {
                label: reader.array()?,
                c: reader.array()?,
            },
            Self::HEAD => {
                let (r, v, flag) = (reader.array()?, reader.u32()?, reader.u8()?);
                let flag = Flag::from_byte(flag).map_err(|_| TxError::UnknownFlag(flag))?;
                Self::Head {
                    r,
                    v,
                    flag,
                    hd: reader.array()?,
                }
            }
            Self::LIST_CREATE => Self::ListCreate {
                subject_hash: reader.array()?,
            },
            Self::LIST_APPEND => Self::ListAppend {
                subject_hash: reader.array()?,
                size_before: reader.u64()?,
                c: reader.array()?,
            },
            Self::COVERT => Self::Covert {
                s: reader.array()?,
                open_by: reader.u64()?,
            },
            Self::COVERT_OPENED => Self::CovertOpened { s: reader.array()? },
            other => return Err(TxError::UnknownKind(other)),
        })
    }

    /// What orders the operations of a batch, and may stand in it once: tag and key, for an append also the size.
    pub fn order(&self) -> (u8, u16, Hash, u64) {
        match *self {
            Self::Open { epoch, o, .. } => (Self::OPEN, epoch, o, 0),
            Self::Entry { label, .. } => (Self::ENTRY, 0, label, 0),
            Self::Head { r, .. } => (Self::HEAD, 0, r, 0),
            Self::ListCreate { subject_hash } => (Self::LIST_CREATE, 0, subject_hash, 0),
            Self::ListAppend {
                subject_hash,
                size_before,
                ..
            } => (Self::LIST_APPEND, 0, subject_hash, size_before),
            Self::Covert { s, .. } => (Self::COVERT, 0, s, 0),
            Self::CovertOpened { s } => (Self::COVERT_OPENED, 0, s, 0),
        }
    }

    /// The place in state that this operation writes, in the register that signed the batch.
    pub const fn key(&self, reg: Reg) -> Key {
        match *self {
            Self::Open { epoch, o, .. } => Key::Opening { reg, epoch, o },
            Self::Entry { label, .. } => Key::Entry { reg, label },
            Self::Head { r, .. } => Key::Head { reg, r },
            Self::ListCreate { subject_hash } | Self::ListAppend { subject_hash, .. } => {
                Key::PublicList { reg, subject_hash }
            }
            Self::Covert { s, .. } | Self::CovertOpened { s } => Key::Covert { reg, s },
        }
    }
}
