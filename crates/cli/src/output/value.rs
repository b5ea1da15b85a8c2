//! Values, dates and amounts as people of a language write them.

use toend_client::dto::{FieldValue, Language};

use super::tame;

/// A value on one line.
pub fn value(language: Language, value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) | FieldValue::Code(text) => tame(text, 2000),
        FieldValue::Int(number) => number.to_string(),
        FieldValue::Money(cents) => money(language, *cents),
        FieldValue::Decimal { digits, places } => decimal(language, *digits, *places),
        FieldValue::Date(iso) => date(language, iso),
        FieldValue::Time(seconds) => moment(language, seconds.saturating_mul(1000)),
        FieldValue::Bool(yes) => {
            crate::texts::word(language, if *yes { "app.yes" } else { "app.no" }).to_owned()
        }
        FieldValue::Rows(rows) => rows.len().to_string(),
        FieldValue::Absent => "–".to_owned(),
    }
}

fn point(language: Language) -> char {
    if language == Language::En { '.' } else { ',' }
}

fn decimal(language: Language, digits: i64, places: u8) -> String {
    let places = usize::from(places);
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, rest) = text.split_at(text.len() - places);
    let minus = if digits < 0 { "−" } else { "" };
    if places == 0 {
        format!("{minus}{whole}")
    } else {
        format!("{minus}{whole}{}{rest}", point(language))
    }
}

/// Euro cents.
pub fn money(language: Language, cents: i64) -> String {
    let minus = if cents < 0 { "−" } else { "" };
    let (euros, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let digits = euros.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(if language == Language::En {
                ','
            } else {
                '\u{a0}'
            });
        }
        grouped.push(digit);
    }
    match language {
        Language::En => format!("{minus}€{grouped}.{rest:02}"),
        Language::Et | Language::Ru => format!("{minus}{grouped},{rest:02}\u{a0}€"),
    }
}

/// An ISO date.
pub fn date(language: Language, iso: &str) -> String {
    let mut parts = iso.split('-');
    match (language, parts.next(), parts.next(), parts.next()) {
        (Language::Et | Language::Ru, Some(year), Some(month), Some(day)) => {
            format!("{day}.{month}.{year}")
        }
        _ => iso.to_owned(),
    }
}

/// A moment in milliseconds, UTC.
pub fn moment(language: Language, ms: i64) -> String {
    let Ok(at) = time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)) else {
        return ms.to_string();
    };
    let iso = format!(
        "{:04}-{:02}-{:02}",
        at.year(),
        u8::from(at.month()),
        at.day()
    );
    format!(
        "{} {:02}:{:02}:{:02} UTC",
        date(language, &iso),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        assert_eq!(money(Language::En, -123_456_789), "−€1,234,567.89");
        assert_eq!(money(Language::Et, 123_456), "1\u{a0}234,56\u{a0}€");
        assert_eq!(date(Language::Ru, "2026-11-20"), "20.11.2026");
        assert_eq!(date(Language::En, "2026-11-20"), "2026-11-20");
        assert_eq!(decimal(Language::Et, -5, 2), "−0,05");
        assert_eq!(decimal(Language::En, 431, 1), "43.1");
        assert_eq!(decimal(Language::En, 43, 0), "43");
        assert_eq!(
            moment(Language::Et, 1_793_491_200_000),
            "01.11.2026 00:00:00 UTC"
        );
        assert_eq!(moment(Language::En, i64::MAX), i64::MAX.to_string());
    }
}
