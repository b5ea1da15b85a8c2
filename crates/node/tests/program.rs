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
    // An address that no program could ask would stand on the ledger until the next decision.
    let (genesis, rpc) = (genesis.to_str().unwrap(), &network.endpoints()[0].rpc);
    let ledger = ["govern", "draft", "--genesis", genesis, "--rpc", rpc];
    let draft = |address: &str| {
        let gateway = ["gateway", "--gateway", "0", "--authority", "0", "--address"];
        let output = ["--output", output.to_str().unwrap()];
        node(
            folder.path(),
            &[&ledger[..], &output, &gateway, &[address]].concat(),
        )
    };
    for address in [
        "gateway.example",
        "https://",
        "https://a.example/v1",
        "ftp://a",
    ] {
        let told = draft(address);
        let said = text(&told.stderr);
        assert!(said.contains("--address: an address of the form"), "{said}");
        assert!(!told.status.success() && !output.exists());
    }
    assert!(draft("https://gateway.example:8443").status.success());
    network.shutdown().await;
}

/// What goes wrong at a keyboard: one line that names the file and what helps, and nothing that was there is gone.
#[test]
fn mistyped_paths_are_named_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let refused = |arguments: &[&str], wanted: &[&str]| {
        let output = node(folder.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
        for part in wanted {
            assert!(said.contains(part), "{said}");
        }
    };
    let made = node(folder.path(), &["keys", "new", "--output", &at("a.key")]);
    assert!(made.status.success());
    let before = std::fs::read(at("a.key")).unwrap();
    refused(
        &["keys", "new", "--output", &at("a.key")],
        &["a.key", "never overwritten"],
    );
    assert_eq!(std::fs::read(at("a.key")).unwrap(), before);
    refused(
        &["keys", "new", "--output", &at("none/a.key")],
        &["none/a.key"],
    );
    refused(&["up", &at("none")], &["none holds no network", "testnet"]);
    refused(&["testnet", "--output", &at("a.key/net")], &["a.key/net"]);

    let decision = decision_file();
    std::fs::write(at("decision.toml"), &decision).unwrap();
    let sign = |output: &str| {
        let (file, key, output) = (at("decision.toml"), at("a.key"), at(output));
        let words = ["govern", "sign", &file, "--authority", "0", "--key", &key];
        node(
            folder.path(),
            &[&words[..], &["--output", &output]].concat(),
        )
    };
    let over = sign("a.key");
    assert_eq!(over.status.code(), Some(1));
    assert!(text(&over.stderr).contains("a.key is there already and is no decision"));
    assert_eq!(std::fs::read(at("a.key")).unwrap(), before);
    for _ in 0..2 {
        let signed = sign("signed.toml");
        let said = text(&signed.stdout);
        assert!(signed.status.success(), "{}", text(&signed.stderr));
        let public = ed25519_dalek::SigningKey::from_bytes(
            &hex::decode(text(&before).trim())
                .unwrap()
                .try_into()
                .unwrap(),
        );
        let public = hex::encode(public.verifying_key().to_bytes());
        assert!(said.contains(&public), "{said}");
    }
}

/// A decision that nobody signed yet.
fn decision_file() -> String {
    let action = toend_ledger::tx::Action::Authority {
        authority: 3,
        serial: 1,
        governance_key: toend_ledger::state::VACANT,
    };
    let decision = toend_node::govern::Decision {
        chain_id: "a".to_owned(),
        net: [7; 32],
        action,
        before: Vec::new(),
        signatures: std::collections::BTreeMap::new(),
    };
    decision.text()
}

/// Root at work on the folder of an authority's own user would leave files that this user cannot open.
#[cfg(unix)]
#[test]
fn root_does_not_work_on_the_folder_of_another_user() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = tempfile::tempdir().unwrap();
    let net = folder.path().join("net");
    let output = net.display().to_string();
    let made = node(folder.path(), &["testnet", "--output", &output]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let (home, config) = (net.join("node0"), net.join("node0/toend.toml"));
    let (home, config) = (home.display().to_string(), config.display().to_string());
    let comet = format!("{home}/cometbft");
    let sign_after = ["ledger", "sign-after", "--cometbft", &comet, "5"];
    let go_on = ["register", "go-on", "--config", &config, "--batches", "1"];
    let file = format!("{comet}/data/priv_validator_state.json");
    let signed = || std::fs::read(&file).unwrap();
    if std::fs::metadata(&home).unwrap().uid() != 0 {
        return println!("left out: not root, whom the system itself keeps from it");
    }
    let before = signed();
    for folder in [&home, &comet] {
        std::os::unix::fs::chown(folder, Some(65_534), None).unwrap();
    }
    for command in [&["authority", &config][..], &sign_after, &go_on] {
        let refused = node(folder.path(), command);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        assert!(said.contains("belongs to user number 65534"), "{said}");
    }
    assert_eq!(signed(), before);
    assert!(!net.join("node0/data").exists());
    // To look harms nobody.
    assert!(
        node(folder.path(), &["authority", &config, "--check"])
            .status
            .success()
    );
    std::os::unix::fs::chown(&comet, Some(0), None).unwrap();
    assert!(node(folder.path(), &sign_after).status.success());
    assert_ne!(signed(), before);
}
