//! A network of four validators on this computer: with our application, or with CometBFT's own `kvstore`.
//!
//! Both are made by `testnet`, so that configuration and genesis parameters are the same; `kvstore` runs inside
//! CometBFT's process, in memory, and ignores our part of the genesis.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;
use toend_node::authority::keys;
use toend_node::comet::rpc::CometRpc;
use toend_node::testnet::{self, COMET_HOME, CONFIG, folder_of};

use crate::Failure;

/// Validators of every network here.
pub const NODES: u16 = 4;
/// How long a network may take to make its third block.
const PATIENCE: Duration = Duration::from_secs(120);

/// What an authority keeps on disk, by name.
pub const ON_DISK: &[(&str, &str)] = &[
    ("application", "data/application.sqlite3"),
    ("own block index", "data/blocks.sqlite3"),
    ("own head index", "data/heads.sqlite"),
    ("CometBFT blocks", "cometbft/data/blockstore.db"),
    ("CometBFT state", "cometbft/data/state.db"),
    ("CometBFT transaction index", "cometbft/data/tx_index.db"),
    ("CometBFT consensus log", "cometbft/data/cs.wal"),
];

/// Which application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Toend,
    /// CometBFT's own application, in memory.
    Kvstore,
    /// The same, with its own database.
    KvstoreOnDisk,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toend => "toend",
            Self::Kvstore => "kvstore",
            Self::KvstoreOnDisk => "kvstore on disk",
        }
    }
}

/// A running network; it ends when dropped.
pub struct Chain {
    kind: Kind,
    base_port: u16,
    folder: tempfile::TempDir,
    /// Of each node: the authority's program, if any, and CometBFT.
    nodes: Vec<Vec<Child>>,
}

impl Chain {
    /// Makes a network and starts it.
    pub fn start(kind: Kind, block: Duration) -> Result<Self, Failure> {
        let mut chain = Self::make(kind, block)?;
        chain.launch_all()?;
        Ok(chain)
    }

    /// Makes the files of a network whose registers the load plays.
    pub fn make(kind: Kind, block: Duration) -> Result<Self, Failure> {
        let chain = Self::with_registers(kind, block)?;
        for node in 0..NODES {
            chain.open_to_load(node)?;
        }
        Ok(chain)
    }

    /// Makes the files of a network whose authorities keep their registers.
    pub fn with_registers(kind: Kind, block: Duration) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let base_port = free_ports().ok_or("no forty free ports in a row")?;
        let options = testnet::Options {
            authorities: NODES,
            output: folder.path().join("net"),
            base_port,
            chain_id: None,
            block,
            tick: Duration::from_secs(5),
            snapshot_every: 0,
            tls: false,
        };
        testnet::write(&options, std::time::UNIX_EPOCH.elapsed()?.as_secs())?;
        Ok(Self {
            kind,
            base_port,
            folder,
            nodes: (0..NODES).map(|_| Vec::new()).collect(),
        })
    }

    /// The load plays the registers, so that the authorities do not; and metrics are served.
    fn open_to_load(&self, node: u16) -> Result<(), Failure> {
        let path = self.node(node).join(CONFIG);
        let text = std::fs::read_to_string(&path)?;
        let metrics = format!(
            "trusted = [\"demonstration\"]\nmetrics_address = \"127.0.0.1:{}\"",
            self.metrics_port(node)
        );
        let text = text.replacen("trusted = [\"demonstration\"]", &metrics, 1);
        let register = text.find("\n# The register this");
        let snapshots = text.find("\n# For nodes that join");
        let text = match (register, snapshots) {
            (Some(from), Some(to)) if from < to => [&text[..from], &text[to..]].concat(),
            _ => text,
        };
        Ok(std::fs::write(path, text)?)
    }

    /// Changes lines of a node's `config.toml` that begin with a name.
    pub fn set(&self, node: u16, name: &str, value: &str) -> Result<(), Failure> {
        let path = self.node(node).join(COMET_HOME).join("config/config.toml");
        let text = std::fs::read_to_string(&path)?;
        let begins = format!("{name} = ");
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                if line.starts_with(&begins) {
                    format!("{name} = {value}")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        Ok(std::fs::write(path, lines.join("\n"))?)
    }

    /// Starts every node and waits for a few blocks.
    pub fn launch_all(&mut self) -> Result<(), Failure> {
        for node in 0..NODES {
            self.launch(node)?;
        }
        self.wait_for(0, 3)
    }

    /// Starts a node's processes.
    pub fn launch(&mut self, node: u16) -> Result<(), Failure> {
        let folder = self.node(node);
        let spawn = |command: &mut Command, name: &str| -> Result<Child, Failure> {
            let log = File::options()
                .create(true)
                .append(true)
                .open(folder.join(name))?;
            Ok(command
                .stdin(Stdio::piped())
                .stdout(log.try_clone()?)
                .stderr(log)
                .spawn()?)
        };
        let mut children = Vec::new();
        if self.kind == Kind::Toend {
            let mut command = Command::new(program("toend-node")?);
            command.arg("authority").arg(folder.join(CONFIG));
            children.push(spawn(command.arg("--with-parent"), "toend.log")?);
        }
        let mut command = Command::new(cometbft()?);
        command
            .arg("start")
            .arg("--home")
            .arg(folder.join(COMET_HOME));
        match self.kind {
            Kind::Toend => {}
            Kind::Kvstore => {
                command.args(["--proxy_app", "kvstore"]);
            }
            Kind::KvstoreOnDisk => {
                command.args(["--proxy_app", "persistent_kvstore"]);
            }
        }
        children.push(spawn(&mut command, "cometbft.log")?);
        *self.place(node)? = children;
        Ok(())
    }

    fn place(&mut self, node: u16) -> Result<&mut Vec<Child>, Failure> {
        Ok(self
            .nodes
            .get_mut(usize::from(node))
            .ok_or("there is no such node")?)
    }

    /// Ends a node: CometBFT first.
    pub fn end(&mut self, node: u16) -> Result<(), Failure> {
        for child in self.place(node)?.iter_mut().rev() {
            terminate(child);
        }
        self.place(node)?.clear();
        Ok(())
    }

    /// Ends everything.
    pub fn end_all(&mut self) -> Result<(), Failure> {
        (0..NODES).try_for_each(|node| self.end(node))
    }

    /// Waits until a node stands at a height.
    pub fn wait_for(&self, node: u16, height: u64) -> Result<(), Failure> {
        let mut moved = (Instant::now(), 0);
        loop {
            let now = self.height(node);
            if now >= height {
                return Ok(());
            }
            if now != moved.1 {
                moved = (Instant::now(), now);
            }
            if moved.0.elapsed() > PATIENCE {
                return Err(format!("node {node} stays at block {now}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub const fn kind(&self) -> Kind {
        self.kind
    }

    pub fn node(&self, node: u16) -> PathBuf {
        folder_of(&self.folder.path().join("net"), node)
    }

    pub const fn rpc_port(&self, node: u16) -> u16 {
        testnet::ports(self.base_port, node).rpc
    }

    pub const fn metrics_port(&self, node: u16) -> u16 {
        testnet::ports(self.base_port, node).application + 1
    }

    /// A node's newest height, 0 while it does not answer.
    pub fn height(&self, node: u16) -> u64 {
        CometRpc::new(&format!("http://127.0.0.1:{}", self.rpc_port(node)))
            .and_then(|rpc| rpc.status().ok())
            .map_or(0, |status| status.latest)
    }

    /// Hash of the genesis file.
    pub fn net(&self) -> Result<Hash, Failure> {
        let path = self.node(0).join(testnet::NETWORK);
        Ok(NetworkFile::decode(&std::fs::read(path)?)?.net)
    }

    /// One of a node's secret keys.
    pub fn key(&self, node: u16, name: &str) -> Result<SigningKey, Failure> {
        let path = self.node(node).join("keys").join(format!("{name}.key"));
        Ok(SigningKey::from_bytes(&*keys::read(&path)?))
    }

    /// Process numbers of a node: its own program, if it has one, then CometBFT.
    pub fn processes(&self, node: u16) -> Vec<u32> {
        let node = self.nodes.get(usize::from(node));
        node.into_iter().flatten().map(Child::id).collect()
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        for child in self.nodes.iter_mut().flat_map(|node| node.iter_mut().rev()) {
            terminate(child);
        }
    }
}

fn terminate(child: &mut Child) {
    if let Some(id) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
    let began = Instant::now();
    while matches!(child.try_wait(), Ok(None)) {
        if began.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A program of this build.
pub fn program(name: &str) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()?;
    let place = own.ancestors().nth(2).map(|folder| folder.join(name));
    place
        .filter(|place| place.exists())
        .ok_or_else(|| format!("{name} is not built: cargo build --release -p toend-node").into())
}

fn cometbft() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(3).unwrap_or(Path::new("target"));
    Ok(toend_node::cometbft::install(&target.join("tools"))?)
}

fn free_ports() -> Option<u16> {
    let needed = NODES * 10;
    let start = 26_000 + (std::process::id() % 100) as u16 * needed;
    (0..100u16)
        .map(|i| 26_000 + (start - 26_000 + i * needed) % 4000)
        .find(|base| {
            (*base..base + needed)
                .all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok())
        })
}
