//! The program from outside: arguments in, text and exit codes out, on the embedded network with a demonstration card.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use toend_ledger::cometbft::{
    BLOCK_PROTOCOL, BlockId, BlockIdFlag, Commit, CommitSig, Header, LightBlock, PartSetHeader,
    SignedHeader, Time, Validator, ValidatorSet, Version,
};

fn toend(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toend"))
        .args(arguments)
        .env("TOEND_DATA_DIR", data)
        .env("LANG", "en_GB.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {} {}",
            text(output),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

const CARD: [&str; 2] = ["--demo-card", "mari-liis"];

#[test]
fn a_document_is_filed_once_and_its_receipt_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (data, document) = (
        folder.path().join("data"),
        folder.path().join("report.asice"),
    );
    std::fs::write(&document, b"a signed container").unwrap();
    let receipt = folder.path().join("report.asice.receipt.json");
    let path = document.to_str().unwrap();
    let file = |register: &str| toend(&data, &["file", path, "--register", register, "--json"]);
    let first = file("business");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert_eq!(code(&first), 0, "{said}");
    let first = json(&first);
    assert_eq!(first["receipt"], receipt.to_str().unwrap());
    let kept = std::fs::read(&receipt).unwrap();
    // Once more hands nothing in: the receipt is checked, and stays as it is.
    let again = file("business");
    assert_eq!((code(&again), json(&again)), (0, first.clone()));
    assert_eq!(std::fs::read(&receipt).unwrap(), kept);
    let words = toend(&data, &["file", path, "--register", "business"]);
    assert!(
        text(&words).contains(&format!("page {}", first["page"])),
        "{}",
        text(&words)
    );
    // Interrupted before the proof came: the same commitment, and so the same place.
    let mut open: Value = serde_json::from_slice(&kept).unwrap();
    open["sealed"] = Value::Null;
    std::fs::write(&receipt, open.to_string()).unwrap();
    assert_eq!(json(&file("business")), first);

    // What is another matter's, no receipt, or altered, is told apart, and nothing is written over it.
    assert_eq!(code(&file("tax")), 64);
    let mut bent: Value = serde_json::from_slice(&kept).unwrap();
    let height = &mut bent["sealed"]["page"]["signed_header"]["header"]["height"];
    *height = Value::from((height.as_str().unwrap().parse::<u64>().unwrap() + 1).to_string());
    for (bytes, expected) in [(bent.to_string(), 1), ("{}".to_owned(), 64)] {
        std::fs::write(&receipt, &bytes).unwrap();
        let refused = file("business");
        assert_eq!(
            code(&refused),
            expected,
            "{}",
            String::from_utf8_lossy(&refused.stderr)
        );
        assert_eq!(std::fs::read_to_string(&receipt).unwrap(), bytes);
    }
    std::fs::write(&receipt, &kept).unwrap();
    std::fs::write(&document, b"another container").unwrap();
    assert_eq!(code(&file("business")), 64);
    std::fs::remove_file(&document).unwrap();
    assert_eq!(code(&file("business")), 64);
}

#[test]
fn records_are_listed_shown_exported_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();

    let listed = toend(data, &["records", "--json", CARD[0], CARD[1]]);
    assert_eq!(
        code(&listed),
        0,
        "{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let lists = json(&listed);
    let lists = lists["lists"].as_array().unwrap();
    let registers: Vec<&str> = lists
        .iter()
        .map(|list| list["register"].as_str().unwrap())
        .collect();
    assert_eq!(&registers[..3], ["health", "tax", "business"]);
    for list in lists {
        assert_eq!(list["ledgerCount"], list["heldCount"]);
        assert!(
            list["rows"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["verdict"]["verdict"] == "proven")
        );
    }
    let rows = lists[0]["rows"].as_array().unwrap();
    let visit = rows
        .iter()
        .find(|row| row["schema"] == "visit" && row["superseded"] == false)
        .unwrap();
    let id = visit["id"].as_str().unwrap();

    let only = toend(data, &["records", "--register", "tax", CARD[0], CARD[1]]);
    assert_eq!(code(&only), 0);
    assert!(text(&only).contains("Tax register") && !text(&only).contains("Health register"));

    for (language, title) in [
        ("et", "Miks võin seda usaldada?"),
        ("en", "Why can I trust this?"),
        ("ru", "Почему"),
    ] {
        let shown = toend(data, &["show", id, "--lang", language, CARD[0], CARD[1]]);
        assert_eq!(code(&shown), 0);
        let page = text(&shown);
        assert!(page.contains(title), "{page}");
        assert_eq!(page.matches("  ✓ ").count(), 5, "{page}");
    }
    assert_eq!(
        code(&toend(data, &["show", "health-me-9999", CARD[0], CARD[1]])),
        2
    );

    let file = data.join("proof.asice");
    let path = file.to_str().unwrap();
    assert_eq!(
        code(&toend(data, &["export", id, path, CARD[0], CARD[1]])),
        0
    );
    let few = data.join("few.asice");
    assert_eq!(
        code(&toend(
            data,
            &[
                "export",
                id,
                few.to_str().unwrap(),
                "--field",
                "date",
                CARD[0],
                CARD[1]
            ]
        )),
        0
    );

    // Checking needs neither network nor card nor data folder.
    let nowhere = data.join("no-such-folder");
    for (file, fields) in [(&file, 10), (&few, 1)] {
        let checked = toend(&nowhere, &["verify", file.to_str().unwrap(), "--json"]);
        assert_eq!(code(&checked), 0, "{}", text(&checked));
        let report = json(&checked);
        assert_eq!(
            (report["outcome"].as_str(), report["reason"].as_str()),
            (Some("TOTAL_PASSED"), Some("OK"))
        );
        assert_eq!(report["current"]["answer"], "yes");
        assert!(report["statements"][0]["fields"].as_array().unwrap().len() >= fields);
    }
    assert!(!nowhere.exists());
    assert!(
        text(&toend(&nowhere, &["verify", path]))
            .starts_with("Demonstration, no legal effect\nTOTAL_PASSED OK")
    );
    damaged_files_are_told_apart(&nowhere, data, &std::fs::read(&file).unwrap());
}

fn damaged_files_are_told_apart(nowhere: &Path, data: &Path, good: &[u8]) {
    let check = |name: &str, bytes: &[u8]| {
        let file = data.join(name);
        std::fs::write(&file, bytes).unwrap();
        let output = toend(nowhere, &["verify", file.to_str().unwrap(), "--json"]);
        let report = json(&output);
        assert_eq!(
            report["statements"].as_array().unwrap().len(),
            0,
            "{name}: nothing false is shown"
        );
        (code(&output), report["reason"].as_str().unwrap().to_owned())
    };
    let find = |needle: &[u8]| {
        good.windows(needle.len())
            .position(|window| window == needle)
            .unwrap()
    };
    let mut page = good.to_vec();
    let at = find(b"<h1>");
    page[at + 4] ^= 1;
    assert_eq!(check("page.asice", &page), (1, "DAMAGED".to_owned()));
    let mut more = good.to_vec();
    more.extend_from_slice(b"x");
    assert_eq!(check("more.asice", &more).0, 1);
    assert_eq!(
        check("cut.asice", &good[..good.len() / 2]),
        (2, "INCOMPLETE".to_owned())
    );
    assert_eq!(
        check("other.asice", b"%PDF-1.7 not ours"),
        (2, "NOT_A_PROOF_FILE".to_owned())
    );
    assert_eq!(
        check("empty.asice", b""),
        (2, "NOT_A_PROOF_FILE".to_owned())
    );
    assert_eq!(
        check("large.asice", &vec![b'P'; 1024 * 1024 + 1]),
        (2, "TOO_LARGE".to_owned())
    );
    // Every single byte counts, whatever it belongs to; a few hundred of them stand for all.
    for at in (0..good.len()).step_by(good.len() / 150) {
        let mut flipped = good.to_vec();
        flipped[at] ^= 0x10;
        assert_ne!(check("flipped.asice", &flipped).0, 0, "byte {at}");
    }
}

#[test]
fn the_ledger_is_followed_and_the_network_shown() {
    let folder = tempfile::tempdir().unwrap();
    let synced = toend(folder.path(), &["sync", "--json"]);
    assert_eq!(
        code(&synced),
        0,
        "{}",
        String::from_utf8_lossy(&synced.stderr)
    );
    let report = json(&synced);
    assert_eq!(report["ledger"]["state"], "upToDate");
    assert_eq!(report["sync"]["done"], report["sync"]["total"]);
    assert_eq!(report["ledger"]["words"].as_array().unwrap().len(), 10);

    let shown = toend(folder.path(), &["network", "show", "--json"]);
    assert_eq!(code(&shown), 0);
    let file = folder.path().join("network.json");
    std::fs::write(&file, &shown.stdout).unwrap();
    let again = toend(
        folder.path(),
        &["network", "show", "--network", file.to_str().unwrap()],
    );
    assert_eq!(code(&again), 0);
    assert!(text(&again).contains("toend-demo-1") && text(&again).contains("Health House"));
    std::fs::write(&file, b"{}").unwrap();
    assert_eq!(
        code(&toend(
            folder.path(),
            &["network", "show", "--network", file.to_str().unwrap()]
        )),
        64
    );
}

#[test]
fn wrong_use_is_64_and_cards_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    for wrong in [
        vec!["nonsense"],
        vec!["records", "--register", "land"],
        vec!["verify"],
        vec!["verify", "no such file"],
        vec!["card", "show", "--demo-card", "nobody"],
        vec!["card", "replay", "no such script", "--op", "pin-info"],
        vec![
            "light-block",
            "verify",
            "--trusted",
            "no",
            "--untrusted",
            "no",
            "--now",
            "2026-01-01T00:00:00Z",
        ],
        vec![
            "light-block",
            "verify",
            "--trusted",
            "no",
            "--untrusted",
            "no",
            "--now",
            "yesterday",
        ],
    ] {
        assert_eq!(code(&toend(data, &wrong)), 64, "{wrong:?}");
    }
    assert_eq!(code(&toend(data, &["--help"])), 0);
    assert_eq!(code(&toend(data, &["--version"])), 0);
    let card = toend(data, &["card", "show", "--demo-card", "igor"]);
    assert_eq!(json(&card)["chip"], "thales2025");
    let script = data.join("script.txt");
    std::fs::write(&script, "ATR 3B00\n").unwrap();
    assert_ne!(
        code(&toend(
            data,
            &[
                "card",
                "replay",
                script.to_str().unwrap(),
                "--op",
                "pin-info"
            ]
        )),
        0
    );

    let wrong_pin = toend(data, &["records", "--demo-card", "igor", "--pin", "9999"]);
    assert_eq!(code(&wrong_pin), 2);
    let said = String::from_utf8_lossy(&wrong_pin.stderr).into_owned();
    assert!(said.contains("E08") && said.contains('2'), "{said}");
    assert!(!said.contains("9999"), "a PIN is never printed");
}

/// A block of some height, by validators with these seeds, signed by the first `signed` of them in CometBFT's order.
fn light_block(height: u64, seeds: &[u8], signed: usize) -> Vec<u8> {
    let keys: Vec<SigningKey> = seeds
        .iter()
        .map(|seed| SigningKey::from_bytes(&[*seed; 32]))
        .collect();
    let set = ValidatorSet::new(
        keys.iter()
            .map(|key| Validator::new(key.verifying_key().to_bytes(), 10))
            .collect(),
    )
    .unwrap();
    let time = Time::from_millis(1_795_000_000_000 + height * 5000).unwrap();
    let parts = PartSetHeader {
        total: 1,
        hash: [2; 32],
    };
    let header = Header {
        version: Version {
            block: BLOCK_PROTOCOL,
            app: 1,
        },
        chain_id: "terminal-test".to_owned(),
        height,
        time,
        last_block_id: Some(BlockId {
            hash: [1; 32],
            parts,
        }),
        last_commit_hash: Some([3; 32]),
        data_hash: Some([4; 32]),
        validators_hash: set.hash(),
        next_validators_hash: set.hash(),
        consensus_hash: [5; 32],
        app_hash: vec![9; 32],
        last_results_hash: Some([6; 32]),
        evidence_hash: Some([7; 32]),
        proposer_address: set.validators()[0].address,
    };
    let block_id = BlockId {
        hash: header.hash(),
        parts,
    };
    let mut commit = Commit {
        height,
        round: 0,
        block_id: Some(block_id),
        signatures: vec![CommitSig::ABSENT; set.len()],
    };
    for (index, validator) in set.validators().iter().enumerate().take(signed) {
        commit.signatures[index] = CommitSig {
            flag: BlockIdFlag::Commit,
            address: validator.address,
            time,
            signature: [0; 64],
        };
        let message = commit.sign_bytes("terminal-test", index).unwrap();
        let key = keys
            .iter()
            .find(|key| key.verifying_key().to_bytes() == validator.pub_key)
            .unwrap();
        commit.signatures[index].signature = key.sign(&message).to_bytes();
    }
    let signed_header = SignedHeader { header, commit };
    serde_json::to_vec(&LightBlock {
        signed_header,
        validator_set: set,
        next_validator_set: None,
    })
    .unwrap()
}

#[test]
fn a_light_block_is_judged_against_another() {
    let folder = tempfile::tempdir().unwrap();
    let ours = [1, 2, 3, 4];
    for (name, bytes) in [
        ("five", light_block(5, &ours, 4)),
        ("nine", light_block(9, &ours, 3)),
        ("too-few", light_block(9, &ours, 2)),
        // Two of ours and a set of their own: enough for CometBFT's one third, not for us.
        ("two-of-four", light_block(9, &[1, 2, 7, 8], 4)),
        ("strangers", light_block(9, &[6, 7, 8, 9], 4)),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let verify = |trusted: &str, untrusted: &str, more: &[&str]| {
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (trusted, untrusted) = (path(trusted), path(untrusted));
        let mut arguments = vec![
            "light-block",
            "verify",
            "--trusted",
            &trusted,
            "--untrusted",
            &untrusted,
        ];
        arguments.extend_from_slice(&["--now", "2026-11-19T12:00:00Z"]);
        arguments.extend_from_slice(more);
        let output = toend(folder.path(), &arguments);
        (
            code(&output),
            json(&output)["verdict"].as_str().unwrap().to_owned(),
        )
    };
    let verdict = |code: i32, name: &str| (code, name.to_owned());
    assert_eq!(verify("five", "nine", &[]), verdict(0, "SUCCESS"));
    assert_eq!(
        verify("five", "too-few", &[]),
        verdict(3, "NOT_ENOUGH_TRUST")
    );
    assert_eq!(
        verify("five", "too-few", &["--trust-level", "1/3"]),
        verdict(1, "INVALID")
    );
    assert_eq!(
        verify("five", "two-of-four", &[]),
        verdict(3, "NOT_ENOUGH_TRUST")
    );
    assert_eq!(
        verify("five", "two-of-four", &["--trust-level", "1/3"]),
        verdict(0, "SUCCESS")
    );
    assert_eq!(
        verify("five", "strangers", &["--trust-level", "1/3"]),
        verdict(3, "NOT_ENOUGH_TRUST")
    );
    assert_eq!(verify("nine", "five", &[]), verdict(1, "INVALID"));
    assert_eq!(
        verify("five", "nine", &["--trusting-period", "1s"]),
        verdict(1, "INVALID")
    );
    std::fs::write(folder.path().join("garbage"), b"{\"signed_header\":[]}").unwrap();
    assert_eq!(verify("five", "garbage", &[]), verdict(1, "INVALID"));
    let path = folder.path().join("garbage").to_str().unwrap().to_owned();
    let wrong = [
        "light-block",
        "verify",
        "--trusted",
        &path,
        "--untrusted",
        &path,
        "--now",
        "2026-11-19T12:00:00Z",
    ];
    assert_eq!(code(&toend(folder.path(), &wrong)), 64);
}

/// Six words that the readable page says, too, without the note of a new key.
fn is_a_first_key(key: &Value, page: &str) {
    let words: Vec<&str> = key["words"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!((words.len(), &key["replaced"]), (6, &json!(false)), "{key}");
    assert!(
        page.contains(&format!(": {}\n", words.join(" "))),
        "{key}: {page}"
    );
}

#[test]
fn who_runs_the_ledger_is_said_and_what_is_no_evidence_is_not_handed_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let said = toend(data, &["network", "offices"]);
    assert_eq!(code(&said), 0, "{}", String::from_utf8_lossy(&said.stderr));
    for expected in [
        "Health House",
        "Gives answers: yes, from the start",
        "Keys for sealing and answers: from the start",
    ] {
        assert!(text(&said).contains(expected), "{}", text(&said));
    }
    let offices = json(&toend(data, &["network", "offices", "--json"]));
    let authorities = offices["authorities"].as_array().unwrap();
    assert_eq!(authorities.len(), 4);
    for authority in authorities {
        assert_eq!(authority["gateways"].as_array().unwrap().len(), 1);
        let gateway = &authority["gateways"][0]["key"];
        for key in [
            &authority["governanceKey"],
            &authority["validatorKey"],
            gateway,
        ] {
            is_a_first_key(key, &text(&said));
        }
    }
    for register in offices["registers"].as_array().unwrap() {
        for key in [&register["sealKey"], &register["answerKey"]] {
            is_a_first_key(key, &text(&said));
        }
        assert_eq!(register["epochs"].as_array().unwrap().len(), 1);
    }
    let file = data.join("evidence.json");
    std::fs::write(&file, "{}").unwrap();
    let refused = toend(data, &["evidence", "hand-in", file.to_str().unwrap()]);
    assert_eq!(code(&refused), 64);
    let none = toend(data, &["evidence", "save", "--gateway", "0", "never.json"]);
    assert_eq!(code(&none), 2, "{}", String::from_utf8_lossy(&none.stderr));
}
