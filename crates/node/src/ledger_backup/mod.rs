//! Backup of the ledger itself, for the day when every authority's machine is lost: the application's database and
//! CometBFT's blocks and state, as they lie on disk while both programs are stopped.
//!
//! Everything in it is public. It must never hold what a validator signed last, and restoring must never set that back:
//! [`signed`] says how signing twice is excluded where it is lost.

mod file;
mod list;
pub mod signed;

use std::fs::File;
use std::path::{Path, PathBuf};

use toend_ledger::hash::Hash;

use self::file::{put, walk};
pub use self::list::{FORMAT, LIST, List};
use crate::abci::store::{self, AppStore};
use crate::authority::{Config, make_private};
use crate::disk;
use crate::embedded::{StartError, lock};
use crate::storage::StorageError;

/// CometBFT's databases that are kept: blocks, its state, evidence of misbehaviour, and where transactions stand.
const DATABASES: [&str; 4] = ["blockstore.db", "state.db", "evidence.db", "tx_index.db"];
/// Folder of CometBFT's databases inside its home.
const DATA: &str = "data";
/// What of the authority's data folder follows from a ledger, and belongs to no other.
const DERIVED: [&str; 4] = [store::FILE, "blocks.sqlite3", "heads.sqlite", "snapshots"];

/// Why a ledger is not saved or brought back.
#[derive(Debug, thiserror::Error)]
pub enum LedgerBackupError {
    /// CometBFT runs on the folder.
    #[error("CometBFT is at work on {}: stop it, the others go on meanwhile", .0.display())]
    AtWork(PathBuf),
    /// There is nothing to save.
    #[error("no ledger lies in {}", .0.display())]
    NoLedger(PathBuf),
    /// The backup's folder is there already.
    #[error("{} is there already: name another folder", .0.display())]
    Exists(PathBuf),
    /// The place is not empty.
    #[error("{} is in the way: a ledger is only brought back into an empty place; if this one is to be given up, move it away", .0.display())]
    InTheWay(PathBuf),
    /// It is no backup, or a damaged one.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// A newer program wrote it.
    #[error(
        "the backup is of another format than {FORMAT}: use the program that made it, or a newer one"
    )]
    Format,
    /// It belongs to another network.
    #[error("the backup is of another network's ledger")]
    Foreign,
    /// The authorities name a newest block that is older than this backup.
    #[error(
        "this backup has block {backup}, so that the newest one is not {newest}: compare with the other authorities again"
    )]
    Older {
        /// Newest block of the backup.
        backup: u64,
        /// What was named.
        newest: u64,
    },
    /// The validator signed more than what is to come back.
    #[error("this validator signed block {signed}, and the newest ledger that is named ends with block {newest}: with what it signed last it cannot sign the blocks between a second time. Look for a newer ledger; if no authority has one, and all have agreed to go on without those blocks, remove {} and bring the ledger back again", .file.display())]
    SignedMore {
        /// What it signed.
        signed: u64,
        /// What was named.
        newest: u64,
        /// Where that stands.
        file: PathBuf,
    },
    /// The file of what a validator signed cannot be read.
    #[error("{} does not say what the validator signed last", .0.display())]
    Signed(PathBuf),
    /// The authority's folder.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The application's database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file.
    #[error("{}: {reason}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
}

impl LedgerBackupError {
    fn file(file: &Path, error: &std::io::Error) -> Self {
        Self::File {
            file: file.to_path_buf(),
            reason: error.to_string(),
        }
    }
}

/// What was saved or brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Newest block that the application committed.
    pub height: u64,
    /// Its hash; none where the application took its state from others and has committed no block since.
    pub block: Option<Hash>,
    /// How many bytes.
    pub bytes: u64,
}

/// Saves the ledger of a stopped authority in a new folder. `home` is CometBFT's.
///
/// # Errors
/// [`LedgerBackupError`]: a program at work, or the disk.
pub fn backup(config: &Config, home: &Path, output: &Path) -> Result<Extent, LedgerBackupError> {
    if output.exists() {
        return Err(LedgerBackupError::Exists(output.to_path_buf()));
    }
    if !config.data.join(store::FILE).exists() {
        return Err(LedgerBackupError::NoLedger(config.data.clone()));
    }
    let Some(_lock) = lock(&config.data)? else {
        return Err(StartError::Held(config.data.clone()).into());
    };
    let _engine = stopped(home)?;
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let staged = output.with_file_name(format!("{name}.part"));
    let saved = save(config, home, &staged);
    let kept = saved.and_then(|extent| {
        disk::rename(&staged, output).map_err(|error| LedgerBackupError::file(output, &error))?;
        Ok(extent)
    });
    if kept.is_err() {
        // What is left of a backup that failed is of no use to anybody.
        let _ = std::fs::remove_dir_all(&staged);
    }
    kept
}

fn save(config: &Config, home: &Path, staged: &Path) -> Result<Extent, LedgerBackupError> {
    let net = toend_ledger::genesis::net(&config.genesis_file);
    make_private(staged)?;
    let application = AppStore::open(&config.data, &net)?;
    application.copy_to(&staged.join(store::FILE))?;
    let (height, block) = match (application.newest()?, application.base()?) {
        (Some(newest), _) => (newest.block.height, Some(newest.block.hash)),
        (None, Some(base)) => (base.height, None),
        (None, None) => return Err(LedgerBackupError::NoLedger(config.data.clone())),
    };
    let mut list = List::new(net, height, block);
    list.add(staged, Path::new(store::FILE))?;
    for database in DATABASES {
        let from = home.join(DATA).join(database);
        for name in walk(&from)? {
            let path = Path::new(database).join(&name);
            put(&from.join(&name), &staged.join(&path))?;
            list.add(staged, &path)?;
        }
    }
    list.write(&staged.join(LIST))?;
    sync_folders(staged)?;
    Ok(list.extent())
}

/// Brings a ledger back into the empty place of an authority, all or nothing. `newest` is the newest block that any
/// authority has, in a backup or on a machine: this validator will sign nothing up to there.
///
/// # Errors
/// [`LedgerBackupError`]: the backup, the place, or what the validator signed.
pub fn restore(
    config: &Config,
    home: &Path,
    input: &Path,
    newest: u64,
) -> Result<Extent, LedgerBackupError> {
    let list = List::read(&input.join(LIST))?;
    if list.net() != toend_ledger::genesis::net(&config.genesis_file) {
        return Err(LedgerBackupError::Foreign);
    }
    let extent = list.extent();
    if extent.height > newest {
        return Err(LedgerBackupError::Older {
            backup: extent.height,
            newest,
        });
    }
    make_private(&config.data)?;
    let Some(_lock) = lock(&config.data)? else {
        return Err(StartError::Held(config.data.clone()).into());
    };
    let comet = home.join(DATA);
    make_private(&comet)?;
    let _engine = stopped(home)?;
    let places = DERIVED
        .map(|name| config.data.join(name))
        .into_iter()
        .chain(DATABASES.map(|name| comet.join(name)))
        .chain([comet.join("cs.wal")]);
    for place in places {
        if place.exists() {
            return Err(LedgerBackupError::InTheWay(place));
        }
    }
    let before = signed::last(home)?;
    if before > newest {
        return Err(LedgerBackupError::SignedMore {
            signed: before,
            newest,
            file: signed::file(home),
        });
    }
    // First all that can fail, then the names: the application's last, without which nothing is there.
    let staged = comet.join("restoring");
    let staged_application = config.data.join("application.restoring");
    let _ = std::fs::remove_dir_all(&staged);
    let _ = std::fs::remove_file(&staged_application);
    let copied = list.copy(input, |path| {
        if path == Path::new(store::FILE) {
            staged_application.clone()
        } else {
            staged.join(path)
        }
    });
    let copied = copied.and_then(|()| sync_folders(&staged));
    if let Err(error) = copied {
        let _ = std::fs::remove_dir_all(&staged);
        let _ = std::fs::remove_file(&staged_application);
        return Err(error);
    }
    signed::raise(home, newest)?;
    let rename = |from: &Path, to: &Path| {
        disk::rename(from, to).map_err(|error| LedgerBackupError::file(to, &error))
    };
    for database in DATABASES {
        if staged.join(database).exists() {
            rename(&staged.join(database), &comet.join(database))?;
        }
    }
    let _ = std::fs::remove_dir_all(&staged);
    rename(&staged_application, &config.data.join(store::FILE))?;
    Ok(extent)
}

/// The names of what was copied, before the folder or its parts are renamed.
fn sync_folders(staged: &Path) -> Result<(), LedgerBackupError> {
    let databases = DATABASES.map(|database| staged.join(database));
    let all = databases.iter().filter(|folder| folder.exists());
    for folder in all.map(PathBuf::as_path).chain([staged]) {
        disk::sync_folder(folder).map_err(|error| LedgerBackupError::file(folder, &error))?;
    }
    Ok(())
}

/// Makes sure that CometBFT does not run, and keeps it from starting while the answer lives.
fn stopped(home: &Path) -> Result<Vec<File>, LedgerBackupError> {
    let mut held = Vec::new();
    for database in DATABASES {
        let path = home.join(DATA).join(database).join(file::LOCK);
        if !path.exists() {
            continue;
        }
        let lock = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| LedgerBackupError::file(&path, &error))?;
        if lock.try_lock().is_err() {
            return Err(LedgerBackupError::AtWork(home.to_path_buf()));
        }
        held.push(lock);
    }
    Ok(held)
}

#[cfg(test)]
mod tests;
