//! What people do, step by step.

use toend_ledger::genesis::demo;
use toend_ledger::hash::sha256;
use toend_ledger::network::words_of;
use toend_testkit::Fault;

use crate::{
    scene::{Scene, Setup},
    trouble,
};

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
async fn a_withheld_record_is_an_alarm_with_an_empty_row_in_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = trouble::stage(folder.path()).await;
    stage.fault(0, Fault::DropEntry { n: 14 });
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    scene.open_health().await;
    scene.window.find("list-problem").await;
    scene
        .window
        .find_css("tr[data-verdict-row='withheld']:has([data-testid='list-row-14'])")
        .await;
    scene.window.screenshot("en/states/withheld").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new(), "alarm");
    scene.close().await;
}

/// Types into the search field of the page.
async fn search(scene: &Scene, words: &str) {
    let field = scene.window.find_css("#content input[type='search']").await;
    field.clear().await.expect("the field can be emptied");
    field.send_keys(words).await.expect("the field takes keys");
    scene
        .window
        .until("the list to follow", async || {
            let shown = scene
                .window
                .script("return [...document.querySelectorAll('.row-title')].map(row => row.closest('tr').innerText.toLowerCase())", vec![])
                .await;
            let rows = shown.as_array().cloned().unwrap_or_default();
            !rows.is_empty() && rows.len() < 20
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_sees_what_changed_what_waits_and_what_was_corrected() {
    let mut scene = Scene::with(Setup {
        language: Some("et"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    let window = &scene.window;
    window.find("home-changes").await;
    window.find("needs-me").await;
    for register in ["health", "tax", "business"] {
        window.find(&format!("home-register-{register}")).await;
    }
    // A corrected document shows its versions and, word by word, what is different.
    scene.open_health().await;
    search(&scene, "Seljavalu").await;
    scene.open_first_record().await;
    window
        .find_css("[data-testid^='compare-'][aria-expanded='true']")
        .await;
    window.find("difference").await;
    assert!(
        window.has_css("[data-testid='difference'] ins").await
            && window.has_css("[data-testid='difference'] del").await,
        "what came and what went are told apart"
    );
    window.screenshot("et/states/difference").await;
    // The list is found again as it was left.
    window.click("nav-health").await;
    let typed = window
        .script(
            "return document.querySelector(\"#content input[type='search']\").value",
            vec![],
        )
        .await;
    assert_eq!(typed, serde_json::json!("Seljavalu"));
    // A closed document opens by a deliberate step.
    search(&scene, "Kohanemis").await;
    scene.open_first_record().await;
    window.find("closed").await;
    window.screenshot("et/states/closed").await;
    window.click("closed-open").await;
    window
        .find_css("[data-testid='closed-open'][aria-expanded='true']")
        .await;
    // A series of one analyte is drawn, with its table beside it.
    window.click("nav-health").await;
    window.click("view-lab").await;
    scene.open_first_record().await;
    window.find_css("[data-testid='record'] svg").await;
    window.find_css("[data-testid='record'] table").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_acts_for_a_company_and_sees_taxes_counted_again() {
    let mut scene = Scene::with(Setup {
        language: Some("et"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    let window = &scene.window;
    window.click("nav-tax").await;
    window.click("view-declarations").await;
    window.find_css("[data-testid^='filing-']").await;
    window.click("view-account").await;
    window.find_css("main svg").await;
    window.find_css("main table").await;
    window.click("nav-business").await;
    window.click_css("[data-testid^='company-open-']").await;
    for part in ["who-signs", "shareholders", "reports", "figures"] {
        window.find(part).await;
    }
    window.click("whose-data").await;
    window
        .click_css("[data-testid^='subject-']:not([data-testid='subject-self'])")
        .await;
    window.find("acting-bar").await;
    window.click("nav-tax").await;
    window.find("acting-bar").await;
    window.screenshot("et/states/acting").await;
    scene.close().await;
}

/// The words of the keys stay folded until somebody wants to compare them, and are those of the keys in force.
#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_offices_can_be_compared() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    scene.sign_in().await;
    let window = &scene.window;
    window.click("settings-open").await;
    window.click("offices-ask").await;
    window.find("offices").await;
    window
        .says("Keys for sealing and answers: from the start")
        .await;
    let genesis = demo::genesis();
    let (app, register) = (&genesis.app, &genesis.app.registers[0]);
    let authority = [
        app.governance_keys[0],
        genesis.validators[0].pub_key,
        app.gateways[0].key,
    ];
    let vrf = *register.vrf_key.as_bytes();
    let register = [register.seal_key, register.answer_key, vrf];
    for (place, keys) in [("authority-keys", authority), ("keys-health", register)] {
        let words = keys.map(|key| words_of(&sha256(&[&key]))[..6].join(" "));
        let folded = window.text().await;
        assert!(!words.iter().any(|words| folded.contains(words)), "{place}");
        let place = format!("[data-testid='{place}']");
        let summary = format!("{place} summary, {place} u-summary");
        window.click_css(&summary).await;
        for words in words {
            window.says(&words).await;
        }
    }
    assert!(!window.text().await.contains("new key"));
    assert_eq!(window.axe().await, Vec::<String>::new(), "keys of offices");
    scene.close().await;
}
