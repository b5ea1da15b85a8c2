//! Cards that answer whatever they like, and programs that send whatever they like.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use toend_id_card::demo;
use toend_id_card::drivers::POINT;
use toend_id_card::recognise::Generation;
use toend_id_card::transport::{Disposition, Transport, TransportError};
use toend_id_card::{Card, Pin, PinKind};

fn pin1(digits: &str) -> Pin {
    Pin::new(PinKind::Pin1, digits).unwrap()
}

fn pin2(digits: &str) -> Pin {
    Pin::new(PinKind::Pin2, digits).unwrap()
}

fn puk() -> Pin {
    Pin::new(PinKind::Puk, demo::PUK).unwrap()
}

/// A card of a supported kind that answers whatever it likes.
struct Hostile {
    atr: &'static [u8],
    answers: Vec<Vec<u8>>,
    sent: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Transport for Hostile {
    fn atr(&self) -> &[u8] {
        self.atr
    }
    fn begin(&mut self) -> Result<(), TransportError> {
        Ok(())
    }
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        let number = self.sent.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(self.answers[number % self.answers.len()].clone())
    }
    fn end(&mut self, _: Disposition) -> Result<(), TransportError> {
        Ok(())
    }
    fn disconnect(&mut self, _: Disposition) -> Result<(), TransportError> {
        Ok(())
    }
}

/// Runs every operation and returns how many commands were sent at most for one.
fn attack(generation: Generation, answers: &[Vec<u8>]) -> usize {
    let sent = std::sync::Arc::default();
    let hostile = Hostile {
        atr: generation.atr(),
        answers: answers.to_vec(),
        sent: std::sync::Arc::clone(&sent),
    };
    let mut card = Card::open(Box::new(hostile)).unwrap();
    let mut most = 0;
    let mut before = 0;
    let mut note = || {
        let now = sent.load(std::sync::atomic::Ordering::Relaxed);
        most = most.max(now - before);
        before = now;
    };
    let _ = card.personal_data();
    note();
    let _ = card.auth_certificate();
    note();
    let _ = card.pin_info();
    note();
    let _ = card.authenticate(&pin1("1234"), &[1; 48]);
    note();
    let _ = card.derive(&pin1("1234"), &[4; POINT]);
    note();
    let _ = card.unblock(&puk(), &pin2("12345"));
    note();
    most
}

#[test]
fn hostile_answers_end_in_named_errors() {
    let generation = Generation::Idemia;
    let cases: [(&str, &[&str], &str); 9] = [
        ("nothing", &[""], "too short for a status word"),
        ("one byte", &["90"], "too short for a status word"),
        ("endless 61xx", &["61FF"], "does not end"),
        ("6Cxx for ever", &["6C10"], "refused with 6C10"),
        ("no FCP", &["9000"], "62 is missing"),
        ("no size", &["9000", "6204830234019000"], "81 is missing"),
        (
            "huge file",
            &["9000", "62048002FFFF9000"],
            "65535 bytes is too large",
        ),
        (
            "file ends early",
            &["9000", "62048002010090 00", "6B00"],
            "ended after 0",
        ),
        (
            "no certificate",
            &["9000", "620480020003 9000", "300105 9000"],
            "no X.509",
        ),
    ];
    for (name, answers, expected) in cases {
        let answers: Vec<_> = answers
            .iter()
            .map(|hex| hex::decode(hex.replace(' ', "")).unwrap())
            .collect();
        let hostile = Hostile {
            atr: generation.atr(),
            answers,
            sent: std::sync::Arc::default(),
        };
        let error = Card::open(Box::new(hostile))
            .unwrap()
            .auth_certificate()
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert_eq!(error.code(), "E04", "{name}");
    }
    let long = vec![
        vec![0x90, 0x00],
        [vec![0x55; 300], vec![0x90, 0x00]].concat(),
    ];
    assert!(attack(generation, &long) < 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_a_card_answers_we_neither_panic_nor_go_on_for_ever(
        generation in prop::sample::select(Generation::ALL.to_vec()),
        answers in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                prop::collection::vec(any::<u8>(), 0..256).prop_map(|mut a| { a.extend([0x90, 0]); a }),
                Just(vec![0x90, 0x00]),
                Just(vec![0x61, 0xFF]),
                Just(vec![0x62, 0x04, 0x80, 0x02, 0x04, 0x00, 0x90, 0x00]),
                Just(vec![0x41, 0x90, 0x00]),
            ],
            1..12,
        ),
    ) {
        prop_assert!(attack(generation, &answers) < 20_000);
    }

    #[test]
    fn whatever_is_sent_to_the_virtual_card_is_answered(
        commands in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20),
    ) {
        for card in [demo::find("igor").unwrap().card().unwrap(), demo::find("mari-liis").unwrap().card().unwrap()] {
            for command in &commands {
                let mut command = command.clone();
                if let Some(first) = command.first_mut() { *first = 0; }
                let answer = card.answer(&command);
                prop_assert!((2..=258).contains(&answer.len()));
            }
        }
    }
}
