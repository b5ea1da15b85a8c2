//! What this computer remembers: verified headers, settings, and private lists that only a card can open.
//!
//! One SQLite file in WAL mode. Two programs may have it open at once (the window and the terminal). A damaged file is put
//! aside and made anew, for everything in it can be fetched again. A file of a newer program is left alone.

mod headers;
mod migrations;
mod private;
mod settings;

pub use headers::{StoredHeader, StoredSegment};
pub(crate) use settings::peek_setting;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::dto::{Blame, ErrorInfo};
use crate::error::info;

/// Name of the database inside the client's folder.
pub const FILE: &str = "toend.sqlite3";
/// How long another running copy may hold the database before an operation gives up.
const BUSY: Duration = Duration::from_secs(8);
/// Databases up to this size are checked as a whole when opened; larger ones when read.
const CHECKED_WHOLE: u64 = 64 * 1024 * 1024;
/// Damaged files kept beside the database.
const KEPT_DAMAGED: u32 = 3;

/// Why saved data cannot be used. Always this computer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The folder or file cannot be written.
    #[error("the data folder cannot be written")]
    NotWritable,
    /// Another program holds the database.
    #[error("another program holds the saved data")]
    Busy,
    /// The database is damaged.
    #[error("the saved data is damaged")]
    Damaged,
    /// A newer program wrote it.
    #[error("the saved data has form {found}; this program knows {known}")]
    Newer {
        /// Its form.
        found: u32,
        /// The newest form this program knows.
        known: u32,
    },
    /// Anything else, by SQLite's name.
    #[error("the saved data cannot be used: {0}")]
    Other(String),
}

impl StoreError {
    /// As a screen sees it.
    pub fn info(&self) -> ErrorInfo {
        match self {
            Self::Full => info("E56", Blame::Computer, true).with("kind", "full"),
            Self::Damaged => info("E56", Blame::Computer, false).with("kind", "damaged"),
            Self::Other(_) => info("E56", Blame::Computer, true).with("kind", "other"),
            Self::NotWritable => info("E66", Blame::Computer, true),
            Self::Newer { found, known } => info("E67", Blame::Computer, false)
                .with("found", &found.to_string())
                .with("known", &known.to_string()),
            Self::Busy => info("E73", Blame::Computer, true),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            // The text of an SQLite error names tables and columns, never values.
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            // The last two: a file stands where the folder should be.
            std::io::ErrorKind::PermissionDenied
            | std::io::ErrorKind::ReadOnlyFilesystem
            | std::io::ErrorKind::NotADirectory
            | std::io::ErrorKind::AlreadyExists => Self::NotWritable,
            kind => Self::Other(kind.to_string()),
        }
    }
}

/// The open database.
#[derive(Clone)]
pub struct Store {
    connection: Arc<Mutex<Connection>>,
    folder: PathBuf,
    rebuilt: bool,
}

impl Store {
    /// Opens the database in `folder`, making both if need be.
    ///
    /// # Errors
    /// [`StoreError`]; a damaged database is put aside and is no error, see [`Store::rebuilt`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder)?;
        let file = folder.join(FILE);
        let (connection, rebuilt) = match open(&file) {
            Err(StoreError::Damaged) => {
                put_aside(folder, &file)?;
                (open(&file)?, true)
            }
            other => (other?, false),
        };
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            folder: folder.to_owned(),
            rebuilt,
        })
    }

    /// The database was damaged and has been made anew by this opening (E56).
    pub const fn rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// Runs `work` with the database on a thread where waiting is allowed.
    ///
    /// # Errors
    /// What `work` says, or [`StoreError::Other`] when the program is stopping.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.with(work))
            .await
            .unwrap_or_else(|_| Err(StoreError::Other("stopping".to_owned())))
    }

    /// Runs `work` with the database on this thread.
    ///
    /// # Errors
    /// What `work` says.
    pub fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A panic inside an earlier piece of work rolled its transaction back; the connection is sound.
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(&mut connection)
    }

    /// Whether both are handles on one open database.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.connection, &other.connection)
    }

    /// Bytes of the tables that hold pages of the ledger, and of those that hold sealed lists.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn parts(&self) -> Result<(u64, u64), StoreError> {
        self.with(|connection| {
            let sum = |names: &str| {
                connection.query_row(
                    &format!(
                        "SELECT COALESCE(SUM(s.pgsize), 0) FROM dbstat('main', 1) AS s
                         JOIN sqlite_schema AS m ON m.name = s.name WHERE m.tbl_name IN ({names})"
                    ),
                    [],
                    |row| row.get::<_, i64>(0),
                )
            };
            let ledger = sum("'header', 'trusted', 'segment'")?;
            let sealed = sum("'sealed', 'seal_point'")?;
            Ok((ledger.unsigned_abs(), sealed.unsigned_abs()))
        })
    }

    /// Bytes on disk.
    pub fn size(&self) -> u64 {
        ["", "-wal"]
            .iter()
            .filter_map(|suffix| {
                std::fs::metadata(self.folder.join(format!("{FILE}{suffix}"))).ok()
            })
            .map(|file| file.len())
            .sum()
    }

    /// Forgets everything: all rows are overwritten and the file shrinks; files put aside earlier are removed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_everything(&self) -> Result<(), StoreError> {
        self.with(|connection| {
            connection.pragma_update(None, "secure_delete", true)?;
            migrations::empty(connection)?;
            connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
            Ok(())
        })?;
        for index in 1..=KEPT_DAMAGED {
            let aside = aside(&self.folder, index);
            if aside.exists() {
                std::fs::remove_file(aside)?;
            }
        }
        Ok(())
    }
}

fn open(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if std::fs::metadata(file).is_ok_and(|meta| meta.len() <= CHECKED_WHOLE) {
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::Damaged);
        }
    }
    migrations::run(&mut connection)?;
    Ok(connection)
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Not fatal where the file system has no such rights: what is private is sealed anyway.
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
    }
    Ok(())
}

fn aside(folder: &Path, index: u32) -> PathBuf {
    folder.join(format!("damaged-{index}.sqlite3"))
}

/// Moves the damaged file to the first free name; when all are taken, over the last one.
fn put_aside(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let index = (1..KEPT_DAMAGED)
        .find(|index| !aside(folder, *index).exists())
        .unwrap_or(KEPT_DAMAGED);
    std::fs::rename(file, aside(folder, index))?;
    for suffix in ["-wal", "-shm"] {
        let side = folder.join(format!("{FILE}{suffix}"));
        if side.exists() {
            std::fs::remove_file(side)?;
        }
    }
    tracing::warn!("the saved data was damaged; it is kept aside and made anew");
    Ok(())
}

#[cfg(test)]
mod tests;
