//! What the command-line programs do with cards, as functions with structured results.

use base64::Engine;

use crate::card::Card;
use crate::error::CardError;
use crate::personal::PersonalData;
use crate::pin::PinInfo;
use crate::recognise::Generation;
use crate::replay::{self, CertificateSummary, Operation, ReplayError, Report, Request, Script};

/// What a card holds that can be read without a PIN.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// Name of the reader, or of the demonstration card.
    pub reader: String,
    /// Its chip.
    pub chip: Generation,
    /// Personal data.
    pub personal_data: PersonalData,
    /// For signing in.
    pub auth_certificate: CertificateSummary,
    /// For signatures.
    pub sign_certificate: CertificateSummary,
    /// Tries left.
    pub pins: PinInfo,
    /// Issued by the demonstration authority: no legal effect.
    pub demonstration: bool,
}

/// Reads everything that needs no PIN.
///
/// # Errors
/// [`CardError`].
pub fn show(reader: &str, card: &mut Card) -> Result<Shown, CardError> {
    let personal_data = card.personal_data()?;
    let auth = card.auth_certificate()?;
    let sign = card.sign_certificate()?;
    let pins = card.pin_info()?;
    let demonstration = crate::demo::ca_certificates()
        .iter()
        .any(|issuer| auth.verify_issued_by(issuer).is_ok());
    Ok(Shown {
        reader: reader.to_owned(),
        chip: card.generation(),
        personal_data,
        auth_certificate: (&auth).into(),
        sign_certificate: (&sign).into(),
        pins,
        demonstration,
    })
}

/// Shows a demonstration card, by its id or personal code. No reader is needed.
///
/// # Errors
/// [`CardError::Transport`] with `NoCard` if there is no such card.
pub fn show_demo(id_or_code: &str) -> Result<Shown, CardError> {
    let no_card = || CardError::from(crate::transport::TransportError::NoCard);
    let demo = crate::demo::find(id_or_code).ok_or_else(no_card)?;
    let card = demo.card().map_err(|_| no_card())?;
    show(
        &format!("demo:{}", demo.id),
        &mut Card::open(Box::new(card))?,
    )
}

/// Shows the card in the named reader, or the first supported card in any reader.
///
/// # Errors
/// [`CardError`], `E01` to `E06` if there is no such card.
#[cfg(feature = "pcsc")]
pub fn show_reader(reader: Option<&str>) -> Result<Shown, CardError> {
    let (name, mut card) = crate::readers::open(reader)?;
    let shown = show(&name, &mut card);
    // What was read is good, whether or not the farewell succeeds.
    let _ = card.close();
    shown
}

/// Replays the text of a recorded conversation (`docs/formats/card-replay.md`).
///
/// # Errors
/// [`ReplayError`].
pub fn replay(
    script: &str,
    operation: &str,
    pin: Option<&str>,
    hash: Option<&str>,
) -> Result<Report, ReplayError> {
    let operation: Operation = operation.parse()?;
    let request = Request::new(operation, pin, hash)?;
    replay::replay(&Script::parse(script)?, &request)
}

/// A certificate in PEM, for other programs.
pub fn pem(der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(digit);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}
