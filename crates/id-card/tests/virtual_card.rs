//! The virtual card against what real cards were recorded to answer, and our drivers against the virtual card.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use time::macros::datetime;
use toend_id_card::certificate::DocumentType;
use toend_id_card::demo;
use toend_id_card::drivers::POINT;
use toend_id_card::recognise::Generation;
use toend_id_card::replay::Script;
use toend_id_card::transport::{Disposition, Transport, TransportError};
use toend_id_card::virtual_card::{CardCodes, Contents, SecretKey, VirtualCard};
use toend_id_card::web_eid::{Origin, Token, TokenError, sha384, verify_token};
use toend_id_card::{Card, CardError, Certificate, Pin, PinKind};

const NONCE: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

fn pin1(digits: &str) -> Pin {
    Pin::new(PinKind::Pin1, digits).unwrap()
}

fn pin2(digits: &str) -> Pin {
    Pin::new(PinKind::Pin2, digits).unwrap()
}

fn puk() -> Pin {
    Pin::new(PinKind::Puk, demo::PUK).unwrap()
}

/// Both persons, and the first one's contents on a Cosmo X; each with T=1 and T=0.
fn all_cards() -> Vec<VirtualCard> {
    let [mari, igor] = <[_; 2]>::try_from(demo::cards()).unwrap();
    let three = || {
        [
            mari.card().unwrap(),
            mari.card_on(Generation::IdemiaCosmoX, CardCodes::default())
                .unwrap(),
            igor.card().unwrap(),
        ]
    };
    three()
        .into_iter()
        .chain(three().map(VirtualCard::with_t0))
        .collect()
}

fn open(card: &VirtualCard) -> Card {
    Card::open(Box::new(card.clone())).unwrap()
}

/// A virtual card with the files of the recorded test card.
fn recorded_card() -> (VirtualCard, [Script; 2]) {
    let scripts = ["idemia-authenticate.apdu", "idemia-sign.apdu"].map(|name| {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/cards")
            .join(name);
        Script::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    });
    let file = |script: &Script| {
        script.steps[2..8]
            .iter()
            .flat_map(|step| step.answer[..step.answer.len() - 2].to_vec())
            .collect()
    };
    let contents = Contents {
        persona: demo::cards()[0].persona.clone(),
        auth_certificate: file(&scripts[0]),
        sign_certificate: file(&scripts[1]),
        auth_key: SecretKey::from_public_text("not the recorded key").unwrap(),
        sign_key: SecretKey::from_public_text("nor this one").unwrap(),
        codes: CardCodes::default(),
    };
    (VirtualCard::new(Generation::Idemia, contents), scripts)
}

#[test]
fn it_answers_every_recorded_command_as_the_real_card_did() {
    let (card, scripts) = recorded_card();
    let mut compared = 0;
    for script in scripts {
        card.reset();
        for (index, step) in script.steps.iter().enumerate() {
            let answer = card.answer(&step.command);
            if index == 13 {
                // The key is another, so the signature is; its form is the same.
                assert_eq!((answer.len(), &answer[96..]), (98, &[0x90, 0x00][..]));
            } else {
                assert_eq!(
                    hex::encode(answer),
                    hex::encode(&step.answer),
                    "step {}",
                    index + 1
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 26);
}

#[test]
fn recorded_fragments_of_the_2025_card() {
    let card = demo::find("igor").unwrap().card().unwrap();
    let ask = |command: &str| hex::encode(card.answer(&hex::decode(command).unwrap()));
    assert_eq!(ask("00A4080C02DFDD"), "9000");
    assert_eq!(
        ask("00A4020402500100"),
        "62138102000a820101830250018a01058c0303ff009000"
    );
    assert!(
        ask("00CB00FF05A00383018200")
            .starts_with("a0348301828c04f0000000df210403ffa503df2702ffffdf28010cdf2f0101df3f14")
    );
    assert_eq!(ask("00A4040C0D446F63756D656E742044617461"), "9000");
    assert_eq!(ask("00A4080C045000"), "6700");
}

#[test]
fn status_words_that_are_easy_to_get_wrong() {
    let card = demo::find("mari-liis").unwrap().card().unwrap();
    let ask = |command: &str| hex::encode(card.answer(&hex::decode(command).unwrap()));
    let main = "00A4040C10A000000077010800070000FE00000100";
    assert_eq!(ask(main), "9000");
    // A second selection of the folder from inside it fails.
    assert_eq!(ask("00A4010C025000"), "9000");
    assert_eq!(ask("00A4010C025000"), "6a82");
    assert_eq!(ask("00A4090C043F005000"), "9000");
    assert_eq!(ask("00A4020C025006"), "9000");
    assert_eq!(
        ask("00B0000000"),
        format!("{}9000", hex::encode("47101010033"))
    );
    assert_eq!(
        ask("00B00009C0"),
        "33339000",
        "short data and 9000 at the end of the file"
    );
    assert_eq!(ask("00B0000BC0"), "6b00");
    assert_eq!(ask("00A4000C"), "9000");
    assert_eq!(ask("00A4020C"), "6a82");
    // "As much as there is" fills one block of 231 bytes; an explicit length is honoured.
    assert_eq!(ask("00A40904063F00ADF1340100").len(), 2 * 8);
    assert_eq!(ask("00B0000000").len(), 2 * (231 + 2));
    assert_eq!(ask("00B00000E9").len(), 2 * (233 + 2));
    // The third wrong PIN answers "blocked" at once; without data the tries are asked for.
    assert_eq!(ask("0020000100"), "63c3");
    for answer in ["63c2", "63c1", "6983", "6983"] {
        assert_eq!(ask("002000010C393939390000000000000000"), answer);
    }
    assert_eq!(ask("0020000100"), "6983");
    // PIN2 lives in its application; the PUK survives the selection.
    assert_eq!(ask("0020008500"), "6a88");
    assert_eq!(ask("002000020C3132333435363738FFFFFFFF"), "9000");
    assert_eq!(ask("00A4040C1051534344204170706C69636174696F6E"), "9000");
    assert_eq!(ask("002C02850C3535353535FFFFFFFFFFFFFF"), "9000");
    assert_eq!(ask("002000850C3535353535FFFFFFFFFFFFFF"), "9000");
    assert_eq!(ask("002A9E9A30".to_owned().as_str()), "6985");
    for (command, word) in [
        ("80CA000000", "6e00"),
        ("00CA000000", "6d00"),
        ("00A4", "6700"),
        ("", "6700"),
    ] {
        assert_eq!(ask(command), word);
    }
}

#[test]
fn everything_is_readable_before_any_pin() {
    for card in all_cards() {
        let mut open = open(&card);
        let data = open.personal_data().unwrap();
        let auth = open.auth_certificate().unwrap();
        let sign = open.sign_certificate().unwrap();
        assert_eq!(auth.personal_code(), Some(data.personal_code.as_str()));
        assert_eq!(
            (&auth.surname, &auth.given_names),
            (&data.surname, &data.given_names)
        );
        assert_eq!(auth.document(), DocumentType::Citizen);
        assert!(auth.digital_signature && !auth.non_repudiation);
        assert!(sign.non_repudiation && !sign.digital_signature);
        let info = open.pin_info().unwrap();
        for kind in [PinKind::Pin1, PinKind::Pin2, PinKind::Puk] {
            assert_eq!(
                info.of(kind)
                    .map(|c| (c.tries_left, c.max_tries, c.activated)),
                Some((3, 3, true))
            );
            info.ready(kind).unwrap();
        }
        open.confirm_same(&auth.fingerprint()).unwrap();
        assert_eq!(
            open.confirm_same(&sign.fingerprint()),
            Err(CardError::DifferentCard)
        );
        open.close().unwrap();
    }
}

#[test]
fn the_demonstration_authority_issued_every_certificate_and_says_what_it_is() {
    let [authority] = <[Certificate; 1]>::try_from(demo::ca_certificates()).unwrap();
    assert_eq!(
        authority.common_name,
        "Tõend Demonstration CA (no legal effect)"
    );
    authority.verify_issued_by(&authority).unwrap();
    for card in demo::cards() {
        let card_keys = card
            .certificates()
            .map(|der| Certificate::parse(der).unwrap());
        for (certificate, key) in card_keys.iter().zip([
            toend_id_card::drivers::KeyPair::Authentication,
            toend_id_card::drivers::KeyPair::Signature,
        ]) {
            certificate.verify_issued_by(&authority).unwrap();
            let secret =
                toend_id_card::demo_ca::card_key(&card.persona.personal_code, key).unwrap();
            assert_eq!(certificate.public_point(), Some(secret.public_point()));
            certificate
                .check_valid_at(datetime!(2026-11-22 12:00 UTC))
                .unwrap();
            assert_eq!(
                certificate
                    .check_valid_at(datetime!(2025-09-01 12:00 UTC))
                    .unwrap_err()
                    .code(),
                "E17"
            );
        }
    }
}

#[test]
fn signatures_verify_with_the_cards_own_certificates() {
    let hash = sha384(b"hello");
    for card in all_cards() {
        let mut open = open(&card);
        let signature = open.authenticate(&pin1("1234"), &hash).unwrap();
        open.auth_certificate()
            .unwrap()
            .verify_hash(&hash, &signature)
            .unwrap();
        let signature = open.sign(&pin2("12345"), &hash).unwrap();
        let certificate = open.sign_certificate().unwrap();
        certificate.verify_hash(&hash, &signature).unwrap();
        assert!(
            certificate
                .verify_hash(&sha384(b"other"), &signature)
                .is_err()
        );
        // A shorter hash is signed as the same number, with zeros in front.
        let short = open.sign(&pin2("12345"), &[7; 32]).unwrap();
        let mut padded = [0; 48];
        padded[16..].fill(7);
        certificate.verify_hash(&padded, &short).unwrap();
        assert!(open.sign(&pin2("12345"), &[7; 31]).is_err());
    }
}

#[test]
fn the_same_point_gives_the_same_secret_and_only_on_this_card() {
    let stranger = SecretKey::from_public_text("a store").unwrap();
    let mut secrets = Vec::new();
    for card in all_cards() {
        let mut open = open(&card);
        let secret = open
            .derive(&pin1("1234"), &stranger.public_point())
            .unwrap();
        assert_eq!(
            secret,
            open.derive(&pin1("1234"), &stranger.public_point())
                .unwrap()
        );
        let point = open.auth_certificate().unwrap().public_point().unwrap();
        assert_eq!(*secret, stranger.derive(&point).unwrap());
        assert_eq!(
            open.derive(&pin1("1234"), &[4; POINT]).unwrap_err().code(),
            "E04"
        );
        secrets.push(*secret);
    }
    assert_eq!(secrets[0], secrets[1]);
    assert_ne!(secrets[0], secrets[2]);
}

#[test]
fn a_used_pin_does_not_stay_verified() {
    for card in all_cards() {
        let mut open = open(&card);
        open.authenticate(&pin1("1234"), &[1; 48]).unwrap();
        let status = if open.generation() == Generation::Thales {
            "0020008100"
        } else {
            "0020000100"
        };
        assert_eq!(card.answer(&hex::decode(status).unwrap()), [0x63, 0xC3]);
    }
}

#[test]
fn wrong_pins_count_down_and_block_and_the_puk_helps() {
    for card in all_cards() {
        let mut open = open(&card);
        let hash = [1; 48];
        let codes: Vec<_> = (0..4)
            .map(|_| {
                let error = open.authenticate(&pin1("9999"), &hash).unwrap_err();
                (error.code(), error.tries_left(), error.pin())
            })
            .collect();
        let expected = [("E08", 2), ("E09", 1), ("E10", 0), ("E10", 0)];
        assert_eq!(
            codes,
            expected.map(|(code, left)| (code, Some(left), Some(PinKind::Pin1)))
        );
        assert_eq!(
            open.authenticate(&pin1("1234"), &hash).unwrap_err().code(),
            "E10"
        );
        let info = open.pin_info().unwrap();
        assert_eq!(info.pin1.unwrap().tries_left, 0);
        assert_eq!(
            info.ready(PinKind::Pin1),
            Err(CardError::PinBlocked { pin: PinKind::Pin1 })
        );
        // PIN2 is not touched by it.
        open.sign(&pin2("12345"), &hash).unwrap();
        open.unblock(&puk(), &pin1("4321")).unwrap();
        open.authenticate(&pin1("4321"), &hash).unwrap();
        for left in [2, 1, 0] {
            let wrong = Pin::new(PinKind::Puk, "87654321").unwrap();
            assert_eq!(
                open.unblock(&wrong, &pin2("54321"))
                    .unwrap_err()
                    .tries_left(),
                Some(left)
            );
        }
        assert_eq!(
            open.unblock(&puk(), &pin2("54321")).unwrap_err().code(),
            "E11"
        );
    }
}

#[test]
fn pins_can_be_changed() {
    for card in all_cards() {
        let mut open = open(&card);
        open.change_pin(&pin1("1234"), &pin1("567890")).unwrap();
        assert_eq!(
            open.authenticate(&pin1("1234"), &[1; 48])
                .unwrap_err()
                .code(),
            "E08"
        );
        open.authenticate(&pin1("567890"), &[1; 48]).unwrap();
        open.change_pin(&pin2("12345"), &pin2("543210")).unwrap();
        open.sign(&pin2("543210"), &[1; 48]).unwrap();
        let refused = open
            .change_pin(&pin2("543210"), &pin2("543210"))
            .unwrap_err();
        assert_eq!(refused, CardError::NewPinRefused { pin: PinKind::Pin2 });
        let new = Pin::new(PinKind::Puk, "99999999").unwrap();
        let changed = open.change_pin(&puk(), &new);
        if open.generation() == Generation::Thales {
            assert_eq!(changed, Err(CardError::PukFixed));
        } else {
            changed.unwrap();
            open.unblock(&new, &pin1("1234")).unwrap();
        }
        // A PIN of another kind never reaches the card.
        assert!(matches!(
            open.authenticate(&pin2("12345"), &[1; 48]),
            Err(CardError::PinFormat { .. })
        ));
        assert!(matches!(
            open.change_pin(&pin1("1234"), &pin2("12345")),
            Err(CardError::PinFormat { .. })
        ));
    }
}

#[test]
fn a_new_2025_card_says_that_it_is_not_activated() {
    let codes = CardCodes {
        pin1_activated: false,
        pin2_activated: false,
        ..CardCodes::default()
    };
    let card = demo::find("igor")
        .unwrap()
        .card_on(Generation::Thales, codes)
        .unwrap();
    let mut open = open(&card);
    let info = open.pin_info().unwrap();
    assert_eq!(info.ready(PinKind::Pin1).unwrap_err().code(), "E07");
    assert_eq!(
        info.ready(PinKind::Pin2),
        Err(CardError::NotActivated { pin: PinKind::Pin2 })
    );
    info.ready(PinKind::Puk).unwrap();
    let origin = Origin::parse("https://health.invalid").unwrap();
    let refused = Token::create(&mut open, &pin1("1234"), &origin, NONCE).unwrap_err();
    assert!(refused.to_string().contains("not activated"));
    assert_eq!(
        open.pin_info().unwrap().pin1.unwrap().tries_left,
        3,
        "the PIN was not sent"
    );
    open.change_pin(&pin2("12345"), &pin2("54321")).unwrap();
    open.sign(&pin2("54321"), &[1; 48]).unwrap();
}

#[test]
fn signing_in_and_its_check() {
    let now = datetime!(2026-11-22 12:00 UTC);
    let trusted = demo::ca_certificates();
    for card in all_cards() {
        let mut open = open(&card);
        let origin = Origin::parse("http://127.0.0.1:40123").unwrap();
        let text = Token::create(&mut open, &pin1("1234"), &origin, NONCE)
            .unwrap()
            .to_text();
        let certificate = verify_token(&text, origin.as_str(), NONCE, &trusted, now).unwrap();
        assert_eq!(
            certificate.personal_code(),
            Some(open.personal_data().unwrap().personal_code.as_str())
        );
        assert_eq!(
            verify_token(&text, "http://127.0.0.1:40124", NONCE, &trusted, now),
            Err(TokenError::Signature)
        );
        assert!(Token::create(&mut open, &pin1("1234"), &origin, "too short").is_err());
    }
}

#[test]
fn a_card_that_is_pulled_at_any_moment_says_so() {
    for card in all_cards() {
        for commands in 0..20 {
            card.set_present(true);
            let mut open = open(&card);
            card.pull_after(commands);
            let result = open
                .auth_certificate()
                .map(drop)
                .and_then(|()| open.pin_info().map(drop))
                .and_then(|()| open.authenticate(&pin1("1234"), &[1; 48]).map(drop));
            if card.is_present() {
                result.unwrap();
            } else {
                assert_eq!(result.unwrap_err().code(), "E15");
                assert_eq!(open.pin_info().unwrap_err().code(), "E03");
            }
        }
    }
}

/// Counts the commands of each operation and notes the longest read.
struct Spy {
    card: VirtualCard,
    commands: std::sync::Arc<std::sync::Mutex<Vec<Vec<u8>>>>,
}

impl Transport for Spy {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }
    fn begin(&mut self) -> Result<(), TransportError> {
        self.card.begin()
    }
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.commands.lock().unwrap().push(command.to_vec());
        self.card.transmit(command)
    }
    fn end(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        self.card.end(disposition)
    }
    fn disconnect(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        self.card.disconnect(disposition)
    }
}

#[test]
fn no_operation_needs_more_commands_than_the_widespread_programs() {
    let commands = std::sync::Arc::<std::sync::Mutex<Vec<Vec<u8>>>>::default();
    let (recorded, _) = recorded_card();
    let thales = demo::find("igor").unwrap().card().unwrap();
    // Certificate, counters, authenticate, sign. The recorded certificate has 1,031 bytes, the other 960.
    for (card, expected) in [(recorded, [8, 5, 4, 4]), (thales, [6, 3, 4, 4])] {
        let spy = Spy {
            card,
            commands: std::sync::Arc::clone(&commands),
        };
        let mut card = Card::open(Box::new(spy)).unwrap();
        let count = || std::mem::take(&mut *commands.lock().unwrap());
        card.auth_certificate().unwrap();
        let certificate = count();
        if card.generation() == Generation::Idemia {
            // Longer reads fail on Cosmo X in some readers.
            assert!(
                certificate
                    .iter()
                    .all(|c| c[1] != 0xB0 || (1..=0xC0).contains(&c[4]))
            );
        }
        card.pin_info().unwrap();
        let counters = count();
        card.authenticate(&pin1("1234"), &[1; 48]).unwrap();
        let authenticate = count();
        card.sign(&pin2("12345"), &[1; 48]).unwrap();
        let sign = count();
        assert_eq!(
            [
                certificate.len(),
                counters.len(),
                authenticate.len(),
                sign.len()
            ],
            expected
        );
    }
}
