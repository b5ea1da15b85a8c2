//! A computer with a card reader, an empty home and the app.

use serde_json::{Value, json};
use toend_id_card::harness::Harness;

use crate::{
    screen::Screen,
    window::{Start, Window},
};

/// PIN1 of the demonstration cards.
pub const PIN1: &str = "1234";
/// Answer to reset of a Swiss bank card: some card, and not an ID card.
const BANK_CARD: [u8; 9] = [0x3B, 0x65, 0x00, 0x00, 0x20, 0x63, 0xCB, 0xA0, 0x00];

/// How a test's computer differs from a plain one.
#[derive(Default)]
pub struct Setup {
    /// The app starts as on its first day. Otherwise language and computer are chosen already.
    pub first_start: bool,
    /// Language of the window; the one of the system otherwise.
    pub language: Option<&'static str>,
    /// Theme; the one of the system otherwise.
    pub theme: Option<&'static str>,
    /// Arguments of the app.
    pub arguments: Vec<String>,
    /// Further environment of the app.
    pub environment: Vec<(String, String)>,
    /// GTK's own file dialogs under a window manager, instead of paths from the environment.
    pub native_dialogs: bool,
    /// A session bus.
    pub bus: bool,
    /// The home of an earlier scene; an empty one otherwise.
    pub home: Option<tempfile::TempDir>,
    /// Lines of GTK's settings file: what a person has chosen for the whole desktop.
    pub desktop: &'static str,
}

/// One test's computer.
pub struct Scene {
    /// The window.
    pub window: Window,
    /// The card service and its readers.
    pub readers: Harness,
    /// Home directory; also where files are saved to.
    pub home: tempfile::TempDir,
}

impl Scene {
    /// Opens the app with an empty reader.
    pub async fn open() -> Self {
        Self::with(Setup::default()).await
    }

    /// Opens the app on a computer that is set up like this.
    pub async fn with(setup: Setup) -> Self {
        let readers = Harness::start().unwrap_or_else(|error| panic!("{error}"));
        let home = setup
            .home
            .unwrap_or_else(|| tempfile::tempdir().expect("a temporary folder"));
        let file = home.path().join("proof.asice").display().to_string();
        let (name, socket) = readers.env();
        let mut environment = vec![(name.to_owned(), socket.display().to_string())];
        let mut screen = Screen::open();
        if setup.native_dialogs {
            screen = screen.with_manager();
        } else {
            environment.push(("TOEND_E2E_SAVE".into(), file.clone()));
            environment.push(("TOEND_E2E_OPEN".into(), file));
        }
        if setup.bus {
            screen = screen.with_bus();
        }
        if !setup.desktop.is_empty() {
            let folder = home.path().join("config/gtk-3.0");
            std::fs::create_dir_all(&folder).expect("the home can be written");
            let settings = format!("[Settings]\n{}\n", setup.desktop);
            std::fs::write(folder.join("settings.ini"), settings).expect("the home can be written");
        }
        environment.extend(setup.environment);
        let window = Window::open(Start {
            home: home.path(),
            arguments: setup.arguments,
            environment,
            screen,
        })
        .await;
        let scene = Self {
            window,
            readers,
            home,
        };
        let mut chosen = json!({});
        if !setup.first_start {
            chosen["welcomed"] = json!(true);
        }
        for (name, value) in [("language", setup.language), ("theme", setup.theme)] {
            if let Some(value) = value {
                chosen[name] = json!(value);
            }
        }
        if chosen.as_object().is_some_and(|chosen| !chosen.is_empty()) {
            scene.choose(&chosen).await;
        }
        scene
    }

    /// Changes settings and opens the page anew: it reads them when it opens.
    pub async fn choose(&self, chosen: &Value) {
        let mut settings = self
            .window
            .invoke("settings", json!({}))
            .await
            .expect("settings can be read");
        for (name, value) in chosen.as_object().into_iter().flatten() {
            settings[name] = value.clone();
        }
        self.window
            .invoke("set_settings", json!({ "settings": settings }))
            .await
            .expect("settings can be set");
        self.window.reload().await;
        self.window.find("demo-label").await;
    }

    /// Where "save" puts the proof file and where "check" takes it from.
    pub fn proof_file(&self) -> std::path::PathBuf {
        self.home.path().join("proof.asice")
    }

    /// Puts a demonstration person's card into the reader.
    pub fn insert(&mut self, card: &str) {
        self.readers
            .insert(0, card)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Puts a card into the reader that is no ID card.
    pub fn insert_bank_card(&mut self) {
        self.readers
            .insert_foreign(0, &BANK_CARD)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Pulls the card.
    pub fn pull(&mut self) {
        self.readers
            .remove(0)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Types a PIN into the PIN window and submits it.
    pub async fn type_pin(&self, pin: &str) {
        self.window.enter_pin_window().await;
        self.window
            .find("pin-input")
            .await
            .send_keys(pin)
            .await
            .expect("the field takes keys");
        self.window.click("pin-submit").await;
    }

    /// Card in, PIN1, and the first private page.
    pub async fn sign_in(&mut self) {
        self.insert("mari-liis");
        self.window.click("sign-in").await;
        self.type_pin(PIN1).await;
        self.window.enter_main_window().await;
        self.window.find("nav-health").await;
    }

    /// Opens the Health list and waits for its rows.
    pub async fn open_health(&self) {
        self.window.click("nav-health").await;
        self.window.find_css("[data-testid^='list-row-']").await;
    }

    /// Opens the first record of the list that is open.
    pub async fn open_first_record(&self) {
        self.window.click_css("[data-testid^='list-row-']").await;
        self.window.find("record").await;
    }

    /// Ends the app and keeps its home for the next start.
    pub async fn leave(self) -> tempfile::TempDir {
        self.window.close().await;
        self.home
    }

    /// Ends the app.
    pub async fn close(self) {
        self.window.close().await;
    }
}
