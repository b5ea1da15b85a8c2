//! Another authority's gateway through this one: the sign-in stays bound to the one that is meant, and nobody reads on the way.

use axum::Router;
use reqwest::{Proxy, StatusCode};
use toend_ledger::gateway::{Challenge, Login};
use toend_node::gateway::tunnel::Tunnel;

use crate::desk::{mari, token};
use crate::porch::{Authority, Yard};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_at_a_gateway_she_reaches_only_through_another() {
    let yard = Yard::open().await;
    let authority = Authority::new();
    let tls = authority.tls(yard.folder.path());
    let far = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let origin = format!("https://localhost:{}", far.address.port());
    let near = yard
        .porch(
            |door| {
                door.tunnel = Some(Tunnel::new([
                    (0, origin.as_str()),
                    (1, "http://localhost:1"),
                ]))
            },
            Router::new(),
        )
        .await;
    let through = || Proxy::https(near.url("")).unwrap();
    let client = authority.client().proxy(through()).build().unwrap();

    let sign_in = async |made_for: Option<&str>| {
        let url = format!("{origin}/v1/login/challenge");
        let asked: Challenge = client.post(url).send().await.unwrap().json().await.unwrap();
        assert_eq!(asked.origin, origin, "it is the far gateway that answers");
        let login = Login {
            token: token(mari(), made_for.unwrap_or(&asked.origin), &asked.nonce),
            nonce: asked.nonce,
        };
        let url = format!("{origin}/v1/login");
        client.post(url).json(&login).send().await.unwrap().status()
    };
    assert_eq!(sign_in(None).await, StatusCode::OK);
    let elsewhere = sign_in(Some("https://elsewhere.example")).await;
    assert_eq!(elsewhere, StatusCode::UNAUTHORIZED);
    // The near gateway saw none of the requests: it carried bytes.
    let seen = |porch: &crate::porch::Porch| {
        let sources = toend_node::gateway::metrics::Sources {
            ledger: yard.ledger(),
            register: None,
            clerk: None,
            files: Vec::new(),
        };
        porch.metrics.text(&sources).contains("route=\"/v1/login\"")
    };
    assert!(seen(&far) && !seen(&near));

    // The certificate is still the far gateway's own to show.
    let stranger = Authority::new().client().proxy(through()).build().unwrap();
    let url = format!("{origin}/v1/health");
    assert!(stranger.get(&url).send().await.is_err());
    // It leads nowhere else, and not where bytes could be read on the way.
    for target in ["https://localhost:9", "https://localhost:1"] {
        assert!(client.get(target).send().await.is_err(), "{target}");
    }
    // Without a way through, there is none.
    let closed = yard.plain().await;
    let proxy = Proxy::https(closed.url("")).unwrap();
    let client = authority.client().proxy(proxy).build().unwrap();
    assert!(client.get(&url).send().await.is_err());
}
