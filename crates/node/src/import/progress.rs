//! How far an import has come, kept in the register's database in the same transaction as its entries.

use serde::{Deserialize, Serialize};
use toend_ledger::hash::{Hash, h};

use super::error::ImportError;
use super::input::Identity;
use crate::registers::{Books, RegisterError};

/// Name of the note that says which import is unfinished.
const CURRENT: &str = "import";

/// What became of the lines so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Subjects that were new to the register.
    pub subjects: u64,
    /// Entries taken.
    pub entries: u64,
    /// Lines that stood here already.
    pub repeated: u64,
    /// Lines that could not be taken.
    pub rejected: u64,
}

impl Counts {
    /// Lines passed.
    pub const fn lines(&self) -> u64 {
        self.entries + self.repeated + self.rejected
    }
}

/// How far an import has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Format of this note.
    format: u8,
    /// SHA-256 of the input, hexadecimal.
    pub input: String,
    /// Its length in bytes.
    pub length: u64,
    /// Digest of schema, form and mapping, hexadecimal.
    settings: String,
    /// Place in the input that follows what was passed.
    pub at: u64,
    /// Line at that place.
    pub line: u64,
    /// Bytes of the file of rejects that belong to what was passed.
    pub rejects: u64,
    /// What became of the lines.
    pub counts: Counts,
    /// Whether all is done.
    pub finished: bool,
}

/// Name of the note of one import.
fn name(identity: &Identity, settings: &Hash) -> String {
    let parts: [&[u8]; 3] = [&identity.sha256, &identity.length.to_be_bytes(), settings];
    format!("import/{}", hex::encode(h("import", &parts)))
}

impl Progress {
    /// Nothing passed yet.
    pub fn new(identity: &Identity, settings: &Hash, at: u64) -> Self {
        Self {
            format: 1,
            input: hex::encode(identity.sha256),
            length: identity.length,
            settings: hex::encode(settings),
            at,
            line: 1,
            rejects: 0,
            counts: Counts::default(),
            finished: false,
        }
    }

    /// What the register remembers of an import. Another one that is unfinished is an error.
    pub fn load(
        books: &Books,
        identity: &Identity,
        settings: &Hash,
    ) -> Result<Option<Self>, ImportError> {
        let own = name(identity, settings);
        let found = read(books, &own)?;
        if found.as_ref().is_some_and(|progress| progress.finished) {
            return Ok(found);
        }
        let current = books.noted(CURRENT)?.unwrap_or_default();
        let Some(other) = String::from_utf8(current)
            .ok()
            .filter(|name| !name.is_empty() && *name != own)
        else {
            return Ok(found);
        };
        match read(books, &other)? {
            Some(other) if !other.finished => Err(ImportError::OtherUnfinished {
                same_file: other.input == hex::encode(identity.sha256),
                sha256: other.input,
                line: other.line,
            }),
            _ => Ok(found),
        }
    }

    /// The notes to write with what it counts.
    pub fn notes(
        &self,
        identity: &Identity,
        settings: &Hash,
    ) -> Result<Vec<(String, Vec<u8>)>, RegisterError> {
        let own = name(identity, settings);
        let current = if self.finished {
            String::new()
        } else {
            own.clone()
        };
        let note = serde_json::to_vec(self).map_err(|_| RegisterError::State)?;
        Ok(vec![
            (own, note),
            (CURRENT.to_owned(), current.into_bytes()),
        ])
    }

    /// Lets another import begin although one is unfinished. What that one took stays, and so does its own progress.
    pub fn set_aside(books: &Books) -> Result<(), RegisterError> {
        books.note(CURRENT, b"")
    }
}

fn read(books: &Books, name: &str) -> Result<Option<Progress>, ImportError> {
    let Some(bytes) = books.noted(name)? else {
        return Ok(None);
    };
    match serde_json::from_slice::<Progress>(&bytes) {
        Ok(progress) if progress.format == 1 => Ok(Some(progress)),
        _ => Err(ImportError::Memory),
    }
}
