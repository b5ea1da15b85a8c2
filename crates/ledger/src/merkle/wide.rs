//! Sixteen node hashes at once, on processors with 512-bit vectors.
//!
//! One SHA-256 is a chain of dependent steps, which no processor can hurry; sixteen of them side by side fill its vector
//! units instead. Chosen at run time, an optimisation only: every result equals that of [`leaf_hash`](super::leaf_hash) and
//! [`inner_hash`](super::inner_hash), and where the vectors are missing those two are used.

#![expect(
    clippy::inline_always,
    clippy::many_single_char_names,
    reason = "code outside of the vectorised function would not use the vectors; FIPS 180-4 names its variables so"
)]

use core::arch::x86_64::__m512i;

use pulp::x86::V4;

use super::Hash;

/// Hashes computed side by side.
pub const LANES: usize = 16;

/// A vector per word of a SHA-256 state: sixteen digests, word by word.
#[derive(Clone, Copy)]
pub struct Digests([__m512i; 8]);

impl Digests {
    /// The same digest in every lane.
    pub fn splat(digest: &Hash) -> Self {
        let (words, _) = digest.as_chunks::<4>();
        let mut out = [pulp::cast([0u32; LANES]); 8];
        for (slot, word) in out.iter_mut().zip(words) {
            *slot = pulp::cast([u32::from_be_bytes(*word); LANES]);
        }
        Self(out)
    }

    /// Sixteen digests, one per lane.
    pub fn pack(digests: &[Hash; LANES]) -> Self {
        let mut out = [pulp::cast([0u32; LANES]); 8];
        for (word, slot) in out.iter_mut().enumerate() {
            let lanes = digests.map(|digest| {
                let (words, _) = digest.as_chunks::<4>();
                words
                    .get(word)
                    .map_or(0, |bytes| u32::from_be_bytes(*bytes))
            });
            *slot = pulp::cast(lanes);
        }
        Self(out)
    }

    /// The digests lane by lane.
    pub fn unpack(&self) -> [Hash; LANES] {
        let mut out = [[0u8; 32]; LANES];
        for (word, vector) in self.0.iter().enumerate() {
            let lanes: [u32; LANES] = pulp::cast(*vector);
            for (digest, value) in out.iter_mut().zip(lanes) {
                if let Some(slot) = digest.get_mut(word * 4..word * 4 + 4) {
                    slot.copy_from_slice(&value.to_be_bytes());
                }
            }
        }
        out
    }
}

/// Proof that this processor has the vectors.
#[derive(Clone, Copy)]
pub struct Wide(V4);

impl Wide {
    /// The vectors of this processor, if it has them.
    pub fn detect() -> Option<Self> {
        V4::try_new().map(Self)
    }

    /// Sixteen times `H(01 ‖ left ‖ right)`.
    pub fn inner(self, left: &Digests, right: &Digests) -> Digests {
        let v = self.0;
        v.vectorize(
            #[inline(always)]
            || {
                let s = v.avx512f;
                // The prefix moves everything by one byte: each word takes its last three bytes from one and its first
                // from the word before.
                let mut before = s._mm512_set1_epi32(1);
                let mut words = [before; 16];
                for (slot, word) in words.iter_mut().zip(left.0.iter().chain(&right.0)) {
                    *slot = s._mm512_or_si512(
                        s._mm512_slli_epi32::<24>(before),
                        s._mm512_srli_epi32::<8>(*word),
                    );
                    before = *word;
                }
                let mut state = initial(v);
                compress(v, &mut state, words);
                let mut tail = [s._mm512_set1_epi32(0); 16];
                tail[0] = s._mm512_or_si512(
                    s._mm512_slli_epi32::<24>(before),
                    s._mm512_set1_epi32(0x0080_0000),
                );
                tail[15] = s._mm512_set1_epi32(65 * 8);
                compress(v, &mut state, tail);
                Digests(state)
            },
        )
    }

    /// Sixteen messages that are padded already, each of `blocks` blocks of 64 bytes (1 or 2).
    pub fn padded(self, messages: &[[u8; 128]; LANES], blocks: usize) -> Digests {
        let v = self.0;
        v.vectorize(
            #[inline(always)]
            || {
                let mut state = initial(v);
                for block in 0..blocks {
                    let mut words = [[0u32; LANES]; 16];
                    for (lane, message) in messages.iter().enumerate() {
                        let (bytes, _) = message.as_chunks::<4>();
                        for (row, word) in words.iter_mut().zip(bytes.iter().skip(block * 16)) {
                            if let Some(slot) = row.get_mut(lane) {
                                *slot = u32::from_be_bytes(*word);
                            }
                        }
                    }
                    compress(v, &mut state, pulp::cast(words));
                }
                Digests(state)
            },
        )
    }
}

#[inline(always)]
fn initial(v: V4) -> [__m512i; 8] {
    super::digest::INITIAL.map(|word| v.avx512f._mm512_set1_epi32(word.cast_signed()))
}

/// The block function of FIPS 180-4, in every lane.
#[inline(always)]
fn compress(v: V4, state: &mut [__m512i; 8], mut w: [__m512i; 16]) {
    let s = v.avx512f;
    let add = |a, b| s._mm512_add_epi32(a, b);
    // Bit by bit: a ? b : c, the majority, and a ^ b ^ c.
    let choose = |a, b, c| s._mm512_ternarylogic_epi32::<0xca>(a, b, c);
    let majority = |a, b, c| s._mm512_ternarylogic_epi32::<0xe8>(a, b, c);
    let xor3 = |a, b, c| s._mm512_ternarylogic_epi32::<0x96>(a, b, c);
    let mut r = *state;
    for round in 0..64 {
        let at = round % 16;
        if round >= 16 {
            let x = w[(round + 1) % 16];
            let y = w[(round + 14) % 16];
            let low = xor3(
                s._mm512_ror_epi32::<7>(x),
                s._mm512_ror_epi32::<18>(x),
                s._mm512_srli_epi32::<3>(x),
            );
            let high = xor3(
                s._mm512_ror_epi32::<17>(y),
                s._mm512_ror_epi32::<19>(y),
                s._mm512_srli_epi32::<10>(y),
            );
            w[at] = add(add(w[at], low), add(w[(round + 9) % 16], high));
        }
        let [a, b, c, d, e, f, g, h] = r;
        let from_e = xor3(
            s._mm512_ror_epi32::<6>(e),
            s._mm512_ror_epi32::<11>(e),
            s._mm512_ror_epi32::<25>(e),
        );
        let from_a = xor3(
            s._mm512_ror_epi32::<2>(a),
            s._mm512_ror_epi32::<13>(a),
            s._mm512_ror_epi32::<22>(a),
        );
        let constant = add(w[at], s._mm512_set1_epi32(ROUND[round].cast_signed()));
        let first = add(add(h, from_e), add(choose(e, f, g), constant));
        let second = add(from_a, majority(a, b, c));
        r = [add(first, second), a, b, c, add(d, first), e, f, g];
    }
    for (slot, word) in state.iter_mut().zip(r) {
        *slot = add(*slot, word);
    }
}

/// The round constants of FIPS 180-4, 4.2.2.
const ROUND: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];
