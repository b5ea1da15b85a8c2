//! A computer with a card reader, an empty home and the app.

use toend_id_card::harness::Harness;

use crate::window::{Start, Window};

/// PIN1 of the demonstration cards.
pub const PIN1: &str = "1234";

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
        Self::open_with(Vec::new()).await
    }

    /// Opens the app with arguments.
    pub async fn open_with(arguments: Vec<String>) -> Self {
        let readers = Harness::start().unwrap_or_else(|error| panic!("{error}"));
        let home = tempfile::tempdir().expect("a temporary folder");
        let (name, socket) = readers.env();
        let file = home.path().join("proof.asice");
        let environment = vec![
            (name.to_owned(), socket.display().to_string()),
            ("TOEND_E2E_SAVE".into(), file.display().to_string()),
            ("TOEND_E2E_OPEN".into(), file.display().to_string()),
        ];
        let window = Window::open(Start {
            home: home.path(),
            arguments,
            environment,
        })
        .await;
        Self {
            window,
            readers,
            home,
        }
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

    /// Ends the app.
    pub async fn close(self) {
        self.window.close().await;
    }
}
