//! How the RPC is called: by URI and in JSON, singly and in batches, wrongly and too much.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

async fn call(network: &toend_node::embedded::Embedded, body: &Value) -> Value {
    common::post(network, &body.to_string())
        .await
        .json()
        .await
        .unwrap()
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_call_has_the_same_answer_however_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    common::reach(&network, 6).await;
    let by_uri = common::get(&network, "/commit?height=5").await;
    assert_eq!(by_uri["id"], -1);
    assert_eq!(by_uri["result"]["signed_header"]["header"]["height"], "5");
    assert_eq!(by_uri["result"]["canonical"], true);
    for params in [json!({ "height": "5" }), json!(["5"])] {
        let answer = call(&network, &request("commit", &params)).await;
        assert_eq!(answer["id"], 7);
        assert_eq!(answer["result"], by_uri["result"]);
    }
    assert_eq!(
        common::get(&network, "/commit?height=%225%22").await["result"],
        by_uri["result"]
    );
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_cometbft_s() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;

    let unknown = call(&network, &request("no_such_method", &json!({}))).await;
    assert_eq!(
        unknown,
        json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -32601, "message": "Method not found" } })
    );

    let params = call(&network, &request("block", &json!({ "height": 5 }))).await;
    assert_eq!(params["error"]["code"], -32602);
    assert_eq!(params["error"]["message"], "Invalid params");

    // Light clients tell "not there yet" from "gone" by these very words.
    let high = common::get(&network, "/commit?height=1000000").await;
    assert_eq!(high["error"]["code"], -32603);
    let text = high["error"]["data"].as_str().unwrap();
    assert!(
        text.starts_with(
            "height 1000000 must be less than or equal to the current blockchain height "
        ),
        "{text}"
    );
    let low = common::get(&network, "/commit?height=-1").await;
    assert_eq!(
        low["error"]["data"],
        "height must be greater than 0, but got -1"
    );

    let garbage = common::post(&network, "{\"jsonrpc\"").await;
    assert_eq!(garbage.status(), 500);
    let garbage: Value = garbage.json().await.unwrap();
    assert_eq!(garbage["error"]["code"], -32700);
    assert_eq!(garbage.get("id"), None);

    let page = common::get(&network, "/validators?page=2").await;
    assert_eq!(
        page["error"]["data"],
        "page should be within [1, 1] range, given 2"
    );
    let missing = common::get(&network, &format!("/tx?hash=0x{}", "00".repeat(32))).await;
    assert_eq!(
        missing["error"]["data"],
        format!("tx ({}) not found", "00".repeat(32))
    );
    let nowhere = reqwest::get(format!("{}/no_such_method", network.endpoints()[0].rpc))
        .await
        .unwrap();
    assert_eq!(nowhere.status(), 404);
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn validators_come_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let all = common::get(&network, "/validators?height=2").await["result"].clone();
    assert_eq!((&all["count"], &all["total"]), (&json!("4"), &json!("4")));
    let mut pieced = Vec::new();
    for page in 1..=2 {
        let part = common::get(
            &network,
            &format!("/validators?height=2&per_page=3&page={page}"),
        )
        .await;
        pieced.extend(part["result"]["validators"].as_array().unwrap().clone());
    }
    assert_eq!(Value::Array(pieced), all["validators"]);
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_answered_in_order_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "health" },
        { "jsonrpc": "2.0", "method": "health" },
        { "jsonrpc": "2.0", "id": "two", "method": "nothing" },
    ]);
    let answers = call(&network, &batch).await;
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), 2, "a call without an id is not answered");
    assert_eq!(
        (&answers[0]["id"], &answers[1]["id"]),
        (&json!(1), &json!("two"))
    );
    let many: Vec<Value> = (0..65)
        .map(|id| json!({ "jsonrpc": "2.0", "id": id, "method": "health" }))
        .collect();
    let refused = common::post(&network, &Value::Array(many).to_string()).await;
    assert_eq!(
        refused.json::<Value>().await.unwrap()["error"]["code"],
        -32600
    );
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_and_transactions_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let body = format!("{{\"method\":\"{}\"}}", "x".repeat(3 << 20));
    // The server may close before it has read everything, which the sender sees as a broken connection.
    match reqwest::Client::new()
        .post(&network.endpoints()[0].rpc)
        .body(body)
        .send()
        .await
    {
        Ok(answer) => assert_eq!(answer.status(), 413),
        Err(error) => assert!(error.is_request(), "{error}"),
    }
    let large = STANDARD.encode(vec![1u8; (1 << 20) + 1]);
    let refused = call(
        &network,
        &request("broadcast_tx_sync", &json!({ "tx": large })),
    )
    .await;
    let text = refused["error"]["data"].as_str().unwrap();
    assert!(text.starts_with("Tx too large"), "{text}");
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_and_repeated_transactions_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let garbage = request(
        "broadcast_tx_sync",
        &json!({ "tx": STANDARD.encode(b"garbage") }),
    );
    let refused = call(&network, &garbage).await["result"].clone();
    assert_eq!(
        (&refused["code"], &refused["codespace"]),
        (&json!(1), &json!("toend"))
    );
    let commit = request(
        "broadcast_tx_commit",
        &json!({ "tx": STANDARD.encode(b"garbage") }),
    );
    let refused = call(&network, &commit).await["result"].clone();
    assert_eq!(
        (&refused["check_tx"]["code"], &refused["height"]),
        (&json!(1), &json!("0"))
    );

    let tx = json!({ "tx": STANDARD.encode(common::filing(2, 9)) });
    let sealed = call(&network, &request("broadcast_tx_commit", &tx)).await["result"].clone();
    assert_eq!(
        (&sealed["check_tx"]["code"], &sealed["tx_result"]["code"]),
        (&json!(0), &json!(0))
    );
    let again = call(&network, &request("broadcast_tx_sync", &tx)).await;
    assert_eq!(again["error"]["data"], "tx already exists in cache");
    network.shutdown().await;
}

/// Damaged calls get an error or an answer, and the server goes on.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_calls_never_break_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let whole = request(
        "abci_query",
        &json!({ "path": "/state", "data": "01", "height": "1", "prove": true }),
    )
    .to_string();
    let http = reqwest::Client::new();
    let mut random = 1u64;
    for round in 0..400 {
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..=round % 4 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            // An empty body is not damaged: it asks for the list of methods.
            if bytes.len() < 2 {
                break;
            }
            let at = (random >> 40) as usize % bytes.len();
            match random % 3 {
                0 => bytes[at] = (random >> 20) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let body = bytes.clone();
        let answer = http
            .post(&network.endpoints()[0].rpc)
            .body(body)
            .send()
            .await
            .unwrap();
        let text = answer.text().await.unwrap();
        assert!(
            text.is_empty() || serde_json::from_str::<Value>(&text).is_ok(),
            "{bytes:?}: {text}"
        );
    }
    let nested = format!(
        "{{\"id\":1,\"method\":\"health\",\"params\":{}1{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let refused: Value = common::post(&network, &nested).await.json().await.unwrap();
    assert_eq!(refused["error"]["code"], -32700);
    assert_eq!(common::get(&network, "/health").await["result"], json!({}));
    network.shutdown().await;
}

/// Each authority answers under its own name; all tell the same ledger.
#[tokio::test(flavor = "multi_thread")]
async fn four_authorities_tell_one_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let mut names = Vec::new();
    let mut headers = Vec::new();
    for endpoint in network.endpoints() {
        let get = async |path: &str| -> Value {
            reqwest::get(format!("{}{path}", endpoint.rpc))
                .await
                .unwrap()
                .json()
                .await
                .unwrap()
        };
        names.push(get("/status").await["result"]["validator_info"]["address"].clone());
        headers.push(get("/header?height=2").await["result"].clone());
    }
    let distinct: std::collections::BTreeSet<String> =
        names.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), 4);
    assert!(headers.iter().all(|header| *header == headers[0]));
    network.shutdown().await;
}
