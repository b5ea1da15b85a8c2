//! The file to import: what it is, and that it stays the same.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use toend_ledger::hash::Hash;

use super::error::ImportError;

/// Bytes hashed at a time.
const BLOCK: usize = 1024 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// First bytes of files that are something else, and what to do about them.
const FOREIGN: [(&[u8], &str); 8] = [
    (b"\x1f\x8b", "it is compressed with gzip; unpack it first"),
    (
        b"PK\x03\x04",
        "it is a ZIP archive or a spreadsheet; export it as CSV",
    ),
    (b"\xfd7zXZ\x00", "it is compressed with xz; unpack it first"),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed with zstd; unpack it first",
    ),
    (b"BZh", "it is compressed with bzip2; unpack it first"),
    (b"\xff\xfe", "it is written in UTF-16; export it in UTF-8"),
    (b"\xfe\xff", "it is written in UTF-16; export it in UTF-8"),
    (b"SQLite format 3\x00", "it is a database"),
];

/// What tells one input from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// SHA-256 of its bytes.
    pub sha256: Hash,
    /// Its length in bytes.
    pub length: u64,
}

/// An input file.
pub struct Input {
    path: PathBuf,
    file: File,
    seen: (u64, Option<SystemTime>),
    /// Which file it is.
    pub identity: Identity,
    /// Where its text begins: behind a byte order mark.
    pub begin: u64,
}

fn stamp(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

impl Input {
    /// Opens a file and reads it once from end to end.
    pub fn open(path: &Path, stop: &AtomicBool) -> Result<Self, ImportError> {
        let failed = |error: io::Error| ImportError::io(path, &error);
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            let what = "it is no file; an import must be able to read it again";
            return Err(ImportError::Foreign(path.to_path_buf(), what));
        }
        let mut digest = Sha256::new();
        let mut block = vec![0; BLOCK];
        let mut length = 0;
        let mut begin = 0;
        loop {
            let read = file.read(&mut block).map_err(failed)?;
            let bytes = block.get(..read).unwrap_or_default();
            if length == 0 {
                if let Some((_, what)) = FOREIGN.iter().find(|(first, _)| bytes.starts_with(first))
                {
                    return Err(ImportError::Foreign(path.to_path_buf(), what));
                }
                if bytes.starts_with(BOM) {
                    begin = BOM.len() as u64;
                }
            }
            if read == 0 {
                break;
            }
            if stop.load(Ordering::Relaxed) {
                return Err(ImportError::NotBegun);
            }
            digest.update(bytes);
            length += read as u64;
        }
        if length <= begin {
            return Err(ImportError::Empty);
        }
        Ok(Self {
            path: path.to_path_buf(),
            seen: stamp(&metadata),
            file,
            identity: Identity {
                sha256: digest.finalize().into(),
                length,
            },
            begin,
        })
    }

    /// The file from a place on.
    pub fn from(&self, at: u64) -> Result<File, ImportError> {
        let failed = |error: io::Error| ImportError::io(&self.path, &error);
        let mut file = File::open(&self.path).map_err(failed)?;
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        Ok(file)
    }

    /// Refuses a file that was written to, or exchanged, since it was opened.
    pub fn is_unchanged(&self) -> Result<(), ImportError> {
        let failed = |error: io::Error| ImportError::io(&self.path, &error);
        let opened = stamp(&self.file.metadata().map_err(failed)?);
        let named = stamp(&std::fs::metadata(&self.path).map_err(failed)?);
        if opened == self.seen && named == self.seen && self.seen.0 == self.identity.length {
            Ok(())
        } else {
            Err(ImportError::Changed(self.path.clone()))
        }
    }
}
