//! Native file dialogs. They are asynchronous: a blocking dialog inside a command hangs the window.

use std::path::PathBuf;

/// What kind of file is chosen.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A proof file.
    Proof,
    /// A network file.
    Network,
    /// An evidence file.
    Evidence,
}

impl Kind {
    /// Name of the filter, and the endings it lets through; the first is the one that is suggested.
    const fn filter(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Proof => ("ASiC-E", &["asice", "sce"]),
            Self::Network | Self::Evidence => ("JSON", &["json"]),
        }
    }

    /// Suggested name: it must not tell whose record it is, or what it says.
    const fn suggested(self) -> &'static str {
        match self {
            Self::Proof => "toend.asice",
            Self::Network => "toend-network.json",
            Self::Evidence => "toend-evidence.json",
        }
    }
}

/// Asks where to save; `None` when the user cancels.
pub async fn save(kind: Kind) -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(path) = std::env::var_os("TOEND_E2E_SAVE") {
        return Some(path.into());
    }
    let (name, endings) = kind.filter();
    rfd::AsyncFileDialog::new()
        .set_file_name(kind.suggested())
        .add_filter(name, endings.get(..1).unwrap_or_default())
        .save_file()
        .await
        .map(|file| file.path().into())
}

/// Asks which file to read; `None` when the user cancels.
pub async fn open(kind: Kind) -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(path) = std::env::var_os("TOEND_E2E_OPEN") {
        return Some(path.into());
    }
    let (name, endings) = kind.filter();
    rfd::AsyncFileDialog::new()
        .add_filter(name, endings)
        .pick_file()
        .await
        .map(|file| file.path().into())
}
