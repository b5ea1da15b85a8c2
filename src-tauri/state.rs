//! What the shell holds: the client (once it has started), the desk at which a PIN is asked, what waits to be opened.

use tauri::{AppHandle, Emitter as _};
use toend_client::{
    Client, Config, NetworkSource,
    dto::{ErrorInfo, OpenTarget},
    network,
};
use tokio::sync::{Mutex, watch};

use crate::{events, notice::Notices, opening::Waiting, pin, pin::Desk};

/// Outcome of starting the client; `None` while it starts.
pub type Started = Option<Result<Client, ErrorInfo>>;

/// Managed state of the app.
pub struct Shell {
    started: watch::Sender<Started>,
    config: Config,
    /// Held while another network is chosen.
    changing: Mutex<()>,
    /// Open PIN request, if any.
    pub desk: Desk,
    /// What the program was asked to open and the window has not taken yet.
    pub waiting: Waiting,
    /// What was said on the desktop.
    pub notices: Notices,
}

impl Shell {
    /// A shell whose client will be started with this, and that was asked to open these.
    pub fn new(config: Config, open: Vec<OpenTarget>) -> Self {
        let waiting = Waiting::default();
        for target in open {
            waiting.put(target);
        }
        Self {
            started: watch::channel(None).0,
            config,
            changing: Mutex::default(),
            desk: Desk::default(),
            waiting,
            notices: Notices::default(),
        }
    }

    /// Waits until the client has started, or says why it could not.
    pub async fn client(&self) -> Result<Client, ErrorInfo> {
        let mut started = self.started.subscribe();
        let outcome = started.wait_for(Option::is_some).await;
        match outcome.as_deref() {
            Ok(Some(result)) => result.clone(),
            _ => Err(stopped()),
        }
    }

    /// The client, if it runs; never waits.
    pub fn running(&self) -> Option<Client> {
        self.started
            .borrow()
            .as_ref()
            .and_then(|result| result.as_ref().ok().cloned())
    }

    /// Starts the client for the first time.
    pub async fn start(&self, app: &AppHandle) {
        let outcome = Client::start(self.config.clone()).await;
        self.publish(app, outcome.map_err(|error| error.info()));
    }

    fn publish(&self, app: &AppHandle, outcome: Result<Client, ErrorInfo>) {
        if let Ok(client) = &outcome {
            events::forward(app.clone(), client);
        }
        self.started.send_replace(Some(outcome));
    }

    /// Follows another network from now on: the client ends and a new one starts; commands wait meanwhile. When the new one
    /// cannot start, what was followed before is followed again.
    ///
    /// # Errors
    /// E70, E71, or why the client cannot start.
    pub async fn use_network(
        &self,
        app: &AppHandle,
        words: Option<Vec<String>>,
    ) -> Result<(), ErrorInfo> {
        let _changing = self.changing.lock().await;
        let client = self.client().await?;
        let before = client.choose_network(words.as_deref()).await?;
        pin::cancel(app, self);
        self.started.send_replace(None);
        client.shutdown().await;
        drop(client);
        let chosen = Config {
            network: NetworkSource::Chosen,
            ..self.config.clone()
        };
        let outcome = match Client::start(chosen).await {
            Ok(client) => {
                self.publish(app, Ok(client));
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "the chosen network cannot be followed; going back");
                if let Err(error) = network::choose(&self.config.data_dir, before.as_ref()) {
                    tracing::error!(%error, "the network file before cannot be put back");
                }
                self.start(app).await;
                Err(error.info())
            }
        };
        if let Err(error) = app.emit_to("main", "network-changed", ()) {
            tracing::warn!(%error, "an event did not reach the window");
        }
        outcome
    }
}

fn stopped() -> ErrorInfo {
    ErrorInfo {
        code: "E56".into(),
        blame: toend_client::dto::Blame::Computer,
        params: std::collections::BTreeMap::new(),
        retry: true,
    }
}
