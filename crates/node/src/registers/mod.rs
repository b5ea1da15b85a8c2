//! Registers: an authority's own database of records, and the sealing of their commitments on the ledger.
//!
//! A register takes entries ([`Delivery`]), stores them encrypted, and every tick seals what waits as one batch of fixed
//! size, filled from a decoy list of its own ([`batch`]); a full one does not wait for the tick ([`sealing`]). It answers the entitled person with contents and proofs
//! ([`answers`]). Losing power at any moment loses nothing and seals nothing twice: a batch is written down before it is
//! handed to the ledger, and the ledger's own batch number says whether it arrived.
//!
//! A register must never seal under another number than the ledger's next one, never delete a list key or seed while the
//! entry lives, and never write a name, a code or a text into a log or onto the ledger.
//!
//! Start reading at [`Register`].

mod answers;
mod audit;
pub mod backup;
mod batch;
mod contents;
mod cores;
mod database;
mod decoys;
mod entry;
mod error;
mod foresight;
mod intake;
mod lookup;
mod receiving;
mod recovery;
mod rehearsal;
mod renewal;
mod rotation;
mod sealing;
mod sheet;
mod vault;

use std::path::PathBuf;
use std::sync::atomic::AtomicU16;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_ledger::subject::Subject;
use toend_ledger::vrf;

pub use audit::{Audit, Counted};
pub use backup::{BackupError, backup, restore};
pub use contents::{Contents, ContentsError, Draft, MAX_ROWS, decimal, text};
pub use database::{AddressError, Server};
pub use error::RegisterError;
pub use intake::{Line, Notes, Taken, Verdict};
pub(crate) use recovery::spend;
pub use recovery::{permit, permitted};
pub use rehearsal::Rehearsal;
pub use sealing::Step;

use crate::ledger::Ledger;
use database::{Database, Engine, ListRow, Postgres, Sqlite};
use sealing::HandedIn;
use vault::Vault;

/// Which engine keeps a register's database.
#[derive(Clone, Default)]
pub enum Storage {
    /// A SQLite file beside the key file.
    #[default]
    File,
    /// A database of a PostgreSQL server.
    Server(Box<Server>),
}

/// What a register needs to know and hold.
pub struct Settings {
    /// Its number.
    pub reg: Reg,
    /// Folder of its key file, and of its database where that is a file.
    pub folder: PathBuf,
    /// Where its database is.
    pub storage: Storage,
    /// Signs batches.
    pub seal_key: SigningKey,
    /// Signs batches once a decision has put it into the place of the other.
    pub next_seal_key: Option<SigningKey>,
    /// VRF keys by epoch, from 1, oldest first.
    pub vrf_keys: Vec<(u16, vrf::SecretKey)>,
    /// Time between two batches.
    pub tick: Duration,
    /// Entries of the smallest batch.
    pub least_batch: u32,
    /// Whether heads are padded like entries.
    pub pad_heads: bool,
}

impl Settings {
    /// Path of its files, without their ends.
    fn stem(&self) -> PathBuf {
        self.folder.join(format!("register-{}", self.reg))
    }

    /// Settings of a register of the demonstration network: tick, sizes and keys as its genesis has them.
    pub fn demo(reg: Reg, folder: PathBuf, genesis: &Genesis) -> Self {
        use toend_ledger::genesis::demo::{Purpose, signing_key, vrf_key};
        Self {
            reg,
            folder,
            storage: Storage::File,
            seal_key: signing_key(Purpose::Seal, reg.0),
            next_seal_key: None,
            vrf_keys: vec![(1, vrf_key(reg))],
            tick: Duration::from_millis(genesis.app.tick_ms),
            least_batch: genesis.app.least_batch,
            pad_heads: genesis.app.pad_heads,
        }
    }

    /// Whether this register was opened before: then it has a key file.
    pub(crate) fn is_begun(&self) -> bool {
        self.key_file().exists()
    }

    /// Where a person notes the batch from which it goes on.
    fn go_on_file(&self) -> PathBuf {
        self.stem().with_extension("go-on")
    }

    fn key_file(&self) -> PathBuf {
        self.stem().with_extension("key")
    }
}

/// An entry on its way into a list.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Whose list; must be known to the register.
    pub subject: Subject,
    /// Which of a person's lists; records for a company.
    pub class: Class,
    /// Names the record inside the list, the same for all its versions: a document or entry number.
    pub key: String,
    /// Version, exactly one more than the newest.
    pub v: u32,
    /// Whether the record still counts after this version.
    pub flag: Flag,
    /// What it says.
    pub contents: Contents,
}

/// One register: its books and its view of the ledger.
pub struct Register {
    books: Books,
    ledger: Arc<dyn Ledger>,
    /// Held while batches are made and handed in, so that there is one hand that does so.
    handed_in: Mutex<HandedIn>,
}

impl std::ops::Deref for Register {
    type Target = Books;

    fn deref(&self) -> &Books {
        &self.books
    }
}

/// A register without the ledger: its database and its keys. Entries can be taken in, nothing can be sealed.
pub struct Books {
    settings: Settings,
    net: Hash,
    vault: Vault,
    database: Database,
    /// The VRF epoch that was last seen in force; 0 while none was.
    in_force: AtomicU16,
}

impl Register {
    /// Opens the register's database, makes it at the first start, and settles what a crash left open.
    ///
    /// # Errors
    /// [`RegisterError`]: storage, a key file that does not fit, or a database and a ledger that cannot belong together.
    pub fn open(settings: Settings, ledger: Arc<dyn Ledger>) -> Result<Self, RegisterError> {
        Self::open_going_on(settings, ledger, None)
    }

    /// As [`open`](Self::open), where a person decided to go on from batch `go_on` of the ledger although the database does
    /// not stand there ([`permit`]). The ledger must be followed to its end.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_going_on(
        settings: Settings,
        ledger: Arc<dyn Ledger>,
        go_on: Option<u64>,
    ) -> Result<Self, RegisterError> {
        let books = Books::open(settings, ledger.net())?;
        let register = Self {
            books,
            ledger,
            handed_in: Mutex::default(),
        };
        register.settle(go_on)?;
        register.look_at_epochs()?;
        Ok(register)
    }

    /// The ledger it seals on.
    pub const fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// Batches and entries, filler included, on the ledger after block `height`; none where that state is not at hand.
    pub fn sealed(&self, height: u64) -> Option<(u64, u64)> {
        let value = self.register_value(height).ok()??;
        Some((value.next_batch.saturating_sub(1), value.entries))
    }

    /// The register's own state value after block `height`.
    fn register_value(&self, height: u64) -> Result<Option<RegisterValue>, RegisterError> {
        let key = Key::Register(self.reg()).encode();
        let Some(value) = self
            .ledger
            .query(&key, height)
            .and_then(|result| result.value)
        else {
            return Ok(None);
        };
        RegisterValue::decode(&value)
            .map(Some)
            .map_err(|_| RegisterError::State)
    }
}

impl Books {
    /// Opens the register's database, makes it at the first start.
    ///
    /// # Errors
    /// [`RegisterError`]: storage, a key file that does not fit, or a database of another network.
    pub fn open(settings: Settings, net: Hash) -> Result<Self, RegisterError> {
        make_private(&settings.folder).map_err(|error| RegisterError::io(&error))?;
        let database = open_database(&settings)?;
        let vault = identify(&database, &settings.key_file(), &net, settings.reg)?;
        let seen = database.read(|db| db.counter(rotation::IN_FORCE))?;
        Ok(Self {
            settings,
            net,
            vault,
            database,
            in_force: AtomicU16::new(u16::try_from(seen).unwrap_or(u16::MAX)),
        })
    }

    /// Opens the database beside the program that writes, to look at what it keeps.
    ///
    /// # Errors
    /// As [`Books::open`]; and [`RegisterError::NotThere`] where there is no database yet.
    pub fn beside(settings: Settings, net: Hash) -> Result<Self, RegisterError> {
        let database = open_beside(&settings)?;
        let vault = Vault::open(&settings.key_file(), false)?;
        let known = database.read(|db| db.meta(IDENTITY))?;
        check_identity(&vault, known.as_deref(), &net, &settings)?;
        Ok(Self {
            settings,
            net,
            vault,
            database,
            in_force: AtomicU16::new(0),
        })
    }

    /// Its number.
    pub const fn reg(&self) -> Reg {
        self.settings.reg
    }

    /// Entries received and not yet in a batch.
    pub fn waiting(&self) -> Result<u64, RegisterError> {
        self.database.read(|db| db.waiting())
    }

    /// Whether anything received is not yet in a batch.
    fn anything_waits(&self) -> Result<bool, RegisterError> {
        self.database.read(|db| db.anything_waits())
    }

    /// Whether everything received was sealed, as far as the database knows.
    pub fn is_handed_over(&self) -> Result<bool, RegisterError> {
        self.database
            .read(|db| Ok(!db.anything_waits()? && db.newest_batch()?.is_none()))
    }

    /// Entries of one of a subject's lists, sealed or not. `None` when the register does not know the subject.
    pub fn size(&self, subject: &Subject, class: Class) -> Result<Option<u64>, RegisterError> {
        let tag = self.subject_tag(subject);
        self.database.read(|db| {
            let Some(list) = db.list_by_tag(&tag)? else {
                return Ok(None);
            };
            let chain = db.chain(list.id, class)?;
            Ok(Some(chain.map_or(0, |chain| chain.size)))
        })
    }

    fn list_of(&self, subject: &Subject) -> Result<Option<ListRow>, RegisterError> {
        let tag = self.subject_tag(subject);
        self.database.read(|db| db.list_by_tag(&tag))
    }

    #[cfg(test)]
    pub(crate) fn database_uses(&self) -> Arc<std::sync::atomic::AtomicUsize> {
        Arc::clone(&self.database.uses)
    }

    fn subject_tag(&self, subject: &Subject) -> Hash {
        self.vault.tag("subject", &[&subject.encode()])
    }
}

/// Name of the value that says whose database it is.
const IDENTITY: &str = "register";

fn identity(net: &Hash, reg: Reg) -> Vec<u8> {
    [net.as_slice(), &reg.0.to_be_bytes()].concat()
}

/// Opens the database as the one program that writes, and makes it if there is none.
fn open_database(settings: &Settings) -> Result<Database, RegisterError> {
    let engine: Box<dyn Engine> = match &settings.storage {
        Storage::File => Box::new(Sqlite::open(&settings.stem().with_extension("sqlite"))?),
        Storage::Server(server) => Box::new(Postgres::open(server.as_ref().clone())?),
    };
    Ok(Database::new(engine))
}

/// Opens the database to read it, beside the program that writes.
fn open_beside(settings: &Settings) -> Result<Database, RegisterError> {
    let engine: Box<dyn Engine> = match &settings.storage {
        Storage::File => Box::new(Sqlite::beside(&settings.stem().with_extension("sqlite"))?),
        Storage::Server(server) => Box::new(Postgres::beside(server.as_ref().clone())?),
    };
    Ok(Database::new(engine))
}

/// Checks whose a database is that was filled before, by the value that says so.
fn check_identity(
    vault: &Vault,
    sealed: Option<&[u8]>,
    net: &Hash,
    settings: &Settings,
) -> Result<(), RegisterError> {
    let sealed = sealed.ok_or(RegisterError::OtherNetwork)?;
    if *vault.open_value(IDENTITY.as_bytes(), sealed)? == identity(net, settings.reg) {
        return Ok(());
    }
    Err(RegisterError::OtherNetwork)
}

/// Checks that a database is this register's and this key's. An empty one becomes so, with a new key if there is none.
fn identify(
    database: &Database,
    key: &std::path::Path,
    net: &Hash,
    reg: Reg,
) -> Result<Vault, RegisterError> {
    let known = database.read(|db| db.meta(IDENTITY))?;
    let vault = Vault::open(key, known.is_none())?;
    let mine = identity(net, reg);
    let place = IDENTITY.as_bytes();
    match known {
        None => {
            let sealed = vault.seal(place, &mine)?;
            database.write(|db| db.set_meta(IDENTITY, &sealed))?;
        }
        Some(sealed) if *vault.open_value(place, &sealed)? == mine => {}
        Some(_) => return Err(RegisterError::OtherNetwork),
    }
    Ok(vault)
}

/// Makes a folder that only its owner enters.
fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
pub(crate) mod tests;
