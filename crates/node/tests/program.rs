//! The `toend-node` program as a person meets it.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use toend_ledger::genesis::demo;
use toend_ledger::state::Reg;
use toend_node::registers::backup::Head;

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
    let files = || {
        let mut all = Vec::new();
        walk(&net, &mut all);
        // Whoever looks at a data folder takes its lock.
        all.retain(|path| !path.ends_with("data/lock"));
        all
    };
    let before = files();
    let save = ["register", "backup", "--config", config, "--output", file];
    assert!(refused(&save).contains("start the authority once"));
    assert!(!Path::new(file).exists());
    let fill = ["register", "restore", "--config", config, file];
    assert!(refused(&fill).contains("the backup's file or its folder is not there"));
    std::fs::write(file, "rubbish").unwrap();
    assert!(refused(&fill).contains("not a backup"));
    // A backup that begins as it should, for a place without the key file.
    let genesis = std::fs::read(net.join("node0/cometbft/config/genesis.json")).unwrap();
    let head = Head {
        net: toend_ledger::genesis::net(&genesis),
        reg: Reg(1),
        made_ms: 1,
    };
    std::fs::write(file, head.encode()).unwrap();
    let told = refused(&fill);
    assert!(
        told.contains("key file is missing") && told.contains("register-NUMBER.key"),
        "{told}"
    );
    assert_eq!(files(), before, "neither a key nor a database was made");
}

/// Every file below a folder.
fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// The demonstration network follows rules that know no issuers: nobody is to sign what the ledger would refuse.
#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_is_not_drafted_where_the_rules_know_none() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    common::reach(&network, 2).await;
    let genesis = folder.path().join("genesis.json");
    std::fs::write(&genesis, demo::genesis_bytes()).unwrap();
    let output = folder.path().join("draft.toml");
    let issuer = "ab".repeat(32);
    let told = node(
        folder.path(),
        &[
            "govern",
            "draft",
            "--genesis",
            genesis.to_str().unwrap(),
            "--rpc",
            &network.endpoints()[0].rpc,
            "--output",
            output.to_str().unwrap(),
            "gateway",
            "--gateway",
            "0",
            "--authority",
            "0",
            "--tls-issuer",
            &issuer,
        ],
    );
    let said = text(&told.stderr);
    assert!(
        said.contains("version 1 of the rules") && said.contains("upgrade --version 2"),
        "{said}"
    );
    assert!(!told.status.success() && !output.exists());
    network.shutdown().await;
}
