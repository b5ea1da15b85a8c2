//! What goes wrong around a person: the card comes out, the network goes, the clock is wrong, the ledger splits.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use toend_ledger::subject::Subject;
use toend_testkit::{Fault, Stage};

use crate::{
    scene::{PIN1, Scene, Setup},
    words::Words,
};

/// The gateways of a stage.
pub const GATEWAYS: std::ops::Range<usize> = 0..4;

/// A network behind gateways that a test can spoil, and the argument that leads the app to it.
pub async fn stage(folder: &Path) -> (Stage, Vec<String>) {
    let stage = Stage::open(folder, true).await;
    stage.serves(&Subject::person("EE", "47101010033").expect("a demonstration person"));
    let network = folder.join("network.json");
    std::fs::write(&network, stage.network_file()).expect("the folder can be written");
    (
        stage,
        vec!["--network".into(), network.display().to_string()],
    )
}

pub fn all(stage: &Stage, fault: &Fault) {
    for gateway in GATEWAYS {
        stage.fault(gateway, fault.clone());
    }
}

/// Waits until the status line tells one of these states of the ledger.
pub async fn ledger_is(scene: &Scene, states: &[&str]) {
    let selector: Vec<String> = states
        .iter()
        .map(|state| format!("[data-testid='status-line'][data-state='{state}']"))
        .collect();
    scene.window.find_css(&selector.join(", ")).await;
}

/// All words and attributes of the page, without the demonstration cards that are offered to anybody by name.
const LEFT: &str = r#"
    const page = document.documentElement.cloneNode(true);
    for (const offered of page.querySelectorAll("[data-testid^='demo-card-']")) offered.remove();
    return (page.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage })).toLowerCase();"#;

/// Nothing of the person is left, on the page or behind it.
async fn assert_blank(scene: &Scene, after: &str) {
    // The session ends first; then the program says that the reader is empty, and the card's own name goes too.
    scene.window.find("obstacle").await;
    let left = scene.window.script(LEFT, vec![]).await.to_string();
    for word in ["mari-liis", "männik", "47101010033"] {
        assert!(
            !left.contains(word),
            "after {after}, {word} is left:\n{left}"
        );
    }
    let session = scene.window.invoke("session", json!({})).await;
    assert_eq!(session, Ok(json!(null)), "after {after}");
    for register in ["health", "tax", "business"] {
        let arguments = json!({ "register": register, "subject": null });
        let refused = scene.window.invoke("list", arguments).await;
        assert!(refused.is_err(), "a list without a session: {refused:?}");
    }
}

/// Puts the card in again and signs in.
async fn again(scene: &mut Scene) {
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;
    scene.window.find("nav-health").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pulling_the_card_in_the_middle_of_anything_blanks_everything_private() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    // While the PIN is asked: the window goes, and the reason is told.
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene.window.find("pin-input").await;
    scene.pull();
    scene.window.enter_main_window().await;
    scene.window.alone().await;
    assert_blank(&scene, "the PIN window").await;

    again(&mut scene).await;
    scene.pull();
    assert_blank(&scene, "home").await;

    again(&mut scene).await;
    scene.open_health().await;
    scene.pull();
    assert_blank(&scene, "a list").await;

    again(&mut scene).await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.find("save-proof").await;
    scene.pull();
    assert_blank(&scene, "a record with its proof").await;

    // Another person's card opens that person's home, never the page that was left.
    scene.insert("igor");
    scene.window.click("sign-in").await;
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;
    scene.window.find("nav-health").await;
    let page = scene.window.text().await.to_lowercase();
    assert!(!page.contains("männik"), "{page}");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_goes_and_comes_back_and_nothing_unknown_is_called_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;

    // One register is down: the others are not touched, and its name is told.
    stage.fault(1, Fault::Down);
    scene.window.click("nav-tax").await;
    scene
        .window
        .find_css("[data-testid='list-problem'], [data-testid='list-error'], .note")
        .await;
    let said = scene.window.text().await;
    assert!(said.contains("Tax"), "{said}");
    scene.open_health().await;

    all(&stage, &Fault::Down);
    ledger_is(&scene, &["offline", "stale", "paused"]).await;
    scene.window.find("ledger-banner").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "offline");
    scene.window.screenshot("en/states/offline-health").await;
    scene.window.click("nav-home").await;
    scene.window.find("home-register-tax").await;
    let tax = scene.window.words("home-register-tax").await;
    assert!(
        !tax.split_whitespace().any(|word| word == "0"),
        "a register that did not answer is not empty: {tax}"
    );
    scene.window.screenshot("en/states/offline-home").await;
    // What needs no network goes on.
    scene.window.click("nav-check").await;
    scene.window.find("check-choose").await;

    all(&stage, &Fault::None);
    ledger_is(&scene, &["upToDate"]).await;
    scene.window.gone("[data-testid='ledger-banner']").await;
    scene.window.click("nav-tax").await;
    scene.window.find_css("[data-testid^='list-row-']").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_network_opens_and_says_how_old_the_news_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        arguments: arguments.clone(),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.click("save-proof").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;
    let home = scene.leave().await;

    stage.cut();
    let scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        home: Some(home),
        ..Setup::default()
    })
    .await;
    ledger_is(&scene, &["offline", "stale"]).await;
    scene.window.find("welcome").await;
    scene.window.screenshot("en/states/offline-start").await;
    assert_eq!(
        scene.window.axe().await,
        Vec::<String>::new(),
        "offline start"
    );
    // A file that was saved is checked without anybody's help.
    scene.window.click("nav-check").await;
    scene.window.click("check-choose").await;
    scene
        .window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_told_before_anything_is_called_current() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    // The authorities are an hour ahead of this computer.
    stage.pass(Duration::from_secs(3600));
    stage.blocks(3).await;
    let scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        ..Setup::default()
    })
    .await;
    scene
        .window
        .until("the clock to be found slow", async || {
            let status = scene.window.invoke("status", json!({})).await;
            status.is_ok_and(|status| status["clock"] == json!("slow"))
        })
        .await;
    let line = scene.window.find("status-line").await;
    let state = line.attr("data-state").await.expect("an attribute");
    assert_ne!(state.as_deref(), Some("upToDate"));
    let words = Words::of("en");
    scene.window.click("status-line").await;
    scene.window.find("status-popover").await;
    scene.window.says(words.get("status.clock")).await;
    scene.window.screenshot("en/states/clock-slow").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_of_the_ledger_stop_everything_and_look_like_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    let from = stage.ledger().tip().height() + 1;
    for gateway in [1, 3] {
        stage.fault(gateway, Fault::Fork { from });
    }
    ledger_is(&scene, &["attacked"]).await;
    scene
        .window
        .says(Words::of("en").get("status.title.attacked"))
        .await;
    scene.window.screenshot("en/states/attacked").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "attacked");
    let refused: Result<Value, Value> = scene
        .window
        .invoke("refresh", json!({ "register": "health", "subject": null }))
        .await;
    assert_eq!(
        refused.expect_err("nothing is asked any more")["code"],
        json!("E25")
    );
    scene.close().await;
}
