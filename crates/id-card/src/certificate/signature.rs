//! Keys and signatures of certificates: the three NIST curves with the hashes that authorities use.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA512_ASN1, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};
use x509_cert::der::asn1::ObjectIdentifier;

use super::CertificateError;
use crate::drivers::POINT;

const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");

/// An elliptic-curve key, or one of another kind, which verifies nothing.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    curve: Option<ObjectIdentifier>,
    point: Vec<u8>,
}

impl PublicKey {
    pub(super) fn new(curve: Option<ObjectIdentifier>, point: &[u8]) -> Self {
        Self {
            curve,
            point: point.to_vec(),
        }
    }

    pub(super) fn p384(&self) -> Option<[u8; POINT]> {
        let point = self.point.as_slice().try_into().ok()?;
        (self.curve == Some(super::P384)).then_some(point)
    }

    pub(super) fn verify_message(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CertificateError> {
        let point = self.p384().ok_or(CertificateError::Algorithm)?;
        UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
            .verify(message, signature)
            .map_err(|_| CertificateError::BadSignature)
    }

    pub(super) fn verify_hash(
        &self,
        hash: &[u8; 48],
        signature: &[u8],
    ) -> Result<(), CertificateError> {
        let point = self.p384().ok_or(CertificateError::Algorithm)?;
        let hash = Digest::import_less_safe(hash, &digest::SHA384)
            .map_err(|_| CertificateError::Algorithm)?;
        UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point)
            .verify_digest(&hash, signature)
            .map_err(|_| CertificateError::BadSignature)
    }
}

/// The signature of a certificate's issuer.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Signature {
    algorithm: ObjectIdentifier,
    value: Vec<u8>,
}

impl Signature {
    pub(super) fn new(algorithm: ObjectIdentifier, value: &[u8]) -> Self {
        Self {
            algorithm,
            value: value.to_vec(),
        }
    }

    pub(super) fn verify(&self, key: &PublicKey, signed: &[u8]) -> Result<(), CertificateError> {
        let curve = key.curve.ok_or(CertificateError::Algorithm)?;
        let algorithm: &'static EcdsaVerificationAlgorithm = match (curve, self.algorithm) {
            (P256, SHA256) => &ECDSA_P256_SHA256_ASN1,
            (super::P384, SHA384) => &ECDSA_P384_SHA384_ASN1,
            (super::P384, SHA512) => &ECDSA_P384_SHA512_ASN1,
            (P521, SHA512) => &ECDSA_P521_SHA512_ASN1,
            _ => return Err(CertificateError::Algorithm),
        };
        UnparsedPublicKey::new(algorithm, &key.point)
            .verify(signed, &self.value)
            .map_err(|_| CertificateError::BadSignature)
    }
}
