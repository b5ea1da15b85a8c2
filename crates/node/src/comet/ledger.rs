//! [`Ledger`] over this authority's own application and its own CometBFT.

use std::sync::{Arc, PoisonError, RwLock};

use toend_ledger::cometbft::LightBlock;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::tx::MAX_TX;
use tokio::sync::watch;

use super::backfill::Backfill;
use super::follower::Follower;
use super::mirror::Mirror;
use super::rpc::{CometRpc, RpcError};
use crate::abci::Application;
use crate::ledger::{Included, Ledger, QueryResult, SubmitError};
use crate::storage::StorageError;

/// The ledger as this authority sees it.
pub struct CometLedger {
    application: Arc<Application>,
    rpc: CometRpc,
    mirror: Arc<Mirror>,
    tip: RwLock<LightBlock>,
    heights: watch::Sender<u64>,
}

impl CometLedger {
    /// Follows the node until `stop` turns true, and fetches what it lacks of older headers from `peers`. Returns once a block can be shown whose header commits a state that the
    /// application holds; none when it was told to stop before.
    pub async fn start(
        application: Arc<Application>,
        rpc: CometRpc,
        mirror: Mirror,
        peers: Vec<CometRpc>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Option<Arc<Self>>, StorageError> {
        let mirror = Arc::new(mirror);
        let (found, mut newest) = watch::channel(None);
        let known = mirror.height()?;
        let committed = *application.committed().borrow();
        if known > 0 && known <= committed {
            found.send_replace(mirror.block(known)?);
        }
        let backfill = Backfill {
            peers,
            mirror: Arc::clone(&mirror),
            chain_id: application.genesis().chain_id.clone(),
            first_height: application.genesis().initial_height,
            first_peer: 0.into(),
        };
        tokio::spawn(backfill.run(stop.clone()));
        let follower = Follower::new(rpc.clone(), Arc::clone(&mirror));
        let show = move |block| {
            found.send_replace(Some(block));
        };
        tokio::spawn(follower.run(application.committed(), show, stop.clone()));
        let first = tokio::select! {
            shown = newest.wait_for(Option::is_some) => match shown {
                Ok(shown) => shown.clone(),
                Err(_) => None,
            },
            _ = stop.wait_for(|stop| *stop) => None,
        };
        let Some(first) = first else { return Ok(None) };
        let (heights, _) = watch::channel(first.height());
        let ledger = Arc::new(Self {
            application,
            rpc,
            mirror,
            tip: RwLock::new(first),
            heights,
        });
        let shown = Arc::clone(&ledger);
        tokio::spawn(async move {
            loop {
                let next = newest.borrow_and_update().clone();
                if let Some(block) = next {
                    shown.show(block);
                }
                // The follower is gone: nothing new will come.
                if newest.changed().await.is_err() {
                    return;
                }
            }
        });
        Ok(Some(ledger))
    }

    fn show(&self, block: LightBlock) {
        let height = block.height();
        // Whoever sees the block finds what stands in it.
        let mut tip = self.tip.write().unwrap_or_else(PoisonError::into_inner);
        *tip = block;
        self.heights.send_if_modified(|shown| {
            let newer = *shown < height;
            *shown = height.max(*shown);
            newer
        });
    }

    /// The application beside it.
    pub const fn application(&self) -> &Arc<Application> {
        &self.application
    }
}

impl Ledger for CometLedger {
    fn net(&self) -> Hash {
        self.application.net()
    }

    fn chain_id(&self) -> String {
        self.application.genesis().chain_id.clone()
    }

    fn tip(&self) -> LightBlock {
        self.tip
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn light_block(&self, height: u64) -> Option<LightBlock> {
        if height == 0 || height > *self.heights.borrow() {
            return None;
        }
        self.mirror.block(height).ok()?
    }

    fn header_bundle(&self, index: u64) -> Option<Vec<u8>> {
        let tip = *self.heights.borrow();
        self.mirror.header_bundle(index, tip).ok()?
    }

    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
        if height == 0 || height > *self.heights.borrow() {
            return None;
        }
        // Almost always the newest is asked for, and the engine would have to put it into JSON.
        self.application
            .newest_txs(height)
            .or_else(|| self.rpc.block_txs(height).ok())
    }

    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        self.application.query(key, height)
    }

    fn subtree(&self, place: &Hash, bits: u16, height: u64) -> Option<Vec<u8>> {
        self.application.subtree(place, usize::from(bits), height)
    }

    fn submit(&self, tx: Vec<u8>) -> Result<Hash, SubmitError> {
        let hash = sha256(&[&tx]);
        if tx.len() > MAX_TX {
            return Err(SubmitError::TooLarge {
                size: tx.len(),
                max: MAX_TX,
            });
        }
        match self.rpc.broadcast(&tx) {
            Ok(checked) if checked.code == 0 => Ok(hash),
            Ok(checked) => Err(SubmitError::Refused {
                code: checked.code,
                log: checked.log,
            }),
            Err(RpcError::Refused(reason)) if reason.contains("already exists in cache") => {
                Err(SubmitError::AlreadyKnown { hash })
            }
            Err(RpcError::Refused(reason)) if reason.contains("mempool is full") => {
                Err(SubmitError::Full)
            }
            Err(error) => Err(SubmitError::Stopped(error.to_string())),
        }
    }

    fn included(&self, tx_hash: &Hash) -> Option<Included> {
        let place = self.application.included(tx_hash)?;
        (place.height <= *self.heights.borrow()).then_some(place)
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        self.heights.subscribe()
    }
}
