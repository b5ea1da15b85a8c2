//! The gateway's side: every check of the Web eID validation, in its order, but for OCSP.
//!
//! Whether a certificate was revoked is the caller's question to its authority (code E18, E19).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;

use super::{ALGORITHM, Token, is_nonce, message};
use crate::certificate::{Certificate, CertificateError, ExtendedUse};
use crate::drivers::SIGNATURE;
use crate::error::CardError;

/// Mobile-ID certificates are not on a card.
const DISALLOWED: &[&str] = &[
    "1.3.6.1.4.1.10015.1.3",
    "1.3.6.1.4.1.10015.1.3.1",
    "1.3.6.1.4.1.10015.1.3.2",
    "1.3.6.1.4.1.10015.1.3.3",
];

/// Checks a token for `origin` and `nonce`, and that its certificate was issued by one of `trusted` and both
/// are valid at `now`. The nonce must be one that was handed out and not used before; that is the caller's to
/// know.
///
/// # Errors
/// [`TokenError`], the first check that fails.
pub fn verify_token(
    text: &str,
    origin: &str,
    nonce: &str,
    trusted: &[Certificate],
    now: OffsetDateTime,
) -> Result<Certificate, TokenError> {
    let token = Token::parse(text)?;
    if !token.format.starts_with("web-eid:1") {
        return Err(TokenError::Format);
    }
    let der = STANDARD
        .decode(&token.unverified_certificate)
        .map_err(|_| TokenError::Base64)?;
    let certificate = Certificate::parse(&der).map_err(TokenError::Certificate)?;
    if !certificate.digital_signature || certificate.extended_use == ExtendedUse::Other {
        return Err(TokenError::Purpose);
    }
    if certificate
        .policies
        .iter()
        .any(|policy| DISALLOWED.contains(&policy.as_str()))
    {
        return Err(TokenError::Policy);
    }
    certificate
        .check_valid_at(now)
        .map_err(|error| not_valid(&error))?;
    let issuer = trusted
        .iter()
        .find(|issuer| certificate.verify_issued_by(issuer).is_ok())
        .ok_or(TokenError::NotTrusted)?;
    issuer
        .check_valid_at(now)
        .map_err(|error| not_valid(&error))?;
    if token.algorithm != ALGORITHM {
        return Err(TokenError::Algorithm);
    }
    if !is_nonce(nonce) {
        return Err(TokenError::Nonce);
    }
    let signature = STANDARD
        .decode(&token.signature)
        .map_err(|_| TokenError::Base64)?;
    if signature.len() != SIGNATURE {
        return Err(TokenError::Signature);
    }
    match certificate.verify_message(&message(origin, nonce), &signature) {
        Ok(()) => Ok(certificate),
        Err(CertificateError::Algorithm) => Err(TokenError::Algorithm),
        Err(_) => Err(TokenError::Signature),
    }
}

fn not_valid(error: &CardError) -> TokenError {
    match error {
        CardError::CertificateNotValid {
            not_before,
            not_after,
        } => TokenError::NotValidNow {
            not_before: *not_before,
            not_after: *not_after,
        },
        // `check_valid_at` has no other error.
        _ => TokenError::NotTrusted,
    }
}

/// Why a token is refused. Blame: whoever sent it, but for `NotValidNow`, which may be this clock's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not 100 to 10,000 bytes long.
    #[error("a token of {len} bytes")]
    Length {
        /// Its length.
        len: usize,
    },
    /// No JSON, or a member is missing.
    #[error("the token is no JSON with the five members")]
    Json,
    /// Another format than `web-eid:1…`.
    #[error("the token has another format")]
    Format,
    /// Certificate or signature are no base64.
    #[error("the token holds something that is no base64")]
    Base64,
    /// The certificate cannot be read.
    #[error("the token's certificate: {0}")]
    Certificate(CertificateError),
    /// The certificate is not for signing in.
    #[error("the certificate is not for signing in")]
    Purpose,
    /// The certificate belongs to something else than a card.
    #[error("the certificate is not that of a card")]
    Policy,
    /// The certificate, or that of its issuer, is not valid at this time.
    #[error("the certificate is valid from {not_before} to {not_after}")]
    NotValidNow {
        /// Begin.
        not_before: OffsetDateTime,
        /// End.
        not_after: OffsetDateTime,
    },
    /// None of the trusted authorities issued the certificate.
    #[error("no trusted authority issued the certificate")]
    NotTrusted,
    /// Another algorithm than ES384, or another kind of key.
    #[error("another algorithm than ES384")]
    Algorithm,
    /// The nonce has not 44 to 128 characters.
    #[error("the nonce has not 44 to 128 characters")]
    Nonce,
    /// The signature does not fit certificate, origin and nonce.
    #[error("the signature does not fit certificate, origin and nonce")]
    Signature,
}
