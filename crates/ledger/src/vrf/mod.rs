//! RFC 9381 ECVRF-EDWARDS25519-SHA512-TAI, decoded strictly.
//!
//! A VRF gives each input one output and a proof of it, so a list has one place per number. The curve arithmetic is
//! `vrf-rfc9381`'s (`docs/adr/0003-vrf-crate.md` says why); like every implementation seen, it decodes laxly: s is reduced modulo
//! q and points are accepted in non-canonical form. One proof would then have many encodings, one key several salts.
//! This wrapper decodes first and lets only canonical bytes through (review findings 4.1, 4.2).

use std::fmt;

use curve25519_dalek::Scalar;
use curve25519_dalek::edwards::CompressedEdwardsY;
use thiserror::Error;
use vrf_rfc9381::ec::edwards25519::tai::{
    EdVrfEdwards25519TaiPublicKey, EdVrfEdwards25519TaiSecretKey,
};
use vrf_rfc9381::{Ciphersuite, Proof as _, Prover as _, Verifier as _};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of an encoded proof: Gamma 32 ‖ c 16 ‖ s 32.
pub const PROOF_LEN: usize = 80;
/// Longest input; all of ours are shorter.
pub const MAX_ALPHA: usize = 128;

const SUITE: Ciphersuite = Ciphersuite::ECVRF_EDWARDS25519_SHA512_TAI;

/// Why a key, input or proof is refused. Whoever sent it is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VrfError {
    /// Not 32 bytes of key, or not 80 of proof.
    #[error("{expected} bytes were expected; {got} were given")]
    Length {
        /// Bytes required.
        expected: usize,
        /// Bytes given.
        got: usize,
    },
    /// The input is longer than any of ours.
    #[error("an input has at most 128 bytes; this one has {0}")]
    InputTooLong(usize),
    /// A point that is not on the curve.
    #[error("a point does not lie on the curve")]
    NotOnCurve,
    /// A second encoding of a point that has one.
    #[error("a point is not in its canonical encoding")]
    NotCanonicalPoint,
    /// A point of order 1, 2, 4 or 8, for which outputs are not unique.
    #[error("a point has small order")]
    SmallOrder,
    /// s is q or more (RFC 9381, 5.4.4).
    #[error("the proof's scalar is not below the group order")]
    ScalarTooLarge,
    /// The proof does not fit key and input.
    #[error("the proof does not fit key and input")]
    Mismatch,
    /// No counter gives a point for this input (probability 2⁻²⁵⁶).
    #[error("the input cannot be mapped to the curve")]
    NoPoint,
}

/// A secret VRF key: 32 random bytes, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

/// A public VRF key: a canonical point of large order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A proof whose bytes are canonical. Whether it fits a key and an input, [`PublicKey::verify`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof([u8; PROOF_LEN]);

/// The VRF's output: 64 bytes.
pub type Output = [u8; 64];

impl SecretKey {
    /// From 32 random bytes; every value is a key.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storing them sealed.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        // The RFC derives the key pair exactly as Ed25519 does.
        PublicKey(
            ed25519_dalek::SigningKey::from_bytes(&self.0)
                .verifying_key()
                .to_bytes(),
        )
    }

    /// The proof for an input of at most 128 bytes.
    pub fn prove(&self, alpha: &[u8]) -> Result<Proof, VrfError> {
        let proof = self
            .prover()?
            .prove(checked(alpha)?)
            .map_err(|_| VrfError::NoPoint)?;
        Proof::from_bytes(&proof.encode_to_pi())
    }

    /// The output for an input of at most 128 bytes.
    pub fn output(&self, alpha: &[u8]) -> Result<Output, VrfError> {
        let proof = self
            .prover()?
            .prove(checked(alpha)?)
            .map_err(|_| VrfError::NoPoint)?;
        Ok(proof
            .proof_to_hash(SUITE)
            .map_err(|_| VrfError::NoPoint)?
            .into())
    }

    fn prover(&self) -> Result<EdVrfEdwards25519TaiSecretKey, VrfError> {
        EdVrfEdwards25519TaiSecretKey::from_slice(&self.0).map_err(|_| VrfError::Length {
            expected: 32,
            got: 0,
        })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl PublicKey {
    /// Reads 32 bytes: a canonical point, not of small order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VrfError> {
        canonical_point(bytes).map(Self)
    }

    /// The point's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks a proof and returns the output it proves.
    pub fn verify(&self, alpha: &[u8], proof: &Proof) -> Result<Output, VrfError> {
        let key =
            EdVrfEdwards25519TaiPublicKey::from_slice(&self.0).map_err(|_| VrfError::NotOnCurve)?;
        let decoded = vrf_rfc9381::ec::edwards25519::EdVrfProof::decode_pi(&proof.0)
            .map_err(|_| VrfError::NotOnCurve)?;
        key.verify(checked(alpha)?, decoded)
            .map(Into::into)
            .map_err(|_| VrfError::Mismatch)
    }
}

impl Proof {
    /// Reads 80 bytes: canonical Gamma of large order, s below q.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VrfError> {
        let Ok(proof) = <[u8; PROOF_LEN]>::try_from(bytes) else {
            return Err(VrfError::Length {
                expected: PROOF_LEN,
                got: bytes.len(),
            });
        };
        let (gamma, rest) = proof.split_at(32);
        canonical_point(gamma)?;
        let Some(s) = rest.last_chunk::<32>() else {
            return Err(VrfError::Length {
                expected: PROOF_LEN,
                got: bytes.len(),
            });
        };
        if Option::<Scalar>::from(Scalar::from_canonical_bytes(*s)).is_none() {
            return Err(VrfError::ScalarTooLarge);
        }
        Ok(Self(proof))
    }

    /// The proof's bytes.
    pub const fn as_bytes(&self) -> &[u8; PROOF_LEN] {
        &self.0
    }
}

fn checked(alpha: &[u8]) -> Result<&[u8], VrfError> {
    if alpha.len() > MAX_ALPHA {
        Err(VrfError::InputTooLong(alpha.len()))
    } else {
        Ok(alpha)
    }
}

fn canonical_point(bytes: &[u8]) -> Result<[u8; 32], VrfError> {
    let Ok(bytes) = <[u8; 32]>::try_from(bytes) else {
        return Err(VrfError::Length {
            expected: 32,
            got: bytes.len(),
        });
    };
    let point = CompressedEdwardsY(bytes)
        .decompress()
        .ok_or(VrfError::NotOnCurve)?;
    if point.compress().0 != bytes {
        return Err(VrfError::NotCanonicalPoint);
    }
    if point.is_small_order() {
        return Err(VrfError::SmallOrder);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
