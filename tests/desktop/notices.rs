//! Notifications of the desktop: only when they are wanted, only for what is unexpected, and without a word about a person.

#![allow(
    clippy::used_underscore_binding,
    reason = "what the bus names is passed on by generated code"
)]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::json;
use toend_testkit::Fault;
use zbus::{Connection, OwnedVariant};

use crate::{
    scene::{Scene, Setup},
    trouble,
    words::Words,
};

/// Title and body of every notification.
type Said = Arc<Mutex<Vec<(String, String)>>>;

/// Takes the desktop's place.
struct Desktop(Said);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[allow(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "the desktop's own interface is like this"
    )]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _timeout: i32,
    ) -> u32 {
        self.0.lock().expect("a list").push((title, body));
        1
    }
}

/// Listens on the session bus of the scene for as long as the connection is held.
async fn listen(scene: &Scene) -> (Connection, Said) {
    let said = Said::default();
    let address = scene.window.screen().bus().expect("a bus was asked for");
    let connection = zbus::connection::Builder::address(address)
        .name("org.freedesktop.Notifications")
        .serve_at("/org/freedesktop/Notifications", Desktop(Arc::clone(&said)))
        .build()
        .await
        .expect("the bus can be joined");
    (connection, said)
}

/// Signs in, lets the ledger split, and returns what the desktop was told.
async fn after_a_split(wanted: bool) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = trouble::stage(folder.path()).await;
    let mut scene = Scene::with(Setup {
        language: Some("ru"),
        arguments,
        bus: true,
        ..Setup::default()
    })
    .await;
    let (_desktop, said) = listen(&scene).await;
    scene.choose(&json!({ "notifications": wanted })).await;
    scene.sign_in().await;
    scene.open_health().await;
    assert_eq!(
        *said.lock().expect("a list"),
        [],
        "nothing is unexpected yet"
    );
    let from = stage.ledger().tip().height() + 1;
    for gateway in [1, 3] {
        stage.fault(gateway, Fault::Fork { from });
    }
    trouble::ledger_is(&scene, &["attacked"]).await;
    if wanted {
        scene
            .window
            .until("a notification", async || {
                !said.lock().expect("a list").is_empty()
            })
            .await;
    } else {
        // What would have been said is said before the window knows: by now it would be here.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    }
    let said = said.lock().expect("a list").clone();
    scene.close().await;
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_it_is_told_of_the_unexpected_and_of_nothing_else() {
    let words = Words::of("ru");
    let told = after_a_split(true).await;
    assert_eq!(
        told,
        [(
            words.get("app.name").to_owned(),
            words.get("notify.ledger").to_owned()
        )]
    );
    assert_eq!(after_a_split(false).await, []);
}
