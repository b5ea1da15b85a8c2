//! Figures for operators, in the text format that Prometheus reads.
//!
//! They count requests and the ledger's progress, never persons: every label is one of a fixed few words, none comes from a
//! request. They are served on a listener of their own, off unless the configuration names it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use toend_ledger::state::{FaultValue, Key, RulesValue};
use toend_ledger::tx::MAX_SIGNATURES;
use toend_state_machine::limits::RULES;

use super::{Clerk, Gateway};
use crate::abci::times::Times;
use crate::ledger::Ledger;
use crate::registers::Register;

/// Bounds of the latency histogram in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Label of a request that no route takes.
const NO_ROUTE: &str = "none";

/// Media type of [`Metrics::text`].
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Filed {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Opened {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Carried {
    direction: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Store {
    store: &'static str,
}

/// What a gateway counts.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    limited: Family<Limit, Counter>,
    connections: Gauge,
    turned_away: Counter,
    height: Gauge,
    evidence: Gauge,
    rules: Gauge,
    known_rules: Gauge,
    batches: Gauge,
    sealed: Gauge,
    waiting: Gauge,
    store: Family<Store, Gauge>,
    filings: Family<Filed, Counter>,
    filings_waiting: Gauge,
    accused: Family<Filed, Counter>,
    ways: Gauge,
    ways_opened: Family<Opened, Counter>,
    carried: Family<Carried, Counter>,
}

/// Where the figures come from that nobody counts along the way.
pub struct Sources {
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// The register, if there is one.
    pub register: Option<Arc<Register>>,
    /// Who takes filings, if anybody does.
    pub clerk: Option<Arc<Clerk>>,
    /// Database files whose size is told, each with the name it goes by.
    pub files: Vec<(&'static str, PathBuf)>,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            limited: Family::default(),
            connections: Gauge::default(),
            turned_away: Counter::default(),
            height: Gauge::default(),
            evidence: Gauge::default(),
            rules: Gauge::default(),
            known_rules: Gauge::default(),
            batches: Gauge::default(),
            sealed: Gauge::default(),
            waiting: Gauge::default(),
            store: Family::default(),
            filings: Family::default(),
            filings_waiting: Gauge::default(),
            accused: Family::default(),
            ways: Gauge::default(),
            ways_opened: Family::default(),
            carried: Family::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        let mut gauge = |name: &str, help: &str, gauge: &Gauge| {
            all.register(name, help, gauge.clone());
        };
        gauge(
            "toend_gateway_connections",
            "Open connections",
            &self.connections,
        );
        gauge(
            "toend_ledger_height",
            "Height of the newest block",
            &self.height,
        );
        gauge(
            "toend_ledger_evidence",
            "Pieces of evidence against validators on the ledger",
            &self.evidence,
        );
        gauge(
            "toend_ledger_decided_rules",
            "Newest version of the rules that was decided, in force or to come; 0 as long as none was",
            &self.rules,
        );
        gauge(
            "toend_program_rules",
            "Newest version of the rules that this program knows",
            &self.known_rules,
        );
        gauge(
            "toend_register_sealed_batches",
            "Batches of the register on the ledger",
            &self.batches,
        );
        gauge(
            "toend_register_sealed_entries",
            "Entries of the register on the ledger, filler included",
            &self.sealed,
        );
        gauge(
            "toend_register_waiting",
            "Entries and lists received and not in a batch yet",
            &self.waiting,
        );
        gauge(
            "toend_filings_waiting",
            "Filings taken and not on the ledger yet",
            &self.filings_waiting,
        );
        gauge(
            "toend_tunnel_ways",
            "Open ways to other gateways",
            &self.ways,
        );
        all.register(
            "toend_filings",
            "Filings handed in, by what became of them",
            self.filings.clone(),
        );
        all.register(
            "toend_evidence",
            "Evidence against validators handed in, by what became of it",
            self.accused.clone(),
        );
        all.register(
            "toend_tunnel_asked",
            "Ways to other gateways asked for, by what became of them",
            self.ways_opened.clone(),
        );
        all.register(
            "toend_tunnel_bytes",
            "Bytes carried to (out) and from (in) other gateways",
            self.carried.clone(),
        );
        all.register(
            "toend_gateway_requests",
            "Requests by route and class of status",
            self.requests.clone(),
        );
        all.register(
            "toend_gateway_request_seconds",
            "Time until an answer begins, by route",
            self.seconds.clone(),
        );
        all.register(
            "toend_gateway_limited",
            "Requests refused by a limit",
            self.limited.clone(),
        );
        all.register(
            "toend_gateway_turned_away",
            "Connections closed at once because too many were open",
            self.turned_away.clone(),
        );
        all.register(
            "toend_store_bytes",
            "Size of a database on disk",
            self.store.clone(),
        );
    }

    /// Counts for a gateway, and shows how long the application beside it takes.
    pub fn with_application(times: &Times) -> Self {
        let mut metrics = Self::default();
        metrics.registry.register(
            "toend_abci_request_seconds",
            "Time the application takes for a request of the engine, by kind of request",
            times.family(),
        );
        metrics
    }

    /// A limit refused a request.
    pub(super) fn limited(&self, limit: &'static str) {
        self.limited.get_or_create(&Limit { limit }).inc();
    }

    /// A filing was handed in.
    pub(super) fn filed(&self, outcome: &'static str) {
        self.filings.get_or_create(&Filed { outcome }).inc();
    }

    /// Evidence was handed in.
    pub(super) fn accused(&self, outcome: &'static str) {
        self.accused.get_or_create(&Filed { outcome }).inc();
    }

    /// A way to another gateway was asked for.
    pub(super) fn way_asked(&self, outcome: &'static str) {
        self.ways_opened.get_or_create(&Opened { outcome }).inc();
    }

    /// A way to another gateway is open; it counts until the answer is dropped.
    pub(super) fn way(self: &Arc<Self>) -> OpenWay {
        self.ways.inc();
        OpenWay(Arc::clone(self))
    }

    /// Bytes were carried.
    pub(super) fn carried(&self, direction: &'static str, bytes: u64) {
        self.carried
            .get_or_create(&Carried { direction })
            .inc_by(bytes);
    }

    /// A connection was closed at once.
    pub(super) fn turned_away(&self) {
        self.turned_away.inc();
    }

    /// A connection was opened; it counts until the answer is dropped.
    pub(super) fn connected(self: &Arc<Self>) -> Connected {
        self.connections.inc();
        Connected(Arc::clone(self))
    }

    fn answered(&self, route: &'static str, status: StatusCode, took: Duration) {
        let status = class(status);
        self.requests
            .get_or_create(&Answered { route, status })
            .inc();
        self.seconds
            .get_or_create(&Route { route })
            .observe(took.as_secs_f64());
    }

    /// How the ledger is run, from the state itself.
    fn conduct(&self, ledger: &dyn Ledger, height: u64) {
        let all: u32 = (0..MAX_SIGNATURES as u16)
            .filter_map(|authority| evidence(ledger, authority, height))
            .fold(0, u32::saturating_add);
        self.evidence.set(all.into());
        let rules = decided_rules(ledger, height).unwrap_or(0);
        self.rules.set(rules.cast_signed());
        self.known_rules.set(RULES.cast_signed());
    }

    /// Everything as text. What a source cannot tell now keeps its last value.
    pub fn text(&self, sources: &Sources) -> String {
        let tip = sources.ledger.tip().height();
        self.height.set(tip.cast_signed());
        self.conduct(sources.ledger.as_ref(), tip.saturating_sub(1));
        if let Some(register) = &sources.register {
            if let Ok(waiting) = register.waiting() {
                self.waiting.set(waiting.cast_signed());
            }
            if let Some((batches, entries)) = register.sealed(tip.saturating_sub(1)) {
                self.batches.set(batches.cast_signed());
                self.sealed.set(entries.cast_signed());
            }
        }
        if let Some(Ok(waiting)) = sources.clerk.as_ref().map(|clerk| clerk.outbox.count()) {
            self.filings_waiting.set(waiting.cast_signed());
        }
        for (store, path) in &sources.files {
            self.store
                .get_or_create(&Store { store })
                .set(size(path).cast_signed());
        }
        let mut out = String::new();
        // Writing into a string does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

/// The newest version of the rules that was decided.
fn decided_rules(ledger: &dyn Ledger, height: u64) -> Option<u64> {
    let found = ledger.query(&Key::Rules.encode(), height)?.value?;
    RulesValue::decode(&found).ok().map(|rules| rules.version)
}

/// Pieces of evidence against one authority's validators.
fn evidence(ledger: &dyn Ledger, authority: u16, height: u64) -> Option<u32> {
    let found = ledger
        .query(&Key::Fault(authority).encode(), height)?
        .value?;
    FaultValue::decode(&found).ok().map(|fault| fault.count)
}

/// One open connection.
pub(super) struct Connected(Arc<Metrics>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.dec();
    }
}

/// One open way.
pub(super) struct OpenWay(Arc<Metrics>);

impl Drop for OpenWay {
    fn drop(&mut self) {
        self.0.ways.dec();
    }
}

/// A database file with its write-ahead log.
fn size(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    [path, Path::new(&log)]
        .iter()
        .filter_map(|file| std::fs::metadata(file).ok())
        .map(|file| file.len())
        .sum()
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..300 => "2xx",
        400..500 => "4xx",
        500.. => "5xx",
        _ => "other",
    }
}

/// The route's template, one of those that [`super::router`] has.
fn route(request: &Request) -> &'static str {
    let matched = request.extensions().get::<MatchedPath>();
    matched
        .and_then(|matched| {
            super::ROUTES
                .iter()
                .find(|route| **route == matched.as_str())
        })
        .copied()
        .unwrap_or(NO_ROUTE)
}

/// Counts every request, and writes one line about it where such lines are wanted: template, status, time, nothing else.
pub(super) async fn count(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let (route, began) = (route(&request), Instant::now());
    let response = next.run(request).await;
    let (status, took) = (response.status(), began.elapsed());
    gateway.metrics.answered(route, status, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(route, status = status.as_u16(), micros, "request");
    response
}

/// `GET /metrics`.
pub fn routes(metrics: Arc<Metrics>, sources: Sources) -> Router {
    let shared = Arc::new((metrics, sources));
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(shared)
}

async fn scrape(State(shared): State<Arc<(Arc<Metrics>, Sources)>>) -> Response {
    let text = tokio::task::spawn_blocking(move || shared.0.text(&shared.1)).await;
    text.map_or_else(
        |_| StatusCode::SERVICE_UNAVAILABLE.into_response(),
        |text| ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
    )
}
