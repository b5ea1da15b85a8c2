//! Sealing what is private before it touches the disk, with a key that needs the card and PIN1.
//!
//! The store holds a point on P-384 whose secret was thrown away when it was made. The card multiplies it with its
//! authentication key (that needs PIN1): only this card can, so only this card opens what it sealed. The key lives in memory
//! while the card is in, and is wiped with it. Another card, also a newer one of the same person, opens nothing: then the
//! registers are asked again.

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P384, EphemeralPrivateKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use toend_ledger::hash::{hmac, tag};
use zeroize::Zeroizing;

/// First byte of a sealed body.
const FORM: u8 = 1;
const NONCE: usize = 12;
const MAC: usize = 16;

/// Why a sealed body stays closed. This computer, or another card sealed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not in a form that this program knows.
    #[error("the sealed body has an unknown form")]
    Form,
    /// Sealed with another key, under another name, or changed since.
    #[error("the sealed body does not open with this key")]
    Closed,
    /// The system gives no random numbers.
    #[error("no random numbers")]
    Random,
}

/// The key of one person's sealed lists in one store. Wiped when dropped; never written, never shown.
pub struct SealKey {
    key: Zeroizing<[u8; 32]>,
    names: Zeroizing<[u8; 32]>,
    owner: [u8; 32],
}

struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

/// A point for a new store: uncompressed P-384, 97 bytes. Nobody knows its secret. `None` without random numbers.
pub fn new_point() -> Option<Vec<u8>> {
    let secret = EphemeralPrivateKey::generate(&ECDH_P384, &SystemRandom::new()).ok()?;
    Some(secret.compute_public_key().ok()?.as_ref().to_vec())
}

impl SealKey {
    /// From what the card's authentication key makes of the store's point.
    #[expect(
        clippy::missing_panics_doc,
        reason = "HKDF gives 32 bytes for every input"
    )]
    pub fn derive(point: &[u8], shared: &[u8]) -> Self {
        let extracted = Salt::new(HKDF_SHA256, point).extract(shared);
        let expand = |purpose: &str| {
            let mut out = Zeroizing::new([0u8; 32]);
            let info = tag(purpose);
            extracted
                .expand(&[&info], Len(32))
                .and_then(|okm| okm.fill(&mut *out))
                .expect("32 bytes are within what HKDF-SHA256 gives");
            out
        };
        let owner = *expand("store-owner");
        Self {
            key: expand("store-seal"),
            names: expand("store-name"),
            owner,
        }
    }

    /// Under which the person's rows stand; says nothing without the card.
    pub const fn owner(&self) -> &[u8; 32] {
        &self.owner
    }

    /// Name of a row; says nothing without the card.
    pub fn name(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.names, "store-row", parts)
    }

    /// Seals a body for a name.
    ///
    /// # Errors
    /// [`SealError::Random`].
    pub fn seal(&self, name: &[u8; 32], body: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0u8; NONCE];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| SealError::Random)?;
        let mut closed = body.to_vec();
        self.cipher()
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                self.about(name),
                &mut closed,
            )
            .map_err(|_| SealError::Random)?;
        let mut out = Vec::with_capacity(1 + NONCE + closed.len());
        out.push(FORM);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&closed);
        Ok(out)
    }

    /// Opens a body sealed for a name.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, name: &[u8; 32], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (&form, rest) = sealed.split_first().ok_or(SealError::Form)?;
        let (nonce, closed) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Form)?;
        if form != FORM || closed.len() < MAC {
            return Err(SealError::Form);
        }
        let mut body = Zeroizing::new(closed.to_vec());
        let len = self
            .cipher()
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                self.about(name),
                &mut body,
            )
            .map_err(|_| SealError::Closed)?
            .len();
        body.truncate(len);
        Ok(body)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(
            UnboundKey::new(&CHACHA20_POLY1305, &*self.key)
                .expect("ChaCha20-Poly1305 keys have 32 bytes"),
        )
    }

    fn about(&self, name: &[u8; 32]) -> Aad<Vec<u8>> {
        Aad::from([&self.owner[..], &name[..]].concat())
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_its_key_its_name_and_unchanged() {
        let point = new_point().unwrap();
        assert_eq!(point.len(), 97);
        let key = SealKey::derive(&point, b"what the card made of it");
        let name = key.name(&[b"1", b"me"]);
        let sealed = key.seal(&name, b"a visit").unwrap();
        assert_eq!(&**key.open(&name, &sealed).unwrap(), b"a visit");
        assert!(!sealed.windows(7).any(|window| window == b"a visit"));

        let other = SealKey::derive(&point, b"what another card made of it");
        assert_eq!(other.open(&name, &sealed).unwrap_err(), SealError::Closed);
        assert_ne!(other.owner(), key.owner());
        assert_eq!(
            key.open(&key.name(&[b"2", b"me"]), &sealed).unwrap_err(),
            SealError::Closed
        );
        for at in 1..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&name, &changed).is_err(), "byte {at}");
        }
        assert_eq!(key.open(&name, &sealed[..20]).unwrap_err(), SealError::Form);
        assert_eq!(key.open(&name, b"").unwrap_err(), SealError::Form);
    }

    #[test]
    fn equal_bodies_are_sealed_differently() {
        let key = SealKey::derive(b"point", b"shared");
        let name = key.name(&[b"n"]);
        assert_ne!(
            key.seal(&name, b"same").unwrap(),
            key.seal(&name, b"same").unwrap()
        );
    }
}
