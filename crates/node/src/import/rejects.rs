//! The file of rejects: lines that could not be taken, for the authority to mend. Only its owner may read it.
//!
//! It begins with a line that names the input, so that no other file is ever written to. What a crash left behind its
//! committed length is cut off when the import goes on: each line stands there once.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::error::ImportError;
use super::reason::Reason;
use super::records::Raw;

/// Format of the file.
const FORMAT: &str = "toend-import-rejects/1";

#[derive(Serialize)]
struct Heading<'a> {
    format: &'static str,
    input_sha256: &'a str,
    schema: &'a str,
}

#[derive(Serialize)]
struct Reject<'a> {
    line: u64,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_base64: Option<String>,
}

/// The file of rejects of one import.
pub struct Rejects {
    path: PathBuf,
    heading: Vec<u8>,
    file: Option<File>,
    length: u64,
}

impl Rejects {
    /// For an import of which `length` bytes of rejects were committed. The file is made with the first reject.
    pub fn open(path: &Path, sha256: &str, schema: &str, length: u64) -> Result<Self, ImportError> {
        let heading = line(&Heading {
            format: FORMAT,
            input_sha256: sha256,
            schema,
        });
        let mut rejects = Self {
            path: path.to_path_buf(),
            heading,
            file: None,
            length: 0,
        };
        match rejects.reopen() {
            Ok(Some(there)) if there >= length => rejects.length = length,
            Ok(None) if length == 0 => {}
            Ok(_) => return Err(ImportError::RejectsLost(path.to_path_buf())),
            Err(error) => return Err(error),
        }
        Ok(rejects)
    }

    /// Opens the file if it is there, and returns its length. A file of anything else is refused.
    fn reopen(&mut self) -> Result<Option<u64>, ImportError> {
        let failed = |error: io::Error| ImportError::io(&self.path, &error);
        let file = match OpenOptions::new().read(true).write(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut first = Vec::new();
        let most = self.heading.len() as u64;
        let mut reader = BufReader::new(io::Read::take(&file, most));
        reader.read_until(b'\n', &mut first).map_err(failed)?;
        // A crash may have cut the heading itself short.
        if !self.heading.starts_with(&first) {
            return Err(ImportError::RejectsTaken(self.path.clone()));
        }
        let length = file.metadata().map_err(failed)?.len();
        self.file = Some(file);
        Ok(Some(length))
    }

    /// Writes rejects behind the committed ones, and returns the length to commit with them. Called again before that, it
    /// replaces what it wrote.
    pub fn write<'a>(
        &mut self,
        rejects: impl Iterator<Item = (&'a Raw, Reason)>,
    ) -> io::Result<u64> {
        let mut bytes = Vec::new();
        for (raw, reason) in rejects {
            let text = std::str::from_utf8(&raw.bytes).ok();
            bytes.extend(line(&Reject {
                line: raw.line,
                reason: reason.code.name(),
                field: reason.field,
                original: text,
                original_base64: text.is_none().then(|| STANDARD.encode(&raw.bytes)),
            }));
        }
        if bytes.is_empty() {
            return Ok(self.length);
        }
        let (mut at, heading) = match self.length {
            0 => (0, self.heading.as_slice()),
            length => (length, [].as_slice()),
        };
        if self.file.is_none() {
            self.file = Some(create(&self.path)?);
        }
        let Some(file) = &mut self.file else {
            return Err(io::ErrorKind::NotFound.into());
        };
        file.set_len(at)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(heading)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        at += (heading.len() + bytes.len()) as u64;
        Ok(at)
    }

    /// What was written belongs to what was passed.
    pub const fn committed(&mut self, length: u64) {
        self.length = length;
    }

    /// Cuts off what a crash left behind; removes a file without rejects.
    pub fn close(self) -> io::Result<()> {
        match (&self.file, self.length) {
            (None, _) => Ok(()),
            (Some(_), 0) => std::fs::remove_file(&self.path),
            (Some(file), length) => file.set_len(length),
        }
    }
}

/// A new file that only its owner reads.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
