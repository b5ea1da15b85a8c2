//! What people do, step by step.

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
