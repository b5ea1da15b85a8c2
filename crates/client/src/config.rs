//! What a client is started with.

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::error::ClientError;
use crate::network::NetworkSource;
use crate::providers::Limits;
use crate::session::CardSource;

/// Folder of the client's own data inside the data folder.
const CLIENT: &str = "client";

/// How to start a [`crate::Client`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Data folder; the client writes into its folders `client` and `networks` only.
    pub data_dir: PathBuf,
    /// Which ledger.
    pub network: NetworkSource,
    /// Which cards.
    pub card: CardSource,
    /// Clock.
    pub clock: Clock,
    /// Overrides the setting: nothing private touches the disk.
    pub shared_computer: Option<bool>,
    /// Bounds of every request.
    pub limits: Limits,
    /// Starts paused where the person left it paused. A command in a terminal follows the ledger because it was asked to.
    pub keeps_pause: bool,
}

impl Config {
    /// With the system's clock and the saved setting about a shared computer.
    pub fn new(data_dir: PathBuf, network: NetworkSource, card: CardSource) -> Self {
        Self {
            data_dir,
            network,
            card,
            clock: Clock::system(),
            shared_computer: None,
            limits: Limits::default(),
            keeps_pause: false,
        }
    }

    /// Where the client's own data lies: settings, and what belongs to the demonstration network of this computer. Networks
    /// that were handed over as a file have folders of their own.
    pub fn client_folder(&self) -> PathBuf {
        client_folder(&self.data_dir)
    }
}

/// See [`Config::client_folder`].
pub(crate) fn client_folder(data_dir: &Path) -> PathBuf {
    data_dir.join(CLIENT)
}

/// `TOEND_DATA_DIR`, else this platform's folder for programs' data.
pub fn default_data_dir() -> PathBuf {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(named) = folder("TOEND_DATA_DIR") {
        return named;
    }
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        folder("XDG_DATA_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".local").join("share")))
    };
    base.unwrap_or_else(std::env::temp_dir).join("toend")
}

/// Writes a file the user chose: whole or not at all.
///
/// # Errors
/// [`ClientError::File`], E71.
pub async fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ClientError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    let staged = folder.join(format!(".toend-{}.part", std::process::id()));
    let written = async {
        tokio::fs::write(&staged, bytes).await?;
        tokio::fs::rename(&staged, path).await
    };
    let result = written
        .await
        .map_err(|error: std::io::Error| ClientError::File(error.kind()));
    if result.is_err() {
        // Nothing half-written stays behind; if it cannot be removed either, the error already says why.
        let _ = tokio::fs::remove_file(&staged).await;
    }
    result
}

/// Reads a file the user chose, at most one byte more than a proof file may have, so that too large is told from damaged.
///
/// # Errors
/// [`ClientError::File`], E71.
pub async fn read_file(path: &Path) -> Result<Vec<u8>, ClientError> {
    use tokio::io::AsyncReadExt as _;
    let most = toend_ledger::proof_file::MAX_ARCHIVE as u64 + 1;
    let mut bytes = Vec::new();
    let read = async {
        let file = tokio::fs::File::open(path).await?;
        file.take(most).read_to_end(&mut bytes).await
    };
    read.await
        .map_err(|error: std::io::Error| ClientError::File(error.kind()))?;
    Ok(bytes)
}
