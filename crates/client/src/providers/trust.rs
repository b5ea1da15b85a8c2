//! Whom the client believes to be a gateway: TLS 1.3, and for each host exactly the issuer that the network names.
//!
//! An issuer is named by the SHA-256 of its public key. For a host that somebody named one for, a certificate holds only if
//! that issuer's certificate came along with it and issued it; the system's authorities then count for nothing. For other
//! hosts the system's authorities count. Name and validity are checked either way.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::version::TLS13;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error,
    PeerIncompatible, RootCertStore, SignatureScheme,
};
use toend_ledger::hash::{Hash, sha256};

/// Certificates of a chain that are looked at.
const MAX_CHAIN: usize = 8;

/// The issuers that are named, by authority. Clones are handles on the same table.
#[derive(Clone, Debug, Default)]
pub struct Trust(Arc<RwLock<BTreeMap<usize, (String, Hash)>>>);

impl Trust {
    /// From now on the gateway of an authority is `host`, and `issuer` issues its certificates; none for the system's.
    /// Whether anybody else was believed to be it before.
    pub fn put(&self, authority: usize, host: &str, issuer: Option<Hash>) -> bool {
        let mut named = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let now = issuer.map(|issuer| (host.to_ascii_lowercase(), issuer));
        let before = match &now {
            Some(now) => named.insert(authority, now.clone()),
            None => named.remove(&authority),
        };
        before != now
    }

    /// The issuers named for a host; empty where nobody named one.
    fn issuers(&self, host: &str) -> Vec<Hash> {
        let named = self.0.read().unwrap_or_else(PoisonError::into_inner);
        named
            .values()
            .filter(|(name, _)| name == host)
            .map(|(_, issuer)| *issuer)
            .collect()
    }

    /// TLS as this table wants it; none where this computer cannot do TLS at all.
    pub fn config(&self) -> Option<ClientConfig> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let system = rustls_platform_verifier::Verifier::new(Arc::clone(&provider))
            .map_err(|error| tracing::warn!(%error, "the system's certificate authorities cannot be read"))
            .ok();
        let verifier = Verifier {
            trust: self.clone(),
            system: system.map(|system| Arc::new(system) as Arc<dyn ServerCertVerifier>),
            provider: Arc::clone(&provider),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .ok()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        // A resumed session shows no certificate: whose issuer was replaced could go on with it.
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some(config)
    }
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    system: Option<Arc<dyn ServerCertVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let unknown = || Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let issuers = self
            .trust
            .issuers(&server_name.to_str().to_ascii_lowercase());
        if issuers.is_empty() {
            let system = self.system.as_ref().ok_or_else(unknown)?;
            return system.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
        }
        let mut roots = RootCertStore::empty();
        for certificate in intermediates.iter().take(MAX_CHAIN) {
            let Ok(parsed) = ParsedCertificate::try_from(certificate) else {
                continue;
            };
            if issuers.contains(&sha256(&[&parsed.subject_public_key_info()])) {
                roots.add(certificate.clone().into_owned())?;
            }
        }
        if roots.is_empty() {
            return Err(unknown());
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// The stable reason of a failure that TLS is behind; none for any other failure.
pub fn reason(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref::<Error>() {
            return Some(named(tls));
        }
        // What stands inside an I/O error is not among its sources.
        cause = match error.downcast_ref::<std::io::Error>() {
            Some(outer) => outer.get_ref().map(|inner| inner as _),
            None => error.source(),
        };
    }
    None
}

const fn named(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "tlsName",
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => "tlsExpired",
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => "tlsEarly",
        Error::InvalidCertificate(_) | Error::NoCertificatesPresented => "tlsIssuer",
        Error::PeerIncompatible(_)
        | Error::AlertReceived(
            AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure,
        ) => "tlsVersion",
        // Bytes that are no TLS: somebody answers in the clear where TLS was agreed.
        Error::InvalidMessage(_) => "tlsPlain",
        _ => "tlsBroken",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_named_for_a_host_and_follows_the_authority() {
        let trust = Trust::default();
        trust.put(0, "House.example", Some([1; 32]));
        trust.put(1, "house.example", Some([2; 32]));
        assert_eq!(trust.issuers("house.example"), [[1; 32], [2; 32]]);
        trust.put(0, "moved.example", Some([1; 32]));
        assert_eq!(trust.issuers("house.example"), [[2; 32]]);
        trust.put(1, "house.example", None);
        assert_eq!(trust.issuers("house.example"), [[0; 32]; 0]);
        assert!(trust.config().is_some());
    }
}
