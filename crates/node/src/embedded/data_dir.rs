//! The data directory: where it is, whether it can be used, who holds it.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::StartError;

/// Folder of the network inside the data directory.
const NETWORK: &str = "network";
/// The file whose lock means "this process runs the network".
const LOCK: &str = "lock";

/// `TOEND_DATA_DIR`, else `toend` in the platform's folder for data. None where the platform names none.
pub fn default_data_dir() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(named) = folder("TOEND_DATA_DIR") {
        return Some(named);
    }
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        folder("XDG_DATA_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".local").join("share")))
    };
    base.map(|base| base.join("toend"))
}

/// The network's folder inside a data directory.
pub fn network_folder(data_dir: &Path) -> PathBuf {
    data_dir.join(NETWORK)
}

/// Makes the network's folder and shows that it can be written.
pub fn prepare(data_dir: &Path) -> Result<PathBuf, StartError> {
    let folder = network_folder(data_dir);
    let named = |error: std::io::Error| match error.kind() {
        // A file stands where the folder should be.
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
            StartError::ReadOnly(data_dir.to_path_buf())
        }
        _ => StartError::from_io(&error, data_dir.to_path_buf()),
    };
    std::fs::create_dir_all(&folder).map_err(named)?;
    let probe = folder.join(format!("probe-{}", std::process::id()));
    let written = File::create(&probe).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    // Left behind only if the disk failed just now, which the write above reports.
    let _ = std::fs::remove_file(&probe);
    written.map_err(named)?;
    Ok(folder)
}

/// Takes the folder's lock; none when another process has it. The system releases it however the process ends.
pub fn lock(folder: &Path) -> Result<Option<File>, StartError> {
    let named = |error: &std::io::Error| StartError::from_io(error, folder.to_path_buf());
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(|error| named(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(named(&error)),
    }
}
