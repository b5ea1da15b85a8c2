//! The main flows in every language: card, PIN, record with its proof, checking a file. What must be said is read from the texts.

use std::path::Path;

use serde_json::json;

use crate::{
    scene::{PIN1, Scene, Setup},
    words::{LANGUAGES, Words},
};

const PROVEN: &str = "[data-testid='verdict'][data-verdict='proven']";

/// Card in and out, and what is not a card of ours.
async fn card(scene: &mut Scene, words: &Words) {
    obstacle(scene, words, "noCard").await;
    scene.insert_bank_card();
    obstacle(scene, words, "notIdCard").await;
    scene.pull();
    obstacle(scene, words, "noCard").await;
    scene.insert("mari-liis");
    scene.window.find("card-ready").await;
    scene.window.says(words.get("card.holder")).await;
    scene.window.says("MARI-LIIS MÄNNIK").await;
}

/// What stands in the way is named, with what to do.
async fn obstacle(scene: &Scene, words: &Words, kind: &str) {
    scene
        .window
        .find_css(&format!("[data-testid='obstacle'][data-obstacle='{kind}']"))
        .await;
    for part in ["title", "do1"] {
        scene
            .window
            .says(words.beginning(&format!("start.{kind}.{part}")))
            .await;
    }
}

/// A wrong PIN costs one try and says so; the right one opens.
async fn pin(scene: &Scene, words: &Words, language: &str) {
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    scene
        .window
        .find_css(&format!("html[lang^='{language}']"))
        .await;
    scene.window.find("pin-input").await;
    scene.window.says(words.get("pin.meaning.pin1")).await;
    scene.type_pin("9999").await;
    scene
        .window
        .find_css("[data-testid='pin-error'][data-code='E08']")
        .await;
    let said = scene.window.words("pin-error").await;
    let expected = words.beginning("errors.E08.what");
    assert!(said.contains(expected) && said.contains('2'), "{said}");
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;
    scene.window.find("nav-health").await;
}

/// A record, its verdict, the proof in sentences, in numbers and raw.
async fn record(scene: &Scene, words: &Words) {
    scene.open_health().await;
    scene.open_first_record().await;
    let verdict = scene.window.find_css(PROVEN).await;
    let word = verdict.text().await.expect("a verdict is a word");
    assert!(word.contains(words.get("verdict.proven")), "{word}");
    scene.window.click("proof-open").await;
    scene.window.find("save-proof").await;
    let panel = scene.window.words("proof-panel").await;
    for key in ["proof.title", "proof.allFit", "proof.limit"] {
        assert!(panel.contains(words.get(key)), "{key} in:\n{panel}");
    }
    scene.window.click("proof-numbers").await;
    scene.window.says(words.get("proof.sentences")).await;
    scene.window.click("proof-numbers").await;
    scene.window.click("save-proof").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;
    scene.window.find("proof-saved").await;
}

/// The answers that a file must have, each in its place and in words.
async fn answered(scene: &Scene, words: &Words, outcome: &str, unaltered: &str) {
    let window = &scene.window;
    window.click("check-choose").await;
    let report = format!(
        "[data-testid='check-outcome'][data-outcome='{outcome}']:has([data-testid='answer-unaltered'][data-answer='{unaltered}'])"
    );
    window.find_css(&report).await;
    for question in ["unaltered", "issuer", "current", "audience"] {
        window.find(&format!("answer-{question}")).await;
        window.says(words.get(&format!("check.q.{question}"))).await;
    }
}

/// A file that gives no answer of its own says which kind of file it is.
async fn refused(scene: &Scene, words: &Words, bytes: &[u8], code: &str) {
    write(&scene.proof_file(), bytes);
    let path = scene.proof_file().display().to_string();
    let report = scene
        .window
        .invoke("check_file", json!({ "path": path }))
        .await
        .expect("any file gets a report");
    assert_eq!(report["error"]["code"], json!(code), "{report}");
    let kind = report["unaltered"]["reason"].as_str().expect("a reason");
    let title = words.get(&format!("check.file.{kind}.title"));
    let (outcome, answer) = match code {
        "E37" => ("TOTAL_FAILED", "no"),
        _ => ("INDETERMINATE", "cannotTell"),
    };
    answered(scene, words, outcome, answer).await;
    scene.window.says(title).await;
}

fn write(file: &Path, bytes: &[u8]) {
    std::fs::write(file, bytes).expect("the file can be written");
}

/// Genuine, changed, cut short, not a proof file at all, and too large.
async fn check_files(scene: &Scene, words: &Words) {
    let file = scene.proof_file();
    scene.window.click("nav-check").await;
    answered(scene, words, "TOTAL_PASSED", "yes").await;
    scene.window.says(words.get("check.out.TOTAL_PASSED")).await;
    let genuine = std::fs::read(&file).expect("the proof file is there");
    let mut changed = genuine.clone();
    // One byte in the middle, where proof and page are.
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    refused(scene, words, &changed, "E37").await;
    refused(scene, words, b"This is a letter to my aunt.", "E38").await;
    refused(scene, words, &genuine[..genuine.len() / 2], "E38").await;
}

async fn main_flows(language: &'static str) {
    let words = Words::of(language);
    let mut scene = Scene::with(Setup {
        language: Some(language),
        ..Setup::default()
    })
    .await;
    scene
        .window
        .find_css(&format!("html[lang^='{language}']"))
        .await;
    card(&mut scene, &words).await;
    pin(&scene, &words, language).await;
    record(&scene, &words).await;
    check_files(&scene, &words).await;
    // The label that says what this is stays on every page.
    scene.window.find("demo-label").await;
    // Checking needs no card: the page stays, and everything of the person goes.
    scene.pull();
    scene.window.gone("[data-testid='nav-health']").await;
    scene.window.find("check-outcome").await;
    assert_eq!(
        scene.window.invoke("session", json!({})).await,
        Ok(json!(null))
    );
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn card_pin_record_and_file_in_estonian() {
    main_flows(LANGUAGES[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn card_pin_record_and_file_in_english() {
    main_flows(LANGUAGES[1]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn card_pin_record_and_file_in_russian() {
    main_flows(LANGUAGES[2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_changes_without_a_restart() {
    let mut scene = Scene::open().await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    for language in LANGUAGES {
        scene.window.click(&format!("lang-{language}")).await;
        scene
            .window
            .find_css(&format!("html[lang^='{language}']"))
            .await;
        let words = Words::of(language);
        scene.window.says(words.get("verdict.proven")).await;
        // The same page, the same session.
        scene.window.find_css(PROVEN).await;
    }
    scene.close().await;
}
