//! The end of a gateway: what is under way is finished, nothing new is taken, and nobody is waited for without bound.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::porch::{LONG, Yard};

/// A route that answers when it is let.
fn slow(begun: &Arc<Notify>, go: &Arc<Notify>) -> Router {
    let (begun, go) = (Arc::clone(begun), Arc::clone(go));
    Router::new().route(
        "/slow",
        get(move || async move {
            begun.notify_one();
            go.notified().await;
            "done"
        }),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_under_way_are_finished_and_new_ones_refused() {
    let yard = Yard::open().await;
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let porch = yard
        .porch(|door| door.patience.farewell = LONG, slow(&begun, &go))
        .await;
    let asked = tokio::spawn(reqwest::get(porch.url("/slow")));
    begun.notified().await;
    porch.stop.send_replace(true);
    tokio::time::timeout(LONG, async {
        while TcpStream::connect(porch.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("new connections are still taken");
    assert!(!porch.serving.is_finished());
    go.notify_one();
    let answer = asked.await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), "done");
    tokio::time::timeout(LONG, porch.serving)
        .await
        .expect("the gateway does not end")
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_ends_does_not_keep_the_gateway() {
    let yard = Yard::open().await;
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let short = Duration::from_millis(100);
    let porch = yard
        .porch(|door| door.patience.farewell = short, slow(&begun, &go))
        .await;
    let asked = tokio::spawn(reqwest::get(porch.url("/slow")));
    begun.notified().await;
    porch.stop.send_replace(true);
    tokio::time::timeout(LONG, porch.serving)
        .await
        .expect("the gateway does not end")
        .unwrap();
    assert!(asked.await.unwrap().is_err());
}
