//! How the program behaves among others on a desktop: one at a time, where it was, as large as it was, as calm as was asked.

use serde_json::json;

use crate::scene::{Scene, Setup};

/// Starts the app a second time on the scene's data, with these arguments, and returns what it says.
fn second_start(scene: &Scene, arguments: &[&str]) -> String {
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_toend-desktop"))
        .args(arguments)
        .env("TOEND_DATA_DIR", scene.home.path().join("toend"))
        .env("DISPLAY", scene.window.screen().display())
        .output()
        .expect("the app can be started");
    assert!(second.status.success(), "{second:?}");
    String::from_utf8_lossy(&second.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_says_that_the_first_is_open_and_leaves_it_alone() {
    let scene = Scene::open().await;
    let said = second_start(&scene, &[]);
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

/// What a media query says in the real window.
async fn media(scene: &Scene, query: &str) -> bool {
    scene
        .window
        .script(
            "return matchMedia(arguments[0]).matches",
            vec![json!(query)],
        )
        .await
        == json!(true)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_no_movement_on_the_desktop_gets_none_here() {
    let mut scene = Scene::with(Setup {
        desktop: "gtk-enable-animations=false",
        ..Setup::default()
    })
    .await;
    assert!(media(&scene, "(prefers-reduced-motion: reduce)").await);
    scene.sign_in().await;
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.find("proof-panel").await;
    let moving = "return document.getAnimations().filter(one => one.effect.getTiming().duration > 1).map(one => one.animationName ?? one.transitionProperty)";
    assert_eq!(scene.window.script(moving, vec![]).await, json!([]));
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_desktop_makes_a_dark_window() {
    let scene = Scene::with(Setup {
        desktop: "gtk-application-prefer-dark-theme=true",
        ..Setup::default()
    })
    .await;
    assert!(media(&scene, "(prefers-color-scheme: dark)").await);
    let shade = "const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return r + g + b";
    let shade = scene.window.script(shade, vec![]).await;
    assert!(
        shade.as_u64().is_some_and(|shade| shade < 200),
        "the page is dark: {shade}"
    );
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_hands_over_what_it_was_asked_to_open() {
    let scene = Scene::open().await;
    // A link to a page, while another page is open.
    second_start(&scene, &["toend:help"]);
    scene.window.find("help").await;
    // A file that is no proof file, with a name that wants to be more than a name: marks that turn the line, and markup.
    let file = scene
        .home
        .path()
        .join("<b>\u{202e}ecisa.nepo\u{202c}.asice");
    std::fs::write(&file, b"This is a letter to my aunt.").expect("the home can be written");
    second_start(&scene, &[&file.display().to_string()]);
    scene
        .window
        .find_css("[data-testid='check-outcome'], [data-testid='check-error']")
        .await;
    let markup = "return [...document.querySelectorAll('main b')].filter(bold => bold.textContent.includes('nepo')).length";
    assert_eq!(scene.window.script(markup, vec![]).await, json!(0));
    let isolated = "const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const bad = [];
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
          if (text.data.includes('nepo') && getComputedStyle(text.parentElement).unicodeBidi !== 'isolate') bad.push(text.parentElement.outerHTML);
        }
        return bad;";
    assert_eq!(scene.window.script(isolated, vec![]).await, json!([]));
    scene.window.screenshot("en/states/hostile-file-name").await;
    // A link that asks for what there is not, is refused with its reason.
    second_start(&scene, &["toend:pin?try=1234"]);
    scene.window.find("open-refused").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_as_large_as_it_was() {
    let scene = Scene::open().await;
    scene.window.resize(1010, 660).await;
    let noted = scene.home.path().join("toend/window.json");
    scene
        .window
        .until("the size to be noted", async || {
            std::fs::read_to_string(&noted).is_ok_and(|noted| noted.contains("1010"))
        })
        .await;
    let home = scene.leave().await;
    let scene = Scene::with(Setup {
        home: Some(home),
        ..Setup::default()
    })
    .await;
    let size = scene
        .window
        .script("return [innerWidth, innerHeight]", vec![])
        .await;
    assert_eq!(size, json!([1010, 660]));
    scene.close().await;
}
