//! The window on a network of several authorities with CometBFT under it: opened by its file, and what it says when
//! authorities stop.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};
use toend_node::{
    cometbft::{self, InstallError},
    up::hold_file,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    scene::{Scene, Setup},
    settings,
    trouble::ledger_is,
    words::Words,
};

/// Four authorities, each with its own CometBFT, register and gateway; they end when dropped.
struct Network {
    folder: tempfile::TempDir,
    up: Child,
    /// One such network is enough for one computer: locked, and free again however this ends.
    _turn: File,
}

impl Network {
    /// Makes and starts it as a developer does; none where Go is not installed.
    async fn start() -> Option<Self> {
        let node = node();
        let target = node.parent().and_then(Path::parent).expect("a target");
        let engine = match cometbft::install(&target.join("tools")) {
            Ok(program) => program,
            Err(InstallError::NoGo) => {
                println!("skipped: Go is not installed");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let turn = tokio::task::spawn_blocking(|| {
            let turn = File::create(std::env::temp_dir().join("toend-one-network.lock"));
            let turn = turn.expect("the temporary folder can be written");
            turn.lock().expect("a file can be locked");
            turn
        });
        let turn = turn.await.expect("the lock is waited for");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new(&node)
            .args(["testnet", "--authorities", "4", "--block-ms", "300"])
            .args(["--tick-ms", "1000", "--base-port", &ports().to_string()])
            .arg("--output")
            .arg(folder.path().join("net"))
            .output()
            .await
            .expect("the program starts");
        assert!(made.status.success(), "{made:?}");
        let mut up = Command::new(&node)
            .arg("up")
            .arg(folder.path().join("net"))
            .arg("--demo")
            .arg("--cometbft")
            .arg(engine)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(up.stdout.take().expect("it is piped")).lines();
        let mut ready = false;
        while !ready && let Ok(Some(line)) = lines.next_line().await {
            ready = line == "ready";
        }
        assert!(ready, "the network did not start");
        Some(Self {
            folder,
            up,
            _turn: turn,
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("net")
    }

    /// The file that people are handed.
    fn file(&self) -> Vec<u8> {
        std::fs::read(self.path().join("network.json")).expect("there is a network file")
    }

    /// An authority's id and what the file calls it in English.
    fn authority(&self, number: usize) -> (String, String) {
        let file: Value = serde_json::from_slice(&self.file()).expect("the file is JSON");
        let authority = &file["authorities"][number];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        text(&authority["id"])
            .zip(text(&authority["names"]["en"]))
            .expect("every authority has an id and a name")
    }

    fn hold(&self, number: u16) {
        std::fs::write(hold_file(&self.path(), number), b"").expect("the folder can be written");
    }

    fn release(&self, number: u16) {
        std::fs::remove_file(hold_file(&self.path(), number)).expect("it was held");
    }

    /// Ends it: its processes end when their supervisor is gone.
    async fn stop(mut self) {
        self.up.kill().await.expect("it runs");
    }
}

/// The authorities' program, beside the app's own; built where only this package was.
fn node() -> PathBuf {
    let node = Path::new(env!("CARGO_BIN_EXE_toend-desktop")).with_file_name("toend-node");
    if !node.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = std::process::Command::new(cargo)
            .args(["build", "--package", "toend-node", "--bin", "toend-node"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo starts");
        assert!(built.success(), "toend-node cannot be built");
    }
    node
}

/// The first of forty free ports in a row.
fn ports() -> u16 {
    (0..200)
        .map(|i| 27_000 + i * 40)
        .find(|first| {
            (*first..first + 40)
                .all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok())
        })
        .expect("forty free ports")
}

async fn height(scene: &Scene) -> u64 {
    let status = scene.window.invoke("status", json!({})).await;
    status.expect("there is a status")["ledger"]["height"]
        .as_u64()
        .expect("a page has a number")
}

/// Waits until a newer page is verified here.
async fn goes_on(scene: &Scene) {
    let from = height(scene).await;
    scene
        .window
        .until("a newer page", async || height(scene).await > from + 2)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_of_authorities_is_joined_by_its_file_and_its_outages_are_told() {
    let Some(network) = Network::start().await else {
        return;
    };
    let words = Words::of("en");
    let mut scene = Scene::with(Setup {
        language: Some("en"),
        ..Setup::default()
    })
    .await;
    settings::open(&scene).await;
    std::fs::write(scene.proof_file(), network.file()).expect("the file can be written");
    scene.window.click("open-network-file").await;
    scene.window.find("network-compare").await;
    scene.window.click("words-same").await;
    scene.window.click("use-network").await;
    scene.window.gone("[data-testid='network-compare']").await;
    ledger_is(&scene, &["upToDate"]).await;
    goes_on(&scene).await;

    // Nothing else is different: card, PIN, records of every register, proof. The step back is above what can be seen.
    let back = "document.querySelector('.ds-breadcrumbs button.link').click()";
    scene.window.script(back, vec![]).await;
    scene.sign_in().await;
    for register in ["health", "tax", "business"] {
        let all = format!("[data-testid='home-register-{register}'][data-held='all']");
        scene.window.find_css(&all).await;
    }
    scene.open_health().await;
    scene.open_first_record().await;
    scene.window.click("proof-open").await;
    scene.window.find("save-proof").await;
    scene.window.screenshot("en/states/authorities-four").await;

    // One stops: pages go on, and it is named.
    let (id, name) = network.authority(3);
    let missing = format!("[data-testid='status-popover'] [data-testid='authority-{id}'].care");
    network.hold(3);
    scene.window.click("status-line").await;
    scene.window.find_css(&missing).await;
    let row = format!("return document.querySelector(\"{missing}\")?.innerText ?? ''");
    let since = words.beginning("status.missingSince");
    scene
        .window
        .until("the name of who is missing", async || {
            let row = scene.window.script(&row, vec![]).await;
            let row = row.as_str().unwrap_or_default();
            row.contains(&name) && row.contains(since)
        })
        .await;
    ledger_is(&scene, &["upToDate"]).await;
    goes_on(&scene).await;
    scene.window.screenshot("en/states/authorities-three").await;

    // Two stop: no page comes, nothing new is shown, and the window says that the ledger stands still.
    network.hold(2);
    ledger_is(&scene, &["paused"]).await;
    let stands = height(&scene).await;
    scene
        .window
        .find_css("[data-testid='ledger-banner'][data-state='paused']")
        .await;
    scene.window.screenshot("en/states/authorities-two").await;
    assert_eq!(height(&scene).await, stands);

    // They come back, and nobody has to do anything.
    network.release(2);
    network.release(3);
    ledger_is(&scene, &["upToDate"]).await;
    goes_on(&scene).await;
    scene.window.gone(&missing).await;
    scene.close().await;
    network.stop().await;
}
