//! How a network of several authorities begins: each makes its own keys on its own computer, and only public halves meet.
//!
//! 1. All agree on the [`Terms`]: one text file, the same to the byte for everybody.
//! 2. Each draws its keys ([`OwnKeys::draw`]) and hands round its [`PublicHalf`], signed with every one of them.
//! 3. Each puts the same halves together ([`assemble`]): genesis file and network file come out the same everywhere, and
//!    people compare the network file's ten words by voice.
//! 4. Each settles the result into its own folder ([`settle`]).
//!
//! It must never write a secret anywhere but into its owner's folder, and never take a half that is not signed with every
//! key it names: who names another's key must not be able to take that key's place.

mod comet_files;
mod genesis;
mod network_file;
mod own_keys;
mod public_half;
mod settle;
mod terms;

use std::collections::BTreeMap;
use std::path::Path;

use toend_ledger::genesis::Genesis;
use toend_ledger::network::NetworkFile;

pub use self::own_keys::OwnKeys;
pub use self::public_half::{Named, PublicHalf, RegisterHalf};
pub use self::settle::{CERTIFICATE, CERTIFICATE_KEY, Here, settle};
pub use self::terms::{Draft, DraftMember, Terms};
use crate::authority::ConfigError;
use crate::disk;

/// Name of the genesis file.
pub const GENESIS: &str = "genesis.json";
/// Name of the network file.
pub const NETWORK: &str = "network.json";
/// Name of an authority's public half in its folder.
pub const PUBLIC: &str = "public.toml";
/// Name of an authority's configuration file in its folder.
pub const CONFIG: &str = "toend.toml";
/// Name of the folder that CometBFT calls its home.
pub const COMET_HOME: &str = "cometbft";
/// Most bytes of a file of terms or of a public half.
const MAX_TEXT: u64 = 256 * 1024;

/// Why the ceremony does not go on.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A mistake in a file that somebody handed in.
    #[error(transparent)]
    Mistake(#[from] ConfigError),
    /// The terms make no network.
    #[error("these terms make no network: {0}")]
    Terms(String),
    /// The terms know no such authority.
    #[error("the terms know no authority {0}; they are counted from 0")]
    Unknown(u16),
    /// The folder belongs to somebody else.
    #[error("{0}: {1}")]
    Folder(String, String),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What comes out: the same for everybody who puts the same in.
#[derive(Debug)]
pub struct Assembled {
    /// The beginning of the ledger.
    pub genesis: Genesis,
    /// Bytes of the genesis file.
    pub genesis_file: Vec<u8>,
    /// What people's programs trust. Its checkpoint is the first block, which the genesis file fixes.
    pub network: NetworkFile,
    /// The halves by authority.
    halves: Vec<PublicHalf>,
}

/// Puts the halves of all authorities together, in whatever order they come.
///
/// # Errors
/// [`CeremonyError::Mistake`] with file and line: a half for other terms, two of one authority, one that is missing, a proof
/// that does not hold, a key that stands twice.
pub fn assemble(terms: &Terms, halves: Vec<PublicHalf>) -> Result<Assembled, CeremonyError> {
    let mut by_number: BTreeMap<u16, PublicHalf> = BTreeMap::new();
    for half in halves {
        half.check(terms)?;
        if let Some(other) = by_number.get(&half.authority()) {
            let what = format!("{} is of the same authority", other.file().display());
            return Err(half.at_authority(what).into());
        }
        by_number.insert(half.authority(), half);
    }
    for (number, member) in (0u16..).zip(&terms.members) {
        if !by_number.contains_key(&number) {
            let what = format!("the public half of authority {number} is missing");
            return Err(terms.at_member(member, what).into());
        }
    }
    let halves: Vec<PublicHalf> = by_number.into_values().collect();
    no_key_twice(&halves)?;
    let genesis = genesis::genesis(terms, &halves)?;
    let genesis_file = genesis.encode();
    let network = network_file::network_file(terms, &halves, &genesis, &genesis_file)
        .map_err(CeremonyError::Terms)?;
    // What nobody could read must not be handed out.
    NetworkFile::decode(&network.encode()).map_err(|e| CeremonyError::Terms(e.to_string()))?;
    Ok(Assembled {
        genesis,
        genesis_file,
        network,
        halves,
    })
}

impl Assembled {
    /// Writes genesis file and network file into a folder; existing ones are never overwritten.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder).map_err(|error| disk::about(folder, &error))?;
        write_new(&folder.join(GENESIS), &self.genesis_file)?;
        write_new(&folder.join(NETWORK), &self.network.encode())
    }
}

/// One key, one purpose, one owner.
fn no_key_twice(halves: &[PublicHalf]) -> Result<(), ConfigError> {
    let mut seen = BTreeMap::new();
    for half in halves {
        for (key, line) in half.keys() {
            if let Some(other) = seen.insert(key, half.file()) {
                let what = format!("this key stands in {} as well", other.display());
                return Err(half.at(&line, what));
            }
        }
    }
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| disk::about(path, &error))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a text file of bounded size.
fn read_text(path: &Path) -> Result<String, ConfigError> {
    let wrong = |what: String| ConfigError {
        file: path.display().to_string(),
        line: 1,
        what,
    };
    let size = std::fs::metadata(path)
        .map_err(|error| wrong(format!("the file cannot be read: {error}")))?
        .len();
    if size > MAX_TEXT {
        return Err(wrong(format!("at most {MAX_TEXT} bytes are read")));
    }
    std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("the file cannot be read: {error}")))
}
