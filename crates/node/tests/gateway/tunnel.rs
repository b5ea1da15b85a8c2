//! Another authority's gateway through this one: the sign-in stays bound to the one that is meant, and nobody reads on the way.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use axum::Router;
use reqwest::{Proxy, StatusCode};
use toend_client::providers::{Http, Limits, Provider, ProviderError, Trust};
use toend_ledger::gateway::{Challenge, Login};
use toend_ledger::state::{Address, At, GatewayValue, Key, TlsIssuer, VACANT};
use toend_node::gateway::tls::Tls;
use toend_node::gateway::tunnel::Tunnel;
use toend_node::ledger::{Included, Ledger, QueryResult, SubmitError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::desk::{mari, token};
use crate::porch::{Authority, LONG, Yard};
use crate::relay::by_inner;

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
    // Operators see how much went through and what was refused, and nobody's address.
    let sources = toend_node::gateway::metrics::Sources {
        ledger: yard.ledger(),
        register: None,
        clerk: None,
        files: Vec::new(),
    };
    let text = near.metrics.text(&sources);
    assert!(
        text.contains("toend_tunnel_asked_total{outcome=\"refused\"} 2"),
        "{text}"
    );
    for counted in [
        "asked_total{outcome=\"opened\"}",
        "bytes_total{direction=\"in\"}",
    ] {
        let line = text.lines().find(|line| line.contains(counted)).unwrap();
        assert!(!line.ends_with(" 0"), "{line}");
    }
    assert!(!text.contains("localhost"));
}

/// Leads a `CONNECT` to where the name is known, and remembers what went through to that side.
async fn relay(name: &str, there: SocketAddr) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let carried = Arc::new(Mutex::new(Vec::new()));
    let (wanted, seen) = (format!("CONNECT {name}:443 "), Arc::clone(&carried));
    tokio::spawn(async move {
        while let Ok((mut here, _)) = listener.accept().await {
            let (wanted, seen) = (wanted.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(here.read_u8().await?);
                }
                if !head.starts_with(wanted.as_bytes()) {
                    return here.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").await;
                }
                let (mut back, mut forth) = TcpStream::connect(there).await?.into_split();
                here.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                let (mut from_here, mut to_here) = here.into_split();
                let answers =
                    tokio::spawn(async move { tokio::io::copy(&mut back, &mut to_here).await });
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = from_here.read(&mut buffer).await {
                    seen.lock().unwrap().extend_from_slice(&buffer[..read]);
                    forth.write_all(&buffer[..read]).await?;
                }
                answers.abort();
                Ok(())
            });
        }
    });
    (url, carried)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_reach_a_gateway_asks_through_another_one() {
    let yard = Yard::open().await;
    let authority = Authority::new();
    let files = authority.write_for(yard.folder.path(), "far.invalid", |_| {});
    let tls = Arc::new(Tls::open(files).unwrap());
    let far = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let (relay, carried) = relay("far.invalid", far.address).await;

    let clients = |near: &[&str], issuer: [u8; 32]| {
        let http = Http::new(Limits::default(), Trust::default());
        let provider = |index: usize, name: &str, url: &str, issuer| {
            let provider = Provider::new(index, name.to_owned(), url, http.clone());
            provider.follow(url, issuer);
            provider
        };
        for (index, url) in (1..).zip(near) {
            provider(index, &format!("near-{index}"), url, None);
        }
        provider(0, "far", "https://far.invalid", Some(issuer))
    };
    // Nobody leads there.
    let alone = clients(&[], authority.named);
    let unreachable = alone.health().await;
    assert!(matches!(
        unreachable,
        Err(ProviderError::Unreachable { .. })
    ));
    // The first one does not know the name; the second does.
    let other = yard.plain().await;
    let provider = clients(&[&other.url(""), &relay], authority.named);
    assert_eq!(provider.through(), None);
    let (health, _) = provider.health().await.unwrap();
    assert_eq!(health.authority, "porch");
    assert_eq!(provider.through().as_deref(), Some("near-2"));
    assert_eq!(provider.challenge().await.unwrap().nonce.len(), 44);
    let passed = carried.lock().unwrap().clone();
    let readable = |text: &[u8]| passed.windows(text.len()).any(|part| part == text);
    assert!(
        !passed.is_empty() && !readable(b"/v1/"),
        "it went through in the clear"
    );
    // Whoever carries cannot be whom it carries to.
    let stranger = clients(&[&relay], Authority::new().named);
    assert!(stranger.health().await.is_err());
    assert_eq!(stranger.through(), None);
    // An address without TLS is never carried.
    let http = Http::new(Limits::default(), Trust::default());
    let _near = Provider::new(1, "near".to_owned(), &relay, http.clone());
    let plain = Provider::new(0, "plain".to_owned(), "http://127.0.0.1:9", http);
    assert!(plain.health().await.is_err());
    assert_eq!(plain.through(), None);
}

/// A ledger whose decisions about gateways are the test's.
struct Deciding {
    inner: Arc<dyn Ledger>,
    decided: Mutex<BTreeMap<u16, GatewayValue>>,
    heights: watch::Sender<u64>,
}

impl Ledger for Deciding {
    by_inner!(
        net chain_id tip light_block header_bundle block_txs subtree submit included
    );
    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        let decided = self.decided.lock().unwrap();
        let mut decided = decided.iter();
        let found = decided.find(|(number, _)| Key::Gateway(**number).encode() == key);
        found.map(|(_, value)| QueryResult {
            value: Some(value.encode()),
            proof: Vec::new(),
            height,
        })
    }
    fn subscribe(&self) -> watch::Receiver<u64> {
        self.heights.subscribe()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_leads_where_the_ledger_says_from_the_next_block_on() {
    let yard = Yard::open().await;
    let authority = Authority::new();
    let tls = authority.tls(yard.folder.path());
    let far = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let origin = format!("https://localhost:{}", far.address.port());
    // The network file knows an address that is no longer right.
    let tunnel = Tunnel::new([(1, "https://localhost:9")]);
    let ledger = Arc::new(Deciding {
        inner: yard.ledger(),
        decided: Mutex::default(),
        heights: watch::channel(1).0,
    });
    let following = tunnel.clone();
    let near = yard
        .porch(|door| door.tunnel = Some(tunnel), Router::new())
        .await;
    let (stop, stopping) = watch::channel(false);
    let source = Arc::clone(&ledger) as Arc<dyn Ledger>;
    let following = tokio::spawn(following.follow(source, (0, 2), stopping));
    let proxy = Proxy::https(near.url("")).unwrap();
    // A connection of its own each time.
    let client = authority.client().proxy(proxy).pool_max_idle_per_host(0);
    let client = client.build().unwrap();
    let reached = async || {
        client
            .get(format!("{origin}/v1/health"))
            .send()
            .await
            .is_ok()
    };
    assert!(!reached().await);
    let decide = async |numbers: RangeInclusive<u16>, key, address: &str, expected: bool| {
        for number in numbers {
            let decided = GatewayValue {
                key,
                authority: number,
                gateway: Address::new(address).unwrap(),
                rpc: Address::new("").unwrap(),
                tls_issuer: TlsIssuer::Unsaid,
                serial: 1,
                at: At {
                    height: 1,
                    time_ms: 1,
                },
            };
            ledger.decided.lock().unwrap().insert(number, decided);
        }
        ledger.heights.send_modify(|height| *height += 1);
        tokio::time::timeout(LONG, async {
            while reached().await != expected {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("the way is not as decided: {address}"));
    };
    decide(1..=1, [7; 32], &origin, true).await;
    decide(1..=1, [7; 32], "https://localhost:9", false).await;
    decide(1..=1, [7; 32], &origin, true).await;
    decide(1..=1, VACANT, &origin, false).await;
    // Two began with the network, and more joined than clients look ahead at once.
    decide(2..=5, [7; 32], "https://localhost:9", false).await;
    decide(6..=6, [7; 32], &origin, true).await;
    stop.send_replace(true);
    following.await.unwrap();
}
