//! A key under which thousands of signatures come, with the multiples that their checks need.

use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::Identity as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest as _, Sha512};

use super::{TxError, signing_bytes};

/// B's multiples, made once for all keys.
static BASE: LazyLock<Multiples> = LazyLock::new(|| Multiples::of(ED25519_BASEPOINT_POINT));

/// A key ready for many signatures.
///
/// It accepts exactly what `verify_strict` accepts (RFC 8032, 5.1.7 without cofactor, s below q, neither A nor R of small
/// order, A in whatever encoding it has), in less than half of its time: A is decoded once, both products are sums from a
/// table, and R is compared by its bytes. It takes 640 KiB, so it is for keys that sign all the time.
#[derive(Clone)]
pub struct ReadyKey {
    bytes: [u8; 32],
    minus_a: Multiples,
}

impl ReadyKey {
    /// Makes the table, which takes as long as some twenty checks.
    ///
    /// # Errors
    /// [`TxError::BadSignature`] for a key under which no signature is good: no point, or one of small order.
    pub fn new(key: &[u8; 32]) -> Result<Self, TxError> {
        let point = CompressedEdwardsY(*key)
            .decompress()
            .filter(|point| !point.is_small_order())
            .ok_or(TxError::BadSignature)?;
        Ok(Self {
            bytes: *key,
            minus_a: Multiples::of(-point),
        })
    }

    /// Checks a transaction's signature over `body`.
    pub(super) fn verify(&self, body: &[u8], signature: &[u8; 64]) -> Result<(), TxError> {
        if self.accepts(&signing_bytes(body), signature) {
            Ok(())
        } else {
            Err(TxError::BadSignature)
        }
    }

    /// Whether `signature` is good over `message`: sB − kA = R. Not in constant time; everything here is public.
    pub fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let (r, s) = signature.split_at(32);
        let (Ok(r), Ok(s)) = (<[u8; 32]>::try_from(r), <[u8; 32]>::try_from(s)) else {
            return false;
        };
        let Some(s) = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)) else {
            return false;
        };
        let hash = Sha512::new()
            .chain_update(r)
            .chain_update(self.bytes)
            .chain_update(message)
            .finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let expected = BASE.add_to(EdwardsPoint::identity(), &s);
        let expected = self.minus_a.add_to(expected, &k);
        // What has the bytes of a point's one encoding is that point: R itself need not be decoded.
        expected.compress().to_bytes() == r && !expected.is_small_order()
    }
}

impl std::fmt::Debug for ReadyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadyKey({})", hex::encode(self.bytes))
    }
}

/// 1 to 128 times 256ⁱ P, for each byte i of a scalar.
#[derive(Clone)]
struct Multiples(Vec<[EdwardsPoint; 128]>);

impl Multiples {
    fn of(point: EdwardsPoint) -> Self {
        let mut unit = point;
        let row = |_| {
            let mut sum = unit;
            let row = std::array::from_fn(|at| {
                if at > 0 {
                    sum += unit;
                }
                sum
            });
            unit = sum + sum;
            row
        };
        Self((0..32).map(row).collect())
    }

    /// `sum` and `scalar` times P: one addition for each byte, as a digit from −128 to 127.
    fn add_to(&self, mut sum: EdwardsPoint, scalar: &Scalar) -> EdwardsPoint {
        let mut carry = 0;
        for (row, byte) in self.0.iter().zip(scalar.as_bytes()) {
            // A scalar is below 2^253, so that its last byte carries nothing on.
            let digit = i16::from(*byte) + carry;
            carry = i16::from(digit >= 128);
            let digit = digit - 256 * carry;
            let multiple = digit.unsigned_abs().checked_sub(1);
            let multiple = multiple.and_then(|at| row.get(usize::from(at)));
            match multiple {
                Some(multiple) if digit > 0 => sum += multiple,
                Some(multiple) => sum -= multiple,
                None => {}
            }
        }
        sum
    }
}
