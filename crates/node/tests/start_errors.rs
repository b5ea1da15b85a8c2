//! What can be wrong with a computer at the start: each has its own named error.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use toend_node::embedded::{self, Config, Options, StartError};

async fn start(data_dir: &Path, first_port: Option<u16>) -> Result<embedded::Embedded, StartError> {
    start_within(data_dir, first_port, None).await
}

/// The same; a lock that somebody holds is waited for only so long.
async fn start_within(
    data_dir: &Path,
    first_port: Option<u16>,
    patience: Option<Duration>,
) -> Result<embedded::Embedded, StartError> {
    let config = Config {
        data_dir: data_dir.to_path_buf(),
        demo: false,
        population: 0,
    };
    embedded::start_with(
        config,
        Options {
            first_port,
            patience,
            pace: Some(common::FAST),
            ..Options::default()
        },
    )
    .await
}

/// A data directory with a short ledger in it.
async fn stored() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    common::reach(&network, 5).await;
    network.shutdown().await;
    let database = folder.path().join("network").join("ledger.sqlite3");
    (folder, database)
}

fn code(outcome: Result<embedded::Embedded, StartError>) -> &'static str {
    match outcome {
        Ok(_) => "started",
        Err(error) => {
            assert!(!error.next_step().is_empty() && !error.to_string().is_empty());
            error.code()
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_uses_the_running_network() {
    let folder = tempfile::tempdir().unwrap();
    let first = common::bare(folder.path()).await;
    assert!(first.is_host());
    let second = start(folder.path(), None).await.unwrap();
    assert!(!second.is_host());
    assert_eq!(second.endpoints(), first.endpoints());
    assert_eq!(second.network_file(), first.network_file());
    second.shutdown().await;
    let status = common::get(&first, "/status").await;
    assert_eq!(status["result"]["sync_info"]["catching_up"], false);
    first.shutdown().await;
    let third = start(folder.path(), None).await.unwrap();
    assert!(third.is_host());
    third.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_whose_holder_does_not_answer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("network")).unwrap();
    let lock = std::fs::File::create(folder.path().join("network").join("lock")).unwrap();
    lock.lock().unwrap();
    let short = Some(Duration::from_millis(300));
    let held = start_within(folder.path(), None, short).await;
    assert_eq!(code(held), "data-dir-held");
    drop(lock);
    assert_eq!(code(start(folder.path(), None).await), "started");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    assert_eq!(
        start(folder.path(), Some(port)).await.unwrap_err(),
        StartError::PortInUse(port)
    );
    drop(taken);
    assert_eq!(code(start(folder.path(), None).await), "started");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"not a folder").unwrap();
    assert_eq!(code(start(&file, None).await), "data-dir-read-only");
    assert_eq!(
        code(start(&file.join("below"), None).await),
        "data-dir-read-only"
    );

    let sealed = folder.path().join("sealed");
    std::fs::create_dir(&sealed).unwrap();
    let mut mode = std::fs::metadata(&sealed).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&sealed, mode).unwrap();
    // The superuser may write anywhere but into the kernel's own file systems.
    let sealed = if std::fs::write(sealed.join("probe"), b"").is_ok() {
        PathBuf::from("/sys/toend")
    } else {
        sealed
    };
    assert_eq!(code(start(&sealed, None).await), "data-dir-read-only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_named() {
    let (folder, database) = stored().await;
    Connection::open(database)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = start(folder.path(), None).await.unwrap_err();
    assert!(
        matches!(
            error,
            StartError::Newer {
                found: 99,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_network_s_ledger_is_named() {
    let (folder, database) = stored().await;
    Connection::open(database)
        .unwrap()
        .execute("UPDATE meta SET value = zeroblob(32)", [])
        .unwrap();
    assert_eq!(code(start(folder.path(), None).await), "data-other-network");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_to_the_file_is_named() {
    for (name, damage) in [
        (
            "header",
            (|bytes: &mut Vec<u8>| bytes[..16].fill(0)) as fn(&mut Vec<u8>),
        ),
        ("pages", |bytes| bytes[4096..].fill(0xa5)),
        ("cut", |bytes| bytes.truncate(5000)),
    ] {
        let (folder, database) = stored().await;
        let mut bytes = std::fs::read(&database).unwrap();
        damage(&mut bytes);
        std::fs::write(&database, bytes).unwrap();
        assert_eq!(
            code(start(folder.path(), None).await),
            "data-damaged",
            "{name}"
        );
    }
}

/// The file is sound to SQLite, but its contents are not what the validators signed.
#[tokio::test(flavor = "multi_thread")]
async fn altered_contents_are_named() {
    for (name, sql) in [
        (
            "a value of the state",
            "UPDATE state SET value = zeroblob(length(value)) WHERE key = x'020001'",
        ),
        ("a missing key", "DELETE FROM state WHERE key = x'020001'"),
        (
            "the newest header",
            "UPDATE block SET header = (SELECT header FROM block WHERE height = 2)
                               WHERE height = (SELECT max(height) FROM block)",
        ),
        ("the state root", "UPDATE block SET app_hash = zeroblob(32)"),
        ("the validators", "UPDATE block SET validators = x'00'"),
        (
            "the newest block",
            "DELETE FROM block WHERE height = (SELECT max(height) FROM block)",
        ),
    ] {
        let (folder, database) = stored().await;
        let changed = Connection::open(database)
            .unwrap()
            .execute(sql, [])
            .unwrap();
        assert!(changed > 0, "{name}");
        assert_eq!(
            code(start(folder.path(), None).await),
            "data-damaged",
            "{name}"
        );
    }
}

/// A disk that fills up stops the blocks; freed, it goes on with the very next one.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named_and_survived() {
    use toend_node::ledger::{Ledger as _, SubmitError};
    let run = |arguments: &[&str]| {
        std::process::Command::new("mount")
            .args(arguments)
            .output()
            .is_ok_and(|done| done.status.success())
    };
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap().to_owned();
    if !run(&["-t", "tmpfs", "-o", "size=1m", "tmpfs", &place]) {
        println!("skipped: no right to mount a small disk here");
        return;
    }
    let unmount = || {
        std::process::Command::new("umount")
            .arg(&place)
            .status()
            .unwrap()
    };

    let network = common::bare(folder.path()).await;
    let ledger = std::sync::Arc::clone(network.network().unwrap());
    let mut stopped = None;
    for n in 0..20_000u64 {
        match ledger.submit(common::filing((n % 4) as u16, n)) {
            Err(SubmitError::Stopped(why)) => {
                stopped = Some(why);
                break;
            }
            Err(SubmitError::Refused { .. } | SubmitError::Full) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            _ => {}
        }
    }
    assert_eq!(stopped.as_deref(), Some("the disk is full"));
    let held = ledger.height();
    assert!(run(&["-o", "remount,size=64m", &place]));
    common::reach(&network, held + 3).await;
    assert!(ledger.submit(common::filing(0, 1 << 40)).is_ok());
    network.shutdown().await;
    drop(ledger);

    // A disk that is full from the start.
    let filler = folder.path().join("filler");
    assert!(run(&["-o", "remount,size=16m", &place]));
    let _ = std::fs::write(&filler, vec![1u8; 32 << 20]);
    assert_eq!(code(start(folder.path(), None).await), "disk-full");
    std::fs::remove_file(filler).unwrap();
    let again = start(folder.path(), None).await.unwrap();
    assert!(again.network().unwrap().height() > held);
    again.shutdown().await;
    unmount();
}
