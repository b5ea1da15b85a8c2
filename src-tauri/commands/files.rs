//! Saving and checking proof files.

use std::{collections::BTreeMap, path::PathBuf};

use tauri::State;
use toend_client::dto::{Blame, ErrorInfo, FileReport, Language, SavedFile};

use crate::{dialogs, state::Shell};

/// Suggested name: it must not tell whose record it is, or what it says.
const SUGGESTED: &str = "toend.asice";

#[tauri::command]
pub async fn save_proof(
    shell: State<'_, Shell>,
    id: String,
    fields: Option<Vec<String>>,
    language: Language,
) -> Result<SavedFile, ErrorInfo> {
    let bytes = shell
        .client()
        .await?
        .save_proof(&id, fields.as_deref(), language)
        .await?;
    let Some(path) = dialogs::save(SUGGESTED).await else {
        return Ok(SavedFile {
            saved: false,
            path: String::new(),
        });
    };
    toend_client::write_file(&path, &bytes).await?;
    Ok(SavedFile {
        saved: true,
        path: path.display().to_string(),
    })
}

#[tauri::command]
pub async fn check_file(
    shell: State<'_, Shell>,
    path: Option<PathBuf>,
) -> Result<FileReport, ErrorInfo> {
    let path = match path {
        Some(path) => path,
        None => dialogs::open().await.ok_or_else(|| ErrorInfo {
            code: "E13".into(),
            blame: Blame::User,
            params: BTreeMap::new(),
            retry: true,
        })?,
    };
    shell.client().await?.check_file(&path).await
}
