//! What a gateway can do to the line: each answer is bounded in size, depth and time, and each failure has its own name.

#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use toend_client::providers::{Http, Limits, Provider, ProviderError, Trust};

/// Long enough for every answer on a loaded machine.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(60),
    total: Duration::from_secs(60),
    body: 1024 * 1024,
};

/// A gateway that answers each request with `answer`.
fn gateway(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Provider {
    within(LIMITS, answer)
}

/// The same, asked within these limits.
fn within(limits: Limits, answer: impl Fn(&mut TcpStream) + Send + 'static) -> Provider {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            answer(&mut stream);
        }
    });
    Provider::new(
        0,
        "health-house".to_owned(),
        &address,
        Http::new(limits, Trust::default()),
    )
}

fn head(status: &str, more: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n{more}\r\n"
    )
    .into_bytes()
}

fn saying(status: &'static str, body: Vec<u8>) -> Provider {
    gateway(move |stream| {
        let _ = stream.write_all(&head(
            status,
            &format!("content-length: {}\r\n", body.len()),
        ));
        let _ = stream.write_all(&body);
    })
}

async fn ask(provider: &Provider) -> ProviderError {
    provider
        .signed("/v1/registers/1/list?class=0&nonce=00", Some("x"))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_at_its_limit() {
    let announced = gateway(|stream| {
        let _ = stream.write_all(&head("200 OK", "content-length: 2147483648\r\n"));
        let _ = stream.write_all(&[b' '; 1000]);
    });
    assert!(matches!(
        ask(&announced).await,
        ProviderError::TooLarge {
            limit: 1_048_576,
            ..
        }
    ));
    let silent_about_it = gateway(|stream| {
        let _ = stream.write_all(&head("200 OK", ""));
        while stream.write_all(&[b' '; 8192]).is_ok() {}
    });
    let error = ask(&silent_about_it).await;
    assert!(matches!(error, ProviderError::TooLarge { .. }));
    assert_eq!(
        (error.info(Some("health")).code.as_str(), error.reason()),
        ("E29", "tooLarge")
    );
}

#[tokio::test]
async fn a_truncated_answer_a_silent_gateway_and_garbage_are_told_apart() {
    let truncated = gateway(|stream| {
        let _ = stream.write_all(&head("200 OK", "content-length: 5000\r\n"));
        let _ = stream.write_all(b"{\"answer\":");
    });
    assert!(matches!(
        ask(&truncated).await,
        ProviderError::CutOff { .. }
    ));
    let short = Limits {
        total: Duration::from_secs(1),
        ..LIMITS
    };
    let silent = within(short, |_| std::thread::sleep(Duration::from_secs(600)));
    assert!(matches!(ask(&silent).await, ProviderError::Timeout { .. }));
    assert!(matches!(
        ask(&saying("200 OK", b"\xff\x00 nothing".to_vec())).await,
        ProviderError::Garbage { .. }
    ));
    let deep = "[".repeat(200_000).into_bytes();
    assert!(matches!(
        ask(&saying("200 OK", deep)).await,
        ProviderError::Garbage { .. }
    ));
    let nobody = Provider::new(
        0,
        "tax-house".to_owned(),
        "http://127.0.0.1:9",
        Http::new(LIMITS, Trust::default()),
    );
    assert!(matches!(
        ask(&nobody).await,
        ProviderError::Unreachable { .. }
    ));
}

#[tokio::test]
async fn redirects_are_not_followed_and_refusals_keep_their_code() {
    let elsewhere = gateway(|stream| {
        let _ = stream.write_all(&head(
            "302 Found",
            "location: http://127.0.0.1:9/\r\ncontent-length: 0\r\n",
        ));
    });
    assert!(matches!(
        ask(&elsewhere).await,
        ProviderError::Refused { status: 302, .. }
    ));
    let busy = saying("503 Service Unavailable", br#"{"code":"busy"}"#.to_vec());
    assert_eq!(ask(&busy).await.info(Some("health")).code, "E55");
    let over = saying("401 Unauthorized", br#"{"code":"unauthorized"}"#.to_vec());
    assert_eq!(ask(&over).await.info(Some("health")).code, "E69");
    let chatty = saying(
        "500 Oops",
        br#"{"code":"<script>47101010033</script>"}"#.to_vec(),
    );
    let error = ask(&chatty).await;
    assert!(matches!(
        error,
        ProviderError::Refused {
            status: 500,
            code: "unknown",
            ..
        }
    ));
    assert!(
        !error.to_string().contains("script"),
        "a gateway's words go nowhere"
    );
}
