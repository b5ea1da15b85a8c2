//! This computer: a second program, a damaged database, a disk that is full or cannot be written.

use std::path::{Path, PathBuf};
use std::process::Command;

use toend_client::Client;
use toend_client::dto::{Language, RegisterId, Verdict};

use crate::scene::{MARI_CARD, Scene, Truth, sign_in, until};

/// Tells the second process where to look; the name of its data folder.
const SECOND: &str = "TOEND_JOURNEY_SECOND";

/// Both programs follow the ledger and show the same records from one data folder.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_one_data_folder() {
    if let Some(folder) = std::env::var_os(SECOND) {
        return second(Path::new(&folder)).await;
    }
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    std::fs::write(
        scene.folder.path().join("network.json"),
        scene.stage.network_file(),
    )
    .unwrap();
    let folder = scene.folder.path().to_path_buf();
    let child = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "computer::two_processes_share_one_data_folder",
                "--nocapture",
            ])
            .env(SECOND, folder)
            .output()
            .unwrap()
    });
    // The first goes on reading and writing meanwhile.
    while !child.is_finished() {
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        assert_eq!(list.problems, []);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let output = child.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        text.contains(&format!("second: {} proven", truth.count())),
        "{text}"
    );
}

async fn second(folder: &Path) {
    let source = toend_client::NetworkSource::File(folder.join("network.json"));
    let config = toend_client::Config::new(
        folder.join("data"),
        source,
        toend_client::CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(list.problems, []);
    let proven = list
        .rows
        .iter()
        .filter(|row| row.verdict.verdict == Verdict::Proven)
        .count();
    println!("second: {proven} proven");
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_put_aside_and_said_once() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    client.shutdown().await;
    drop(client);
    let folder = scene.data().join("client");
    let file = folder.join(toend_client::store::FILE);
    let wal = folder.join(format!("{}-wal", toend_client::store::FILE));
    until("the database being closed", async || {
        (!wal.exists()).then_some(())
    })
    .await;
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in bytes.iter_mut().skip(16).take(8192) {
        *byte ^= 0xA5;
    }
    std::fs::write(&file, &bytes).unwrap();

    let client = scene.mari().await;
    let notices = client.status().notices;
    assert_eq!(
        (notices[0].code.as_str(), notices[0].params["kind"].as_str()),
        ("E56", "damaged")
    );
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!((list.problems.len(), list.held_count), (0, truth.count()));
    let aside = std::fs::read(folder.join("damaged-1.sqlite3")).unwrap();
    assert_eq!(
        aside, bytes,
        "the damaged file is kept for whoever can still read it"
    );
    client.shutdown().await;
    drop(client);
    let client = scene.client().await;
    assert_eq!(client.status().notices, [], "once is enough");
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_cannot_be_written_is_named() {
    let scene = Scene::open().await;
    let Some(mount) = Mount::new(&scene.folder.path().join("mount"), "size=4m") else {
        return;
    };
    mount.remount("ro");
    let refused = Client::start(scene.config(&mount.0))
        .await
        .err()
        .unwrap()
        .info();
    assert_eq!(refused.code, "E66");
    mount.remount("rw");
    let client = Client::start(scene.config(&mount.0)).await.unwrap();
    client.shutdown().await;
}

/// Where the folder should be stands a file: no mount is needed to try that.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_the_place_of_the_data_folder_is_named() {
    let scene = Scene::open().await;
    let file = scene.folder.path().join("a-file");
    std::fs::write(&file, b"not a folder").unwrap();
    let refused = Client::start(scene.config(&file))
        .await
        .err()
        .unwrap()
        .info();
    assert_eq!(refused.code, "E66");
    assert_eq!(std::fs::read(&file).unwrap(), b"not a folder");
}

/// A disk that fills up while the program runs takes nothing away from the screen; at the start it is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_is_named_at_the_start() {
    let scene = Scene::open().await;
    let Some(mount) = Mount::new(&scene.folder.path().join("mount"), "size=4m") else {
        return;
    };
    let client = Client::start(scene.config(&mount.0)).await.unwrap();
    client.ready().await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    mount.fill();
    for _ in 0..3 {
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        assert_eq!((list.problems.len(), list.held_count), (0, truth.count()));
        scene.stage.blocks(2).await;
    }
    let file = client
        .save_proof(&truth.list.rows[0].id, None, Language::En)
        .await
        .unwrap();
    let refused = toend_client::write_file(&mount.0.join("proof.asice"), &file)
        .await
        .unwrap_err()
        .info();
    assert_eq!(refused.code, "E71");
    assert!(!mount.0.join("proof.asice").exists(), "whole or not at all");
    client.shutdown().await;
    drop(client);

    let other = mount.0.join("new");
    let refused = Client::start(scene.config(&other))
        .await
        .err()
        .unwrap()
        .info();
    assert_eq!(
        (refused.code.as_str(), refused.params["kind"].as_str()),
        ("E56", "full")
    );

    // Space again: everything goes on, and what was saved before is there.
    std::fs::remove_file(mount.0.join("filler")).unwrap();
    let client = Client::start(scene.config(&mount.0)).await.unwrap();
    assert_eq!(client.status().notices, []);
    sign_in(&client, MARI_CARD).await;
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!((list.problems.len(), list.held_count), (0, truth.count()));
    client.shutdown().await;
}

/// A small file system in memory; needs the right to mount.
struct Mount(PathBuf);

impl Mount {
    /// `None`, with a word about it, where nothing can be mounted.
    fn new(place: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(place).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(place)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(place.to_path_buf()));
        }
        println!("skipped: no file system can be mounted here (that needs root)");
        None
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&self.0)
            .status()
            .unwrap();
        assert!(done.success());
    }

    /// Leaves no space.
    fn fill(&self) {
        use std::io::Write as _;
        let mut filler = std::fs::File::create(self.0.join("filler")).unwrap();
        while filler.write_all(&[0; 1024]).is_ok() {}
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A folder that stays mounted is removed with this computer's next start; nothing more can be done here.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
