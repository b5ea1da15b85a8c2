//! The four houses of the demonstration, opened: their registers filled and sealing, their gateways ready to serve.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use thiserror::Error;
use toend_ledger::genesis::Genesis;
use toend_ledger::genesis::demo::{AUTHORITIES, Purpose, REGISTERS, genesis_bytes, signing_key};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{SeedError, fill, seed_population};
use crate::gateway::{self, Clerk, Gateway, HeadIndex, House, Outbox, system_clock};
use crate::ledger::Ledger;
use crate::registers::{Register, RegisterError, Settings};
use crate::storage::StorageError;

/// Name of the folder with the registers' databases and key files.
const FOLDER: &str = "registers";
/// How long the start waits for the header that commits the first batches.
const COMMITTED: Duration = Duration::from_secs(3);

/// What the houses need to be opened.
pub struct Opening<'a> {
    /// Folder of the network.
    pub folder: &'a Path,
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// Its genesis.
    pub genesis: &'a Genesis,
    /// Origin of each gateway, in the authorities' order.
    pub origins: &'a [String],
    /// Network file, for display.
    pub network_file: &'a [u8],
    /// Invented persons besides the named ones.
    pub population: u64,
    /// Ends the registers' loops.
    pub stop: watch::Receiver<bool>,
}

/// The houses' gateways, and what runs beside them.
pub struct Houses {
    /// Routes of each gateway below `/v1`, in the authorities' order.
    pub gateways: Vec<Router>,
    /// Register loops and the index of heads.
    pub tasks: Vec<JoinHandle<()>>,
    /// The registers, by ascending number.
    pub registers: Vec<Arc<Register>>,
}

/// Why the houses cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// A register.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The index of heads.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The invented population.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A task of this program ended by itself.
    #[error("a task of this program failed")]
    Task,
}

/// Opens the houses. At the first start it returns once all demonstration data is sealed and committed.
pub async fn open(opening: Opening<'_>) -> Result<Houses, OpenError> {
    let folder = opening.folder.join(FOLDER);
    let mut filling = Vec::new();
    for one in &REGISTERS {
        let settings = Settings::demo(one.reg, folder.clone(), opening.genesis);
        let (ledger, population) = (Arc::clone(&opening.ledger), opening.population);
        filling.push(tokio::spawn(open_register(settings, ledger, population)));
    }
    let (mut registers, mut sealing) = (Vec::new(), false);
    for one in filling {
        let (register, sealed_now) = one.await.map_err(|_| OpenError::Task)??;
        registers.push(register);
        sealing |= sealed_now;
    }
    let path = opening.folder.join("heads.sqlite");
    let heads = Arc::new(HeadIndex::open(&path, &opening.ledger.net())?);
    let sealed = opening.ledger.tip().height();
    let mut tasks: Vec<JoinHandle<()>> = registers
        .iter()
        .map(|register| tokio::spawn(Arc::clone(register).run(opening.stop.clone())))
        .collect();
    tasks.push(tokio::spawn(
        Arc::clone(&heads).run(Arc::clone(&opening.ledger), opening.stop.clone()),
    ));
    if sealing {
        // What a block changes is committed by the next header, which the registers' first tick brings about.
        let mut tip = opening.ledger.subscribe();
        if tokio::time::timeout(COMMITTED, tip.wait_for(|height| *height > sealed))
            .await
            .is_err()
        {
            tracing::warn!("the ledger makes no blocks yet");
        }
    }
    let mut clerks = Vec::new();
    for i in 0..AUTHORITIES.len() {
        let path = opening.folder.join(format!("filings-{i}.sqlite"));
        let gateway = u16::try_from(i).unwrap_or(u16::MAX);
        let clerk = Arc::new(Clerk {
            gateway,
            key: signing_key(Purpose::Gateway, gateway),
            outbox: Outbox::open(&path, &opening.ledger.net())?,
        });
        let handing_in = Arc::clone(&clerk).run(Arc::clone(&opening.ledger), opening.stop.clone());
        tasks.push(tokio::spawn(handing_in));
        clerks.push(clerk);
    }
    let gateways = AUTHORITIES
        .iter()
        .zip(clerks)
        .zip(0u16..)
        .map(|((authority, clerk), i)| {
            let register = REGISTERS.iter().find(|one| one.authority == i);
            let house = register
                .and_then(|one| registers.iter().find(|open| open.reg() == one.reg))
                .map(|register| {
                    let answer_key = signing_key(Purpose::Answer, register.reg().0);
                    House {
                        register: Arc::clone(register),
                        answer_key,
                        next_answer_key: None,
                    }
                });
            let gateway = Gateway::new(gateway::Settings {
                authority: authority.id.to_owned(),
                origin: opening
                    .origins
                    .get(usize::from(i))
                    .cloned()
                    .unwrap_or_default(),
                trusted: toend_id_card::demo::ca_certificates(),
                ledger: Arc::clone(&opening.ledger),
                house,
                heads: Arc::clone(&heads),
                network_file: opening.network_file.to_vec(),
                clock: system_clock,
            });
            let gateway = gateway.with_genesis(genesis_bytes());
            gateway::router(gateway.with_clerk(clerk))
        })
        .collect();
    Ok(Houses {
        gateways,
        tasks,
        registers,
    })
}

/// Opens one register, fills it at its first start, and seals whatever waits. The answer says whether anything did.
async fn open_register(
    settings: Settings,
    ledger: Arc<dyn Ledger>,
    population: u64,
) -> Result<(Arc<Register>, bool), OpenError> {
    let now_ms = system_clock();
    let filled = tokio::task::spawn_blocking(move || {
        let register = Register::open(settings, ledger)?;
        fill(&register, now_ms)?;
        let settled = register.is_settled()?;
        Ok::<_, RegisterError>((Arc::new(register), settled))
    });
    let (register, settled) = filled.await.map_err(|_| OpenError::Task)??;
    if !settled {
        register.flush().await?;
    }
    let reg = register.reg().0;
    seed_population(&register, population, now_ms, |done, all| {
        tracing::info!(reg, done, all, "population")
    })
    .await?;
    Ok((register, !settled))
}
