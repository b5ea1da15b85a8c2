//! From the start to an opened record, its proof and a saved file with the keyboard alone, and always seeing where one is.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{
    scene::{PIN1, Scene},
    window::Window,
};

/// Where the focus is: its test id, and what shows it.
const FOCUS: &str = r"
    const element = document.activeElement;
    if (!element || element === document.body) return { id: '', label: 'the page itself', seen: true };
    const seen = [element, element.parentElement, element.closest('label'), element.nextElementSibling].filter(Boolean).some(shown => {
      const style = getComputedStyle(shown);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    });
    const box = element.getBoundingClientRect();
    return {
      id: element.dataset.testid ?? '', label: element.tagName + ' ' + (element.innerText ?? '').slice(0, 40),
      seen: seen || element.tabIndex < 0, place: Math.round(box.x) + ',' + Math.round(box.y),
      inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };";

/// How many stops there may be before what is looked for.
const STOPS: usize = 60;

async fn focus(window: &Window) -> Value {
    window.script(FOCUS, vec![]).await
}

/// Waits until the focus is on this element.
async fn focused(window: &Window, id: &str) {
    let what = format!("the focus on {id}");
    let is_here = async || focus(window).await["id"] == json!(id);
    window.until(&what, is_here).await;
}

/// Tabs until the focus is on the element whose test id begins like this; every stop on the way must be seen.
async fn tab_to(window: &Window, id: &str) {
    window.find_css(&format!("[data-testid^='{id}']")).await;
    let mut stops = Vec::new();
    for _stop in 0..STOPS {
        let here = focus(window).await;
        if here["id"].as_str().is_some_and(|here| here.starts_with(id)) {
            return;
        }
        window.press(Key::Tab).await;
        let here = focus(window).await;
        assert_eq!(
            here["seen"],
            json!(true),
            "the focus is not to be seen on {here}"
        );
        assert_ne!(
            here["inside"],
            json!(false),
            "the focus is outside the window on {here}"
        );
        stops.push(here["label"].to_string());
    }
    panic!("{id} is not reached by Tab; the stops were {stops:#?}");
}

/// Tabs to an element and presses it.
async fn press(window: &Window, id: &str) {
    tab_to(window, id).await;
    window.press(Key::Enter).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_start_to_a_saved_proof_with_the_keyboard_alone() {
    let mut scene = Scene::open().await;
    scene.insert("mari-liis");
    press(&scene.window, "sign-in").await;

    scene.window.enter_pin_window().await;
    scene.window.find("pin-input").await;
    focused(&scene.window, "pin-input").await;
    for digit in PIN1.chars() {
        scene.window.press(digit).await;
    }
    scene.window.press(Key::Enter).await;
    scene.window.enter_main_window().await;

    press(&scene.window, "nav-health").await;
    press(&scene.window, "list-row-").await;
    scene.window.find("record").await;
    press(&scene.window, "proof-open").await;
    scene.window.find("proof-panel").await;
    press(&scene.window, "save-proof").await;
    let file = scene.proof_file();
    scene
        .window
        .until("the proof file", async || file.exists())
        .await;
    scene.window.find("proof-saved").await;

    // Escape closes the panel and the focus goes back to what opened it.
    scene.window.press(Key::Escape).await;
    scene.window.gone("[data-testid='proof-panel']").await;
    focused(&scene.window, "proof-open").await;

    // The status line opens and closes the same way.
    press(&scene.window, "status-line").await;
    scene.window.find("status-popover").await;
    scene.window.press(Key::Escape).await;
    scene.window.gone("[data-testid='status-popover']").await;
    focused(&scene.window, "status-line").await;

    // And the saved file is checked.
    press(&scene.window, "nav-check").await;
    press(&scene.window, "check-choose").await;
    scene
        .window
        .find_css("[data-testid='check-outcome'][data-outcome='TOTAL_PASSED']")
        .await;
    scene.close().await;
}
