//! Bounded HTTP: every body is counted while it streams in, so that an endless answer costs no more than its limit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::{Method, Proxy, Url, redirect};
use toend_ledger::gateway::{ErrorAnswer, MAX_ANSWER};

use super::trust::{self, Trust};
use super::ways::Neighbours;
use super::{ProviderError, address};

/// Bounds of one request.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to connect.
    pub connect: Duration,
    /// Time for the whole answer.
    pub total: Duration,
    /// Largest body in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(20),
            body: MAX_ANSWER,
        }
    }
}

/// Longest body of an error answer that is looked at.
const MAX_ERROR: usize = 4096;

/// An HTTP client with limits.
///
/// A proxy of the environment is used for other computers only, whose answers are always encrypted: it carries bytes.
#[derive(Clone, Debug)]
pub struct Http {
    straight: Arc<RwLock<Straight>>,
    /// Clients whose connections go through another gateway, by its address.
    through: Arc<Mutex<HashMap<String, reqwest::Client>>>,
    trust: Trust,
    neighbours: Neighbours,
    limits: Limits,
    received: Arc<AtomicU64>,
}

/// Clients whose connections go straight to a gateway.
#[derive(Debug)]
struct Straight {
    here: Option<reqwest::Client>,
    elsewhere: Option<reqwest::Client>,
}

impl Straight {
    fn new(limits: Limits, trust: &Trust) -> Self {
        let client = |here: bool| {
            let mut builder = builder(limits, trust)?;
            if here {
                builder = builder.no_proxy();
            }
            let made = builder.build();
            made.map_err(
                |error| tracing::error!(%error, "no HTTP client can be made on this computer"),
            )
            .ok()
        };
        Self {
            here: client(true),
            elsewhere: client(false),
        }
    }
}

/// A request to one authority.
pub struct Request<'a> {
    /// Whom it goes to, for errors.
    pub authority: &'a str,
    /// `GET` or `POST`.
    pub method: Method,
    /// Full address.
    pub url: String,
    /// Address of the gateway that carries it there; none goes straight.
    pub through: Option<&'a str>,
    /// Bearer value of a session.
    pub bearer: Option<&'a str>,
    /// JSON body.
    pub body: Option<Vec<u8>>,
    /// Largest answer in bytes; never more than [`Limits::body`].
    pub limit: usize,
}

impl Http {
    /// A client that believes whom `trust` names.
    pub fn new(limits: Limits, trust: Trust) -> Self {
        Self {
            straight: Arc::new(RwLock::new(Straight::new(limits, &trust))),
            through: Arc::default(),
            trust,
            neighbours: Neighbours::default(),
            limits,
            received: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Goes on with new connections only: those that are open showed their certificates under the rules of before.
    pub fn renew(&self) {
        let fresh = Straight::new(self.limits, &self.trust);
        *self
            .straight
            .write()
            .unwrap_or_else(PoisonError::into_inner) = fresh;
        let mut through = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        through.clear();
    }

    /// Whom it believes.
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The gateways that share this client.
    pub const fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// The client for an address: straight, or through another gateway, which carries bytes and reads none.
    fn client(&self, url: &Url, through: Option<&str>) -> Option<reqwest::Client> {
        let Some(near) = through else {
            let straight = self.straight.read().unwrap_or_else(PoisonError::into_inner);
            let client = if address::is_local(url) {
                &straight.here
            } else {
                &straight.elsewhere
            };
            return client.clone();
        };
        // What is carried in the clear could be read on the way.
        if url.scheme() != "https" || address::check(near).is_err() {
            return None;
        }
        let mut known = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = known.get(near) {
            return Some(client.clone());
        }
        let proxy = Proxy::https(near).ok()?;
        let client = builder(self.limits, &self.trust)?
            .proxy(proxy)
            .build()
            .ok()?;
        known.insert(near.to_owned(), client.clone());
        Some(client)
    }

    /// Bytes of answers read so far.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Sends a request and reads its answer, at most as many bytes as allowed. Also tells how long it took.
    pub async fn send(&self, request: Request<'_>) -> Result<(Vec<u8>, Duration), ProviderError> {
        let authority = || request.authority.to_owned();
        let url = address::check(&request.url).map_err(|_| ProviderError::Untrusted {
            authority: authority(),
            why: "tlsPlain",
        })?;
        let client =
            self.client(&url, request.through)
                .ok_or_else(|| ProviderError::Unreachable {
                    authority: authority(),
                })?;
        let start = Instant::now();
        let mut building = client.request(request.method.clone(), url);
        if let Some(bearer) = request.bearer {
            building = building.bearer_auth(bearer);
        }
        if let Some(body) = request.body {
            building = building
                .header("content-type", "application/json")
                .body(body);
        }
        let failed = |error: &reqwest::Error| {
            if let Some(why) = trust::reason(error) {
                ProviderError::Untrusted {
                    authority: authority(),
                    why,
                }
            } else if error.is_timeout() && !error.is_connect() {
                ProviderError::Timeout {
                    authority: authority(),
                }
            } else {
                ProviderError::Unreachable {
                    authority: authority(),
                }
            }
        };
        let mut answer = building.send().await.map_err(|error| failed(&error))?;
        let status = answer.status();
        let limit = if status.is_success() {
            request.limit.min(self.limits.body)
        } else {
            MAX_ERROR
        };
        let too_large = || ProviderError::TooLarge {
            authority: authority(),
            limit,
        };
        if status.is_success()
            && answer
                .content_length()
                .is_some_and(|length| length > limit as u64)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                    if status.is_success() {
                        return Err(too_large());
                    }
                    break;
                }
                Ok(Some(chunk)) => {
                    self.received
                        .fetch_add(chunk.len() as u64, Ordering::Relaxed);
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Err(error) if error.is_timeout() => return Err(failed(&error)),
                Err(_) => {
                    return Err(ProviderError::CutOff {
                        authority: authority(),
                    });
                }
            }
        }
        if status.is_success() {
            Ok((body, start.elapsed()))
        } else {
            Err(ProviderError::Refused {
                authority: authority(),
                status: status.as_u16(),
                code: error_code(&body),
            })
        }
    }
}

/// A client with these limits that believes whom `trust` names.
fn builder(limits: Limits, trust: &Trust) -> Option<reqwest::ClientBuilder> {
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_idle_timeout(Duration::from_secs(30))
        .tls_backend_preconfigured(trust.config()?)
        .user_agent("toend");
    Some(builder)
}

/// The gateway's own code, if it is one we know; its text is never passed on.
fn error_code(body: &[u8]) -> &'static str {
    const KNOWN: [&str; 6] = [
        "bad_request",
        "unauthorized",
        "not_available",
        "too_large",
        "busy",
        "no_ledger",
    ];
    serde_json::from_slice::<ErrorAnswer>(body)
        .ok()
        .and_then(|answer| KNOWN.into_iter().find(|code| *code == answer.code))
        .unwrap_or("unknown")
}
