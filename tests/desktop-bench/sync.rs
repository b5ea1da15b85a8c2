//! A million headers are verified while the status is open on the screen.

use std::time::{Duration, Instant};

use serde_json::json;
use toend_testkit::LongChain;

use crate::{
    computer,
    figures::Figures,
    probe,
    screen::Screen,
    window::{Start, Window},
};

/// A sync that takes longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(900);
/// Length of the same measurement with nothing to do, for comparison.
const QUIET: Duration = Duration::from_secs(10);

/// Makes the chain, starts the app on it, and watches.
pub async fn measure(headers: u64, figures: &mut Figures) {
    println!("verifying {headers} headers");
    let chain = LongChain::serve(headers).await;
    let home = tempfile::tempdir().expect("a temporary folder");
    let network = home.path().join("network.json");
    std::fs::write(&network, chain.network_file()).expect("the folder can be written");
    let window = Window::open(Start {
        home: home.path(),
        arguments: vec!["--network".into(), network.display().to_string()],
        environment: Vec::new(),
        screen: Screen::open(),
    })
    .await;
    let data = home.path().join("toend");
    window.click("status-line").await;
    figures.add(
        "memory of the app before, without WebKit's processes",
        computer::memory(&data).app,
        "MB",
        None,
    );
    probe::start(&window).await;
    tokio::time::sleep(QUIET).await;
    report("nothing to do", &probe::stop(&window).await, figures);

    probe::start(&window).await;
    let begun = Instant::now();
    chain.open_history();
    let mut most = computer::Memory::default();
    let bundles = headers / 256;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = computer::memory(&data);
        most.app = most.app.max(now.app);
        most.all = most.all.max(now.all);
        assert!(
            begun.elapsed() < PATIENCE,
            "{} bundles were asked for",
            chain.bundles_served()
        );
        // The page is asked only when it can be over: asking is work for it, too.
        if chain.bundles_served() > bundles && done(&window, headers).await {
            break;
        }
    }
    let took = begun.elapsed().as_secs_f64();
    let seen = probe::stop(&window).await;
    report(&format!("{headers} headers"), &seen, figures);
    figures.add(
        &format!("{headers} headers: verified and saved in"),
        took,
        "s",
        None,
    );
    figures.add(
        &format!("{headers} headers: a second"),
        headers as f64 / took,
        "",
        None,
    );
    figures.add(
        "memory of the app at most, without WebKit's processes",
        most.app,
        "MB",
        Some(250.0),
    );
    figures.add(
        "memory of the app and WebKit's processes at most",
        most.all,
        "MB",
        None,
    );
    window.close().await;
}

async fn done(window: &Window, headers: u64) -> bool {
    let status = window.invoke("status", json!({})).await.expect("a status");
    status["sync"]["phase"] == "done"
        && status["sync"]["done"]
            .as_u64()
            .is_some_and(|done| done >= headers)
}

fn report(when: &str, seen: &probe::Seen, figures: &mut Figures) {
    for (what, gaps, bound) in [
        ("page busy at most", &seen.turn, Some(50.0)),
        ("between two frames at most", &seen.frame, None),
        (
            "call through the window's main thread at most",
            &seen.call,
            None,
        ),
    ] {
        figures.add(
            &format!("{when}: {what} ({} measured)", gaps.count),
            gaps.worst,
            "ms",
            bound,
        );
        figures.add(
            &format!("{when}: {what}, times over 50 ms"),
            gaps.over,
            "",
            None,
        );
    }
}
