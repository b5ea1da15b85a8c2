//! The window's translation files, compiled in.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use toend_client::dto::Language;

type Words = BTreeMap<String, String>;

fn words(language: Language) -> &'static Words {
    static ET: OnceLock<Words> = OnceLock::new();
    static EN: OnceLock<Words> = OnceLock::new();
    static RU: OnceLock<Words> = OnceLock::new();
    let (slot, file) = match language {
        Language::Et => (&ET, include_str!("../../../../ui/src/i18n/et.json")),
        Language::En => (&EN, include_str!("../../../../ui/src/i18n/en.json")),
        Language::Ru => (&RU, include_str!("../../../../ui/src/i18n/ru.json")),
    };
    // A test reads all three; a damaged file would leave keys instead of words, not end the program.
    slot.get_or_init(|| serde_json::from_str(file).unwrap_or_default())
}

/// The words under a key, if there are any.
pub fn find(language: Language, key: &str) -> Option<&'static str> {
    words(language).get(key).map(String::as_str)
}

/// The words under a key that is known to exist.
pub fn word(language: Language, key: &'static str) -> &'static str {
    find(language, key).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_flat_tables_of_words() {
        for language in [Language::Et, Language::En, Language::Ru] {
            assert!(words(language).len() > 300, "{language:?}");
        }
    }
}
