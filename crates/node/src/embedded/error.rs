//! Why the embedded network does not start, and what to do about it.

use std::path::PathBuf;

use crate::consensus::network::NetworkError;
use crate::storage::StorageError;

/// A start that failed. Every one is a matter of this computer; [`StartError::code`] is what the screen looks up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// No space left on the disk. Free some, then start again.
    #[error("the disk that holds {} is full", .0.display())]
    DiskFull(PathBuf),
    /// The data directory cannot be made or written. Give the program write access or name another directory.
    #[error("the data directory {} cannot be written", .0.display())]
    ReadOnly(PathBuf),
    /// The stored ledger is damaged. Move the directory's `network` folder away; the demonstration begins anew.
    #[error("the ledger in {} is damaged: {detail}", .folder.display())]
    Damaged {
        /// Where it lies.
        folder: PathBuf,
        /// What was found, for a report.
        detail: String,
    },
    /// A newer version of the program wrote the data. Update the program.
    #[error("the data in {} was written by a newer version (schema {found}, known {known})", .folder.display())]
    Newer {
        /// Where it lies.
        folder: PathBuf,
        /// Schema number found.
        found: i64,
        /// Newest schema number known.
        known: i64,
    },
    /// The directory belongs to another network. Name another directory.
    #[error("the data in {} belongs to another network", .0.display())]
    OtherNetwork(PathBuf),
    /// Another process holds the directory but does not answer. End it, or name another directory.
    #[error("another process works on {}; end that one first", .0.display())]
    Held(PathBuf),
    /// A port that was asked for is taken. Choose another.
    #[error("port {0} is in use by another program")]
    PortInUse(u16),
    /// No loopback port can be opened at all.
    #[error("no port can be opened on this computer: {0}")]
    NoPort(String),
    /// The computer's clock stands before the ledger's beginning. Set the clock.
    #[error("this computer's clock stands before the ledger began; set the clock")]
    ClockBeforeGenesis,
    /// Nothing is stored in the directory yet. Run the network first.
    #[error("no ledger is stored in {}", .0.display())]
    NoData(PathBuf),
    /// The disk or the system failed in another way.
    #[error("this computer failed: {0}")]
    System(String),
}

impl StartError {
    /// Stable code for the screen and for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DiskFull(_) => "disk-full",
            Self::ReadOnly(_) => "data-dir-read-only",
            Self::Damaged { .. } => "data-damaged",
            Self::Newer { .. } => "data-newer",
            Self::OtherNetwork(_) => "data-other-network",
            Self::Held(_) => "data-dir-held",
            Self::PortInUse(_) => "port-in-use",
            Self::NoPort(_) => "no-port",
            Self::ClockBeforeGenesis => "clock-before-ledger",
            Self::NoData(_) => "no-data",
            Self::System(_) => "system",
        }
    }

    /// What to do, in one English sentence for the terminal.
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::DiskFull(_) => "Free some space and start again; nothing sealed is lost.",
            Self::ReadOnly(_) => "Allow writing there, or name another directory with --data-dir.",
            Self::Damaged { .. } => {
                "Move the folder away; the demonstration network then begins anew."
            }
            Self::Newer { .. } => "Update this program, or name another directory with --data-dir.",
            Self::OtherNetwork(_) => "Name another directory with --data-dir.",
            Self::Held(_) => "End the other process, or name another directory with --data-dir.",
            Self::PortInUse(_) => "Choose another port, or leave the choice to the program.",
            Self::NoPort(_) => "Check the loopback interface and its firewall.",
            Self::ClockBeforeGenesis => "Set this computer's clock.",
            Self::NoData(_) => "Run the network there first: toend-node run.",
            Self::System(_) => "Start again; report it if it stays.",
        }
    }

    /// Names a storage error's folder.
    pub fn from_storage(error: StorageError, folder: PathBuf) -> Self {
        match error {
            StorageError::Full => Self::DiskFull(folder),
            StorageError::ReadOnly => Self::ReadOnly(folder),
            StorageError::Damaged(detail) => Self::Damaged { folder, detail },
            StorageError::Newer { found, known } => Self::Newer {
                folder,
                found,
                known,
            },
            StorageError::OtherNetwork => Self::OtherNetwork(folder),
            StorageError::Busy => Self::Held(folder),
            StorageError::Io(detail)
            | StorageError::Unreachable(detail)
            | StorageError::Refused(detail) => Self::System(detail),
        }
    }

    /// Names a network error's folder.
    pub fn from_network(error: NetworkError, folder: PathBuf) -> Self {
        match error {
            NetworkError::Storage(error) => Self::from_storage(error, folder),
            NetworkError::Inconsistent(detail) => Self::Damaged { folder, detail },
            NetworkError::ClockBeforeGenesis => Self::ClockBeforeGenesis,
            NetworkError::Thread(detail) => Self::System(detail),
        }
    }

    /// Names an I/O error's folder.
    pub fn from_io(error: &std::io::Error, folder: PathBuf) -> Self {
        Self::from_storage(StorageError::from_io(error), folder)
    }
}
