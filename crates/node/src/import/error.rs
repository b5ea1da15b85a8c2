//! Why an import does not begin, or stops.

use std::path::{Path, PathBuf};

use super::reason::Reason;
use crate::embedded::StartError;
use crate::registers::RegisterError;

/// Why an import does not begin, or stops. What was committed stays; none of these says what a line says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read or written.
    #[error("{}: {reason}", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The input is something else than text.
    #[error("{}: {}", .0.display(), .1)]
    Foreign(PathBuf, &'static str),
    /// The input is empty.
    #[error("the input holds nothing")]
    Empty,
    /// The header of a CSV file.
    #[error("the header of the input: {0}")]
    Header(String),
    /// The mapping file.
    #[error("the mapping file{}: {what}", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Mapping {
        /// The line that is wrong, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong with it.
        what: String,
    },
    /// No schema has this name, or it is another register's.
    #[error("register {reg} has no kind of record {schema:?}; it has: {}", .known.join(", "))]
    Schema {
        /// Register.
        reg: u16,
        /// Name asked for.
        schema: String,
        /// Names that there are.
        known: Vec<&'static str>,
    },
    /// The authority keeps no register.
    #[error("the configuration names no register")]
    NoRegister,
    /// The authority's program runs.
    #[error(
        "the authority's program runs on this register; stop it, import, and start it again: \
         the ledger goes on meanwhile, and what was imported is sealed after the start"
    )]
    Running,
    /// The data folder.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The register.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The input was written to while it was read.
    #[error("{} was changed during the import; what was taken so far stays", .0.display())]
    Changed(PathBuf),
    /// An import of another input is not finished.
    #[error(
        "an import is unfinished at line {line}: {} (SHA-256 {sha256}); \
         finish that one first, or give --set-aside to leave it as it is",
        if *.same_file { "this file with another schema, format or mapping" } else { "another file" }
    )]
    OtherUnfinished {
        /// It is this file, read in another way.
        same_file: bool,
        /// Its input, hexadecimal.
        sha256: String,
        /// Where it stands.
        line: u64,
    },
    /// What the register remembers of the import cannot be read: a newer program wrote it.
    #[error("a newer program began this import; use that one")]
    Memory,
    /// The file of rejects is missing or shorter than it was.
    #[error("{} lacks rejects that were written before; put it back", .0.display())]
    RejectsLost(PathBuf),
    /// Another file has the name of the file of rejects.
    #[error("{} is there already and belongs to something else; name another file with --rejects", .0.display())]
    RejectsTaken(PathBuf),
    /// A line that cannot be taken, where that is to end the import, or one too many.
    #[error("line {line} cannot be taken: {reason}; everything before it is done")]
    Line {
        /// The line, from 1.
        line: u64,
        /// Why.
        reason: Reason,
    },
    /// A line that was to end the import, met just when the database was lost.
    #[error(
        "line {line} cannot be taken, and everything before it is done; the same command says why"
    )]
    Halted {
        /// The line, from 1.
        line: u64,
    },
    /// Interrupted while the input was still being looked at.
    #[error("interrupted; nothing was changed")]
    NotBegun,
    /// A task of this program ended by itself.
    #[error("a task of this program failed")]
    Task,
}

impl ImportError {
    /// Whether the same command goes on once its disk or its database is well again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Register(error) if error.is_passing())
    }

    /// An operating system's error about a file.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::File {
            path: path.to_path_buf(),
            reason: error.to_string(),
        }
    }
}
