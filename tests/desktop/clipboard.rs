//! What is copied really is on the clipboard: it is pasted with the keyboard and read.

use std::process::Command;

use fantoccini::key::Key;

use crate::{
    scene::{Scene, Setup},
    words::Words,
};

/// Pastes into the search field of the help page and waits until it begins with these words; a field of one line has no line ends.
async fn pasted(scene: &Scene, copied: &str) {
    let window = &scene.window;
    window.click("help-search").await;
    window
        .script("document.activeElement.select()", vec![])
        .await;
    let keys = Command::new("xdotool")
        .args(["key", "--clearmodifiers", "ctrl+v"])
        .env("DISPLAY", window.screen().display())
        .status()
        .expect("xdotool starts (package xdotool)");
    assert!(keys.success());
    let wanted: String = copied.split_whitespace().collect();
    assert!(wanted.len() > 100, "{wanted}");
    window
        .until("the words that were copied", async || {
            let script = "return document.querySelector(\"[data-testid='help-search']\").value";
            let value = window.script(script, vec![]).await;
            let value: String = value
                .as_str()
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            value.starts_with(&wanted)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_is_on_the_clipboard() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    let words = Words::of("en");
    let window = &scene.window;
    window.click("proof-open").await;
    window.click("proof-raw").await;
    let raw = window.words("raw-proof").await;
    window.click("raw-copy").await;
    window.says(words.get("app.copied")).await;
    window.click("help-open").await;
    // A long proof is shown up to an ellipsis and copied whole.
    pasted(&scene, raw.trim_end_matches('…')).await;

    window
        .script("document.activeElement.select()", vec![])
        .await;
    window.press(Key::Delete).await;
    window.click("show-diagnostics").await;
    let diagnostics = window.words("diagnostics").await;
    window.click("copy-diagnostics").await;
    window.says(words.get("app.copied")).await;
    pasted(&scene, &diagnostics).await;
    scene.close().await;
}
