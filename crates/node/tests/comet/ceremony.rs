//! Four authorities that each made their own keys in a folder of their own, started one process after the other.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_node::ceremony::{Draft, DraftMember};
use toend_node::comet::rpc::CometRpc;

use crate::cometbft::program;
use crate::network::{NODES, PATIENCE, free_ports, one_network};

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn node(arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_toend-node"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn start(program: &Path, arguments: &[&str], folder: &Path, log: &str) -> Process {
    let log = std::fs::File::create(folder.join(log)).unwrap();
    let child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Process(child)
}

#[test]
fn authorities_that_made_their_own_keys_run_a_network() {
    let Some(cometbft) = program() else {
        return;
    };
    let _turn = one_network();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let base = free_ports();
    let port = |number: u16, which: u16| base + number * 10 + which;
    let ids = ["health-house", "tax-house", "business-house", "land-house"];
    let member = |number: u16, id: &str| DraftMember {
        id: id.to_owned(),
        names: named(id),
        p2p: format!("127.0.0.1:{}", port(number, 0)),
        gateway: format!("http://127.0.0.1:{}", port(number, 2)),
        rpc: format!("http://127.0.0.1:{}", port(number, 1)),
        tls_issuer: None,
        register: (number < 3).then_some(toend_ledger::state::Reg(number + 1)),
    };
    let draft = Draft {
        chain_id: "toend-ceremony".to_owned(),
        names: named("trial"),
        genesis_time_s: std::time::UNIX_EPOCH.elapsed().unwrap().as_secs(),
        block: Duration::from_millis(200),
        tick: Duration::from_secs(1),
        members: (0..)
            .zip(ids)
            .map(|(number, id)| member(number, id))
            .collect(),
    };
    std::fs::write(here.join("terms.toml"), draft.text()).unwrap();
    let publics: Vec<String> = (0..NODES)
        .map(|number| {
            let (n, home) = (number.to_string(), format!("host{number}"));
            node(
                &[
                    "keys",
                    "make",
                    "--terms",
                    "terms.toml",
                    "--authority",
                    &n,
                    "--output",
                    &home,
                ],
                here,
            );
            format!("{home}/public.toml")
        })
        .collect();
    let mut processes = Vec::new();
    for number in 0..NODES {
        let (out, home) = (format!("out{number}"), format!("host{number}"));
        let at = |which| format!("127.0.0.1:{}", port(number, which));
        let (p2p, rpc, gateway) = (at(0), at(1), at(2));
        let mut arguments = vec![
            "ceremony",
            "assemble",
            "--terms",
            "terms.toml",
            "--output",
            &out,
        ];
        arguments.extend([
            "--home",
            &home,
            "--p2p",
            &p2p,
            "--rpc",
            &rpc,
            "--gateway",
            &gateway,
        ]);
        arguments.extend(publics.iter().map(String::as_str));
        node(&arguments, here);
        let own = here.join(&home);
        let toend = PathBuf::from(env!("CARGO_BIN_EXE_toend-node"));
        processes.push(start(
            &toend,
            &["authority", "toend.toml"],
            &own,
            "toend.log",
        ));
        processes.push(start(
            &cometbft,
            &["start", "--home", "cometbft"],
            &own,
            "cometbft.log",
        ));
    }
    let one = std::fs::read(here.join("out0/network.json")).unwrap();
    for number in 1..NODES {
        let other = here.join(format!("out{number}/network.json"));
        assert_eq!(
            std::fs::read(other).unwrap(),
            one,
            "everybody has the same file"
        );
    }
    let rpc =
        |number: u16| CometRpc::new(&format!("http://127.0.0.1:{}", port(number, 1))).unwrap();
    let end = Instant::now() + PATIENCE;
    while !(0..NODES).all(|number| rpc(number).status().is_ok_and(|s| s.latest > 3)) {
        assert!(Instant::now() < end, "no blocks:\n{}", logs(here));
        std::thread::sleep(Duration::from_millis(200));
    }
    let network = toend_ledger::network::NetworkFile::decode(&one).unwrap();
    assert_eq!(
        rpc(2).header_hash(1).unwrap(),
        network.checkpoint.header_hash
    );

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let config = Config::new(
            here.join("client"),
            NetworkSource::File(here.join("out3/network.json")),
            CardSource::DemoOnly,
        );
        let client = Client::start(config).await.unwrap();
        let offices = loop {
            match client.offices().await {
                Ok(offices) if offices.page > 1 => break offices,
                Ok(_) => assert!(Instant::now() < end, "the client follows no block"),
                Err(error) => assert!(Instant::now() < end, "{error:?}\n{}", logs(here)),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        assert_eq!(offices.quorum, 3);
        let known: Vec<bool> = offices
            .authorities
            .iter()
            .map(|one| one.validates)
            .collect();
        assert_eq!(known, [true; 4]);
        client.shutdown().await;
    });
}

fn named(name: &str) -> toend_ledger::network::Names {
    toend_ledger::network::Names {
        et: name.to_owned(),
        en: name.to_owned(),
        ru: name.to_owned(),
    }
}

fn logs(folder: &Path) -> String {
    let mut out = String::new();
    for number in 0..NODES {
        for name in ["toend.log", "cometbft.log"] {
            let path = folder.join(format!("host{number}")).join(name);
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let last: Vec<&str> = text.lines().rev().take(6).collect();
            let _ = writeln!(out, "host {number} {name}: {last:#?}");
        }
    }
    out
}
