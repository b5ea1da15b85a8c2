//! What a card says without a PIN.

use time::OffsetDateTime;
use toend_id_card::{Card, CardError, PinKind};

use crate::clock::Clock;
use crate::dto::{CardInfo, PinTries};
use crate::session::obstacles::hindrance;

/// Everything a screen shows about a card, without a PIN.
pub fn read(
    card: &mut Card,
    reader: &str,
    demo: bool,
    clock: &Clock,
) -> Result<CardInfo, CardError> {
    let person = card.personal_data()?;
    let auth = card.auth_certificate()?;
    let sign = card.sign_certificate()?;
    let pins = card.pin_info()?;
    let secs = i64::try_from(clock.now_ms() / 1000).unwrap_or(i64::MAX);
    let now = OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let tries = |kind: PinKind| {
        pins.of(kind).map_or(
            PinTries {
                left: 0,
                max: 0,
                usable: false,
            },
            |counter| PinTries {
                left: counter.tries_left,
                max: counter.max_tries,
                usable: counter.activated,
            },
        )
    };
    let mut read = CardInfo {
        reader: reader.to_owned(),
        expires: person.expires.map(date).unwrap_or_default(),
        expired: !person.valid_on(now.date()) || auth.check_valid_at(now).is_err(),
        given: person.given_names,
        surname: person.surname,
        code: person.personal_code,
        document_number: person.document_number,
        auth_valid_until: date(auth.not_after.date()),
        sign_valid_until: date(sign.not_after.date()),
        pin1: tries(PinKind::Pin1),
        pin2: tries(PinKind::Pin2),
        puk: tries(PinKind::Puk),
        chip: card.generation().id().to_owned(),
        demo,
        error: None,
    };
    read.error = hindrance(&read);
    Ok(read)
}

fn date(day: time::Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}
