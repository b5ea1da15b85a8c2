//! SHA-256 and the domain tags that keep one hashed format from being taken for another.

use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// 32 zero bytes: the hash of an empty subtree in the state tree, and never a valid root.
pub const ZERO: Hash = [0; 32];

/// SHA-256 over the parts, joined without separators.
///
/// Parts of variable length must carry their length, or stand last.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    // Keys and values of the state are short, and there are many of them.
    if let Some(hash) = crate::merkle::short_hash(parts) {
        return hash;
    }
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The domain tag `T(name)`: ASCII `toend/<name>/v1`, then a zero byte.
pub fn tag(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 10);
    out.extend_from_slice(b"toend/");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"/v1\0");
    out
}

/// `H(T(name) ‖ parts)`.
pub fn h(name: &str, parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(tag(name));
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// `HMAC-SHA256(key, T(name) ‖ parts)`.
pub fn hmac(key: &[u8; 32], name: &str, parts: &[&[u8]]) -> Hash {
    // HMAC fills a short key up with zeros; doing so here needs no fallible constructor.
    let mut block = Zeroizing::new([0u8; 64]);
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(&tag(name));
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_ascii_versioned_and_end_with_zero() {
        assert_eq!(tag("open"), b"toend/open/v1\0");
    }

    /// Short messages go another way than long ones; the standard's own function is the judge.
    #[test]
    fn every_length_gives_the_standard_digest() {
        let bytes: Vec<u8> = (0..200).collect();
        for length in 0..bytes.len() {
            let expected: Hash = Sha256::digest(&bytes[..length]).into();
            for cut in [0, length / 3, length] {
                let (head, tail) = bytes[..length].split_at(cut);
                assert_eq!(sha256(&[head, tail]), expected, "{length}, {cut}");
            }
            assert_eq!(sha256(&[&bytes[..length], &[]]), expected, "{length}");
        }
        let empty: Hash = Sha256::digest([]).into();
        assert_eq!(sha256(&[]), empty);
    }

    #[test]
    fn parts_are_joined_without_separators() {
        assert_eq!(sha256(&[b"ab", b"c"]), sha256(&[b"abc"]));
        assert_eq!(h("x", &[b"y"]), sha256(&[b"toend/x/v1\0", b"y"]));
        assert_ne!(h("x", &[b"y"]), h("z", &[b"y"]));
    }

    /// RFC 4231 test case 2 has a 4-byte key; ours are 32 bytes, so the value is checked through the definition.
    #[test]
    fn hmac_is_the_nested_hash() {
        let key = [7u8; 32];
        let (mut inner, mut outer) = ([0x36u8; 64], [0x5cu8; 64]);
        for i in 0..32 {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }
        let expected = sha256(&[&outer, &sha256(&[&inner, &tag("salt"), b"m"])]);
        assert_eq!(hmac(&key, "salt", &[b"m"]), expected);
    }
}
