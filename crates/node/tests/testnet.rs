//! The files of a new network, and what becomes of mistakes in them.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::cometbft;
use toend_ledger::network::NetworkFile;
use toend_node::authority::Config;
use toend_node::testnet::{self, Options, TestnetError, folder_of};

const NOW: u64 = 1_795_000_000;

fn options(folder: &Path) -> Options {
    Options {
        authorities: 4,
        output: folder.join("net"),
        base_port: 26_600,
        chain_id: Some("toend-test-1".to_owned()),
        block: Duration::from_secs(1),
        tick: Duration::from_secs(5),
        snapshot_every: 100,
        tls: false,
    }
}

fn made() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    testnet::write(&options(folder.path()), NOW).unwrap();
    let net = folder.path().join("net");
    (folder, net)
}

#[test]
fn all_configurations_can_be_read_and_name_one_network() {
    let (_folder, net) = made();
    let network = NetworkFile::decode(&std::fs::read(net.join("network.json")).unwrap()).unwrap();
    assert_eq!(
        (network.chain_id.as_str(), network.checkpoint.height),
        ("toend-test-1", 1)
    );
    assert_eq!(network.checkpoint.time_ms, NOW * 1000);
    let mut kept = Vec::new();
    for number in 0..4 {
        let config = Config::read(&folder_of(&net, number).join("toend.toml")).unwrap();
        assert_eq!(
            toend_ledger::genesis::net(&config.genesis_file),
            network.net
        );
        let genesis = &config.genesis;
        let entry = &network.authorities[usize::from(number)];
        assert_eq!(
            entry.validator_pub_key,
            genesis.validators[usize::from(number)].pub_key
        );
        assert_eq!(entry.gateway, config.origin);
        if let Some(keys) = &config.register {
            let public = genesis
                .app
                .registers
                .iter()
                .find(|r| r.reg == keys.reg)
                .unwrap();
            assert_eq!(public.seal_key, keys.seal_key.verifying_key().to_bytes());
            assert_eq!(
                public.answer_key,
                keys.answer_key.verifying_key().to_bytes()
            );
            kept.push(keys.reg.0);
        }
    }
    assert_eq!(kept, [1, 2, 3]);
}

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, net) = made();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for number in 0..4 {
        let folder = folder_of(&net, number);
        for entry in std::fs::read_dir(folder.join("keys")).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
        for key in ["priv_validator_key.json", "node_key.json"] {
            assert_eq!(
                mode(&folder.join("cometbft").join("config").join(key)),
                0o600
            );
        }
    }
}

#[test]
fn keys_are_never_overwritten_and_numbers_are_bounded() {
    let (folder, _net) = made();
    let again = testnet::write(&options(folder.path()), NOW);
    assert!(matches!(again, Err(TestnetError::NotEmpty(_))));
    let elsewhere = tempfile::tempdir().unwrap();
    for authorities in [0, 3, 17] {
        let options = Options {
            authorities,
            ..options(elsewhere.path())
        };
        assert!(matches!(
            testnet::write(&options, NOW),
            Err(TestnetError::Authorities(_))
        ));
    }
    let long = Options {
        chain_id: Some("x".repeat(51)),
        ..options(elsewhere.path())
    };
    assert!(matches!(
        testnet::write(&long, NOW),
        Err(TestnetError::Ceremony(_))
    ));
}

#[test]
fn a_mistake_is_named_with_its_line() {
    let (_folder, net) = made();
    let file = folder_of(&net, 0).join("toend.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    let cases = [
        (
            "format = \"toend-node/1\"",
            "format = \"toend-node/9\"",
            "format",
        ),
        (
            "authority = \"health-house\"",
            "authority = \"no-house\"",
            "authority",
        ),
        ("data = \"data\"", "dta = \"data\"", "dta"),
        (
            "listen = \"unix:application.sock\"",
            "listen = \"application.sock\"",
            "unix:PATH",
        ),
        (
            "rpc = \"http://127.0.0.1:26601\"",
            "rpc = \"127.0.0.1\"",
            "http://HOST:PORT",
        ),
        (
            "listen = \"127.0.0.1:26602\"",
            "listen = \"nowhere\"",
            "invalid socket address",
        ),
        (
            "origin = \"http://127.0.0.1:26602\"",
            "origin = \"ftp://x\"",
            "origin",
        ),
        (
            "trusted = [\"demonstration\"]",
            "trusted = [\"none.der\"]",
            "none.der",
        ),
        ("number = 1", "number = 9", "no register"),
        (
            "seal_key = \"keys/seal.key\"",
            "seal_key = \"keys/none.key\"",
            "none.key",
        ),
        ("keep = 2", "keep = 0", "at least one"),
    ];
    for (right, wrong, said) in cases {
        assert!(good.contains(right), "{right}");
        let line = good.lines().position(|line| line == right).unwrap() + 1;
        std::fs::write(&file, good.replace(right, wrong)).unwrap();
        let Err(error) = Config::read(&file) else {
            panic!("{wrong} was taken");
        };
        assert_eq!(error.line, line, "{wrong}: {error}");
        assert!(error.what.contains(said), "{wrong}: {error}");
    }
    // A mistake in the network file is named where it stands there.
    let other = good.replace("network = \"network.json\"", "network = \"keys.json\"");
    std::fs::write(&file, other).unwrap();
    std::fs::write(file.with_file_name("keys.json"), "{\n\"format\": 1,\n").unwrap();
    let Err(error) = Config::read(&file) else {
        panic!("a network file that is none was taken");
    };
    assert!(error.to_string().contains("keys.json"), "{error}");
    assert!(
        error.line > 1 && error.what.contains("network file"),
        "{error}"
    );
    std::fs::write(&file, &good).unwrap();

    let genesis = folder_of(&net, 0)
        .join("cometbft")
        .join("config")
        .join("genesis.json");
    let text = std::fs::read_to_string(&genesis).unwrap();
    let pretty: serde_json::Value = serde_json::from_str(&text).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    for (right, wrong) in [
        ("\"tick_ms\": 5000", "\"tick_ms\": 0"),
        ("\"chain_id\": \"toend-test-1\"", "\"chain_id\": \"\""),
        ("\"least_batch\": 8", "\"least_batch\": eight"),
    ] {
        let line = pretty
            .lines()
            .position(|line| line.contains(right))
            .unwrap()
            + 1;
        std::fs::write(&genesis, pretty.replace(right, wrong)).unwrap();
        let Err(error) = Config::read(&file) else {
            panic!("{wrong} was taken");
        };
        assert!(error.file.ends_with("genesis.json"), "{error}");
        assert_eq!(error.line, line, "{wrong}: {error}");
    }
}

#[test]
fn the_program_says_what_is_wrong_and_starts_nothing() {
    let (_folder, net) = made();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .args(arguments)
            .output()
            .unwrap()
    };
    let file = folder_of(&net, 0).join("toend.toml");
    let name = file.to_str().unwrap();
    let checked = run(&["authority", name, "--check"]);
    assert!(checked.status.success());
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("keep = 2", "keep = 0")).unwrap();
    for arguments in [&["authority", name][..], &["up", net.to_str().unwrap()]] {
        let refused = run(arguments);
        assert!(!refused.status.success());
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("toend.toml, line "), "{said}");
    }
    let empty = tempfile::tempdir().unwrap();
    let nothing = run(&["up", empty.path().to_str().unwrap()]);
    assert!(
        String::from_utf8(nothing.stderr)
            .unwrap()
            .contains("holds no network")
    );
}

/// A CometBFT that was not updated, or is none at all, is not started, and nothing else is either.
#[cfg(unix)]
#[test]
fn a_cometbft_of_another_version_is_named_and_not_started() {
    let (_folder, net) = made();
    let bin = tempfile::tempdir().unwrap();
    for says in ["0.38.24", "0.39.0", "v1.0.1", ""] {
        let program = bin.path().join("cometbft");
        // Written by a process that ends: a program that somebody still has open for writing cannot be started.
        let written = Command::new("sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\necho "%s"\n' "$1" > "$0" && chmod 755 "$0""#,
            ])
            .arg(&program)
            .arg(says)
            .status();
        assert!(written.unwrap().success());
        let refused = Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .arg("up")
            .arg(&net)
            .arg("--cometbft")
            .arg(&program)
            .output()
            .unwrap();
        assert!(!refused.status.success(), "{says}");
        let said = String::from_utf8(refused.stderr).unwrap();
        let named = if says.is_empty() { "unnamed" } else { says };
        assert!(
            said.contains(named) && said.contains("is needed"),
            "{says}: {said}"
        );
        assert!(!folder_of(&net, 0).join("toend.log").exists(), "{says}");
    }
}

/// Our table of CometBFT's settings is held against the file that the pinned release writes itself, all of them with its
/// defaults: one that was missing there would stop a healthy authority.
#[test]
fn every_setting_that_cometbft_writes_is_known() {
    let Some(program) = cometbft::program() else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let made_home = Command::new(program)
        .args(["init", "--home"])
        .arg(home.path())
        .output()
        .unwrap();
    assert!(made_home.status.success());
    let written = std::fs::read_to_string(home.path().join("config/config.toml")).unwrap();
    assert!(written.lines().count() > 200, "a whole configuration");

    let (_folder, net) = made();
    let own = folder_of(&net, 0);
    let place = own.join("cometbft/config/config.toml");
    let ours = std::fs::read_to_string(&place).unwrap();
    let line = |text: &str, begins: &str| {
        let found = text.lines().find(|line| line.starts_with(begins));
        found.unwrap().to_owned()
    };
    // Where our program and the RPC are found is the authority's; the first address is that of the RPC in both.
    let mut whole = written;
    for begins in ["proxy_app = ", "laddr = "] {
        whole = whole.replacen(&line(&whole, begins), &line(&ours, begins), 1);
    }
    std::fs::write(&place, &whole).unwrap();
    Config::read(&own.join("toend.toml")).unwrap();

    std::fs::write(
        &place,
        whole.replacen("timeout_propose_delta", "timeout_propose_dleta", 1),
    )
    .unwrap();
    let error = Config::read(&own.join("toend.toml")).err().unwrap();
    assert!(error.what.contains("timeout_propose_dleta"), "{error}");
}
