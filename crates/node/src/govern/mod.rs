//! Decisions of the authorities as files: drafted where the ledger can be asked, signed wherever a governance key lies (no
//! network needed), merged, handed in.
//!
//! A decision file says what changes in words and holds the same as the bytes that are signed. Whoever signs sees words
//! made anew from those bytes, and a file whose words differ from its bytes is refused: nobody signs what he did not read.
//!
//! Start reading at [`Decision`].

mod book;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::Deserialize;
use toend_ledger::hash::Hash;
use toend_ledger::tx::{Action, Governance, Tx, TxError};
use toml::Spanned;

pub use self::book::{Book, BookError};
pub use self::words::{key as key_in_words, says};
use crate::authority::ConfigError;
use crate::authority::config::Source;
use crate::authority::keys::Secret;
use crate::disk;

/// The format that this program reads and writes.
const FORMAT: &str = "toend-decision/1";
/// Most bytes of a decision file.
const MAX_FILE: u64 = 256 * 1024;

/// Why a decision goes no further.
#[derive(Debug, thiserror::Error)]
pub enum GovernError {
    /// A mistake in a file.
    #[error(transparent)]
    Mistake(#[from] ConfigError),
    /// The ledger cannot be asked, or knows nothing of the kind.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The decision itself.
    #[error("this makes no decision: {0}")]
    Tx(#[from] TxError),
    /// Two files are about different things.
    #[error("{0} is another decision than the first file's")]
    Another(String),
    /// A key that does not govern.
    #[error("the key is not the governance key of authority {0}")]
    OtherKey(u16),
    /// Something else lies where a decision is to be written: a key, perhaps.
    #[error("{} is there already and is no decision, so that it is not overwritten: name another file", .0.display())]
    InTheWay(PathBuf),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A decision with the signatures it has so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Name of the chain, for people.
    pub chain_id: String,
    /// Hash of the genesis file.
    pub net: Hash,
    /// What is decided.
    pub action: Action,
    /// What the ledger said when it was drafted, in words; the drafter's word, not signed.
    pub before: Vec<String>,
    /// Signatures by authority.
    pub signatures: BTreeMap<u16, [u8; 64]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    chain_id: Spanned<String>,
    net: Spanned<String>,
    before: Vec<String>,
    decides: Spanned<Vec<String>>,
    action: Spanned<String>,
    #[serde(default)]
    signature: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    authority: Spanned<u16>,
    signature: Spanned<String>,
}

impl Decision {
    /// Reads a decision file.
    ///
    /// # Errors
    /// The mistake with its line; also when the words are not those of the bytes.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |what: String| ConfigError {
            file: path.display().to_string(),
            line: 1,
            what,
        };
        let size = std::fs::metadata(path)
            .map_err(|error| wrong(format!("the file cannot be read: {error}")))?
            .len();
        if size > MAX_FILE {
            return Err(wrong(format!("at most {MAX_FILE} bytes are read")));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(format!("the file cannot be read: {error}")))?;
        Self::parse(path, &text)
    }

    /// Reads the text of a decision file.
    ///
    /// # Errors
    /// As [`Decision::read`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let source = Source { file: path, text };
        let file: File = toml::from_str(text).map_err(|error| {
            source.at(&error.span().unwrap_or(0..0), error.message().to_owned())
        })?;
        if file.format.get_ref() != FORMAT {
            let what = format!("the format must be \"{FORMAT}\"");
            return Err(source.at(&file.format.span(), what));
        }
        let action = hex::decode(file.action.get_ref())
            .ok()
            .and_then(|bytes| Action::decode(&bytes).ok())
            .filter(|action| hex::encode(action.encode()) == *file.action.get_ref())
            .ok_or_else(|| source.at(&file.action.span(), "these bytes are no decision"))?;
        if *file.decides.get_ref() != says(&action) {
            let what = "these words are not what the bytes below decide: the file was changed";
            return Err(source.at(&file.decides.span(), what));
        }
        let mut signatures = BTreeMap::new();
        for entry in &file.signature {
            let bytes = fixed(&source, &entry.signature)?;
            if signatures
                .insert(*entry.authority.get_ref(), bytes)
                .is_some()
            {
                let what = "this authority's signature stands twice";
                return Err(source.at(&entry.authority.span(), what));
            }
        }
        Ok(Self {
            net: fixed(&source, &file.net)?,
            chain_id: file.chain_id.into_inner(),
            action,
            before: file.before,
            signatures,
        })
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let list = |lines: &[String]| {
            lines.iter().fold(String::new(), |mut out, line| {
                let quoted = toml::Value::String(line.clone());
                let _ = writeln!(out, "    {quoted},");
                out
            })
        };
        let mut text = format!(
            "# A decision of the authorities of a Tõend network. Read it with: toend-node govern show FILE\n\
             format = \"{FORMAT}\"\n\
             chain_id = {chain_id}\n\
             net = \"{net}\"\n\
             # What the ledger said when this was drafted. Not signed.\n\
             before = [\n{before}]\n\
             # What is decided: the words of the bytes below, which are what everybody signs.\n\
             decides = [\n{decides}]\n\
             action = \"{action}\"\n",
            chain_id = toml::Value::String(self.chain_id.clone()),
            net = hex::encode(self.net),
            before = list(&self.before),
            decides = list(&says(&self.action)),
            action = hex::encode(self.action.encode()),
        );
        for (authority, signature) in &self.signatures {
            let _ = write!(
                text,
                "\n[[signature]]\nauthority = {authority}\nsignature = \"{}\"\n",
                hex::encode(signature)
            );
        }
        text
    }

    /// Writes the file whole or not at all, and over nothing but a decision.
    ///
    /// # Errors
    /// [`GovernError::InTheWay`]; what the disk says.
    pub fn write(&self, path: &Path) -> Result<(), GovernError> {
        if path.exists() && Self::read(path).is_err() {
            return Err(GovernError::InTheWay(path.to_path_buf()));
        }
        let written = disk::replace(path, 0o644, self.text().as_bytes());
        Ok(written.map_err(|error| disk::about(path, &error))?)
    }

    /// Signs for an authority.
    ///
    /// # Errors
    /// [`GovernError::Tx`] when the action proves no possession of its key.
    pub fn sign(&mut self, authority: u16, secret: &Secret) -> Result<(), GovernError> {
        self.action.verify_possession(&self.net)?;
        let bytes = Governance::unsigned(self.net, self.action).signing_bytes();
        let signature = SigningKey::from_bytes(secret).sign(&bytes).to_bytes();
        self.signatures.insert(authority, signature);
        Ok(())
    }

    /// Takes over another file's signatures.
    ///
    /// # Errors
    /// [`GovernError::Another`] when that file decides something else.
    pub fn merge(&mut self, other: &Self, name: &Path) -> Result<(), GovernError> {
        if (other.net, other.action) != (self.net, self.action) {
            return Err(GovernError::Another(name.display().to_string()));
        }
        self.signatures.extend(&other.signatures);
        Ok(())
    }

    /// Which signatures hold under the governance keys in force.
    pub fn holds(&self, keys: &BTreeMap<u16, [u8; 32]>) -> BTreeMap<u16, bool> {
        let bytes = Governance::unsigned(self.net, self.action).signing_bytes();
        self.signatures
            .iter()
            .map(|(authority, signature)| {
                let holds = keys
                    .get(authority)
                    .and_then(|key| VerifyingKey::from_bytes(key).ok())
                    .is_some_and(|key| {
                        let signature = Signature::from_bytes(signature);
                        key.verify_strict(&bytes, &signature).is_ok()
                    });
                (*authority, holds)
            })
            .collect()
    }

    /// The transaction, with the signatures of these authorities.
    ///
    /// # Errors
    /// [`GovernError::Tx`] for more signatures than a decision has.
    pub fn transaction(&self, authorities: &[u16]) -> Result<Vec<u8>, GovernError> {
        let signatures = self
            .signatures
            .iter()
            .filter(|(authority, _)| authorities.contains(authority))
            .map(|(authority, signature)| (*authority, *signature))
            .collect();
        let decision = Governance::with_signatures(self.net, self.action, signatures)?;
        Ok(Tx::Governance(decision).encode())
    }
}

/// Lower-case hexadecimal digits of a fixed number of bytes.
fn fixed<const N: usize>(
    source: &Source<'_>,
    text: &Spanned<String>,
) -> Result<[u8; N], ConfigError> {
    let mut out = [0; N];
    hex::decode_to_slice(text.get_ref(), &mut out).map_err(|_| {
        let what = format!("{} hexadecimal digits are expected", 2 * N);
        source.at(&text.span(), what)
    })?;
    Ok(out)
}
