//! Certificates of the cards: whose, what for, how long. Names are read by attribute, never by position,
//! because the two generations order them differently.

mod document;
mod signature;

use std::fmt;

use sha_256::fingerprint;
use time::OffsetDateTime;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;

pub use self::document::DocumentType;
use crate::drivers::POINT;
use crate::error::CardError;
use crate::tlv;

/// The largest certificate that is read. Those of the cards have about 1 kB.
pub const MAX_CERTIFICATE: usize = 8 * 1024;

const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Extended key usage, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendedUse {
    /// The extension is missing: any use.
    Absent,
    /// TLS client authentication is among the uses.
    ClientAuth,
    /// Other uses only.
    Other,
}

/// A certificate that was read. That it could be read says nothing about who issued it:
/// [`Certificate::verify_issued_by`] does.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    signed: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    /// Surname, `SN`.
    pub surname: String,
    /// Given names, `GN`.
    pub given_names: String,
    /// Common name, for display of authorities.
    pub common_name: String,
    /// The whole `serialNumber` attribute, e.g. `PNOEE-47101010033`.
    pub serial_number: String,
    /// `C`.
    pub country: String,
    /// Begin of validity.
    pub not_before: OffsetDateTime,
    /// End of validity.
    pub not_after: OffsetDateTime,
    /// Policy identifiers, dotted.
    pub policies: Vec<String>,
    /// Key usage: digital signature.
    pub digital_signature: bool,
    /// Key usage: non-repudiation, which marks the certificate for signatures.
    pub non_repudiation: bool,
    /// Extended key usage.
    pub extended_use: ExtendedUse,
    /// May issue certificates.
    pub authority: bool,
    key: signature::PublicKey,
    signature: signature::Signature,
}

impl Certificate {
    /// Reads a certificate. Anything behind it is refused.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE {
            return Err(CertificateError::TooLarge { size: der.len() });
        }
        let parsed =
            x509_cert::Certificate::from_der(der).map_err(|_| CertificateError::NotX509)?;
        let body = parsed.tbs_certificate();
        let subject = body.subject();
        let key_usage = extension::<KeyUsage>(body)?;
        let constraints = extension::<BasicConstraints>(body)?;
        let authority = constraints.is_some_and(|constraints| constraints.ca)
            && key_usage.as_ref().is_none_or(KeyUsage::key_cert_sign);
        let extended_use = match extension::<ExtendedKeyUsage>(body)? {
            None => ExtendedUse::Absent,
            Some(uses) if uses.0.contains(&CLIENT_AUTH) => ExtendedUse::ClientAuth,
            Some(_) => ExtendedUse::Other,
        };
        let algorithm = parsed.signature_algorithm();
        if algorithm != body.signature() {
            return Err(CertificateError::AlgorithmMismatch);
        }
        let spki = body.subject_public_key_info();
        let curve = match &spki.algorithm.parameters {
            Some(parameters) if spki.algorithm.oid == EC_PUBLIC_KEY => {
                parameters.decode_as::<ObjectIdentifier>().ok()
            }
            _ => None,
        };
        // What was signed is the first element inside, byte for byte as received.
        let outer = tlv::first(der).map_err(|_| CertificateError::NotX509)?;
        let signed = tlv::first(outer.value)
            .map_err(|_| CertificateError::NotX509)?
            .whole
            .to_vec();
        Ok(Self {
            der: der.to_vec(),
            signed,
            issuer: body
                .issuer()
                .to_der()
                .map_err(|_| CertificateError::NotX509)?,
            subject: subject.to_der().map_err(|_| CertificateError::NotX509)?,
            surname: attribute(subject, SURNAME)?,
            given_names: attribute(subject, GIVEN_NAME)?,
            common_name: attribute(subject, COMMON_NAME)?,
            serial_number: attribute(subject, SERIAL_NUMBER)?,
            country: attribute(subject, COUNTRY)?,
            not_before: moment(body.validity().not_before)?,
            not_after: moment(body.validity().not_after)?,
            policies: policies(body)?,
            digital_signature: key_usage.as_ref().is_some_and(KeyUsage::digital_signature),
            non_repudiation: key_usage.as_ref().is_some_and(KeyUsage::non_repudiation),
            extended_use,
            authority,
            key: signature::PublicKey::new(curve, spki.subject_public_key.raw_bytes()),
            signature: signature::Signature::new(algorithm.oid, parsed.signature().raw_bytes()),
        })
    }

    /// The certificate as it was read.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the certificate, to recognise it again.
    pub fn fingerprint(&self) -> [u8; 32] {
        fingerprint(&self.der)
    }

    /// The Estonian personal code, if the certificate names one (`PNOEE-…`).
    pub fn personal_code(&self) -> Option<&str> {
        let code = self.serial_number.strip_prefix("PNOEE-")?;
        (code.len() == 11 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
    }

    /// What kind of document the card is.
    pub fn document(&self) -> DocumentType {
        DocumentType::from_policies(&self.policies)
    }

    /// The public key as an uncompressed P-384 point, or `None` for a key of another kind.
    pub fn public_point(&self) -> Option<[u8; POINT]> {
        self.key.p384()
    }

    /// Whether `now` lies within the validity, both ends included.
    ///
    /// # Errors
    /// [`CardError::CertificateNotValid`], code E17.
    pub fn check_valid_at(&self, now: OffsetDateTime) -> Result<(), CardError> {
        if now < self.not_before || now > self.not_after {
            return Err(CardError::CertificateNotValid {
                not_before: self.not_before,
                not_after: self.not_after,
            });
        }
        Ok(())
    }

    /// Checks that `issuer` may issue and did issue this certificate. Validity is not looked at.
    ///
    /// # Errors
    /// [`CertificateError::OtherIssuer`], [`CertificateError::NotAnAuthority`], [`CertificateError::BadSignature`].
    pub fn verify_issued_by(&self, issuer: &Self) -> Result<(), CertificateError> {
        if self.issuer != issuer.subject {
            return Err(CertificateError::OtherIssuer);
        }
        if !issuer.authority {
            return Err(CertificateError::NotAnAuthority);
        }
        self.signature.verify(&issuer.key, &self.signed)
    }

    /// Checks raw r and s over `message`, which is hashed with SHA-384.
    ///
    /// # Errors
    /// [`CertificateError::BadSignature`].
    pub fn verify_message(&self, message: &[u8], signature: &[u8]) -> Result<(), CertificateError> {
        self.key.verify_message(message, signature)
    }

    /// Checks raw r and s over a 48-byte hash.
    ///
    /// # Errors
    /// [`CertificateError::BadSignature`].
    pub fn verify_hash(&self, hash: &[u8; 48], signature: &[u8]) -> Result<(), CertificateError> {
        self.key.verify_hash(hash, signature)
    }
}

/// Names nobody: a certificate holds personal data, and debug output ends in logs.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Certificate({} bytes, until {})",
            self.der.len(),
            self.not_after
        )
    }
}

mod sha_256 {
    pub(super) fn fingerprint(bytes: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        out.copy_from_slice(digest.as_ref());
        out
    }
}

fn extension<'a, T>(body: &'a x509_cert::TbsCertificate) -> Result<Option<T>, CertificateError>
where
    T: Decode<'a, Error = x509_cert::der::Error> + x509_cert::der::oid::AssociatedOid,
{
    match body.get_extension::<T>() {
        Ok(found) => Ok(found.map(|(_, value)| value)),
        Err(_) => Err(CertificateError::Extension),
    }
}

/// The first attribute of this type, as text, or an empty text.
fn attribute(name: &Name, oid: ObjectIdentifier) -> Result<String, CertificateError> {
    match name.iter().find(|attribute| attribute.oid == oid) {
        None => Ok(String::new()),
        Some(found) => std::str::from_utf8(found.value.value())
            .map(str::to_owned)
            .map_err(|_| CertificateError::Name),
    }
}

fn moment(time: x509_cert::time::Time) -> Result<OffsetDateTime, CertificateError> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .ok_or(CertificateError::NotX509)
}

/// Read by hand, because test cards carry identifiers below `2.999`, which the parser cannot hold.
fn policies(body: &x509_cert::TbsCertificate) -> Result<Vec<String>, CertificateError> {
    let Some(extension) = body.extensions().and_then(|extensions| {
        extensions
            .iter()
            .find(|extension| extension.extn_id == POLICIES)
    }) else {
        return Ok(Vec::new());
    };
    let damaged = |_| CertificateError::Extension;
    let mut list = tlv::first(extension.extn_value.as_bytes())
        .map_err(damaged)?
        .value;
    let mut found = Vec::new();
    while !list.is_empty() {
        let policy = tlv::first(list).map_err(damaged)?;
        let oid = tlv::need(policy.value, 0x06).map_err(damaged)?;
        found.push(dotted(oid).ok_or(CertificateError::Extension)?);
        list = policy.rest;
    }
    Ok(found)
}

/// An object identifier as text.
fn dotted(oid: &[u8]) -> Option<String> {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc: u64 = 0;
    for byte in oid {
        arc = arc.checked_mul(128)? | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            if arcs.is_empty() {
                let top = (arc / 40).min(2);
                arcs.push(top);
                arc -= top * 40;
            }
            arcs.push(arc);
            arc = 0;
        }
    }
    let complete = oid.last().is_some_and(|byte| byte & 0x80 == 0);
    complete.then(|| {
        arcs.iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(".")
    })
}

/// Why a certificate cannot be used. Blame: whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Larger than [`MAX_CERTIFICATE`].
    #[error("{size} bytes are too many for a certificate")]
    TooLarge {
        /// Its size.
        size: usize,
    },
    /// No X.509 certificate in DER.
    #[error("no X.509 certificate")]
    NotX509,
    /// An extension that is read is damaged or stands twice.
    #[error("a damaged extension")]
    Extension,
    /// An attribute of the subject is no text.
    #[error("a name that is no text")]
    Name,
    /// Two different signature algorithms are named.
    #[error("two different signature algorithms")]
    AlgorithmMismatch,
    /// The issuer's name is another.
    #[error("issued by another authority")]
    OtherIssuer,
    /// The issuer may not issue certificates.
    #[error("the issuer is no authority")]
    NotAnAuthority,
    /// An algorithm or key that is not accepted.
    #[error("an algorithm that is not accepted")]
    Algorithm,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_any_size() {
        assert_eq!(
            dotted(&[0x04, 0x00, 0x8F, 0x7A, 0x01, 0x02]).unwrap(),
            "0.4.0.2042.1.2"
        );
        assert_eq!(dotted(&[0x88, 0x37, 0x01, 0x03]).unwrap(), "2.999.1.3");
        assert_eq!(dotted(&[0x88]), None);
        assert_eq!(dotted(&[]), None);
        assert_eq!(dotted(&[0xFF; 12]), None);
    }

    #[test]
    fn garbage_is_refused_by_name() {
        assert_eq!(Certificate::parse(&[]), Err(CertificateError::NotX509));
        assert_eq!(
            Certificate::parse(&[0x30; 9000]),
            Err(CertificateError::TooLarge { size: 9000 })
        );
    }
}
