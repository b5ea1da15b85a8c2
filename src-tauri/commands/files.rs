//! Saving and checking files, and what the program was asked to open.

use std::{collections::BTreeMap, path::PathBuf};

use tauri::State;
use toend_client::dto::{
    Blame, ErrorInfo, EvidenceAnswer, EvidenceView, FileReport, Language, OpenTarget, SavedFile,
};

use crate::{
    dialogs::{self, Kind},
    state::Shell,
};

/// Asks where to, and saves.
pub async fn save(kind: Kind, bytes: &[u8]) -> Result<SavedFile, ErrorInfo> {
    let Some(path) = dialogs::save(kind).await else {
        return Ok(SavedFile {
            saved: false,
            path: String::new(),
        });
    };
    toend_client::write_file(&path, bytes).await?;
    Ok(SavedFile {
        saved: true,
        path: path.display().to_string(),
    })
}

/// The path given, or the one that the user chooses.
pub async fn chosen(path: Option<PathBuf>, kind: Kind) -> Result<PathBuf, ErrorInfo> {
    let path = match path {
        Some(path) => Some(path),
        None => dialogs::open(kind).await,
    };
    path.ok_or_else(|| ErrorInfo {
        code: "E13".into(),
        blame: Blame::User,
        params: BTreeMap::new(),
        retry: true,
    })
}

#[tauri::command]
pub async fn save_proof(
    shell: State<'_, Shell>,
    id: String,
    fields: Option<Vec<String>>,
    language: Language,
) -> Result<SavedFile, ErrorInfo> {
    let client = shell.client().await?;
    let bytes = client.save_proof(&id, fields.as_deref(), language).await?;
    save(Kind::Proof, &bytes).await
}

#[tauri::command]
pub async fn check_file(
    shell: State<'_, Shell>,
    path: Option<PathBuf>,
) -> Result<FileReport, ErrorInfo> {
    let path = chosen(path, Kind::Proof).await?;
    let mut report = shell.client().await?.check_file(&path).await?;
    report.path = Some(path.display().to_string());
    Ok(report)
}

#[tauri::command]
pub async fn evidence(shell: State<'_, Shell>) -> Result<Option<EvidenceView>, ErrorInfo> {
    shell.client().await?.evidence().await
}

#[tauri::command]
pub async fn save_evidence(shell: State<'_, Shell>) -> Result<SavedFile, ErrorInfo> {
    let bytes = shell.client().await?.evidence_file().await?;
    save(Kind::Evidence, &bytes).await
}

#[tauri::command]
pub async fn save_gateway_evidence(
    shell: State<'_, Shell>,
    gateway: u16,
) -> Result<SavedFile, ErrorInfo> {
    let bytes = shell.client().await?.gateway_evidence_file(gateway)?;
    save(Kind::Evidence, &bytes).await
}

#[tauri::command]
pub async fn hand_in_evidence(shell: State<'_, Shell>) -> Result<Vec<EvidenceAnswer>, ErrorInfo> {
    shell.client().await?.hand_in_kept_evidence().await
}

#[tauri::command]
pub async fn take_open(shell: State<'_, Shell>) -> Result<Option<OpenTarget>, ErrorInfo> {
    Ok(shell.waiting.take())
}
