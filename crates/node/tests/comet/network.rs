//! A network under test, and what the tests ask it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use rustix::process::{Pid, Signal, getpgid, kill_process};
use serde_json::Value;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::network::NetworkFile;
use toend_ledger::tx::{Action, Filing, Governance, Tx};
use toend_node::authority::keys;
use toend_node::comet::rpc::CometRpc;
use toend_node::testnet::{self, folder_of};
use toend_node::up::{self, hold_file};
use tokio::runtime::Runtime;

use crate::cometbft::program;
use crate::wires::{self, Wires};

/// Authorities of every network here.
pub const NODES: u16 = 4;
/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Who decides nothing for so long has decided all that was under way, also on a loaded computer.
const REST: Duration = Duration::from_secs(3);

/// How long ago the ledger's beginning lies, in seconds: CometBFT waits for that moment by its own clock, also by one that
/// is behind.
const FOUNDED: u64 = 7_200;

/// A running network; it ends when dropped.
pub struct Net {
    up: Option<Supervisor>,
    base_port: u16,
    wires: Option<Wires>,
    folder: tempfile::TempDir,
    program: PathBuf,
    /// One network of eight processes is enough for one computer: locked, and free again however this ends.
    _turn: File,
}

/// Who starts the processes, and starts them again.
enum Supervisor {
    /// `toend-node up`, as people use it.
    Program(Child),
    /// The same inside this process, which names the programs to start.
    Here(Runtime, up::Running),
}

impl Net {
    /// Makes and starts a network; none where CometBFT cannot be built.
    pub fn start(demo: bool, snapshot_every: u64) -> Option<Self> {
        Self::start_with(demo, snapshot_every, None, |_| {})
    }

    /// As [`Net::start`], with the demonstration's records and TLS. `prepare` gets the network's folder and its first port.
    pub fn start_encrypted(prepare: impl FnOnce(&Path, u16)) -> Option<Self> {
        Self::start_as(true, 0, None, true, prepare)
    }

    /// As [`Net::start`], each authority in its own network namespace where there are wires. `prepare` may change the
    /// network's folder before anything runs.
    pub fn start_with(
        demo: bool,
        snapshot_every: u64,
        wires: Option<Wires>,
        prepare: impl FnOnce(&Path),
    ) -> Option<Self> {
        Self::start_as(demo, snapshot_every, wires, false, |folder, _| {
            prepare(folder);
        })
    }

    fn start_as(
        demo: bool,
        snapshot_every: u64,
        wires: Option<Wires>,
        tls: bool,
        prepare: impl FnOnce(&Path, u16),
    ) -> Option<Self> {
        let program = program()?;
        let turn = one_network();
        let folder = tempfile::tempdir().unwrap();
        let base_port = free_ports();
        let options = testnet::Options {
            authorities: NODES,
            output: folder.path().join("net"),
            base_port,
            chain_id: None,
            block: Duration::from_millis(200),
            tick: Duration::from_secs(1),
            snapshot_every,
            tls,
        };
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        testnet::write(&options, now - FOUNDED).unwrap();
        if snapshot_every > 0 {
            keep_snapshots(&options.output);
        }
        prepare(&options.output, base_port);
        let mut net = Self {
            up: None,
            base_port,
            wires,
            folder,
            program,
            _turn: turn,
        };
        match &net.wires {
            None => net.launch(demo),
            Some(_) => net.launch_here(demo),
        }
        Some(net)
    }

    /// Starts every authority in its namespace and waits until all gateways answer.
    fn launch_here(&mut self, demo: bool) {
        let wires = self.wires.as_ref().unwrap();
        let (own, cometbft) = wires.settle(&self.path(), self.base_port, &self.program);
        let runtime = Runtime::new().unwrap();
        let running = runtime.block_on(async {
            let running = up::start(&up::Options {
                network: self.path(),
                demo,
                cometbft,
                own,
            })
            .unwrap();
            let ready = tokio::time::timeout(PATIENCE, running.ready()).await;
            assert!(
                matches!(ready, Ok(Ok(()))),
                "{ready:?} while starting:\n{}",
                self.logs()
            );
            running
        });
        self.up = Some(Supervisor::Here(runtime, running));
    }

    /// Ends everything, as a person does, and keeps the folder.
    pub fn halt(&mut self) {
        if let Some(Supervisor::Program(mut up)) = self.up.take() {
            let id = i32::try_from(up.id()).ok().and_then(Pid::from_raw);
            kill_process(id.unwrap(), Signal::INT).unwrap();
            assert!(up.wait().unwrap().success());
        }
    }

    /// Starts everything again, and waits for nothing.
    pub fn relaunch(&mut self) {
        self.up = Some(Supervisor::Program(self.spawn(false)));
    }

    /// Starts the supervisor and waits until all gateways answer.
    fn launch(&mut self, demo: bool) {
        let mut up = self.spawn(demo);
        let mut lines = BufReader::new(up.stdout.take().unwrap()).lines();
        let ready = lines.any(|line| line.unwrap() == "ready");
        self.up = Some(Supervisor::Program(up));
        assert!(ready, "the network did not start:\n{}", self.logs());
    }

    fn spawn(&self, demo: bool) -> Child {
        // A place of its own, where a test may put another program.
        let built = env!("CARGO_BIN_EXE_toend-node");
        if !self.own_program().exists() && std::fs::hard_link(built, self.own_program()).is_err() {
            std::fs::copy(built, self.own_program()).unwrap();
        }
        let mut command = Command::new(self.own_program());
        command.arg("up").arg(self.path());
        command.arg("--cometbft").arg(&self.program);
        if demo {
            command.arg("--demo");
        }
        // Into a file: a pipe that nobody empties would stop the supervisor once it is full.
        let said = File::options()
            .create(true)
            .append(true)
            .open(self.supervisor_log())
            .unwrap();
        command.stdout(Stdio::piped()).stderr(said).spawn().unwrap()
    }

    fn supervisor_log(&self) -> PathBuf {
        self.folder.path().join("up.log")
    }

    /// The network's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("net")
    }

    /// The program that the authorities are started with.
    pub fn own_program(&self) -> PathBuf {
        self.folder.path().join("toend-node")
    }

    /// The first authority's first port.
    pub fn base_port(&self) -> u16 {
        self.base_port
    }

    /// A folder for whatever a test needs.
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// CometBFT's program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The network file that people get.
    pub fn network_file(&self) -> NetworkFile {
        NetworkFile::decode(&std::fs::read(self.path().join(testnet::NETWORK)).unwrap()).unwrap()
    }

    /// The lines between authorities.
    pub fn wires(&self) -> &Wires {
        self.wires.as_ref().expect("this network has wires")
    }

    /// Where an authority's processes listen.
    fn host(&self, node: u16) -> String {
        match self.wires {
            None => "127.0.0.1".to_owned(),
            Some(_) => wires::host(node),
        }
    }

    /// Address of a node's RPC.
    pub fn rpc_url(&self, node: u16) -> String {
        let port = testnet::ports(self.base_port, node).rpc;
        format!("http://{}:{port}", self.host(node))
    }

    /// Address of a node's gateway.
    pub fn gateway_url(&self, node: u16) -> String {
        let port = testnet::ports(self.base_port, node).gateway;
        format!("http://{}:{port}", self.host(node))
    }

    /// Address under which people's clients reach a gateway from this computer.
    pub fn gateway_for_people(&self, node: u16) -> String {
        let port = testnet::ports(self.base_port, node).gateway;
        match &self.wires {
            None => self.gateway_url(node),
            Some(wires) => format!("http://{}", wires.relay(node, port)),
        }
    }

    /// The program's own view of a node's RPC.
    pub fn rpc(&self, node: u16) -> CometRpc {
        CometRpc::new(&self.rpc_url(node)).unwrap()
    }

    /// A node's newest height, 0 while it does not answer.
    pub fn height(&self, node: u16) -> u64 {
        self.rpc(node).status().map_or(0, |status| status.latest)
    }

    /// Calls any method of a node's RPC; none while it does not answer.
    pub fn call(&self, node: u16, method: &str, params: &Value) -> Option<Value> {
        self.rpc(node).call(method, params).ok()
    }

    /// Waits until something is so.
    pub fn wait(&self, what: &str, mut so: impl FnMut() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !so() {
            assert!(Instant::now() < end, "{what} never came:\n{}", self.logs());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until these nodes have gone on for so many blocks.
    pub fn go_on(&self, nodes: &[u16], blocks: u64) {
        let highest = nodes.iter().map(|node| self.height(*node)).max().unwrap();
        self.wait("a block", || {
            nodes.iter().all(|n| self.height(*n) >= highest + blocks)
        });
    }

    /// Waits until what was under way is decided and nothing more comes; the heights at which the nodes stand then.
    pub fn come_to_rest(&self, nodes: &[u16]) -> Vec<u64> {
        let heights = || -> Vec<u64> { nodes.iter().map(|node| self.height(*node)).collect() };
        let (mut last, mut since) = (heights(), Instant::now());
        self.wait("a standstill", || {
            let now = heights();
            if now != last {
                (last, since) = (now, Instant::now());
            }
            since.elapsed() > REST
        });
        last
    }

    /// Keeps a node's processes stopped, and waits until they are.
    pub fn hold(&self, node: u16) {
        std::fs::write(hold_file(&self.path(), node), b"").unwrap();
        let folder = folder_of(&self.path(), node);
        self.wait("the stop", || {
            ["toend.pid", "cometbft.pid"]
                .iter()
                .all(|name| !folder.join(name).exists())
        });
    }

    /// Lets a node run again.
    pub fn release(&self, node: u16) {
        std::fs::remove_file(hold_file(&self.path(), node)).unwrap();
    }

    /// Kills a node's process without warning, if it runs just now.
    pub fn kill(&self, node: u16, process: &str) -> bool {
        self.signal(node, process, Signal::KILL)
    }

    /// Sends a signal to a node's process, if it runs just now.
    pub fn signal(&self, node: u16, process: &str, signal: Signal) -> bool {
        let id = self.process(node, process).and_then(Pid::from_raw);
        id.is_some_and(|id| kill_process(id, signal).is_ok())
    }

    /// Number of a node's process, if it runs just now.
    pub fn process(&self, node: u16, process: &str) -> Option<i32> {
        let file = folder_of(&self.path(), node).join(format!("{process}.pid"));
        std::fs::read_to_string(file).ok()?.parse().ok()
    }

    /// What a node's process wrote into its log after the first `from` bytes.
    pub fn log(&self, node: u16, process: &str, from: usize) -> String {
        let file = folder_of(&self.path(), node).join(format!("{process}.log"));
        let log = std::fs::read(file).unwrap_or_default();
        String::from_utf8_lossy(log.get(from..).unwrap_or_default()).into_owned()
    }

    /// Size of all that a node wrote into its logs, in bytes.
    pub fn log_size(&self, node: u16) -> u64 {
        let folder = folder_of(&self.path(), node);
        ["toend.log", "cometbft.log"]
            .iter()
            .map(|name| std::fs::metadata(folder.join(name)).map_or(0, |log| log.len()))
            .sum()
    }

    /// A transaction of a node's gateway; each `n` gives another one.
    pub fn filing(&self, node: u16, n: u64) -> Vec<u8> {
        self.signer(node)(n)
    }

    /// As [`Net::filing`], for many.
    pub fn signer(&self, node: u16) -> impl Fn(u64) -> Vec<u8> + use<> {
        let (net, key) = (self.network_file().net, self.gateway_key(node));
        move |n| Filing::signed(net, node, commitment(n), &key).encode()
    }

    /// The secret key of a node's gateway.
    pub fn gateway_key(&self, node: u16) -> SigningKey {
        self.key(node, "gateway")
    }

    /// A decision that the first three authorities sign.
    pub fn decision(&self, action: &Action) -> Vec<u8> {
        self.decision_by(action, &[0, 1, 2])
    }

    /// A decision that these authorities sign.
    pub fn decision_by(&self, action: &Action, nodes: &[u16]) -> Vec<u8> {
        let keys: Vec<(u16, SigningKey)> = nodes
            .iter()
            .map(|node| (*node, self.key(*node, "governance")))
            .collect();
        let signers: Vec<(u16, &SigningKey)> =
            keys.iter().map(|(node, key)| (*node, key)).collect();
        Governance::signed(self.network_file().net, *action, &signers)
            .map(|decision| Tx::Governance(decision).encode())
            .unwrap()
    }

    fn key(&self, node: u16, name: &str) -> SigningKey {
        let path = folder_of(&self.path(), node)
            .join("keys")
            .join(format!("{name}.key"));
        SigningKey::from_bytes(&keys::read(&path).unwrap())
    }

    /// The ends of all logs.
    pub fn logs(&self) -> String {
        let mut out = String::new();
        for node in 0..NODES {
            for name in ["toend.log", "cometbft.log"] {
                let path = folder_of(&self.path(), node).join(name);
                let text = std::fs::read_to_string(path).unwrap_or_default();
                let last: Vec<&str> = text.lines().rev().take(8).collect();
                let _ = writeln!(out, "node {node} {name}:");
                for line in last.iter().rev() {
                    let _ = writeln!(out, "  {}", line.get(..300).unwrap_or(line));
                }
            }
        }
        out
    }

    /// Ends everything as a person does; whether it ended well. Ctrl-C in a terminal reaches every process of the group that
    /// runs there: those that the supervisor has to end in order must not be among them.
    pub fn stop(mut self) -> bool {
        let Some(Supervisor::Program(up)) = &self.up else {
            return false;
        };
        let supervisor = Pid::from_raw(i32::try_from(up.id()).unwrap()).unwrap();
        let group = getpgid(Some(supervisor)).unwrap();
        let named = |node| ["toend", "cometbft"].map(|name| (node, name));
        for (node, name) in (0..NODES).flat_map(named) {
            let id = self.process(node, name).and_then(Pid::from_raw);
            if id.is_some_and(|id| getpgid(Some(id)).is_ok_and(|of| of == group)) {
                println!("node {node} {name} would end at Ctrl-C before it is asked to");
                return false;
            }
        }
        let Some(Supervisor::Program(mut up)) = self.up.take() else {
            return false;
        };
        kill_process(supervisor, Signal::INT).unwrap();
        up.wait().unwrap().success()
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        match self.up.take() {
            Some(Supervisor::Program(mut up)) => {
                if let Some(id) = i32::try_from(up.id()).ok().and_then(Pid::from_raw) {
                    let _ = kill_process(id, Signal::TERM);
                }
                let _ = up.wait();
            }
            Some(Supervisor::Here(runtime, running)) => runtime.block_on(running.shutdown()),
            None => {}
        }
    }
}

/// Blocks come several times a second here: a node that takes the state from the others looks around for five seconds
/// first, and what it then asks for must still be there.
fn keep_snapshots(network: &Path) {
    for node in 0..NODES {
        let path = folder_of(network, node).join(toend_node::testnet::CONFIG);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("keep = 2\n"), "{text}");
        std::fs::write(path, text.replace("keep = 2\n", "keep = 60\n")).unwrap();
    }
}

/// Waits for this network's turn; it lasts while the file is held.
pub fn one_network() -> File {
    let turn = File::create(std::env::temp_dir().join("toend-one-network.lock")).unwrap();
    turn.lock().unwrap();
    turn
}

/// What [`Net::filing`] commits to.
pub fn commitment(n: u64) -> Hash {
    sha256(&[b"filing", &n.to_be_bytes()])
}

/// The first of enough free ports in a row, outside the range that the system hands out by itself.
pub fn free_ports() -> u16 {
    let needed = NODES * 10;
    let start = 10_000 + (std::process::id() % 400) as u16 * 40;
    (0..400u16)
        .map(|i| 10_000 + (start - 10_000 + i * needed) % 16_000)
        .find(|base| {
            (*base..base + needed)
                .all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok())
        })
        .expect("some forty ports in a row are free")
}
