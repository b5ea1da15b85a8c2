//! Where the gateways are and who issues their certificates: what the ledger proves, over what the network file says.
//!
//! Looked at after the first verified page, then once a minute, and more often while a gateway does not answer, which is when
//! it may have moved. What was proven is kept for the next start: a program that was away for long begins at the addresses
//! that it proved last, not at those of the file.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use toend_ledger::network::NetworkFile;
use toend_ledger::state::{GatewayValue, Key, VACANT, Value};
use toend_light_client::trusted::{TrustedBlock, state_root_for};

use crate::client::Inner;
use crate::providers::{Provider, ProviderError, check_address};
use crate::records::{Shown, show};
use crate::store::Store;
use crate::worker::{Health, Worker};

/// How often the ledger is asked while every gateway answers: one small answer for each.
const EVERY: Duration = Duration::from_secs(60);
/// How often while one does not.
const SOON: Duration = Duration::from_secs(15);
/// How often before the first answer.
const AT_FIRST: Duration = Duration::from_secs(2);
/// How many numbers beyond those known are looked at for gateways that joined.
const NEWCOMERS: u16 = 4;

/// What the authorities decided, by number of the gateway.
pub(crate) type Decisions = BTreeMap<u16, GatewayValue>;

/// Under which name they are kept.
fn setting(network: &NetworkFile) -> String {
    format!("gateways-{}", hex::encode(network.net))
}

/// What earlier starts proved; nothing where it was not kept or is damaged, for it is proven again soon.
pub(crate) fn kept(network: &NetworkFile, store: &Store) -> Decisions {
    let text = store.setting(&setting(network)).ok().flatten();
    let kept: Option<BTreeMap<u16, String>> =
        text.and_then(|text| serde_json::from_str(&text).ok());
    kept.unwrap_or_default()
        .into_iter()
        .filter_map(|(number, value)| {
            let bytes = hex::decode(value).ok()?;
            Some((number, GatewayValue::decode(&bytes).ok()?))
        })
        .collect()
}

fn keep(network: &NetworkFile, store: &Store, decided: &Decisions) {
    let values: BTreeMap<u16, String> = decided
        .iter()
        .map(|(number, value)| (*number, hex::encode(value.encode())))
        .collect();
    let kept =
        serde_json::to_string(&values).map(|text| store.put_setting(&setting(network), &text));
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!("where gateways are could not be kept");
    }
}

/// Follows one decision: asks the gateway where it is now, or not any more.
pub(crate) fn follow(network: &NetworkFile, worker: &Worker, number: u16, value: &GatewayValue) {
    let entry = network.authorities.get(usize::from(number));
    let issuer = value
        .tls_issuer
        .over(entry.and_then(|entry| entry.tls_issuer));
    // Encrypted, or on this computer. Anything else is not followed, whoever decided it.
    let address = Some(value.gateway.as_str()).filter(|address| check_address(address).is_ok());
    match worker.gateways().gateway(number) {
        Some(provider) if value.key == VACANT => provider.close(),
        // Where no new address is published, it stays where it is.
        Some(provider) => provider.follow(address.unwrap_or(&provider.origin()), issuer),
        None if value.key == VACANT => {}
        None => {
            if let Some(address) = address {
                let authority = authority(network, value.authority);
                worker.add(number, (value.authority, authority), address, issuer);
            }
        }
    }
}

/// Id of an authority; of one that the network file does not know, its number.
fn authority(network: &NetworkFile, number: u16) -> String {
    network
        .authorities
        .get(usize::from(number))
        .map_or_else(|| format!("authority-{number}"), |entry| entry.id.clone())
}

impl Inner {
    /// Takes over what was proven. A later change of a gateway counts, an earlier one is known.
    pub fn follow_gateways(&self, found: Decisions) {
        let mut decided = self.decided();
        let mut changed = false;
        for (number, value) in found {
            let known = decided.get(&number).map_or(0, |value| value.serial);
            if value.serial > known {
                follow(&self.network, &self.worker, number, &value);
                decided.insert(number, value);
                changed = true;
            }
        }
        if changed {
            keep(&self.network, &self.store, &decided);
        }
    }

    /// Asks the ledger now. Whether it answered.
    pub async fn look_for_gateways(&self) -> bool {
        let Some(head) = self.worker.head() else {
            return false;
        };
        let last = self.decided().keys().next_back().map_or(0, |last| last + 1);
        let known = u16::try_from(self.network.authorities.len()).unwrap_or(u16::MAX);
        let numbers = last.max(known).saturating_add(NEWCOMERS);
        for provider in self.worker.providers() {
            if let Some(found) = ask(&provider, numbers, &head).await {
                self.follow_gateways(found);
                return true;
            }
        }
        false
    }
}

/// The decisions about the first gateways at one verified page, if this one proves them.
async fn ask(provider: &Provider, numbers: u16, head: &TrustedBlock) -> Option<Decisions> {
    let height = head.height().checked_sub(1)?;
    let root = state_root_for(height, &head.header()).ok()?;
    let mut found = Decisions::new();
    for number in 0..numbers {
        let key = Key::Gateway(number);
        let given = provider.state(&key.encode(), height).await.ok()?;
        if let Shown::Present(value, _) = show(&root, &key, &given).ok()?
            && let Value::Gateway(value) = value.get()
        {
            found.insert(number, **value);
        }
    }
    Some(found)
}

fn is_closed(health: &Health) -> bool {
    health.fault == Some(ProviderError::NoGateway)
}

/// Asks until the client ends.
pub(crate) fn start(inner: &Arc<Inner>) {
    let handle = Arc::downgrade(inner);
    let mut stop = inner.stopped();
    tokio::spawn(async move {
        let mut asked: Option<Instant> = None;
        loop {
            let Some(inner) = handle.upgrade() else {
                return;
            };
            let silent = inner
                .worker
                .view()
                .health
                .iter()
                .any(|health| health.asked && !health.answering && !is_closed(health));
            let due = asked.is_none_or(|last| silent || last.elapsed() >= EVERY);
            if due && inner.look_for_gateways().await {
                asked = Some(Instant::now());
            }
            drop(inner);
            let pause = if asked.is_none() { AT_FIRST } else { SOON };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => return,
            }
        }
    });
}
