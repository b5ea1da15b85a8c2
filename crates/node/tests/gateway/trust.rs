//! Whom the client takes for a gateway: the issuer that the network names for that host, TLS 1.3, and nothing in the clear.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rcgen::date_time_ymd;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use toend_client::providers::{Http, Limits, Provider, ProviderError, Trust};
use toend_ledger::network::{FORMAT_ISSUERS, NetworkFile};
use toend_node::authority::Config;
use toend_node::gateway::tls::{Files, Tls};
use toend_node::testnet;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::porch::{Authority, Porch, Yard};

/// A client's view of a gateway whose certificates this issuer issues.
fn provider(gateway: &str, issuer: Option<[u8; 32]>) -> Provider {
    let http = Http::new(Limits::default(), Trust::default());
    let provider = Provider::new(0, "porch".to_owned(), gateway, http);
    provider.follow(gateway, issuer);
    provider
}

/// Why the gateway is not believed; none when it is.
async fn refused(gateway: &str, issuer: Option<[u8; 32]>) -> Option<&'static str> {
    match provider(gateway, issuer).health().await {
        Ok(_) => None,
        Err(ProviderError::Untrusted { why, .. }) => Some(why),
        Err(other) => panic!("{gateway}, {issuer:?}: {other}"),
    }
}

/// A gateway with this certificate, and its address. It ends with the first of the two.
async fn served(yard: &Yard, files: Files) -> (Porch, String) {
    let tls = Arc::new(Tls::open(files).unwrap());
    let porch = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let url = format!("https://localhost:{}", porch.address.port());
    (porch, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_named_issuer_is_believed_and_only_for_name_and_time() {
    let yard = Yard::open().await;
    let (authority, stranger) = (Authority::new(), Authority::new());
    let folder = yard.folder.path();
    let (_porch, url) = served(&yard, authority.write(folder)).await;
    assert_eq!(refused(&url, Some(authority.named)).await, None);
    let untrusted = Some("tlsIssuer");
    assert_eq!(refused(&url, Some(stranger.named)).await, untrusted);
    assert_eq!(
        refused(&url, None).await,
        untrusted,
        "no public authority issued it"
    );

    let other = authority.write_for(folder, "elsewhere.example", |_| {});
    let (_porch, url) = served(&yard, other).await;
    assert_eq!(refused(&url, Some(authority.named)).await, Some("tlsName"));

    let past = authority.write_for(folder, "localhost", |params| {
        params.not_after = date_time_ymd(2020, 1, 1);
    });
    let (_porch, url) = served(&yard, past).await;
    assert_eq!(
        refused(&url, Some(authority.named)).await,
        Some("tlsExpired")
    );
    let future = authority.write_for(folder, "localhost", |params| {
        params.not_before = date_time_ymd(2999, 1, 1);
    });
    let (_porch, url) = served(&yard, future).await;
    assert_eq!(refused(&url, Some(authority.named)).await, Some("tlsEarly"));
    let said = provider(&url, Some(authority.named))
        .health()
        .await
        .unwrap_err();
    let said = said.info(None);
    assert_eq!(
        (said.code.as_str(), said.params["reason"].as_str()),
        ("E75", "tlsEarly")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_tls_and_plain_http_are_refused() {
    let yard = Yard::open().await;
    let authority = Authority::new();
    let named = Some(authority.named);
    let old = old_server(
        &authority.write(yard.folder.path()).certificate,
        yard.folder.path(),
    )
    .await;
    let url = format!("https://localhost:{}", old.port());
    assert_eq!(refused(&url, named).await, Some("tlsVersion"));
    // Somebody answers in the clear where TLS was agreed.
    let plain = yard.plain().await;
    let url = format!("https://localhost:{}", plain.address.port());
    assert_eq!(refused(&url, named).await, Some("tlsPlain"));
    // An address in the clear on another computer is not even tried, whoever names it.
    assert_eq!(
        refused("http://house.example", None).await,
        Some("tlsPlain")
    );
    let believed = provider(&plain.url(""), None);
    assert!(believed.health().await.is_ok());
    believed.follow("http://192.0.2.1:80", None);
    assert!(matches!(
        believed.health().await,
        Err(ProviderError::Untrusted {
            why: "tlsPlain",
            ..
        })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificates_that_testnet_makes_are_believed_as_the_network_file_names_them() {
    let yard = Yard::open().await;
    let options = testnet::Options {
        authorities: 4,
        output: yard.folder.path().join("net"),
        base_port: 26_600,
        chain_id: None,
        block: Duration::from_secs(1),
        tick: Duration::from_secs(5),
        snapshot_every: 0,
        tls: true,
    };
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    testnet::write(&options, now).unwrap();
    let file = std::fs::read(options.output.join("network.json")).unwrap();
    let network = NetworkFile::decode(&file).unwrap();
    assert_eq!(network.format, FORMAT_ISSUERS);
    let issuers: BTreeSet<_> = network.authorities.iter().map(|a| a.tls_issuer).collect();
    assert_eq!((issuers.len(), issuers.contains(&None)), (4, false));
    for (number, authority) in (0u16..).zip(&network.authorities) {
        let folder = testnet::folder_of(&options.output, number);
        let config = Config::read(&folder.join(testnet::CONFIG)).unwrap();
        assert_eq!(config.origin, authority.gateway);
        let tls = config.door.tls.clone();
        let porch = yard.porch(|door| door.tls = tls, Router::new()).await;
        for host in ["127.0.0.1", "localhost"] {
            let url = format!("https://{host}:{}", porch.address.port());
            assert_eq!(refused(&url, authority.tls_issuer).await, None);
        }
        let url = format!("https://127.0.0.1:{}", porch.address.port());
        let other = network.authorities[usize::from(number + 1) % 4].tls_issuer;
        assert_eq!(refused(&url, other).await, Some("tlsIssuer"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_leads_nowhere() {
    let yard = Yard::open().await;
    let away = axum::response::Redirect::temporary("https://elsewhere.example/v1/health");
    let moved = Router::new().route(
        "/prefix/v1/health",
        axum::routing::get(move || async move { away }),
    );
    let porch = yard.porch(|_| {}, moved).await;
    let answer = provider(&porch.url("/prefix"), None).health().await;
    assert!(
        matches!(answer, Err(ProviderError::Refused { status: 307, .. })),
        "{answer:?}"
    );
}

/// A server that knows nothing newer than TLS 1.2.
async fn old_server(certificate: &Path, folder: &Path) -> SocketAddr {
    let chain = CertificateDer::pem_file_iter(certificate)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_file(folder.join("gateway.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever asks goes away at once.
            let _ = acceptor.accept(stream).await;
        }
    });
    address
}
