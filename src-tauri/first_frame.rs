//! What the window knows before it has asked anything: the settings, so that its very first frame has the right language,
//! colours and size of text.

use tauri::window::Color;
use toend_client::dto::{Settings, Theme};

/// A script that runs before the page's own: it hands over the settings and puts them on the document. When the page is loaded
/// again they may be old; then the page asks.
pub fn script(settings: &Settings) -> String {
    // Plain words and booleans: nothing in it could end the script.
    let settings = serde_json::to_string(settings).unwrap_or_else(|_| "null".to_owned());
    format!(
        "(() => {{
  const settings = {settings};
  if (!settings || performance.getEntriesByType('navigation')[0]?.type === 'reload') return;
  Object.defineProperty(window, '__TOEND_SETTINGS__', {{ value: Object.freeze(settings) }});
  const root = document.documentElement;
  root.lang = settings.language;
  root.dataset.colorScheme = settings.theme;
  root.dataset.textSize = settings.textSize;
}})();"
    )
}

/// The canvas behind the page, where it is certain: no white flash before a dark page.
pub fn canvas(settings: &Settings) -> Option<Color> {
    match settings.theme {
        Theme::Light => Some(Color(0xf1, 0xf4, 0xf3, 0xff)),
        Theme::Dark => Some(Color(0x0e, 0x15, 0x15, 0xff)),
        Theme::Auto => None,
    }
}

#[cfg(test)]
mod tests {
    use toend_client::dto::{Language, TextSize};

    use super::*;

    #[test]
    fn the_settings_reach_the_page_in_its_own_words() {
        let settings = Settings {
            language: Language::Ru,
            theme: Theme::Dark,
            text_size: TextSize::Normal,
            shared_computer: true,
            notifications: false,
            welcomed: true,
        };
        let script = script(&settings);
        for word in [
            r#""language":"ru""#,
            r#""theme":"dark""#,
            r#""textSize":"normal""#,
            r#""sharedComputer":true"#,
            "__TOEND_SETTINGS__",
        ] {
            assert!(script.contains(word), "{word} in {script}");
        }
        assert!(canvas(&settings).is_some());
        let auto = Settings {
            theme: Theme::Auto,
            ..settings
        };
        assert!(canvas(&auto).is_none(), "the system may be dark");
    }
}
