//! Votes under ZIP-215, many at once.
//!
//! CometBFT's validators accept a vote by the ZIP-215 rule (cofactored equation, non-canonical points allowed). A verifier
//! with another rule could be made to refuse blocks that the network has decided, so votes are never checked with the
//! strict rule that everything of our own uses.

use core::convert::Infallible;

use ed25519_zebra::batch::{Item, Verifier};
use ed25519_zebra::{Signature, VerificationKey, VerificationKeyBytes};
use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256};
use toend_ledger::cometbft::{BlockIdFlag, Commit, VoteKind, write_sign_bytes};

/// A vote that does not verify: the block's place in the caller's list, and the signature's in its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Culprit {
    /// The caller's number for the block.
    pub block: usize,
    /// Place in the commit.
    pub signature: usize,
}

/// One signature over one message by one key, under ZIP-215.
pub fn verifies(pub_key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
    VerificationKey::try_from(*pub_key).is_ok_and(|key| {
        key.verify(&Signature::from_bytes(signature), message)
            .is_ok()
    })
}

/// Votes of many blocks, checked in one equation.
#[derive(Default)]
pub struct Batch {
    items: Vec<(Item, Culprit)>,
    transcript: Sha256,
    message: Vec<u8>,
}

impl Batch {
    /// Adds the vote at `signature` in the commit, to be verified with this key. `block` is the caller's own number.
    pub fn push(
        &mut self,
        block: usize,
        commit: &Commit,
        chain_id: &str,
        signature: usize,
        pub_key: [u8; 32],
    ) {
        let Some(sig) = commit.signatures.get(signature) else {
            return;
        };
        let block_id = if sig.flag == BlockIdFlag::Commit {
            commit.block_id.as_ref()
        } else {
            None
        };
        self.message.clear();
        write_sign_bytes(
            &mut self.message,
            VoteKind::Precommit,
            chain_id,
            commit.height,
            commit.round,
            block_id,
            sig.time,
        );
        self.transcript.update(pub_key);
        self.transcript.update(sig.signature);
        self.transcript.update(&self.message);
        let item = (
            VerificationKeyBytes::from(pub_key),
            Signature::from_bytes(&sig.signature),
            self.message.as_slice(),
        );
        self.items
            .push((Item::from(item), Culprit { block, signature }));
    }

    /// Votes waiting.
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether no vote waits.
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Checks all votes and empties the batch. If the one equation fails, each vote is checked alone and the first wrong
    /// one is named: under ZIP-215 both ways always agree.
    pub fn verify(&mut self) -> Result<(), Culprit> {
        let items = std::mem::take(&mut self.items);
        let coefficients = Coefficients {
            seed: self.transcript.finalize_reset().into(),
            counter: 0,
        };
        if items.len() > 1 {
            let mut verifier = Verifier::new();
            for (item, _) in &items {
                verifier.queue(item.clone());
            }
            if verifier.verify(coefficients).is_ok() {
                return Ok(());
            }
        }
        for (item, culprit) in items {
            item.verify_single().map_err(|_| culprit)?;
        }
        Ok(())
    }
}

/// The random coefficients of the batch equation, drawn from a hash over every key, signature and message in it. Nobody
/// can choose signatures knowing the coefficients, because the coefficients follow from the signatures; and this crate
/// stays free of randomness of its own.
struct Coefficients {
    seed: [u8; 32],
    counter: u64,
}

impl TryRng for Coefficients {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for chunk in out.chunks_mut(32) {
            let mut hasher = Sha256::new_with_prefix(self.seed);
            hasher.update(self.counter.to_le_bytes());
            self.counter += 1;
            for (slot, byte) in chunk.iter_mut().zip(hasher.finalize()) {
                *slot = byte;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Coefficients {}
