//! The demonstration certificate authority: certificates in the two leaf profiles of real cards, issued by an
//! authority that says of itself that it has no legal effect.
//!
//! Its key, like those of the demonstration cards, follows from a public text. It proves nothing to anybody
//! outside a demonstration, and must never be trusted there.

use aws_lc_rs::digest;

use crate::drivers::{KeyPair, SIGNATURE};
use crate::recognise::Generation;
use crate::tlv::encode;
use crate::virtual_card::{KeyError, Persona, SecretKey};

/// Common name of the authority.
pub const AUTHORITY: &str = "Tõend Demonstration CA (no legal effect)";
/// Its organisation.
pub const ORGANISATION: &str = "Tõend demonstration";

const ECDSA_SHA384: &[u64] = &[1, 2, 840, 10045, 4, 3, 3];
const NCP_PLUS: &[u64] = &[0, 4, 0, 2042, 1, 2];
const QCP_QSCD: &[u64] = &[0, 4, 0, 194_112, 1, 2];
/// Citizen's card in the test arcs of the two generations.
const CITIZEN_2018: &[u64] = &[1, 3, 6, 1, 4, 1, 51361, 1, 2, 1];
const CITIZEN_2025: &[u64] = &[2, 999, 1, 3, 6, 1, 4, 1, 51361, 2, 1, 1];

/// The key of the authority.
///
/// # Errors
/// [`KeyError`], which does not happen in practice.
pub fn authority_key() -> Result<SecretKey, KeyError> {
    SecretKey::from_public_text("Tõend demonstration authority, no legal effect")
}

/// The key of a person's demonstration card.
///
/// # Errors
/// [`KeyError`], which does not happen in practice.
pub fn card_key(personal_code: &str, pair: KeyPair) -> Result<SecretKey, KeyError> {
    let purpose = match pair {
        KeyPair::Authentication => "authentication",
        KeyPair::Signature => "signature",
    };
    SecretKey::from_public_text(&format!(
        "Tõend demonstration card, no legal effect, {personal_code}, {purpose}"
    ))
}

/// Issues the authority's own certificate.
///
/// # Errors
/// [`KeyError`], which does not happen in practice.
pub fn issue_authority() -> Result<Vec<u8>, KeyError> {
    let key = authority_key()?;
    let extensions = [
        extension(&[2, 5, 29, 19], true, &sequence(&[boolean_true()])),
        extension(&[2, 5, 29, 15], true, &bit_string(1, &[0b0000_0110])),
        extension(&[2, 5, 29, 14], false, &encode(0x04, &key_id(&key))),
    ];
    let name = authority_name();
    sign(
        &key,
        "authority",
        &name,
        ("250901000000Z", "450831235959Z"),
        &name,
        &key,
        &extensions,
    )
}

/// Issues a card's certificate for this person and purpose, in the profile of the generation.
///
/// # Errors
/// [`KeyError`], which does not happen in practice.
pub fn issue(
    persona: &Persona,
    generation: Generation,
    pair: KeyPair,
) -> Result<Vec<u8>, KeyError> {
    let authority = authority_key()?;
    let key = card_key(&persona.personal_code, pair)?;
    let day = |date: time::Date| {
        format!(
            "{:02}{:02}{:02}",
            date.year() % 100,
            u8::from(date.month()),
            date.day()
        )
    };
    let from = format!("{}090000Z", day(persona.issued));
    let until = format!("{}215959Z", day(persona.expires));
    let label = format!("{} {pair:?}", persona.document_number);
    let (subject, extensions) = match generation {
        Generation::Thales => (
            subject_2025(persona),
            extensions_2025(persona, pair, &key, &authority),
        ),
        Generation::Idemia | Generation::IdemiaCosmoX => (
            subject_2018(persona),
            extensions_2018(persona, pair, &key, &authority),
        ),
    };
    sign(
        &authority,
        &label,
        &authority_name(),
        (&from, &until),
        &subject,
        &key,
        &extensions,
    )
}

fn authority_name() -> Vec<u8> {
    name(&[
        (&[2, 5, 4, 6], printable("EE")),
        (&[2, 5, 4, 10], utf8(ORGANISATION)),
        (&[2, 5, 4, 3], utf8(AUTHORITY)),
    ])
}

fn subject_attributes(persona: &Persona) -> [(&'static [u64], Vec<u8>); 5] {
    let common = format!(
        "{},{},{}",
        persona.surname, persona.given_names, persona.personal_code
    );
    [
        (&[2, 5, 4, 6], printable("EE")),
        (&[2, 5, 4, 3], utf8(&common)),
        (&[2, 5, 4, 4], utf8(&persona.surname)),
        (&[2, 5, 4, 42], utf8(&persona.given_names)),
        (
            &[2, 5, 4, 5],
            printable(&format!("PNOEE-{}", persona.personal_code)),
        ),
    ]
}

/// Country first.
fn subject_2018(persona: &Persona) -> Vec<u8> {
    name(&subject_attributes(persona))
}

/// The other way round: common name first, country last.
fn subject_2025(persona: &Persona) -> Vec<u8> {
    let [country, common, surname, given, serial] = subject_attributes(persona);
    name(&[common, serial, given, surname, country])
}

fn key_usage(pair: KeyPair) -> Vec<u8> {
    let bits = match pair {
        // Digital signature and key agreement.
        KeyPair::Authentication => bit_string(3, &[0b1000_1000]),
        // Non-repudiation.
        KeyPair::Signature => bit_string(6, &[0b0100_0000]),
    };
    extension(&[2, 5, 29, 15], true, &bits)
}

fn extended_key_usage(critical: bool) -> Vec<u8> {
    let uses = [
        oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2]),
        oid(&[1, 3, 6, 1, 5, 5, 7, 3, 4]),
    ];
    extension(&[2, 5, 29, 37], critical, &sequence(&uses))
}

fn policies(list: &[&[u64]]) -> Vec<u8> {
    let list: Vec<_> = list.iter().map(|policy| sequence(&[oid(policy)])).collect();
    extension(&[2, 5, 29, 32], false, &sequence(&list))
}

fn email(persona: &Persona) -> Vec<u8> {
    let address = encode(
        0x81,
        format!("{}@eesti.invalid", persona.personal_code).as_bytes(),
    );
    extension(&[2, 5, 29, 17], false, &sequence(&[address]))
}

fn own_key_id(key: &SecretKey) -> Vec<u8> {
    extension(&[2, 5, 29, 14], false, &encode(0x04, &key_id(key)))
}

fn authority_key_id(authority: &SecretKey) -> Vec<u8> {
    extension(
        &[2, 5, 29, 35],
        false,
        &sequence(&[encode(0x80, &key_id(authority))]),
    )
}

/// Where OCSP and the issuer's certificate would be. The names lead nowhere on purpose.
fn authority_information() -> Vec<u8> {
    let at = |method: u64, address: &str| {
        sequence(&[
            oid(&[1, 3, 6, 1, 5, 5, 7, 48, method]),
            encode(0x86, address.as_bytes()),
        ])
    };
    let places = [
        at(1, "http://ocsp.toend.invalid"),
        at(2, "http://ca.toend.invalid/demonstration.crt"),
    ];
    extension(&[1, 3, 6, 1, 5, 5, 7, 1, 1], false, &sequence(&places))
}

/// A pointer to terms, and for signature certificates the statements that make them qualified.
fn qualified_statements(pair: KeyPair, with_types: bool) -> Vec<u8> {
    const BASE: [u64; 5] = [0, 4, 0, 1862, 1];
    let statement = |number: u64| oid(&[&BASE[..], &[number]].concat());
    let mut list = Vec::new();
    if pair == KeyPair::Signature && with_types {
        list.push(sequence(&[statement(1)]));
        list.push(sequence(&[statement(4)]));
        let esign = oid(&[&BASE[..], &[6, 1]].concat());
        list.push(sequence(&[statement(6), sequence(&[esign])]));
    }
    let terms = sequence(&[ia5("https://toend.invalid/terms/"), printable("EN")]);
    list.push(sequence(&[statement(5), sequence(&[terms])]));
    extension(&[1, 3, 6, 1, 5, 5, 7, 1, 3], false, &sequence(&list))
}

fn extensions_2018(
    persona: &Persona,
    pair: KeyPair,
    key: &SecretKey,
    authority: &SecretKey,
) -> Vec<Vec<u8>> {
    let mut list = vec![
        extension(&[2, 5, 29, 19], false, &sequence(&[])),
        key_usage(pair),
    ];
    match pair {
        KeyPair::Authentication => {
            list.extend([
                policies(&[CITIZEN_2018, NCP_PLUS]),
                email(persona),
                own_key_id(key),
            ]);
            list.extend([qualified_statements(pair, true), extended_key_usage(true)]);
        }
        KeyPair::Signature => {
            list.extend([policies(&[CITIZEN_2018, QCP_QSCD]), own_key_id(key)]);
            list.push(qualified_statements(pair, true));
        }
    }
    list.extend([authority_key_id(authority), authority_information()]);
    list
}

fn extensions_2025(
    persona: &Persona,
    pair: KeyPair,
    key: &SecretKey,
    authority: &SecretKey,
) -> Vec<Vec<u8>> {
    let revoked = encode(0x86, b"http://crl.toend.invalid/demonstration.crl");
    let point = sequence(&[encode(0xA0, &encode(0xA0, &revoked))]);
    let mut list = vec![authority_key_id(authority), authority_information()];
    match pair {
        KeyPair::Authentication => {
            list.extend([
                policies(&[NCP_PLUS, CITIZEN_2025]),
                extended_key_usage(false),
                email(persona),
            ]);
        }
        KeyPair::Signature => list.push(policies(&[QCP_QSCD, CITIZEN_2025])),
    }
    list.extend([
        qualified_statements(pair, true),
        extension(&[2, 5, 29, 31], false, &sequence(&[point])),
    ]);
    list.extend([own_key_id(key), key_usage(pair)]);
    list
}

/// Builds and signs a certificate.
fn sign(
    authority: &SecretKey,
    label: &str,
    issuer: &[u8],
    validity: (&str, &str),
    subject: &[u8],
    key: &SecretKey,
    extensions: &[Vec<u8>],
) -> Result<Vec<u8>, KeyError> {
    let algorithm = sequence(&[oid(ECDSA_SHA384)]);
    let mut serial = sha256(format!("serial number, {label}").as_bytes());
    serial.truncate(16);
    if let Some(first) = serial.first_mut() {
        // Positive, and of full length.
        *first = *first & 0x7F | 0x40;
    }
    let curve = sequence(&[oid(&[1, 2, 840, 10045, 2, 1]), oid(&[1, 3, 132, 0, 34])]);
    let body = sequence(&[
        encode(0xA0, &encode(0x02, &[2])),
        encode(0x02, &serial),
        algorithm.clone(),
        issuer.to_vec(),
        sequence(&[
            encode(0x17, validity.0.as_bytes()),
            encode(0x17, validity.1.as_bytes()),
        ]),
        subject.to_vec(),
        sequence(&[curve, bit_string(0, &key.public_point())]),
        encode(0xA3, &sequence(extensions)),
    ]);
    let mut hash = [0; 48];
    hash.copy_from_slice(digest::digest(&digest::SHA384, &body).as_ref());
    let signature = asn1_signature(&authority.sign_hash(&hash)?);
    Ok(sequence(&[body, algorithm, bit_string(0, &signature)]))
}

/// r ‖ s as a SEQUENCE of two INTEGERs.
fn asn1_signature(raw: &[u8; SIGNATURE]) -> Vec<u8> {
    let (r, s) = raw.split_at(SIGNATURE / 2);
    let integer = |number: &[u8]| {
        let mut bytes: Vec<u8> = number
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        if bytes.first().is_none_or(|first| first & 0x80 != 0) {
            bytes.insert(0, 0);
        }
        encode(0x02, &bytes)
    };
    sequence(&[integer(r), integer(s)])
}

fn key_id(key: &SecretKey) -> Vec<u8> {
    let mut id = sha256(&key.public_point());
    id.truncate(20);
    id
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    encode(0x30, &parts.concat())
}

fn utf8(text: &str) -> Vec<u8> {
    encode(0x0C, text.as_bytes())
}

fn printable(text: &str) -> Vec<u8> {
    encode(0x13, text.as_bytes())
}

fn ia5(text: &str) -> Vec<u8> {
    encode(0x16, text.as_bytes())
}

fn boolean_true() -> Vec<u8> {
    encode(0x01, &[0xFF])
}

fn bit_string(unused: u8, bytes: &[u8]) -> Vec<u8> {
    encode(0x03, &[&[unused], bytes].concat())
}

fn name(attributes: &[(&[u64], Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<_> = attributes
        .iter()
        .map(|(kind, value)| encode(0x31, &sequence(&[oid(kind), value.clone()])))
        .collect();
    sequence(&parts)
}

fn extension(kind: &[u64], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![oid(kind)];
    if critical {
        parts.push(boolean_true());
    }
    parts.push(encode(0x04, value));
    sequence(&parts)
}

fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (top, rest) = match arcs {
        [first, second, rest @ ..] => (first * 40 + second, rest),
        _ => (0, &[][..]),
    };
    for arc in std::iter::once(&top).chain(rest) {
        let mut septets = vec![(arc & 0x7F) as u8];
        let mut left = arc >> 7;
        while left > 0 {
            septets.push(0x80 | (left & 0x7F) as u8);
            left >>= 7;
        }
        septets.reverse();
        bytes.extend(septets);
    }
    encode(0x06, &bytes)
}
