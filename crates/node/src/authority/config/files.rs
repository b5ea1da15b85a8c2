//! The genesis file and the network file that a configuration names, with the lines of their mistakes.

use std::path::{Path, PathBuf};

use toend_ledger::genesis::{Genesis, GenesisError, MAX_GENESIS};
use toend_ledger::network::{MAX_NETWORK_FILE, NetworkError, NetworkFile};
use toml::Spanned;

use super::{ConfigError, Source};

/// Reads a file that the configuration names.
pub(super) fn read_bytes(
    source: &Source<'_>,
    folder: &Path,
    named: &Spanned<PathBuf>,
    most: usize,
) -> Result<Vec<u8>, ConfigError> {
    let path = folder.join(named.get_ref());
    let wrong = |what: String| source.at(&named.span(), format!("{}: {what}", path.display()));
    let size = std::fs::metadata(&path)
        .map_err(|error| wrong(error.to_string()))?
        .len();
    if size > most as u64 {
        return Err(wrong(format!("at most {most} bytes are read")));
    }
    std::fs::read(&path).map_err(|error| wrong(error.to_string()))
}

pub(super) fn read_genesis(
    source: &Source<'_>,
    folder: &Path,
    named: &Spanned<PathBuf>,
) -> Result<(Vec<u8>, Genesis), ConfigError> {
    let bytes = read_bytes(source, folder, named, MAX_GENESIS)?;
    let (genesis, _) = Genesis::parse(&bytes).map_err(|error| ConfigError {
        file: folder.join(named.get_ref()).display().to_string(),
        line: line_of_genesis(&bytes, &error),
        what: error.to_string(),
    })?;
    Ok((bytes, genesis))
}

/// The line that a genesis error is about: where JSON ends to make sense, or where the named value stands.
fn line_of_genesis(bytes: &[u8], error: &GenesisError) -> usize {
    match error {
        GenesisError::Json(message) => line_in(message),
        GenesisError::Value(name) => line_of_name(&String::from_utf8_lossy(bytes), name),
        GenesisError::TooLong(_) => 1,
    }
}

/// The same in a network file.
fn line_of_network(bytes: &[u8], error: &NetworkError) -> usize {
    match error {
        NetworkError::Json(message) => line_in(message),
        NetworkError::Value(name) => line_of_name(&String::from_utf8_lossy(bytes), name),
        NetworkError::UnknownFormat => line_of_name(&String::from_utf8_lossy(bytes), "format"),
        NetworkError::TooLong(_) | NetworkError::TooDeep => 1,
    }
}

/// The line in the message of a JSON error.
fn line_in(message: &str) -> usize {
    let line = message.rsplit_once(" at line ");
    line.and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
        .unwrap_or(1)
}

/// The first line with a JSON name: the last word of what an error calls a value.
pub(super) fn line_of_name(text: &str, name: &str) -> usize {
    let name = name.rsplit(' ').next().unwrap_or(name);
    let line = text
        .lines()
        .position(|line| line.contains(&format!("\"{name}\"")));
    line.map_or(1, |place| place + 1)
}

pub(super) fn read_network(
    source: &Source<'_>,
    folder: &Path,
    named: &Spanned<PathBuf>,
    genesis_file: &[u8],
) -> Result<NetworkFile, ConfigError> {
    let bytes = read_bytes(source, folder, named, MAX_NETWORK_FILE)?;
    let network = NetworkFile::decode(&bytes).map_err(|error| ConfigError {
        file: folder.join(named.get_ref()).display().to_string(),
        line: line_of_network(&bytes, &error),
        what: error.to_string(),
    })?;
    if network.net != toend_ledger::genesis::net(genesis_file) {
        let what = "the network file was made for another genesis file";
        return Err(source.at(&named.span(), what));
    }
    Ok(network)
}
