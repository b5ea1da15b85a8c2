//! The PIN window's three commands.

use tauri::{AppHandle, State};
use toend_client::dto::{ErrorInfo, PinContext};
use zeroize::Zeroizing;

use crate::{pin, state::Shell};

#[tauri::command]
pub async fn pin_context(shell: State<'_, Shell>) -> Result<PinContext, ErrorInfo> {
    pin::context(&shell)
}

#[tauri::command]
pub async fn pin_submit(
    app: AppHandle,
    shell: State<'_, Shell>,
    pin: String,
) -> Result<(), ErrorInfo> {
    pin::submit(&app, &shell, Zeroizing::new(pin)).await
}

#[tauri::command]
pub async fn pin_cancel(app: AppHandle, shell: State<'_, Shell>) -> Result<(), ErrorInfo> {
    pin::cancel(&app, &shell);
    Ok(())
}
