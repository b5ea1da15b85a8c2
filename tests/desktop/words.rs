//! What the window must say, from the three files of texts.

use std::collections::BTreeMap;

/// Languages of the window.
pub const LANGUAGES: [&str; 3] = ["et", "en", "ru"];

/// The texts of one language.
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// Reads the texts of a language.
    pub fn of(language: &str) -> Self {
        let path = format!("{}/ui/src/i18n/{language}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the texts are there");
        Self(serde_json::from_str(&text).expect("texts are flat"))
    }

    /// A text that has no place for a value in it.
    pub fn get(&self, key: &str) -> &str {
        let text = self
            .0
            .get(key)
            .unwrap_or_else(|| panic!("there is no text {key}"));
        assert!(!text.contains('{'), "{key} has places for values: {text}");
        text
    }

    /// A text up to its first place for a value.
    pub fn beginning(&self, key: &str) -> &str {
        let text = self
            .0
            .get(key)
            .unwrap_or_else(|| panic!("there is no text {key}"));
        text.split(['{', '<']).next().unwrap_or_default().trim()
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
