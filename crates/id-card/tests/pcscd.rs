//! The real PC/SC service with a virtual card in it: our own path, and OpenSC as a second opinion.
//!
//! Needs the packages pcscd, vsmartcard-vpcd, opensc, opensc-pkcs11 and openssl; a test that misses one fails
//! and names it.

#![cfg(feature = "harness")]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use toend_id_card::demo;
use toend_id_card::harness::{Harness, READERS};
use toend_id_card::web_eid::sha384;

const PROGRAM: &str = env!("CARGO_BIN_EXE_toend-card");

fn harness() -> Harness {
    Harness::start_with(Path::new(PROGRAM)).unwrap_or_else(|error| panic!("{error}"))
}

/// A command that reaches the private service only.
fn command(harness: &Harness, program: &str) -> Command {
    let package = match program {
        "opensc-tool" | "pkcs15-tool" | "pkcs11-tool" => "opensc",
        "openssl" => "openssl",
        _ => "",
    };
    if !package.is_empty() {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .any(|folder| folder.join(program).exists());
        assert!(found, "{program} is missing: install the package {package}");
    }
    let mut command = Command::new(program);
    let (name, value) = harness.env();
    command.env(name, value);
    command
}

/// Runs our own program with `input` on its standard input.
fn ours(harness: &Harness, arguments: &[&str], input: &str) -> Output {
    let mut child = command(harness, PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The events that our watcher tells.
struct Watch {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Watch {
    fn start(harness: &Harness) -> Self {
        let mut child = command(harness, PROGRAM)
            .arg("watch")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        assert!(
            self.lines.read_line(&mut line).unwrap() > 0,
            "the watcher ended"
        );
        serde_json::from_str(&line).unwrap()
    }

    /// Passes over events until one fits.
    fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let event = self.next();
            if fits(&event) {
                return event;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn our_own_path_reads_signs_and_names_every_obstacle() {
    let mut harness = harness();
    Watch::start(&harness).until(|event| event["code"] == "E03");
    let refused = ours(&harness, &["show"], "");
    assert!(text(&refused).contains("E03"), "{}", text(&refused));

    for (card, code, chip) in [
        ("mari-liis", "47101010033", "idemia2018"),
        ("mari-liis:idemia2018v2", "47101010033", "idemia2018v2"),
        ("igor", "37101010021", "thales2025"),
    ] {
        harness.insert(0, card).unwrap();
        wait_for_card(&harness);
        let shown = ours(&harness, &["show"], "");
        let shown: Value =
            serde_json::from_slice(&shown.stdout).unwrap_or_else(|_| panic!("{}", text(&shown)));
        assert_eq!(shown["chip"], chip);
        assert_eq!(shown["reader"], READERS[0]);
        assert_eq!(shown["personalData"]["personalCode"], code);
        assert_eq!(shown["authCertificate"]["personalCode"], code);
        assert_eq!(shown["demonstration"], true);
        for pin in ["pin1", "pin2", "puk"] {
            assert_eq!(shown["pins"][pin]["triesLeft"], 3);
        }

        let hash = sha384(b"real path");
        let arguments = ["authenticate", "--hash", &hex::encode(hash)];
        let wrong = ours(&harness, &arguments, "9999\n");
        assert!(
            text(&wrong).contains("E08") && text(&wrong).contains("2 tries"),
            "{}",
            text(&wrong)
        );
        let short = ours(&harness, &arguments, "99\n");
        assert!(text(&short).contains("E12"), "{}", text(&short));
        let signed = ours(&harness, &arguments, "1234\n");
        assert!(signed.status.success(), "{}", text(&signed));
        let signature = hex::decode(String::from_utf8(signed.stdout).unwrap().trim()).unwrap();
        let [certificate, _] = demo::find(code).unwrap().certificates();
        let certificate = toend_id_card::Certificate::parse(certificate).unwrap();
        certificate.verify_hash(&hash, &signature).unwrap();
        harness.remove(0).unwrap();
        Watch::start(&harness).until(|event| event["code"] == "E03");
    }

    harness.stop_service().unwrap();
    assert!(text(&ours(&harness, &["show"], "")).contains("E01"));
}

fn wait_for_card(harness: &Harness) {
    Watch::start(harness).until(|event| event["code"].is_null());
}

#[test]
fn the_watcher_tells_cards_readers_and_the_service_come_and_go() {
    let mut harness = harness();
    let mut watch = Watch::start(&harness);
    let named = |reader: usize, surname: &'static str| {
        move |event: &Value| event["readers"][reader]["presence"]["holder"]["surname"] == surname
    };
    // The service may tell of its readers a moment after it answers.
    let first = watch.until(|event| event["readers"].as_array().map(Vec::len) == Some(2));
    assert_eq!(
        (first["event"].as_str(), first["code"].as_str()),
        (Some("readers"), Some("E03"))
    );

    harness.insert(0, "mari-liis").unwrap();
    let event = watch.until(named(0, "MÄNNIK"));
    assert!(event["code"].is_null());
    assert_eq!(
        event["readers"][0]["presence"]["holder"]["documentNumber"],
        "AS9990017"
    );

    // Two cards are told apart by name.
    harness.insert(1, "igor").unwrap();
    let event = watch.until(named(1, "ŽAIKOVSKI"));
    assert!(named(0, "MÄNNIK")(&event));

    harness.remove(0).unwrap();
    watch.until(|event| {
        event["readers"][0]["presence"]["card"] == "empty" && event["code"].is_null()
    });
    harness.remove(1).unwrap();
    watch.until(|event| event["code"] == "E03");

    for (atr, code, card) in [
        ("3B6500002063CB6800", "E05", "not-an-id-card"),
        (
            "3BDB960080B1FE451F830012428F536549440F900020",
            "E06",
            "unsupported",
        ),
        ("3B8B80010012233F536549440F9000A0", "E03", "contactless"),
    ] {
        harness
            .insert_foreign(0, &hex::decode(atr).unwrap())
            .unwrap();
        let event = watch.until(|event| event["readers"][0]["presence"]["card"] == card);
        assert_eq!(event["code"], code);
        harness.remove(0).unwrap();
        watch.until(|event| event["readers"][0]["presence"]["card"] == "empty");
    }

    harness.stop_service().unwrap();
    watch.until(|event| event["code"] == "E01");
    harness.start_service().unwrap();
    harness.insert(0, "igor").unwrap();
    watch.until(named(0, "ŽAIKOVSKI"));
}

#[test]
fn a_card_that_is_pulled_in_the_middle_says_so() {
    let mut harness = harness();
    let hash = hex::encode([7; 48]);
    for commands in 0..4 {
        harness.insert(0, "mari-liis").unwrap();
        wait_for_card(&harness);
        harness.pull_after("mari-liis", commands).unwrap();
        let refused = ours(&harness, &["authenticate", "--hash", &hash], "1234\n");
        assert!(
            text(&refused).contains("E15"),
            "after {commands}: {}",
            text(&refused)
        );
        harness.remove(0).unwrap();
        Watch::start(&harness).until(|event| event["code"] == "E03");
    }
}

#[test]
fn several_programs_share_a_card() {
    let mut harness = harness();
    harness.insert(0, "igor").unwrap();
    wait_for_card(&harness);
    let harness = &harness;
    let hash = hex::encode([7; 48]);
    // Those that use the PIN reset the card under the others.
    std::thread::scope(|scope| {
        // Few enough for each to get its turn within the ten seconds that it waits, also on a loaded machine.
        for number in 0..4 {
            let hash = &hash;
            scope.spawn(move || {
                for _ in 0..2 {
                    let output = if number % 2 == 0 {
                        ours(harness, &["show"], "")
                    } else {
                        ours(harness, &["authenticate", "--hash", hash], "1234\n")
                    };
                    assert!(output.status.success(), "{}", text(&output));
                }
            });
        }
    });
}

#[test]
fn opensc_accepts_the_2018_card() {
    let mut harness = harness();
    harness.insert(0, "mari-liis").unwrap();
    wait_for_card(&harness);
    let run = |program: &str, arguments: &[&str]| {
        let output = command(&harness, program).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            text(&output)
        );
        text(&output)
    };
    let named = run("opensc-tool", &["--reader", "0", "-n"]);
    assert!(named.contains("EstEID 2018"), "{named}");
    let dump = run("pkcs15-tool", &["--dump"]);
    for expected in [
        "AS9990017",
        "MÄNNIK,MARI-LIIS,47101010033",
        "PIN1",
        "PIN2",
        "PUK",
    ] {
        assert!(dump.contains(expected), "{expected} is not in {dump}");
    }
    run(
        "pkcs15-tool",
        &["--verify-pin", "--auth-id", "01", "--pin", "1234"],
    );
    run(
        "pkcs15-tool",
        &["--verify-pin", "--auth-id", "02", "--pin", "12345"],
    );
    let wrong = command(&harness, "pkcs15-tool")
        .args(["--verify-pin", "--auth-id", "01", "--pin", "9999"])
        .output()
        .unwrap();
    assert!(!wrong.status.success(), "a wrong PIN was accepted");
    let shown: Value = serde_json::from_slice(&ours(&harness, &["show"], "").stdout).unwrap();
    assert_eq!(shown["pins"]["pin1"]["triesLeft"], 2);

    for (slot, pin, id, certificate) in [("0", "1234", "01", 0), ("1", "12345", "02", 1)] {
        signs(&harness, slot, pin, id, certificate);
    }
}

/// OpenSC signs with the card, OpenSSL verifies with its certificate.
fn signs(harness: &Harness, slot: &str, pin: &str, id: &str, certificate: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("message"), b"signed by OpenSC").unwrap();
    std::fs::write(path("hash"), sha384(b"signed by OpenSC")).unwrap();
    let der = demo::find("mari-liis").unwrap().certificates()[certificate];
    std::fs::write(path("certificate.pem"), toend_id_card::cli::pem(der)).unwrap();
    let check = |program: &str, arguments: &[&str]| {
        let output = command(harness, program).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            text(&output)
        );
        output.stdout
    };
    check(
        "pkcs11-tool",
        &[
            "--slot-index",
            slot,
            "--login",
            "--pin",
            pin,
            "--sign",
            "--id",
            id,
            "--mechanism",
            "ECDSA",
            "--signature-format",
            "openssl",
            "--input-file",
            &path("hash"),
            "--output-file",
            &path("signature"),
        ],
    );
    let key = check(
        "openssl",
        &["x509", "-in", &path("certificate.pem"), "-noout", "-pubkey"],
    );
    std::fs::write(path("key.pem"), key).unwrap();
    let verified = check(
        "openssl",
        &[
            "dgst",
            "-sha384",
            "-verify",
            &path("key.pem"),
            "-signature",
            &path("signature"),
            &path("message"),
        ],
    );
    assert!(String::from_utf8_lossy(&verified).contains("Verified OK"));
}
