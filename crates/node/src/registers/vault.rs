//! What a thief of the database file must not read: contents, seeds, blinds, list keys, and whose they are.
//!
//! One key file per register, outside the database. Values are XChaCha20-Poly1305 with a random nonce, bound to their
//! place; look-ups go by keyed hashes, so that codes cannot be tried out without the key.

use std::path::Path;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use toend_ledger::hash::{Hash, hmac};
use zeroize::{Zeroize as _, Zeroizing};

use super::RegisterError;
use crate::disk;

const NONCE: usize = 24;

/// The register's secrets at rest.
pub(super) struct Vault {
    cipher: XChaCha20Poly1305,
    tags: Zeroizing<Hash>,
    decoys: Zeroizing<Hash>,
}

impl Vault {
    /// Reads the key file; makes it when `fresh`. A database without its key is never given a new one.
    pub(super) fn open(path: &Path, fresh: bool) -> Result<Self, RegisterError> {
        let mut key = Zeroizing::new([0u8; 32]);
        match std::fs::read(path) {
            Ok(mut bytes) => {
                let read = <[u8; 32]>::try_from(bytes.as_slice()).map(|bytes| *key = bytes);
                bytes.zeroize();
                read.map_err(|_| RegisterError::Key)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => {
                *key = *random()?;
                disk::replace(path, 0o600, &*key).map_err(|error| RegisterError::io(&error))?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(RegisterError::NoKey);
            }
            Err(error) => return Err(RegisterError::io(&error)),
        }
        let cipher_key = Zeroizing::new(hmac(&key, "at-rest", &[]));
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&(*cipher_key).into()),
            tags: Zeroizing::new(hmac(&key, "register-tags", &[])),
            decoys: Zeroizing::new(hmac(&key, "decoy-list", &[])),
        })
    }

    /// Encrypts a value for its place: `nonce 24 ‖ ciphertext`.
    pub(super) fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, RegisterError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| RegisterError::Random)?;
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: place,
                },
            )
            .map_err(|_| RegisterError::damaged("a value is too long to be encrypted"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts a value from its place.
    pub(super) fn open_value(
        &self,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, RegisterError> {
        let (nonce, body) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(RegisterError::Key)?;
        self.cipher
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: place,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| RegisterError::Key)
    }

    /// A keyed hash to look something up by.
    pub(super) fn tag(&self, kind: &str, parts: &[&[u8]]) -> Hash {
        hmac(&self.tags, kind, parts)
    }

    /// Secret key of the register's decoy list.
    pub(super) fn decoy_key(&self) -> &Hash {
        &self.decoys
    }
}

/// 32 random bytes from the operating system.
pub(super) fn random() -> Result<Zeroizing<Hash>, RegisterError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| RegisterError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_open_only_with_their_key_and_at_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        assert!(matches!(
            Vault::open(&path, false),
            Err(RegisterError::NoKey)
        ));
        let vault = Vault::open(&path, true).unwrap();
        let sealed = vault.seal(b"entry 1", b"words").unwrap();
        assert_eq!(
            vault.open_value(b"entry 1", &sealed).unwrap().as_slice(),
            b"words"
        );
        assert!(vault.open_value(b"entry 2", &sealed).is_err());
        assert!(!sealed.windows(5).any(|window| window == b"words"));
        // The same file again reads the same values; another one does not.
        assert!(
            Vault::open(&path, false)
                .unwrap()
                .open_value(b"entry 1", &sealed)
                .is_ok()
        );
        let other = Vault::open(&folder.path().join("b.key"), true).unwrap();
        assert_eq!(
            other.open_value(b"entry 1", &sealed),
            Err(RegisterError::Key)
        );
        assert_ne!(other.tag("subject", &[b"x"]), vault.tag("subject", &[b"x"]));
        std::fs::write(&path, b"short").unwrap();
        assert!(matches!(Vault::open(&path, true), Err(RegisterError::Key)));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let _ = Vault::open(&path, true).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
