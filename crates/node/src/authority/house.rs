//! The authority's register and gateway, opened over the ledger.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use ed25519_dalek::SigningKey;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::config::RegisterKeys;
use super::{AuthorityError, Config};
use crate::comet::CometLedger;
use crate::demo;
use crate::gateway::metrics::Sources;
use crate::gateway::{self, Clerk, Engine, Gateway, HeadIndex, Metrics, Outbox, system_clock};
use crate::ledger::Ledger;
use crate::registers::{self, Register, RegisterError, Settings, Storage};

/// Name of the file of filings that wait.
const FILINGS: &str = "filings.sqlite";
/// How often it is looked whether the ledger has caught up.
const LOOK: Duration = Duration::from_millis(250);
/// How often a database server that does not answer is asked again.
const WAIT_FOR_DATABASE: Duration = Duration::from_secs(2);

/// What people reach, and what runs beside it.
pub struct House {
    /// Routes of the gateway.
    pub gateway: Router,
    /// The register's loop and the index of heads.
    pub tasks: Vec<JoinHandle<()>>,
    /// What the gateway counts.
    pub metrics: Arc<Metrics>,
    /// Where the rest of the figures comes from.
    pub sources: Sources,
}

/// Opens them; none when told to stop before.
pub async fn open(
    config: &Config,
    demo: bool,
    ledger: &Arc<CometLedger>,
    network_file: Vec<u8>,
    mut stop: watch::Receiver<bool>,
) -> Result<Option<House>, AuthorityError> {
    let mut tasks = Vec::new();
    let heads = {
        let (path, ledger) = (config.data.join("heads.sqlite"), Arc::clone(ledger));
        let opened = tokio::task::spawn_blocking(move || open_heads(&path, &ledger));
        Arc::new(opened.await.map_err(|_| AuthorityError::Task)??)
    };
    let shared: Arc<dyn Ledger> = Arc::clone(ledger) as Arc<dyn Ledger>;
    let house = match &config.register {
        None => None,
        Some(keys) => {
            let opening = open_register(config, demo, &shared);
            let register = tokio::select! {
                register = opening => register?,
                _ = stop.wait_for(|stop| *stop) => return Ok(None),
            };
            tasks.push(tokio::spawn(Arc::clone(&register).run(stop.clone())));
            Some(gateway::House {
                register,
                answer_key: keys.answer_key.clone(),
                next_answer_key: keys.next_answer_key.clone(),
            })
        }
    };
    let clerk = match &config.gateway_key {
        Some(key) => Some(Arc::new(clerk(config, key.clone(), &shared).await?)),
        None => None,
    };
    if let Some(clerk) = &clerk {
        let handing_in = Arc::clone(clerk).run(Arc::clone(&shared), stop.clone());
        tasks.push(tokio::spawn(handing_in));
    }
    tasks.push(tokio::spawn(
        Arc::clone(&heads).run(Arc::clone(&shared), stop),
    ));
    let register = house.as_ref().map(|house| Arc::clone(&house.register));
    let sources = Sources {
        ledger: Arc::clone(&shared),
        files: files(config, register.as_deref()),
        register,
        clerk: clerk.clone(),
    };
    let mut gateway = Gateway::new(gateway::Settings {
        authority: config.authority.clone(),
        origin: config.origin.clone(),
        trusted: config.trusted.clone(),
        ledger: shared,
        house,
        heads,
        network_file,
        clock: system_clock,
    })
    .with_genesis(config.genesis_file.clone())
    .with_engine(Engine::new(config.rpc.clone()))
    .counting_in(Metrics::with_application(ledger.application().times()));
    if let Some(clerk) = clerk {
        gateway = gateway.with_clerk(clerk);
    }
    Ok(Some(House {
        metrics: gateway.metrics(),
        gateway: gateway::router(gateway),
        tasks,
        sources,
    }))
}

/// Who takes filings, under the number that the authority has in the network file.
async fn clerk(
    config: &Config,
    key: SigningKey,
    ledger: &Arc<dyn Ledger>,
) -> Result<Clerk, AuthorityError> {
    let (path, net) = (config.data.join(FILINGS), ledger.net());
    let opened = tokio::task::spawn_blocking(move || Outbox::open(&path, &net));
    let mut authorities = config.network.authorities.iter();
    let number = authorities.position(|one| one.id == config.authority);
    Ok(Clerk {
        // The configuration was refused if the network file did not know the authority.
        gateway: number
            .and_then(|number| u16::try_from(number).ok())
            .ok_or(AuthorityError::Task)?,
        key,
        outbox: opened.await.map_err(|_| AuthorityError::Task)??,
    })
}

/// Databases whose size operators see.
fn files(config: &Config, register: Option<&Register>) -> Vec<(&'static str, PathBuf)> {
    let mut files = vec![
        ("application", config.data.join(crate::abci::store::FILE)),
        ("blocks", config.data.join(super::BLOCKS_FILE)),
        ("heads", config.data.join("heads.sqlite")),
        ("filings", config.data.join(FILINGS)),
    ];
    let is_file = |keys: &RegisterKeys| matches!(keys.storage, Storage::File);
    if let Some(register) = register
        && config.register.as_ref().is_some_and(is_file)
    {
        let name = format!("register-{}.sqlite", register.reg());
        files.push(("register", config.data.join("registers").join(name)));
    }
    files
}

/// The index of heads. A node restored from a snapshot has no older blocks: its index begins with the heads of the state.
fn open_heads(
    path: &std::path::Path,
    ledger: &CometLedger,
) -> Result<HeadIndex, crate::storage::StorageError> {
    let heads = HeadIndex::open(path, &ledger.net())?;
    heads.begin_with(|known, each| ledger.application().each_key(HEAD_TAG, known, each))?;
    Ok(heads)
}

/// First byte of a head's state key.
const HEAD_TAG: u8 = 0x12;

/// Opens the register once the ledger has everything that the register knows to be sealed, and fills it if asked.
async fn open_register(
    config: &Config,
    demo: bool,
    ledger: &Arc<dyn Ledger>,
) -> Result<Arc<Register>, AuthorityError> {
    let mut waits_for = None;
    let register = loop {
        let (Some(settings), ledger, rpc) =
            (settings(config), Arc::clone(ledger), config.rpc.clone())
        else {
            return Err(AuthorityError::Task);
        };
        let opened = tokio::task::spawn_blocking(move || {
            // A node that is still fetching what was decided does not know how far the ledger is.
            let followed = || rpc.status().is_ok_and(|status| !status.catching_up);
            let go_on = registers::permitted(&settings).filter(|_| followed());
            Register::open_going_on(settings, ledger, go_on)
        });
        match opened.await.map_err(|_| AuthorityError::Task)? {
            // The node is still fetching what was decided while it was away, or a person must decide. The ledger goes on
            // without the register meanwhile.
            Err(
                error @ (RegisterError::LedgerBehind { .. } | RegisterError::DatabaseBehind { .. }),
            ) => {
                let behind = matches!(error, RegisterError::DatabaseBehind { .. });
                if waits_for.as_ref() != Some(&error) {
                    if behind {
                        tracing::error!(%error, "the register waits, and the gateway with it");
                    } else {
                        tracing::warn!(%error, "the register waits, and the gateway with it");
                    }
                    waits_for = Some(error);
                }
                let pause = if behind { WAIT_FOR_DATABASE } else { LOOK };
                tokio::time::sleep(pause).await;
            }
            // The ledger goes on without the register, and the register begins when its server does.
            Err(error) if error.is_unreachable() => {
                tracing::error!(%error, "the register waits for its database");
                tokio::time::sleep(WAIT_FOR_DATABASE).await;
            }
            other => break Arc::new(other?),
        }
    };
    if let Some(settings) = settings(config) {
        registers::spend(&settings)?;
    }
    if demo {
        let filling = Arc::clone(&register);
        let filled = tokio::task::spawn_blocking(move || demo::fill(&filling, system_clock()));
        filled.await.map_err(|_| AuthorityError::Task)??;
    }
    if !register.is_settled()? {
        register.flush().await?;
    }
    Ok(register)
}

/// Settings of the authority's register, if it keeps one.
pub(crate) fn settings(config: &Config) -> Option<Settings> {
    let keys = config.register.as_ref()?;
    let app = &config.genesis.app;
    Some(Settings {
        reg: keys.reg,
        folder: config.data.join("registers"),
        storage: keys.storage.clone(),
        seal_key: keys.seal_key.clone(),
        next_seal_key: keys.next_seal_key.clone(),
        vrf_keys: keys.vrf_keys.clone(),
        tick: Duration::from_millis(app.tick_ms),
        least_batch: app.least_batch,
        pad_heads: app.pad_heads,
    })
}
