//! A gateway's evil twin: passes requests on to the real one and changes what comes back.

use std::sync::atomic::{AtomicU64, Ordering};
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
    gateway::{
        B64, EvidenceAnswer, FilingAnswer, FilingOutcome, FilingRequest, MAX_ANSWER, signing_bytes,
    },
    genesis::demo::{self, Purpose},
    record::record_key,
    state::{Key, Reg},
    subject::Subject,
};
use toend_node::ledger::Ledger;

use crate::{fault::Fault, fork::forked};

/// Where filings are handed in.
const FILINGS: &str = "/v1/filings";
/// Where evidence against validators is handed in.
const EVIDENCE: &str = "/v1/evidence";
/// Signed answers that are remembered.
const REMEMBERED: usize = 64;

/// A request as the register signed it, and its signed answer.
pub type Sent = (Vec<u8>, Value);

/// What the proxy knows.
#[derive(Clone)]
pub(crate) struct Twin {
    /// Origin of the real gateway, without `/v1`.
    upstream: String,
    ledger: Arc<dyn Ledger>,
    fault: Arc<Mutex<Fault>>,
    captured: Arc<Mutex<Option<Value>>>,
    sent: Arc<Mutex<Vec<Sent>>>,
    taken: Arc<AtomicU64>,
    /// Filings that were answered falsely.
    filings: Arc<AtomicU64>,
    /// Evidence that was handed in.
    evidence: Arc<Mutex<Vec<Vec<u8>>>>,
    subject: Arc<Mutex<Option<Subject>>>,
    http: reqwest::Client,
}

impl Twin {
    /// In front of `upstream` (`http://host:port`).
    pub fn new(upstream: String, ledger: Arc<dyn Ledger>) -> Self {
        Self {
            upstream,
            ledger,
            fault: Arc::new(Mutex::new(Fault::None)),
            captured: Arc::default(),
            sent: Arc::default(),
            taken: Arc::default(),
            filings: Arc::default(),
            evidence: Arc::default(),
            subject: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
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

    /// Signed list answers that were sent, each with the request it signed.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// Bytes of endless answers that were taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::SeqCst)
    }

    /// Evidence that was handed in while the gateway answered at all, oldest first.
    pub fn evidence(&self) -> Vec<Vec<u8>> {
        self.evidence.lock().unwrap().clone()
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
        Fault::FilingTwoFaced { gateway } if target == FILINGS => {
            return two_faced(&twin, *gateway, request).await;
        }
        _ => {}
    }
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_ANSWER).await.unwrap();
    if target == EVIDENCE {
        twin.evidence.lock().unwrap().push(body.to_vec());
        if let Fault::Evidence(is) = fault {
            let answer = serde_json::to_vec(&EvidenceAnswer { is }).unwrap();
            let json = header::HeaderValue::from_static("application/json");
            let response = Response::builder().header(header::CONTENT_TYPE, json);
            return response.body(Body::from(answer)).unwrap();
        }
    }
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
    let mut code = answer.status();
    let mut kind = answer.headers().get(header::CONTENT_TYPE).cloned();
    let bytes = answer.bytes().await.unwrap_or_default();
    let is_list = target.contains("/list?") || target.contains("/public/");
    let is_page = target.starts_with("/v1/tip") || target.starts_with("/v1/light-block/");
    let request = format!("{method} {target}");
    let changed = match &fault {
        Fault::Fork { from } if is_page && code.is_success() => forked_page(&twin, *from, &target),
        Fault::Frozen { at } if is_page && code.is_success() => frozen_page(&twin, *at, &target),
        Fault::Tell(_) if target.contains("/list?") => {
            code = StatusCode::OK;
            kind = Some(header::HeaderValue::from_static("application/json"));
            told(&twin, &fault, &request)
        }
        Fault::FilingBadSignature if target == FILINGS && code.is_success() => badly_signed(&bytes),
        _ if is_list && code.is_success() => list(&twin, &fault, &request, &bytes),
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

/// One of two answers that no ledger could make a gateway sign.
async fn two_faced(twin: &Twin, gateway: u16, request: Request) -> Response<Body> {
    let body = axum::body::to_bytes(request.into_body(), MAX_ANSWER).await;
    let asked: FilingRequest = serde_json::from_slice(&body.unwrap()).unwrap();
    let turn = twin.filings.fetch_add(1, Ordering::SeqCst);
    let (outcome, height) = if turn.is_multiple_of(2) {
        (FilingOutcome::Sealed, 1)
    } else {
        (FilingOutcome::Quota, 0)
    };
    let tip = twin.ledger.tip();
    let mut answer = FilingAnswer {
        commitment: asked.commitment,
        outcome,
        height,
        gateway,
        tip_height: tip.height(),
        tip_hash: B64(tip.header().hash().to_vec()),
        signature: B64::default(),
    };
    sign_filing(&mut answer, gateway);
    let body = Body::from(serde_json::to_vec(&answer).unwrap());
    let json = header::HeaderValue::from_static("application/json");
    let response = Response::builder().header(header::CONTENT_TYPE, json);
    response.body(body).unwrap()
}

/// The honest answer under somebody else's signature.
fn badly_signed(bytes: &Bytes) -> Option<Body> {
    let mut answer: FilingAnswer = serde_json::from_slice(bytes).ok()?;
    let other = answer.gateway + 1;
    sign_filing(&mut answer, other);
    Some(Body::from(serde_json::to_vec(&answer).ok()?))
}

fn sign_filing(answer: &mut FilingAnswer, gateway: u16) {
    let key = demo::signing_key(Purpose::Gateway, gateway);
    let signature = key.sign(&answer.signing_bytes(&demo::net()));
    answer.signature = B64(signature.to_bytes().to_vec());
}

/// The tip, or the named block, of the forked ledger.
fn forked_page(twin: &Twin, from: u64, target: &str) -> Option<Body> {
    let height = match target.strip_prefix("/v1/light-block/") {
        Some(height) => height.parse().ok()?,
        None => twin.ledger.tip().height(),
    };
    let block = forked(twin.ledger.as_ref(), from, height)?;
    Some(Body::from(serde_json::to_vec(&block).ok()?))
}

/// The named block if it is not after block `at`; that one as the tip.
fn frozen_page(twin: &Twin, at: u64, target: &str) -> Option<Body> {
    let height = match target.strip_prefix("/v1/light-block/") {
        Some(height) => height.parse().ok().filter(|height| *height <= at)?,
        None => at,
    };
    let block = twin.ledger.light_block(height)?;
    Some(Body::from(serde_json::to_vec(&block).ok()?))
}

/// A scripted answer, signed for this request.
fn told(twin: &Twin, fault: &Fault, request: &str) -> Option<Body> {
    let reg: u16 = request
        .split_once("/registers/")?
        .1
        .split_once('/')?
        .0
        .parse()
        .ok()?;
    let tip = twin.ledger.tip();
    let mut signed = json!({
        "reg": reg,
        "tip_height": tip.height().to_string(),
        "tip_hash": STANDARD.encode(tip.header().hash()),
    });
    let mut answer = Value::Null;
    fault.on_list(&mut answer);
    sign_again(twin, fault, request, &mut signed, &answer)?;
    Some(Body::from(serde_json::to_vec(&signed).ok()?))
}

fn list(twin: &Twin, fault: &Fault, request: &str, bytes: &Bytes) -> Option<Body> {
    match fault {
        Fault::Truncate => return Some(Body::from(bytes.slice(..bytes.len() / 2))),
        Fault::Garbage => return Some(Body::from(vec![0xFE; 4096])),
        Fault::Nested => return Some(Body::from(vec![b'['; 4 * 1024 * 1024])),
        Fault::Huge(size) => return Some(huge(*size, Arc::clone(&twin.taken))),
        _ => {}
    }
    let mut signed: Value = serde_json::from_slice(bytes).ok()?;
    let inner = STANDARD.decode(signed["answer"].as_str()?).ok()?;
    let mut answer: Value = serde_json::from_slice(&inner).ok()?;
    if *fault == Fault::None {
        *twin.captured.lock().unwrap() = Some(answer);
        remember(twin, request_bytes(twin, request), &signed);
        return Some(Body::from(bytes.clone()));
    }
    fault.on_list(&mut answer);
    if let Fault::OtherRecord { contents, .. } = fault {
        add_head(twin, &signed, &mut answer, contents)?;
    }
    sign_again(twin, fault, request, &mut signed, &answer)?;
    Some(Body::from(serde_json::to_vec(&signed).ok()?))
}

/// The head of a record that is not in the honest answer, at the answer's own state.
fn add_head(twin: &Twin, signed: &Value, answer: &mut Value, contents: &Value) -> Option<()> {
    let reg = Reg(u16::try_from(signed["reg"].as_u64()?).ok()?);
    let record: [u8; 32] = STANDARD
        .decode(contents["record"].as_str()?)
        .ok()?
        .try_into()
        .ok()?;
    let key = Key::Head {
        reg,
        r: record_key(reg, &record),
    };
    let height = answer["height"].as_str()?.parse().ok()?;
    let found = twin.ledger.query(&key.encode(), height)?;
    answer["heads"].as_array_mut()?.push(json!({
        "record": contents["record"],
        "state": {
            "value": found.value.map(|value| STANDARD.encode(value)),
            "proof": STANDARD.encode(found.proof),
        },
    }));
    Some(())
}

/// What the register signs as the request.
fn request_bytes(twin: &Twin, request: &str) -> Vec<u8> {
    let mut out = request.as_bytes().to_vec();
    if request.contains("/list?")
        && let Some(subject) = &*twin.subject.lock().unwrap()
    {
        out.push(b'\n');
        out.extend_from_slice(&subject.encode());
    }
    out
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
    let request = request_bytes(twin, request);
    let message = signing_bytes(&demo::net(), reg, &request, &answer, tip_height, &tip_hash);
    let register = if *fault == Fault::BadSignature {
        reg + 1
    } else {
        reg
    };
    let signature = demo::signing_key(Purpose::Answer, register).sign(&message);
    signed["answer"] = json!(STANDARD.encode(answer));
    signed["signature"] = json!(STANDARD.encode(signature.to_bytes()));
    remember(twin, request, signed);
    Some(())
}

fn remember(twin: &Twin, request: Vec<u8>, signed: &Value) {
    let mut sent = twin.sent.lock().unwrap();
    if sent.len() == REMEMBERED {
        sent.remove(0);
    }
    sent.push((request, signed.clone()));
}

/// A body of `size` bytes, made as it is sent.
fn huge(size: u64, taken: Arc<AtomicU64>) -> Body {
    const CHUNK: usize = 64 * 1024;
    let chunks = size.div_ceil(CHUNK as u64);
    let chunk = Bytes::from(vec![b' '; CHUNK]);
    let mut sent = 0;
    let stream = std::iter::from_fn(move || {
        sent += 1;
        (sent <= chunks).then(|| {
            taken.fetch_add(CHUNK as u64, Ordering::SeqCst);
            Ok::<Bytes, std::io::Error>(chunk.clone())
        })
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
