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

/// One file, the outcome it must have, and an answer it must give.
async fn checked(scene: &Scene, words: &Words, outcome: &str, answer: (&str, &str)) {
    scene.window.click("check-choose").await;
    scene
        .window
        .find_css(&format!(
            "[data-testid='check-outcome'][data-outcome='{outcome}']"
        ))
        .await;
    scene
        .window
        .says(words.get(&format!("check.out.{outcome}")))
        .await;
    let (question, given) = answer;
    scene
        .window
        .find_css(&format!(
            "[data-testid='answer-{question}'][data-answer='{given}']"
        ))
        .await;
    for question in ["unaltered", "issuer", "current", "audience"] {
        scene
            .window
            .says(words.get(&format!("check.q.{question}")))
            .await;
    }
}

/// A file that is no proof file says which kind of not it is.
async fn refused(scene: &Scene, words: &Words, bytes: &[u8], kind: &str) {
    write(&scene.proof_file(), bytes);
    scene.window.click("check-choose").await;
    scene
        .window
        .says(words.beginning(&format!("check.file.{kind}.title")))
        .await;
}

fn write(file: &Path, bytes: &[u8]) {
    std::fs::write(file, bytes).expect("the file can be written");
}

/// Genuine, changed, cut short, and not a proof file at all.
async fn check_files(scene: &Scene, words: &Words) {
    let file = scene.proof_file();
    scene.window.click("nav-check").await;
    checked(scene, words, "TOTAL_PASSED", ("unaltered", "yes")).await;
    let genuine = std::fs::read(&file).expect("the proof file is there");
    let mut changed = genuine.clone();
    // One byte in the middle, where proof and page are.
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    write(&file, &changed);
    checked(scene, words, "TOTAL_FAILED", ("unaltered", "no")).await;
    refused(scene, words, &genuine[..genuine.len() / 2], "incomplete").await;
    refused(
        scene,
        words,
        b"This is a letter to my aunt.",
        "notAProofFile",
    )
    .await;
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
