//! The personal data file: eight fields that every card carries.

use time::{Date, Month};

use crate::error::{AnswerError, CardError};

/// The longest field that is accepted, in bytes.
const MAX_FIELD: usize = 255;

/// What the personal data file says. Fields that a kind of document leaves empty are `None` or empty:
/// an e-resident's card has no sex, citizenship and birth date.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonalData {
    /// Surname as on the card, in capitals.
    pub surname: String,
    /// Given names.
    pub given_names: String,
    /// `M`, `F`, or another letter.
    pub sex: Option<String>,
    /// ISO 3166 alpha-3.
    pub citizenship: Option<String>,
    /// Birth date; worked out from the personal code where the field is empty.
    #[serde(serialize_with = "iso_date")]
    pub birth_date: Option<Date>,
    /// Country of birth, if the card names one.
    pub birth_place: Option<String>,
    /// Personal code, 11 digits.
    pub personal_code: String,
    /// Document number, e.g. `AS0000001`.
    pub document_number: String,
    /// Last day on which the document is valid.
    #[serde(serialize_with = "iso_date")]
    pub expires: Option<Date>,
}

impl PersonalData {
    /// Makes sense of the fields, the first of which is number 1.
    ///
    /// # Errors
    /// [`AnswerError::Text`] for a field that is missing, too long, or no UTF-8.
    pub fn from_fields(fields: &[Vec<u8>]) -> Result<Self, CardError> {
        let text = |number: u8| -> Result<Option<String>, CardError> {
            let bytes = fields
                .get(usize::from(number) - 1)
                .ok_or(AnswerError::Text { field: number })?;
            Ok(field_text(bytes).ok_or(AnswerError::Text { field: number })?)
        };
        let personal_code = text(6)?.unwrap_or_default();
        let birth = text(5)?;
        let (birth_date, birth_place) = match birth.as_deref() {
            Some(field) => split_date(field),
            None => (None, None),
        };
        Ok(Self {
            surname: text(1)?.unwrap_or_default(),
            given_names: text(2)?.unwrap_or_default(),
            sex: text(3)?,
            citizenship: text(4)?,
            birth_date: birth_date.or_else(|| birth_date_of(&personal_code)),
            birth_place,
            document_number: text(7)?.unwrap_or_default(),
            expires: text(8)?.and_then(|field| split_date(&field).0),
            personal_code,
        })
    }

    /// Whether the document is still valid on `day`: it is until the end of its last day.
    pub fn valid_on(&self, day: Date) -> bool {
        self.expires.is_some_and(|last| day <= last)
    }
}

/// Text of a field: trimmed, without control and direction characters. A single zero byte means empty.
#[allow(clippy::option_option)]
fn field_text(bytes: &[u8]) -> Option<Option<String>> {
    if bytes.len() > MAX_FIELD {
        return None;
    }
    let text: String = std::str::from_utf8(bytes)
        .ok()?
        .chars()
        .filter(|c| !is_hidden(*c))
        .collect();
    let text = text.trim();
    Some((!text.is_empty()).then(|| text.to_owned()))
}

/// Characters that show nothing but change what stands around them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// `DD MM YYYY` and what follows it.
fn split_date(field: &str) -> (Option<Date>, Option<String>) {
    let mut words = field.split_whitespace();
    let (day, month, year) = (words.next(), words.next(), words.next());
    let rest = words.collect::<Vec<_>>().join(" ");
    (date(day, month, year), (!rest.is_empty()).then_some(rest))
}

fn date(day: Option<&str>, month: Option<&str>, year: Option<&str>) -> Option<Date> {
    let number = |text: Option<&str>, digits: usize| {
        text.filter(|text| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse::<u16>().ok())
    };
    let month = Month::try_from(u8::try_from(number(month, 2)?).ok()?).ok()?;
    Date::from_calendar_date(
        i32::from(number(year, 4)?),
        month,
        u8::try_from(number(day, 2)?).ok()?,
    )
    .ok()
}

/// The birth date inside a personal code: `G YYMMDD SSS C`.
pub fn birth_date_of(personal_code: &str) -> Option<Date> {
    let century = match personal_code.bytes().next()? {
        b'1' | b'2' => "18",
        b'3' | b'4' => "19",
        b'5' | b'6' => "20",
        b'7' | b'8' => "21",
        _ => return None,
    };
    if personal_code.len() != 11 {
        return None;
    }
    let year = format!("{century}{}", personal_code.get(1..3)?);
    date(
        personal_code.get(5..7),
        personal_code.get(3..5),
        Some(&year),
    )
}

// The signature is serde's.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]
fn iso_date<S: serde::Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn fields(list: &[&str]) -> Vec<Vec<u8>> {
        list.iter().map(|field| field.as_bytes().to_vec()).collect()
    }

    #[test]
    fn recorded_thales_fields() {
        let data = PersonalData::from_fields(&fields(&[
            "MÖLDER",
            "HUGO MARTIN",
            "M",
            "FIN",
            "23 10 1989",
            "38910239121",
            "AT0006680",
            "05 10 2030",
        ]))
        .unwrap();
        assert_eq!(data.surname, "MÖLDER");
        assert_eq!(
            (data.birth_date, data.birth_place.as_deref()),
            (Some(date!(1989 - 10 - 23)), None)
        );
        assert_eq!(data.expires, Some(date!(2030 - 10 - 05)));
        assert!(data.valid_on(date!(2030 - 10 - 05)) && !data.valid_on(date!(2030 - 10 - 06)));
        assert!(
            serde_json::to_string(&data)
                .unwrap()
                .contains(r#""birthDate":"1989-10-23""#)
        );
    }

    #[test]
    fn recorded_idemia_fields_name_the_country_of_birth() {
        let data = PersonalData::from_fields(&fields(&[
            "JÕEORG",
            "JAAK-KRISTJAN",
            "M",
            "FIN",
            "08 01 1980 FIN",
            "38001085718",
            "ES0250124",
            "22 07 2026",
        ]))
        .unwrap();
        assert_eq!(
            (data.birth_date, data.birth_place.as_deref()),
            (Some(date!(1980 - 01 - 08)), Some("FIN"))
        );
    }

    #[test]
    fn an_e_resident_has_empty_fields_and_a_birth_date_from_the_code() {
        let data = PersonalData::from_fields(&fields(&[
            "TEST",
            "E",
            "\0",
            "\0",
            "\0",
            "49001010002",
            "NS0000009",
            "01 02 2029",
        ]))
        .unwrap();
        assert_eq!((data.sex, data.citizenship), (None, None));
        assert_eq!(data.birth_date, Some(date!(1990 - 01 - 01)));
    }

    #[test]
    fn damage_is_named_and_hidden_characters_are_dropped() {
        let mut bad = fields(&["A", "B", "", "", "", "", "", ""]);
        bad[1] = vec![0xC3];
        assert_eq!(
            PersonalData::from_fields(&bad),
            Err(CardError::Answer(AnswerError::Text { field: 2 }))
        );
        bad[1] = vec![b'x'; 256];
        assert!(PersonalData::from_fields(&bad).is_err());
        assert!(PersonalData::from_fields(&bad[..1]).is_err());
        bad[1] = "A\u{202E}B\nC\u{0}".as_bytes().to_vec();
        assert_eq!(PersonalData::from_fields(&bad).unwrap().given_names, "ABC");
    }
}
