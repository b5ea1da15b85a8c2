//! Opens the gateway to people and its metrics to operators.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::house::House;
use super::{AuthorityError, Config};
use crate::gateway::door::{self, Door, Patience};
use crate::gateway::tunnel::Tunnel;
use crate::gateway::{Metrics, metrics, tls};

/// Serves until told to stop, and finishes what is under way then.
pub async fn serve(
    config: &Config,
    house: House,
    stop: watch::Receiver<bool>,
) -> Result<(), AuthorityError> {
    let House {
        gateway,
        mut tasks,
        metrics,
        sources,
    } = house;
    let ledger = Arc::clone(&sources.ledger);
    let listener = bind("the gateway's address", config.listen).await?;
    if let Some(address) = config.door.metrics {
        let figures = Door {
            listener: bind("the address of metrics", address).await?,
            tls: None,
            proxies: Vec::new(),
            tunnel: None,
            patience: Patience::default(),
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

async fn bind(what: &str, address: SocketAddr) -> Result<TcpListener, AuthorityError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| AuthorityError::Socket {
            what: format!("{what} {address}"),
            reason: error.to_string(),
        })
}
