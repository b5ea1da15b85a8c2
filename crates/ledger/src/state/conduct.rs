//! Values about how the ledger is run: which validators were caught breaking the engine's rules, which consensus key was
//! whose, and which rules of the application apply from when on.

use super::value::{begin, joined};
use super::{At, ValueError};
use crate::layout::Reader;

/// A validator's address: the first 20 bytes of `H(consensus key)`, as CometBFT has it.
pub type ValidatorAddress = [u8; 20];

/// How a validator broke the engine's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FaultKind {
    /// The engine has evidence of a kind that this program cannot name.
    Other = 0,
    /// It signed two different votes of one height, round and step.
    DuplicateVote = 1,
    /// It signed a header that is not the ledger's, to deceive light clients.
    LightClientAttack = 2,
}

impl FaultKind {
    /// The kind with this number in ABCI's `MisbehaviorType`; what is not known there is [`FaultKind::Other`].
    pub const fn from_abci(number: i32) -> Self {
        match number {
            1 => Self::DuplicateVote,
            2 => Self::LightClientAttack,
            _ => Self::Other,
        }
    }

    const fn from_byte(byte: u8) -> Result<Self, ValueError> {
        match byte {
            0 => Ok(Self::Other),
            1 => Ok(Self::DuplicateVote),
            2 => Ok(Self::LightClientAttack),
            other => Err(ValueError::UnknownFault(other)),
        }
    }
}

/// One piece of evidence that stood in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What was done.
    pub kind: FaultKind,
    /// With which key.
    pub address: ValidatorAddress,
    /// Height that the false signatures are for.
    pub height: u64,
    /// Header time of that height, Unix milliseconds.
    pub time_ms: u64,
    /// The block that holds the evidence.
    pub at: At,
}

/// Value of [`Key::Fault`](super::Key::Fault): of fixed size however often it happens, so that nobody can fill the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultValue {
    /// Pieces of evidence so far, from 1.
    pub count: u32,
    /// The first.
    pub first: Fault,
    /// The last.
    pub last: Fault,
}

/// Value of [`Key::Rules`](super::Key::Rules): the newest decision about the application's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulesValue {
    /// Version in force below [`from`](Self::from).
    pub before: u64,
    /// Version in force from there on.
    pub version: u64,
    /// First block under `version`.
    pub from: u64,
    /// How often rules were decided about, from 1.
    pub serial: u32,
    /// The decision.
    pub at: At,
}

/// Value of [`Key::Consensus`](super::Key::Consensus).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsensusValue {
    /// The authority whose validator had the key.
    pub authority: u16,
    /// The decision that brought the key.
    pub at: At,
}

impl Fault {
    fn encode(&self) -> Vec<u8> {
        [
            &[self.kind as u8][..],
            &self.address,
            &self.height.to_be_bytes(),
            &self.time_ms.to_be_bytes(),
            &self.at.encode(),
        ]
        .concat()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ValueError> {
        Ok(Self {
            kind: FaultKind::from_byte(reader.u8()?)?,
            address: reader.array()?,
            height: reader.u64()?,
            time_ms: reader.u64()?,
            at: At::read(reader)?,
        })
    }
}

impl FaultValue {
    /// `01` ‖ count u32 ‖ twice (kind u8 ‖ address 20 ‖ height u64 ‖ time u64 ‖ at 16).
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.count.to_be_bytes(),
            &self.first.encode(),
            &self.last.encode(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for another format or length, an unknown kind, or no piece of evidence.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            count: reader.u32()?,
            first: Fault::read(&mut reader)?,
            last: Fault::read(&mut reader)?,
        };
        reader.finish()?;
        if value.count == 0 {
            return Err(ValueError::SerialZero);
        }
        Ok(value)
    }
}

impl RulesValue {
    /// The version in force for block `height`.
    pub const fn at(&self, height: u64) -> u64 {
        if height >= self.from {
            self.version
        } else {
            self.before
        }
    }

    /// `01` ‖ before u64 ‖ version u64 ‖ from u64 ‖ serial u32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.before.to_be_bytes(),
            &self.version.to_be_bytes(),
            &self.from.to_be_bytes(),
            &self.serial.to_be_bytes(),
            &self.at.encode(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for another format or length, or change 0.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            before: reader.u64()?,
            version: reader.u64()?,
            from: reader.u64()?,
            serial: reader.u32()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        if value.serial == 0 {
            return Err(ValueError::SerialZero);
        }
        Ok(value)
    }
}

impl ConsensusValue {
    /// `01` ‖ authority u16 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[&self.authority.to_be_bytes(), &self.at.encode()])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for another format or length.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            authority: reader.u16()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        Ok(value)
    }
}
