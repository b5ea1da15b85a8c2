//! Status, card, session and settings.

use tauri::{AppHandle, State};
use toend_client::dto::{
    About, CardState, DemoCardInfo, ErrorInfo, Session, Settings, Status, StorageUse,
};

use crate::{pin, state::Shell};

#[tauri::command]
pub async fn status(shell: State<'_, Shell>) -> Result<Status, ErrorInfo> {
    Ok(shell.client().await?.status())
}

#[tauri::command]
pub async fn session(shell: State<'_, Shell>) -> Result<Option<Session>, ErrorInfo> {
    Ok(shell.client().await?.session())
}

#[tauri::command]
pub async fn settings(shell: State<'_, Shell>) -> Result<Settings, ErrorInfo> {
    shell.client().await?.settings().await
}

#[tauri::command]
pub async fn set_settings(
    shell: State<'_, Shell>,
    settings: Settings,
) -> Result<Settings, ErrorInfo> {
    shell.client().await?.set_settings(settings).await
}

#[tauri::command]
pub async fn demo_cards(shell: State<'_, Shell>) -> Result<Vec<DemoCardInfo>, ErrorInfo> {
    Ok(shell.client().await?.demo_cards())
}

#[tauri::command]
pub async fn insert_demo_card(
    shell: State<'_, Shell>,
    id: Option<String>,
) -> Result<CardState, ErrorInfo> {
    shell.client().await?.insert_demo_card(id.as_deref()).await
}

#[tauri::command]
pub async fn sign_in(
    app: AppHandle,
    shell: State<'_, Shell>,
    reader: String,
) -> Result<Session, ErrorInfo> {
    pin::sign_in(&app, &shell, reader).await
}

#[tauri::command]
pub async fn sign_out(shell: State<'_, Shell>) -> Result<(), ErrorInfo> {
    shell.client().await?.sign_out().await;
    Ok(())
}

#[tauri::command]
pub async fn sync_pause(shell: State<'_, Shell>, paused: bool) -> Result<(), ErrorInfo> {
    shell.client().await?.sync_pause(paused).await
}

#[tauri::command]
pub async fn diagnostics(shell: State<'_, Shell>) -> Result<String, ErrorInfo> {
    Ok(shell.client().await?.diagnostics())
}

#[tauri::command]
pub async fn forget_everything(shell: State<'_, Shell>) -> Result<(), ErrorInfo> {
    shell.client().await?.forget_everything().await
}

#[tauri::command]
pub async fn storage(shell: State<'_, Shell>) -> Result<StorageUse, ErrorInfo> {
    shell.client().await?.storage().await
}

#[tauri::command]
pub async fn about() -> Result<About, ErrorInfo> {
    Ok(toend_client::about(tauri::webview_version().ok()))
}
