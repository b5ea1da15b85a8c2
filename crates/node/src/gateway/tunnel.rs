//! A way to another authority's gateway through this one, for whoever cannot reach it (`CONNECT`).
//!
//! A sign-in token is bound to the origin of the gateway that it is made for, and the list that comes back is nobody else's
//! business. So this gateway carries bytes and reads none: the person's program speaks TLS with the other gateway through it,
//! checks that one's certificate, and signs for that one's origin. Carrying requests in the clear would let this gateway use
//! the session and read the records, and is not offered.
//!
//! It leads to gateways of the same network only, and only to those with `https`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::Request;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use toend_ledger::state::{GatewayValue, Key, VACANT};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::Failure;
use super::limits::{Rate, Running, Shares};
use super::metrics::Metrics;
use super::senders::{Bounds, Sender};
use crate::ledger::Ledger;

/// Ways open at once.
pub(super) const MAX_WAYS: usize = 256;
/// Ways open at once of one sender.
const WAYS_OF: Bounds = Bounds {
    way: 1,
    one: 16,
    wider: 24,
    widest: 32,
    gateway: 32,
};
/// Ways asked for.
const ASKED: Rate = Rate {
    burst: 32,
    every_us: 4_000_000,
};
/// How often the other gateways' names are looked up.
const LOOK_UP: Duration = Duration::from_secs(60);
/// Addresses of one name that are remembered.
const ADDRESSES: usize = 16;
/// Time to reach the other gateway.
const REACH: Duration = Duration::from_secs(5);
/// Numbers beyond the last gateway that are looked at for those that joined, as clients do.
const NEWCOMERS: u16 = 4;
/// Bytes carried at a time.
const BUFFER: usize = 16 * 1024;
/// Longest life of one way.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Where this gateway leads to.
#[derive(Clone)]
pub struct Tunnel {
    /// By number of the gateway.
    targets: Arc<RwLock<BTreeMap<u16, String>>>,
    ways: Arc<Semaphore>,
    senders: Arc<Shares>,
    /// Where the other gateways are, by what is in `targets`: from there many people's connections come.
    addresses: Arc<RwLock<BTreeMap<String, Vec<IpAddr>>>>,
}

impl Tunnel {
    /// To the gateways of these origins, by their numbers. Those without TLS are left out: what is carried there could be read
    /// here.
    pub fn new<'a>(origins: impl IntoIterator<Item = (u16, &'a str)>) -> Self {
        let targets = origins
            .into_iter()
            .filter_map(|(number, origin)| Some((number, target(origin)?)));
        Self {
            targets: Arc::new(RwLock::new(targets.collect())),
            ways: Arc::new(Semaphore::new(MAX_WAYS)),
            senders: Arc::new(Shares::new(ASKED, WAYS_OF)),
            addresses: Arc::default(),
        }
    }

    /// Follows what the ledger decides about gateways, until told to stop. `own` is this gateway's number, `known` how many
    /// the network began with.
    pub async fn follow(
        self,
        ledger: Arc<dyn Ledger>,
        numbers: (u16, u16),
        stop: watch::Receiver<bool>,
    ) {
        let names = async {
            loop {
                self.look_up().await;
                tokio::time::sleep(LOOK_UP).await;
            }
        };
        tokio::select! {
            () = self.follow_ledger(ledger, numbers, stop) => {}
            () = names => {}
        }
    }

    /// Looks up where the other gateways are. What a name led to before stays when it leads nowhere now.
    pub async fn look_up(&self) {
        let targets: Vec<String> = {
            let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner);
            targets.values().cloned().collect()
        };
        for target in &targets {
            let found = tokio::time::timeout(REACH, tokio::net::lookup_host(target.as_str())).await;
            let Ok(Ok(found)) = found else { continue };
            let found = found.map(|address| address.ip().to_canonical());
            let found = found.take(ADDRESSES).collect();
            self.addresses
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(target.clone(), found);
        }
        let mut addresses = self
            .addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.retain(|target, _| targets.contains(target));
    }

    /// Whether another gateway of the network is at an address.
    pub(super) fn is_gateway(&self, address: IpAddr) -> bool {
        let addresses = self
            .addresses
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all = addresses.values().flatten();
        all.any(|one| *one == address.to_canonical())
    }

    async fn follow_ledger(
        &self,
        ledger: Arc<dyn Ledger>,
        (own, known): (u16, u16),
        mut stop: watch::Receiver<bool>,
    ) {
        let mut tip = ledger.subscribe();
        loop {
            let height = tip.borrow_and_update().saturating_sub(1);
            let (tunnel, source) = (self.clone(), Arc::clone(&ledger));
            let looking = tokio::task::spawn_blocking(move || {
                let (mut number, mut end) = (0, known.saturating_add(NEWCOMERS));
                while number < end {
                    if number != own && tunnel.look(source.as_ref(), number, height) {
                        end = end.max(number.saturating_add(1 + NEWCOMERS));
                    }
                    number += 1;
                }
            });
            // A look that failed is made up for at the next block.
            let _ = looking.await;
            tokio::select! {
                changed = tip.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Takes over what stands under a gateway's number; where nothing stands, what the network file says holds. Whether
    /// something stands there.
    fn look(&self, ledger: &dyn Ledger, number: u16, height: u64) -> bool {
        let found = ledger.query(&Key::Gateway(number).encode(), height);
        let decided = found
            .and_then(|found| found.value)
            .and_then(|value| GatewayValue::decode(&value).ok());
        let Some(decided) = decided else {
            return false;
        };
        let open = decided.key != VACANT;
        let address = target(decided.gateway.as_str()).filter(|_| open);
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        match address {
            Some(address) => targets.insert(number, address),
            None => targets.remove(&number),
        };
        true
    }

    /// Reaches the gateway that a `CONNECT` names.
    pub(super) async fn open(
        &self,
        request: Request<Incoming>,
        sender: &Sender,
        now_ms: u64,
    ) -> Result<Way, Failure> {
        if !self.senders.take(sender, now_ms) {
            return Err(Failure::TooMany);
        }
        let wanted = request
            .uri()
            .authority()
            .map(axum::http::uri::Authority::as_str);
        let target = {
            let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner);
            wanted
                .and_then(|wanted| {
                    targets
                        .values()
                        .find(|target| target.eq_ignore_ascii_case(wanted))
                })
                .cloned()
                .ok_or(Failure::NotAvailable)?
        };
        let running = self.senders.begin(sender).ok_or(Failure::TooMany)?;
        let place = Arc::clone(&self.ways)
            .try_acquire_owned()
            .map_err(|_| Failure::Busy)?;
        let reached = tokio::time::timeout(REACH, TcpStream::connect(target.as_str())).await;
        match reached {
            Ok(Ok(there)) => Ok(Way {
                here: hyper::upgrade::on(request),
                there,
                _place: place,
                _running: running,
            }),
            _ => Err(Failure::Busy),
        }
    }
}

/// A way that is open on its far side.
pub(super) struct Way {
    here: OnUpgrade,
    there: TcpStream,
    _place: OwnedSemaphorePermit,
    _running: Running,
}

impl Way {
    /// Carries bytes both ways until one end closes, and counts them.
    pub(super) async fn carry(self, metrics: &Arc<Metrics>) {
        let Ok(here) = self.here.await else { return };
        let _open = metrics.way();
        let (from_here, to_here) = tokio::io::split(TokioIo::new(here));
        let (from_there, to_there) = self.there.into_split();
        let both = async {
            tokio::join!(
                pour(from_here, to_there, "out", metrics),
                pour(from_there, to_here, "in", metrics),
            )
        };
        // Either end may go whenever it likes.
        let _ = tokio::time::timeout(LONGEST, both).await;
    }
}

/// Carries one direction to its end.
async fn pour(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    direction: &'static str,
    metrics: &Metrics,
) {
    let mut buffer = vec![0; BUFFER];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let Some(bytes) = buffer.get(..read) else {
            break;
        };
        if to.write_all(bytes).await.is_err() {
            break;
        }
        metrics.carried(direction, read as u64);
    }
    // The other end learns that nothing more comes; if it is gone already, it knows.
    let _ = to.shutdown().await;
}

/// `host:port` of an `https` origin.
fn target(origin: &str) -> Option<String> {
    let host = origin.strip_prefix("https://")?.trim_end_matches('/');
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Some(if has_port {
        host.to_owned()
    } else {
        format!("{host}:443")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_gateways_with_tls_are_led_to() {
        assert_eq!(
            target("https://house.example").as_deref(),
            Some("house.example:443")
        );
        assert_eq!(
            target("https://house.example:8443/").as_deref(),
            Some("house.example:8443")
        );
        assert_eq!(
            target("https://[2001:db8::1]").as_deref(),
            Some("[2001:db8::1]:443")
        );
        assert_eq!(target("http://127.0.0.1:1"), None);
    }
}
