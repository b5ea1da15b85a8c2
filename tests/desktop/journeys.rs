//! What people do, step by step.

use serde_json::json;

use crate::scene::Scene;

const PROVEN: &str = "[data-testid='verdict'][data-verdict='proven']";

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_opens_a_health_record_and_sees_why_to_trust_it() {
    let mut scene = Scene::open().await;
    scene.window.screenshot("01-welcome").await;
    assert_eq!(
        scene.window.axe().await,
        Vec::<String>::new(),
        "welcome page"
    );
    scene.sign_in().await;
    scene.window.screenshot("02-home").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "home page");
    scene.open_health().await;
    scene.window.find_css(PROVEN).await;
    scene.window.screenshot("03-health").await;
    assert_eq!(
        scene.window.axe().await,
        Vec::<String>::new(),
        "health list"
    );
    scene.window.click_css("[data-testid^='list-row-']").await;
    scene.window.find("record").await;
    scene.window.find_css(PROVEN).await;
    scene.window.click("proof-open").await;
    scene.window.find("proof-panel").await;
    scene.window.screenshot("04-record-proof").await;
    assert_eq!(
        scene.window.axe().await,
        Vec::<String>::new(),
        "record with proof panel"
    );
    // The label that says what this is stays on every page.
    scene.window.find("demo-label").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_costs_one_try_and_says_so() {
    let mut scene = Scene::open().await;
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.type_pin("9999").await;
    let error = scene
        .window
        .find("pin-error")
        .await
        .text()
        .await
        .expect("it has words");
    assert!(
        error.contains('2'),
        "two tries are left; the window says: {error}"
    );
    scene.window.screenshot("05-wrong-pin").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "PIN window");
    // The right PIN still works, and the page behind was not touched.
    let field = scene.window.find("pin-input").await;
    field.send_keys("1234").await.expect("the field takes keys");
    scene.window.click("pin-submit").await;
    scene.window.enter_main_window().await;
    scene.window.find("nav-health").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_the_pin_leaves_everything_as_it_was() {
    let mut scene = Scene::open().await;
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene.window.click("pin-cancel").await;
    scene.window.enter_main_window().await;
    scene.window.find("sign-in").await;
    scene.window.alone().await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pulling_the_card_blanks_everything_private() {
    let mut scene = Scene::open().await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.pull();
    scene.window.gone("[data-testid^='list-row-']").await;
    scene.window.find("welcome").await;
    let page = scene.window.text().await;
    assert!(
        !page.contains("Mari-Liis") && !page.contains("Männik"),
        "nothing of the person is left:\n{page}"
    );
    assert_eq!(
        scene.window.invoke("session", json!({})).await,
        Ok(json!(null))
    );
    let refused = scene
        .window
        .invoke("list", json!({ "register": "health", "subject": null }))
        .await;
    assert!(refused.is_err(), "a list without a session: {refused:?}");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_file_is_saved_and_checked_and_a_changed_one_is_refused() {
    let mut scene = Scene::open().await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.window.click_css("[data-testid^='list-row-']").await;
    scene.window.click("proof-open").await;
    scene.window.click("save-proof").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;

    scene.window.click("nav-check").await;
    scene.window.click("check-choose").await;
    scene
        .window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    scene.window.screenshot("06-check-passed").await;
    assert_eq!(
        scene.window.axe().await,
        Vec::<String>::new(),
        "checked file"
    );

    // One byte in the middle, where proof and page are.
    let mut bytes = std::fs::read(&file).expect("the file is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("the file can be changed");
    scene.window.click("check-choose").await;
    scene
        .window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_FAILED']")
        .await;
    scene.window.screenshot("07-check-failed").await;
    scene.close().await;
}

/// The capability refused it, not the command itself.
fn assert_not_allowed(command: &str, answer: Result<serde_json::Value, serde_json::Value>) {
    match answer {
        Err(refusal) => assert!(
            refusal.to_string().contains("not allowed"),
            "{command} was refused for another reason: {refusal}"
        ),
        Ok(value) => panic!("this window may call {command}: {value}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_window_has_only_the_commands_it_needs() {
    let mut scene = Scene::open().await;
    scene.insert("mari-liis");
    for command in ["pin_submit", "pin_context", "pin_cancel"] {
        let refused = scene.window.invoke(command, json!({ "pin": "1234" })).await;
        assert_not_allowed(command, refused);
    }
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    for command in [
        "list",
        "session",
        "save_proof",
        "check_file",
        "forget_everything",
        "sign_in",
    ] {
        let refused = scene.window.invoke(command, json!({})).await;
        assert_not_allowed(command, refused);
    }
    let frozen = scene
        .window
        .script("return Object.isFrozen(Object.prototype)", vec![])
        .await;
    assert_eq!(frozen, json!(true), "the prototype is frozen");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withheld_record_is_an_alarm_with_an_empty_row_in_its_place() {
    use toend_testkit::{Fault, Stage};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::open(folder.path(), true).await;
    stage.serves(
        &toend_ledger::subject::Subject::person("EE", "47101010033")
            .expect("a demonstration person"),
    );
    stage.fault(0, Fault::DropEntry { n: 14 });
    let network = folder.path().join("network.json");
    std::fs::write(&network, stage.network_file()).expect("the folder can be written");

    let mut scene = Scene::open_with(vec!["--network".into(), network.display().to_string()]).await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.window.find("list-problem").await;
    scene
        .window
        .find_css("tr[data-verdict-row='withheld']:has([data-testid='list-row-14'])")
        .await;
    scene.window.screenshot("08-withheld").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "alarm");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_says_that_the_first_is_open_and_leaves_it_alone() {
    let scene = Scene::open().await;
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_toend-desktop"))
        .env("TOEND_DATA_DIR", scene.home.path().join("toend"))
        .output()
        .expect("the app can be started");
    assert!(second.status.success(), "{second:?}");
    let said = String::from_utf8_lossy(&second.stdout);
    assert!(said.contains("already open"), "{said}");
    scene.window.find("welcome").await;
    scene.close().await;
}

#[test]
fn without_a_display_the_app_names_the_terminal_program() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_toend-desktop"))
        .env("TOEND_DATA_DIR", home.path())
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the app can be started");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("toend records"), "{said}");
}
