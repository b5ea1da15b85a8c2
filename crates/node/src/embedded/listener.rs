//! One authority's HTTP listener on loopback.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::StartError;

/// Opens a port on 127.0.0.1: a given one, or any free one.
pub async fn open(port: Option<u16>) -> Result<(TcpListener, SocketAddr), StartError> {
    let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
    let listener = TcpListener::bind(asked)
        .await
        .map_err(|error| match (error.kind(), port) {
            (std::io::ErrorKind::AddrInUse, Some(port)) => StartError::PortInUse(port),
            _ => StartError::NoPort(error.to_string()),
        })?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::NoPort(error.to_string()))?;
    Ok((listener, address))
}

/// Serves until `stop` turns true; requests under way are finished.
pub fn serve(
    listener: TcpListener,
    routes: Router,
    mut stop: watch::Receiver<bool>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let ended = async move {
            // An error means the sender is gone: stop as well.
            let _ = stop.wait_for(|stop| *stop).await;
        };
        // The sender's address, for rate limits.
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, routes)
            .with_graceful_shutdown(ended)
            .await
        {
            tracing::error!(%error, "a listener ended");
        }
    })
}
