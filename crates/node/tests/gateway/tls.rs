//! TLS: 1.3 only, a certificate that somebody trusted issued, and a new one without a restart.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use reqwest::StatusCode;
use reqwest::tls::Version;
use toend_node::gateway::tls::{Tls, TlsError};
use tokio::sync::watch;

use crate::porch::{Authority, LONG, Yard, replace};

#[tokio::test(flavor = "multi_thread")]
async fn only_tls_1_3_and_only_for_whoever_trusts_the_issuer() {
    let yard = Yard::open().await;
    let (authority, stranger) = (Authority::new(), Authority::new());
    let tls = authority.tls(yard.folder.path());
    let porch = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let url = format!("https://localhost:{}/v1/health", porch.address.port());
    let get = |client: reqwest::ClientBuilder| client.build().unwrap().get(&url).send();
    let answer = get(authority.client()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(get(stranger.client()).await.is_err());
    // The system's authorities do not know it either.
    assert!(get(reqwest::Client::builder()).await.is_err());
    let old = authority.client().tls_version_max(Version::TLS_1_2);
    assert!(get(old).await.is_err());
    assert!(reqwest::get(porch.url("/v1/health")).await.is_err());
    assert_eq!(
        get(authority.client()).await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_shown_without_a_restart_and_a_broken_one_never() {
    let yard = Yard::open().await;
    let (first, second) = (Authority::new(), Authority::new());
    let files = first.write(yard.folder.path());
    let tls = Arc::new(Tls::open(files.clone()).unwrap());
    let (stop, stopping) = watch::channel(false);
    let every = Duration::from_millis(10);
    let following = tokio::spawn(Arc::clone(&tls).follow(every, stopping));
    let porch = yard.porch(|door| door.tls = Some(tls), Router::new()).await;
    let url = format!("https://localhost:{}/v1/health", porch.address.port());
    let reached = async |authority: &Authority| {
        let client = authority.client().build().unwrap();
        client.get(&url).send().await.is_ok()
    };
    assert!(reached(&first).await);
    // A certificate without its key is not taken, however often it is looked at.
    replace(&files.key, b"no key");
    for _ in 0..10 {
        tokio::time::sleep(every).await;
        assert!(reached(&first).await);
    }
    second.write(yard.folder.path());
    tokio::time::timeout(LONG, async {
        while !reached(&second).await {
            tokio::time::sleep(every).await;
        }
    })
    .await
    .expect("the new certificate is not shown");
    assert!(!reached(&first).await);
    stop.send_replace(true);
    following.await.unwrap();
}

#[test]
fn what_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = Authority::new().write(folder.path());
    let key = std::fs::read(&files.key).unwrap();
    let certificate = std::fs::read(&files.certificate).unwrap();
    let wrong = || Tls::open(files.clone()).err().unwrap();
    replace(&files.certificate, b"");
    assert!(matches!(wrong(), TlsError::NoCertificate(_)));
    replace(&files.certificate, &certificate);
    replace(&files.key, &certificate);
    assert!(matches!(wrong(), TlsError::NoKey(_)));
    Authority::new().write(folder.path());
    replace(&files.certificate, &certificate);
    assert!(matches!(wrong(), TlsError::Unusable(_)));
    replace(&files.key, &key);
    assert!(Tls::open(files.clone()).is_ok());
    std::fs::set_permissions(
        &files.key,
        std::os::unix::fs::PermissionsExt::from_mode(0o604),
    )
    .unwrap();
    assert!(matches!(wrong(), TlsError::Exposed(_)));
    std::fs::remove_file(&files.key).unwrap();
    assert!(matches!(wrong(), TlsError::File { .. }));
}
