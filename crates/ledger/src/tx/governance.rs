//! Decisions of more than two thirds of the authorities, signed with keys kept for that alone.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;

use super::{Action, FORMAT, GOVERNANCE, TxError, sign, signing_bytes, verify};
use crate::hash::Hash;
use crate::layout::Reader;

/// Most signatures of one decision.
pub const MAX_SIGNATURES: usize = 256;

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

impl Governance {
    /// A decision signed by these authorities, given as (number, governance key).
    pub fn signed(net: Hash, action: Action, keys: &[(u16, &SigningKey)]) -> Result<Self, TxError> {
        let body = Self::unsigned(net, action).body();
        let mut signatures: Vec<_> = keys.iter().map(|(i, key)| (*i, sign(key, &body))).collect();
        signatures.sort_unstable_by_key(|(i, _)| *i);
        Self::with_signatures(net, action, signatures)
    }

    /// A decision that nobody has signed yet: what each is going to sign.
    pub const fn unsigned(net: Hash, action: Action) -> Self {
        Self {
            net,
            action,
            signatures: Vec::new(),
        }
    }

    /// A decision with signatures that were made elsewhere, given as (authority, signature), authorities increasing.
    ///
    /// # Errors
    /// [`TxError::Signatures`] when they are out of order, repeated or too many.
    pub fn with_signatures(
        net: Hash,
        action: Action,
        signatures: Vec<(u16, [u8; 64])>,
    ) -> Result<Self, TxError> {
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
    ///
    /// `governance_keys` are those of the authorities in force, by number.
    pub fn verify(&self, governance_keys: &BTreeMap<u16, [u8; 32]>) -> Result<(), TxError> {
        let body = self.body();
        for (i, signature) in &self.signatures {
            let key = governance_keys.get(i).ok_or(TxError::Signatures)?;
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
