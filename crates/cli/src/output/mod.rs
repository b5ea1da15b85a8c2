//! Pages of text made from what the client answered.

pub mod list;
pub mod network;
pub mod offices;
pub mod record;
pub mod report;
pub mod status;
pub mod value;

use std::collections::BTreeMap;

use toend_client::dto::{Language, Names, Verdict};

use crate::texts::{self, Text};

/// Parameters of a text.
pub fn params<const N: usize>(given: [(&str, String); N]) -> BTreeMap<String, String> {
    given
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A terminal's own text with parameters.
pub fn line<const N: usize>(language: Language, text: Text, given: [(&str, String); N]) -> String {
    texts::fill(texts::text(language, text), &params(given))
}

/// The sign of a verdict; the word always stands beside it.
pub const fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Proven => '✓',
        Verdict::Altered => '✗',
        Verdict::Withheld => '!',
        Verdict::OldVersion => '<',
        Verdict::NotYetSealed => '…',
        Verdict::CannotCheck => '?',
    }
}

/// A name in a language.
pub fn name(language: Language, names: &Names) -> &str {
    match language {
        Language::Et => &names.et,
        Language::En => &names.en,
        Language::Ru => &names.ru,
    }
}

/// An authority of this number that no network file here names, in plain words.
pub fn joined(language: Language, number: &str) -> String {
    texts::fill(
        texts::word(language, "authority.joined"),
        &params([("number", number.to_owned())]),
    )
}

/// An authority by its id: the network file's words, else its number in plain words.
pub fn authority(language: Language, id: &str, names: Option<&Names>) -> String {
    match (names, id.strip_prefix("authority-")) {
        (Some(names), _) => name(language, names).to_owned(),
        (None, Some(number)) => joined(language, number),
        (None, None) => id.to_owned(),
    }
}

/// Text of a record, made harmless for a terminal: no control or direction characters, at most `most` characters.
pub fn tame(text: &str, most: usize) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut shown: String = text
        .chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|c| !hidden(*c))
        .collect();
    if shown.chars().count() > most {
        shown = shown.chars().take(most.saturating_sub(1)).collect();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod snapshots;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_cannot_move_the_cursor_or_turn_the_line() {
        assert_eq!(tame("a\u{1b}[31mred\u{202e}gnp\nb", 40), "a[31mredgnp b");
        assert_eq!(tame(&"x".repeat(50), 10).chars().count(), 10);
    }
}
