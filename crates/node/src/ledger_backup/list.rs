//! What a backup consists of: `backup.json`, with the length and SHA-256 of every file. Layout: docs/formats/ledger-backup.md.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use toend_ledger::hash::Hash;

use super::file::{measure, put};
use super::{DATABASES, Extent, LedgerBackupError};
use crate::abci::store;
use crate::disk;

/// The format that this program writes and reads.
pub const FORMAT: &str = "toend-ledger-backup/1";
/// Name of the file inside a backup.
pub const LIST: &str = "backup.json";
/// Longest one that is read.
const MAX_LIST: u64 = 64 << 20;

/// The files of a backup, and where the ledger stands in it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    format: String,
    #[serde(with = "hash_text")]
    net: Hash,
    height: u64,
    block: Option<String>,
    files: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    path: String,
    bytes: u64,
    #[serde(with = "hash_text")]
    sha256: Hash,
}

mod hash_text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use toend_ledger::hash::Hash;

    pub fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(from)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(&text, &mut hash).map_err(D::Error::custom)?;
        Ok(hash)
    }
}

impl List {
    pub(super) fn new(net: Hash, height: u64, block: Option<Hash>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            net,
            height,
            block: block.map(hex::encode),
            files: Vec::new(),
        }
    }

    /// Adds a file that lies in the backup.
    pub(super) fn add(&mut self, folder: &Path, path: &Path) -> Result<(), LedgerBackupError> {
        let (bytes, sha256) = measure(&folder.join(path))?;
        let path = path.to_string_lossy().into_owned();
        self.files.push(Listed {
            path,
            bytes,
            sha256,
        });
        Ok(())
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), LedgerBackupError> {
        disk::replace(path, 0o600, &self.encode()?)
            .map_err(|error| LedgerBackupError::file(path, &error))
    }

    /// Its text.
    ///
    /// # Errors
    /// When it has no JSON form, which cannot happen.
    pub fn encode(&self) -> Result<Vec<u8>, LedgerBackupError> {
        serde_json::to_vec_pretty(self).map_err(|error| damaged(&error.to_string()))
    }

    /// Reads and checks a list, not the files.
    ///
    /// # Errors
    /// [`LedgerBackupError`]: no list, or a mistake in it.
    pub fn read(path: &Path) -> Result<Self, LedgerBackupError> {
        let failed = |error: std::io::Error| LedgerBackupError::file(path, &error);
        if std::fs::metadata(path).map_err(failed)?.len() > MAX_LIST {
            return Err(damaged("its list is too long"));
        }
        let text = std::fs::read(path).map_err(failed)?;
        Self::decode(&text)
    }

    /// Reads and checks the text of a list.
    ///
    /// # Errors
    /// [`LedgerBackupError`]: a mistake in it.
    pub fn decode(text: &[u8]) -> Result<Self, LedgerBackupError> {
        let value: serde_json::Value =
            serde_json::from_slice(text).map_err(|_| damaged("its list is cut short"))?;
        if value.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
            return Err(LedgerBackupError::Format);
        }
        let list: Self =
            serde_json::from_value(value).map_err(|error| damaged(&error.to_string()))?;
        let mut seen = BTreeSet::new();
        for file in &list.files {
            if !is_ours(Path::new(&file.path)) || !seen.insert(&file.path) {
                return Err(damaged("its list names a file that belongs to no ledger"));
            }
        }
        let has = |wanted: &str| list.files.iter().any(|file| file.path.starts_with(wanted));
        for needed in [store::FILE, "blockstore.db/", "state.db/"] {
            if !has(needed) {
                return Err(damaged("its list lacks a database"));
            }
        }
        list.block_hash()?;
        Ok(list)
    }

    /// Whose ledger it is.
    pub const fn net(&self) -> Hash {
        self.net
    }

    fn block_hash(&self) -> Result<Option<Hash>, LedgerBackupError> {
        let mut hash = [0; 32];
        match &self.block {
            None => Ok(None),
            Some(text) => hex::decode_to_slice(text, &mut hash)
                .map(|()| Some(hash))
                .map_err(|_| damaged("its block has no hash")),
        }
    }

    /// Where the ledger stands, and how large it is. What a list says of its files is compared with them only when they are
    /// copied.
    pub fn extent(&self) -> Extent {
        let bytes = self.files.iter().map(|file| file.bytes);
        Extent {
            height: self.height,
            block: self.block_hash().ok().flatten(),
            bytes: bytes.fold(0, u64::saturating_add),
        }
    }

    /// Copies every file to its place, and compares it with the list.
    pub(super) fn copy(
        &self,
        from: &Path,
        place: impl Fn(&Path) -> PathBuf,
    ) -> Result<(), LedgerBackupError> {
        for file in &self.files {
            let path = Path::new(&file.path);
            if put(&from.join(path), &place(path))? != (file.bytes, file.sha256) {
                return Err(damaged(&format!("{} is not what was saved", file.path)));
            }
        }
        Ok(())
    }
}

fn damaged(what: &str) -> LedgerBackupError {
    LedgerBackupError::Damaged(what.to_owned())
}

/// Whether a file may stand in a backup: the application's database, or one directly in a folder of CometBFT's.
fn is_ours(path: &Path) -> bool {
    let parts: Vec<Component<'_>> = path.components().collect();
    match parts.as_slice() {
        [Component::Normal(name)] => *name == store::FILE,
        [Component::Normal(folder), Component::Normal(_)] => {
            DATABASES.iter().any(|known| folder == known)
        }
        _ => false,
    }
}
