//! The network that is followed, and choosing another.

use std::path::PathBuf;

use tauri::{AppHandle, State};
use toend_client::dto::{ErrorInfo, NetworkView, Offices, SavedFile};

use super::files::{chosen, save};
use crate::{dialogs::Kind, state::Shell};

#[tauri::command]
pub async fn network(shell: State<'_, Shell>) -> Result<NetworkView, ErrorInfo> {
    Ok(shell.client().await?.network_view())
}

#[tauri::command]
pub async fn offices(shell: State<'_, Shell>) -> Result<Offices, ErrorInfo> {
    shell.client().await?.offices().await
}

#[tauri::command]
pub async fn open_network_file(
    shell: State<'_, Shell>,
    path: Option<PathBuf>,
) -> Result<NetworkView, ErrorInfo> {
    let path = chosen(path, Kind::Network).await?;
    shell.client().await?.open_network_file(&path).await
}

#[tauri::command]
pub async fn use_network(
    app: AppHandle,
    shell: State<'_, Shell>,
    words: Option<Vec<String>>,
) -> Result<(), ErrorInfo> {
    shell.use_network(&app, words).await
}

#[tauri::command]
pub async fn save_network_file(shell: State<'_, Shell>) -> Result<SavedFile, ErrorInfo> {
    let bytes = shell.client().await?.network_file();
    save(Kind::Network, &bytes).await
}
