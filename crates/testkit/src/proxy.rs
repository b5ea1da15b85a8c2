//! A gateway's evil twin: passes requests on to the real one and changes what comes back.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Response, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};
use toend_ledger::{
    cometbft::read_json,
    gateway::{MAX_ANSWER, signing_bytes},
    genesis::demo::{self, Purpose},
    subject::Subject,
};

use crate::{fault::Fault, fork::fork};

/// What the proxy knows.
#[derive(Clone)]
pub(crate) struct Twin {
    /// Origin of the real gateway, without `/v1`.
    upstream: String,
    fault: Arc<Mutex<Fault>>,
    captured: Arc<Mutex<Option<Value>>>,
    subject: Arc<Mutex<Option<Subject>>>,
    http: reqwest::Client,
}

impl Twin {
    /// In front of `upstream` (`http://host:port`).
    pub fn new(upstream: String) -> Self {
        Self {
            upstream,
            fault: Arc::new(Mutex::new(Fault::None)),
            captured: Arc::default(),
            subject: Arc::default(),
            http: reqwest::Client::new(),
        }
    }

    /// Sets the fault for all further answers.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// The last honest list answer that passed through.
    pub fn captured(&self) -> Option<Value> {
        self.captured.lock().unwrap().clone()
    }

    /// Whose lists this gateway answers for: needed to sign a private answer again.
    pub fn serves(&self, subject: Subject) {
        *self.subject.lock().unwrap() = Some(subject);
    }

    /// Serves until the listener ends.
    pub async fn serve(self, listener: tokio::net::TcpListener) {
        let router = Router::new().fallback(handle).with_state(self);
        axum::serve(listener, router)
            .await
            .expect("the proxy serves");
    }
}

async fn handle(State(twin): State<Twin>, request: Request) -> Response<Body> {
    let fault = twin.fault.lock().unwrap().clone();
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str())
        .to_owned();
    let method = request.method().clone();
    match &fault {
        Fault::Silent => {
            // Longer than any client waits.
            tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
            return status(StatusCode::GATEWAY_TIMEOUT);
        }
        Fault::Down => return status(StatusCode::SERVICE_UNAVAILABLE),
        _ => {}
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_ANSWER).await.unwrap();
    let mut upstream = twin
        .http
        .request(method.clone(), format!("{}{target}", twin.upstream))
        .body(body);
    for (name, value) in &parts.headers {
        if ![header::HOST, header::CONTENT_LENGTH].contains(name) {
            upstream = upstream.header(name, value);
        }
    }
    let Ok(answer) = upstream.send().await else {
        return status(StatusCode::BAD_GATEWAY);
    };
    let code = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
    let bytes = answer.bytes().await.unwrap_or_default();
    let is_list = target.contains("/list?") || target.contains("/public/");
    let is_tip = target.starts_with("/v1/tip") || target.starts_with("/v1/light-block/");
    let changed = match &fault {
        Fault::Fork if is_tip && code.is_success() => forked(&bytes),
        _ if is_list && code.is_success() => {
            list(&twin, &fault, &format!("{method} {target}"), &bytes)
        }
        _ => Some(Body::from(bytes)),
    };
    let Some(body) = changed else {
        return status(StatusCode::BAD_GATEWAY);
    };
    let mut response = Response::builder().status(code);
    if let Some(kind) = kind {
        response = response.header(header::CONTENT_TYPE, kind);
    }
    response.body(body).unwrap()
}

fn status(code: StatusCode) -> Response<Body> {
    Response::builder()
        .status(code)
        .body(Body::from(r#"{"code":"busy"}"#))
        .unwrap()
}

fn forked(bytes: &[u8]) -> Option<Body> {
    let block = read_json(bytes).ok()?;
    Some(Body::from(serde_json::to_vec(&fork(&block)).ok()?))
}

fn list(twin: &Twin, fault: &Fault, request: &str, bytes: &Bytes) -> Option<Body> {
    match fault {
        Fault::Truncate => return Some(Body::from(bytes.slice(..bytes.len() / 2))),
        Fault::Garbage => return Some(Body::from(vec![0xFE; 4096])),
        Fault::Huge(size) => return Some(huge(*size)),
        _ => {}
    }
    let mut signed: Value = serde_json::from_slice(bytes).ok()?;
    let inner = STANDARD.decode(signed["answer"].as_str()?).ok()?;
    let mut answer: Value = serde_json::from_slice(&inner).ok()?;
    if *fault == Fault::None {
        *twin.captured.lock().unwrap() = Some(answer);
        return Some(Body::from(bytes.clone()));
    }
    fault.on_list(&mut answer);
    sign_again(twin, fault, request, &mut signed, &answer)?;
    Some(Body::from(serde_json::to_vec(&signed).ok()?))
}

/// Signs the changed answer as the dishonest register itself would.
fn sign_again(
    twin: &Twin,
    fault: &Fault,
    request: &str,
    signed: &mut Value,
    answer: &Value,
) -> Option<()> {
    let reg = u16::try_from(signed["reg"].as_u64()?).ok()?;
    let tip_height: u64 = signed["tip_height"].as_str()?.parse().ok()?;
    let tip_hash: [u8; 32] = STANDARD
        .decode(signed["tip_hash"].as_str()?)
        .ok()?
        .try_into()
        .ok()?;
    let answer = serde_json::to_vec(answer).ok()?;
    let mut request = request.as_bytes().to_vec();
    if request.windows(6).any(|window| window == b"/list?")
        && let Some(subject) = &*twin.subject.lock().unwrap()
    {
        request.push(b'\n');
        request.extend_from_slice(&subject.encode());
    }
    let message = signing_bytes(&demo::net(), reg, &request, &answer, tip_height, &tip_hash);
    let register = if *fault == Fault::BadSignature {
        reg + 1
    } else {
        reg
    };
    let signature = demo::signing_key(Purpose::Answer, register).sign(&message);
    signed["answer"] = json!(STANDARD.encode(answer));
    signed["signature"] = json!(STANDARD.encode(signature.to_bytes()));
    Some(())
}

/// A body of `size` bytes, made as it is sent.
fn huge(size: u64) -> Body {
    const CHUNK: usize = 64 * 1024;
    let chunks = size.div_ceil(CHUNK as u64);
    let mut sent = 0;
    let stream = std::iter::from_fn(move || {
        sent += 1;
        (sent <= chunks).then(|| Ok::<Bytes, std::io::Error>(Bytes::from_static(&[b' '; CHUNK])))
    });
    Body::from_stream(Iter(stream))
}

/// An iterator as a stream that is always ready.
struct Iter<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}
