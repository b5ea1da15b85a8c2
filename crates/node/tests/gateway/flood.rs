//! Floods, slow heads and oversized requests: only the one who sends them is slowed.

use std::time::Duration;

use axum::Router;
use reqwest::StatusCode;
use toend_ledger::gateway::{Challenge, Login, SessionAnswer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::desk::{igor, mari, token};
use crate::porch::{LONG, Yard, client_at};
use crate::wire;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_by_one_client_refuses_nothing_to_another() {
    let yard = Yard::timeless().await;
    let porch = yard.plain().await;
    let url = porch.url("/v1/health");
    let flooder = client_at(2);
    let flood: Vec<_> = (0..8)
        .map(|_| {
            let (flooder, url) = (flooder.clone(), url.clone());
            tokio::spawn(async move {
                let mut refused = 0;
                for _ in 0..400 {
                    let response = flooder.get(&url).send().await.unwrap();
                    if response.status() == StatusCode::TOO_MANY_REQUESTS {
                        assert_eq!(response.headers()["retry-after"], "1");
                        refused += 1;
                    }
                }
                refused
            })
        })
        .collect();
    let polite = client_at(3);
    // Less than one's share, during the flood and after it.
    for served in 0..200 {
        let status = polite.get(&url).send().await.unwrap().status();
        assert_eq!(status, StatusCode::OK, "{served}");
    }
    let mut refused = 0;
    for one in flood {
        refused += one.await.unwrap();
    }
    assert!(refused > 0, "the flood was not noticed");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_behind_one_address_do_not_slow_each_other_once_signed_in() {
    let yard = Yard::timeless().await;
    let porch = yard.plain().await;
    let office = client_at(10);
    let sign_in = async |card| {
        let asked = office.post(porch.url("/v1/login/challenge"));
        let asked: Challenge = asked.send().await.unwrap().json().await.unwrap();
        let login = Login {
            token: token(card, &asked.origin, &asked.nonce),
            nonce: asked.nonce,
        };
        let answer = office.post(porch.url("/v1/login")).json(&login);
        let answer: SessionAnswer = answer.send().await.unwrap().json().await.unwrap();
        answer.session
    };
    // Two sessions of one person are one sender.
    let busy = [sign_in(mari()).await, sign_in(mari()).await];
    let quiet = sign_in(igor()).await;
    let get = async |session: &str| {
        let request = office.get(porch.url("/v1/health")).bearer_auth(session);
        request.send().await.unwrap().status()
    };
    let mut refused = [false; 2];
    for _ in 0..1000 {
        for (session, refused) in busy.iter().zip(&mut refused) {
            *refused |= get(session).await == StatusCode::TOO_MANY_REQUESTS;
        }
        if refused == [true; 2] {
            break;
        }
    }
    assert_eq!(refused, [true; 2]);
    for _ in 0..20 {
        assert_eq!(get(&quiet).await, StatusCode::OK);
    }
    // A session that is none uses the address's share.
    assert_eq!(get("made up").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sender_holds_only_so_many_connections() {
    let yard = Yard::open().await;
    let porch = yard.plain().await;
    let mut held = Vec::new();
    for _ in 0..80 {
        held.push(wire::connect(4, porch.address).await);
    }
    let mut closed = 0;
    for stream in &mut held[64..] {
        // What is turned away is closed without a word, long before the door tires of waiting for a head.
        let mut byte = [0; 1];
        let read = tokio::time::timeout(LONG / 4, stream.read(&mut byte)).await;
        closed += usize::from(matches!(read, Ok(Ok(0) | Err(_))));
    }
    assert_eq!(closed, 16);
    let other = client_at(5).get(porch.url("/v1/health")).send().await;
    assert_eq!(other.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_not_waited_for() {
    let yard = Yard::open().await;
    let short = Duration::from_millis(200);
    let porch = yard
        .porch(|door| door.patience.head = short, Router::new())
        .await;
    let mut stream = TcpStream::connect(porch.address).await.unwrap();
    stream
        .write_all(b"GET /v1/health HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "the connection stays open");
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_and_bodies_are_bounded() {
    let yard = Yard::open().await;
    let porch = yard.plain().await;
    let client = client_at(6);
    let long = client
        .get(porch.url("/v1/health"))
        .header("x-long", "a".repeat(20 * 1024));
    let mut many = client.get(porch.url("/v1/health"));
    for i in 0..100 {
        many = many.header(format!("x-{i}"), "a");
    }
    for head in [long, many] {
        let answer = head.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    let large = client
        .post(porch.url("/v1/login"))
        .body(vec![b' '; 65 * 1024])
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let fine = client.get(porch.url("/v1/health")).send().await.unwrap();
    assert_eq!(fine.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_known_proxy_senders_are_told_apart() {
    let yard = Yard::timeless().await;
    let porch = yard
        .porch(
            |door| door.proxies.push([127, 0, 0, 7].into()),
            Router::new(),
        )
        .await;
    let proxy = client_at(7);
    let challenge = |from: &'static str| {
        let request = proxy.post(porch.url("/v1/login/challenge"));
        request.header("x-forwarded-for", from).send()
    };
    let mut last = StatusCode::OK;
    for _ in 0..60 {
        last = challenge("192.0.2.1").await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        challenge("192.0.2.2").await.unwrap().status(),
        StatusCode::OK
    );
    // Whoever is no known proxy cannot choose whose share is used.
    let liar = client_at(8);
    let mut last = StatusCode::OK;
    for i in 0..60 {
        let request = liar.post(porch.url("/v1/login/challenge"));
        let sent = request.header("x-forwarded-for", format!("198.51.100.{i}"));
        last = sent.send().await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}
