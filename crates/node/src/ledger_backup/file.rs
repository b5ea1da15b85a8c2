//! Files on their way into a backup and out of it.

use std::fs::File;
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use toend_ledger::hash::Hash;

use super::LedgerBackupError;
use crate::authority::make_private;

/// Says which process has the database open; it is no part of it.
pub(super) const LOCK: &str = "LOCK";

/// Names of the files in a database's folder; none where there is no such folder.
pub(super) fn walk(folder: &Path) -> Result<Vec<PathBuf>, LedgerBackupError> {
    let failed = |error: std::io::Error| LedgerBackupError::file(folder, &error);
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if entry.file_name() != LOCK && entry.file_type().map_err(failed)?.is_file() {
            names.push(PathBuf::from(entry.file_name()));
        }
    }
    names.sort();
    Ok(names)
}

/// Makes the folder of a file.
pub(super) fn make_folder(file: &Path) -> Result<(), LedgerBackupError> {
    match file.parent() {
        Some(folder) => Ok(make_private(folder)?),
        None => Ok(()),
    }
}

/// Copies a file to where none is, onto the disk; its length and SHA-256.
pub(super) fn put(from: &Path, to: &Path) -> Result<(u64, Hash), LedgerBackupError> {
    make_folder(to)?;
    let read = |error: std::io::Error| LedgerBackupError::file(from, &error);
    let written = |error: std::io::Error| LedgerBackupError::file(to, &error);
    let mut source = File::open(from).map_err(read)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut target = options.open(to).map_err(written)?;
    let (mut buffer, mut digest, mut bytes) = (vec![0; 1 << 20], Sha256::new(), 0);
    loop {
        let count = source.read(&mut buffer).map_err(read)?;
        let part = buffer.get(..count).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        digest.update(part);
        target.write_all(part).map_err(written)?;
        bytes += count as u64;
    }
    target.sync_all().map_err(written)?;
    Ok((bytes, digest.finalize().into()))
}

/// Length and SHA-256 of a file.
pub(super) fn measure(path: &Path) -> Result<(u64, Hash), LedgerBackupError> {
    let failed = |error: std::io::Error| LedgerBackupError::file(path, &error);
    let mut source = BufReader::new(File::open(path).map_err(failed)?);
    let mut digest = Sha256::new();
    let bytes = std::io::copy(&mut source, &mut digest).map_err(failed)?;
    Ok((bytes, digest.finalize().into()))
}
