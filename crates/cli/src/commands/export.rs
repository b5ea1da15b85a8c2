//! `toend export`.

use std::path::Path;

use super::{print, sign_in};
use crate::args::{Arguments, CardArgs};
use crate::failure::Failure;
use crate::texts::{self, Text};

/// Saves a proof file.
pub async fn run(
    arguments: &Arguments,
    id: &str,
    file: &Path,
    fields: &[String],
    card: &CardArgs,
) -> Result<u8, Failure> {
    let language = arguments.language();
    let (client, _) = sign_in::run(arguments, card).await?;
    let chosen = (!fields.is_empty()).then_some(fields);
    let bytes = client.save_proof(id, chosen, language).await;
    client.shutdown().await;
    let bytes = bytes?;
    toend_client::write_file(file, &bytes).await?;
    let text = texts::text(language, Text::Saved)
        .replace("{file}", &file.display().to_string())
        .replace("{bytes}", &bytes.len().to_string());
    print(&format!("{text}\n"))?;
    Ok(0)
}
