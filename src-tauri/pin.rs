//! The PIN desk: one request at a time, a window of its own, and an answer to whoever asked.
//!
//! The PIN goes from that window to the client and nowhere else; it is wiped when the call ends.

use std::sync::{Mutex, PoisonError};

use tauri::{AppHandle, Emitter as _, Manager as _, WebviewUrl, WebviewWindowBuilder};
use toend_client::{
    Pin,
    dto::{Blame, CardState, ErrorInfo, PinContext, PinKind, Session},
};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::state::Shell;

const WINDOW: &str = "pin";

/// The open request.
#[derive(Default)]
pub struct Desk(Mutex<Option<Request>>);

struct Request {
    reader: String,
    context: PinContext,
    answer: oneshot::Sender<Result<Session, ErrorInfo>>,
}

impl Desk {
    fn with<T>(&self, act: impl FnOnce(&mut Option<Request>) -> T) -> T {
        // The lock guards a plain value; a panic elsewhere cannot leave it half-written.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Asks for PIN1 of the card in `reader` and signs in with it.
///
/// # Errors
/// E13 when the user cancels, E15 when the card is taken out, or what the card or the gateways say.
pub async fn sign_in(app: &AppHandle, shell: &Shell, reader: String) -> Result<Session, ErrorInfo> {
    let context = shell
        .client()
        .await?
        .pin_context(&reader, PinKind::Pin1)
        .await?;
    let (answer, answered) = oneshot::channel();
    let busy = shell.desk.with(|request| {
        if request.is_some() {
            return true;
        }
        *request = Some(Request {
            reader,
            context,
            answer,
        });
        false
    });
    if busy {
        focus(app);
        return Err(cancelled("E13"));
    }
    if let Err(error) = open_window(app) {
        tracing::error!(%error, "the PIN window cannot be opened");
        finish(app, shell, Err(cancelled("E13")));
    }
    answered.await.unwrap_or_else(|_| Err(cancelled("E13")))
}

fn open_window(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("pin.html".into()))
        .title("Tõend – PIN1")
        .inner_size(440.0, 560.0)
        .resizable(false)
        .maximizable(false)
        .center()
        .focused(true)
        .build()?;
    let handle = app.clone();
    window.on_window_event(move |event| {
        if let tauri::WindowEvent::Destroyed = event {
            finish(&handle, &handle.state::<Shell>(), Err(cancelled("E13")));
        }
    });
    Ok(())
}

fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        // A window manager may refuse; the window is open all the same.
        let _ = window.set_focus();
    }
}

/// What the PIN window shows now.
///
/// # Errors
/// E13 when nothing is asked any more.
pub fn context(shell: &Shell) -> Result<PinContext, ErrorInfo> {
    shell
        .desk
        .with(|request| request.as_ref().map(|request| request.context.clone()))
        .ok_or_else(|| cancelled("E13"))
}

/// Tries a PIN. On success the window closes; otherwise it stays, with the tries that are left.
///
/// # Errors
/// What the card says: E08 to E12, E15, E17.
pub async fn submit(
    app: &AppHandle,
    shell: &Shell,
    pin: Zeroizing<String>,
) -> Result<(), ErrorInfo> {
    let reader = shell
        .desk
        .with(|request| request.as_ref().map(|request| request.reader.clone()))
        .ok_or_else(|| cancelled("E13"))?;
    let client = shell.client().await?;
    let pin = Pin::new(pin)?;
    match client.sign_in(&reader, pin).await {
        Ok(session) => {
            finish(app, shell, Ok(session));
            Ok(())
        }
        Err(error) => {
            if let Ok(mut context) = client.pin_context(&reader, PinKind::Pin1).await {
                context.error = Some(error.clone());
                shell.desk.with(|request| {
                    if let Some(request) = request {
                        request.context = context.clone();
                    }
                });
                let _ = app.emit_to(WINDOW, "pin-changed", context);
            }
            Err(error)
        }
    }
}

/// Ends the request without an answer.
pub fn cancel(app: &AppHandle, shell: &Shell) {
    finish(app, shell, Err(cancelled("E13")));
}

/// Ends the request when its card is gone: a PIN must not be typed for a card that is not there.
pub fn card_changed(app: &AppHandle, shell: &Shell, card: &CardState) {
    let gone = shell.desk.with(|request| {
        request
            .as_ref()
            .is_some_and(|request| !card.cards.iter().any(|info| info.reader == request.reader))
    });
    if gone {
        finish(app, shell, Err(cancelled("E15")));
    }
}

fn finish(app: &AppHandle, shell: &Shell, outcome: Result<Session, ErrorInfo>) {
    let Some(request) = shell.desk.with(Option::take) else {
        return;
    };
    // Nobody waits any more when the main window was closed meanwhile.
    let _ = request.answer.send(outcome);
    if let Some(window) = app.get_webview_window(WINDOW) {
        let _ = window.destroy();
    }
}

fn cancelled(code: &str) -> ErrorInfo {
    ErrorInfo {
        code: code.into(),
        blame: Blame::User,
        params: std::collections::BTreeMap::new(),
        retry: true,
    }
}
