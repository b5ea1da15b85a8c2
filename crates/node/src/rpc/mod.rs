//! CometBFT 0.38's RPC over HTTP, as far as light clients use it.
//!
//! Every authority has a listener; all answer from the one [`Network`], each
//! under its own validator's name. `GET /<method>?<arguments>` and
//! `POST /` with JSON-RPC 2.0 (single or in a batch) give what CometBFT gives;
//! `docs/formats/rpc.md` lists the methods and the few differences.
//!
//! Answers are not secret and not trusted: whoever asks verifies.

mod answers;
mod arguments;
mod envelope;
mod methods;
mod websocket;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde_json::{Value, json};
use toend_ledger::cometbft::Validator;

pub use self::answers::PROOF_TYPE;
use self::arguments::Arguments;
use self::envelope::{Request, RpcError, answer};
use crate::consensus::network::Network;

/// Largest body of a POST: a transaction of 1 MiB in base64 with room to spare.
const MAX_BODY: usize = 2 << 20;
/// Most calls in one batch.
const MAX_BATCH: usize = 64;

/// One authority's RPC.
#[derive(Clone, Debug)]
pub struct Rpc {
    /// The network all authorities share.
    pub network: Arc<Network>,
    /// The authority's validator.
    pub validator: Validator,
    /// ASCII name of the node.
    pub moniker: String,
    /// `host:port` this RPC listens on.
    pub address: String,
}

/// The routes of one authority's RPC.
pub fn router(rpc: Rpc) -> Router {
    Router::new()
        .route("/", post(by_json).get(list))
        .route("/websocket", any(websocket::connect))
        .route("/{method}", get(by_uri).post(by_uri))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(rpc))
}

async fn by_uri(
    State(rpc): State<Arc<Rpc>>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(parameters) = methods::parameters(&method) else {
        return (StatusCode::NOT_FOUND, "404 page not found\n").into_response();
    };
    let outcome =
        match Arguments::from_query(parameters, &pairs(query.as_deref().unwrap_or_default())) {
            Ok(arguments) => methods::call(rpc, method, arguments).await,
            Err(error) => Err(error),
        };
    let status = if outcome.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    };
    reply(status, &answer(&json!(-1), &outcome))
}

async fn by_json(State(rpc): State<Arc<Rpc>>, body: Bytes) -> Response {
    if body.is_empty() {
        return list().await.into_response();
    }
    let refuse = |error: RpcError| {
        reply(
            StatusCode::INTERNAL_SERVER_ERROR,
            &answer(&Value::Null, &Err(error)),
        )
    };
    let unreadable =
        |error: serde_json::Error| RpcError::Parse(format!("error unmarshaling request: {error}"));
    let first = body.iter().find(|b| !b.is_ascii_whitespace());
    let (requests, batch): (Vec<Request>, bool) = if first == Some(&b'[') {
        match serde_json::from_slice(&body) {
            Ok(requests) => (requests, true),
            Err(error) => return refuse(unreadable(error)),
        }
    } else {
        match serde_json::from_slice(&body) {
            Ok(request) => (vec![request], false),
            Err(error) => return refuse(unreadable(error)),
        }
    };
    if requests.len() > MAX_BATCH {
        return refuse(RpcError::InvalidRequest(format!(
            "a batch may hold {MAX_BATCH} requests"
        )));
    }
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        match respond(&rpc, request).await {
            Ok(answered) => answers.extend(answered),
            Err(error) => return refuse(error),
        }
    }
    match answers.as_slice() {
        [] => StatusCode::OK.into_response(),
        [one] if !batch => reply(StatusCode::OK, one),
        _ => reply(StatusCode::OK, &Value::Array(answers)),
    }
}

/// Answers one request; none for a notification, an error for what is no request at all.
async fn respond(rpc: &Arc<Rpc>, request: Request) -> Result<Option<Value>, RpcError> {
    if !request.id_is_valid() {
        return Err(RpcError::Parse(
            "the id is neither a string nor a number".to_owned(),
        ));
    }
    // Without an id it is a notification: nobody waits for an answer.
    let Some(id) = request.id else {
        return Ok(None);
    };
    let outcome = match methods::parameters(&request.method) {
        None => Err(RpcError::MethodNotFound),
        Some(parameters) => match Arguments::from_json(parameters, &request.params) {
            Ok(arguments) => methods::call(Arc::clone(rpc), request.method, arguments).await,
            Err(error) => Err(error),
        },
    };
    Ok(Some(answer(&id, &outcome)))
}

/// What CometBFT shows a browser: the methods there are.
async fn list() -> impl IntoResponse {
    let lines: Vec<String> = methods::NAMES
        .iter()
        .map(|(name, parameters)| {
            let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
            format!("/{name}({})", names.join(", "))
        })
        .collect();
    (
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        lines.join("\n"),
    )
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// Splits and percent-decodes a query string.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((&byte, tail)) = rest.split_first() {
            rest = tail;
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex = rest.split_at_checked(2).and_then(|(digits, after)| {
                        let value =
                            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
                        Some((value, after))
                    });
                    match hex {
                        Some((value, after)) => {
                            rest = after;
                            value
                        }
                        None => b'%',
                    }
                }
                other => other,
            });
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_split_and_decoded() {
        let got = pairs("height=%225%22&&path=%22%2Fa+b%22&odd=%zz&flag");
        let want = [
            ("height", "\"5\""),
            ("path", "\"/a b\""),
            ("odd", "%zz"),
            ("flag", ""),
        ];
        let want: Vec<(String, String)> = want
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(got, want);
    }
}
