//! Starting: store, network, worker, cards.

use std::sync::{Arc, Mutex};

use toend_ledger::network::NetworkFile;
use tokio::sync::{broadcast, watch};

use super::{Client, EVENTS, Inner};
use crate::config::Config;
use crate::error::ClientError;
use crate::gateways::Decisions;
use crate::lists::Lists;
use crate::network::{self, NetworkSource};
use crate::promises::{self, Promises};
use crate::providers::Providers;
use crate::session::Cards;
use crate::store::{Store, StoreError};
use crate::worker::{Worker, reconcile};
use crate::{dto::ErrorInfo, faults, gateways, guard, settings};

/// A network that is followed, and what runs for it.
struct Followed {
    network: NetworkFile,
    /// It comes from a file that somebody handed over: it has a folder of its own, and nothing of it is ever forgotten.
    from_file: bool,
    #[cfg(feature = "embedded")]
    embedded: Option<crate::embedded::Running>,
}

impl Client {
    /// Starts: opens the store, finds the network, begins to follow the ledger and to watch for cards.
    ///
    /// # Errors
    /// [`ClientError`], for example [`ClientError::Store`] when the data folder cannot be used.
    pub async fn start(config: Config) -> Result<Self, ClientError> {
        let mut notices = Vec::new();
        let common = open(config.client_folder(), &mut notices).await?;
        let followed = follow(&config, &mut notices).await?;
        let network = Arc::new(followed.network);
        let store = if followed.from_file {
            open(network::folder(&config.data_dir, &network), &mut notices).await?
        } else {
            common.clone()
        };
        let providers = Providers::new(&network, config.limits);
        let decided = if followed.from_file {
            gateways::kept(&network, &store)
        } else {
            reconcile(&network, &providers.all(), &store).await?;
            Decisions::new()
        };
        let settings = settings::saved(&common)?;
        let worker = Worker::start(
            Arc::clone(&network),
            providers,
            config.clock.clone(),
            store.clone(),
        );
        for (number, value) in &decided {
            gateways::follow(&network, &worker, *number, value);
        }
        if config.keeps_pause && settings::is_paused(&common)? {
            worker.pause(true);
        }
        let folder = if followed.from_file {
            network::folder(&config.data_dir, &network)
        } else {
            config.client_folder()
        };
        let (folder, judged_by) = (folder.join(promises::FOLDER), Arc::clone(&network));
        let kept = tokio::task::spawn_blocking(move || promises::kept(&folder, &judged_by))
            .await
            .map_err(|_| ClientError::Stopped)?;
        let cards = Arc::new(Cards::start(config.card, config.clock.clone()));
        let inner = Arc::new(Inner {
            network,
            from_file: followed.from_file,
            worker,
            store,
            cards,
            clock: config.clock,
            events: broadcast::channel(EVENTS).0,
            lists: Lists::default(),
            common,
            data_dir: config.data_dir,
            opened: Mutex::default(),
            session: Mutex::default(),
            settings: Mutex::new(settings),
            notices: Mutex::new(notices),
            promises: Promises::with(kept),
            handing_in: tokio::sync::Mutex::default(),
            decided: Mutex::new(decided),
            faults: Mutex::default(),
            shared_computer: config.shared_computer,
            stop: watch::channel(false).0,
            #[cfg(feature = "embedded")]
            embedded: tokio::sync::Mutex::new(followed.embedded),
        });
        guard::start(&inner);
        faults::start(&inner);
        gateways::start(&inner);
        Ok(Self(inner))
    }
}

async fn open(
    folder: std::path::PathBuf,
    notices: &mut Vec<ErrorInfo>,
) -> Result<Store, ClientError> {
    let store = tokio::task::spawn_blocking(move || Store::open(&folder))
        .await
        .map_err(|_| ClientError::Stopped)??;
    if store.rebuilt() {
        notices.push(StoreError::Damaged.info());
    }
    Ok(store)
}

/// Finds the network. A chosen file that does not read is said, and the demonstration network is followed instead.
async fn follow(config: &Config, notices: &mut Vec<ErrorInfo>) -> Result<Followed, ClientError> {
    let chosen = match &config.network {
        NetworkSource::Chosen => match network::chosen(&config.data_dir) {
            Ok(chosen) => chosen,
            Err(error) => {
                tracing::warn!(%error, "the chosen network file cannot be used");
                notices.push(error.info());
                None
            }
        },
        source => network::read(source)?,
    };
    if let Some(network) = chosen {
        return Ok(Followed {
            network,
            from_file: !matches!(config.network, NetworkSource::Bytes(_)),
            #[cfg(feature = "embedded")]
            embedded: None,
        });
    }
    #[cfg(feature = "embedded")]
    {
        let running = crate::embedded::Running::start(&config.data_dir).await?;
        Ok(Followed {
            network: network::decode(&running.network_file())?,
            from_file: false,
            embedded: Some(running),
        })
    }
    #[cfg(not(feature = "embedded"))]
    Err(ClientError::Embedded("not-built-in".to_owned()))
}
