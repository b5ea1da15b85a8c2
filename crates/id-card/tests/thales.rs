//! The 2025 card: a conversation in the order of the open-source programs that read it, with the answers of our
//! virtual card. No recording of a real card is public; fragments of one are compared in `virtual_card.rs`.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use toend_id_card::replay::{Operation, Outcome, Report, Request, Script, Step, replay};
use toend_id_card::web_eid::sha384;
use toend_id_card::{Certificate, demo};

const MESSAGE: &[u8] = b"T\xC3\xB5end: a conversation with the virtual card of 2025";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cards/thales-session.apdu")
}

/// Commands of a whole session: personal data, certificate, counters, authenticate; certificate, sign.
/// Written out here, and not taken from our driver, so that a change of the driver is noticed.
fn commands() -> Vec<String> {
    let hash = hex::encode(sha384(MESSAGE));
    let mut list: Vec<String> = vec!["00A4080C02DFDD".into()];
    for field in 1..=8 {
        list.push(format!("00A4020C0250{field:02X}"));
        list.push("00B0000000".into());
    }
    list.push("00A4040C0CA000000063504B43532D3135".into());
    list.push("00A4080404ADF1341100".into());
    list.extend((0..4).map(|block| format!("00B0{:04X}00", block * 256)));
    list.extend([0x81, 0x82, 0x83].map(|pin| format!("00CB00FF05A0038301{pin:02X}00")));
    list.extend(key("81", "31323334", "01", &hash));
    list.push("00A4040C0CA000000063504B43532D3135".into());
    list.push("00A4080404ADF2342100".into());
    list.extend((0..4).map(|block| format!("00B0{:04X}00", block * 256)));
    list.extend(key("82", "3132333435", "05", &hash));
    list
}

fn key(pin: &str, digits: &str, key: &str, hash: &str) -> [String; 4] {
    [
        format!("002000{pin}0C{digits:0<24}"),
        format!("002241B6068001548401{key}"),
        format!("002A90A0329030{hash}"),
        "002A9E9A00".into(),
    ]
}

/// Lets the virtual card answer the commands.
fn converse() -> Script {
    let card = demo::find("igor").unwrap().card().unwrap();
    let steps = commands()
        .iter()
        .map(|command| {
            let command = hex::decode(command).unwrap();
            Step {
                answer: card.answer(&command),
                command,
                line: 0,
            }
        })
        .collect();
    Script {
        atr: hex::decode("3BFF9600008031FE438031B85365494464B085051012233F1D").unwrap(),
        steps,
    }
}

fn recorded() -> Script {
    Script::parse(&std::fs::read_to_string(path()).unwrap()).unwrap()
}

fn part(script: &Script, from: usize, to: usize) -> Script {
    Script {
        atr: script.atr.clone(),
        steps: script.steps[from..to].to_vec(),
    }
}

fn run(script: &Script, operation: Operation, pin: &str) -> Report {
    let hash = hex::encode(sha384(MESSAGE));
    replay(
        script,
        &Request::new(operation, Some(pin), Some(&hash)).unwrap(),
    )
    .unwrap_or_else(|e| panic!("{e}"))
}

/// Steps of the script at which each part begins.
const PERSONAL: usize = 0;
const AUTH_CERTIFICATE: usize = 17;
const COUNTERS: usize = 23;
const AUTHENTICATE: usize = 26;
const SIGN_CERTIFICATE: usize = 30;
const SIGN: usize = 36;
const END: usize = 40;

#[test]
fn the_virtual_card_still_answers_the_committed_conversation() {
    let (now, then) = (converse(), recorded());
    assert_eq!((now.steps.len(), &now.atr), (END, &then.atr));
    for (index, (now, then)) in now.steps.iter().zip(&then.steps).enumerate() {
        assert_eq!(
            hex::encode(&now.command),
            hex::encode(&then.command),
            "step {}",
            index + 1
        );
        if [AUTHENTICATE + 3, SIGN + 3].contains(&index) {
            // Signatures are randomised.
            assert_eq!(
                (now.answer.len(), &now.answer[96..]),
                (98, &[0x90, 0x00][..])
            );
        } else {
            assert_eq!(
                hex::encode(&now.answer),
                hex::encode(&then.answer),
                "step {}",
                index + 1
            );
        }
    }
}

#[test]
fn every_operation_replays() {
    let script = recorded();
    match run(
        &part(&script, PERSONAL, AUTH_CERTIFICATE),
        Operation::PersonalData,
        "",
    )
    .outcome
    {
        Outcome::PersonalData(data) => assert_eq!(data.personal_code, "37101010021"),
        other => panic!("{other:?}"),
    }
    match run(
        &part(&script, AUTH_CERTIFICATE, COUNTERS),
        Operation::AuthCertificate,
        "",
    )
    .outcome
    {
        Outcome::Certificate(certificate) => assert_eq!(certificate.surname, "ŽAIKOVSKI"),
        other => panic!("{other:?}"),
    }
    match run(
        &part(&script, COUNTERS, AUTHENTICATE),
        Operation::PinInfo,
        "",
    )
    .outcome
    {
        Outcome::PinInfo(info) => assert_eq!(info.puk.unwrap().tries_left, 3),
        other => panic!("{other:?}"),
    }
    let [auth, sign] = demo::find("igor")
        .unwrap()
        .certificates()
        .map(|der| Certificate::parse(der).unwrap());
    for (certificate, from, whole_from, to, operation, pin) in [
        (
            auth,
            AUTHENTICATE,
            AUTH_CERTIFICATE,
            SIGN_CERTIFICATE,
            Operation::Authenticate,
            "1234",
        ),
        (sign, SIGN, SIGN_CERTIFICATE, END, Operation::Sign, "12345"),
    ] {
        for from in [from, whole_from] {
            match run(&part(&script, from, to), operation, pin).outcome {
                Outcome::Signature(signature) => {
                    certificate
                        .verify_message(MESSAGE, &hex::decode(signature).unwrap())
                        .unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn one_counter_alone_and_the_t0_form_replay_too() {
    let script = recorded();
    assert!(matches!(
        run(&part(&script, COUNTERS, COUNTERS + 1), Operation::PinInfo, "").outcome,
        Outcome::PinInfo(info) if info.pin1.is_some() && info.pin2.is_none()
    ));
    let mut t0 = part(&script, COUNTERS, AUTHENTICATE);
    let mut steps = Vec::new();
    for mut step in t0.steps {
        step.command.pop();
        let (data, line) = (step.answer.clone(), step.line);
        step.answer = vec![0x61, (data.len() - 2) as u8];
        let get = Step {
            command: vec![0, 0xC0, 0, 0, (data.len() - 2) as u8],
            answer: data,
            line,
        };
        steps.extend([step, get]);
    }
    t0.steps = steps;
    assert_eq!(run(&t0, Operation::PinInfo, "").steps, 6);
}

#[test]
fn fields_read_by_their_sizes_replay_too() {
    let card = demo::find("igor").unwrap().card().unwrap();
    let mut steps = Vec::new();
    let mut say = |command: String| {
        let command = hex::decode(command).unwrap();
        let answer = card.answer(&command);
        steps.push(Step {
            command,
            answer: answer.clone(),
            line: 0,
        });
        answer
    };
    say("00A4040C0CA000000063504B43532D3135".into());
    say("00A4080C02DFDD".into());
    for field in 1..=8 {
        let fcp = say(format!("00A402040250{field:02X}00"));
        say(format!("00B00000{:02X}", fcp[5]));
    }
    let script = Script {
        atr: recorded().atr,
        steps,
    };
    assert_eq!(run(&script, Operation::PersonalData, "").steps, 18);
}

#[test]
fn another_program_sends_to_this_card_what_we_send() {
    const SHA384: &str = "86255fa2c36e4b30969eae17dc34c772cbebdfc58b58403900be87614eb1a34b8780263f255eb5e65ca9bbb8641cccfe";
    const SHA256: &str = "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a";
    let [auth, sign] = demo::find("igor")
        .unwrap()
        .certificates()
        .map(|der| Certificate::parse(der).unwrap());
    for (name, operation, pin, hash, certificate) in [
        (
            "authenticate",
            Operation::Authenticate,
            "1234",
            SHA384,
            auth,
        ),
        ("sign", Operation::Sign, "12345", SHA256, sign),
    ] {
        let path = path().with_file_name(format!("thales-libelectronic-id-{name}.apdu"));
        let script = Script::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let report = replay(
            &script,
            &Request::new(operation, Some(pin), Some(hash)).unwrap(),
        )
        .unwrap();
        assert_eq!((report.steps, report.preceded_by.len()), (11, 2));
        let Outcome::Signature(signature) = report.outcome else {
            panic!("{:?}", report.outcome)
        };
        let mut signed = [0; 48];
        let hash = hex::decode(hash).unwrap();
        signed[48 - hash.len()..].copy_from_slice(&hash);
        certificate
            .verify_hash(&signed, &hex::decode(signature).unwrap())
            .unwrap();
    }
}

/// Writes the committed conversation anew: `cargo test -p toend-id-card --test thales -- write --nocapture`
/// with `TOEND_WRITE_CARDS=1`. Otherwise it checks that the committed text is in the form that is written.
#[test]
fn write_the_conversation() {
    const HEAD: &str = "\
# The virtual card of 2025 (demonstration person, no legal effect): personal data, authentication certificate,
# retry counters, authenticate, signature certificate, sign. PIN1 1234, PIN2 12345.
# Written by crates/id-card/tests/thales.rs; no real card took part.
";
    if std::env::var_os("TOEND_WRITE_CARDS").is_some() {
        std::fs::write(path(), format!("{HEAD}\n{}", converse().to_text())).unwrap();
    }
    let text = std::fs::read_to_string(path()).unwrap();
    assert_eq!(text, format!("{HEAD}\n{}", recorded().to_text()));
}
