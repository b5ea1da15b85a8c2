//! What the authorities can decide.

use super::TxError;
use crate::hash::Hash;
use crate::layout::Reader;
use crate::list::pop_alpha;
use crate::state::{Address, Reg, TlsIssuer};
use crate::vrf::{self, PublicKey};

/// What is decided. Each action names what it replaces or which change it is, so that it cannot be replayed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "decisions are rare and never stand in lists"
)]
pub enum Action {
    /// Sets a register's keys: `01 ‖ reg u16 ‖ old seal key 32 ‖ seal key 32 ‖ answer key 32`. For a new register the old
    /// key is 32 zero bytes. Rules of versions 1 and 2 only: should the old key ever be in force again, it is good again.
    Register {
        /// The register.
        reg: Reg,
        /// Seal key in force.
        old_seal_key: [u8; 32],
        /// Seal key to come.
        seal_key: [u8; 32],
        /// Answer key to come.
        answer_key: [u8; 32],
    },
    /// Begins a register's next VRF epoch: `02 ‖ reg u16 ‖ epoch u16 ‖ VRF key 32 ‖ proof of possession 80`.
    Epoch {
        /// The register.
        reg: Reg,
        /// One more than the current epoch.
        epoch: u16,
        /// New VRF key, unique among all keys ever.
        vrf_key: PublicKey,
        /// VRF proof over [`pop_alpha`].
        possession: vrf::Proof,
    },
    /// An authority joins, changes its governance key, or leaves: `03 ‖ authority u16 ‖ serial u32 ‖ governance key 32`.
    Authority {
        /// Its number.
        authority: u16,
        /// One more than the change before; 1 for the first.
        serial: u32,
        /// Key to come; [`VACANT`](crate::state::VACANT) to leave.
        governance_key: [u8; 32],
    },
    /// Sets an authority's validator: `04 ‖ authority u16 ‖ serial u32 ‖ consensus key 32 ‖ power u64`.
    Validator {
        /// The authority.
        authority: u16,
        /// One more than the change before; 1 for the first.
        serial: u32,
        /// Key to come; [`VACANT`](crate::state::VACANT) with power 0 to take it away.
        pub_key: [u8; 32],
        /// Voting power to come.
        power: u64,
    },
    /// Sets a gateway: `05 ‖ gateway u16 ‖ serial u32 ‖ key 32 ‖ authority u16 ‖ gateway address 128 ‖ rpc address 128`; where
    /// an issuer is said, `08`, the same, and the issuer's 32 bytes.
    Gateway {
        /// Its number.
        gateway: u16,
        /// One more than the change before; 1 for the first.
        serial: u32,
        /// Key to come; [`VACANT`](crate::state::VACANT) to close it.
        key: [u8; 32],
        /// The authority that runs it.
        authority: u16,
        /// Where people's programs ask.
        gateway_address: Address,
        /// Where light clients ask.
        rpc_address: Address,
        /// Who issues its certificates. Rules of version 1 know [`TlsIssuer::Unsaid`] only.
        tls_issuer: TlsIssuer,
    },
    /// Begins or ends a period in which a register may seal a kind of record:
    /// `06 ‖ reg u16 ‖ schema u32 ‖ period u16 ‖ authority u16 ‖ begins u8`.
    Right {
        /// The register.
        reg: Reg,
        /// Number of the schema.
        schema: u32,
        /// The period, from 1.
        period: u16,
        /// The authority that runs the register in it.
        authority: u16,
        /// `01` begins it, `00` ends it.
        begins: bool,
    },
    /// Changes the application's rules at a block: `07 ‖ serial u32 ‖ version u64 ‖ height u64`. Naming the version in force
    /// takes back a change that has not come yet.
    Upgrade {
        /// One more than the decision before; 1 for the first.
        serial: u32,
        /// Version to come.
        version: u64,
        /// First block under it.
        height: u64,
    },
    /// Sets a register's keys: `09 ‖ reg u16 ‖ serial u32 ‖ seal key 32 ‖ answer key 32`. From version 3 of the rules on.
    Keys {
        /// The register.
        reg: Reg,
        /// One more than the change before, as its value counts; 1 for the first.
        serial: u32,
        /// Seal key to come.
        seal_key: [u8; 32],
        /// Answer key to come.
        answer_key: [u8; 32],
    },
}

impl Action {
    /// Checks that whoever proposes an epoch has its secret key (review finding 4.2). Other actions need no such proof.
    ///
    /// # Errors
    /// [`TxError::Key`] when the proof is not valid.
    pub fn verify_possession(&self, net: &Hash) -> Result<(), TxError> {
        if let Self::Epoch {
            reg,
            epoch,
            vrf_key,
            possession,
        } = self
        {
            vrf_key.verify(&pop_alpha(net, *reg, *epoch), possession)?;
        }
        Ok(())
    }

    /// The action alone, as decision files hold it.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`TxError`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, TxError> {
        let mut reader = Reader::new(bytes);
        let action = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(action)
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
        match self {
            Self::Register {
                reg,
                old_seal_key,
                seal_key,
                answer_key,
            } => put(&[
                &[1],
                &reg.0.to_be_bytes(),
                old_seal_key,
                seal_key,
                answer_key,
            ]),
            Self::Epoch {
                reg,
                epoch,
                vrf_key,
                possession,
            } => put(&[
                &[2],
                &reg.0.to_be_bytes(),
                &epoch.to_be_bytes(),
                vrf_key.as_bytes(),
                possession.as_bytes(),
            ]),
            Self::Authority {
                authority,
                serial,
                governance_key,
            } => put(&[
                &[3],
                &authority.to_be_bytes(),
                &serial.to_be_bytes(),
                governance_key,
            ]),
            Self::Validator {
                authority,
                serial,
                pub_key,
                power,
            } => put(&[
                &[4],
                &authority.to_be_bytes(),
                &serial.to_be_bytes(),
                pub_key,
                &power.to_be_bytes(),
            ]),
            Self::Gateway {
                gateway,
                serial,
                key,
                authority,
                gateway_address,
                rpc_address,
                tls_issuer,
            } => {
                let issuer = tls_issuer.to_bytes();
                put(&[
                    &[if issuer.is_some() { 8 } else { 5 }],
                    &gateway.to_be_bytes(),
                    &serial.to_be_bytes(),
                    key,
                    &authority.to_be_bytes(),
                    gateway_address.as_bytes(),
                    rpc_address.as_bytes(),
                    issuer.as_ref().map_or(&[], <[u8; 32]>::as_slice),
                ]);
            }
            Self::Right {
                reg,
                schema,
                period,
                authority,
                begins,
            } => put(&[
                &[6],
                &reg.0.to_be_bytes(),
                &schema.to_be_bytes(),
                &period.to_be_bytes(),
                &authority.to_be_bytes(),
                &[u8::from(*begins)],
            ]),
            Self::Upgrade {
                serial,
                version,
                height,
            } => put(&[
                &[7],
                &serial.to_be_bytes(),
                &version.to_be_bytes(),
                &height.to_be_bytes(),
            ]),
            Self::Keys {
                reg,
                serial,
                seal_key,
                answer_key,
            } => put(&[
                &[9],
                &reg.0.to_be_bytes(),
                &serial.to_be_bytes(),
                seal_key,
                answer_key,
            ]),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        Ok(match reader.u8()? {
            1 => Self::Register {
                reg: Reg(reader.u16()?),
                old_seal_key: reader.array()?,
                seal_key: reader.array()?,
                answer_key: reader.array()?,
            },
            2 => Self::Epoch {
                reg: Reg(reader.u16()?),
                epoch: reader.u16()?,
                vrf_key: PublicKey::from_bytes(reader.take(32)?)?,
                possession: vrf::Proof::from_bytes(reader.take(vrf::PROOF_LEN)?)?,
            },
            3 => Self::Authority {
                authority: reader.u16()?,
                serial: reader.u32()?,
                governance_key: reader.array()?,
            },
            4 => Self::Validator {
                authority: reader.u16()?,
                serial: reader.u32()?,
                pub_key: reader.array()?,
                power: reader.u64()?,
            },
            kind @ (5 | 8) => Self::Gateway {
                gateway: reader.u16()?,
                serial: reader.u32()?,
                key: reader.array()?,
                authority: reader.u16()?,
                gateway_address: address(reader)?,
                rpc_address: address(reader)?,
                tls_issuer: if kind == 8 {
                    TlsIssuer::from_bytes(reader.array()?)
                } else {
                    TlsIssuer::Unsaid
                },
            },
            6 => Self::Right {
                reg: Reg(reader.u16()?),
                schema: reader.u32()?,
                period: reader.u16()?,
                authority: reader.u16()?,
                begins: match reader.u8()? {
                    0 => false,
                    1 => true,
                    other => return Err(TxError::UnknownFlag(other)),
                },
            },
            7 => Self::Upgrade {
                serial: reader.u32()?,
                version: reader.u64()?,
                height: reader.u64()?,
            },
            9 => Self::Keys {
                reg: Reg(reader.u16()?),
                serial: reader.u32()?,
                seal_key: reader.array()?,
                answer_key: reader.array()?,
            },
            other => return Err(TxError::UnknownKind(other)),
        })
    }
}

fn address(reader: &mut Reader<'_>) -> Result<Address, TxError> {
    Address::from_bytes(reader.array()?).map_err(|_| TxError::Address)
}
