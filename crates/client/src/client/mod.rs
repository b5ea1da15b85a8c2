//! The client as a screen or a terminal uses it: one handle, a method per command, events.

mod card;
mod evidence;
mod network;
mod program;
mod start;
#[cfg(feature = "embedded")]
mod takeover;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use toend_ledger::network::NetworkFile;
use tokio::sync::{broadcast, watch};

use crate::dto::{
    ErrorInfo, EvidenceAnswer, FaultNote, FileReport, RegisterId, Session, Settings, Status,
};
use crate::error::ClientError;
use crate::gateways::Decisions;
use crate::lists::Lists;
use crate::promises::Promises;
use crate::session::{ActiveSession, Cards};
use crate::store::Store;
use crate::worker::Worker;
use crate::{check, status};

pub use self::evidence::HandedIn;

/// Events a slow listener may lag behind.
const EVENTS: usize = 64;

/// What a screen hears without asking.
#[derive(Clone, Debug)]
pub enum Event {
    /// The status changed; at most two a second, and one at once when a card comes or goes.
    Status(Box<Status>),
    /// Somebody signed in, or nobody is signed in any more.
    Session(Option<Session>),
    /// A register's list changed.
    ListChanged(RegisterId),
    /// An authority answered, or did not, to evidence that is being handed in.
    HandedIn(EvidenceAnswer),
    /// Something happened that nobody could expect; a screen that is not looked at may say so.
    Unexpected(Surprise),
}

/// What nobody could expect. It names no person, no register and no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Surprise {
    /// The ledger shows two faces, or sources contradict each other.
    Ledger,
    /// A list shows something that is altered, withheld or old.
    Problem,
    /// A list of one's own has a new entry.
    NewEntry,
}

/// The client. Clones are handles on the same one.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub network: Arc<NetworkFile>,
    /// The network was handed over as a file; otherwise it is this computer's own demonstration.
    from_file: bool,
    pub worker: Worker,
    pub store: Store,
    pub cards: Arc<Cards>,
    pub clock: crate::clock::Clock,
    pub events: broadcast::Sender<Event>,
    pub lists: Lists,
    /// Settings are the same for every network.
    common: Store,
    data_dir: PathBuf,
    opened: Mutex<Option<NetworkFile>>,
    session: Mutex<Option<Arc<ActiveSession>>>,
    settings: Mutex<Settings>,
    notices: Mutex<Vec<ErrorInfo>>,
    /// What gateways signed about filings.
    pub promises: Promises,
    /// What the ledger decided about gateways, as far as it is proven.
    decided: Mutex<Decisions>,
    /// Authorities whose validators were caught breaking the rules, by number.
    faults: Mutex<BTreeMap<u16, FaultNote>>,
    shared_computer: Option<bool>,
    /// Held while evidence is handed in.
    handing_in: tokio::sync::Mutex<()>,
    stop: watch::Sender<bool>,
    #[cfg(feature = "embedded")]
    embedded: tokio::sync::Mutex<Option<crate::embedded::Running>>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Plain values: a panic elsewhere cannot leave them half-written.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Listens to events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Ledger, authorities, registers, cards, clock.
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// Waits until the first page of the ledger is verified.
    ///
    /// # Errors
    /// E20, E23, E25, E28.
    pub async fn ready(&self) -> Result<(), ErrorInfo> {
        self.0.worker.ready().await?;
        Ok(())
    }

    /// Checks a proof file. Offline.
    ///
    /// # Errors
    /// E71 when the file cannot be read.
    pub async fn check_file(&self, path: &Path) -> Result<FileReport, ErrorInfo> {
        let bytes = crate::config::read_file(path).await?;
        let mut report = self.check_bytes(bytes).await?;
        // Of a file that is too large only the beginning is read; its size is still said.
        if let Ok(whole) = tokio::fs::metadata(path).await {
            report.bytes = report.bytes.max(whole.len());
        }
        Ok(report)
    }

    /// Checks the bytes of a proof file. Offline.
    ///
    /// # Errors
    /// [`ClientError::Stopped`] while the program ends.
    pub async fn check_bytes(&self, bytes: Vec<u8>) -> Result<FileReport, ClientError> {
        let (network, now) = (Arc::clone(&self.0.network), self.0.clock.now_ms());
        self.0
            .blocking(move || Ok::<_, ClientError>(check::check(&bytes, &network, now)))
            .await
    }

    /// Ends: signs out, stops following, ends the embedded network if this process runs it.
    pub async fn shutdown(&self) {
        self.sign_out().await;
        // Nobody may listen any more.
        let _ = self.0.stop.send(true);
        #[cfg(feature = "embedded")]
        if let Some(running) = self.0.embedded.lock().await.take() {
            running.shutdown().await;
        }
    }
}

impl Inner {
    /// Status now.
    pub fn status(&self) -> Status {
        let view = self.worker.view();
        let providers = self.worker.providers();
        status::status(status::Sources {
            network: &self.network,
            view: &view,
            providers: &providers,
            cards: self.cards.state(),
            notices: lock(&self.notices).clone(),
            faults: lock(&self.faults).clone(),
            contradictions: self.promises.contradictions(),
            now_ms: self.clock.now_ms(),
        })
    }

    /// Keeps what the ledger says about faults; whether anything is new.
    pub fn note_faults(&self, found: BTreeMap<u16, FaultNote>) -> bool {
        let mut faults = lock(&self.faults);
        let new = *faults != found;
        *faults = found;
        new
    }

    /// What the ledger decided about gateways, as far as it is proven.
    pub fn decided(&self) -> MutexGuard<'_, Decisions> {
        lock(&self.decided)
    }

    /// Who is signed in.
    pub fn session(&self) -> Option<Arc<ActiveSession>> {
        lock(&self.session).clone()
    }

    /// Settings now.
    pub fn settings(&self) -> Settings {
        let mut settings = lock(&self.settings).clone();
        settings.shared_computer = self.shared_computer.unwrap_or(settings.shared_computer);
        settings
    }

    /// Folder of what belongs to this network.
    pub fn folder(&self) -> PathBuf {
        if self.from_file {
            crate::network::folder(&self.data_dir, &self.network)
        } else {
            crate::config::client_folder(&self.data_dir)
        }
    }

    /// Sends an event; without listeners it goes nowhere.
    pub fn emit(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Tells when the client ends.
    pub fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs `work` where waiting is allowed.
    pub async fn blocking<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, ClientError>
    where
        T: Send + 'static,
        E: Send + 'static,
        ClientError: From<E>,
    {
        Ok(tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ClientError::Stopped)??)
    }
}

/// A handle that does not keep the client alive.
pub(crate) type Handle = Weak<Inner>;

/// Lists by register and, for public ones, company.
pub(crate) type ListId = (RegisterId, Option<String>);

/// Plain map of lists.
pub(crate) type ListMap<T> = BTreeMap<ListId, T>;
