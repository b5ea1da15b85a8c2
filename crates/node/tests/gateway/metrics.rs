//! Metrics: they count, and nothing that comes from a request becomes a label.

use std::collections::BTreeSet;

use toend_node::gateway::metrics::Sources;

use crate::common;
use crate::porch::{Yard, client_at};

/// The values of a label in the text.
fn values<'a>(text: &'a str, label: &str) -> BTreeSet<&'a str> {
    text.split(&format!("{label}=\""))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_template_and_no_input_becomes_a_label() {
    let yard = Yard::timeless().await;
    let porch = yard.plain().await;
    let file = yard.folder.path().join("some.sqlite");
    std::fs::write(&file, [0; 123]).unwrap();
    let client = client_at(9);
    for path in [
        "/v1/health",
        "/v1/health?who=47101010033",
        "/v1/light-block/1",
        "/v1/light-block/47101010033",
        "/v1/registers/3/public/person/EE/47101010033?nonce=00112233445566778899aabbccddeeff",
        "/v1/47101010033",
        "/47101010033",
    ] {
        client.get(porch.url(path)).send().await.unwrap();
    }
    for _ in 0..60 {
        let url = porch.url("/v1/login/challenge");
        client.post(url).send().await.unwrap();
    }
    let text = porch.metrics.text(&Sources {
        ledger: yard.ledger(),
        register: None,
        clerk: None,
        files: vec![("application", file)],
    });
    let line = |line: &str| assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    line("toend_gateway_requests_total{route=\"/v1/health\",status=\"2xx\"} 2");
    line("toend_gateway_requests_total{route=\"/v1/light-block/{height}\",status=\"2xx\"} 1");
    line("toend_gateway_requests_total{route=\"/v1/light-block/{height}\",status=\"4xx\"} 1");
    line("toend_gateway_requests_total{route=\"none\",status=\"4xx\"} 2");
    line("toend_gateway_request_seconds_count{route=\"/v1/health\"} 2");
    line("toend_store_bytes{store=\"application\"} 123");
    assert!(text.contains("toend_gateway_limited_total{limit=\"sign_in\"}"));
    assert!(text.ends_with("# EOF\n"));
    let height = text
        .lines()
        .find_map(|line| line.strip_prefix("toend_ledger_height "));
    assert!(height.unwrap().parse::<u64>().unwrap() >= 2);
    assert!(!text.contains("47101010033"));
    assert_eq!(
        values(&text, "route"),
        BTreeSet::from([
            "/v1/health",
            "/v1/light-block/{height}",
            "/v1/login/challenge",
            "/v1/registers/{reg}/public/{kind}/{country}/{code}",
            "none",
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_gets_its_text_from_a_route_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let ledger = std::sync::Arc::clone(network.network().unwrap());
    let routes = toend_node::gateway::metrics::routes(
        std::sync::Arc::default(),
        Sources {
            ledger,
            register: None,
            clerk: None,
            files: Vec::new(),
        },
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/metrics", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let answer = reqwest::get(url).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("application/openmetrics-text"));
    assert!(answer.text().await.unwrap().contains("toend_ledger_height"));
}
