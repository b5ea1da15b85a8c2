//! The 2018 chips: their files, and the commands in which they differ.

use super::Contents;
use super::chip::{Answer, Chip, Environment, Request, fit, only};
use super::files::Files;
use crate::apdu::Status;
use crate::pin::PinKind;
use crate::tlv;

const MAIN: &[u8] = b"\xA0\x00\x00\x00\x77\x01\x08\x00\x07\x00\x00\xFE\x00\x00\x01\x00";
const AWP: &[u8] = b"\xE8\x28\xBD\x08\x0F\xF2\x50\x4F\x54\x20\x41\x57\x50";
const QSCD: &[u8] = b"QSCD Application";
const AWP_ID: u16 = 0xADF1;
const QSCD_ID: u16 = 0xADF2;
const AUTH_KEY: u8 = 0x81;
const SIGN_KEY: u8 = 0x9F;

pub(super) fn files(contents: &Contents) -> Files {
    let mut files = Files::new(MAIN);
    let number = contents.persona.document_number.as_bytes();
    add(&mut files, 0, 0xD003, tlv::encode(0x04, number));
    let personal = files.add_folder(0x5000, &[]);
    for (id, field) in (0x5001..).zip(contents.persona.fields(true)) {
        add(&mut files, personal, id, field);
    }
    let awp = files.add_folder(AWP_ID, AWP);
    add(&mut files, awp, 0x3401, contents.auth_certificate.clone());
    add(&mut files, awp, 0x3402, vec![0]);
    let qscd = files.add_folder(QSCD_ID, QSCD);
    add(&mut files, qscd, 0x341F, contents.sign_certificate.clone());
    add(&mut files, qscd, 0x341E, vec![0]);
    files
}

fn add(files: &mut Files, folder: usize, id: u16, content: Vec<u8>) {
    let size = (content.len() as u16).to_be_bytes();
    files.add_file(
        folder,
        id,
        content,
        tlv::encode(0x62, &tlv::encode(0x80, &size)),
    );
}

pub(super) fn dispatch(chip: &mut Chip, request: Request<'_>) -> Answer {
    match (request.ins, request.p1, request.p2) {
        (0x20, _, _) => verify(chip, request),
        (0x22, _, 0xA4 | 0xB6 | 0xB8) => chip.set_environment(request, knows),
        (0x24, 0x00, reference) => change(chip, reference, request.data),
        (0x2C, 0x02, reference) => unblock(chip, reference, request.data),
        (0x88, 0x00, 0x00) => authenticate(chip, request.data),
        (0x2A, 0x9E, 0x9A) => sign(chip, request.data),
        (0x2A, 0x80, 0x86) => derive(chip, request.data),
        (0xCB, 0x3F, 0xFF) => counter(chip, request.data),
        (0x22 | 0x24 | 0x2C | 0x88 | 0x2A | 0xCB, _, _) => Err(Status::WrongParameters),
        _ => Err(Status::UnknownInstruction),
    }
}

/// PIN1 and PUK are known everywhere, PIN2 only in its application.
fn code(chip: &Chip, reference: u8) -> Result<PinKind, Status> {
    match reference {
        0x01 => Ok(PinKind::Pin1),
        0x02 => Ok(PinKind::Puk),
        0x85 if chip.files.folder_id() == QSCD_ID => Ok(PinKind::Pin2),
        _ => Err(Status::ReferenceNotFound),
    }
}

fn verify(chip: &mut Chip, request: Request<'_>) -> Answer {
    let kind = code(chip, request.p2)?;
    match request.p1 {
        0xFF => {
            chip.codes.devalidate(kind);
            Ok(Vec::new())
        }
        0x00 if request.data.is_empty() => only(chip.codes.status(kind)),
        0x00 => only(chip.codes.verify(kind, request.data)),
        _ => Err(Status::WrongParameters),
    }
}

fn change(chip: &mut Chip, reference: u8, data: &[u8]) -> Answer {
    let kind = code(chip, reference)?;
    let (old, new) = halves(data)?;
    only(chip.codes.verify(kind, old))?;
    if chip.codes.is(kind, new) {
        return Err(Status::WrongData);
    }
    only(chip.codes.set(kind, new))
}

fn unblock(chip: &mut Chip, reference: u8, data: &[u8]) -> Answer {
    let kind = code(chip, reference)?;
    if kind == PinKind::Puk {
        return Err(Status::ReferenceNotFound);
    }
    if !chip.codes.verified(PinKind::Puk) {
        return Err(Status::SecurityNotSatisfied);
    }
    only(chip.codes.set(kind, data))
}

/// Two codes of twelve bytes.
pub(super) fn halves(data: &[u8]) -> Result<(&[u8], &[u8]), Status> {
    match (data.get(..12), data.get(12..)) {
        (Some(first), Some(second)) if second.len() == 12 => Ok((first, second)),
        _ => Err(Status::WrongLength),
    }
}

/// Each key lives in its application. The short algorithm names and the long ones mean the same.
fn knows(chip: &Chip, environment: &Environment) -> bool {
    let algorithm = environment.algorithm.as_slice();
    match (
        environment.template,
        environment.key,
        chip.files.folder_id(),
    ) {
        (0xA4, AUTH_KEY, AWP_ID) => matches!(algorithm, [0x04] | [0xFF, 0x20, 0x08, 0x00]),
        (0xB6, SIGN_KEY, QSCD_ID) => matches!(algorithm, [0x54] | [0xFF, 0x15, 0x08, 0x00]),
        (0xB8, AUTH_KEY, AWP_ID) => matches!(algorithm, [] | [0xFF, 0x30, 0x04, 0x00]),
        _ => false,
    }
}

fn chosen(chip: &Chip, template: u8) -> Result<(), Status> {
    match &chip.environment {
        Some(environment) if environment.template == template => Ok(()),
        _ => Err(Status::ConditionsNotSatisfied),
    }
}

fn authenticate(chip: &Chip, hash: &[u8]) -> Answer {
    chosen(chip, 0xA4)?;
    if !chip.codes.verified(PinKind::Pin1) {
        return Err(Status::SecurityNotSatisfied);
    }
    if hash.is_empty() || hash.len() > 48 {
        return Err(Status::WrongLength);
    }
    Ok(chip
        .auth_key
        .sign_hash(&fit(hash))
        .map_err(|_| Status::WrongData)?
        .to_vec())
}

fn sign(chip: &mut Chip, hash: &[u8]) -> Answer {
    chosen(chip, 0xB6)?;
    if !chip.codes.verified(PinKind::Pin2) {
        return Err(Status::SecurityNotSatisfied);
    }
    if hash.is_empty() || hash.len() > 48 {
        return Err(Status::WrongLength);
    }
    // PIN2 is good for one signature.
    chip.codes.devalidate(PinKind::Pin2);
    Ok(chip
        .sign_key
        .sign_hash(&fit(hash))
        .map_err(|_| Status::WrongData)?
        .to_vec())
}

fn derive(chip: &Chip, data: &[u8]) -> Answer {
    chosen(chip, 0xB8)?;
    if !chip.codes.verified(PinKind::Pin1) {
        return Err(Status::SecurityNotSatisfied);
    }
    chip.derive(data)
}

/// GET DATA for a retry counter, as recorded from a card. The byte that differs is the access rule.
fn counter(chip: &Chip, data: &[u8]) -> Answer {
    let [
        0x4D,
        0x08,
        0x70,
        0x06,
        0xBF,
        0x81,
        reference,
        0x02,
        0xA0,
        0x80,
    ] = *data
    else {
        return Err(Status::WrongData);
    };
    let (kind, rule) = match reference {
        0x01 => (PinKind::Pin1, 0x43),
        0x02 => (PinKind::Puk, 0x43),
        0x05 if chip.files.folder_id() == QSCD_ID => (PinKind::Pin2, 0xFF),
        _ => return Err(Status::ReferenceNotFound),
    };
    let access = [0xF3, 0x00, 0x00, 0x73, rule, 0x00];
    let mut info = tlv::encode(0x9A, &[super::codes::MAX_TRIES]);
    info.extend(tlv::encode(0x9B, &[chip.codes.tries_left(kind)]));
    info.extend(tlv::encode(
        0xA1,
        &[tlv::encode(0x8C, &access), tlv::encode(0x9C, &access)].concat(),
    ));
    let object = tlv::encode(
        0x00BF_8100 | u32::from(reference),
        &tlv::encode(0xA0, &info),
    );
    Ok(tlv::encode(0x70, &object))
}
