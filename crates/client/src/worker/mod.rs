//! Keeps this computer at the tip of the ledger: carries out what [`toend_light_client::sync::Machine`] wants.
//!
//! The machine decides, this module asks and remembers. It runs on a thread of its own, so that hashing a million headers
//! never holds up a screen. Nothing here makes a header trusted; that happens in the light client only.

mod drive;
mod headers;
mod health;
mod pace;
mod reconcile;

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;
use toend_light_client::sync::{Input, Status};
use toend_light_client::trusted::{TrustedBlock, VerifiedHeader};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::providers::{Provider, Providers};
use crate::store::Store;

pub use self::health::Health;
pub use self::pace::Pace;
pub use self::reconcile::reconcile;

/// Verified headers kept in memory; older ones are fetched and linked again when needed.
const MAX_HEADERS: usize = 4096;
/// Verified light blocks kept in memory.
const MAX_TRUSTED: usize = 64;
/// Pages for which it is remembered who signed.
const MAX_SIGNED: usize = 30;

/// Who signed one page: the addresses whose signatures were verified.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Height.
    pub height: u64,
    /// Header time, Unix milliseconds.
    pub time_ms: u64,
    /// Addresses.
    pub by: Vec<[u8; 20]>,
}

/// What a status line is made from.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The machine's own status.
    pub status: Option<Status>,
    /// When the head was verified here, by this computer's clock.
    pub checked_at_ms: u64,
    /// Signers of the last verified pages, oldest first.
    pub signed: VecDeque<Signed>,
    /// Lowest verified height.
    pub oldest: u64,
    /// State of each gateway, in the order of the providers.
    pub health: Vec<Health>,
    /// How fast history fills in.
    pub pace: Pace,
    /// Synchronisation is paused by the user.
    pub paused: bool,
}

struct Shared {
    network: Arc<NetworkFile>,
    net: Hash,
    providers: Providers,
    clock: Clock,
    store: Store,
    view: watch::Sender<View>,
    headers: Mutex<BTreeMap<u64, VerifiedHeader>>,
    trusted: Mutex<VecDeque<TrustedBlock>>,
}

/// A handle on the running worker. The worker stops when the last handle is dropped.
#[derive(Clone)]
pub struct Worker {
    shared: Arc<Shared>,
    inputs: Sender<drive::Message>,
    _stop: Arc<StopOnDrop>,
}

struct StopOnDrop {
    inputs: Sender<drive::Message>,
    polling: tokio::task::AbortHandle,
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        // The thread may have ended already.
        let _ = self.inputs.send(drive::Message::Stop);
        self.polling.abort();
    }
}

impl Worker {
    /// Starts following the ledger of a network file.
    pub fn start(
        network: Arc<NetworkFile>,
        providers: Providers,
        clock: Clock,
        store: Store,
    ) -> Self {
        let (view, _) = watch::channel(View {
            health: vec![Health::default(); providers.all().len()],
            ..View::default()
        });
        let shared = Arc::new(Shared {
            net: network.net,
            network,
            providers,
            clock,
            store,
            view,
            headers: Mutex::default(),
            trusted: Mutex::default(),
        });
        let inputs = drive::start(Arc::clone(&shared));
        let polling = tokio::spawn(health::poll(Arc::clone(&shared))).abort_handle();
        let stop = Arc::new(StopOnDrop {
            inputs: inputs.clone(),
            polling,
        });
        Self {
            shared,
            inputs,
            _stop: stop,
        }
    }

    /// Follows the view.
    pub fn subscribe(&self) -> watch::Receiver<View> {
        self.shared.view.subscribe()
    }

    /// The view now.
    pub fn view(&self) -> View {
        self.shared.view.borrow().clone()
    }

    /// Pauses or resumes.
    pub fn pause(&self, paused: bool) {
        self.shared.view.send_modify(|view| view.paused = paused);
        // A stopped worker needs no pause.
        let _ = self
            .inputs
            .send(drive::Message::Machine(Input::Pause(paused)));
    }

    /// The newest verified block.
    pub fn head(&self) -> Option<TrustedBlock> {
        lock(&self.shared.trusted).back().cloned()
    }

    /// The gateways that are known now, in the order of the view's health.
    pub fn providers(&self) -> Vec<Provider> {
        self.shared.providers.all()
    }

    /// The list of gateways itself.
    pub fn gateways(&self) -> &Providers {
        &self.shared.providers
    }

    /// From now on a gateway is asked that was not known before; see [`Providers::add`].
    pub fn add(
        &self,
        number: u16,
        (house, authority): (u16, String),
        address: &str,
        issuer: Option<Hash>,
    ) {
        let providers = &self.shared.providers;
        let Some(at) = providers.add(number, (house, authority), address, issuer) else {
            return;
        };
        let view = &self.shared.view;
        view.send_modify(|view| view.health.resize(at + 1, Health::default()));
        let source = Input::Source(drive::source(at, house));
        // A stopped worker asks nobody.
        let _ = self.inputs.send(drive::Message::Machine(source));
    }
}

/// The maps hold plain values: a panic elsewhere cannot leave them half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Remembers verified headers in memory.
    fn remember(&self, headers: &[VerifiedHeader]) {
        let mut known = lock(&self.headers);
        for header in headers {
            known.insert(header.height(), header.clone());
        }
        // The newest are the ones asked for; the very lowest is kept too, as it is where linking goes on.
        while known.len() > MAX_HEADERS {
            known.pop_first();
        }
    }

    /// Remembers a verified block, ascending.
    fn trust(&self, block: TrustedBlock) {
        let mut trusted = lock(&self.trusted);
        if trusted
            .back()
            .is_none_or(|last| last.height() < block.height())
        {
            trusted.push_back(block);
        }
        while trusted.len() > MAX_TRUSTED {
            trusted.remove(1);
        }
    }
}
