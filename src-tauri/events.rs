//! Passes the client's events on to the windows.

use tauri::{AppHandle, Emitter as _, Manager as _};
use toend_client::{Client, Event};
use tokio::sync::broadcast::error::RecvError;

use crate::{notice, pin, state::Shell};

/// Forwards events until the client stops.
pub fn forward(app: AppHandle, client: &Client) {
    let mut events = client.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => emit(&app, event),
                // A slow window missed some: the next status brings it up to date.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            }
        }
    });
}

fn emit(app: &AppHandle, event: Event) {
    let sent = match event {
        Event::Status(status) => {
            pin::card_changed(app, &app.state::<Shell>(), &status.card);
            app.emit_to("main", "status", status)
        }
        Event::Session(session) => app.emit_to("main", "session", session),
        Event::Unexpected(surprise) => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { notice::tell(&app, surprise).await });
            return;
        }
        Event::HandedIn(answer) => app.emit_to("main", "handed-in", answer),
        Event::ListChanged(register) => app.emit_to(
            "main",
            "list-changed",
            serde_json::json!({ "register": register }),
        ),
    };
    if let Err(error) = sent {
        tracing::warn!(%error, "an event did not reach the window");
    }
}
