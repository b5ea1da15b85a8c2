//! The Thales chip of 2025, PKCS #15 application.

use super::{
    CertificateOrder, KeyOrder, KeyPair, Order, PersonalOrder, PersonalPath, counter, file_size,
    present, replace,
};
use crate::apdu::Command;
use crate::error::{AnswerError, CardError};
use crate::pin::{Pin, PinCounter, PinInfo, PinKind};
use crate::session::Session;
use crate::tlv;
use crate::transport::Protocol;

const MAIN: &[u8] = &[
    0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35,
];
const PADDING: u8 = 0x00;
/// The chip does not say how many tries a code starts with; it is three for all.
const MAX_TRIES: u8 = 3;
const ECDSA: u8 = 0x04;

/// Driver for the 2025 chip.
#[derive(Clone, Copy, Debug)]
pub struct Thales {
    pub(super) order: Order,
}

impl Thales {
    pub(super) fn personal_fields(
        self,
        session: &mut Session<'_>,
    ) -> Result<Vec<Vec<u8>>, CardError> {
        let order: PersonalOrder = self.order.personal;
        if order.path == PersonalPath::ApplicationAndPath {
            select_main(session)?;
        }
        session.run(
            "select personal data",
            [0, 0xA4, 8, 0x0C],
            &[0xDF, 0xDD],
            None,
        )?;
        super::read_fields(session, order)
    }

    pub(super) fn certificate(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
    ) -> Result<Vec<u8>, CardError> {
        let order: CertificateOrder = self.order.certificate;
        if order.selects_application() {
            select_main(session)?;
        }
        let path = match key {
            KeyPair::Authentication => [0xAD, 0xF1, 0x34, 0x11],
            KeyPair::Signature => [0xAD, 0xF2, 0x34, 0x21],
        };
        let fcp = session.run("select certificate", [0, 0xA4, 8, 4], &path, Some(0))?;
        let size = file_size(&fcp)?;
        session.read_file(size, None)
    }

    pub(super) fn counters(self, session: &mut Session<'_>) -> Result<PinInfo, CardError> {
        if self.order.counters.application {
            select_main(session)?;
        }
        let wanted = self.order.counters.which;
        let mut info = PinInfo::default();
        if wanted.reads(PinKind::Pin1) {
            info.pin1 = Some(read_counter(session, PinKind::Pin1)?);
        }
        if wanted.reads(PinKind::Pin2) {
            info.pin2 = Some(read_counter(session, PinKind::Pin2)?);
        }
        if wanted.reads(PinKind::Puk) {
            info.puk = Some(read_counter(session, PinKind::Puk)?);
        }
        Ok(info)
    }

    pub(super) fn sign(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
        pin: &Pin,
        hash: &[u8],
    ) -> Result<Vec<u8>, CardError> {
        // The chip takes the hash at its own length and must be told which it is.
        let algorithm = match hash.len() {
            28 => 0x30,
            32 => 0x40,
            48 => 0x50,
            64 => 0x60,
            len => return Err(AnswerError::Length { len, want: 48 }.into()),
        } | ECDSA;
        let environment = [0x80, 1, algorithm, 0x84, 1, key_reference(key)];
        self.open(session, pin, 0xB6, &environment)?;
        session.run(
            "hash",
            [0, 0x2A, 0x90, 0xA0],
            &tlv::encode(0x90, hash),
            None,
        )?;
        session.run("compute signature", [0, 0x2A, 0x9E, 0x9A], &[], Some(0))
    }

    pub(super) fn derive(
        self,
        session: &mut Session<'_>,
        pin: &Pin,
        point: &[u8; super::POINT],
    ) -> Result<Vec<u8>, CardError> {
        self.open(
            session,
            pin,
            0xB8,
            &[0x84, 1, key_reference(KeyPair::Authentication)],
        )?;
        let mut data = vec![0x00];
        data.extend_from_slice(point);
        session.run("derive", [0, 0x2A, 0x80, 0x86], &data, Some(0))
    }

    // The receiver keeps the two drivers alike.
    #[allow(clippy::unused_self)]
    pub(super) fn change_pin(
        self,
        session: &mut Session<'_>,
        old: &Pin,
        new: &Pin,
    ) -> Result<(), CardError> {
        if old.kind() == PinKind::Puk {
            return Err(CardError::PukFixed);
        }
        let command = Command::new(
            [0, 0x24, 0, reference(old.kind())],
            &old.padded_with(new, PADDING),
            None,
        )?;
        replace(session, old.kind(), new.kind(), &command)
    }

    #[allow(clippy::unused_self)]
    pub(super) fn unblock(
        self,
        session: &mut Session<'_>,
        puk: &Pin,
        new: &Pin,
    ) -> Result<(), CardError> {
        let command = Command::new(
            [0, 0x2C, 0, reference(new.kind())],
            &puk.padded_with(new, PADDING),
            None,
        )?;
        replace(session, PinKind::Puk, new.kind(), &command)
    }

    /// Verifies the PIN and chooses the key. PINs and keys are card-wide, so nothing is selected.
    fn open(
        self,
        session: &mut Session<'_>,
        pin: &Pin,
        template: u8,
        environment: &[u8],
    ) -> Result<(), CardError> {
        if self.order.key == KeyOrder::InMain {
            select_main(session)?;
        }
        if self.order.key != KeyOrder::Swapped {
            verify(session, pin)?;
        }
        session.run("choose key", [0, 0x22, 0x41, template], environment, None)?;
        if self.order.key == KeyOrder::Swapped {
            verify(session, pin)?;
        }
        Ok(())
    }
}

fn select_main(session: &mut Session<'_>) -> Result<(), CardError> {
    session.run("select main application", [0, 0xA4, 4, 0x0C], MAIN, None)?;
    Ok(())
}

fn verify(session: &mut Session<'_>, pin: &Pin) -> Result<(), CardError> {
    let command = Command::new(
        [0, 0x20, 0, reference(pin.kind())],
        &*pin.padded(PADDING),
        None,
    )?;
    present(session, pin.kind(), &command)
}

fn reference(pin: PinKind) -> u8 {
    match pin {
        PinKind::Pin1 => 0x81,
        PinKind::Pin2 => 0x82,
        PinKind::Puk => 0x83,
    }
}

fn key_reference(key: KeyPair) -> u8 {
    match key {
        KeyPair::Authentication => 0x01,
        KeyPair::Signature => 0x05,
    }
}

fn read_counter(session: &mut Session<'_>, pin: PinKind) -> Result<PinCounter, CardError> {
    let request = [0xA0, 0x03, 0x83, 0x01, reference(pin)];
    let le = (session.protocol() == Protocol::T1).then_some(0);
    let answer = session.run("read retry counter", [0, 0xCB, 0x00, 0xFF], &request, le)?;
    let info = tlv::need(&answer, 0xA0)?;
    let left = match tlv::need(info, 0xDF21)? {
        [left, ..] => *left,
        [] => return Err(AnswerError::Length { len: 0, want: 1 }.into()),
    };
    // Zero means: delivered by courier and not switched on (PIN1), or never changed (PIN2).
    let changed = !matches!(tlv::find(info, 0xDF2F)?, Some([0, ..]));
    counter(left, MAX_TRIES, changed || pin == PinKind::Puk)
}
