//! The program `toend-card` and its exit codes.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

const HASH: &str = "86255fa2c36e4b30969eae17dc34c772cbebdfc58b58403900be87614eb1a34b8780263f255eb5e65ca9bbb8641cccfe";

fn script(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/cards")
        .join(name);
    path.to_str().unwrap().to_owned()
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toend-card"))
        .args(arguments)
        .output()
        .unwrap()
}

fn code(arguments: &[&str]) -> i32 {
    run(arguments).status.code().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_recording_is_followed_to_its_end() {
    let auth = script("idemia-authenticate.apdu");
    let report = json(&[
        "replay",
        &auth,
        "--op",
        "authenticate",
        "--pin",
        "1234",
        "--hash",
        HASH,
    ]);
    assert_eq!(
        (report["steps"].as_u64(), report["chip"].as_str()),
        (Some(14), Some("idemia2018"))
    );
    assert_eq!(report["value"].as_str().unwrap().len(), 192);
    assert_eq!(
        report["precededBy"],
        serde_json::json!(["auth-certificate", "pin-info"])
    );
    let sign = script("idemia-sign.apdu");
    assert_eq!(
        code(&["replay", &sign, "--op=sign", "--pin=12345", "--hash", HASH]),
        0
    );
}

#[test]
fn exit_codes_tell_differences_refusals_and_wrong_use_apart() {
    let auth = script("idemia-authenticate.apdu");
    let with = |rest: &[&str]| code(&[&["replay", auth.as_str()], rest].concat());
    assert_eq!(
        with(&["--op", "authenticate", "--pin", "1235", "--hash", HASH]),
        1
    );
    assert_eq!(
        with(&["--op", "auth-certificate"]),
        1,
        "steps are left over"
    );
    assert_eq!(with(&["--op", "authenticate", "--hash", HASH]), 64);
    assert_eq!(
        with(&["--op", "authenticate", "--pin", "1234", "--hash", "00"]),
        64
    );
    assert_eq!(with(&["--op", "dance"]), 64);
    assert_eq!(with(&["--colour", "red"]), 64);
    assert_eq!(code(&["replay", "/nowhere", "--op", "sign"]), 64);
    assert_eq!(code(&[]), 64);
    assert_eq!(code(&["help"]), 0);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.apdu");
    let file = path.to_str().unwrap();
    let text = std::fs::read_to_string(&auth).unwrap();
    // The card says that the PIN was wrong, and the recording ends there.
    let verify = text.find("> 0020").unwrap();
    let refused = format!("{}\n< 63C2\n", text[verify..].lines().next().unwrap());
    std::fs::write(&path, format!("{}{refused}", &text[..verify])).unwrap();
    let arguments = [
        "replay",
        file,
        "--op",
        "authenticate",
        "--pin",
        "1234",
        "--hash",
        HASH,
    ];
    assert_eq!(code(&arguments), 2);
    let report = json(&arguments);
    assert_eq!(
        (report["result"].as_str(), report["value"]["code"].as_str()),
        (Some("error"), Some("E08"))
    );
    assert_eq!(report["value"]["triesLeft"], 2);
    // A Latvian card.
    let latvian = text
        .replace("12233F53", "12428F53")
        .replace("9000F1", "900020");
    std::fs::write(&path, latvian).unwrap();
    let output = run(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("E06"));
}

#[test]
fn a_pin_never_appears_in_what_is_printed() {
    let auth = script("idemia-authenticate.apdu");
    let output = run(&[
        "replay",
        &auth,
        "--op",
        "authenticate",
        "--pin",
        "86420",
        "--hash",
        HASH,
    ]);
    let printed = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        printed.contains("step 13") && printed.contains("recorded -, sent -"),
        "{printed}"
    );
    assert!(!printed.contains("86420") && !printed.contains("3836343230"));
}

#[test]
fn a_demonstration_card_needs_no_reader() {
    let shown = json(&["show", "--demo", "igor"]);
    assert_eq!(shown["personalData"]["surname"], "ŽAIKOVSKI");
    assert_eq!(
        (shown["chip"].as_str(), shown["demonstration"].as_bool()),
        (Some("thales2025"), Some(true))
    );
    assert_eq!(shown["signCertificate"]["document"], "citizen");
    assert_eq!(code(&["show", "--demo", "nobody"]), 2);
}
