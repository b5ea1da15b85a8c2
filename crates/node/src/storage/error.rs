//! What can be wrong with the disk, told apart so that a person can act.

use rusqlite::ErrorCode;

/// Why the database cannot be used. Always a matter of this computer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No space is left.
    #[error("the disk is full")]
    Full,
    /// The folder or the file may not be written.
    #[error("the data directory cannot be written")]
    ReadOnly,
    /// The file is not a database, or its contents contradict each other.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Written by a newer version of this program.
    #[error("the database has schema {found}, this program knows {known}: update this program")]
    Newer {
        /// The schema number in the file.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The database holds another network's ledger.
    #[error("the database belongs to another network")]
    OtherNetwork,
    /// Another process writes to it.
    #[error("another process uses the database")]
    Busy,
    /// The database server does not answer. It may come back.
    #[error(
        "the database server does not answer: {0}; it must run, and [register] database must name it"
    )]
    Unreachable(String),
    /// The database server answers and refuses: its user, password, database or rights are wrong.
    #[error(
        "the database server refuses: {0}; correct [register] in the configuration, or the rights on the server"
    )]
    Refused(String),
    /// The disk failed in another way.
    #[error("the disk failed: {0}")]
    Io(String),
}

impl StorageError {
    /// Sorts SQLite's errors by what a person can do about them.
    #[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
    pub fn from_sqlite(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            // A column of another type or a missing row: SQLite is fine, the contents are not.
            return Self::Damaged(error.to_string());
        };
        match code {
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => {
                Self::ReadOnly
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Damaged(error.to_string())
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            _ => Self::Io(error.to_string()),
        }
    }

    /// Sorts the operating system's errors likewise.
    pub fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly
            }
            _ => Self::Io(error.to_string()),
        }
    }

    /// Whether waiting may help: nothing on disk is wrong.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Full | Self::Busy | Self::Io(_) | Self::ReadOnly | Self::Unreachable(_)
        )
    }
}
