//! The 2025 chip: its files, and the commands in which it differs.

use super::Contents;
use super::chip::{Answer, Chip, Environment, Request, fit, only};
use super::files::Files;
use super::idemia::halves;
use crate::apdu::Status;
use crate::pin::PinKind;
use crate::tlv;

const MAIN: &[u8] = b"\xA0\x00\x00\x00\x63\x50\x4B\x43\x53\x2D\x31\x35";
const AUTH_KEY: u8 = 0x01;
const SIGN_KEY: u8 = 0x05;

pub(super) fn files(contents: &Contents) -> Files {
    let mut files = Files::new(MAIN);
    let personal = files.add_folder(0xDFDD, b"Document Data");
    for (number, field) in (1_u16..).zip(contents.persona.fields(false)) {
        // This card counts its fields in decimal: 5009, then 5010.
        add(
            &mut files,
            personal,
            0x5000 + (number / 10) * 0x10 + number % 10,
            field,
        );
    }
    let authentication = files.add_folder(0xADF1, &[]);
    add(
        &mut files,
        authentication,
        0x3411,
        contents.auth_certificate.clone(),
    );
    let signature = files.add_folder(0xADF2, &[]);
    add(
        &mut files,
        signature,
        0x3421,
        contents.sign_certificate.clone(),
    );
    files
}

/// The FCP is of the form recorded from a card.
fn add(files: &mut Files, folder: usize, id: u16, content: Vec<u8>) {
    let fcp = [
        tlv::encode(0x81, &(content.len() as u16).to_be_bytes()),
        tlv::encode(0x82, &[0x01]),
        tlv::encode(0x83, &id.to_be_bytes()),
        tlv::encode(0x8A, &[0x05]),
        tlv::encode(0x8C, &[0x03, 0xFF, 0x00]),
    ];
    files.add_file(folder, id, content, tlv::encode(0x62, &fcp.concat()));
}

pub(super) fn dispatch(chip: &mut Chip, request: Request<'_>) -> Answer {
    match (request.ins, request.p1, request.p2) {
        (0x20, 0x00, reference) => verify(chip, reference, request.data),
        (0x22, _, 0xB6 | 0xB8) => chip.set_environment(request, knows),
        (0x24, 0x00, reference) => change(chip, reference, request.data),
        (0x2C, 0x00, reference) => unblock(chip, reference, request.data),
        (0x2A, 0x90, 0xA0) => take_hash(chip, request.data),
        (0x2A, 0x9E, 0x9A) => sign(chip, request),
        (0x2A, 0x80, 0x86) => derive(chip, request.data),
        (0xCB, 0x00, 0xFF) => counter(chip, request.data),
        (0x20 | 0x22 | 0x24 | 0x2C | 0x2A | 0xCB, _, _) => Err(Status::WrongParameters),
        _ => Err(Status::UnknownInstruction),
    }
}

/// All three codes are known everywhere.
fn code(reference: u8) -> Result<PinKind, Status> {
    match reference {
        0x81 => Ok(PinKind::Pin1),
        0x82 => Ok(PinKind::Pin2),
        0x83 => Ok(PinKind::Puk),
        _ => Err(Status::ReferenceNotFound),
    }
}

fn verify(chip: &mut Chip, reference: u8, data: &[u8]) -> Answer {
    let kind = code(reference)?;
    if data.is_empty() {
        return only(chip.codes.status(kind));
    }
    only(chip.codes.verify(kind, data))
}

fn change(chip: &mut Chip, reference: u8, data: &[u8]) -> Answer {
    let kind = code(reference)?;
    if kind == PinKind::Puk {
        return Err(Status::WrongParameters);
    }
    let (old, new) = halves(data)?;
    only(chip.codes.verify(kind, old))?;
    if chip.codes.is(kind, new) {
        return Err(Status::ConditionsNotSatisfied);
    }
    only(chip.codes.set(kind, new))
}

/// PUK and new code in one command.
fn unblock(chip: &mut Chip, reference: u8, data: &[u8]) -> Answer {
    let kind = code(reference)?;
    if kind == PinKind::Puk {
        return Err(Status::WrongParameters);
    }
    let (puk, new) = halves(data)?;
    only(chip.codes.verify(PinKind::Puk, puk))?;
    chip.codes.devalidate(PinKind::Puk);
    only(chip.codes.set(kind, new))
}

fn knows(_: &Chip, environment: &Environment) -> bool {
    let ecdsa = matches!(
        environment.algorithm.as_slice(),
        [0x34 | 0x44 | 0x54 | 0x64]
    );
    match (environment.template, environment.key) {
        (0xB6, AUTH_KEY | SIGN_KEY) => ecdsa,
        (0xB8, AUTH_KEY) => environment.algorithm.is_empty(),
        _ => false,
    }
}

/// PSO HASH: a hash of the length that the chosen algorithm has.
fn take_hash(chip: &mut Chip, data: &[u8]) -> Answer {
    let environment = chip
        .environment
        .as_ref()
        .filter(|environment| environment.template == 0xB6)
        .ok_or(Status::ConditionsNotSatisfied)?;
    let length = match environment.algorithm.as_slice() {
        [0x34] => 28,
        [0x44] => 32,
        [0x54] => 48,
        _ => 64,
    };
    let hash = tlv::need(data, 0x90).map_err(|_| Status::WrongData)?;
    if hash.len() != length {
        return Err(Status::WrongData);
    }
    chip.hash = Some(fit(hash));
    Ok(Vec::new())
}

fn sign(chip: &mut Chip, request: Request<'_>) -> Answer {
    if !request.data.is_empty() {
        return Err(Status::WrongLength);
    }
    let (Some(environment), Some(hash)) = (&chip.environment, chip.hash) else {
        return Err(Status::ConditionsNotSatisfied);
    };
    let authentication = environment.key == AUTH_KEY;
    let pin = if authentication {
        PinKind::Pin1
    } else {
        PinKind::Pin2
    };
    if !chip.codes.verified(pin) || !chip.codes.activated(pin) {
        return Err(Status::SecurityNotSatisfied);
    }
    let key = if authentication {
        &chip.auth_key
    } else {
        &chip.sign_key
    };
    let signature = key
        .sign_hash(&hash)
        .map_err(|_| Status::WrongData)?
        .to_vec();
    chip.hash = None;
    if pin == PinKind::Pin2 {
        // PIN2 is good for one signature.
        chip.codes.devalidate(pin);
    }
    Ok(signature)
}

fn derive(chip: &Chip, data: &[u8]) -> Answer {
    if chip
        .environment
        .as_ref()
        .is_none_or(|environment| environment.template != 0xB8)
    {
        return Err(Status::ConditionsNotSatisfied);
    }
    if !chip.codes.verified(PinKind::Pin1) {
        return Err(Status::SecurityNotSatisfied);
    }
    chip.derive(data)
}

/// GET DATA for a retry counter, of the form recorded from a card. What the last object means is not known.
fn counter(chip: &Chip, data: &[u8]) -> Answer {
    let [0xA0, 0x03, 0x83, 0x01, reference] = *data else {
        return Err(Status::WrongData);
    };
    let kind = code(reference)?;
    let left = chip.codes.tries_left(kind);
    let info = [
        tlv::encode(0x83, &[reference]),
        tlv::encode(0x8C, &[0xF0, 0x00, 0x00, 0x00]),
        tlv::encode(0xDF21, &[left, 0xFF, 0xA5, super::codes::MAX_TRIES]),
        tlv::encode(0xDF27, &[0xFF, 0xFF]),
        tlv::encode(0xDF28, &[0x0C]),
        tlv::encode(0xDF2F, &[u8::from(chip.codes.activated(kind))]),
        tlv::encode(0xDF3F, &[0; 20]),
    ];
    Ok(tlv::encode(0xA0, &info.concat()))
}
