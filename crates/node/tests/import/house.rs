//! The health authority of the demonstration's network with a configuration of its own, and its register read back.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use toend_ledger::genesis::demo::{self, Purpose, signing_key, vrf_key};
use toend_ledger::list::Class;
use toend_ledger::network::{Checkpoint, demo as demo_file};
use toend_ledger::state::Reg;
use toend_ledger::subject::Subject;
use toend_node::authority::keys;
use toend_node::consensus::network::{BlockLoop, Network, Pace};
use toend_node::consensus::plan::Plan;
use toend_node::ledger::Ledger;
use toend_node::registers::{Register, Settings};
use toend_node::storage::Store;

use crate::reader::{self, Read};

/// The register of these tests: health.
const REG: Reg = Reg(1);

/// An authority's folder.
pub struct House {
    pub folder: TempDir,
}

impl House {
    pub fn new() -> Self {
        let house = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let path = |name: &str| house.folder.path().join(name);
        std::fs::write(path("genesis.json"), demo::genesis_bytes()).unwrap();
        let checkpoint = Checkpoint {
            height: 1,
            time_ms: 1,
            header_hash: [1; 32],
            validators_hash: [2; 32],
        };
        let network = demo_file::network_file(&[], checkpoint).encode();
        std::fs::write(path("network.json"), network).unwrap();
        let secret = |bytes: [u8; 32]| keys::Secret::new(bytes);
        let seal = signing_key(Purpose::Seal, REG.0).to_bytes();
        let answer = signing_key(Purpose::Answer, REG.0).to_bytes();
        keys::write(&path("seal.key"), &secret(seal)).unwrap();
        keys::write(&path("answer.key"), &secret(answer)).unwrap();
        keys::write(&path("vrf.key"), &secret(*vrf_key(REG).as_bytes())).unwrap();
        let config = format!(
            "format = \"toend-node/1\"\nauthority = \"{}\"\ngenesis = \"genesis.json\"\nnetwork = \"network.json\"\n\
             data = \"network\"\n[abci]\nlisten = \"unix:application.sock\"\n[cometbft]\nrpc = \"http://127.0.0.1:9\"\n\
             [gateway]\nlisten = \"127.0.0.1:0\"\norigin = \"http://127.0.0.1\"\ntrusted = [\"demonstration\"]\n\
             [register]\nnumber = 1\nseal_key = \"seal.key\"\nanswer_key = \"answer.key\"\nvrf_keys = [\"vrf.key\"]\n\
             [snapshots]\nevery = 0\nkeep = 1\n",
            demo::AUTHORITIES[0].id,
        );
        std::fs::write(path("toend.toml"), config).unwrap();
        house
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("network")
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// `toend-node` with this authority's configuration where `CONFIG` stands.
    pub fn node(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toend-node"));
        let config = self.folder.path().join("toend.toml");
        for argument in arguments {
            match *argument {
                "CONFIG" => command.arg(&config),
                other => command.arg(other),
            };
        }
        command.stdin(Stdio::null());
        command
    }

    pub fn import(&self, schema: &str, input: &Path, more: &[&str]) -> Command {
        let mut command = self.node(&["register", "import", "--config", "CONFIG", "--schema"]);
        command.arg(schema).arg("--input").arg(input).args(more);
        command
    }

    /// Imports visits.
    pub fn visits(&self, input: &Path, more: &[&str]) -> Outcome {
        Outcome::of(self.import("visit", input, more).output().unwrap())
    }

    /// The register over a ledger in this process.
    pub fn open(&self) -> Open {
        let plan = Plan::demo().unwrap();
        let chain = self.folder.path().join("chain");
        std::fs::create_dir_all(&chain).unwrap();
        let store = Store::open(&chain, &plan.net).unwrap();
        // So slow that the state of a height is still kept when a loaded machine has looked through it.
        let pace = Pace {
            least: Duration::ZERO,
            idle: Duration::from_millis(150),
        };
        let blocks = Network::start(plan, store, pace).unwrap();
        let ledger = Arc::clone(blocks.network()) as Arc<dyn Ledger>;
        let settings = Settings::demo(REG, self.data().join("registers"), &demo::genesis());
        let register = Arc::new(Register::open(settings, Arc::clone(&ledger)).unwrap());
        Open {
            register,
            ledger,
            _blocks: blocks,
        }
    }
}

/// The lines of an import's file of rejects.
pub fn rejects(input: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(rejects_of(input)).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub fn rejects_of(input: &Path) -> PathBuf {
    let mut name = input.as_os_str().to_owned();
    name.push(".rejects.ndjson");
    PathBuf::from(name)
}

/// What a run said.
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Lines, new subjects, entries, repeated, rejected.
    pub fn counts(&self) -> [u64; 5] {
        let number = |name: &str| {
            let line = self.out.lines().find(|line| line.starts_with(name));
            let line = line.unwrap_or_else(|| panic!("{name}: {} {}", self.out, self.err));
            line[name.len()..].trim().parse().unwrap()
        };
        [
            "lines",
            "new subjects",
            "entries taken",
            "repeated",
            "rejected",
        ]
        .map(number)
    }
}

/// A register over a ledger.
pub struct Open {
    pub register: Arc<Register>,
    ledger: Arc<dyn Ledger>,
    _blocks: BlockLoop,
}

impl Open {
    /// Seals everything, and returns once a header commits that.
    pub async fn seal(&self) {
        self.register.flush().await.unwrap();
        let mut tip = self.ledger.subscribe();
        let wanted = *tip.borrow() + 1;
        tip.wait_for(|height| *height >= wanted).await.unwrap();
    }

    /// A person's list as of now, every proof of it checked against a header that the client's kernel verified.
    pub fn read(&self, subject: &Subject) -> Read {
        let height = self.ledger.tip().height() - 1;
        let answer = self
            .register
            .list_answer(subject, Class::Records, height)
            .unwrap()
            .unwrap();
        assert!(answer.pending.is_empty());
        let block = self.ledger.light_block(height + 1).unwrap();
        reader::private(&answer, REG, subject, &reader::root(&block))
    }
}

/// A CSV file of visits with these lines.
pub fn csv(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::from("subject.code,record.key,record.version,record.ended,title,date\n");
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    text
}
