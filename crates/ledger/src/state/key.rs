//! Keys of the state, before hashing.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ValidatorAddress;
use crate::hash::{Hash, sha256};
use crate::layout::{LayoutError, Reader};

/// Register number: 1 health, 2 tax, 3 business, as the genesis file names them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Reg(pub u16);

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in state. [`encode`](Self::encode) gives the bytes that the state tree hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `01`: the RFC 6962 tree of all block hashes.
    History,
    /// `02 ‖ reg`: a register's keys and counters.
    Register(Reg),
    /// `03 ‖ reg ‖ epoch`: a register's VRF key.
    Epoch {
        /// The register.
        reg: Reg,
        /// Counted from 1.
        epoch: u16,
    },
    /// `04 ‖ authority u16`: an authority's governance key. Absent: as in the genesis file.
    Authority(u16),
    /// `05 ‖ gateway u16`: a gateway's key, authority and address. Absent: as in the genesis and network files.
    Gateway(u16),
    /// `06 ‖ authority u16`: an authority's validator. Absent: as in the genesis file.
    Validator(u16),
    /// `07 ‖ reg ‖ schema u32 ‖ period u16`: when a register might seal a kind of record. Absent: as in the network file.
    Right {
        /// The register.
        reg: Reg,
        /// Number of the schema.
        schema: u32,
        /// Counted from 1.
        period: u16,
    },
    /// `08 ‖ authority u16`: its validator was caught breaking the engine's rules. Absent: it never was.
    Fault(u16),
    /// `09`: which rules apply from when on. Absent: those that the genesis file names.
    Rules,
    /// `0a ‖ address 20`: whose a consensus key was that came by a decision. Never removed.
    Consensus(ValidatorAddress),
    /// `10 ‖ reg ‖ epoch ‖ O`: a private list has been opened.
    Opening {
        /// The register.
        reg: Reg,
        /// The epoch whose key made `o`.
        epoch: u16,
        /// `O`, first 32 bytes of the VRF output for the subject.
        o: Hash,
    },
    /// `11 ‖ reg ‖ L`: one entry of some private list.
    Entry {
        /// The register.
        reg: Reg,
        /// `L`, first 32 bytes of the list key's VRF output.
        label: Hash,
    },
    /// `12 ‖ reg ‖ R`: the head of a record.
    Head {
        /// The register.
        reg: Reg,
        /// [`record_key`](crate::record::record_key).
        r: Hash,
    },
    /// `13 ‖ reg ‖ H(subject)`: a public list.
    PublicList {
        /// The register.
        reg: Reg,
        /// [`Subject::hash`](crate::subject::Subject::hash) of something that is no natural person.
        subject_hash: Hash,
    },
    /// `20 ‖ F`: a filing.
    Filing(Hash),
    /// `21 ‖ reg ‖ S`: a covert access that must be opened.
    Covert {
        /// The register.
        reg: Reg,
        /// Random id.
        s: Hash,
    },
}

/// Why bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// No kind of key has this tag.
    #[error("no key begins with tag {0:#04x}")]
    UnknownTag(u8),
    /// The length does not fit the tag.
    #[error("a key is malformed: {0}")]
    Layout(#[from] LayoutError),
}

impl Key {
    /// The tag byte, which fixes the key's length.
    pub const fn tag(&self) -> u8 {
        match self {
            Self::History => 0x01,
            Self::Register(_) => 0x02,
            Self::Epoch { .. } => 0x03,
            Self::Authority(_) => 0x04,
            Self::Gateway(_) => 0x05,
            Self::Validator(_) => 0x06,
            Self::Right { .. } => 0x07,
            Self::Fault(_) => 0x08,
            Self::Rules => 0x09,
            Self::Consensus(_) => 0x0a,
            Self::Opening { .. } => 0x10,
            Self::Entry { .. } => 0x11,
            Self::Head { .. } => 0x12,
            Self::PublicList { .. } => 0x13,
            Self::Filing(_) => 0x20,
            Self::Covert { .. } => 0x21,
        }
    }

    /// Tag ‖ fields.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(37);
        out.push(self.tag());
        match self {
            Self::History | Self::Rules => {}
            Self::Register(reg) => out.extend_from_slice(&reg.0.to_be_bytes()),
            Self::Epoch { reg, epoch } => {
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(&epoch.to_be_bytes());
            }
            Self::Authority(id) | Self::Gateway(id) | Self::Validator(id) | Self::Fault(id) => {
                out.extend_from_slice(&id.to_be_bytes());
            }
            Self::Consensus(address) => out.extend_from_slice(address),
            Self::Right {
                reg,
                schema,
                period,
            } => {
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(&schema.to_be_bytes());
                out.extend_from_slice(&period.to_be_bytes());
            }
            Self::Opening { reg, epoch, o } => {
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(&epoch.to_be_bytes());
                out.extend_from_slice(o);
            }
            Self::Entry { reg, label: id }
            | Self::Head { reg, r: id }
            | Self::PublicList {
                reg,
                subject_hash: id,
            }
            | Self::Covert { reg, s: id } => {
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(id);
            }
            Self::Filing(f) => out.extend_from_slice(f),
        }
        out
    }

    /// `H(key)`: its bits, most significant first, are the way from the root.
    pub fn hash(&self) -> Hash {
        sha256(&[&self.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut reader = Reader::new(bytes);
        let key = match reader.u8()? {
            0x01 => Self::History,
            0x02 => Self::Register(Reg(reader.u16()?)),
            0x03 => Self::Epoch {
                reg: Reg(reader.u16()?),
                epoch: reader.u16()?,
            },
            0x04 => Self::Authority(reader.u16()?),
            0x05 => Self::Gateway(reader.u16()?),
            0x06 => Self::Validator(reader.u16()?),
            0x07 => Self::Right {
                reg: Reg(reader.u16()?),
                schema: reader.u32()?,
                period: reader.u16()?,
            },
            0x08 => Self::Fault(reader.u16()?),
            0x09 => Self::Rules,
            0x0a => Self::Consensus(reader.array()?),
            0x10 => Self::Opening {
                reg: Reg(reader.u16()?),
                epoch: reader.u16()?,
                o: reader.array()?,
            },
            0x11 => Self::Entry {
                reg: Reg(reader.u16()?),
                label: reader.array()?,
            },
            0x12 => Self::Head {
                reg: Reg(reader.u16()?),
                r: reader.array()?,
            },
            0x13 => Self::PublicList {
                reg: Reg(reader.u16()?),
                subject_hash: reader.array()?,
            },
            0x20 => Self::Filing(reader.array()?),
            0x21 => Self::Covert {
                reg: Reg(reader.u16()?),
                s: reader.array()?,
            },
            other => return Err(KeyError::UnknownTag(other)),
        };
        reader.finish()?;
        Ok(key)
    }
}
