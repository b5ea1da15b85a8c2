//! The main flow as a screen reader is told it: headings, buttons, the status line, the PIN field and the verdict, with names and roles.

use crate::{
    accessible::{Accessibility, Role, Thing},
    scene::{PIN1, Scene, Setup},
    words::Words,
};

/// Waits until something with this role and these words is told, and returns everything that is.
async fn told(scene: &Scene, bus: &Accessibility, role: Role, words: &str) -> Vec<Thing> {
    let mut things = Vec::new();
    scene
        .window
        .until(
            &format!("a {role:?} that says \u{201c}{words}\u{201d}"),
            async || {
                things = bus.everything().await;
                things.iter().any(|thing| {
                    thing.role == role && (thing.name.contains(words) || thing.text.contains(words))
                })
            },
        )
        .await;
    things
}

/// Whatever is pressed has a name.
fn assert_named(things: &[Thing], page: &str) {
    let nameless: Vec<&Thing> = things
        .iter()
        .filter(|thing| {
            matches!(
                thing.role,
                Role::Button | Role::Link | Role::Entry | Role::Password
            ) && thing.name.trim().is_empty()
                && thing.text.trim().is_empty()
        })
        .collect();
    assert!(nameless.is_empty(), "on {page}: {nameless:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_reader_is_told_the_main_flow() {
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        bus: true,
        ..Setup::default()
    })
    .await;
    let words = Words::of("en");
    let address = scene.window.screen().bus().expect("a bus was asked for");
    let bus = Accessibility::of_session(address).await;

    let welcome = told(
        &scene,
        &bus,
        Role::Heading,
        words.beginning("start.noCard.title"),
    )
    .await;
    assert_named(&welcome, "the first page");
    // The status line is a button that says the state.
    told(&scene, &bus, Role::Button, words.get("status.card.noCard")).await;

    scene.insert("mari-liis");
    told(&scene, &bus, Role::Button, words.get("welcome.signIn")).await;
    scene.window.click("sign-in").await;
    scene.window.enter_pin_window().await;
    let pin = told(&scene, &bus, Role::Password, "PIN1").await;
    assert_named(&pin, "the PIN window");
    assert!(
        pin.iter().all(|thing| !thing.name.contains(PIN1)),
        "the PIN itself is never told"
    );
    scene.type_pin(PIN1).await;
    scene.window.enter_main_window().await;

    scene.open_health().await;
    told(&scene, &bus, Role::Heading, words.get("nav.health")).await;
    // The list is a table, whatever its name.
    let list = told(&scene, &bus, Role::Table, "").await;
    assert_named(&list, "the list");
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.find("save-proof").await;
    told(&scene, &bus, Role::Heading, words.get("proof.title")).await;
    // Saving is a button.
    let record = told(&scene, &bus, Role::Button, words.get("proof.save")).await;
    assert_named(&record, "the record");
    let verdict = words.get("verdict.proven");
    assert!(
        record
            .iter()
            .any(|thing| thing.name == verdict || thing.text.trim() == verdict),
        "the verdict is told: {record:#?}"
    );

    scene.window.click("nav-check").await;
    let check = told(&scene, &bus, Role::Button, words.get("check.chooseButton")).await;
    assert_named(&check, "checking a file");
    scene.close().await;
}
