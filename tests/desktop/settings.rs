//! Settings and help: what is chosen is done at once, stays, and can be undone; nothing that is copied names a person.

use fantoccini::key::Key;
use serde_json::json;
use toend_testkit::Fault;

use crate::{
    scene::{Scene, Setup},
    trouble,
    words::Words,
};

/// Opens the settings.
pub async fn open(scene: &Scene) {
    scene.window.click("settings-open").await;
    scene.window.find("settings").await;
}

/// Clicks the choice `value` of a setting, whatever it is made of.
async fn choose(scene: &Scene, setting: &str, value: &str) {
    let choice = format!(
        "[data-testid='{setting}'] [value='{value}'], [data-testid='{setting}-{value}'], input[name='{setting}'][value='{value}']"
    );
    scene.window.click_css(&choice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_is_done_at_once_and_stays() {
    let scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    open(&scene).await;
    choose(&scene, "settings-theme", "dark").await;
    scene
        .window
        .find_css("html[data-color-scheme='dark']")
        .await;
    choose(&scene, "settings-text-size", "large").await;
    scene.window.find_css("html[data-text-size='large']").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "settings");
    scene.window.find("undo-line").await;
    scene.window.click("undo").await;
    scene.window.find_css("html[data-text-size='normal']").await;
    choose(&scene, "settings-language", "et").await;
    scene.window.find_css("html[lang^='et']").await;
    let home = scene.leave().await;
    let scene = Scene::with(Setup {
        home: Some(home),
        ..Setup::default()
    })
    .await;
    scene
        .window
        .find_css("html[lang^='et'][data-color-scheme='dark'][data-text-size='normal']")
        .await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_file_is_compared_by_ten_words_before_it_is_used() {
    let scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    open(&scene).await;
    let words = scene.window.words("network-words").await;
    scene.window.click("save-network-file").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the network file", async || file.exists())
        .await;
    scene.window.click("open-network-file").await;
    scene.window.find("network-compare").await;
    let compared = scene
        .window
        .script("return document.querySelector(\"[data-testid='network-compare'] [data-testid='network-words']\").innerText", vec![])
        .await;
    let compared = compared.as_str().unwrap_or_default();
    assert_eq!(
        compared.split_whitespace().collect::<String>(),
        words.split_whitespace().collect::<String>(),
        "the same file has the same words"
    );
    scene
        .window
        .find_css("[data-testid='network-compare'] svg")
        .await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "comparing");
    scene.window.screenshot("en/light/40-network-compare").await;
    // Whoever hears other words is told to stop; nothing is changed.
    scene.window.click("words-differ").await;
    scene.window.find("words-differ-note").await;
    std::fs::write(&file, b"{}").expect("the file can be written");
    scene
        .window
        .click_css("[data-testid='words-differ-note'] button")
        .await;
    scene.window.click("open-network-file").await;
    scene.window.find("network-file-error").await;
    scene.close().await;
}

/// The ten words on the page, in the order they are read.
async fn ten_words(scene: &Scene, within: &str) -> String {
    let script = format!(
        "return document.querySelector(\"{within} [data-testid='network-words']\")?.innerText ?? ''"
    );
    let words = scene.window.script(&script, vec![]).await;
    words
        .as_str()
        .unwrap_or_default()
        .split_whitespace()
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_network_is_used_and_left_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, _) = trouble::stage(folder.path()).await;
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    open(&scene).await;
    let window = &scene.window;
    window.find("network-words").await;
    let own = ten_words(&scene, "").await;
    assert!(
        !window.has_css("[data-testid='network-demo']").await,
        "there is no way back to where one is"
    );

    // Somebody hands over the file of their network; its words are compared, and only then it is used.
    std::fs::write(scene.proof_file(), stage.network_file()).expect("the file can be written");
    window.click("open-network-file").await;
    window.find("network-compare").await;
    let compared = ten_words(&scene, "[data-testid='network-compare']").await;
    assert_ne!(compared, own);
    assert!(!window.has_css("[data-testid='use-network']").await);
    window.click("words-same").await;
    window.click("use-network").await;
    window.gone("[data-testid='network-compare']").await;
    window
        .until("the other network's words", async || {
            ten_words(&scene, "").await == compared
        })
        .await;
    // The window follows: the session is over, and the pages are those of the other network.
    assert_eq!(window.invoke("session", json!({})).await, Ok(json!(null)));
    trouble::ledger_is(&scene, &["upToDate"]).await;
    let from = stage.ledger().tip().height();
    stage.blocks(2).await;
    window
        .until("the other network's pages", async || {
            let status = window.invoke("status", json!({})).await;
            status.is_ok_and(|status| {
                status["ledger"]["height"]
                    .as_u64()
                    .is_some_and(|height| height > from)
            })
        })
        .await;
    for gateway in trouble::GATEWAYS {
        stage.fault(gateway, Fault::Down);
    }
    trouble::ledger_is(&scene, &["offline"]).await;

    // Back, after one question.
    window.click("network-demo").await;
    window.click("network-demo-confirm").await;
    window
        .until("this computer's own network", async || {
            let words = ten_words(&scene, "").await;
            !words.is_empty() && words != compared
        })
        .await;
    trouble::ledger_is(&scene, &["upToDate"]).await;
    window.gone("[data-testid='network-demo']").await;
    assert_eq!(window.invoke("session", json!({})).await, Ok(json!(null)));
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_everything_asks_once_and_begins_anew() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    open(&scene).await;
    scene.window.find("storage").await;
    scene.window.click("forget").await;
    scene.window.find("forget-dialog").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "dialog");
    scene.window.screenshot("en/light/41-forget").await;
    scene.window.press(Key::Escape).await;
    scene.window.gone("[data-testid='forget-dialog']").await;
    assert!(
        scene
            .window
            .invoke("session", json!({}))
            .await
            .is_ok_and(|session| !session.is_null())
    );
    scene.window.click("forget").await;
    scene.window.click("forget-confirm").await;
    scene.window.gone("[data-testid='forget-dialog']").await;
    scene
        .window
        .until("the session to end", async || {
            scene.window.invoke("session", json!({})).await == Ok(json!(null))
        })
        .await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn help_is_found_and_what_is_copied_names_nobody() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("help-open").await;
    let search = scene.window.find("help-search").await;
    search.send_keys("PIN").await.expect("the field takes keys");
    scene.window.find_css("[data-testid^='help-hit-']").await;
    scene.window.click_css("[data-testid^='help-hit-']").await;
    scene.window.find("help-article").await;
    let told = scene.window.invoke("diagnostics", json!({})).await;
    let told = told
        .expect("diagnostics can be read")
        .to_string()
        .to_lowercase();
    assert!(told.contains("program: toend"), "{told}");
    for personal in ["mari", "männik", "47101010033", "as9990017"] {
        assert!(!told.contains(personal), "{personal} in {told}");
    }
    // Versions and licences of everything inside.
    open(&scene).await;
    let count = scene.window.words("licence-count").await;
    let digits: String = count.chars().filter(char::is_ascii_digit).collect();
    assert!(
        digits.parse::<u32>().is_ok_and(|count| count > 100),
        "{count}"
    );
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_mark_shows_every_key_and_the_keys_work() {
    let words = Words::of("en");
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.window.find("home-register-health").await;
    scene.window.press('?').await;
    scene.window.find("keyboard-map").await;
    scene.window.says(words.get("keys.title")).await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "keys");
    scene.window.press(Key::Escape).await;
    scene.window.gone("[data-testid='keyboard-map']").await;
    scene.close().await;
}
