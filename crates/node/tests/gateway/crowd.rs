//! Many networks of one owner are not many people, many people at one place are, and who is slow holds up nobody.

use axum::Router;
use reqwest::StatusCode;
use toend_ledger::gateway::{Challenge, Login, SessionAnswer};

use crate::desk::{igor, mari, token};
use crate::porch::{Porch, Yard, client_at};
use crate::wire;

/// Behind a proxy that tells who asks.
async fn behind_proxy(yard: &Yard) -> (Porch, reqwest::Client) {
    let known =
        |door: &mut toend_node::gateway::door::Door| door.proxies.push([127, 0, 0, 7].into());
    (yard.porch(known, Router::new()).await, client_at(7))
}

#[tokio::test(flavor = "multi_thread")]
async fn many_networks_of_one_owner_push_out_nobodys_pending_sign_in() {
    let yard = Yard::timeless().await;
    let (porch, proxy) = behind_proxy(&yard).await;
    let challenge = async |from: String| {
        let request = proxy.post(porch.url("/v1/login/challenge"));
        let request = request.header("x-forwarded-for", from);
        request.send().await.unwrap()
    };
    let asked = challenge("192.0.2.1".to_owned()).await;
    let asked: Challenge = asked.json().await.unwrap();
    let mut given = 0;
    for i in 0..600 {
        // Ten households' networks below one of 48 bits.
        let status = challenge(format!("2001:db8:1:{:x}::1", i / 60 * 256)).await;
        given += usize::from(status.status() == StatusCode::OK);
    }
    assert_eq!(given, 4 * 40, "four times the share of one household");
    let elsewhere = challenge("2001:db8:2::1".to_owned()).await;
    assert_eq!(elsewhere.status(), StatusCode::OK);
    let login = Login {
        token: token(mari(), &asked.origin, &asked.nonce),
        nonce: asked.nonce,
    };
    let answer = proxy.post(porch.url("/v1/login")).json(&login);
    let answer = answer.header("x-forwarded-for", "192.0.2.1").send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sessions_of_one_person_end_nobody_elses() {
    let yard = Yard::timeless().await;
    let (porch, proxy) = behind_proxy(&yard).await;
    let sign_in = async |card, from: String| {
        let post = |path| {
            let request = proxy.post(porch.url(path));
            request.header("x-forwarded-for", &from)
        };
        let asked = post("/v1/login/challenge").send().await.unwrap();
        let asked: Challenge = asked.json().await.unwrap();
        let login = Login {
            token: token(card, &asked.origin, &asked.nonce),
            nonce: asked.nonce,
        };
        let answer = post("/v1/login").json(&login).send().await.unwrap();
        answer.json::<SessionAnswer>().await.unwrap().session
    };
    // A register that is not here is `not available` to whoever is signed in.
    let status = async |session: &str| {
        let path = crate::desk::list_path(1, 0);
        let request = proxy.get(porch.url(&path)).bearer_auth(session);
        request.send().await.unwrap().status()
    };
    let quiet = sign_in(mari(), "192.0.2.1".to_owned()).await;
    let mut busy = Vec::new();
    for i in 0..9 {
        busy.push(sign_in(igor(), format!("2001:db8:1:{i}::1")).await);
    }
    assert_eq!(status(&busy[0]).await, StatusCode::UNAUTHORIZED);
    for session in busy[1..].iter().chain([&quiet]) {
        assert_eq!(status(session).await, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_trickle_take_nobodys_place() {
    let yard = Yard::timeless().await;
    let porch = yard.plain().await;
    let head =
        "POST /v1/login HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n";
    // More than are answered at the same time, from no more addresses than it takes.
    let mut held = Vec::new();
    for last in 51..57 {
        for _ in 0..32 {
            let mut stream = wire::connect(last, porch.address).await;
            // The gateway says that it waits for the body.
            let (status, _) = wire::ask(&mut stream, head).await;
            assert_eq!(status, StatusCode::CONTINUE, "{}", held.len());
            held.push(stream);
        }
    }
    let polite = client_at(57);
    let asked = polite.post(porch.url("/v1/login/challenge")).send().await;
    assert_eq!(asked.unwrap().status(), StatusCode::OK);
    let health = polite.get(porch.url("/v1/health")).send().await;
    assert_eq!(health.unwrap().status(), StatusCode::OK);
}
