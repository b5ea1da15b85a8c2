//! Settings: saved as they are, and as they are at a first start.

use crate::dto::{Language, Settings, TextSize, Theme};
use crate::error::ClientError;
use crate::store::Store;

/// Name of the saved settings.
pub(crate) const NAME: &str = "settings";

pub(crate) fn saved(store: &Store) -> Result<Settings, ClientError> {
    let text = store.setting(NAME)?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(first))
}

/// Settings of a first start, in the language of the system.
pub(crate) fn first() -> Settings {
    let system = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    Settings {
        language: Language::from_tag(system.as_deref().unwrap_or_default()),
        theme: Theme::Auto,
        text_size: TextSize::Normal,
        shared_computer: false,
        notifications: false,
        welcomed: false,
    }
}

impl Language {
    /// From a language tag such as `et_EE.UTF-8`; English when it is none of ours.
    pub fn from_tag(tag: &str) -> Self {
        match tag.get(..2) {
            Some("et") => Self::Et,
            Some("ru") => Self::Ru,
            _ => Self::En,
        }
    }
}
