//! The client as a screen or a terminal uses it: one handle, a method per command, events.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use toend_ledger::network::NetworkFile;
use tokio::sync::{broadcast, watch};

use crate::config::Config;
use crate::dto::{
    CardState, DemoCardInfo, ErrorInfo, FileReport, PinContext, PinKind, RegisterId, Session,
    Settings, Status,
};
use crate::error::ClientError;
use crate::lists::Lists;
use crate::network;
use crate::providers::providers;
use crate::session::{ActiveSession, Cards, Desk, Pin};
use crate::store::Store;
use crate::worker::{Worker, reconcile};
use crate::{check, guard, settings, status};

/// Events a slow listener may lag behind.
const EVENTS: usize = 64;

/// What a screen hears without asking.
#[derive(Clone, Debug)]
pub enum Event {
    /// The status changed; at most two a second.
    Status(Box<Status>),
    /// Somebody signed in, or nobody is signed in any more.
    Session(Option<Session>),
    /// A register's list changed.
    ListChanged(RegisterId),
}

/// The client. Clones are handles on the same one.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub network: Arc<NetworkFile>,
    pub worker: Worker,
    pub store: Store,
    pub cards: Arc<Cards>,
    pub clock: crate::clock::Clock,
    pub events: broadcast::Sender<Event>,
    pub lists: Lists,
    session: Mutex<Option<Arc<ActiveSession>>>,
    settings: Mutex<Settings>,
    notices: Mutex<Vec<ErrorInfo>>,
    shared_computer: Option<bool>,
    stop: watch::Sender<bool>,
    #[cfg(feature = "embedded")]
    embedded: tokio::sync::Mutex<Option<crate::embedded::Running>>,
    #[cfg(feature = "embedded")]
    data_dir: std::path::PathBuf,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Plain values: a panic elsewhere cannot leave them half-written.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    /// Starts: opens the store, finds the network, begins to follow the ledger and to watch for cards.
    ///
    /// # Errors
    /// [`ClientError`], for example [`ClientError::Store`] when the data folder cannot be used.
    pub async fn start(config: Config) -> Result<Self, ClientError> {
        let folder = config.client_folder();
        let store = tokio::task::spawn_blocking(move || Store::open(&folder))
            .await
            .map_err(|_| ClientError::Stopped)??;
        let mut notices = Vec::new();
        if store.rebuilt() {
            notices.push(crate::store::StoreError::Damaged.info());
        }
        #[cfg(feature = "embedded")]
        let mut embedded = None;
        let network = match network::read(&config.network)? {
            Some(network) => network,
            #[cfg(feature = "embedded")]
            None => {
                let running = crate::embedded::Running::start(&config.data_dir).await?;
                let network = network::decode(&running.network_file())?;
                embedded = Some(running);
                network
            }
            #[cfg(not(feature = "embedded"))]
            None => return Err(ClientError::Embedded("not-built-in".to_owned())),
        };
        let network = Arc::new(network);
        let providers = providers(&network, config.limits);
        reconcile(&network, &providers, &store).await?;
        let settings = settings::saved(&store)?;
        let worker = Worker::start(
            Arc::clone(&network),
            providers,
            config.clock.clone(),
            store.clone(),
        );
        let cards = Arc::new(Cards::start(config.card, config.clock.clone()));
        let inner = Arc::new(Inner {
            network,
            worker,
            store,
            cards,
            clock: config.clock,
            events: broadcast::channel(EVENTS).0,
            lists: Lists::default(),
            session: Mutex::default(),
            settings: Mutex::new(settings),
            notices: Mutex::new(notices),
            shared_computer: config.shared_computer,
            stop: watch::channel(false).0,
            #[cfg(feature = "embedded")]
            embedded: tokio::sync::Mutex::new(embedded),
            #[cfg(feature = "embedded")]
            data_dir: config.data_dir,
        });
        guard::start(&inner);
        Ok(Self(inner))
    }

    /// Listens to events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Ledger, authorities, registers, cards, clock.
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// Who is signed in.
    pub fn session(&self) -> Option<Session> {
        self.0.session().map(|session| session.view())
    }

    /// Waits until the first page of the ledger is verified.
    ///
    /// # Errors
    /// E20, E23, E25, E28.
    pub async fn ready(&self) -> Result<(), ErrorInfo> {
        self.0.worker.ready().await?;
        Ok(())
    }

    /// The network file that is followed.
    pub fn network(&self) -> &NetworkFile {
        &self.0.network
    }

    /// Settings.
    ///
    /// # Errors
    /// None today; saved settings are read at the start.
    #[expect(clippy::unused_async, reason = "a command like the others")]
    pub async fn settings(&self) -> Result<Settings, ErrorInfo> {
        Ok(self.0.settings())
    }

    /// Changes the settings. Making this a shared computer removes every saved private list, of everybody.
    ///
    /// # Errors
    /// E56, E66, E73.
    pub async fn set_settings(&self, settings: Settings) -> Result<Settings, ErrorInfo> {
        let text = serde_json::to_string(&settings).map_err(|_| ClientError::Stopped)?;
        let became_shared = settings.shared_computer && !self.0.settings().shared_computer;
        let store = self.0.store.clone();
        self.0
            .blocking(move || {
                if became_shared {
                    store.forget_sealed()?;
                }
                store.put_setting(settings::NAME, &text)
            })
            .await?;
        *lock(&self.0.settings) = settings.clone();
        Ok(settings)
    }

    /// The demonstration cards there are.
    pub fn demo_cards(&self) -> Vec<DemoCardInfo> {
        if self.0.network.demonstration {
            Cards::demo_cards()
        } else {
            Vec::new()
        }
    }

    /// Puts a demonstration card in, or takes it out. Only in a demonstration network.
    ///
    /// # Errors
    /// E70 for an unknown card.
    pub async fn insert_demo_card(&self, id: Option<&str>) -> Result<CardState, ErrorInfo> {
        if !self.0.network.demonstration {
            return Err(ClientError::NoSuchRecord.info());
        }
        let (cards, id) = (Arc::clone(&self.0.cards), id.map(str::to_owned));
        let state = self
            .0
            .blocking(move || cards.insert_demo(id.as_deref()))
            .await?;
        // At once, not only when the guard next looks.
        self.0.end_session_without_card();
        Ok(state)
    }

    /// What a PIN window shows before a PIN is asked.
    ///
    /// # Errors
    /// E03 when the reader has no card, E07, E10, E17.
    #[expect(clippy::unused_async, reason = "a command like the others")]
    pub async fn pin_context(&self, reader: &str, pin: PinKind) -> Result<PinContext, ErrorInfo> {
        self.0.pin_context(reader, pin)
    }

    /// Signs in with the card in a reader.
    ///
    /// # Errors
    /// What the card says (E03 to E17). Registers that do not answer are in the session's `failed`.
    pub async fn sign_in(&self, reader: &str, pin: Pin) -> Result<Session, ErrorInfo> {
        let desk = Desk {
            network: Arc::clone(&self.0.network),
            providers: self.0.worker.providers().to_vec(),
            cards: Arc::clone(&self.0.cards),
            store: self.0.store.clone(),
            clock: self.0.clock.clone(),
            shared_computer: self.0.settings().shared_computer,
        };
        let session = crate::session::sign_in(desk, reader, pin).await?;
        self.0.note_visit(&session).await;
        self.0.lists.clear();
        *lock(&self.0.session) = Some(Arc::new(session));
        self.0.end_session_without_card();
        self.0.add_companies().await;
        let view = self.session().ok_or_else(|| {
            ClientError::Card(toend_id_card::transport::TransportError::Removed.into()).info()
        })?;
        self.0.emit(Event::Session(Some(view.clone())));
        Ok(view)
    }

    /// Signs out: keys wiped, lists forgotten, sessions at the gateways ended.
    pub async fn sign_out(&self) {
        if let Some(session) = self.0.end_session() {
            session.log_out().await;
        }
    }

    /// Checks a proof file. Offline.
    ///
    /// # Errors
    /// E71 when the file cannot be read.
    pub async fn check_file(&self, path: &Path) -> Result<FileReport, ErrorInfo> {
        let bytes = crate::config::read_file(path).await?;
        Ok(self.check_bytes(bytes).await?)
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

    /// Pauses or resumes synchronisation.
    pub fn sync_pause(&self, paused: bool) {
        self.0.worker.pause(paused);
    }

    /// Technical state for a report of a fault. Holds no personal data.
    pub fn diagnostics(&self) -> String {
        crate::diagnostics::text(
            &self.0.status(),
            self.0.store.size(),
            self.0.worker.providers(),
        )
    }

    /// Signs out and forgets everything that this program wrote about people, pages and settings.
    ///
    /// # Errors
    /// E56, E66, E73.
    pub async fn forget_everything(&self) -> Result<(), ErrorInfo> {
        self.sign_out().await;
        let store = self.0.store.clone();
        self.0.blocking(move || store.forget_everything()).await?;
        *lock(&self.0.settings) = settings::first();
        Ok(())
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
        status::status(status::Sources {
            network: &self.network,
            view: &view,
            providers: self.worker.providers(),
            cards: self.cards.state(),
            notices: lock(&self.notices).clone(),
            now_ms: self.clock.now_ms(),
        })
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

    /// Ends the session: keys are wiped when the last use of it ends, lists are forgotten now.
    pub fn end_session(&self) -> Option<Arc<ActiveSession>> {
        let session = lock(&self.session).take()?;
        self.lists.clear();
        self.emit(Event::Session(None));
        Some(session)
    }

    /// Ends the session if its card is gone.
    pub fn end_session_without_card(&self) {
        let gone = self
            .session()
            .is_some_and(|session| !session.card_is_in(&self.cards.state()));
        if gone && let Some(session) = self.end_session() {
            tokio::spawn(async move { session.log_out().await });
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

    /// When another process ran the demonstration network and has ended, this one runs it from now on. Sessions at the old
    /// gateways are gone: the person signs in again.
    #[cfg(feature = "embedded")]
    pub async fn take_over(&self) {
        let mut embedded = self.embedded.lock().await;
        let alone = self
            .worker
            .view()
            .health
            .iter()
            .all(|health| health.asked && !health.answering);
        if !alone
            || embedded
                .as_ref()
                .is_none_or(crate::embedded::Running::is_host)
        {
            return;
        }
        match crate::embedded::Running::start(&self.data_dir).await {
            Ok(running) => {
                for provider in self.worker.providers() {
                    if let Some(gateway) = running.gateways().get(provider.index()) {
                        provider.move_to(gateway);
                    }
                }
                tracing::info!(host = running.is_host(), "the demonstration network moved");
                *embedded = Some(running);
            }
            Err(error) => tracing::warn!(%error, "the demonstration network cannot be taken over"),
        }
    }

    fn pin_context(&self, reader: &str, pin: PinKind) -> Result<PinContext, ErrorInfo> {
        use toend_id_card::{CardError, PinKind as CardPin, transport::TransportError};
        let cards = self.cards.state();
        let card = cards
            .cards
            .into_iter()
            .find(|card| card.reader == reader)
            .ok_or_else(|| ClientError::Card(TransportError::NoCard.into()).info())?;
        let (kind, tries) = match pin {
            PinKind::Pin1 => (CardPin::Pin1, card.pin1),
            PinKind::Pin2 => (CardPin::Pin2, card.pin2),
            PinKind::Puk => (CardPin::Puk, card.puk),
        };
        if tries.left == 0 {
            return Err(ClientError::Card(CardError::PinBlocked { pin: kind }).info());
        }
        if !tries.usable {
            return Err(ClientError::Card(CardError::NotActivated { pin: kind }).info());
        }
        let settings = self.settings();
        Ok(PinContext {
            pin,
            demo_pin: (card.demo && pin == PinKind::Pin1)
                .then(|| toend_id_card::demo::PIN1.to_owned()),
            card,
            min_length: kind.min_digits(),
            max_length: kind.max_digits(),
            error: None,
            keypad: false,
            language: settings.language,
            theme: settings.theme,
        })
    }
}

/// A handle that does not keep the client alive.
pub(crate) type Handle = Weak<Inner>;

/// Lists by register and, for public ones, company.
pub(crate) type ListId = (RegisterId, Option<String>);

/// Plain map of lists.
pub(crate) type ListMap<T> = BTreeMap<ListId, T>;
