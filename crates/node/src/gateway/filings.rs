//! Filings: a person hands in a commitment, this gateway signs it and hands it to the ledger.
//!
//! The gateway sees 32 bytes that say nothing. Its answer is a promise to hand them in until the ledger holds them, and no
//! receipt: that is the state's own proof, which the person's program fetches and checks itself.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use ed25519_dalek::{Signer as _, SigningKey};
use toend_ledger::gateway::{B64, FilingAnswer, FilingOutcome, FilingRequest};
use toend_ledger::hash::Hash;
use toend_ledger::state::{FilingValue, Key};
use toend_ledger::tx::Filing;
use toend_state_machine::Code;
use tokio::sync::watch;

use super::answer::Moment;
use super::outbox::Outbox;
use super::{Failure, Gateway, blocking};
use crate::ledger::{Ledger, SubmitError};
use crate::storage::StorageError;

/// Longest body.
pub(super) const MAX_BODY: usize = 1024;
/// The application's code for a filing that stands in state already.
const STANDS: u32 = Code::FilingStands.number();
/// Blocks after which what the state does not hold yet is handed in again.
const AGAIN: u64 = 8;

/// Who hands in filings for people.
pub struct Clerk {
    /// Number of the gateway on the ledger.
    pub gateway: u16,
    /// Signs what it hands in, and its answers.
    pub key: SigningKey,
    /// What it took and the ledger does not hold yet.
    pub outbox: Outbox,
}

impl Clerk {
    fn hand_in(&self, ledger: &dyn Ledger, f: Hash) -> Result<Hash, SubmitError> {
        let filing = Filing::signed(ledger.net(), self.gateway, f, &self.key);
        ledger.submit(filing.encode())
    }

    /// Hands in again what waits, until told to stop.
    pub async fn run(self: Arc<Self>, ledger: Arc<dyn Ledger>, mut stop: watch::Receiver<bool>) {
        let mut tip = ledger.subscribe();
        let mut tried = HashMap::new();
        loop {
            let (clerk, shared) = (Arc::clone(&self), Arc::clone(&ledger));
            let round =
                tokio::task::spawn_blocking(move || clerk.round(shared.as_ref(), tried)).await;
            tried = match round {
                Ok(Ok(tried)) => tried,
                Ok(Err(error)) => {
                    tracing::error!(%error, "filings that wait are not handed in again");
                    HashMap::new()
                }
                Err(_) => HashMap::new(),
            };
            tokio::select! {
                changed = tip.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Looks once at everything that waits. `tried` says at which height each was handed in last.
    fn round(
        &self,
        ledger: &dyn Ledger,
        mut tried: HashMap<Hash, u64>,
    ) -> Result<HashMap<Hash, u64>, StorageError> {
        let tip = ledger.tip().height();
        let waiting = self.outbox.waiting()?;
        tried.retain(|f, _| waiting.contains(f));
        for f in waiting {
            if sealed_at(ledger, &f, tip.saturating_sub(1)).is_some() {
                self.outbox.sealed(&f)?;
                continue;
            }
            let due = tried.get(&f).is_none_or(|last| last + AGAIN <= tip);
            if due && !matches!(self.hand_in(ledger, f), Err(SubmitError::Stopped(_))) {
                tried.insert(f, tip);
            }
        }
        Ok(tried)
    }
}

/// The block that holds a filing, in the state after `height`.
fn sealed_at(ledger: &dyn Ledger, f: &Hash, height: u64) -> Option<u64> {
    let found = ledger.query(&Key::Filing(*f).encode(), height)?.value?;
    FilingValue::decode(&found)
        .ok()
        .map(|value| value.at.height)
}

/// `POST /v1/filings`.
pub(super) async fn file(
    State(gateway): State<Arc<Gateway>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<FilingAnswer>, Failure> {
    let body = body.map_err(|_| Failure::TooLarge)?;
    let request: FilingRequest = serde_json::from_slice(&body).map_err(|_| Failure::BadRequest)?;
    let f: Hash = request
        .commitment
        .0
        .try_into()
        .map_err(|_| Failure::BadRequest)?;
    blocking(move || {
        let clerk = gateway.clerk.as_ref().ok_or(Failure::NotAvailable)?;
        let answer = take(clerk, gateway.settings.ledger.as_ref(), f);
        let outcome = match &answer {
            Ok(answer) => answer.outcome.name(),
            Err(_) => "busy",
        };
        gateway.metrics.filed(outcome);
        answer.map(Json)
    })
    .await
}

fn take(clerk: &Clerk, ledger: &dyn Ledger, f: Hash) -> Result<FilingAnswer, Failure> {
    let moment = Moment::now(ledger)?;
    if let Some(height) = sealed_at(ledger, &f, moment.height) {
        return Ok(signed(
            clerk,
            ledger,
            &moment,
            f,
            FilingOutcome::Sealed,
            height,
        ));
    }
    let kept = |result: Result<(), StorageError>| {
        result.map_err(|error| {
            tracing::error!(%error, "a filing could not be written down");
            Failure::Busy
        })
    };
    let room = clerk.outbox.begin(&f);
    if !matches!(room, Ok(true)) {
        kept(room.map(|_| ()))?;
        return Err(Failure::Busy);
    }
    let outcome = match clerk.hand_in(ledger, f) {
        // It arrived between the look at the provable state and now. That it stands is nobody's word: it is kept until the
        // state itself shows it.
        Ok(_)
        | Err(SubmitError::AlreadyKnown { .. } | SubmitError::Refused { code: STANDS, .. }) => {
            kept(clerk.outbox.took(&f))?;
            FilingOutcome::Taken
        }
        Err(error) => {
            kept(clerk.outbox.refused(&f))?;
            match error {
                SubmitError::Refused { code, .. } if code == Code::QuotaExceeded.number() => {
                    FilingOutcome::Quota
                }
                SubmitError::Refused { code, .. } => FilingOutcome::Refused { code },
                error => {
                    tracing::warn!(%error, "a filing could not be handed in");
                    return Err(Failure::Busy);
                }
            }
        }
    };
    Ok(signed(clerk, ledger, &moment, f, outcome, 0))
}

fn signed(
    clerk: &Clerk,
    ledger: &dyn Ledger,
    moment: &Moment,
    f: Hash,
    outcome: FilingOutcome,
    height: u64,
) -> FilingAnswer {
    let mut answer = FilingAnswer {
        commitment: B64(f.to_vec()),
        outcome,
        height,
        gateway: clerk.gateway,
        tip_height: moment.tip.height(),
        tip_hash: B64(moment.tip.header().hash().to_vec()),
        signature: B64::default(),
    };
    let bytes = answer.signing_bytes(&ledger.net());
    answer.signature = B64(clerk.key.sign(&bytes).to_bytes().to_vec());
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use toend_ledger::genesis::demo::{Purpose, signing_key};

    use super::*;
    use crate::ledger::{Included, QueryResult};
    use crate::registers::tests::relay::by_inner;
    use crate::registers::tests::{Bench, On};

    /// A ledger that does not show filings until it is told to: as one is between a block and the header that proves it.
    struct Shy {
        inner: Arc<dyn Ledger>,
        shows: AtomicBool,
    }

    impl Ledger for Shy {
        by_inner!(
            net chain_id tip light_block header_bundle block_txs subtree submit included subscribe
        );
        fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
            let is_filing = matches!(Key::decode(key), Ok(Key::Filing(_)));
            if is_filing && !self.shows.load(Ordering::SeqCst) {
                return self.inner.query(&Key::Filing([0; 32]).encode(), height);
            }
            self.inner.query(key, height)
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_filing_that_stands_is_taken_and_kept_until_the_state_shows_it() {
        let bench = Bench::new(On::Sqlite);
        let (ledger, f) = (bench.ledger(), [7; 32]);
        let clerk = |gateway: u16| {
            let file = bench.folder.path().join(format!("outbox-{gateway}.sqlite"));
            Clerk {
                gateway,
                key: signing_key(Purpose::Gateway, gateway),
                outbox: Outbox::open(&file, &ledger.net()).unwrap(),
            }
        };
        let (first, second) = (clerk(0), clerk(1));
        first.hand_in(ledger.as_ref(), f).unwrap();
        while sealed_at(ledger.as_ref(), &f, bench.settled().await).is_none() {}

        // The person hands it to another gateway, whose own look comes too early.
        let shy = Shy {
            inner: Arc::clone(&ledger),
            shows: AtomicBool::new(false),
        };
        let refused = second.hand_in(&shy, f).unwrap_err();
        assert!(
            matches!(refused, SubmitError::Refused { code: STANDS, .. }),
            "{refused:?}"
        );
        let answer = take(&second, &shy, f).unwrap();
        assert_eq!((answer.outcome, answer.height), (FilingOutcome::Taken, 0));
        // The code alone is no proof, and no reason to forget it.
        second.round(&shy, HashMap::new()).unwrap();
        assert_eq!(second.outbox.count().unwrap(), 1);
        shy.shows.store(true, Ordering::SeqCst);
        second.round(&shy, HashMap::new()).unwrap();
        assert_eq!(second.outbox.count().unwrap(), 0);
        let answer = take(&second, &shy, f).unwrap();
        assert_eq!(answer.outcome, FilingOutcome::Sealed);
    }
}
