//! Signing in: each thing that is wrong with a token is refused, in the same words.

use reqwest::StatusCode;
use serde_json::{Value, json};
use toend_ledger::gateway::Login;

use crate::desk::{Desk, HEALTH, TAX, list_path, mari, refusal, token};

fn unauthorized() -> (u16, String) {
    (401, "unauthorized".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_signs_in_once() {
    let desk = Desk::open().await;
    let challenge = desk.challenge(HEALTH).await;
    assert_eq!(challenge.nonce.len(), 44);
    assert_eq!(challenge.origin, desk.network.endpoints()[HEALTH].gateway);
    let login = Login {
        token: token(mari(), &challenge.origin, &challenge.nonce),
        nonce: challenge.nonce.clone(),
    };
    assert_eq!(desk.login(HEALTH, &login).await.status(), StatusCode::OK);
    assert_eq!(
        refusal(desk.login(HEALTH, &login).await).await,
        unauthorized()
    );
    assert_ne!(desk.challenge(HEALTH).await.nonce, challenge.nonce);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_for_its_gateway_and_nonce_alone() {
    let desk = Desk::open().await;
    let (here, there) = (desk.challenge(HEALTH).await, desk.challenge(TAX).await);
    // Made for another gateway's origin.
    let foreign = Login {
        token: token(mari(), &there.origin, &here.nonce),
        nonce: here.nonce,
    };
    assert_eq!(
        refusal(desk.login(HEALTH, &foreign).await).await,
        unauthorized()
    );
    // Made for a nonce that this gateway never handed out.
    let unasked = Login {
        token: token(mari(), &here.origin, &there.nonce),
        nonce: there.nonce,
    };
    assert_eq!(
        refusal(desk.login(HEALTH, &unasked).await).await,
        unauthorized()
    );
    // Made for one nonce, sent with another one.
    let (one, other) = (desk.challenge(HEALTH).await, desk.challenge(HEALTH).await);
    let swapped = Login {
        token: token(mari(), &one.origin, &one.nonce),
        nonce: other.nonce,
    };
    assert_eq!(
        refusal(desk.login(HEALTH, &swapped).await).await,
        unauthorized()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_refused() {
    let desk = Desk::open().await;
    let forge: [fn(&mut Value); 5] = [
        |token| token["signature"] = json!("A".repeat(128)),
        |token| {
            let flipped = token["signature"].as_str().unwrap().replacen(
                |c: char| c.is_ascii_uppercase(),
                "a",
                1,
            );
            token["signature"] = json!(flipped);
        },
        |token| token["algorithm"] = json!("none"),
        |token| token["format"] = json!("web-eid:2.0"),
        // Another person's certificate over this card's signature.
        |token| {
            let other = self::token(
                crate::desk::igor(),
                "https://elsewhere.example",
                &"n".repeat(44),
            );
            token["unverifiedCertificate"] = other["unverifiedCertificate"].clone();
        },
    ];
    for (i, forge) in forge.into_iter().enumerate() {
        let challenge = desk.challenge(HEALTH).await;
        let mut forged = token(mari(), &challenge.origin, &challenge.nonce);
        forge(&mut forged);
        let login = Login {
            nonce: challenge.nonce,
            token: forged,
        };
        assert_eq!(
            refusal(desk.login(HEALTH, &login).await).await,
            unauthorized(),
            "forgery {i}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_spends_its_nonce() {
    let desk = Desk::open().await;
    let challenge = desk.challenge(HEALTH).await;
    let good = token(mari(), &challenge.origin, &challenge.nonce);
    let bad = Login {
        nonce: challenge.nonce.clone(),
        token: json!({ "format": "web-eid:1.0" }),
    };
    assert_eq!(
        refusal(desk.login(HEALTH, &bad).await).await,
        unauthorized()
    );
    let late = Login {
        nonce: challenge.nonce,
        token: good,
    };
    assert_eq!(
        refusal(desk.login(HEALTH, &late).await).await,
        unauthorized()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_sign_ins_are_told_to_wait_while_reading_goes_on() {
    let desk = Desk::open().await;
    let url = desk.url(HEALTH, "/v1/login/challenge");
    let ask = || desk.http.post(&url).send();
    assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    // A part of the share comes back meanwhile: which request is the first too many depends on the machine.
    let mut refused = None;
    for _ in 0..1000 {
        let answer = ask().await.unwrap();
        if !answer.status().is_success() {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("sign-ins without end");
    assert_eq!(refused.headers().get("retry-after").unwrap(), "1");
    assert_eq!(refusal(refused).await, (429, "busy".to_owned()));
    assert_eq!(
        desk.get(HEALTH, "/v1/tip", None).await.status(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_and_malformed_requests_get_a_code_and_nothing_else() {
    let desk = Desk::open().await;
    let post = |path: &str, body: Vec<u8>| desk.http.post(desk.url(HEALTH, path)).body(body).send();
    let large = post("/v1/login", vec![b' '; 65 * 1024]).await.unwrap();
    assert_eq!(refusal(large).await, (413, "too_large".to_owned()));
    let bad = (400, "bad_request".to_owned());
    for body in ["", "{", "[]", "{\"nonce\":1,\"token\":{}}"] {
        assert_eq!(
            refusal(post("/v1/login", body.into()).await.unwrap()).await,
            bad,
            "{body}"
        );
    }
    let session = desk.sign_in(HEALTH, mari()).await;
    for path in [
        "/v1/registers/1/list?class=0".to_owned(),
        "/v1/registers/1/list?class=2&nonce=00112233445566778899aabbccddeeff".to_owned(),
        "/v1/registers/1/list?class=0&nonce=short".to_owned(),
        format!("/v1/registers/1/list?class=0&nonce={}", "a".repeat(129)),
        "/v1/registers/1/list?class=0&nonce=0011223344556677%0a99aabb".to_owned(),
        "/v1/registers/70000/list?class=0&nonce=00112233445566778899aabbccddeeff".to_owned(),
    ] {
        assert_eq!(
            desk.refused(HEALTH, &path, Some(&session)).await,
            bad,
            "{path}"
        );
    }
    assert_eq!(
        desk.get(HEALTH, &list_path(1, 0), Some(&session))
            .await
            .status(),
        StatusCode::OK
    );
}
