//! Settings: saved as they are, and as they are at a first start.

use crate::config::Config;
use crate::dto::{Language, Settings, TextSize, Theme};
use crate::error::ClientError;
use crate::store::{self, Store, StoreError};

/// Name of the saved settings.
pub(crate) const NAME: &str = "settings";

/// Name of the mark that synchronisation was paused.
const PAUSED: &str = "sync-paused";

/// Whether the person paused synchronisation and has not resumed it.
pub(crate) fn is_paused(store: &Store) -> Result<bool, StoreError> {
    Ok(store.setting(PAUSED)?.as_deref() == Some("1"))
}

/// Remembers whether synchronisation is paused.
pub(crate) fn remember_pause(store: &Store, paused: bool) -> Result<(), StoreError> {
    store.put_setting(PAUSED, if paused { "1" } else { "0" })
}

/// What was saved. Settings of an earlier program lack some; those are as at a first start.
pub(crate) fn saved(store: &Store) -> Result<Settings, ClientError> {
    Ok(read(store.setting(NAME)?))
}

/// The settings before anything is started, for the first frame of a window: language, colours, size of text. Nothing is opened
/// for writing or repaired, and nothing waits; when in doubt they are those of a first start.
pub fn settings_at_start(config: &Config) -> Settings {
    read(store::peek_setting(&config.client_folder(), NAME))
}

fn read(text: Option<String>) -> Settings {
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(first)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::NetworkSource;
    use crate::session::CardSource;

    #[test]
    fn settings_of_an_earlier_program_are_kept_and_completed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let old = r#"{"language":"ru","theme":"dark","textSize":"larger","sharedComputer":true}"#;
        store.put_setting(NAME, old).unwrap();
        let settings = saved(&store).unwrap();
        assert_eq!(settings.language, Language::Ru);
        assert!(settings.shared_computer);
        assert!(!settings.notifications && !settings.welcomed);
    }

    #[test]
    fn a_pause_is_remembered_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert!(!is_paused(&store).unwrap());
        remember_pause(&store, true).unwrap();
        assert!(is_paused(&Store::open(folder.path()).unwrap()).unwrap());
        remember_pause(&store, false).unwrap();
        assert!(!is_paused(&store).unwrap());
    }

    #[test]
    fn the_first_frame_knows_the_saved_settings_and_bears_a_missing_or_damaged_store() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::new(
            folder.path().to_owned(),
            NetworkSource::Embedded,
            CardSource::DemoOnly,
        );
        assert_eq!(settings_at_start(&config), first());
        assert!(!config.client_folder().exists(), "looking makes nothing");

        let store = Store::open(&config.client_folder()).unwrap();
        let chosen = Settings {
            language: Language::Ru,
            theme: Theme::Dark,
            ..first()
        };
        store
            .put_setting(NAME, &serde_json::to_string(&chosen).unwrap())
            .unwrap();
        assert_eq!(settings_at_start(&config), chosen, "while it is open");
        drop(store);
        assert_eq!(settings_at_start(&config), chosen, "when it is closed");

        let file = config.client_folder().join(store::FILE);
        std::fs::write(file, b"no database").unwrap();
        assert_eq!(settings_at_start(&config), first());
    }
}
