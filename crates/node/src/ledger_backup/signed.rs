//! What a validator signed last, where CometBFT keeps it: `data/priv_validator_state.json`.
//!
//! CometBFT never signs a step twice that stands there or below. Where the file is lost with the machine, one must be made
//! that says more than was ever signed, never less: a validator that signs a height a second time, for another block, does
//! what everybody can prove. [`raise`] makes it so that nothing is signed up to and including a height; it never goes down.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::LedgerBackupError;
use super::file::make_folder;
use crate::disk;

/// CometBFT's last step of a round.
const PRECOMMIT: u8 = 3;

/// Where it stands.
pub fn file(home: &Path) -> PathBuf {
    home.join("data").join("priv_validator_state.json")
}

fn read(home: &Path) -> Result<Option<Value>, LedgerBackupError> {
    let path = file(home);
    match std::fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LedgerBackupError::file(&path, &error)),
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| LedgerBackupError::Signed(path)),
    }
}

/// Height of what was signed last; 0 where there is no file.
///
/// # Errors
/// [`LedgerBackupError`]: a file that cannot be read.
pub fn last(home: &Path) -> Result<u64, LedgerBackupError> {
    let Some(state) = read(home)? else {
        return Ok(0);
    };
    let height = state.get("height").and_then(Value::as_str);
    height
        .and_then(|height| height.parse().ok())
        .ok_or_else(|| LedgerBackupError::Signed(file(home)))
}

/// Sees to it that nothing is signed up to and including block `height`. Where more was signed, all stays as it is. Returns
/// the height up to which nothing will be signed. CometBFT must not run.
///
/// # Errors
/// [`LedgerBackupError`]: the file.
pub fn raise(home: &Path, height: u64) -> Result<u64, LedgerBackupError> {
    let before = last(home)?;
    if before > height {
        return Ok(before);
    }
    let path = file(home);
    make_folder(&path)?;
    // The last step of the last round there can be.
    let state = json!({ "height": height.to_string(), "round": i32::MAX, "step": PRECOMMIT });
    // A name that a power cut takes back would let the validator sign again.
    disk::replace(&path, 0o600, state.to_string().as_bytes())
        .map_err(|error| LedgerBackupError::file(&path, &error))?;
    Ok(height)
}
