//! A filing's commitment on its way to the ledger.

use ed25519_dalek::SigningKey;

use super::{FILING, FORMAT, ReadyKey, TxError, sign, signing_bytes, verify};
use crate::hash::Hash;
use crate::layout::Reader;

/// `01 ‖ 02 ‖ net 32 ‖ gateway u16 ‖ F 32 ‖ signature 64`.
///
/// Signed by the gateway's key over `T("tx") ‖` everything before the signature. A repeat is refused, and changes nothing in state; rules of versions 1
/// and 2 let it pass without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Hash of the genesis file.
    pub net: Hash,
    /// The gateway that hands it in, whose quota it uses.
    pub gateway: u16,
    /// Commitment to the filing's container.
    pub f: Hash,
    /// Ed25519.
    pub signature: [u8; 64],
}

impl Filing {
    /// A signed filing.
    pub fn signed(net: Hash, gateway: u16, f: Hash, key: &SigningKey) -> Self {
        let mut filing = Self {
            net,
            gateway,
            f,
            signature: [0; 64],
        };
        filing.signature = sign(key, &filing.body());
        filing
    }

    /// What the signature covers.
    pub fn signing_bytes(&self) -> Vec<u8> {
        signing_bytes(&self.body())
    }

    /// Checks the signature under the gateway's key.
    pub fn verify(&self, gateway_key: &[u8; 32]) -> Result<(), TxError> {
        verify(gateway_key, &self.body(), &self.signature)
    }

    /// The same check under a key that was made ready, for whoever checks thousands.
    pub fn verify_ready(&self, gateway_key: &ReadyKey) -> Result<(), TxError> {
        gateway_key.verify(&self.body(), &self.signature)
    }

    /// The bytes that go into a block.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.body();
        out.extend_from_slice(&self.signature);
        out
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(132);
        out.extend_from_slice(&[FORMAT, FILING]);
        out.extend_from_slice(&self.net);
        out.extend_from_slice(&self.gateway.to_be_bytes());
        out.extend_from_slice(&self.f);
        out
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        Ok(Self {
            net: reader.array()?,
            gateway: reader.u16()?,
            f: reader.array()?,
            signature: reader.array()?,
        })
    }
}
