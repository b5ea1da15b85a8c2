//! Filings: what is handed in, what a gateway says of it under its signature, and which two answers exclude each other.

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::B64;
use crate::hash::{Hash, h};
use crate::state::Reg;

/// A filing's commitment, handed in at any gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingRequest {
    /// `F`, 32 bytes.
    pub commitment: B64,
}

/// What became of a filing that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum FilingOutcome {
    /// The gateway has it and hands it in until the ledger holds it. No receipt yet.
    Taken,
    /// The ledger holds it already.
    Sealed,
    /// The gateway has used up its share: another gateway, or later.
    Quota,
    /// The ledger refuses it.
    Refused {
        /// The application's code.
        code: u32,
    },
}

impl FilingOutcome {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Sealed => "sealed",
            Self::Quota => "quota",
            Self::Refused { .. } => "refused",
        }
    }

    /// Number under the signature, and the code beside it.
    const fn signed(self) -> (u8, u32) {
        match self {
            Self::Taken => (1, 0),
            Self::Sealed => (2, 0),
            Self::Quota => (3, 0),
            Self::Refused { code } => (4, code),
        }
    }
}

/// A gateway's answer to a filing, signed with the gateway's key: its promise, and no receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilingAnswer {
    /// `F`, 32 bytes.
    pub commitment: B64,
    /// What became of it.
    pub outcome: FilingOutcome,
    /// The block that holds it, when it is sealed; else 0.
    #[serde(with = "super::dec")]
    pub height: u64,
    /// Number of the gateway on the ledger.
    pub gateway: u16,
    /// Height of the gateway's tip.
    #[serde(with = "super::dec")]
    pub tip_height: u64,
    /// Header hash of the tip, 32 bytes.
    pub tip_hash: B64,
    /// Ed25519 signature, 64 bytes.
    pub signature: B64,
}

impl FilingAnswer {
    /// What the gateway's key signs: the tag `toend/filing/v1`, then net, gateway, `H(F)`, outcome, code, height, tip height
    /// and `H(tip hash)`.
    pub fn signing_bytes(&self, net: &[u8; 32]) -> Vec<u8> {
        let (outcome, code) = self.outcome.signed();
        let mut out = b"toend/filing/v1\0".to_vec();
        out.extend_from_slice(net);
        out.extend_from_slice(&self.gateway.to_be_bytes());
        out.extend_from_slice(&crate::hash::sha256(&[&self.commitment.0]));
        out.push(outcome);
        out.extend_from_slice(&code.to_be_bytes());
        out.extend_from_slice(&self.height.to_be_bytes());
        out.extend_from_slice(&self.tip_height.to_be_bytes());
        out.extend_from_slice(&crate::hash::sha256(&[&self.tip_hash.0]));
        out
    }

    /// Whether the gateway's key signed this, and it can be true: a filing is sealed below the tip, or in no block.
    pub fn is_signed(&self, net: &[u8; 32], key: &[u8; 32]) -> bool {
        let in_order = match self.outcome {
            FilingOutcome::Sealed => (1..self.tip_height).contains(&self.height),
            _ => self.height == 0,
        };
        let signature = Signature::try_from(self.signature.0.as_slice());
        let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(key), signature) else {
            return false;
        };
        in_order
            && key
                .verify_strict(&self.signing_bytes(net), &signature)
                .is_ok()
    }

    /// Whether no ledger could make a gateway sign both, and why. Both must be [signed](Self::is_signed) by one key.
    pub fn contradicts(&self, other: &Self) -> Option<Contradiction> {
        if self.gateway != other.gateway {
            return None;
        }
        if self.tip_height == other.tip_height && self.tip_hash != other.tip_hash {
            return Some(Contradiction::Tips);
        }
        if self.commitment != other.commitment {
            return None;
        }
        let sealed = |answer: &Self| answer.outcome == FilingOutcome::Sealed;
        let (earlier, later) = if self.tip_height <= other.tip_height {
            (self, other)
        } else {
            (other, self)
        };
        match (sealed(earlier), sealed(later)) {
            (true, true) if earlier.height != later.height => Some(Contradiction::Heights),
            // What is sealed stays sealed.
            (true, false) => Some(Contradiction::Unsealed),
            // Not on the ledger yet, and below that very tip after all.
            (false, true) if later.height < earlier.tip_height => Some(Contradiction::Unsealed),
            _ => None,
        }
    }
}

/// How two signed answers of one gateway exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// One height of the ledger has two pages.
    Tips,
    /// One filing is sealed in two blocks.
    Heights,
    /// A filing is sealed, and is not.
    Unsealed,
}

/// `F = H(T("filing") ‖ net ‖ reg ‖ nonce ‖ H(document))`: says nothing about the document to whoever lacks the nonce.
pub fn filing_commitment(net: &Hash, reg: Reg, nonce: &Hash, document: &Hash) -> Hash {
    h("filing", &[net, &reg.0.to_be_bytes(), nonce, document])
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};

    use super::*;

    const NET: Hash = [1; 32];

    fn answer(outcome: FilingOutcome, height: u64, tip: (u64, u8)) -> FilingAnswer {
        let mut answer = FilingAnswer {
            commitment: B64(vec![2; 32]),
            outcome,
            height,
            gateway: 3,
            tip_height: tip.0,
            tip_hash: B64(vec![tip.1; 32]),
            signature: B64::default(),
        };
        let signature = key().sign(&answer.signing_bytes(&NET));
        answer.signature = B64(signature.to_bytes().to_vec());
        answer
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    #[test]
    fn every_field_of_an_answer_is_signed_and_sealed_is_below_the_tip() {
        let public = key().verifying_key().to_bytes();
        let good = answer(FilingOutcome::Sealed, 8, (9, 0));
        assert!(good.is_signed(&NET, &public));
        assert!(!good.is_signed(&[2; 32], &public));
        assert!(!good.is_signed(
            &NET,
            &SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes()
        ));
        let bent: [fn(&mut FilingAnswer); 7] = [
            |one| one.commitment.0[0] ^= 1,
            |one| one.outcome = FilingOutcome::Refused { code: 1 },
            |one| one.height -= 1,
            |one| one.gateway += 1,
            |one| one.tip_height += 1,
            |one| one.tip_hash.0[31] ^= 1,
            |one| one.signature.0.truncate(63),
        ];
        for bend in bent {
            let mut other = good.clone();
            bend(&mut other);
            assert!(!other.is_signed(&NET, &public), "{other:?}");
        }
        for (outcome, height) in [
            (FilingOutcome::Sealed, 9),
            (FilingOutcome::Sealed, 0),
            (FilingOutcome::Taken, 1),
        ] {
            assert!(!answer(outcome, height, (9, 0)).is_signed(&NET, &public));
        }
    }

    #[test]
    fn what_no_ledger_could_make_a_gateway_say_contradicts() {
        use FilingOutcome::{Quota, Sealed, Taken};
        let cases = [
            (
                answer(Taken, 0, (9, 0)),
                answer(Taken, 0, (9, 1)),
                Some(Contradiction::Tips),
            ),
            (
                answer(Sealed, 5, (9, 0)),
                answer(Sealed, 6, (12, 0)),
                Some(Contradiction::Heights),
            ),
            (
                answer(Sealed, 5, (9, 0)),
                answer(Quota, 0, (12, 0)),
                Some(Contradiction::Unsealed),
            ),
            (
                answer(Sealed, 5, (9, 0)),
                answer(Taken, 0, (9, 0)),
                Some(Contradiction::Unsealed),
            ),
            // Not there at page 9, and since page 5 at page 12.
            (
                answer(Taken, 0, (9, 0)),
                answer(Sealed, 5, (12, 0)),
                Some(Contradiction::Unsealed),
            ),
            // The state at tip 9 is the one after block 8: sealed in 9 or later is no contradiction.
            (answer(Taken, 0, (9, 0)), answer(Sealed, 9, (12, 0)), None),
            (answer(Sealed, 5, (9, 0)), answer(Sealed, 5, (12, 0)), None),
            (answer(Taken, 0, (9, 0)), answer(Quota, 0, (12, 0)), None),
            (answer(Taken, 0, (9, 0)), answer(Taken, 0, (9, 0)), None),
        ];
        for (first, second, expected) in cases {
            assert_eq!(first.contradicts(&second), expected, "{first:?} {second:?}");
            assert_eq!(second.contradicts(&first), expected, "the other way round");
            let elsewhere = FilingAnswer {
                gateway: 4,
                ..second.clone()
            };
            assert_eq!(first.contradicts(&elsewhere), None);
            let mut another = second;
            another.commitment = B64(vec![3; 32]);
            let tips = expected.filter(|found| *found == Contradiction::Tips);
            assert_eq!(first.contradicts(&another), tips);
        }
    }

    #[test]
    fn a_commitment_covers_all_of_its_parts() {
        let base = filing_commitment(&NET, Reg(1), &[2; 32], &[3; 32]);
        let parts = [
            filing_commitment(&[9; 32], Reg(1), &[2; 32], &[3; 32]),
            filing_commitment(&NET, Reg(2), &[2; 32], &[3; 32]),
            filing_commitment(&NET, Reg(1), &[9; 32], &[3; 32]),
            filing_commitment(&NET, Reg(1), &[2; 32], &[9; 32]),
        ];
        assert!(!parts.contains(&base));
        let mut bytes = b"toend/filing/v1\0".to_vec();
        bytes.extend_from_slice(&NET);
        bytes.extend_from_slice(&[0, 1]);
        bytes.extend_from_slice(&[2; 32]);
        bytes.extend_from_slice(&[3; 32]);
        assert_eq!(base, crate::hash::sha256(&[&bytes]));
    }
}
