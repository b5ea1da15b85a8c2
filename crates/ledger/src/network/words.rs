//! Ten words for 110 bits, read over the telephone or compared on paper.
//!
//! The list is this project's own and is computed, not stored: 2,048 words of two open syllables and a closing `n`, in
//! plain ASCII, sayable in Estonian, English and Russian. Word i has consonant `i >> 7`, vowel `i >> 5 & 3`, consonant
//! `i >> 2 & 7`, vowel `i & 3` of the tables below. The first consonant comes from 16, the second from 8 that are hard to
//! confuse by ear.

use crate::hash::Hash;

/// Words in a fingerprint: 10 × 11 bits.
pub const WORDS_IN_FINGERPRINT: usize = 10;

const FIRST: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWEL_1: &[u8; 4] = b"aeio";
const SECOND: &[u8; 8] = b"bglmnrsv";
const VOWEL_2: &[u8; 4] = b"aeiu";

/// Word number `i` modulo 2,048.
pub fn word(i: u16) -> String {
    let pick =
        |table: &[u8], n: u16| char::from(table.get(usize::from(n)).copied().unwrap_or(b'?'));
    [
        pick(FIRST, i >> 7 & 15),
        pick(VOWEL_1, i >> 5 & 3),
        pick(SECOND, i >> 2 & 7),
        pick(VOWEL_2, i & 3),
        'n',
    ]
    .into_iter()
    .collect()
}

/// The first 110 bits of a digest, eleven at a time, most significant first.
pub fn words_of(digest: &Hash) -> [String; WORDS_IN_FINGERPRINT] {
    std::array::from_fn(|i| {
        let bits = (0..11).fold(0u16, |bits, j| {
            let at = i * 11 + j;
            let set = digest
                .get(at / 8)
                .is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
            bits << 1 | u16::from(set)
        });
        word(bits)
    })
}
