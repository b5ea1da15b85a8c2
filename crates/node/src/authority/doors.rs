//! Opens the gateway to people and its metrics to operators.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;

use super::house::House;
use super::{AuthorityError, Config, ConfigError};
use crate::gateway::door::{self, Door, Patience};
use crate::gateway::tunnel::Tunnel;
use crate::gateway::{Metrics, metrics, system_clock, tls};

/// Connections that wait to be accepted.
const WAITING: u32 = 1024;

/// Addresses that are this program's from its start on, so that a mistake in one is found at once and not when the ledger has
/// caught up. Nobody can connect yet: who connects must get an answer.
pub struct Reserved {
    gateway: TcpSocket,
    metrics: Option<TcpSocket>,
}

/// Takes the addresses.
pub fn reserve(config: &Config) -> Result<Reserved, ConfigError> {
    let places = &config.places;
    Ok(Reserved {
        gateway: take(config.listen).map_err(|what| places.at(places.listen, what))?,
        metrics: config
            .door
            .metrics
            .map(take)
            .transpose()
            .map_err(|what| places.at(places.metrics, what))?,
    })
}

fn take(address: SocketAddr) -> Result<TcpSocket, String> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    };
    let bound = socket.and_then(|socket| {
        // Connections of an earlier run that are not quite over do not count as use.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(socket)
    });
    bound.map_err(|error| unusable(&address.to_string(), &error))
}

/// Why an address cannot be listened on, and what to do.
pub fn unusable(address: &str, error: &std::io::Error) -> String {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let what = match error.kind() {
        AddrInUse => "another program listens there: end it, or choose another port",
        AddrNotAvailable => "this computer has no such address",
        PermissionDenied => {
            "this program may not listen there: choose a port above 1023, or give it CAP_NET_BIND_SERVICE"
        }
        _ => return format!("{address}: {error}"),
    };
    format!("{address}: {what}")
}

/// Serves until told to stop, and finishes what is under way then.
pub async fn serve(
    config: &Config,
    house: House,
    reserved: Reserved,
    stop: watch::Receiver<bool>,
) -> Result<(), AuthorityError> {
    let House {
        gateway,
        mut tasks,
        metrics,
        sources,
    } = house;
    let ledger = Arc::clone(&sources.ledger);
    let listener = listen("the gateway's address", reserved.gateway)?;
    if let Some(taken) = reserved.metrics {
        let figures = Door {
            listener: listen("the address of metrics", taken)?,
            tls: None,
            proxies: Vec::new(),
            tunnel: None,
            patience: Patience::default(),
            clock: system_clock,
            // Reading the figures does not change them.
            metrics: Arc::new(Metrics::default()),
        };
        let routes = metrics::routes(Arc::clone(&metrics), sources);
        tasks.push(tokio::spawn(door::serve(figures, routes, stop.clone())));
    }
    if let Some(tls) = &config.door.tls {
        let following = Arc::clone(tls).follow(tls::LOOK, stop.clone());
        tasks.push(tokio::spawn(following));
    } else if !config.listen.ip().is_loopback() {
        tracing::warn!("the gateway answers other computers without TLS");
    }
    let others = (0u16..).zip(&config.network.authorities);
    let others = others.filter(|(_, other)| other.id != config.authority);
    let tunnel = Tunnel::new(others.map(|(number, other)| (number, other.gateway.as_str())));
    let mut authorities = config.network.authorities.iter();
    let own = authorities.position(|one| one.id == config.authority);
    let own = own
        .and_then(|own| u16::try_from(own).ok())
        .unwrap_or(u16::MAX);
    let known = u16::try_from(config.network.authorities.len()).unwrap_or(u16::MAX);
    tasks.push(tokio::spawn(tunnel.clone().follow(
        ledger,
        (own, known),
        stop.clone(),
    )));
    let door = Door {
        listener,
        tls: config.door.tls.clone(),
        proxies: config.door.proxies.clone(),
        tunnel: Some(tunnel),
        patience: Patience::default(),
        clock: system_clock,
        metrics,
    };
    tracing::info!(address = %config.listen, "the gateway answers");
    door::serve(door, gateway, stop).await;
    for task in tasks {
        // A task that failed has ended as well.
        let _ = task.await;
    }
    Ok(())
}

fn listen(what: &str, socket: TcpSocket) -> Result<TcpListener, AuthorityError> {
    socket
        .listen(WAITING)
        .map_err(|error| AuthorityError::Socket {
            what: what.to_owned(),
            reason: error.to_string(),
        })
}
