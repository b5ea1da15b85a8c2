//! Names and values on the page, in words.

use super::page_labels;
use super::page_texts::Texts;
use super::{Language, Version};
use crate::cbor::Value;
use crate::cometbft::Time;
use crate::schema::{Field, FieldKind, Schema};

/// How one page writes: its version, its language and their sentences.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub version: Version,
    pub language: Language,
    pub texts: &'static Texts,
}

impl Words {
    /// Name of a record kind.
    pub fn kind(self, schema: &str) -> String {
        escaped(&page_labels::kind(self.version, self.language, schema))
    }

    /// Name of a field or of a column.
    pub fn field(self, schema: Option<&Schema>, name: &str) -> String {
        let schema = schema.map_or("", |schema| schema.name);
        escaped(&page_labels::field(
            self.version,
            self.language,
            schema,
            name,
        ))
    }

    /// A value in words. What does not fit the field's kind is shown as it is, never interpreted.
    pub fn shown(self, field: Option<&Field>, value: &Value) -> String {
        let texts = self.texts;
        match (field.map(|field| field.kind), value) {
            (_, Value::Absent) => texts.unused.to_owned(),
            (_, Value::Bool(true)) => texts.yes.to_owned(),
            (_, Value::Bool(false)) => texts.no.to_owned(),
            (Some(FieldKind::Date), Value::Text(text)) => self.date(text),
            (_, Value::Text(text)) => escaped(text),
            (Some(FieldKind::Money), Value::Int(cents)) => self.money(*cents),
            (Some(FieldKind::Time), Value::Int(seconds)) => u64::try_from(*seconds)
                .ok()
                .and_then(|s| s.checked_mul(1000))
                .map_or_else(|| seconds.to_string(), |millis| self.time(millis)),
            (_, Value::Int(number)) => number.to_string(),
            (_, Value::Bytes(bytes)) => hex::encode(bytes),
            (kind, Value::Array(items)) => match (kind, items.as_slice()) {
                (Some(_), []) => texts.unused.to_owned(),
                (Some(FieldKind::Decimal), [Value::Int(digits), Value::Int(places @ 0..=18)]) => {
                    self.decimal(*digits, places.unsigned_abs() as usize)
                }
                (Some(FieldKind::Rows(_)), [Value::Int(count), Value::Bytes(_)]) => {
                    format!("{} {}", count, texts.rows)
                }
                _ => {
                    let items: Vec<String> =
                        items.iter().map(|item| self.shown(None, item)).collect();
                    format!("[{}]", items.join(", "))
                }
            },
        }
    }

    /// Unix milliseconds, UTC, whole seconds: RFC 3339, or as people write it.
    pub fn time(self, millis: u64) -> String {
        let seconds = millis / 1000 * 1000;
        let Ok(time) = Time::from_millis(seconds) else {
            return millis.to_string();
        };
        let text = time.to_rfc3339();
        match (self.version, text.split_once('T')) {
            (Version::Two | Version::Three, Some((day, clock))) => {
                format!("{} {} UTC", self.date(day), clock.trim_end_matches('Z'))
            }
            _ => text,
        }
    }

    /// An ISO day; 22.11.2026 from version 2 on. Any other text as it stands.
    fn date(self, iso: &str) -> String {
        let parts: Vec<&str> = iso.split('-').collect();
        let digits = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        match (self.version, parts.as_slice()) {
            (Version::Two | Version::Three, [year, month, day])
                if digits(year, 4) && digits(month, 2) && digits(day, 2) =>
            {
                format!("{day}.{month}.{year}")
            }
            _ => escaped(iso),
        }
    }

    fn money(self, cents: i64) -> String {
        self.decimal(cents, 2)
            + if self.version == Version::One {
                " €"
            } else {
                "\u{a0}€"
            }
    }

    /// A number with `places` digits after the point, from version 2 on after the comma and in groups of three before it.
    fn decimal(self, digits: i64, places: usize) -> String {
        let sign = if digits < 0 { "−" } else { "" };
        let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
        let (whole, fraction) = text.split_at(text.len() - places);
        let (whole, point) = match self.version {
            Version::One => (whole.to_owned(), '.'),
            Version::Two | Version::Three => (grouped(whole), ','),
        };
        if places == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{point}{fraction}")
        }
    }
}

/// Digits in groups of three, with spaces that do not break.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    out
}

/// Text in HTML. Values hold no control characters (`cbor` refuses them), line feed and tab excepted.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof_file::page_texts::texts;

    const fn words(version: Version) -> Words {
        Words {
            version,
            language: Language::Et,
            texts: texts(version, Language::Et),
        }
    }

    #[test]
    fn version_2_writes_days_sums_and_times_as_people_do() {
        let (old, new) = (words(Version::One), words(Version::Two));
        for (digits, places, before, after) in [
            (123_456_789, 2, "1234567.89", "1\u{a0}234\u{a0}567,89"),
            (-5, 2, "−0.05", "−0,05"),
            (999, 0, "999", "999"),
            (1000, 0, "1000", "1\u{a0}000"),
        ] {
            assert_eq!(old.decimal(digits, places), before);
            assert_eq!(new.decimal(digits, places), after);
        }
        assert_eq!(old.date("2026-11-22"), "2026-11-22");
        assert_eq!(new.date("2026-11-22"), "22.11.2026");
        for odd in ["2026-11", "tomorrow", "2026-1-2", "<b>-00-00"] {
            assert_eq!(new.date(odd), escaped(odd), "never interpreted");
        }
        assert_eq!(old.time(1_795_356_131_999), "2026-11-22T14:02:11Z");
        assert_eq!(new.time(1_795_356_131_999), "22.11.2026 14:02:11 UTC");
    }
}
