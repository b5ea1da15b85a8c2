//! Native file dialogs. They are asynchronous: a blocking dialog inside a command hangs the window.

use std::path::PathBuf;

const EXTENSION: &str = "asice";

/// Asks where to save; `None` when the user cancels.
pub async fn save(suggested: &str) -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(path) = std::env::var_os("TOEND_E2E_SAVE") {
        return Some(path.into());
    }
    rfd::AsyncFileDialog::new()
        .set_file_name(suggested)
        .add_filter("ASiC-E", &[EXTENSION])
        .save_file()
        .await
        .map(|file| file.path().into())
}

/// Asks which file to check; `None` when the user cancels.
pub async fn open() -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(path) = std::env::var_os("TOEND_E2E_OPEN") {
        return Some(path.into());
    }
    rfd::AsyncFileDialog::new()
        .add_filter("ASiC-E", &[EXTENSION, "sce"])
        .pick_file()
        .await
        .map(|file| file.path().into())
}
