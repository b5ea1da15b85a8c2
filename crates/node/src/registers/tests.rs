//! A register against the real application, in one process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use toend_ledger::gateway::ListAnswer;
use toend_ledger::genesis::demo::genesis;

use super::*;
use crate::consensus::network::{BlockLoop, Network, Pace};
use crate::consensus::plan::Plan;
use crate::demo;
use crate::storage::Store;

mod backups;
mod conformance;
mod crash;
mod deliveries;
mod intake;
mod padding;
#[cfg(unix)]
mod postgres;
#[cfg(unix)]
#[path = "../../tests/common/postgres.rs"]
mod postgres_server;
mod privacy;
mod recovery;
#[path = "../../tests/common/relay.rs"]
pub(crate) mod relay;
mod rotation;
mod under_way;

/// The engines that every test of a register runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    #[cfg(unix)]
    Postgres,
}

/// Makes a test of each function, for each engine.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::registers::tests::On::Sqlite).await;
            })+
        }
        #[cfg(unix)]
        mod postgresql {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if crate::registers::tests::On::Postgres.is_here() {
                    super::$name(crate::registers::tests::On::Postgres).await;
                }
            })+
        }
    };
}
pub(crate) use on_both_engines;

impl On {
    /// Whether the engine is on this computer.
    #[cfg(unix)]
    pub(crate) fn is_here(self) -> bool {
        self == Self::Sqlite || postgres_server::Server::shared().is_some()
    }
}

/// A ledger and a folder for registers, on one engine.
pub(crate) struct Bench {
    blocks: BlockLoop,
    on: On,
    /// Names of databases on the server, by folder and register.
    databases: Mutex<BTreeMap<(PathBuf, u16), String>>,
    pub(crate) folder: TempDir,
}

impl Bench {
    pub(crate) fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::demo().unwrap();
        let store = Store::open(folder.path(), &plan.net).unwrap();
        // So slow that the state of a height is still kept when a loaded machine has looked through it.
        let pace = Pace {
            least: Duration::ZERO,
            idle: Duration::from_millis(150),
        };
        Self {
            blocks: Network::start(plan, store, pace).unwrap(),
            on,
            databases: Mutex::default(),
            folder,
        }
    }

    /// An empty database on the server, where there is one.
    #[cfg(unix)]
    fn on_server(&self, folder: &str) -> Option<Storage> {
        let server = postgres_server::Server::shared()?;
        let address = server.address(&self.database(&self.folder.path().join(folder), 1));
        Some(Storage::Server(Box::new(
            Server::new(&address, None, None).unwrap(),
        )))
    }

    #[cfg(not(unix))]
    fn on_server(&self, _: &str) -> Option<Storage> {
        None
    }

    /// Everything that the database of a register has on disk.
    fn files(&self, reg: u16) -> Vec<u8> {
        let folder = self.folder.path().join("registers");
        let mut files = Vec::new();
        match self.on {
            On::Sqlite => {
                for end in ["sqlite", "sqlite-wal"] {
                    let file = folder.join(format!("register-{reg}.{end}"));
                    files.extend(std::fs::read(file).unwrap_or_default());
                }
            }
            #[cfg(unix)]
            On::Postgres => {
                let place = "SELECT oid FROM pg_database WHERE datname = current_database()";
                let number = self.sql(reg, "", &format!("CHECKPOINT; {place}"));
                let server = postgres_server::Server::shared().unwrap();
                let place = server.folder().join("data/base").join(number);
                for file in std::fs::read_dir(place).unwrap() {
                    files.extend(std::fs::read(file.unwrap().path()).unwrap());
                }
            }
        }
        files
    }

    pub(crate) fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(self.blocks.network()) as Arc<dyn Ledger>
    }

    pub(crate) fn settings(&self, reg: u16) -> Settings {
        self.settings_in("registers", reg)
    }

    /// Settings of a register with a folder and a database of its own.
    pub(crate) fn settings_in(&self, folder: &str, reg: u16) -> Settings {
        let folder = self.folder.path().join(folder);
        Settings {
            storage: self.storage(&folder, reg),
            ..Settings::demo(Reg(reg), folder, &genesis())
        }
    }

    #[cfg(unix)]
    fn storage(&self, folder: &Path, reg: u16) -> Storage {
        if self.on == On::Sqlite {
            return Storage::File;
        }
        let address = postgres_server::Server::shared()
            .unwrap()
            .address(&self.database(folder, reg));
        Storage::Server(Box::new(Server::new(&address, None, None).unwrap()))
    }

    #[cfg(not(unix))]
    fn storage(&self, _: &Path, _: u16) -> Storage {
        Storage::File
    }

    /// Name of a register's database on the server.
    #[cfg(unix)]
    fn database(&self, folder: &Path, reg: u16) -> String {
        let mut databases = self.databases.lock().unwrap();
        let name = databases.entry((folder.to_owned(), reg));
        let server = postgres_server::Server::shared().unwrap();
        name.or_insert_with(|| server.database()).clone()
    }

    /// Runs SQL on a register's database, behind its back.
    pub(crate) fn sql(&self, reg: u16, sqlite: &str, postgres: &str) -> String {
        let folder = self.folder.path().join("registers");
        match self.on {
            On::Sqlite => {
                let file = folder.join(format!("register-{reg}.sqlite"));
                let db = rusqlite::Connection::open(file).unwrap();
                db.execute_batch(sqlite).unwrap();
                String::new()
            }
            #[cfg(unix)]
            On::Postgres => {
                let server = postgres_server::Server::shared().unwrap();
                server.sql(&self.database(&folder, reg), postgres)
            }
        }
    }

    pub(crate) fn register(&self, reg: u16) -> Arc<Register> {
        Arc::new(Register::open(self.settings(reg), self.ledger()).unwrap())
    }

    /// Waits until a header commits everything decided so far.
    pub(crate) async fn settled(&self) -> u64 {
        let mut tip = self.ledger().subscribe();
        let wanted = *tip.borrow() + 1;
        tip.wait_for(|height| *height >= wanted).await.unwrap();
        wanted - 1
    }
}

/// What the register answers about Mari-Liis's records.
fn hers(register: &Register, height: u64) -> ListAnswer {
    let answer = register.list_answer(&mari(), Class::Records, height);
    answer.unwrap().unwrap()
}

/// Openings, entries and heads on the ledger that stand in no list.
fn orphans(register: &Register) -> [i64; 3] {
    let audit = register.audit().unwrap();
    [audit.opened, audit.entries, audit.heads].map(|counted| counted.orphans())
}

pub(crate) fn mari() -> Subject {
    Subject::person("EE", demo::MARI).unwrap()
}

pub(crate) fn lab(key: &str, digits: i64) -> Delivery {
    Delivery {
        subject: mari(),
        class: Class::Records,
        key: key.to_owned(),
        v: 1,
        flag: Flag::Current,
        contents: Draft::new("lab")
            .text("title", "Veresuhkur")
            .decimal("value", digits, 1)
            .finish()
            .unwrap(),
    }
}

pub(crate) fn visit(key: &str, v: u32, flag: Flag) -> Delivery {
    let contents = Draft::new("visit")
        .text("title", "Visiit")
        .int("started_at", i64::from(v))
        .finish()
        .unwrap();
    Delivery {
        subject: mari(),
        class: Class::Records,
        key: key.to_owned(),
        v,
        flag,
        contents,
    }
}
