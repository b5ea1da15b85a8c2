//! Notifications of the desktop: opt-in, rare, and without a word about a person.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;
use tauri::{AppHandle, Manager as _};
use toend_client::{Surprise, dto::Language};

use crate::state::Shell;

/// The same is not said again sooner.
const QUIET: Duration = Duration::from_secs(600);

/// When each kind was said last.
#[derive(Default)]
pub struct Notices(Mutex<HashMap<Surprise, Instant>>);

impl Notices {
    /// True when this has not been said lately; then it counts as said.
    fn is_due(&self, surprise: Surprise, now: Instant) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = said
            .get(&surprise)
            .is_none_or(|at| now.saturating_duration_since(*at) >= QUIET);
        if due {
            said.insert(surprise, now);
        }
        due
    }
}

/// Says it on the desktop, if the person wants that and is not looking anyway.
pub async fn tell(app: &AppHandle, surprise: Surprise) {
    let shell = app.state::<Shell>();
    let Ok(client) = shell.client().await else {
        return;
    };
    let Ok(settings) = client.settings().await else {
        return;
    };
    let looking = app
        .get_webview_window("main")
        .is_some_and(|window| window.is_focused().unwrap_or(false));
    let wanted = settings.notifications && !(looking && surprise == Surprise::NewEntry);
    if wanted && shell.notices.is_due(surprise, Instant::now()) {
        let (title, body) = text(settings.language, surprise);
        // Nothing waits for it, and a desktop without notifications is no fault.
        tauri::async_runtime::spawn_blocking(move || show(&title, &body));
    }
}

/// Title and body from the window's own texts.
fn text(language: Language, surprise: Surprise) -> (String, String) {
    let texts = match language {
        Language::Et => include_str!("../ui/src/i18n/et.json"),
        Language::En => include_str!("../ui/src/i18n/en.json"),
        Language::Ru => include_str!("../ui/src/i18n/ru.json"),
    };
    let texts: Value = serde_json::from_str(texts).unwrap_or_default();
    let get = |key: &str| texts[key].as_str().unwrap_or_default().to_owned();
    let key = match surprise {
        Surprise::Ledger => "notify.ledger",
        Surprise::Problem => "notify.problem",
        Surprise::NewEntry => "notify.newEntry",
    };
    (get("app.name"), get(key))
}

/// Over the session bus, as freedesktop.org describes it; the library is there anyway, because the window uses it.
#[cfg(target_os = "linux")]
fn show(title: &str, body: &str) {
    use gio::glib::prelude::ToVariant as _;
    const PLACE: &str = "org.freedesktop.Notifications";
    let hints: HashMap<String, gio::glib::Variant> =
        HashMap::from([("desktop-entry".to_owned(), "toend-desktop".to_variant())]);
    let actions: Vec<String> = Vec::new();
    let message = (
        title,
        0u32,
        "Toend",
        title,
        escaped(body),
        actions,
        hints,
        -1i32,
    )
        .to_variant();
    let sent = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).and_then(|bus| {
        bus.call_sync(
            Some(PLACE),
            "/org/freedesktop/Notifications",
            PLACE,
            "Notify",
            Some(&message),
            None,
            gio::DBusCallFlags::NONE,
            2000,
            gio::Cancellable::NONE,
        )
    });
    if let Err(error) = sent {
        tracing::info!(%error, "the desktop shows no notifications");
    }
}

#[cfg(not(target_os = "linux"))]
fn show(_title: &str, _body: &str) {
    tracing::info!("notifications are shown on Linux only");
}

/// Some desktops read a body as markup.
#[cfg(target_os = "linux")]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Surprise; 3] = [Surprise::Ledger, Surprise::Problem, Surprise::NewEntry];

    #[test]
    fn every_surprise_has_words_in_every_language_and_they_name_nobody() {
        for language in [Language::Et, Language::En, Language::Ru] {
            for surprise in ALL {
                let (title, body) = text(language, surprise);
                assert!(
                    !title.is_empty() && body.len() > 10,
                    "{language:?} {surprise:?}"
                );
                // A placeholder would be the only way for a name to come in.
                assert!(!body.contains('{') && !title.contains('{'), "{body}");
            }
        }
    }

    #[test]
    fn the_same_is_not_said_again_soon() {
        let (notices, start) = (Notices::default(), Instant::now());
        for surprise in ALL {
            assert!(notices.is_due(surprise, start));
            assert!(!notices.is_due(surprise, start + QUIET / 2));
            assert!(notices.is_due(surprise, start + QUIET));
        }
    }
}
