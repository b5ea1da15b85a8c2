//! The `toend-node` program as a person meets it.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::process::{Command, Output};

fn node(data_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toend-node"))
        .arg("--data-dir")
        .arg(data_dir)
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn show_tells_what_is_stored_also_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let empty = node(folder.path(), &["show"]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(
        text(&empty.stderr).starts_with("error[no-data]: "),
        "{}",
        text(&empty.stderr)
    );

    let network = common::bare(folder.path()).await;
    common::reach(&network, 4).await;
    let shown = node(folder.path(), &["show"]);
    assert!(shown.status.success());
    assert!(
        text(&shown.stdout).contains("chain       toend-demo-1\n"),
        "{}",
        text(&shown.stdout)
    );
    network.shutdown().await;
}

#[test]
fn a_port_in_use_has_its_own_message() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = node(folder.path(), &["run", "--bare", "--rpc-port-base", &port]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("error[port-in-use]: port "),
        "{}",
        text(&refused.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_a_running_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let refused = node(folder.path(), &["seed", "--people", "1"]);
    assert!(
        text(&refused.stderr).contains("error[data-dir-held]"),
        "{}",
        text(&refused.stderr)
    );
    network.shutdown().await;
}

#[test]
fn a_register_that_is_not_there_is_neither_saved_nor_filled_with_rubbish() {
    let folder = tempfile::tempdir().unwrap();
    let net = folder.path().join("net");
    let made = node(
        folder.path(),
        &["testnet", "--output", net.to_str().unwrap()],
    );
    assert!(made.status.success(), "{}", text(&made.stderr));
    let config = net.join("node0").join("toend.toml");
    let config = config.to_str().unwrap();
    let file = folder.path().join("backup");
    let file = file.to_str().unwrap();
    let refused = |arguments: &[&str]| {
        let told = node(folder.path(), arguments);
        assert_eq!(told.status.code(), Some(1));
        text(&told.stderr)
    };
    let save = ["register", "backup", "--config", config, "--output", file];
    assert!(refused(&save).contains("start the authority once"));
    assert!(!Path::new(file).exists());
    let fill = ["register", "restore", "--config", config, file];
    assert!(refused(&fill).contains("the backup's file or its folder is not there"));
    std::fs::write(file, "rubbish").unwrap();
    assert!(refused(&fill).contains("not a backup"));
}
