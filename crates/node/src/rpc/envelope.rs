//! JSON-RPC 2.0 as CometBFT 0.38 speaks it.

use serde::Deserialize;
use serde_json::{Value, json};

/// Why a call has no result, with CometBFT's codes and texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RpcError {
    /// -32700: the body is not JSON.
    Parse(String),
    /// -32600: not a request.
    InvalidRequest(String),
    /// -32601: no such method.
    MethodNotFound,
    /// -32602: arguments missing, of the wrong kind or number.
    InvalidParams(String),
    /// -32603: everything the method itself refuses.
    Internal(String),
}

impl RpcError {
    /// The `error` object.
    pub fn to_json(&self) -> Value {
        let (code, message, data) = match self {
            Self::Parse(data) => (-32700, "Parse error. Invalid JSON", data.as_str()),
            Self::InvalidRequest(data) => (-32600, "Invalid Request", data.as_str()),
            Self::MethodNotFound => (-32601, "Method not found", ""),
            Self::InvalidParams(data) => (-32602, "Invalid params", data.as_str()),
            Self::Internal(data) => (-32603, "Internal error", data.as_str()),
        };
        if data.is_empty() {
            json!({ "code": code, "message": message })
        } else {
            json!({ "code": code, "message": message, "data": data })
        }
    }
}

/// One request of a POST body. Unknown members are ignored, as CometBFT does.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// String or number; without one it is a notification and gets no answer.
    #[serde(default)]
    pub id: Option<Value>,
    /// Name of the method.
    #[serde(default)]
    pub method: String,
    /// By name (object) or in order (array).
    #[serde(default)]
    pub params: Value,
}

impl Request {
    /// Whether `id` is what JSON-RPC allows here: a string or an integer.
    pub fn id_is_valid(&self) -> bool {
        match &self.id {
            None => true,
            Some(Value::String(text)) => text.len() <= 256,
            Some(Value::Number(number)) => number.is_i64() || number.is_u64(),
            Some(_) => false,
        }
    }
}

/// The answer to one call; `id` is -1 for calls by URI.
pub fn answer(id: &Value, outcome: &Result<Value, RpcError>) -> Value {
    let mut out = json!({ "jsonrpc": "2.0" });
    if let Some(map) = out.as_object_mut() {
        if !id.is_null() {
            map.insert("id".to_owned(), id.clone());
        }
        match outcome {
            Ok(result) => map.insert("result".to_owned(), result.clone()),
            Err(error) => map.insert("error".to_owned(), error.to_json()),
        };
    }
    out
}
