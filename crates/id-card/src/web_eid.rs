//! Signing in with a card: the Web eID authentication token, version 1.0.
//!
//! The card signs SHA-384(origin) ‖ SHA-384(nonce). The origin binds the token to one gateway, the nonce to
//! one attempt. [`Token::create`] is the person's side, [`verify_token`] the gateway's.

mod origin;
mod validation;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub use self::origin::{Origin, OriginError};
pub use self::validation::{TokenError, verify_token};
use crate::card::Card;
use crate::certificate::Certificate;
use crate::error::CardError;
use crate::pin::{Pin, PinKind};

/// Shortest nonce, in characters.
pub const MIN_NONCE: usize = 44;
/// Longest nonce, in characters.
pub const MAX_NONCE: usize = 128;
/// Shortest token text.
pub const MIN_TOKEN: usize = 100;
/// Longest token text.
pub const MAX_TOKEN: usize = 10_000;

const FORMAT: &str = "web-eid:1.0";
const ALGORITHM: &str = "ES384";
const APP_VERSION: &str = concat!("https://toend.invalid/releases/", env!("CARGO_PKG_VERSION"));

/// A token as it travels: JSON with these five members. Others are ignored.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The authentication certificate, base64 of DER. Nobody has verified it yet.
    pub unverified_certificate: String,
    /// `ES384`.
    pub algorithm: String,
    /// Base64 of r and s.
    pub signature: String,
    /// `web-eid:1.0`.
    pub format: String,
    /// Address that names the program which made the token.
    pub app_version: String,
}

impl Token {
    /// Signs in: reads the certificate and the tries left, then lets the card sign.
    ///
    /// # Errors
    /// [`SignInError::Nonce`] for a nonce that is none, otherwise what the card said. A blocked or not
    /// activated PIN1 is reported before the PIN goes to the card; a card that was swapped in between is
    /// [`CardError::DifferentCard`].
    pub fn create(
        card: &mut Card,
        pin: &Pin,
        origin: &Origin,
        nonce: &str,
    ) -> Result<Self, SignInError> {
        if !is_nonce(nonce) {
            return Err(SignInError::Nonce);
        }
        let certificate = card.auth_certificate()?;
        card.pin_info()?.ready(PinKind::Pin1)?;
        let message = message(origin.as_str(), nonce);
        let signature = card.authenticate(pin, &sha384(&message))?;
        if certificate.verify_message(&message, &signature).is_err() {
            return Err(CardError::DifferentCard.into());
        }
        Ok(Self::new(&certificate, &signature))
    }

    /// Puts a certificate and a signature into token form.
    pub fn new(certificate: &Certificate, signature: &[u8]) -> Self {
        Self {
            unverified_certificate: STANDARD.encode(certificate.der()),
            algorithm: ALGORITHM.into(),
            signature: STANDARD.encode(signature),
            format: FORMAT.into(),
            app_version: APP_VERSION.into(),
        }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`TokenError::Length`], [`TokenError::Json`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if !(MIN_TOKEN..=MAX_TOKEN).contains(&text.len()) {
            return Err(TokenError::Length { len: text.len() });
        }
        serde_json::from_str(text).map_err(|_| TokenError::Json)
    }

    /// The text form.
    pub fn to_text(&self) -> String {
        // Five strings always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Why signing in did not come about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The nonce has not 44 to 128 characters. Blame: the gateway.
    #[error("the gateway's nonce has not 44 to 128 characters")]
    Nonce,
    /// The card.
    #[error(transparent)]
    Card(#[from] CardError),
}

fn is_nonce(nonce: &str) -> bool {
    (MIN_NONCE..=MAX_NONCE).contains(&nonce.chars().count())
}

/// What is signed, before its own hashing.
fn message(origin: &str, nonce: &str) -> Vec<u8> {
    [sha384(origin.as_bytes()), sha384(nonce.as_bytes())].concat()
}

/// SHA-384, the hash of everything that the cards sign here.
pub fn sha384(bytes: &[u8]) -> [u8; 48] {
    let mut out = [0; 48];
    out.copy_from_slice(digest::digest(&digest::SHA384, bytes).as_ref());
    out
}
