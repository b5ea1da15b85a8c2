//! A certificate authority of an authority's own, and a certificate of its gateway on this computer.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData as _,
};
use time::{Duration, OffsetDateTime};
use toend_ledger::hash::{Hash, sha256};
use zeroize::Zeroizing;

use super::TestnetError;
use crate::authority::keys;
use crate::ceremony::{CERTIFICATE, CERTIFICATE_KEY};

/// The issuer's certificate.
const ISSUER: &str = "tls/issuer.pem";
/// The issuer's key.
const ISSUER_KEY: &str = "tls/issuer.key";

/// Names of this computer.
const HERE: [&str; 3] = ["127.0.0.1", "::1", "localhost"];
/// How long the issuer's certificate holds.
const ISSUER_DAYS: i64 = 3650;
/// How long a gateway's certificate holds; the longest that browsers would take too.
const DAYS: i64 = 397;

/// Both of them, with their keys.
pub struct Certificates {
    /// Hash of the issuer's public key, as a network file names it.
    pub issuer: Hash,
    chain: String,
    key: Zeroizing<String>,
    issuer_certificate: String,
    issuer_key: Zeroizing<String>,
}

impl Certificates {
    /// Makes both for one authority.
    pub fn draw(authority: &str, now_s: u64) -> Result<Self, TestnetError> {
        let now = i64::try_from(now_s)
            .ok()
            .and_then(|now| OffsetDateTime::from_unix_timestamp(now).ok())
            .ok_or_else(|| TestnetError::Certificate("the clock".to_owned()))?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params
            .distinguished_name
            .push(DnType::CommonName, format!("{authority} gateway issuer"));
        params.not_before = now - Duration::days(1);
        params.not_after = now + Duration::days(ISSUER_DAYS);
        let issuer_key = KeyPair::generate()?;
        let issuer_certificate = params.self_signed(&issuer_key)?;
        let issuer = Issuer::new(params, &issuer_key);

        let mut params = CertificateParams::new(HERE.map(str::to_owned))?;
        params
            .distinguished_name
            .push(DnType::CommonName, format!("{authority} gateway"));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = now - Duration::days(1);
        params.not_after = now + Duration::days(DAYS);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(Self {
            issuer: sha256(&[&issuer_key.subject_public_key_info()]),
            chain: format!("{}{}", certificate.pem(), issuer_certificate.pem()),
            key: Zeroizing::new(key.serialize_pem()),
            issuer_certificate: issuer_certificate.pem(),
            issuer_key: Zeroizing::new(issuer_key.serialize_pem()),
        })
    }

    /// Writes them into the authority's folder.
    pub fn write(&self, folder: &Path) -> Result<(), TestnetError> {
        for (name, pem) in [
            (CERTIFICATE, self.chain.as_str()),
            (CERTIFICATE_KEY, &self.key),
            (ISSUER, &self.issuer_certificate),
            (ISSUER_KEY, &self.issuer_key),
        ] {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            keys::write_private(&path, pem.as_bytes())?;
        }
        Ok(())
    }
}

impl From<rcgen::Error> for TestnetError {
    fn from(error: rcgen::Error) -> Self {
        Self::Certificate(error.to_string())
    }
}
