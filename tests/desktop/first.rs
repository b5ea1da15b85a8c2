//! The first start, and every state of reader and card that keeps a person from going on. No dead end anywhere.

use serde_json::json;

use crate::{
    scene::{PIN1, Scene, Setup},
    words::{LANGUAGES, Words},
};

/// Waits for what stands in the way, and sees that its page names it, gives a way on and can be read by anybody.
async fn obstacle(scene: &Scene, kind: &str, words: &Words) {
    scene
        .window
        .find_css(&format!("[data-testid='obstacle'][data-obstacle='{kind}']"))
        .await;
    scene
        .window
        .says(words.beginning(&format!("start.{kind}.title")))
        .await;
    // What can be done, here and now, and what works without a card.
    scene.window.find("state-action").await;
    scene.window.find("nav-check").await;
    scene.window.find_css("[data-testid^='demo-card-']").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "{kind}");
    scene.window.screenshot(&format!("en/states/{kind}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_asks_twice_and_never_again() {
    let scene = Scene::with(Setup {
        first_start: true,
        ..Setup::default()
    })
    .await;
    scene.window.find("first-start").await;
    // The page is in the chosen language at once.
    for language in LANGUAGES {
        scene.window.click(&format!("language-{language}")).await;
        scene
            .window
            .find_css(&format!("html[lang^='{language}']"))
            .await;
        let words = Words::of(language);
        for key in ["first.what1", "first.what2", "first.what3"] {
            scene.window.says(words.get(key)).await;
        }
        assert_eq!(scene.window.axe().await, Vec::<String>::new(), "{language}");
        scene
            .window
            .screenshot(&format!("{language}/light/00-first"))
            .await;
    }
    // Nobody goes on without saying whose computer this is, and is told so.
    scene.window.click("first-continue").await;
    scene.window.find("computer-problem").await;
    scene.window.click("computer-shared").await;
    scene.window.click("first-continue").await;
    scene.window.find("obstacle").await;
    let settings = scene.window.invoke("settings", json!({})).await;
    let settings = settings.expect("settings can be read");
    assert_eq!(
        (
            &settings["welcomed"],
            &settings["sharedComputer"],
            &settings["language"]
        ),
        (&json!(true), &json!(true), &json!("ru"))
    );
    let home = scene.leave().await;
    let scene = Scene::with(Setup {
        first_start: true,
        home: Some(home),
        ..Setup::default()
    })
    .await;
    scene.window.find_css("html[lang^='ru']").await;
    scene.window.find("obstacle").await;
    assert!(!scene.window.has_css("[data-testid='first-start']").await);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_reader_and_card_says_what_to_do() {
    let words = Words::of("en");
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    obstacle(&scene, "noCard", &words).await;
    scene.insert_bank_card();
    obstacle(&scene, "notIdCard", &words).await;
    scene.pull();
    obstacle(&scene, "noCard", &words).await;
    scene
        .readers
        .stop_service()
        .unwrap_or_else(|error| panic!("{error}"));
    obstacle(&scene, "serviceOff", &words).await;
    // It is found again without a restart.
    scene
        .readers
        .start_service()
        .unwrap_or_else(|error| panic!("{error}"));
    obstacle(&scene, "noCard", &words).await;
    scene.insert("mari-liis");
    scene.window.find("card-ready").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_wrong_pins_lock_the_card_with_a_warning_before_the_last() {
    let words = Words::of("en");
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.insert("mari-liis");
    scene.window.click("sign-in").await;
    scene.type_pin("9998").await;
    let error = "[data-testid='pin-error'][data-code='E08']";
    scene.window.find_css(error).await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "one wrong");
    scene.type_pin("9997").await;
    scene
        .window
        .find_css("[data-testid='pin-error'][data-code='E09']")
        .await;
    // The last try is asked for twice.
    scene.type_pin("9996").await;
    scene.window.find("pin-confirm").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "last try");
    scene.window.click("pin-confirm").await;
    scene
        .window
        .find_css("[data-testid='pin-error'][data-code='E10']")
        .await;
    scene.window.gone("[data-testid='pin-input']").await;
    scene.window.click("pin-cancel").await;
    scene.window.enter_main_window().await;
    obstacle(&scene, "locked", &words).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_around_needs_no_reader() {
    let mut scene = Scene::open().await;
    scene
        .readers
        .stop_service()
        .unwrap_or_else(|error| panic!("{error}"));
    scene.window.click("demo-card-mari-liis").await;
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    let hint = scene.window.words("pin-demo-hint").await;
    assert!(hint.contains(PIN1), "the window tells the PIN: {hint}");
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;
    scene.open_health().await;
    scene.close().await;
}
