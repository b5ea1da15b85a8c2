//! Our drivers against conversations that others recorded with real test cards.

#![allow(clippy::unwrap_used, clippy::format_push_string)]

use std::path::PathBuf;

use toend_id_card::Certificate;
use toend_id_card::replay::{
    Difference, Operation, Outcome, ReplayError, Report, Request, Script, replay,
};

const HASH: &str = "86255fa2c36e4b30969eae17dc34c772cbebdfc58b58403900be87614eb1a34b8780263f255eb5e65ca9bbb8641cccfe";

fn cards(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/cards")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn script(name: &str) -> Script {
    Script::parse(&cards(name)).unwrap()
}

/// Steps `from..to` of a script.
fn part(script: &Script, from: usize, to: usize) -> Script {
    Script {
        atr: script.atr.clone(),
        steps: script.steps[from..to].to_vec(),
    }
}

fn run(script: &Script, operation: Operation, pin: &str) -> Result<Report, ReplayError> {
    replay(
        script,
        &Request::new(operation, Some(pin), Some(HASH)).unwrap(),
    )
}

fn certificate(outcome: &Outcome) -> Certificate {
    use base64::Engine;
    match outcome {
        Outcome::Certificate(summary) => {
            let der = base64::engine::general_purpose::STANDARD
                .decode(&summary.der)
                .unwrap();
            Certificate::parse(&der).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

fn signature(outcome: &Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Signature(hex) => hex::decode(hex).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn hash() -> [u8; 48] {
    hex::decode(HASH).unwrap().try_into().unwrap()
}

#[test]
fn the_recorded_sign_in_replays_whole_and_its_signature_verifies() {
    let whole = script("idemia-authenticate.apdu");
    let report = run(&whole, Operation::Authenticate, "1234").unwrap();
    assert_eq!(report.steps, 14);
    assert_eq!(
        report.preceded_by,
        [Operation::AuthCertificate, Operation::PinInfo]
    );

    let read =
        run(&part(&whole, 0, 8), Operation::AuthCertificate, "").unwrap_or_else(|e| panic!("{e}"));
    let certificate = certificate(&read.outcome);
    assert_eq!(certificate.der().len(), 1031);
    assert_eq!(
        (
            certificate.surname.as_str(),
            certificate.given_names.as_str()
        ),
        ("JÕEORG", "JAAK-KRISTJAN")
    );
    assert_eq!(certificate.personal_code(), Some("38001085718"));
    certificate
        .verify_hash(&hash(), &signature(&report.outcome))
        .unwrap();
}

#[test]
fn the_recorded_signing_replays_whole_and_its_signature_verifies() {
    let whole = script("idemia-sign.apdu");
    let report = run(&whole, Operation::Sign, "12345").unwrap();
    assert_eq!((report.steps, report.preceded_by.len()), (14, 2));
    let read = run(&part(&whole, 0, 8), Operation::SignCertificate, "").unwrap();
    let certificate = certificate(&read.outcome);
    assert_eq!(certificate.der().len(), 1008);
    assert!(certificate.non_repudiation && !certificate.digital_signature);
    certificate
        .verify_hash(&hash(), &signature(&report.outcome))
        .unwrap();
}

#[test]
fn each_operation_replays_alone() {
    let auth = script("idemia-authenticate.apdu");
    let sign = script("idemia-sign.apdu");
    let alone = |script: &Script, from, to, operation, pin| {
        let report = run(&part(script, from, to), operation, pin).unwrap();
        assert!(report.preceded_by.is_empty());
        assert_eq!(report.steps, to - from);
        report.outcome
    };
    for (script, code) in [(&auth, true), (&sign, false)] {
        match alone(script, 8, 10, Operation::PinInfo, "") {
            Outcome::PinInfo(info) => {
                let counter = if code { info.pin1 } else { info.pin2 }.unwrap();
                assert_eq!(
                    (counter.tries_left, counter.max_tries, counter.activated),
                    (3, 3, true)
                );
            }
            other => panic!("{other:?}"),
        }
    }
    alone(&auth, 10, 14, Operation::Authenticate, "1234");
    alone(&sign, 10, 14, Operation::Sign, "12345");
}

#[test]
fn every_single_changed_byte_is_found_where_it_stands() {
    let whole = script("idemia-authenticate.apdu");
    for step in 0..whole.steps.len() {
        for offset in 0..whole.steps[step].command.len() {
            let mut changed = whole.clone();
            changed.steps[step].command[offset] ^= 0x01;
            match run(&changed, Operation::Authenticate, "1234") {
                Err(ReplayError::Differs(Difference::Byte {
                    step: at,
                    offset: byte,
                    recorded,
                    ..
                })) => {
                    assert_eq!((at, byte), (step + 1, offset));
                    // A PIN digit is never shown.
                    assert_eq!(recorded.is_none(), step == 12 && offset >= 5);
                }
                other => panic!("step {step} byte {offset}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_step_too_few_or_too_many_fails() {
    let whole = script("idemia-authenticate.apdu");
    assert_eq!(
        run(&part(&whole, 0, 13), Operation::Authenticate, "1234"),
        Err(Difference::RecordingEnds { steps: 13 }.into())
    );
    assert!(matches!(
        run(&whole, Operation::AuthCertificate, ""),
        Err(ReplayError::Differs(Difference::LeftOver {
            step: 9,
            left: 6,
            ..
        }))
    ));
    let mut swapped = whole.clone();
    swapped.steps.swap(11, 13);
    assert!(matches!(
        run(&swapped, Operation::Authenticate, "1234"),
        Err(ReplayError::Differs(Difference::Byte { step: 12, .. }))
    ));
}

#[test]
fn a_recorded_refusal_is_an_outcome_with_the_tries_left() {
    let mut whole = script("idemia-authenticate.apdu");
    whole.steps.truncate(13);
    for (answer, code, left) in [
        ([0x63, 0xC2], "E08", 2),
        ([0x63, 0xC1], "E09", 1),
        ([0x69, 0x83], "E10", 0),
    ] {
        whole.steps[12].answer = answer.to_vec();
        match run(&whole, Operation::Authenticate, "1234")
            .unwrap()
            .outcome
        {
            Outcome::Error(error) => assert_eq!((error.code, error.tries_left), (code, Some(left))),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn other_orders_that_cards_accept_are_known() {
    // DigiDoc4 reaches the certificate by its absolute path and asks for as much as there is; a chip gives 231.
    let whole = script("idemia-authenticate.apdu");
    let content: Vec<u8> = whole.steps[2..8]
        .iter()
        .flat_map(|s| s.answer[..s.answer.len() - 2].to_vec())
        .collect();
    let mut text = format!(
        "ATR {}\n> 00A40904063F00ADF1340100\n< 6204800204079000\n",
        hex::encode(&whole.atr)
    );
    let mut offset = 0;
    for block in content.chunks(231) {
        text.push_str(&format!(
            "> 00B0{offset:04X}00\n< {} 9000\n",
            hex::encode(block)
        ));
        offset += block.len();
    }
    let report = run(
        &Script::parse(&text).unwrap(),
        Operation::AuthCertificate,
        "",
    )
    .unwrap();
    assert_eq!(report.steps, 6);
    assert_eq!(certificate(&report.outcome).der(), content);

    // PIN verified before the key is chosen, as the official specification shows.
    let mut swapped = part(&whole, 10, 14);
    swapped.steps.swap(1, 2);
    run(&swapped, Operation::Authenticate, "1234").unwrap();
}

#[test]
fn only_supported_cards_are_replayed() {
    let mut whole = script("idemia-authenticate.apdu");
    whole.atr = hex::decode("3BDB960080B1FE451F830012428F536549440F900020").unwrap();
    match run(&whole, Operation::Authenticate, "1234") {
        Err(ReplayError::Card(error)) => assert_eq!(error.code(), "E06"),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        Request::new(Operation::Sign, None, Some(HASH)).unwrap_err(),
        ReplayError::NeedsPin
    );
    assert!(matches!(
        Request::new(Operation::Sign, Some("1234"), Some(HASH)),
        Err(ReplayError::Card(_))
    ));
    assert_eq!(
        Request::new(Operation::Authenticate, Some("1234"), Some("00")).unwrap_err(),
        ReplayError::Hash
    );
}

mod web_eid {
    use super::*;
    use time::macros::datetime;
    use toend_id_card::web_eid::{TokenError, verify_token};

    const NONCE: &str = "12345678123456781234567812345678912356789123";

    fn authority() -> Certificate {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/cards/TEST_of_ESTEID2018.cer");
        Certificate::parse(&std::fs::read(path).unwrap()).unwrap()
    }

    fn check(text: &str, origin: &str, nonce: &str) -> Result<Certificate, TokenError> {
        verify_token(
            text,
            origin,
            nonce,
            &[authority()],
            datetime!(2024-08-01 12:00 UTC),
        )
    }

    #[test]
    fn the_published_token_is_valid_for_its_origin_and_nonce_only() {
        let text = cards("web-eid-token-valid.json");
        let text = text.trim();
        let certificate = check(text, "https://ria.ee", NONCE).unwrap();
        assert_eq!(certificate.personal_code(), Some("38001085718"));
        let other = NONCE.replace("9123", "9124");
        assert_eq!(
            check(text, "https://ria.ee", &other),
            Err(TokenError::Signature)
        );
        assert_eq!(
            check(text, "https://invalid.org", NONCE),
            Err(TokenError::Signature)
        );
        assert_eq!(
            check(text, "https://ria.ee", "short"),
            Err(TokenError::Nonce)
        );
        assert_eq!(
            verify_token(
                text,
                "https://ria.ee",
                NONCE,
                &[],
                datetime!(2024-08-01 12:00 UTC)
            ),
            Err(TokenError::NotTrusted)
        );
        for late in [
            datetime!(2021-07-22 12:43:07 UTC),
            datetime!(2026-07-09 22:00:00 UTC),
        ] {
            assert!(matches!(
                verify_token(text, "https://ria.ee", NONCE, &[authority()], late),
                Err(TokenError::NotValidNow { .. })
            ));
        }
    }

    /// The token with another given name in its certificate.
    fn renamed(text: &str) -> String {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        let mut token: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut der = STANDARD
            .decode(token["unverifiedCertificate"].as_str().unwrap())
            .unwrap();
        let at = der
            .windows(4)
            .rposition(|window| window == b"JAAK")
            .unwrap();
        der[at] = b'K';
        token["unverifiedCertificate"] = STANDARD.encode(der).into();
        token.to_string()
    }

    #[test]
    fn each_check_refuses_by_name() {
        let text = cards("web-eid-token-valid.json");
        let text = text.trim();
        let with = |from: &str, to: &str| check(&text.replace(from, to), "https://ria.ee", NONCE);
        assert_eq!(with("web-eid:1.0", "web-eid:2.0"), Err(TokenError::Format));
        assert_eq!(with("ES384", "ES256"), Err(TokenError::Algorithm));
        assert_eq!(with("MIIEBDCC", "MIIEBDC!"), Err(TokenError::Base64));
        assert!(matches!(
            with("MIIEBDCC", "MIIEADCC"),
            Err(TokenError::Certificate(_))
        ));
        assert_eq!(with("0Ov7ME6p", "0Ov7ME6q"), Err(TokenError::Signature));
        assert_eq!(with("\"signature\"", "\"sign\""), Err(TokenError::Json));
        assert_eq!(
            check("{}", "https://ria.ee", NONCE),
            Err(TokenError::Length { len: 2 })
        );
        let long = format!("{text}{}", " ".repeat(10_000));
        assert!(matches!(
            check(&long, "https://ria.ee", NONCE),
            Err(TokenError::Length { .. })
        ));
        assert_eq!(
            check(&renamed(text), "https://ria.ee", NONCE),
            Err(TokenError::NotTrusted)
        );
        let other = cards("web-eid-token-other-certificate.json");
        assert_eq!(
            check(other.trim(), "https://ria.ee", NONCE),
            Err(TokenError::Signature)
        );
        assert_eq!(
            check(text, "https://ria.ee", NONCE).unwrap().policies,
            ["1.3.6.1.4.1.51361.1.2.1", "0.4.0.2042.1.2"]
        );
    }

    #[test]
    fn a_signature_certificate_cannot_sign_in() {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;
        let sign = run(
            &part(&script("idemia-sign.apdu"), 0, 8),
            Operation::SignCertificate,
            "",
        )
        .unwrap();
        let sign = STANDARD.encode(certificate(&sign.outcome).der());
        let mut token: serde_json::Value =
            serde_json::from_str(cards("web-eid-token-valid.json").trim()).unwrap();
        token["unverifiedCertificate"] = sign.into();
        assert_eq!(
            check(&token.to_string(), "https://ria.ee", NONCE),
            Err(TokenError::Purpose)
        );
    }

    #[test]
    fn only_an_authority_issues() {
        let certificate = check(
            cards("web-eid-token-valid.json").trim(),
            "https://ria.ee",
            NONCE,
        )
        .unwrap();
        assert!(certificate.verify_issued_by(&authority()).is_ok());
        assert!(certificate.verify_issued_by(&certificate).is_err());
        assert!(authority().authority);
    }
}
