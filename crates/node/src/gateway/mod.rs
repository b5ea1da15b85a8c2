//! The gateway: an authority's HTTP server under `/v1`, as `docs/formats/gateway.md` describes it.
//!
//! It lets a person sign in with her card, hands her the contents of her own list in this authority's register with
//! proofs, and gives everybody what is public: headers, blocks, heads of any register, public lists of its own. It judges
//! nothing, and nobody has to believe it: a client checks every byte against a verified header.
//!
//! It must never tell whether somebody else is known to a register, never give one person another's list, and never write
//! a name, a code or a session into a log.
//!
//! Start reading at [`router`]; [`door`] is what stands between it and the network, [`metrics`] what operators see.

mod answer;
pub mod door;
mod evidence;
mod failure;
mod filings;
mod heads;
mod kept;
mod ledger;
mod limits;
mod lists;
mod login;
pub mod metrics;
mod outbox;
mod senders;
mod sessions;
pub mod tls;
pub mod tunnel;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use ed25519_dalek::SigningKey;
use toend_id_card::Certificate;
use toend_ledger::gateway::{MAX_EVIDENCE_REQUEST, MAX_REQUEST};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::evidence::Engine;
pub use self::failure::Failure;
pub use self::filings::Clerk;
pub use self::heads::HeadIndex;
use self::limits::{Limits, Running};
use self::login::Challenges;
pub use self::metrics::Metrics;
pub use self::outbox::Outbox;
use self::sessions::Sessions;
use crate::ledger::Ledger;
use crate::registers::Register;

/// Requests answered at the same time; more are told to come again.
const MAX_AT_ONCE: usize = 128;
/// Bodies of evidence that are read at the same time.
const EVIDENCE_AT_ONCE: usize = 128;
/// Longest time for a request's body, and then for its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The register a gateway answers for.
pub struct House {
    /// The register.
    pub register: Arc<Register>,
    /// Signs its answers.
    pub answer_key: SigningKey,
    /// Signs answers once a decision has put it into the place of the other.
    pub next_answer_key: Option<SigningKey>,
}

/// What a gateway is made of.
pub struct Settings {
    /// Authority id, for example `health-house`.
    pub authority: String,
    /// Origin that sign-in tokens must be made for, `scheme://host[:port]`.
    pub origin: String,
    /// Certificate authorities whose cards may sign in.
    pub trusted: Vec<Certificate>,
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// Its own register; an authority without one still serves headers and heads.
    pub house: Option<House>,
    /// Index of record heads, shared by the gateways of one process.
    pub heads: Arc<HeadIndex>,
    /// Network file, for display only.
    pub network_file: Vec<u8>,
    /// Milliseconds since the Unix epoch.
    pub clock: fn() -> u64,
}

/// A gateway with what it remembers between requests.
pub struct Gateway {
    settings: Settings,
    challenges: Challenges,
    sessions: Sessions,
    limits: Limits,
    at_once: Arc<Semaphore>,
    metrics: Arc<Metrics>,
    clerk: Option<Arc<Clerk>>,
    engine: Option<Engine>,
    /// The network's genesis file, for whoever knows its hash.
    genesis: Option<Vec<u8>>,
}

impl Gateway {
    /// A gateway that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            challenges: Challenges::default(),
            sessions: Sessions::default(),
            limits: Limits::default(),
            at_once: Arc::new(Semaphore::new(MAX_AT_ONCE)),
            metrics: Arc::new(Metrics::default()),
            clerk: None,
            engine: None,
            genesis: None,
        }
    }

    /// The same gateway, which also hands out the genesis file.
    #[must_use]
    pub fn with_genesis(self, genesis: Vec<u8>) -> Self {
        Self {
            genesis: Some(genesis),
            ..self
        }
    }

    /// The same gateway, which also takes filings.
    #[must_use]
    pub fn with_clerk(self, clerk: Arc<Clerk>) -> Self {
        Self {
            clerk: Some(clerk),
            ..self
        }
    }

    /// The same gateway, which also gives evidence against validators to its CometBFT.
    #[must_use]
    pub fn with_engine(self, engine: Engine) -> Self {
        Self {
            engine: Some(engine),
            ..self
        }
    }

    /// The same gateway, counting in these.
    #[must_use]
    pub fn counting_in(self, metrics: Metrics) -> Self {
        Self {
            metrics: Arc::new(metrics),
            ..self
        }
    }

    /// What it counts.
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    fn now_ms(&self) -> u64 {
        (self.settings.clock)()
    }

    /// The house, if register `reg` is its own. Everything else gets one and the same answer.
    fn house(&self, reg: u16) -> Result<&House, Failure> {
        self.settings
            .house
            .as_ref()
            .filter(|house| house.register.reg().0 == reg)
            .ok_or(Failure::NotAvailable)
    }
}

/// This computer's clock, milliseconds since the Unix epoch.
pub fn system_clock() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

const CHALLENGE: &str = "/v1/login/challenge";
const LOGIN: &str = "/v1/login";
const LOGOUT: &str = "/v1/logout";
const TIP: &str = "/v1/tip";
const LIGHT_BLOCK: &str = "/v1/light-block/{height}";
const HEADERS: &str = "/v1/headers/{bundle}";
const BLOCK_TXS: &str = "/v1/blocks/{height}/txs";
const STATE: &str = "/v1/state/{key}";
const NETWORK: &str = "/v1/network";
const GENESIS: &str = "/v1/genesis";
const HEALTH: &str = "/v1/health";
const FILINGS: &str = "/v1/filings";
const EVIDENCE: &str = "/v1/evidence";
const LIST: &str = "/v1/registers/{reg}/list";
const PUBLIC: &str = "/v1/registers/{reg}/public/{kind}/{country}/{code}";
const HEADS: &str = "/v1/registers/{reg}/heads";

/// Templates of all routes, as metrics and logs name them.
const ROUTES: [&str; 16] = [
    FILINGS,
    EVIDENCE,
    CHALLENGE,
    LOGIN,
    LOGOUT,
    TIP,
    LIGHT_BLOCK,
    HEADERS,
    BLOCK_TXS,
    STATE,
    NETWORK,
    GENESIS,
    HEALTH,
    LIST,
    PUBLIC,
    HEADS,
];

/// The routes of one gateway, all below `/v1`.
pub fn router(gateway: Gateway) -> Router {
    shared_router(Arc::new(gateway))
}

fn shared_router(gateway: Arc<Gateway>) -> Router {
    let bounded = |most, bodies| {
        let bounds = Bounds {
            gateway: Arc::clone(&gateway),
            most,
            bodies: Arc::new(Semaphore::new(bodies)),
        };
        middleware::from_fn_with_state(bounds, bounded)
    };
    let sign_in = Router::new()
        .route(CHALLENGE, post(login::challenge))
        .route(LOGIN, post(login::login))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gateway),
            limits::sign_in,
        ));
    let filing = Router::new()
        .route(FILINGS, post(filings::file))
        .layer(DefaultBodyLimit::max(filings::MAX_BODY))
        .layer(bounded(filings::MAX_BODY, Semaphore::MAX_PERMITS))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gateway),
            limits::filing,
        ));
    let accusing = Router::new()
        .route(EVIDENCE, post(evidence::hand_in))
        .layer(DefaultBodyLimit::max(MAX_EVIDENCE_REQUEST))
        .layer(bounded(MAX_EVIDENCE_REQUEST, EVIDENCE_AT_ONCE))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gateway),
            limits::evidence,
        ));
    Router::new()
        .merge(sign_in)
        .route(LOGOUT, post(login::logout))
        .route(TIP, get(ledger::tip))
        .route(LIGHT_BLOCK, get(ledger::light_block))
        .route(HEADERS, get(ledger::headers))
        .route(BLOCK_TXS, get(ledger::block_txs))
        .route(STATE, get(ledger::state))
        .route(NETWORK, get(ledger::network))
        .route(GENESIS, get(ledger::genesis))
        .route(HEALTH, get(ledger::health))
        .route(LIST, get(lists::private))
        .route(PUBLIC, get(lists::public))
        .route(HEADS, get(heads::subtree))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(bounded(MAX_REQUEST, Semaphore::MAX_PERMITS))
        .merge(filing)
        .merge(accusing)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gateway),
            limits::all,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&gateway),
            metrics::count,
        ))
        .with_state(gateway)
}

/// What bounds the requests of some routes.
#[derive(Clone)]
struct Bounds {
    gateway: Arc<Gateway>,
    /// Longest body in bytes.
    most: usize,
    /// Bodies that are read at the same time.
    bodies: Arc<Semaphore>,
}

/// A bound on how many requests run at once, and on how long each may take. What does not say that it may be kept may not.
/// A request takes its place once its body is here: whoever sends it byte by byte keeps nobody else out.
async fn bounded(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let gateway = &bounds.gateway;
    let full = || {
        gateway.metrics.limited("full");
        Failure::Busy.into_response()
    };
    let (parts, body) = request.into_parts();
    let Ok(reading) = bounds.bodies.try_acquire() else {
        return full();
    };
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, bounds.most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Failure::TooLarge.into_response(),
        Err(_) => return Failure::Busy.into_response(),
    };
    drop(reading);
    let request = Request::from_parts(parts, Body::from(body));
    let Ok(permit) = Arc::clone(&gateway.at_once).try_acquire_owned() else {
        return full();
    };
    let place = Arc::new(Place {
        _permit: permit,
        _running: request.extensions().get::<Arc<Running>>().cloned(),
    });
    let answering = PLACE.scope(place, next.run(request));
    let Ok(mut response) = tokio::time::timeout(PATIENCE, answering).await else {
        return Failure::Busy.into_response();
    };
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A request's place among those that run. Work that outlives its request keeps the place: whoever asks and goes away
/// at once is not rid of what was asked.
struct Place {
    _permit: OwnedSemaphorePermit,
    _running: Option<Arc<Running>>,
}

tokio::task_local! {
    static PLACE: Arc<Place>;
}

/// Runs what may read from disk or compute for a while, off the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let place = PLACE.try_with(Arc::clone).ok();
    let work = move || {
        let _place = place;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Failure::Busy))
}

#[cfg(test)]
mod tests;
