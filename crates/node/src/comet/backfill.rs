//! Headers from before this node's own first block: what a node that took the state from others, or joined late, lacks.
//!
//! They come from the other authorities' RPC, newest first, and nobody is believed: each header is the one that its
//! successor names by hash, its commit is the one whose signatures the successor's `last_commit_hash` covers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ed25519_dalek::{Signature, VerifyingKey};
use toend_ledger::cometbft::{BlockIdFlag, Header, LightBlock, SignedHeader, ValidatorSet};
use tokio::sync::watch;

use super::follower::{FollowError, set};
use super::mirror::Mirror;
use super::rpc::{CometRpc, RpcError};
use crate::storage::StorageError;

/// Headers between two looks whether to stop.
const STRETCH: usize = 64;
/// Pause after nobody had the next one.
const AGAIN: Duration = Duration::from_secs(5);

/// Fills the mirror's gaps.
pub struct Backfill {
    /// RPC of the other authorities.
    pub peers: Vec<CometRpc>,
    /// Where the headers go.
    pub mirror: Arc<Mirror>,
    /// Name of the chain.
    pub chain_id: String,
    /// Height of the first block.
    pub first_height: u64,
    /// Which of the peers is asked first: the one after who did not answer in time.
    pub first_peer: AtomicUsize,
}

/// Why a peer gave no block.
enum Missing {
    /// It does not answer, or not in time.
    Silent,
    /// It does not have it, or it is not the one.
    Other,
}

impl From<RpcError> for Missing {
    fn from(error: RpcError) -> Self {
        match error {
            RpcError::Unreachable(_) => Self::Silent,
            RpcError::Refused(_) | RpcError::Answer => Self::Other,
        }
    }
}

/// How a stretch of work ended.
enum Stretch {
    /// Nothing is missing any more.
    Whole,
    /// There is more; nothing is missing above this height.
    More(u64),
    /// Nobody has the next one, or this node has no block yet.
    Stuck,
}

impl Backfill {
    /// Works until nothing is missing, or `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let mut from = i64::MAX.cast_unsigned();
        loop {
            let working = Arc::clone(&this);
            let stretch = tokio::task::spawn_blocking(move || working.stretch(from)).await;
            let pause = match stretch {
                Ok(Ok(Stretch::More(height))) => {
                    from = height;
                    Duration::ZERO
                }
                Ok(Ok(Stretch::Whole)) | Err(_) => return,
                Ok(Ok(Stretch::Stuck)) => AGAIN,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "older headers cannot be kept");
                    AGAIN
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Fetches some headers below a height.
    fn stretch(&self, mut from: u64) -> Result<Stretch, StorageError> {
        if self.mirror.height()? == 0 {
            return Ok(Stretch::Stuck);
        }
        for _ in 0..STRETCH {
            let Some(successor) = self.mirror.above_gap(self.first_height, from)? else {
                return Ok(Stretch::Whole);
            };
            let Some(block) = self.ask(&successor) else {
                return Ok(Stretch::Stuck);
            };
            self.mirror.put(&block)?;
            from = block.height();
        }
        Ok(Stretch::More(from))
    }

    /// The block before `successor`, from whoever has it. Who does not answer in time is asked last from then on.
    fn ask(&self, successor: &Header) -> Option<LightBlock> {
        let begin = self.first_peer.load(Ordering::Relaxed);
        for turn in 0..self.peers.len() {
            let at = begin.wrapping_add(turn) % self.peers.len();
            let Some(peer) = self.peers.get(at) else {
                continue;
            };
            match self.before(peer, successor) {
                Ok(block) => return Some(block),
                Err(Missing::Silent) => {
                    self.first_peer.store(at.wrapping_add(1), Ordering::Relaxed)
                }
                Err(Missing::Other) => {}
            }
        }
        None
    }

    /// The block before `successor`, if this peer has it and it is the one.
    fn before(&self, peer: &CometRpc, successor: &Header) -> Result<LightBlock, Missing> {
        let height = successor.height.checked_sub(1).ok_or(Missing::Other)?;
        let named = successor.last_block_id.ok_or(Missing::Other)?;
        let signed = peer.commit(height)?;
        let header = &signed.header;
        let same = header.hash() == named.hash
            && signed.commit.height == height
            && signed.commit.block_id == Some(named)
            && Some(signed.commit.hash()) == successor.last_commit_hash;
        if !same {
            return Err(Missing::Other);
        }
        let validator_set = set(peer, &self.mirror, height, &header.validators_hash).map_err(
            |error| match error {
                FollowError::Rpc(error) => error.into(),
                FollowError::Storage(_) => Missing::Other,
            },
        )?;
        if !is_of_this_round(&signed, &validator_set, &self.chain_id) {
            return Err(Missing::Other);
        }
        Ok(LightBlock {
            next_validator_set: self
                .mirror
                .set(&header.next_validators_hash)
                .map_err(|_| Missing::Other)?,
            validator_set,
            signed_header: signed,
        })
    }
}

/// The round is the one part of a commit that the successor does not cover, but every signature does.
fn is_of_this_round(signed: &SignedHeader, set: &ValidatorSet, chain_id: &str) -> bool {
    let commit = &signed.commit;
    let signer = (0..)
        .zip(&commit.signatures)
        .zip(set.validators())
        .find(|((_, sig), _)| sig.flag == BlockIdFlag::Commit);
    let Some(((index, sig), validator)) = signer else {
        return false;
    };
    let (Some(bytes), Ok(key)) = (
        commit.sign_bytes(chain_id, index),
        VerifyingKey::from_bytes(&validator.pub_key),
    ) else {
        return false;
    };
    key.verify_strict(&bytes, &Signature::from_bytes(&sig.signature))
        .is_ok()
}
