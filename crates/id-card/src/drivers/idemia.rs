//! The IDEMIA chips of 2018 (Cosmo 8 and Cosmo X), IAS-ECC application.

use super::{
    CertificateOrder, KeyOrder, KeyPair, Order, PersonalOrder, PersonalPath, counter, file_size,
    present, replace,
};
use crate::apdu::Command;
use crate::error::{AnswerError, CardError};
use crate::pin::{Pin, PinCounter, PinInfo, PinKind};
use crate::session::Session;
use crate::tlv;

const MAIN: &[u8] = &[
    0xA0, 0x00, 0x00, 0x00, 0x77, 0x01, 0x08, 0x00, 0x07, 0x00, 0x00, 0xFE, 0x00, 0x00, 0x01, 0x00,
];
const AWP: &[u8] = &[
    0xE8, 0x28, 0xBD, 0x08, 0x0F, 0xF2, 0x50, 0x4F, 0x54, 0x20, 0x41, 0x57, 0x50,
];
const QSCD: &[u8] = b"QSCD Application";
/// Longer reads fail on Cosmo X in some readers (Alcor AU9540).
const BLOCK: u8 = 0xC0;
const PADDING: u8 = 0xFF;
/// Bytes that the chip signs. Shorter hashes get zeros on the left, longer ones lose their right end.
const INPUT: usize = 48;

/// Driver for the 2018 chips.
#[derive(Clone, Copy, Debug)]
pub struct Idemia {
    pub(super) order: Order,
}

impl Idemia {
    pub(super) fn personal_fields(
        self,
        session: &mut Session<'_>,
    ) -> Result<Vec<Vec<u8>>, CardError> {
        let order: PersonalOrder = self.order.personal;
        if order.path != PersonalPath::Path {
            // Selecting the folder a second time from inside it fails, so always start from the application.
            select(session, "select main application", MAIN)?;
        }
        let (p1, path): (u8, &[u8]) = match order.path {
            PersonalPath::Usual => (1, &[0x50, 0x00]),
            PersonalPath::Path | PersonalPath::ApplicationAndPath => (9, &[0x3F, 0x00, 0x50, 0x00]),
        };
        session.run("select personal data", [0, 0xA4, p1, 0x0C], path, None)?;
        super::read_fields(session, order)
    }

    pub(super) fn certificate(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
    ) -> Result<Vec<u8>, CardError> {
        let order: CertificateOrder = self.order.certificate;
        let path = match key {
            KeyPair::Authentication => [0x3F, 0x00, 0xAD, 0xF1, 0x34, 0x01],
            KeyPair::Signature => [0x3F, 0x00, 0xAD, 0xF2, 0x34, 0x1F],
        };
        let skipped = if order.selects_application() {
            select(session, "select main application", MAIN)?;
            2
        } else {
            0
        };
        let path = path.get(skipped..).unwrap_or_default();
        let fcp = session.run("select certificate", [0, 0xA4, 9, 4], path, Some(0))?;
        let size = file_size(&fcp)?;
        session.read_file(size, order.in_blocks().then_some(BLOCK))
    }

    pub(super) fn counters(self, session: &mut Session<'_>) -> Result<PinInfo, CardError> {
        let wanted = self.order.counters.which;
        let mut info = PinInfo::default();
        if wanted.reads(PinKind::Pin1) {
            select(session, "select main application", MAIN)?;
            info.pin1 = Some(read_counter(session, 0x01)?);
        }
        if wanted.reads(PinKind::Puk) {
            info.puk = Some(read_counter(session, 0x02)?);
        }
        if wanted.reads(PinKind::Pin2) {
            select(session, "select signature application", QSCD)?;
            info.pin2 = Some(read_counter(session, 0x05)?);
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
        let input = input(hash);
        match key {
            KeyPair::Authentication => {
                self.open(session, key, pin, 0xA4, &[0x80, 1, 0x04, 0x84, 1, 0x81])?;
                session.run("internal authenticate", [0, 0x88, 0, 0], &input, Some(0))
            }
            KeyPair::Signature => {
                self.open(session, key, pin, 0xB6, &[0x80, 1, 0x54, 0x84, 1, 0x9F])?;
                session.run("compute signature", [0, 0x2A, 0x9E, 0x9A], &input, Some(0))
            }
        }
    }

    pub(super) fn derive(
        self,
        session: &mut Session<'_>,
        pin: &Pin,
        point: &[u8; super::POINT],
    ) -> Result<Vec<u8>, CardError> {
        let environment = [0x80, 4, 0xFF, 0x30, 0x04, 0x00, 0x84, 1, 0x81];
        self.open(session, KeyPair::Authentication, pin, 0xB8, &environment)?;
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
        match old.kind() {
            PinKind::Pin2 => select(session, "select signature application", QSCD)?,
            PinKind::Pin1 | PinKind::Puk => select(session, "select main application", MAIN)?,
        }
        let both = old.padded_with(new, PADDING);
        let command = Command::new([0, 0x24, 0, reference(old.kind())], &both, None)?;
        replace(session, old.kind(), new.kind(), &command)
    }

    // The receiver keeps the two drivers alike.
    #[allow(clippy::unused_self)]
    pub(super) fn unblock(
        self,
        session: &mut Session<'_>,
        puk: &Pin,
        new: &Pin,
    ) -> Result<(), CardError> {
        select(session, "select main application", MAIN)?;
        verify(session, puk)?;
        if new.kind() == PinKind::Pin2 {
            select(session, "select signature application", QSCD)?;
        }
        let command = Command::new(
            [0, 0x2C, 2, reference(new.kind())],
            &*new.padded(PADDING),
            None,
        )?;
        replace(session, PinKind::Puk, new.kind(), &command)
    }

    /// Selects the key's application, chooses the key and verifies the PIN.
    fn open(
        self,
        session: &mut Session<'_>,
        key: KeyPair,
        pin: &Pin,
        template: u8,
        environment: &[u8],
    ) -> Result<(), CardError> {
        let (step, application) = match key {
            KeyPair::Authentication => ("select authentication application", AWP),
            KeyPair::Signature => ("select signature application", QSCD),
        };
        let in_main = self.order.key == KeyOrder::InMain && key == KeyPair::Authentication;
        if in_main {
            select(session, "select main application", MAIN)?;
            verify(session, pin)?;
        }
        select(session, step, application)?;
        if self.order.key == KeyOrder::Swapped {
            verify(session, pin)?;
        }
        session.run("choose key", [0, 0x22, 0x41, template], environment, None)?;
        if self.order.key == KeyOrder::Usual || (self.order.key == KeyOrder::InMain && !in_main) {
            verify(session, pin)?;
        }
        Ok(())
    }
}

fn select(
    session: &mut Session<'_>,
    step: &'static str,
    application: &[u8],
) -> Result<(), CardError> {
    session.run(step, [0, 0xA4, 4, 0x0C], application, None)?;
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
        PinKind::Pin1 => 0x01,
        PinKind::Puk => 0x02,
        PinKind::Pin2 => 0x85,
    }
}

fn read_counter(session: &mut Session<'_>, reference: u8) -> Result<PinCounter, CardError> {
    let request = [
        0x4D, 0x08, 0x70, 0x06, 0xBF, 0x81, reference, 0x02, 0xA0, 0x80,
    ];
    let answer = session.run(
        "read retry counter",
        [0, 0xCB, 0x3F, 0xFF],
        &request,
        Some(0),
    )?;
    let object = tlv::need(&answer, 0x70)?;
    let info = tlv::need(tlv::need(object, 0x00BF_8100 | u32::from(reference))?, 0xA0)?;
    match (tlv::need(info, 0x9A)?, tlv::need(info, 0x9B)?) {
        ([max], [left]) => counter(*left, *max, true),
        (max, left) => Err(AnswerError::Length {
            len: max.len().max(left.len()),
            want: 1,
        }
        .into()),
    }
}

/// A hash as the chip wants it: 48 bytes.
fn input(hash: &[u8]) -> [u8; INPUT] {
    let mut input = [0; INPUT];
    let kept = hash.get(..INPUT).unwrap_or(hash);
    for (to, from) in input.iter_mut().rev().zip(kept.iter().rev()) {
        *to = *from;
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_fitted_to_48_bytes() {
        assert_eq!(input(&[7; 48]), [7; 48]);
        assert_eq!(input(&[7; 64]), [7; 48]);
        let short = input(&[7; 32]);
        assert_eq!((&short[..16], &short[16..]), (&[0; 16][..], &[7; 32][..]));
    }
}
