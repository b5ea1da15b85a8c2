//! A second computer with a validator's key: its own CometBFT, its own program, and no memory of what the first one signed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use toend_node::comet::rpc::CometRpc;
use toend_node::testnet::{self, COMET_HOME, CONFIG, folder_of};

use crate::cometbft::free_port;
use crate::network::Net;

/// What each of the two keeps for itself: what it signed, its blocks and state, and under which name nodes know it.
const OWN: [&str; 4] = ["data", "node_key.json", "addrbook.json", "application.sock"];

/// Makes a validator begin each height at once and tell everybody at once. Two that share a key both propose before they
/// have heard of each other, more often than not.
pub fn hurry(network: &Path, node: u16) {
    let config = folder_of(network, node).join(COMET_HOME).join("config");
    let path = config.join("config.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let waits = "timeout_commit = \"200ms\"\n";
    assert!(text.contains(waits), "{text}");
    let hurries = "timeout_commit = \"1ms\"\npeer_gossip_sleep_duration = \"1ms\"\n";
    std::fs::write(path, text.replace(waits, hurries)).unwrap();
}

/// The running second computer; it ends when dropped.
pub struct Twin {
    folder: PathBuf,
    rpc: CometRpc,
    processes: Vec<Child>,
}

impl Twin {
    /// Copies what an authority was set up with, and starts it once more under other addresses.
    pub fn start(net: &Net, of: u16) -> Self {
        let (original, folder) = (folder_of(&net.path(), of), net.scratch().join("twin"));
        copy(&original, &folder);
        let ports = testnet::ports(net.base_port(), of);
        let here = |port| format!("127.0.0.1:{port}");
        let moved = [ports.rpc, ports.p2p, ports.gateway, ports.application]
            .map(|port| (here(port), here(free_port())));
        let rpc = &moved[0].1;
        let place = |folder: &Path| folder.canonicalize().unwrap().display().to_string();
        let (there, here) = (place(&original), place(&folder));
        for name in [CONFIG, "cometbft/config/config.toml"] {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            let text = moved
                .iter()
                .fold(text.replace(&there, &here), |text, (from, to)| {
                    text.replace(from, to)
                });
            std::fs::write(path, text).unwrap();
        }
        let home = folder.join(COMET_HOME);
        let nothing_signed = br#"{"height":"0","round":0,"step":0}"#;
        std::fs::create_dir(home.join("data")).unwrap();
        std::fs::write(home.join("data/priv_validator_state.json"), nothing_signed).unwrap();
        let mut twin = Self {
            rpc: CometRpc::new(&format!("http://{rpc}")).unwrap(),
            folder,
            processes: Vec::new(),
        };
        let mut own = Command::new(net.own_program());
        own.arg("authority").arg(twin.folder.join(CONFIG));
        // It ends with this test, however that ends, and its CometBFT with it.
        own.arg("--with-parent");
        let mut engine = Command::new(net.program());
        engine.arg("start").arg("--home").arg(home);
        for (name, mut command) in [("toend.log", own), ("cometbft.log", engine)] {
            let log = File::create(twin.folder.join(name)).unwrap();
            command.stdin(Stdio::piped());
            command.stderr(log.try_clone().unwrap());
            twin.processes.push(command.stdout(log).spawn().unwrap());
        }
        net.wait("the second computer among the others", || {
            twin.running();
            let status = twin.rpc.status();
            status.is_ok_and(|status| !status.catching_up && status.latest > 1)
        });
        twin
    }

    /// Fails when one of its processes has ended.
    pub fn running(&mut self) {
        for process in &mut self.processes {
            if let Some(status) = process.try_wait().unwrap() {
                let said = ["toend.log", "cometbft.log"]
                    .map(|name| std::fs::read_to_string(self.folder.join(name)).unwrap());
                panic!("the second computer ended with {status}: {said:?}");
            }
        }
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Keys and configuration.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = entry.path();
        let passing = path
            .extension()
            .is_some_and(|kind| kind == "log" || kind == "pid");
        if OWN.contains(&name.as_str()) || passing {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}
