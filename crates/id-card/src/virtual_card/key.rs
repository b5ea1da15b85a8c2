//! A P-384 key of a virtual card.

use std::sync::Arc;

use aws_lc_rs::agreement::{self, ECDH_P384, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};

use crate::drivers::{COORDINATE, POINT, SIGNATURE};

/// A private key for signatures and key agreement.
#[derive(Clone)]
pub struct SecretKey {
    signing: Arc<EcdsaKeyPair>,
    agreement: Arc<PrivateKey>,
    public: [u8; POINT],
}

impl SecretKey {
    /// From the private number.
    ///
    /// # Errors
    /// [`KeyError`] if it is zero or not below the order of the curve.
    pub fn from_scalar(scalar: &[u8; COORDINATE]) -> Result<Self, KeyError> {
        let agreement = PrivateKey::from_private_key(&ECDH_P384, scalar).map_err(|_| KeyError)?;
        let public = agreement.compute_public_key().map_err(|_| KeyError)?;
        let public: [u8; POINT] = public.as_ref().try_into().map_err(|_| KeyError)?;
        let signing = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P384_SHA384_FIXED_SIGNING,
            scalar,
            &public,
        )
        .map_err(|_| KeyError)?;
        Ok(Self {
            signing: Arc::new(signing),
            agreement: Arc::new(agreement),
            public,
        })
    }

    /// A key that follows from a public text: everyone can work it out, so it protects nothing.
    ///
    /// # Errors
    /// [`KeyError`], which does not happen in practice.
    pub fn from_public_text(text: &str) -> Result<Self, KeyError> {
        // Nearly every 384-bit number is below the order; the counter is there for the rest.
        (0..8_u8)
            .find_map(|counter| {
                let digest =
                    digest::digest(&digest::SHA384, &[text.as_bytes(), &[0, counter]].concat());
                Self::from_scalar(digest.as_ref().try_into().ok()?).ok()
            })
            .ok_or(KeyError)
    }

    /// The public point: `04`, X, Y.
    pub fn public_point(&self) -> [u8; POINT] {
        self.public
    }

    /// r and s over a hash of 48 bytes.
    ///
    /// # Errors
    /// [`KeyError`] if the library refuses.
    pub fn sign_hash(&self, hash: &[u8; COORDINATE]) -> Result<[u8; SIGNATURE], KeyError> {
        let hash = Digest::import_less_safe(hash, &digest::SHA384).map_err(|_| KeyError)?;
        let signature = self.signing.sign_digest(&hash).map_err(|_| KeyError)?;
        signature.as_ref().try_into().map_err(|_| KeyError)
    }

    /// The X coordinate of (key · point).
    ///
    /// # Errors
    /// [`KeyError`] if the point is not on the curve.
    pub fn derive(&self, point: &[u8]) -> Result<[u8; COORDINATE], KeyError> {
        let point = UnparsedPublicKey::new(&ECDH_P384, point);
        agreement::agree(&self.agreement, point, KeyError, |secret| {
            secret.try_into().map_err(|_| KeyError)
        })
    }
}

/// A key, point or hash that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key, point or hash cannot be used")]
pub struct KeyError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_agree_and_a_foreign_point_is_refused() {
        let (a, b) = (
            SecretKey::from_public_text("a").unwrap(),
            SecretKey::from_public_text("b").unwrap(),
        );
        assert_eq!(a.derive(&b.public_point()), b.derive(&a.public_point()));
        let mut point = b.public_point();
        point[96] ^= 1;
        assert_eq!(a.derive(&point), Err(KeyError));
        assert!(SecretKey::from_scalar(&[0; 48]).is_err());
        assert!(SecretKey::from_scalar(&[0xFF; 48]).is_err());
    }
}
