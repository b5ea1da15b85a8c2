//! Every authority loses its machine. What is left: keys from custody, one backup of the ledger, one of each register.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use toend_client::dto::LedgerState;
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_node::ledger_backup::signed;
use toend_node::testnet::{COMET_HOME, CONFIG, folder_of};
use toend_state_machine::Code;

use crate::history::{self, Acknowledged, place_of};
use crate::network::{NODES, Net, PATIENCE, commitment};

/// Authorities that keep a register, the first ones; each keeps the one with the next number.
const KEEPERS: [u16; 3] = [0, 1, 2];
/// First filing of the load.
const LOAD: u64 = 1000;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_toend-node"));
    command.args(arguments).output().unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str], why: &str) {
    let output = run(arguments);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains(why), "{text}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn config(net: &Net, node: u16) -> PathBuf {
    folder_of(&net.path(), node).join(CONFIG)
}

/// Files and waits for the place.
fn file(net: &Net, n: u64) -> Acknowledged {
    assert_eq!(net.rpc(0).broadcast(&net.filing(0, n)).unwrap().code, 0);
    net.wait("a filing", || place_of(net, 1, &commitment(n)).is_some());
    place_of(net, 1, &commitment(n)).unwrap()
}

fn sealed(net: &Net, keeper: u16) -> u64 {
    let key = Key::Register(Reg(keeper + 1));
    let value = history::state(net, 3, &key).map(|bytes| RegisterValue::decode(&bytes).unwrap());
    value.map_or(0, |value| value.next_batch - 1)
}

fn some_batches(net: &Net, keeper: u16) {
    // Whatever a database or the node that is asked lags behind: more than that.
    let before = sealed(net, keeper);
    net.wait("some batches", || sealed(net, keeper) >= before + 5);
}

/// Filings one after the other while the flag stands; how many were handed in.
fn load(net: &Net, on: &AtomicBool) -> u64 {
    let (rpc, filing) = (net.rpc(1), net.signer(1));
    let mut n = LOAD;
    while on.load(Ordering::Relaxed) {
        if rpc
            .broadcast(&filing(n))
            .is_ok_and(|checked| [0, Code::FilingStands.number()].contains(&checked.code))
        {
            n += 1;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    n
}

/// Somebody's program, given the network file of the beginning only: runs until the ledger is so.
async fn client(net: &Net, name: &str, until: impl Fn(LedgerState, u64) -> bool) -> u64 {
    let network = net.scratch().join("network.json");
    let source = NetworkSource::File(network);
    let config = Config::new(net.scratch().join(name), source, CardSource::DemoOnly);
    let client = Client::start(config).await.unwrap();
    let end = Instant::now() + PATIENCE;
    let height = loop {
        let ledger = client.status().ledger;
        let height = ledger.height;
        if until(ledger.state, height) {
            break height;
        }
        assert!(Instant::now() < end, "{name}: {ledger:?}\n{}", net.logs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    client.shutdown().await;
    height
}

/// Ends the load also when the test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[test]
fn the_ledger_comes_back_after_every_machine_was_lost() {
    let Some(mut net) = Net::start(true, 0) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let network = net.path().join("network.json");
    std::fs::copy(network, net.scratch().join("network.json")).unwrap();
    let mut acknowledged = vec![file(&net, 1)];
    let scratch = net.scratch().to_path_buf();
    let backups = |keeper: u16| scratch.join(format!("register-{keeper}.backup"));
    let save_register = |net: &Net, keeper: u16| {
        let (config, output) = (config(net, keeper), backups(keeper));
        let (config, output) = (text(&config), text(&output));
        said(&["register", "backup", "--config", config, "--output", output]);
    };
    let up_to_date = |least: u64| {
        move |state: LedgerState, height: u64| state == LedgerState::UpToDate && height >= least
    };
    runtime.block_on(client(&net, "early", up_to_date(2)));

    // One register is saved before the ledger and two after it; the load goes on all the while.
    let on = AtomicBool::new(true);
    let saved = net.scratch().join("ledger");
    let keeper_of_ledger = config(&net, 3);
    let backup = [
        "ledger",
        "backup",
        "--config",
        text(&keeper_of_ledger),
        "--output",
        text(&saved),
    ];
    let (newest, lost, late) = std::thread::scope(|threads| {
        let _end = Ends(&on);
        let loading = threads.spawn(|| load(&net, &on));
        save_register(&net, 0);
        some_batches(&net, 0);
        refused(&backup, "another process works on");
        net.hold(3);
        let told = said(&backup);
        let newest: u64 = crate::govern::value_of(&told, "newest block")
            .parse()
            .unwrap();
        net.release(3);
        for keeper in [1, 2] {
            net.wait("node 3", || sealed(&net, keeper) > 0);
            some_batches(&net, keeper);
            save_register(&net, keeper);
        }
        let lost = file(&net, 2);
        assert!(lost.height > newest);
        let late = runtime.block_on(client(&net, "late", up_to_date(lost.height)));
        on.store(false, Ordering::Relaxed);
        let loaded = loading.join().unwrap();
        net.go_on(&[0, 1, 2, 3], 3);
        let places = (LOAD..loaded).filter_map(|n| place_of(&net, 0, &commitment(n)));
        acknowledged.extend(places.filter(|one| one.height < newest));
        (newest, lost, late)
    });
    assert!(acknowledged.len() > 3, "{acknowledged:?}");

    net.halt();
    for node in 0..NODES {
        lose_the_machine(&net, node);
    }
    let newest_text = newest.to_string();
    for node in KEEPERS {
        let config = config(&net, node);
        let restore = |newest: &str| {
            let arguments = [
                "ledger",
                "restore",
                "--config",
                text(&config),
                "--newest",
                newest,
                text(&saved),
            ];
            arguments.map(str::to_owned)
        };
        let too_low = restore(&(newest - 1).to_string());
        refused(&too_low.each_ref().map(String::as_str), "is not");
        said(&restore(&newest_text).each_ref().map(String::as_str));
        refused(
            &restore(&newest_text).each_ref().map(String::as_str),
            "is in the way",
        );
        let backup = backups(node);
        said(&[
            "register",
            "restore",
            "--config",
            text(&config),
            text(&backup),
        ]);
    }
    // The fourth brings nothing but its keys, and takes everything from the others.
    let home = folder_of(&net.path(), 3).join("cometbft");
    said(&[
        "ledger",
        "sign-after",
        "--cometbft",
        text(&home),
        &newest_text,
    ]);
    for node in 0..NODES {
        let home = folder_of(&net.path(), node).join(COMET_HOME);
        let signed = signed::last(&home).unwrap();
        assert_eq!(signed, newest, "node {node} could sign a block twice");
    }

    net.relaunch();
    net.wait("new blocks", || {
        (0..NODES).all(|node| net.height(node) > newest + 3)
    });
    for keeper in KEEPERS {
        go_on(&net, keeper);
    }
    for keeper in KEEPERS {
        some_batches(&net, keeper);
    }
    history::check(&net, &acknowledged);
    // What came after the backup is gone, and nobody says otherwise; it can be filed again.
    for node in 0..NODES {
        assert_eq!(place_of(&net, node, &lost.f), None);
    }
    assert!(file(&net, 2).height > lost.height.min(newest));
    crate::registers::check_ahead(&net, &[1, 2]);

    // Who followed up to somewhere before the backup follows on; who saw more than came back is not led on.
    net.wait("the old height", || net.height(0) > late + 3);
    runtime.block_on(client(&net, "early", up_to_date(late)));
    let attacked = |state: LedgerState, _: u64| state == LedgerState::Attacked;
    runtime.block_on(client(&net, "late", attacked));
    assert!(net.stop(), "the supervisor did not end well");
}

/// Leaves what custody has: configuration, keys, and the key of the register's database.
fn lose_the_machine(net: &Net, node: u16) {
    let own = folder_of(&net.path(), node);
    let registers = own.join("data/registers");
    let name = format!("register-{}.key", node + 1);
    let key = std::fs::read(registers.join(&name)).ok();
    std::fs::remove_dir_all(own.join("data")).unwrap();
    std::fs::remove_dir_all(own.join("cometbft/data")).unwrap();
    if let Some(key) = key {
        std::fs::create_dir_all(&registers).unwrap();
        std::fs::write(registers.join(name), key).unwrap();
    }
}

/// The register says in the log where the ledger stands; a person decides, and the gateway opens.
fn go_on(net: &Net, keeper: u16) {
    let config = config(net, keeper);
    let gateway = net.gateway_url(keeper);
    let address = gateway.trim_start_matches("http://");
    let mut decided = None;
    net.wait("the register", || {
        if TcpStream::connect(address).is_ok() {
            return true;
        }
        let log = net.log(keeper, "toend", 0);
        let named = log.rsplit_once("go-on --batches ").map(|(_, rest)| {
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            digits.unwrap_or_default().to_owned()
        });
        if named.is_some() && named != decided {
            let batches = named.as_deref().unwrap();
            said(&[
                "register",
                "go-on",
                "--config",
                text(&config),
                "--batches",
                batches,
            ]);
            decided = named;
        }
        false
    });
    assert!(decided.is_some(), "register {} needed nobody", keeper + 1);
}
