//! A register against the real application, in one process.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use toend_ledger::genesis::demo::genesis;
use toend_ledger::schema;

use super::*;
use crate::consensus::network::{BlockLoop, Network, Pace};
use crate::consensus::plan::Plan;
use crate::demo;
use crate::storage::Store;

mod backups;
mod conformance;
mod crash;
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
mod relay;
mod rotation;

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
        let pace = Pace {
            least: Duration::ZERO,
            idle: Duration::from_millis(30),
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

on_both_engines![
    what_is_received_is_sealed_and_answered_with_proofs,
    what_waits_is_shown_as_not_yet_sealed,
    versions_go_up_by_one_and_end_for_good,
    a_repeated_delivery_is_taken_once_and_a_conflicting_one_refused,
    strangers_and_foreign_kinds_are_refused,
    the_whole_demonstration_is_sealed_and_every_public_list_replays,
    a_population_is_resumed_where_it_stopped,
];

async fn what_is_received_is_sealed_and_answered_with_proofs(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    assert_eq!(
        register
            .receive(&[lab("a", 50), visit("b", 1, Flag::Current)], 1)
            .unwrap(),
        [1, 2]
    );
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = register
        .list_answer(&mari(), Class::Records, height)
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            answer.entries.len(),
            answer.pending.len(),
            answer.heads.len()
        ),
        (2, 0, 1)
    );
    let numbers: Vec<_> = answer
        .labels
        .iter()
        .map(|label| (label.n, label.state.value.is_some()))
        .collect();
    assert_eq!(numbers, [(1, true), (2, true), (3, false), (4, false)]);
    // The other class of the same list is empty, and proven to be.
    let log = register
        .list_answer(&mari(), Class::AccessLog, height)
        .unwrap()
        .unwrap();
    assert_eq!((log.entries.len(), log.labels.len()), (0, 1));
    let stranger = Subject::person("EE", demo::IGOR).unwrap();
    assert!(
        register
            .list_answer(&stranger, Class::Records, height)
            .unwrap()
            .is_none()
    );
}

async fn what_waits_is_shown_as_not_yet_sealed(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    assert!(register.is_settled().unwrap());
    register.receive(&[lab("a", 50)], 1234).unwrap();
    assert!(!register.is_settled().unwrap());
    let height = bench.settled().await;
    let answer = register
        .list_answer(&mari(), Class::Records, height)
        .unwrap()
        .unwrap();
    assert_eq!((answer.entries.len(), answer.pending.len()), (0, 1));
    assert_eq!(
        (answer.pending[0].received_ms, answer.pending[0].contents.n),
        (1234, 1)
    );
}

async fn versions_go_up_by_one_and_end_for_good(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let refused = |delivery| register.receive(&[delivery], 1).unwrap_err();
    assert_eq!(
        refused(visit("a", 2, Flag::Current)),
        RegisterError::Version {
            newest: 0,
            given: 2
        }
    );
    // Two versions in one delivery are sealed in two batches, in their order.
    register
        .receive(
            &[
                visit("a", 1, Flag::Current),
                visit("a", 2, Flag::Ended),
                lab("l", 5),
            ],
            1,
        )
        .unwrap();
    assert_eq!(
        refused(visit("a", 3, Flag::Current)),
        RegisterError::Version {
            newest: 2,
            given: 3
        }
    );
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = register
        .list_answer(&mari(), Class::Records, height)
        .unwrap()
        .unwrap();
    assert_eq!(answer.entries.len(), 3);
    let heights: Vec<_> = answer
        .labels
        .iter()
        .filter_map(|label| label.state.value.as_ref())
        .map(at)
        .collect();
    assert!(
        heights[0] < heights[1] && heights[1] <= heights[2],
        "{heights:?}"
    );
}

fn at(value: &toend_ledger::gateway::B64) -> u64 {
    toend_ledger::state::EntryValue::decode(&value.0)
        .unwrap()
        .at
        .height
}

async fn a_repeated_delivery_is_taken_once_and_a_conflicting_one_refused(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    assert_eq!(register.receive(&[lab("a", 50)], 1).unwrap(), [1]);
    assert_eq!(
        register.receive(&[lab("a", 50), lab("b", 51)], 2).unwrap(),
        [1, 2]
    );
    assert_eq!(
        register.receive(&[lab("c", 1), lab("a", 52)], 3),
        Err(RegisterError::Conflict)
    );
    assert_eq!(
        register.size(&mari(), Class::Records).unwrap(),
        Some(2),
        "all or none"
    );
}

async fn strangers_and_foreign_kinds_are_refused(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    assert_eq!(
        register.receive(&[lab("a", 50)], 1),
        Err(RegisterError::UnknownSubject)
    );
    register.know(&[mari()]).unwrap();
    let tsd = Draft::new("tsd").finish().unwrap();
    assert_eq!(
        register.receive(
            &[Delivery {
                contents: tsd,
                ..lab("a", 1)
            }],
            1
        ),
        Err(RegisterError::WrongList)
    );
    let log = Delivery {
        class: Class::AccessLog,
        ..lab("a", 1)
    };
    assert_eq!(register.receive(&[log], 1), Err(RegisterError::WrongList));
}

async fn the_whole_demonstration_is_sealed_and_every_public_list_replays(on: On) {
    let bench = Bench::new(on);
    for reg in [schema::HEALTH, schema::TAX, schema::BUSINESS] {
        let register = bench.register(reg);
        assert!(demo::fill(&register, 1).unwrap());
        register.flush().await.unwrap();
    }
    let height = bench.settled().await;
    let register = bench.register(schema::BUSINESS);
    let list = Subject::company("EE", demo::COMPANY).unwrap();
    let answer = register.public_answer(&list, height).unwrap().unwrap();
    assert!(answer.pending.is_empty() && answer.entries.len() >= 12);
    let value =
        toend_ledger::state::PublicListValue::decode(&answer.list.value.unwrap().0).unwrap();
    let commitments = register.commitments(&list, Class::Records).unwrap();
    toend_ledger::list::verify_public_list(&value, &commitments).unwrap();
    let none = register.list_answer(&list, Class::Records, height).unwrap();
    assert!(none.is_none(), "a company has no private list");
    // Filling again changes nothing.
    assert!(!demo::fill(&register, 2).unwrap());
    assert_eq!(register.waiting().unwrap(), 0);
}

async fn a_population_is_resumed_where_it_stopped(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let mut seen = Vec::new();
    demo::seed_population(&register, 30, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    demo::seed_population(&register, 45, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    demo::seed_population(&register, 45, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    assert_eq!(seen, [(30, 30), (45, 45)]);
    let height = bench.settled().await;
    let audit = register.audit().unwrap();
    assert!(audit.height >= height);
    assert_eq!((audit.opened.ledger, audit.opened.orphans()), (45, 0));
    let too_many = demo::seed_population(&register, u64::MAX, 1, |_, _| {}).await;
    assert_eq!(too_many, Err(demo::SeedError::TooMany));
}
