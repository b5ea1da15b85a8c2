//! The front door: connections, their limits, TLS, and an orderly end.
//!
//! Everything that happens before a whole request is there is bounded here: how many connections are open, and how many of
//! one sender; how long a handshake, a request's head and a connection may take; how large a head may be.
//! At the end no new connection is taken, requests under way are finished, and after [`Patience::farewell`] what is left is
//! cut off.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Failure;
use super::metrics::Metrics;
use super::senders::{Bounds, Led, Sender, Whom};
use super::tls::Tls;
use super::tunnel::{MAX_WAYS, Tunnel, Way};

/// Connections open at once.
const MAX_CONNECTIONS: usize = 2048;
/// Connections of one sender; a proxy that the configuration names is not counted. From another gateway come as many as it
/// leads here, and its own.
const OF_ONE: Bounds = Bounds {
    way: 1,
    one: 64,
    wider: 128,
    widest: 256,
    gateway: 64 + MAX_WAYS as u32,
};
/// Largest head of a request in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Most header lines.
const MAX_LINES: usize = 64;
/// Pause after the system could not take a connection, for example because too many files are open.
const PAUSE: Duration = Duration::from_millis(50);

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The TLS handshake.
    pub handshake: Duration,
    /// The head of a request, waiting for it included: an idle connection is closed after this time. Longer than a client
    /// keeps idle connections (30 s), so that no request runs into one that is just being closed.
    pub head: Duration,
    /// A connection; afterwards it ends with the request under way.
    pub life: Duration,
    /// Requests under way at the end.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(35),
            life: Duration::from_secs(10 * 60),
            farewell: Duration::from_secs(5),
        }
    }
}

/// What a door is made of.
pub struct Door {
    /// Where it listens.
    pub listener: TcpListener,
    /// Its certificate; plain HTTP without.
    pub tls: Option<Arc<Tls>>,
    /// Proxies on the way whose word about the sender's address counts: the last one in `X-Forwarded-For`.
    pub proxies: Vec<IpAddr>,
    /// The way to the other gateways.
    pub tunnel: Option<Tunnel>,
    /// How long things may take.
    pub patience: Patience,
    /// Milliseconds since the Unix epoch.
    pub clock: fn() -> u64,
    /// Counts connections.
    pub metrics: Arc<Metrics>,
}

/// What all connections of a door share.
struct Shared {
    routes: Router,
    tls: Option<TlsAcceptor>,
    proxies: Vec<IpAddr>,
    tunnel: Option<Tunnel>,
    patience: Patience,
    clock: fn() -> u64,
    metrics: Arc<Metrics>,
    open: Mutex<Open>,
}

/// Connections that are open.
#[derive(Default)]
struct Open {
    all: usize,
    by: HashMap<Whom, u32>,
}

impl Open {
    /// Counts one more under everything that the sender is counted under; false when there is no room. Nobody's counts only
    /// among all.
    fn enter(&mut self, sender: Option<&Sender>) -> bool {
        let levels = sender.map_or(&[][..], Sender::levels);
        let count = |whom| self.by.get(whom).copied().unwrap_or_default();
        let room = levels
            .iter()
            .all(|level| count(&level.whom) < OF_ONE.of(level.width));
        if self.all >= MAX_CONNECTIONS || !room {
            return false;
        }
        self.all += 1;
        for level in levels {
            *self.by.entry(level.whom).or_default() += 1;
        }
        true
    }

    fn leave(&mut self, sender: Option<&Sender>) {
        self.all -= 1;
        for level in sender.map_or(&[][..], Sender::levels) {
            if let Some(count) = self.by.get_mut(&level.whom) {
                *count -= 1;
                if *count == 0 {
                    self.by.remove(&level.whom);
                }
            }
        }
    }
}

/// Serves until `stop` turns true, and for a bounded time what is under way then.
pub async fn serve(door: Door, routes: Router, mut stop: watch::Receiver<bool>) {
    let Door {
        listener,
        tls,
        proxies,
        tunnel,
        patience,
        clock,
        metrics,
    } = door;
    let shared = Arc::new(Shared {
        routes,
        tls: tls.map(|tls| TlsAcceptor::from(tls.config())),
        proxies,
        tunnel,
        patience,
        clock,
        metrics,
        open: Mutex::default(),
    });
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => match Held::take(&shared, peer) {
                Some(held) => {
                    connections.spawn(attend(held, stream, peer, stop.clone()));
                }
                None => shared.metrics.turned_away(),
            },
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    // New connections are refused from here on.
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(patience.farewell, ended)
        .await
        .is_err()
    {
        let left = connections.len();
        tracing::warn!(left, "connections were cut off");
    }
    connections.shutdown().await;
}

/// A connection's place among those that are open.
struct Held {
    shared: Arc<Shared>,
    sender: Option<Sender>,
    _counted: super::metrics::Connected,
}

impl Held {
    fn take(shared: &Arc<Shared>, peer: SocketAddr) -> Option<Self> {
        // A proxy's connections are counted under no sender, yet as a whole.
        let known = shared.proxies.contains(&peer.ip().to_canonical());
        let sender = (!known).then(|| shared.sender(peer));
        let mut open = shared.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !open.enter(sender.as_ref()) {
            return None;
        }
        drop(open);
        Some(Self {
            shared: Arc::clone(shared),
            sender,
            _counted: shared.metrics.connected(),
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let open = self.shared.open.lock();
        let mut open = open.unwrap_or_else(PoisonError::into_inner);
        open.leave(self.sender.as_ref());
    }
}

async fn attend(held: Held, stream: TcpStream, peer: SocketAddr, stop: watch::Receiver<bool>) {
    // Small answers go out at once; where the system has no such setting they go out all the same.
    let _ = stream.set_nodelay(true);
    let Some(acceptor) = held.shared.tls.clone() else {
        return converse(&held.shared, stream, peer, stop).await;
    };
    let handshake = tokio::time::timeout(held.shared.patience.handshake, acceptor.accept(stream));
    if let Ok(Ok(stream)) = handshake.await {
        converse(&held.shared, stream, peer, stop).await;
    }
}

/// Answers the requests of one connection, and carries what comes after a `CONNECT`.
async fn converse<S>(
    shared: &Arc<Shared>,
    stream: S,
    peer: SocketAddr,
    mut stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let patience = shared.patience;
    let way = Arc::new(Mutex::new(None));
    let service = service_fn(|request: Request<Incoming>| {
        let (shared, way) = (Arc::clone(shared), Arc::clone(&way));
        async move { shared.answer(request, peer, &way).await }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience.head)
            .max_headers(MAX_LINES)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    let over = tokio::select! {
        // A client that goes away, or sends what is no HTTP, is nobody's fault here.
        _ = connection.as_mut() => true,
        _ = stop.wait_for(|stop| *stop) => false,
        () = tokio::time::sleep(patience.life) => false,
    };
    if !over {
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(patience.farewell, connection).await;
    }
    let way: Option<Way> = way.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(way) = way {
        way.carry(&shared.metrics).await;
    }
}

impl Shared {
    fn is_gateway(&self, address: SocketAddr) -> bool {
        let tunnel = self.tunnel.as_ref();
        tunnel.is_some_and(|tunnel| tunnel.is_gateway(address.ip()))
    }

    fn sender(&self, address: SocketAddr) -> Sender {
        if self.is_gateway(address) {
            Sender::led(address)
        } else {
            Sender::at(address.ip())
        }
    }

    async fn answer(
        &self,
        mut request: Request<Incoming>,
        peer: SocketAddr,
        way: &Mutex<Option<Way>>,
    ) -> Result<Response, Infallible> {
        let from = sender(&self.proxies, peer, request.headers());
        if request.method() == Method::CONNECT {
            let opened = match &self.tunnel {
                Some(tunnel) => {
                    let asks = self.sender(from);
                    tunnel.open(request, &asks, (self.clock)()).await
                }
                None => Err(Failure::NotAvailable),
            };
            self.metrics.way_asked(match &opened {
                Ok(_) => "opened",
                Err(Failure::NotAvailable) => "refused",
                Err(Failure::TooMany) => "limited",
                Err(_) => "busy",
            });
            return Ok(match opened {
                Ok(opened) => {
                    *way.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
                    Response::new(Body::empty())
                }
                Err(failure) => failure.into_response(),
            });
        }
        if self.is_gateway(from) {
            request.extensions_mut().insert(Led);
        }
        request.extensions_mut().insert(ConnectInfo(from));
        TowerToHyperService::new(self.routes.clone())
            .call(request)
            .await
    }
}

/// Whom a request comes from: the peer, or whom a proxy that is known says it comes from.
fn sender(proxies: &[IpAddr], peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
    if !proxies.contains(&peer.ip().to_canonical()) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for");
    let last = lines
        .iter()
        .next_back()
        .and_then(|line| line.to_str().ok())
        .and_then(|line| line.rsplit(',').next())
        .and_then(|address| address.trim().parse::<IpAddr>().ok());
    last.map_or(peer, |address| SocketAddr::new(address, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_networks_of_one_owner_hold_only_so_many_connections() {
        let mut open = Open::default();
        let at = |net: u16, sub: u16| {
            let text = format!("2001:db8:{net:x}:{sub:x}::1");
            Sender::at(text.parse().unwrap())
        };
        let mut enter = |net, sub| (0..70).filter(|_| open.enter(Some(&at(net, sub)))).count();
        assert_eq!(enter(1, 0), 64);
        let near: usize = (0..32).map(|sub| enter(2, sub)).sum();
        let spread: usize = (0..32).map(|sub| enter(3, sub << 8)).sum();
        assert_eq!((near, spread), (128, 256));
        assert_eq!(enter(4, 0), 64);
        open.leave(Some(&at(4, 0)));
        assert!(open.enter(Some(&at(4, 0))) && !open.enter(Some(&at(4, 0))));
    }

    #[test]
    fn only_a_known_proxy_is_believed_and_only_its_own_word() {
        let peer = SocketAddr::from(([10, 0, 0, 1], 9));
        let mut headers = HeaderMap::new();
        let value = "203.0.113.9, 198.51.100.7".parse().unwrap();
        headers.insert("x-forwarded-for", value);
        assert_eq!(sender(&[], peer, &headers), peer);
        let known = [peer.ip()];
        let expected = SocketAddr::from(([198, 51, 100, 7], 0));
        assert_eq!(sender(&known, peer, &headers), expected);
        assert_eq!(sender(&known, peer, &HeaderMap::new()), peer);
    }
}
