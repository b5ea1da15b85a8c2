//! How the gateways are, for the status line. Their own word, bounded; it decides nothing.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::providers::ProviderError;

/// Time between two rounds.
const EVERY: Duration = Duration::from_secs(5);

/// State of one gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// It answered the last time.
    pub answering: bool,
    /// It was asked at least once.
    pub asked: bool,
    /// Why it does not.
    pub fault: Option<ProviderError>,
    /// Round trip.
    pub latency_ms: Option<u32>,
    /// This computer's clock minus the gateway's, milliseconds.
    pub offset_ms: Option<i64>,
}

/// Asks all gateways, again and again.
pub async fn poll(shared: Arc<Shared>) {
    let mut interval = tokio::time::interval(EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let asked = shared
            .providers
            .all()
            .into_iter()
            .enumerate()
            .map(|(at, provider)| {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let health = match provider.health().await {
                        Ok((answer, took)) => {
                            // The answer was true about half-way through the round trip.
                            let half = i64::try_from(took.as_millis() / 2).unwrap_or(0);
                            let now = i64::try_from(shared.clock.now_ms()).unwrap_or(i64::MAX);
                            let theirs = i64::try_from(answer.now_ms).unwrap_or(i64::MAX);
                            Health {
                                answering: true,
                                asked: true,
                                fault: None,
                                latency_ms: Some(
                                    u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
                                ),
                                offset_ms: Some(now.saturating_sub(half).saturating_sub(theirs)),
                            }
                        }
                        Err(error) => Health {
                            asked: true,
                            fault: Some(error),
                            ..Health::default()
                        },
                    };
                    shared.view.send_if_modified(|view| {
                        let Some(slot) = view.health.get_mut(at) else {
                            return false;
                        };
                        let changed = *slot != health;
                        *slot = health;
                        changed
                    });
                })
            });
        for task in asked.collect::<Vec<_>>() {
            // A task that panicked has told nothing; the next round asks again.
            let _ = task.await;
        }
    }
}
