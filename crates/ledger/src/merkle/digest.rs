//! The two node hashes, on the raw SHA-256 block function: hashing trees is what verification spends its time on.

use sha2::digest::consts::U64;
use sha2::digest::generic_array::GenericArray;
use sha2::{Digest as _, Sha256, compress256};

use super::Hash;

/// SHA-256's initial state (FIPS 180-4, 5.3.3).
pub(super) const INITIAL: [u32; 8] = [
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
/// The bit that ends a message before its padding.
const END: u8 = 0x80;

/// Longest leaf data that still fits two blocks beside prefix, end mark and length.
const SHORT_LEAF: usize = 128 - 1 - 1 - 8;

/// Longest message that fits one block beside end mark and length.
const MOST_IN_ONE: usize = 64 - 1 - 8;

type Block = GenericArray<u8, U64>;

/// `H(00 ‖ data)`.
#[inline]
pub fn leaf_hash(data: &[u8]) -> Hash {
    if data.len() > SHORT_LEAF {
        let mut hasher = Sha256::new();
        hasher.update([LEAF]);
        hasher.update(data);
        return hasher.finalize().into();
    }
    let message = 1 + data.len();
    let bits = (message as u64 * 8).to_be_bytes();
    let mut block = Block::default();
    if message < 56 {
        put(&mut block, 1, data);
        put(&mut block, message, &[END]);
        put(&mut block, 56, &bits);
        return digest(&[block]);
    }
    let (head, tail) = data.split_at(data.len().min(63));
    put(&mut block, 1, head);
    let mut last = Block::default();
    put(&mut last, 0, tail);
    // The end mark follows the message, which may fill the first block exactly or not at all.
    if message < 64 {
        put(&mut block, message, &[END]);
    } else {
        put(&mut last, message - 64, &[END]);
    }
    put(&mut last, 56, &bits);
    digest(&[block, last])
}

/// `H(01 ‖ left ‖ right)`.
pub fn inner_hash(left: &Hash, right: &Hash) -> Hash {
    let (head, tail) = right.split_at(31);
    let mut first = Block::default();
    put(&mut first, 0, &[INNER]);
    put(&mut first, 1, left);
    put(&mut first, 33, head);
    let mut last = Block::default();
    put(&mut last, 0, tail);
    put(&mut last, 1, &[END]);
    put(&mut last, 62, &520u16.to_be_bytes());
    digest(&[first, last])
}

/// `H(parts)` of so few bytes that one block holds them; none of more.
#[inline]
pub(crate) fn short_hash(parts: &[&[u8]]) -> Option<Hash> {
    let mut block = Block::default();
    let mut message = 0;
    for part in parts {
        if message + part.len() > MOST_IN_ONE {
            return None;
        }
        put(&mut block, message, part);
        message += part.len();
    }
    put(&mut block, message, &[END]);
    put(&mut block, 56, &(message as u64 * 8).to_be_bytes());
    Some(digest(&[block]))
}

/// Copies `bytes` to offset `at`; every caller's constants fit the block.
#[inline]
fn put(block: &mut Block, at: usize, bytes: &[u8]) {
    if let Some(slot) = block.as_mut_slice().get_mut(at..at + bytes.len()) {
        slot.copy_from_slice(bytes);
    }
}

#[inline]
fn digest(blocks: &[Block]) -> Hash {
    let mut state = INITIAL;
    compress256(&mut state, blocks);
    let mut out = [0u8; 32];
    for (slot, word) in out.chunks_exact_mut(4).zip(state) {
        slot.copy_from_slice(&word.to_be_bytes());
    }
    out
}
