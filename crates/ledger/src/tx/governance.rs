//! Decisions of more than two thirds of the authorities, signed with keys kept for that alone.

use ed25519_dalek::SigningKey;

use super::{FORMAT, GOVERNANCE, TxError, sign, signing_bytes, verify};
use crate::hash::Hash;
use crate::layout::Reader;
use crate::list::pop_alpha;
use crate::state::Reg;
use crate::vrf::{self, PublicKey};

/// Most signatures of one decision.
pub const MAX_SIGNATURES: usize = 256;

/// What is decided. Each action names what it replaces, so that it cannot be replayed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Sets a register's keys: `01 ‖ reg u16 ‖ old seal key 32 ‖ seal key 32 ‖ answer key 32`. For a new register the old
    /// key is 32 zero bytes.
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
}

/// `01 ‖ 03 ‖ net 32 ‖ action ‖ count u16 ‖ count × (authority u16 ‖ signature 64)`, authorities increasing.
///
/// Each authority signs `T("tx") ‖` everything before the count with its governance key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governance {
    /// Hash of the genesis file.
    pub net: Hash,
    /// What is decided.
    pub action: Action,
    signatures: Vec<(u16, [u8; 64])>,
}

impl Action {
    /// Checks that whoever proposes an epoch has its secret key (review finding 4.2). Other actions need no such proof.
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

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Register {
                reg,
                old_seal_key,
                seal_key,
                answer_key,
            } => {
                out.push(1);
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(old_seal_key);
                out.extend_from_slice(seal_key);
                out.extend_from_slice(answer_key);
            }
            Self::Epoch {
                reg,
                epoch,
                vrf_key,
                possession,
            } => {
                out.push(2);
                out.extend_from_slice(&reg.0.to_be_bytes());
                out.extend_from_slice(&epoch.to_be_bytes());
                out.extend_from_slice(vrf_key.as_bytes());
                out.extend_from_slice(possession.as_bytes());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
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
            other => return Err(TxError::UnknownKind(other)),
        })
    }
}

impl Governance {
    /// A decision signed by these authorities, given as (number, governance key).
    pub fn signed(net: Hash, action: Action, keys: &[(u16, &SigningKey)]) -> Result<Self, TxError> {
        let body = Self {
            net,
            action,
            signatures: Vec::new(),
        }
        .body();
        let mut signatures: Vec<_> = keys.iter().map(|(i, key)| (*i, sign(key, &body))).collect();
        signatures.sort_unstable_by_key(|(i, _)| *i);
        check_signatures(&signatures)?;
        Ok(Self {
            net,
            action,
            signatures,
        })
    }

    /// Signatures as (authority, signature), authorities strictly increasing.
    pub fn signatures(&self) -> &[(u16, [u8; 64])] {
        &self.signatures
    }

    /// What every signature covers.
    pub fn signing_bytes(&self) -> Vec<u8> {
        signing_bytes(&self.body())
    }

    /// Checks every signature under the governance keys and that more than two thirds of them signed.
    pub fn verify(&self, governance_keys: &[[u8; 32]]) -> Result<(), TxError> {
        let body = self.body();
        for (i, signature) in &self.signatures {
            let key = governance_keys
                .get(usize::from(*i))
                .ok_or(TxError::Signatures)?;
            verify(key, &body, signature)?;
        }
        if 3 * self.signatures.len() > 2 * governance_keys.len() {
            Ok(())
        } else {
            Err(TxError::Signatures)
        }
    }

    /// The bytes that go into a block.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.body();
        out.extend_from_slice(&(self.signatures.len() as u16).to_be_bytes());
        for (i, signature) in &self.signatures {
            out.extend_from_slice(&i.to_be_bytes());
            out.extend_from_slice(signature);
        }
        out
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(&[FORMAT, GOVERNANCE]);
        out.extend_from_slice(&self.net);
        self.action.write(&mut out);
        out
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        let (net, action) = (reader.array()?, Action::read(reader)?);
        let count = usize::from(reader.u16()?);
        if count > MAX_SIGNATURES {
            return Err(TxError::Signatures);
        }
        let mut signatures = Vec::with_capacity(count);
        for _ in 0..count {
            signatures.push((reader.u16()?, reader.array()?));
        }
        check_signatures(&signatures)?;
        Ok(Self {
            net,
            action,
            signatures,
        })
    }
}

fn check_signatures(signatures: &[(u16, [u8; 64])]) -> Result<(), TxError> {
    let increasing = signatures
        .iter()
        .zip(signatures.iter().skip(1))
        .all(|(a, b)| a.0 < b.0);
    if increasing && signatures.len() <= MAX_SIGNATURES {
        Ok(())
    } else {
        Err(TxError::Signatures)
    }
}
