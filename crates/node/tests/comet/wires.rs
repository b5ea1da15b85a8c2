//! Lines between authorities: each in a network namespace of its own, all joined by a bridge in a further one.
//!
//! People (the test program) are on the bridge too and reach everybody, whatever is cut between authorities.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use toend_node::testnet::{self, folder_of};

use crate::namespace::{program, run};
use crate::network::NODES;

/// Nobody has this hardware address: what is sent there vanishes without a word.
const NOWHERE: &str = "02:00:00:00:ff:ff";

/// The lines. They end with the namespaces of this process.
pub struct Wires(());

/// Address of an authority.
pub fn host(node: u16) -> String {
    format!("10.77.0.{}", 11 + node)
}

fn ip(line: &str) -> Result<(), String> {
    run(program("ip").args(line.split(' '))).map_err(|error| format!("ip {line}: {error}"))
}

#[allow(clippy::unused_self, reason = "only who has laid wires can cut them")]
impl Wires {
    /// Makes namespaces, bridge and lines.
    pub fn lay() -> Self {
        // Where namespaces get names; this process has its own.
        run(program("mount").args(["-t", "tmpfs", "tmpfs", "/run"])).unwrap();
        let mut lines = vec![
            "link set lo up".to_owned(),
            "netns add bridge".to_owned(),
            "-n bridge link add br0 type bridge forward_delay 0".to_owned(),
            "-n bridge link set br0 up".to_owned(),
            "link add eth0 type veth peer name people netns bridge".to_owned(),
            "-n bridge link set people master br0 up".to_owned(),
            "address add 10.77.0.1/24 dev eth0".to_owned(),
            "link set eth0 up".to_owned(),
        ];
        for node in 0..NODES {
            lines.extend([
                format!("netns add a{node}"),
                format!("-n a{node} link add eth0 type veth peer name a{node} netns bridge"),
                format!("-n bridge link set a{node} master br0 up"),
                format!("-n a{node} link set lo up"),
                format!("-n a{node} address add {}/24 dev eth0", host(node)),
                format!("-n a{node} link set eth0 up"),
            ]);
        }
        for line in lines {
            ip(&line).unwrap();
        }
        Self(())
    }

    /// Gives every authority of a network that was just made the address of its namespace, and returns the programs that
    /// start its processes there: our own and CometBFT.
    pub fn settle(&self, network: &Path, base_port: u16, cometbft: &Path) -> (PathBuf, PathBuf) {
        let mut files = vec![network.join(testnet::NETWORK)];
        for node in 0..NODES {
            let folder = folder_of(network, node);
            let config = folder.join(testnet::COMET_HOME).join("config");
            files.extend([
                folder.join(testnet::NETWORK),
                folder.join(testnet::CONFIG),
                config.join("config.toml"),
            ]);
        }
        for file in files {
            let mut text = std::fs::read_to_string(&file).unwrap();
            for node in 0..NODES {
                let ports = testnet::ports(base_port, node);
                for port in [ports.p2p, ports.rpc, ports.gateway] {
                    let there = format!("{}:{port}", host(node));
                    text = text.replace(&format!("127.0.0.1:{port}"), &there);
                }
            }
            std::fs::write(file, text).unwrap();
        }
        let own = Path::new(env!("CARGO_BIN_EXE_toend-node"));
        (
            starter(network, "own", own),
            starter(network, "engine", cometbft),
        )
    }

    /// An address on this computer that leads to an authority's port: people's clients speak without TLS only there.
    pub fn relay(&self, node: u16, port: u16) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = TcpStream::connect((host(node), port));
                let (Ok(from), Ok(far)) = (near.try_clone(), far) else {
                    continue;
                };
                let Ok(to) = far.try_clone() else { continue };
                std::thread::spawn(move || pass(from, far));
                std::thread::spawn(move || pass(to, near));
            }
        });
        here
    }

    /// Everything that one sends to the other vanishes.
    pub fn cut(&self, from: u16, to: u16) {
        let (to, lost) = (host(to), NOWHERE);
        ip(&format!(
            "-n a{from} neigh replace {to} lladdr {lost} dev eth0 nud permanent"
        ))
        .unwrap();
    }

    /// Ends a cut.
    pub fn mend(&self, from: u16, to: u16) {
        // Nothing was cut: nothing to do.
        let _ = ip(&format!("-n a{from} neigh del {} dev eth0", host(to)));
    }

    /// Neither side hears the other.
    pub fn part(&self, these: &[u16], those: &[u16]) {
        for (a, b) in these
            .iter()
            .flat_map(|a| those.iter().map(move |b| (*a, *b)))
        {
            self.cut(a, b);
            self.cut(b, a);
        }
    }

    /// Ends every cut.
    pub fn heal(&self) {
        for (a, b) in (0..NODES).flat_map(|a| (0..NODES).map(move |b| (a, b))) {
            if a != b {
                self.mend(a, b);
            }
        }
    }

    /// Makes every authority's line bad: late and with losses, or, where the kernel cannot do that, narrow with what does
    /// not fit dropped. Which it was; none when the kernel can do neither.
    pub fn worsen(&self) -> Option<&'static str> {
        let kinds = [
            "netem delay 60ms 20ms loss 5%",
            "tbf rate 1mbit burst 4kb limit 12kb",
        ];
        kinds
            .into_iter()
            .find(|kind| (0..NODES).all(|node| tc(node, "replace", kind).is_ok()))
    }

    /// Makes all lines good again.
    pub fn better(&self) {
        for node in 0..NODES {
            tc(node, "del", "").unwrap();
        }
    }

    /// Packets that bad lines dropped, of all authorities.
    pub fn dropped(&self) -> u64 {
        (0..NODES)
            .map(|node| {
                let line = format!("-n a{node} -s qdisc show dev eth0");
                let said = program("tc").args(line.split(' ')).output().unwrap();
                let said = String::from_utf8_lossy(&said.stdout).into_owned();
                let count = said.split("dropped ").nth(1);
                let count =
                    count.and_then(|rest| rest.split([',', ' ']).next()?.parse::<u64>().ok());
                count.unwrap_or(0)
            })
            .sum()
    }
}

/// Hands on what one says until it ends.
fn pass(mut from: TcpStream, mut to: TcpStream) {
    // Whoever is at the other end notices a line that broke.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

fn tc(node: u16, what: &str, kind: &str) -> Result<(), String> {
    let line = format!("-n a{node} qdisc {what} dev eth0 root {kind}");
    run(program("tc").args(line.split_whitespace()))
}

/// A program that starts another one in the namespace of the authority that its arguments name.
fn starter(network: &Path, name: &str, program: &Path) -> PathBuf {
    let path = network.join(name);
    let program = program.display();
    let script = format!(
        "#!/bin/sh\nnode=\n\
         for argument; do\n\
         case \"$argument\" in */node[0-9]*/*) node=${{argument##*/node}}; node=${{node%%/*}};; esac\n\
         done\n\
         [ -n \"$node\" ] || exec {program} \"$@\"\n\
         exec nsenter --net=/run/netns/a$node {program} \"$@\"\n"
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}
