//! The same calls over a WebSocket, which CometBFT's light proxy insists on. There are no subscriptions.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::Value;

use super::envelope::{Request, RpcError, answer};
use super::{MAX_BODY, Rpc, respond};

/// Turns the connection into a WebSocket.
pub async fn connect(State(rpc): State<Arc<Rpc>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY)
        .on_upgrade(move |socket| converse(rpc, socket))
}

/// One request at a time, each answered before the next is read: nobody can pile up work.
async fn converse(rpc: Arc<Rpc>, mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let text = match &message {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
            Message::Close(_) => return,
            Message::Ping(_) | Message::Pong(_) => continue,
        };
        let answered = match serde_json::from_slice::<Request>(text) {
            Ok(request) => respond(&rpc, request).await,
            Err(error) => Err(RpcError::Parse(format!(
                "error unmarshaling request: {error}"
            ))),
        };
        let reply = match answered {
            Ok(Some(reply)) => reply,
            Ok(None) => continue,
            Err(error) => answer(&Value::Null, &Err(error)),
        };
        if socket
            .send(Message::Text(reply.to_string().into()))
            .await
            .is_err()
        {
            return;
        }
    }
}
