//! The two node hashes, on the raw SHA-256 block function: hashing trees is what verification spends its time on.

use sha2::digest::generic_array::GenericArray;
use sha2::{Digest as _, Sha256, compress256};

use super::Hash;

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

const LEAF: u8 = 0;
const INNER: u8 = 1;

/// Longest leaf data that still fits two blocks beside prefix, end mark and length.
const SHORT_LEAF: usize = 128 - 1 - 1 - 8;

/// `H(00 ‖ data)`.
pub fn leaf_hash(data: &[u8]) -> Hash {
    if data.len() > SHORT_LEAF {
        let mut hasher = Sha256::new();
        hasher.update([LEAF]);
        hasher.update(data);
        return hasher.finalize().into();
    }
    let mut blocks = [0u8; 128];
    for (slot, byte) in blocks.iter_mut().skip(1).zip(data) {
        *slot = *byte;
    }
    padded(&mut blocks, 1 + data.len())
}

/// `H(01 ‖ left ‖ right)`.
pub fn inner_hash(left: &Hash, right: &Hash) -> Hash {
    let mut blocks = [0u8; 128];
    let (head, tail) = blocks.split_at_mut(33);
    if let [prefix, l @ ..] = head {
        *prefix = INNER;
        l.copy_from_slice(left);
    }
    let (r, _) = tail.split_at_mut(32);
    r.copy_from_slice(right);
    padded(&mut blocks, 65)
}

/// Finishes a message of `length` ≤ 119 bytes standing at the front of two zeroed blocks.
fn padded(blocks: &mut [u8; 128], length: usize) -> Hash {
    let end = if length < 56 { 64 } else { 128 };
    if let Some(mark) = blocks.get_mut(length) {
        *mark = 0x80;
    }
    if let Some(bits) = blocks.get_mut(end - 8..end) {
        bits.copy_from_slice(&(length as u64 * 8).to_be_bytes());
    }
    let (first, second) = blocks.split_at(64);
    let both = [
        *GenericArray::from_slice(first),
        *GenericArray::from_slice(second),
    ];
    let mut state = INITIAL;
    compress256(
        &mut state,
        if end == 64 { both.split_at(1).0 } else { &both },
    );
    let mut out = [0u8; 32];
    for (slot, word) in out.chunks_exact_mut(4).zip(state) {
        slot.copy_from_slice(&word.to_be_bytes());
    }
    out
}
