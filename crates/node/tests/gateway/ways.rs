//! Ways through a gateway are shared out among those who ask for them, and so is what the other gateway has for those who come that way.

use axum::Router;
use reqwest::StatusCode;
use toend_ledger::gateway::{Challenge, Login};
use toend_node::gateway::tunnel::Tunnel;
use tokio::net::TcpStream;

use crate::desk::{mari, token};
use crate::porch::{LONG, Porch, Yard};
use crate::wire::{self, CHALLENGE};

/// Ways of one address.
const OF_ONE: usize = 16;

/// All ways that an address gets.
async fn ways(last: u8, near: &Porch, to: std::net::SocketAddr) -> Vec<TcpStream> {
    let mut ways = Vec::new();
    for _ in 0..60 {
        match wire::way(last, near.address, to).await {
            Ok(way) => ways.push(way),
            Err(status) => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    ways
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_addresses_cannot_take_all_ways() {
    let yard = Yard::timeless().await;
    let there = wire::silence().await;
    let target = format!("https://{there}");
    let near = yard
        .porch(
            |door| door.tunnel = Some(Tunnel::new([(0, target.as_str())])),
            Router::new(),
        )
        .await;
    // As many connections as there are ways, and more.
    let mut held = Vec::new();
    for last in 21..26 {
        let ways = ways(last, &near, there).await;
        assert_eq!(ways.len(), OF_ONE, "{last}");
        held.push(ways);
    }
    assert!(wire::way(26, near.address, there).await.is_ok());
    // Nor may one ask for ways all the time, to wherever.
    for asked in 0..=32 {
        let nowhere = ([127, 0, 0, 1], 9).into();
        let refused = wire::way(27, near.address, nowhere).await.err();
        let expected = if asked < 32 {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        assert_eq!(refused, Some(expected), "{asked}");
    }
    // Whoever has too many ways still asks for everything else.
    let mut stream = wire::connect(21, near.address).await;
    assert_eq!(wire::ask(&mut stream, CHALLENGE).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_comes_through_a_gateway_starves_nobody_else_who_does() {
    let yard = Yard::timeless().await;
    // To the far gateway, the near one is at the address of `127.0.0.1`.
    let known = Tunnel::new([(0, "https://127.0.0.1:1")]);
    known.look_up().await;
    let far = yard
        .porch(
            |door| {
                door.tunnel = Some(known);
                // The person waits while all the others ask.
                door.patience.head = 10 * LONG;
            },
            Router::new(),
        )
        .await;
    let target = format!("https://{}", far.address);
    let near = yard
        .porch(
            |door| door.tunnel = Some(Tunnel::new([(1, target.as_str())])),
            Router::new(),
        )
        .await;
    let way = async |last| wire::way(last, near.address, far.address).await.unwrap();
    let mut person = way(31).await;
    let (status, asked) = wire::ask(&mut person, CHALLENGE).await;
    assert_eq!(status, StatusCode::OK);
    let asked: Challenge = serde_json::from_str(&asked).unwrap();

    let mut refused = 0;
    let mut held = ways(32, &near, far.address).await;
    assert_eq!(held.len(), OF_ONE);
    for way in &mut held {
        for _ in 0..50 {
            let (status, _) = wire::ask(way, CHALLENGE).await;
            refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert!(refused > 0, "the flood was not noticed");

    let login = serde_json::to_string(&Login {
        token: token(mari(), &asked.origin, &asked.nonce),
        nonce: asked.nonce,
    })
    .unwrap();
    let login = format!(
        "POST /v1/login HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{login}",
        login.len()
    );
    assert_eq!(wire::ask(&mut person, &login).await.0, StatusCode::OK);
    // Many more people of the near gateway than one address would be served.
    for last in 40..110 {
        let mut other = way(last).await;
        let (status, _) = wire::ask(&mut other, CHALLENGE).await;
        assert_eq!(status, StatusCode::OK, "{last}");
    }
    let mut direct = wire::connect(33, far.address).await;
    assert_eq!(wire::ask(&mut direct, CHALLENGE).await.0, StatusCode::OK);
}
