//! A way to another authority's gateway through this one, for whoever cannot reach it (`CONNECT`).
//!
//! A sign-in token is bound to the origin of the gateway that it is made for, and the list that comes back is nobody else's
//! business. So this gateway carries bytes and reads none: the person's program speaks TLS with the other gateway through it,
//! checks that one's certificate, and signs for that one's origin. Carrying requests in the clear would let this gateway use
//! the session and read the records, and is not offered.
//!
//! It leads to gateways of the same network only, and only to those with `https`.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Failure;

/// Ways open at once.
const MAX_WAYS: usize = 128;
/// Time to reach the other gateway.
const REACH: Duration = Duration::from_secs(5);
/// Longest life of one way.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Where this gateway leads to.
#[derive(Clone)]
pub struct Tunnel {
    targets: Arc<[String]>,
    ways: Arc<Semaphore>,
}

impl Tunnel {
    /// To the gateways of these origins. Those without TLS are left out: what is carried there could be read here.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Self {
        let targets = origins.into_iter().filter_map(target).collect();
        Self {
            targets,
            ways: Arc::new(Semaphore::new(MAX_WAYS)),
        }
    }

    /// Reaches the gateway that a `CONNECT` names.
    pub(super) async fn open(&self, request: Request<Incoming>) -> Result<Way, Failure> {
        let wanted = request
            .uri()
            .authority()
            .map(axum::http::uri::Authority::as_str);
        let target = wanted
            .and_then(|wanted| {
                self.targets
                    .iter()
                    .find(|target| target.eq_ignore_ascii_case(wanted))
            })
            .ok_or(Failure::NotAvailable)?;
        let place = Arc::clone(&self.ways)
            .try_acquire_owned()
            .map_err(|_| Failure::Busy)?;
        let reached = tokio::time::timeout(REACH, TcpStream::connect(target.as_str())).await;
        match reached {
            Ok(Ok(there)) => Ok(Way {
                here: hyper::upgrade::on(request),
                there,
                _place: place,
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
}

impl Way {
    /// Carries bytes both ways until one end closes.
    pub(super) async fn carry(mut self) {
        let Ok(here) = self.here.await else { return };
        let mut here = TokioIo::new(here);
        let both = tokio::io::copy_bidirectional(&mut here, &mut self.there);
        // Either end may go whenever it likes.
        let _ = tokio::time::timeout(LONGEST, both).await;
    }
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
