//! From the click on a row to the painted record, with the gateways answering and with all of them cut off.

use std::time::Duration;

use serde_json::{Value, json};
use toend_testkit::{Fault, Stage};

use crate::{
    computer,
    figures::{Figures, median, worst},
    screen::Screen,
    window::{Start, Window},
};

/// The demonstration person and her PIN1.
const CARD: &str = "mari-liis";
const PIN1: &str = "1234";
/// Gateways of the demonstration network.
const GATEWAYS: usize = 4;
/// How often the list is gone through; the page is loaded anew each time, so that it remembers no record.
const ROUNDS: usize = 4;
/// Time after which a record that is not there counts as not opened.
const PATIENCE: Duration = Duration::from_secs(30);

/// Clicks row number `arguments[0]` and notes when the record has been painted: the frame after it is in the page has begun,
/// and that frame's work is over.
const OPEN: &str = r"
    const rows = [...document.querySelectorAll('[data-testid^=list-row-]')];
    window.__opened = null;
    const begun = performance.now();
    const look = () => {
      if (!document.querySelector('[data-testid=record]')) return false;
      requestAnimationFrame(() => setTimeout(() => { window.__opened = performance.now() - begun; }, 0));
      return true;
    };
    const watch = new MutationObserver(() => { if (look()) watch.disconnect(); });
    watch.observe(document.body, { childList: true, subtree: true });
    rows[arguments[0]].click();
    if (look()) watch.disconnect();
    return rows.length;";

/// Opens the demonstration person's health records.
pub async fn measure(figures: &mut Figures) {
    println!("opening records");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = Stage::open(folder.path(), true).await;
    let network = folder.path().join("network.json");
    std::fs::write(&network, stage.network_file()).expect("the folder can be written");
    let window = Window::open(Start {
        home: folder.path(),
        arguments: vec!["--network".into(), network.display().to_string()],
        environment: Vec::new(),
        screen: Screen::open(),
    })
    .await;
    sign_in(&window).await;
    let data = folder.path().join("toend");
    let first = computer::memory(&data);
    round(&window).await;
    let mut online = Vec::new();
    for _ in 0..ROUNDS {
        online.extend(round(&window).await);
    }
    let last = computer::memory(&data);
    // Nobody new gets in, and who is in gets nothing.
    stage.cut();
    for gateway in 0..GATEWAYS {
        stage.fault(gateway, Fault::Down);
    }
    window
        .until("all registers to fall silent", async || {
            let status = window.invoke("status", json!({})).await;
            let registers = status.map(|status| status["registers"].clone());
            registers.is_ok_and(|registers| {
                registers
                    .as_array()
                    .is_some_and(|all| all.iter().all(|one| one["answering"] == false))
            })
        })
        .await;
    let mut offline = Vec::new();
    for _ in 0..ROUNDS {
        offline.extend(round(&window).await);
    }
    for (when, times) in [("gateways answer", &online), ("gateways cut off", &offline)] {
        let name = format!("record opened, {when}: click to paint");
        figures.add(
            &format!("{name}, median of {}", times.len()),
            median(times),
            "ms",
            Some(100.0),
        );
        figures.add(&format!("{name}, worst"), worst(times), "ms", Some(100.0));
    }
    let opened = format!("after {} records", online.len() / ROUNDS * (ROUNDS + 1));
    for (when, memory) in [("signed in", first), (opened.as_str(), last)] {
        let name = format!("memory of the app, {when}");
        figures.add(
            &format!("{name}, without WebKit's processes"),
            memory.app,
            "MB",
            Some(250.0),
        );
        figures.add(
            &format!("{name}, with WebKit's processes"),
            memory.all,
            "MB",
            None,
        );
    }
    window.close().await;
}

async fn sign_in(window: &Window) {
    // The questions of a first start are answered.
    let mut settings = window
        .invoke("settings", json!({}))
        .await
        .expect("settings");
    settings["welcomed"] = json!(true);
    window
        .invoke("set_settings", json!({ "settings": settings }))
        .await
        .expect("settings can be changed");
    window.reload().await;
    window
        .invoke("insert_demo_card", json!({ "id": CARD }))
        .await
        .expect("the card goes in");
    window.click("sign-in").await;
    window.enter_pin_window().await;
    let field = window.find("pin-input").await;
    field.send_keys(PIN1).await.expect("the field takes keys");
    window.click("pin-submit").await;
    window.enter_main_window().await;
    window.find("nav-health").await;
}

/// Opens every health record once; milliseconds each.
async fn round(window: &Window) -> Vec<f64> {
    window.reload().await;
    let mut times = Vec::new();
    let mut at = 0;
    loop {
        window.click("nav-health").await;
        window.find_css("[data-testid^='list-row-']").await;
        let rows = window.script(OPEN, vec![json!(at)]).await;
        times.push(opened(window).await);
        at += 1;
        if Some(at) >= rows.as_u64() {
            return times;
        }
    }
}

async fn opened(window: &Window) -> f64 {
    let begun = tokio::time::Instant::now();
    loop {
        match window.script("return window.__opened;", vec![]).await {
            Value::Number(time) => return time.as_f64().expect("a time"),
            _ => assert!(
                begun.elapsed() < PATIENCE,
                "a record did not open: {}",
                window.text().await
            ),
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
