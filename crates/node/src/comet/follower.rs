//! Copies every decided block from CometBFT into the mirror, and shows the newest as the tip.

use std::sync::Arc;
use std::time::Duration;

use toend_ledger::cometbft::{LightBlock, ValidatorSet};
use toend_ledger::hash::Hash;
use tokio::sync::watch;

use super::mirror::Mirror;
use super::rpc::{CometRpc, RpcError};
use crate::storage::StorageError;

/// Pause after CometBFT gave no answer.
const AGAIN: Duration = Duration::from_millis(250);

/// Why the mirror could not be brought up to date. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// CometBFT.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The disk.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Follows one node.
pub struct Follower {
    rpc: CometRpc,
    mirror: Arc<Mirror>,
    /// Whether the last attempt failed: a node that is away is reported once, not four times a second.
    away: bool,
}

impl Follower {
    /// A follower of the node at `rpc`.
    pub const fn new(rpc: CometRpc, mirror: Arc<Mirror>) -> Self {
        Self {
            rpc,
            mirror,
            away: false,
        }
    }

    /// Follows until `stop` turns true. `committed` is the height that the application has committed: a block above it is not
    /// shown, for its state could not be asked.
    pub async fn run(
        mut self,
        mut committed: watch::Receiver<u64>,
        show: impl Fn(LightBlock) + Send + 'static,
        mut stop: watch::Receiver<bool>,
    ) {
        loop {
            let until = *committed.borrow_and_update();
            let (rpc, mirror) = (self.rpc.clone(), Arc::clone(&self.mirror));
            let copied = tokio::task::spawn_blocking(move || copy(&rpc, &mirror, until)).await;
            let pause = match copied {
                Ok(Ok(newest)) => {
                    self.away = false;
                    newest.map(&show);
                    None
                }
                Ok(Err(error)) => {
                    if !std::mem::replace(&mut self.away, true) {
                        tracing::warn!(%error, "the node's blocks are not followed");
                    }
                    Some(AGAIN)
                }
                Err(_) => Some(AGAIN),
            };
            let wait = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => {
                        let _ = committed.changed().await;
                    }
                }
            };
            tokio::select! {
                () = wait => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// Copies what is missing up to `until`; the newest copied block, if any.
fn copy(rpc: &CometRpc, mirror: &Mirror, until: u64) -> Result<Option<LightBlock>, FollowError> {
    let known = mirror.height()?;
    if known >= until {
        return Ok(None);
    }
    let from = (known + 1).max(rpc.status()?.earliest);
    let mut newest = None;
    for height in from..=until {
        let signed_header = rpc.commit(height)?;
        let header = &signed_header.header;
        let block = LightBlock {
            validator_set: set(rpc, mirror, height, &header.validators_hash)?,
            next_validator_set: Some(set(rpc, mirror, height + 1, &header.next_validators_hash)?),
            signed_header,
        };
        mirror.put(&block)?;
        newest = Some(block);
    }
    Ok(newest)
}

/// The validators of a height: known ones by their hash, others from the node. CometBFT computes old sets anew at every
/// question, so it is asked only where they changed.
pub(super) fn set(
    rpc: &CometRpc,
    mirror: &Mirror,
    height: u64,
    hash: &Hash,
) -> Result<ValidatorSet, FollowError> {
    if let Some(set) = mirror.set(hash)? {
        return Ok(set);
    }
    let set = rpc.validators(height)?;
    let set = if set.hash() == *hash {
        set
    } else {
        set.sorted()
    };
    if set.hash() == *hash {
        Ok(set)
    } else {
        Err(RpcError::Answer.into())
    }
}
