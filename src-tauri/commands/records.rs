//! Lists, records and proofs.

use tauri::State;
use toend_client::dto::{ErrorInfo, ProofView, RecordList, RecordView, RegisterId, SubjectRef};

use crate::state::Shell;

#[tauri::command]
pub async fn list(
    shell: State<'_, Shell>,
    register: RegisterId,
    subject: Option<SubjectRef>,
) -> Result<RecordList, ErrorInfo> {
    shell.client().await?.list(register, subject).await
}

#[tauri::command]
pub async fn refresh(
    shell: State<'_, Shell>,
    register: RegisterId,
    subject: Option<SubjectRef>,
) -> Result<RecordList, ErrorInfo> {
    shell.client().await?.refresh(register, subject).await
}

#[tauri::command]
pub async fn record(shell: State<'_, Shell>, id: String) -> Result<RecordView, ErrorInfo> {
    shell.client().await?.record(&id).await
}

#[tauri::command]
pub async fn proof(shell: State<'_, Shell>, id: String) -> Result<ProofView, ErrorInfo> {
    shell.client().await?.proof(&id).await
}
