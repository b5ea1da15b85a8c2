//! Values that only a decision of the authorities writes: who governs, who validates, where the gateways are, and which
//! register may seal what.
//!
//! A key that is absent means "as the genesis file says" (for addresses and rights: as the network file says), so that a
//! network without decisions carries none of these.

use super::value::{FORMAT, begin, joined};
use super::{At, ValueError};
use crate::hash::Hash;
use crate::layout::Reader;

/// A key of 32 zero bytes: the office is vacant.
pub const VACANT: [u8; 32] = [0; 32];

/// Width of an address.
pub const ADDRESS_LEN: usize = 128;

/// A base URL: printable ASCII without spaces, padded with zero bytes. All zeros: none is published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address([u8; ADDRESS_LEN]);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Address").field(&self.as_str()).finish()
    }
}

impl Address {
    /// An address of at most 128 printable ASCII characters; empty for none.
    ///
    /// # Errors
    /// [`ValueError::Address`] for anything else.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let mut bytes = [0; ADDRESS_LEN];
        bytes
            .get_mut(..text.len())
            .ok_or(ValueError::Address)?
            .copy_from_slice(text.as_bytes());
        Self::from_bytes(bytes)
    }

    /// Checks the one form that an address has.
    ///
    /// # Errors
    /// [`ValueError::Address`] for a character that is not printable ASCII, or one after the padding began.
    pub fn from_bytes(bytes: [u8; ADDRESS_LEN]) -> Result<Self, ValueError> {
        let length = bytes.iter().take_while(|byte| **byte != 0).count();
        let printable = bytes.iter().take(length).all(u8::is_ascii_graphic);
        let padded = bytes.iter().skip(length).all(|byte| *byte == 0);
        if printable && padded {
            Ok(Self(bytes))
        } else {
            Err(ValueError::Address)
        }
    }

    /// The padded bytes.
    pub const fn as_bytes(&self) -> &[u8; ADDRESS_LEN] {
        &self.0
    }

    /// Without the padding.
    pub fn as_str(&self) -> &str {
        let text = self.0.split(|byte| *byte == 0).next().unwrap_or(&[]);
        // ASCII by construction; were it not, no address is the safe reading.
        std::str::from_utf8(text).unwrap_or("")
    }
}

/// The format byte of a gateway's value that says who issues its certificates.
pub const FORMAT_ISSUERS: u8 = 2;

/// Who issues a gateway's certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsIssuer {
    /// The ledger says nothing about it: as the network file says.
    Unsaid,
    /// The certificate authorities of each person's system. 32 zero bytes.
    System,
    /// The one whose public key (DER, `SubjectPublicKeyInfo`) has this SHA-256, and nobody else.
    Named(Hash),
}

impl TlsIssuer {
    /// Reads the 32 bytes of a layout that says something.
    pub fn from_bytes(bytes: Hash) -> Self {
        if bytes == VACANT {
            Self::System
        } else {
            Self::Named(bytes)
        }
    }

    /// The 32 bytes, or none where nothing is said.
    pub const fn to_bytes(self) -> Option<Hash> {
        match self {
            Self::Unsaid => None,
            Self::System => Some(VACANT),
            Self::Named(issuer) => Some(issuer),
        }
    }

    /// The issuer that counts, beside what the network file names for the gateway; none for the system's.
    pub fn over(self, file: Option<Hash>) -> Option<Hash> {
        match self {
            Self::Unsaid => file,
            Self::System => None,
            Self::Named(issuer) => Some(issuer),
        }
    }
}

/// Value of [`Key::Authority`](super::Key::Authority).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityValue {
    /// Ed25519 key that signs decisions; [`VACANT`] once the authority has left.
    pub governance_key: [u8; 32],
    /// How often it was changed, from 1.
    pub serial: u32,
    /// When it last changed.
    pub at: At,
}

/// Value of [`Key::Validator`](super::Key::Validator).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidatorValue {
    /// Ed25519 key that signs blocks; [`VACANT`] once the authority has no validator.
    pub pub_key: [u8; 32],
    /// Voting power; 0 with a vacant key and only then.
    pub power: u64,
    /// How often it was changed, from 1.
    pub serial: u32,
    /// When it last changed. The engine follows two blocks later.
    pub at: At,
}

/// Value of [`Key::Gateway`](super::Key::Gateway).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayValue {
    /// Ed25519 key that signs what the gateway hands in; [`VACANT`] once it is closed.
    pub key: [u8; 32],
    /// The authority that runs it.
    pub authority: u16,
    /// Where people's programs ask for records.
    pub gateway: Address,
    /// Where light clients ask for blocks.
    pub rpc: Address,
    /// Who issues its certificates.
    pub tls_issuer: TlsIssuer,
    /// How often it was changed, from 1.
    pub serial: u32,
    /// When it last changed.
    pub at: At,
}

/// Value of [`Key::Right`](super::Key::Right).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightValue {
    /// The authority that runs the register in this period.
    pub authority: u16,
    /// First block in which the register may seal the kind of record.
    pub from: u64,
    /// First block in which it no longer may; [`RightValue::OPEN`] while it may.
    pub until: u64,
}

impl AuthorityValue {
    /// `01` ‖ governance key 32 ‖ serial u32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.governance_key,
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
            governance_key: reader.array()?,
            serial: reader.u32()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        counted(value.serial)?;
        Ok(value)
    }
}

impl ValidatorValue {
    /// `01` ‖ consensus key 32 ‖ power u64 ‖ serial u32 ‖ at 16.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.pub_key,
            &self.power.to_be_bytes(),
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
            pub_key: reader.array()?,
            power: reader.u64()?,
            serial: reader.u32()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        counted(value.serial)?;
        Ok(value)
    }
}

impl GatewayValue {
    /// `01` ‖ key 32 ‖ authority u16 ‖ gateway address 128 ‖ rpc address 128 ‖ serial u32 ‖ at 16; where an issuer is said,
    /// `02` and the issuer's 32 bytes after the addresses.
    pub fn encode(&self) -> Vec<u8> {
        let issuer = self.tls_issuer.to_bytes();
        let mut out = joined(&[
            &self.key,
            &self.authority.to_be_bytes(),
            self.gateway.as_bytes(),
            self.rpc.as_bytes(),
            issuer.as_ref().map_or(&[], <[u8; 32]>::as_slice),
            &self.serial.to_be_bytes(),
            &self.at.encode(),
        ]);
        if let (Some(_), Some(format)) = (issuer, out.first_mut()) {
            *format = FORMAT_ISSUERS;
        }
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for another format or length, an address in another form, or change 0.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = Reader::new(bytes);
        let format = reader.u8()?;
        if ![FORMAT, FORMAT_ISSUERS].contains(&format) {
            return Err(ValueError::UnknownFormat(format));
        }
        let value = Self {
            key: reader.array()?,
            authority: reader.u16()?,
            gateway: Address::from_bytes(reader.array()?)?,
            rpc: Address::from_bytes(reader.array()?)?,
            tls_issuer: if format == FORMAT_ISSUERS {
                TlsIssuer::from_bytes(reader.array()?)
            } else {
                TlsIssuer::Unsaid
            },
            serial: reader.u32()?,
            at: At::read(&mut reader)?,
        };
        reader.finish()?;
        counted(value.serial)?;
        Ok(value)
    }
}

impl RightValue {
    /// `until` of a period that has not ended.
    pub const OPEN: u64 = u64::MAX;

    /// `01` ‖ authority u16 ‖ from u64 ‖ until u64.
    pub fn encode(&self) -> Vec<u8> {
        joined(&[
            &self.authority.to_be_bytes(),
            &self.from.to_be_bytes(),
            &self.until.to_be_bytes(),
        ])
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`ValueError`] for another format or length, or a period that ends before it begins.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = begin(bytes)?;
        let value = Self {
            authority: reader.u16()?,
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

    /// Whether what was sealed at this height was sealed within the period.
    pub const fn covers(&self, height: u64) -> bool {
        self.from <= height && height < self.until
    }
}

const fn counted(serial: u32) -> Result<(), ValueError> {
    if serial == 0 {
        Err(ValueError::SerialZero)
    } else {
        Ok(())
    }
}
