//! What the shell holds: the client (once it has started) and the desk at which a PIN is asked.

use toend_client::{Client, dto::ErrorInfo};
use tokio::sync::watch;

use crate::pin::Desk;

/// Outcome of starting the client; `None` while it starts.
pub type Started = Option<Result<Client, ErrorInfo>>;

/// Managed state of the app.
pub struct Shell {
    started: watch::Receiver<Started>,
    /// Open PIN request, if any.
    pub desk: Desk,
}

impl Shell {
    /// A shell whose client arrives through `started`.
    pub fn new(started: watch::Receiver<Started>) -> Self {
        Self {
            started,
            desk: Desk::default(),
        }
    }

    /// Waits until the client has started, or says why it could not.
    pub async fn client(&self) -> Result<Client, ErrorInfo> {
        let mut started = self.started.clone();
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
}

fn stopped() -> ErrorInfo {
    ErrorInfo {
        code: "E56".into(),
        blame: toend_client::dto::Blame::Computer,
        params: std::collections::BTreeMap::new(),
        retry: true,
    }
}
