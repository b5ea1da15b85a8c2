//! The real file dialogs: GTK's own, under a window manager, with a keyboard and a mouse.

use std::{process::Command, time::Duration};

use crate::scene::{Scene, Setup};

/// Runs xdotool on the display of the scene.
fn xdotool(scene: &Scene, arguments: &[&str]) -> String {
    let output = Command::new("xdotool")
        .args(arguments)
        .env("DISPLAY", scene.window.screen().display())
        .output()
        .expect("xdotool starts (package xdotool)");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Waits until a dialog has the keyboard and returns its title.
async fn dialog(scene: &Scene) -> String {
    let mut title = String::new();
    scene
        .window
        .until("the file dialog", async || {
            title = xdotool(scene, &["getactivewindow", "getwindowname"]);
            !title.is_empty() && !title.contains("Tõend")
        })
        .await;
    title
}

/// Types the name of a file at home into the dialog that has the keyboard, and Enter. A dialog that was not ready for the keys is
/// asked again.
async fn answer(scene: &Scene, name: &str) {
    // From the home on: on the way down from the root the dialog would complete the names of other tests' folders.
    let path = format!("~/{name}");
    dialog(scene).await;
    for _try in 0..5 {
        // The field for a path, in either dialog; what was suggested is replaced.
        for keys in [
            &["key", "--clearmodifiers", "ctrl+l"][..],
            &["key", "--clearmodifiers", "ctrl+a"],
            &["type", "--clearmodifiers", "--delay", "20", &path],
            &["key", "--clearmodifiers", "Return"],
        ] {
            tokio::time::sleep(Duration::from_millis(300)).await;
            xdotool(scene, keys);
        }
        for _look in 0..80 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if xdotool(scene, &["getactivewindow", "getwindowname"]).contains("Tõend") {
                return;
            }
        }
    }
    panic!("the dialog did not take {path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_saved_and_opened_through_the_native_dialogs() {
    let mut scene = Scene::with(Setup {
        native_dialogs: true,
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;

    // Cancelled: nothing is saved, and the window says so.
    scene.window.click("save-proof").await;
    dialog(&scene).await;
    xdotool(&scene, &["key", "Escape"]);
    let words = crate::words::Words::of("en");
    scene.window.says(words.get("proof.notSaved")).await;

    let name = "my proof.asice";
    let file = scene.home.path().join(name);
    scene.window.click("save-proof").await;
    answer(&scene, name).await;
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;
    let said = scene.window.words("proof-saved").await;
    assert!(said.contains(name), "{said}");

    scene.window.click("nav-check").await;
    scene.window.click("check-choose").await;
    answer(&scene, name).await;
    scene
        .window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    scene.close().await;
}
