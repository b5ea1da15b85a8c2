//! Filing: a commitment handed in at any gateway, until the ledger's own state shows it.
//!
//! A gateway's "taken" is a promise that it signs ([`crate::promises`]), and no receipt. The receipt is a proof of presence under a header that this computer
//! verified. Handing in the same commitment twice, here or there, makes one entry, so a gateway that falls silent costs
//! nothing but time.

use std::time::Duration;

use toend_ledger::cometbft::LightBlock;
use toend_ledger::gateway::FilingOutcome;
use toend_ledger::hash::Hash;
use toend_ledger::state::{FilingValue, Key, Value};
use toend_light_client::trusted::{TrustedBlock, state_root_for};

use crate::client::Client;
use crate::dto::ErrorInfo;
use crate::error::ClientError;
use crate::providers::{Provider, ProviderError};
use crate::records::{Shown, show};

/// Verified pages within which a filing that was taken should stand in the state.
const PAGES: u32 = 10;
/// Longest wait for one more page.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause after no gateway took it.
const PAUSE: Duration = Duration::from_secs(1);
/// How often all gateways are tried.
const ROUNDS: usize = 12;

/// How far a filing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilingStep {
    /// It is handed in at this authority's gateway.
    HandingIn {
        /// Authority id.
        authority: String,
    },
    /// That gateway took it; the ledger's pages are watched for it.
    Taken {
        /// Authority id.
        authority: String,
    },
    /// That gateway did not take it, or it did not come: another one is asked.
    Elsewhere {
        /// Authority id.
        authority: String,
    },
}

/// A filing that stands on the ledger, as this computer has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingReceipt {
    /// The commitment.
    pub commitment: Hash,
    /// Gateway that handed it in first, page, place and time.
    pub value: FilingValue,
    /// Encoded proof of presence.
    pub proof: Vec<u8>,
    /// Height of the state that the proof is about; the header of the next height commits it.
    pub height: u64,
    /// The verified page whose header commits that state.
    pub page: LightBlock,
}

impl Client {
    /// Hands in a filing's commitment and waits for the receipt. `progress` hears each step. Dropping the future calls it off:
    /// nothing more is handed in, and what a gateway took meanwhile may still come.
    ///
    /// # Errors
    /// E20 and its like while no gateway answers, E55 when all are busy, E77 when the ledger refuses it, E78 when it was taken
    /// and does not come.
    pub async fn file(
        &self,
        commitment: Hash,
        mut progress: impl FnMut(FilingStep) + Send,
    ) -> Result<FilingReceipt, ErrorInfo> {
        self.0.worker.ready().await?;
        let providers = self.0.worker.providers();
        let mut last = ClientError::NoLedger;
        for (at, provider) in (0..ROUNDS).flat_map(|_| providers.iter().enumerate()) {
            let authority = || provider.authority().to_owned();
            progress(FilingStep::HandingIn {
                authority: authority(),
            });
            match self.hand_in(provider, &commitment).await {
                Ok(()) => {
                    progress(FilingStep::Taken {
                        authority: authority(),
                    });
                    if let Some(receipt) = self.receipt(&commitment).await {
                        return Ok(receipt);
                    }
                    last = ClientError::FilingWaits;
                }
                // The rules are the same everywhere.
                Err(error @ ClientError::FilingRefused { .. }) => return Err(error.info()),
                Err(error) => last = error,
            }
            progress(FilingStep::Elsewhere {
                authority: authority(),
            });
            if at + 1 == providers.len() {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(last.info())
    }

    /// Watches the next pages for a filing; none when it does not come.
    async fn receipt(&self, commitment: &Hash) -> Option<FilingReceipt> {
        let mut view = self.0.worker.subscribe();
        let (mut looked, mut known) = (0, 0);
        while looked < PAGES {
            view.mark_unchanged();
            if let Some(head) = self.0.worker.head().filter(|head| head.height() > known) {
                (looked, known) = (looked + 1, head.height());
                if let Some(receipt) = self.proven(commitment, &head).await {
                    return Some(receipt);
                }
            }
            match tokio::time::timeout(PATIENCE, view.changed()).await {
                Ok(Ok(())) => {}
                // No page for long, or the end.
                _ => return None,
            }
        }
        None
    }

    /// The filing in the state that a verified page commits, proven by whichever gateway answers.
    async fn proven(&self, commitment: &Hash, head: &TrustedBlock) -> Option<FilingReceipt> {
        let key = Key::Filing(*commitment);
        let height = head.height().saturating_sub(1);
        let root = state_root_for(height, &head.header()).ok()?;
        for provider in self.0.worker.providers() {
            let Ok(proven) = provider.state(&key.encode(), height).await else {
                continue;
            };
            match show(&root, &key, &proven) {
                Ok(Shown::Present(value, _)) => {
                    let Value::Filing(value) = value.get() else {
                        continue;
                    };
                    return Some(FilingReceipt {
                        commitment: *commitment,
                        value: *value,
                        proof: proven.proof.0,
                        height,
                        page: head.block().clone(),
                    });
                }
                // Proven absent: no other gateway can show another thing.
                Ok(Shown::Absent) => return None,
                Err(_) => {}
            }
        }
        None
    }

    /// Hands it in at one gateway, whose signed answer counts and no other.
    async fn hand_in(&self, provider: &Provider, commitment: &Hash) -> Result<(), ClientError> {
        let answer = provider.file(commitment).await?;
        self.0.check_promise(provider, &answer).await?;
        match answer.outcome {
            FilingOutcome::Taken | FilingOutcome::Sealed => Ok(()),
            FilingOutcome::Quota => Err(ClientError::Provider(ProviderError::Refused {
                authority: provider.authority().to_owned(),
                status: 200,
                code: "busy",
            })),
            // No such gateway, or not its key: this gateway's own matter, as long as another one is there.
            FilingOutcome::Refused { code: 5 | 6 } => {
                Err(ClientError::Provider(ProviderError::Refused {
                    authority: provider.authority().to_owned(),
                    status: 200,
                    code: "unknown",
                }))
            }
            FilingOutcome::Refused { code } => Err(ClientError::FilingRefused { code }),
        }
    }
}
