//! The verified header of a height, for judging an answer that rests on it.

use std::time::Duration;

use toend_ledger::cometbft::bundle::BUNDLE_HEADERS;
use toend_ledger::cometbft::{BLOCK_PROTOCOL, Hash, Time};
use toend_light_client::Options;
use toend_light_client::sync::Phase;
use toend_light_client::trusted::{TrustedBlock, VerifiedHeader};
use toend_light_client::verify::Threads;

use super::{Worker, lock};
use crate::error::ClientError;
use crate::store::StoredHeader;

/// How long a first head is waited for.
const FIRST_HEAD: Duration = Duration::from_secs(15);
/// How many bundles are fetched to link an old header.
const MAX_BUNDLES: u64 = 64;

impl Worker {
    /// Waits until the first page is verified.
    ///
    /// # Errors
    /// [`ClientError::NoLedger`] when none could be in time, [`ClientError::Attacked`], [`ClientError::Expired`],
    /// [`ClientError::ClockBehind`].
    pub async fn ready(&self) -> Result<TrustedBlock, ClientError> {
        let mut view = self.subscribe();
        let waited = tokio::time::timeout(FIRST_HEAD, async {
            loop {
                // A head counts once the machine has said what it is worth, for example that it is too old. Looked at first:
                // what is said afterwards is about this head or a newer one.
                let said = self
                    .shared
                    .view
                    .borrow()
                    .status
                    .as_ref()
                    .is_some_and(|status| status.head.is_some());
                self.refuse_if_attacked()?;
                if let Some(head) = self.head().filter(|_| said) {
                    return Ok(head);
                }
                view.changed().await.map_err(|_| ClientError::Stopped)?;
            }
        });
        waited.await.unwrap_or(Err(ClientError::NoLedger))
    }

    fn refuse_if_attacked(&self) -> Result<(), ClientError> {
        let phase = self
            .shared
            .view
            .borrow()
            .status
            .as_ref()
            .map(|status| status.phase);
        match phase {
            Some(Phase::Attacked { .. } | Phase::Split { .. }) => Err(ClientError::Attacked),
            Some(Phase::Expired) => Err(ClientError::Expired),
            Some(Phase::ClockBehind { .. }) => Err(ClientError::ClockBehind),
            _ => Ok(()),
        }
    }

    /// The verified light block of a height: from memory, or verified now from the nearest trusted block.
    ///
    /// # Errors
    /// [`ClientError::NoLedger`] when it cannot be verified.
    pub async fn trusted_at(&self, height: u64) -> Result<TrustedBlock, ClientError> {
        self.ready().await?;
        let (same, below) = {
            let trusted = lock(&self.shared.trusted);
            let same = trusted
                .iter()
                .find(|block| block.height() == height)
                .cloned();
            (
                same,
                trusted
                    .iter()
                    .rev()
                    .find(|block| block.height() < height)
                    .cloned(),
            )
        };
        match (same, below) {
            (Some(block), _) => Ok(block),
            (None, Some(trusted)) => self.advance(&trusted, height).await,
            (None, None) => {
                let header = self.header(height).await?;
                self.block_of(&header).await
            }
        }
    }

    /// The verified header of a height: from memory, or linked to a verified one.
    async fn header(&self, height: u64) -> Result<VerifiedHeader, ClientError> {
        let known = lock(&self.shared.headers).get(&height).cloned();
        match known {
            Some(header) => Ok(header),
            None => self.link(height).await,
        }
    }

    /// The light block of a header that is verified already.
    async fn block_of(&self, header: &VerifiedHeader) -> Result<TrustedBlock, ClientError> {
        let listed = crate::network::listed_validators_hash(&self.shared.network, header.height());
        let validators = listed.unwrap_or(header.header().validators_hash);
        let chain = &self.shared.network.chain_id;
        for provider in self.shared.providers.all() {
            let Ok(block) = provider.light_block(header.height()).await else {
                continue;
            };
            if let Ok(trusted) =
                TrustedBlock::from_listed_validators(block, chain, &validators, &Options::default())
                && trusted.hash() == header.hash()
            {
                return Ok(trusted);
            }
        }
        Err(ClientError::NoLedger)
    }

    /// Verifies a higher block against a trusted one, at any gateway that has it.
    async fn advance(
        &self,
        trusted: &TrustedBlock,
        height: u64,
    ) -> Result<TrustedBlock, ClientError> {
        let now =
            Time::from_millis(self.shared.clock.now_ms()).map_err(|_| ClientError::NoLedger)?;
        let options = Options {
            trusting_period: Duration::from_secs(self.shared.network.trusting_period_s),
            ..Options::default()
        };
        for provider in self.shared.providers.all() {
            let Ok(block) = provider.light_block(height).await else {
                continue;
            };
            if block.height() != height {
                continue;
            }
            if let Ok(verified) = trusted.advance(block, &options, now) {
                self.refuse_if_attacked()?;
                self.shared.remember(&[verified.header()]);
                return Ok(verified);
            }
        }
        Err(ClientError::NoLedger)
    }

    /// Links an older header to the lowest verified one above it, by bundles.
    async fn link(&self, height: u64) -> Result<VerifiedHeader, ClientError> {
        let above = lock(&self.shared.headers)
            .range(height..)
            .next()
            .map(|(_, header)| header.clone());
        let above = above.ok_or(ClientError::NoLedger)?;
        let first = self.shared.network.first_height;
        let bundle = |height: u64| {
            height
                .checked_sub(first)
                .map(|offset| offset / BUNDLE_HEADERS as u64)
        };
        let (Some(low), Some(high)) = (bundle(height), bundle(above.height() - 1)) else {
            return Err(ClientError::NoLedger);
        };
        if high - low > MAX_BUNDLES {
            return Err(ClientError::NoLedger);
        }
        for provider in self.shared.providers.all() {
            let mut headers = Vec::new();
            for index in low..=high {
                match provider.headers(index).await {
                    Ok(more) => headers.extend(more),
                    Err(_) => break,
                }
            }
            headers.retain(|header| header.height >= height && header.height < above.height());
            if headers.first().map(|header| header.height) != Some(height) {
                continue;
            }
            if let Ok(linked) = above.older(headers, BLOCK_PROTOCOL, Threads::All) {
                self.shared.remember(&linked);
                return linked.into_iter().next().ok_or(ClientError::NoLedger);
            }
        }
        Err(ClientError::NoLedger)
    }

    /// What is known of a header without asking anybody: from memory, or from this computer's own store.
    pub fn known(&self, height: u64) -> Option<StoredHeader> {
        if let Some(header) = lock(&self.shared.headers).get(&height) {
            return Some(StoredHeader {
                height,
                hash: header.hash(),
                time_ms: header.time().millis(),
                state_root: header.header().state_root()?,
                data_hash: header.header().data_hash,
            });
        }
        self.shared
            .store
            .header(&self.shared.net, height)
            .ok()
            .flatten()
    }

    /// Hashes of all blocks from `first` to `last`, from this computer's own verified history; `None` when it has gaps.
    pub async fn block_hashes(&self, first: u64, last: u64) -> Option<Vec<Hash>> {
        let shared = std::sync::Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || {
            let hashes = shared.store.header_hashes(&shared.net, first, last).ok()?;
            (hashes.len() as u64 == last.checked_sub(first)? + 1).then_some(hashes)
        })
        .await
        .ok()?
    }

    /// The whole verified header of a height.
    pub async fn full_header(&self, height: u64) -> Option<VerifiedHeader> {
        self.header(height).await.ok()
    }
}
