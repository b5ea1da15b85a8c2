//! Disks that are full, and disks that are slow: small volumes of memory for the folders of some authorities, and system
//! calls that are held up.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use toend_ledger::cbor::Value;
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::schema::{self, ListKind};
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_ledger::subject::Subject;
use toend_node::demo;
use toend_node::registers::{Contents, Delivery, RegisterError};
use toend_node::storage::StorageError;
use toend_node::testnet::{COMET_HOME, folder_of};

use crate::followers::Followers;
use crate::history;
use crate::load::Load;
use crate::namespace::{inside, program, run};
use crate::network::Net;
use crate::partitions::finish;
use crate::registers;
use crate::wires::Wires;

/// Size of a small volume.
const SMALL: &str = "24m";
/// How long each write to the slow disk is held up, in microseconds.
const SLOW: u32 = 120_000;
/// What the authority's program says about a full disk.
const FULL: &str = "the disk is full";
/// And when it ends.
const WHAT_TO_DO: &str = "the disk is full: free space under";
/// What CometBFT says.
const NO_SPACE: &str = "no space left on device";

#[test]
fn full_and_slow_disks_lose_nothing_and_recover() {
    if !inside(concat!(
        module_path!(),
        "::full_and_slow_disks_lose_nothing_and_recover"
    )) {
        return;
    }
    let Some(net) = Net::start_with(true, 0, Some(Wires::lay()), small_volumes) else {
        return;
    };
    let net = Arc::new(net);
    let followers = Followers::start(&net);
    let load = Load::start(&net, 10_000);

    full(&net, 3, "toend", &data_of(&net.path(), 3), WHAT_TO_DO);
    full(&net, 2, "cometbft", &engine_of(&net.path(), 2), NO_SPACE);
    a_registers_disk_is_full(&net);
    nothing_is_taken_in_on_a_full_disk(&net);
    one_disk_is_slow(&net);

    let filed = finish(&net, load);
    history::check_all(&net, &filed, &followers.finish());
}

fn data_of(network: &Path, node: u16) -> PathBuf {
    folder_of(network, node).join("data")
}

fn engine_of(network: &Path, node: u16) -> PathBuf {
    folder_of(network, node).join(COMET_HOME).join("data")
}

fn register_of(network: &Path, node: u16) -> PathBuf {
    data_of(network, node).join("registers")
}

/// Puts the folders that will be full on volumes of their own.
fn small_volumes(network: &Path) {
    volume(&data_of(network, 3));
    volume(&register_of(network, 1));
    let engine = engine_of(network, 2);
    let signed = engine.join("priv_validator_state.json");
    let state = std::fs::read(&signed).unwrap();
    volume(&engine);
    std::fs::write(signed, state).unwrap();
}

fn volume(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let size = format!("size={SMALL},mode=700");
    run(program("mount")
        .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
        .arg(folder))
    .unwrap();
}

/// What takes all space of a volume.
struct Ballast(PathBuf);

impl Ballast {
    /// Writes until nothing more fits.
    fn fill(folder: &Path) -> Self {
        let path = folder.join("ballast");
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&path)
            .unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        Self(path)
    }

    fn free(self) {
        std::fs::remove_file(self.0).unwrap();
    }
}

/// One process finds its disk full, says so, and is back once there is space. The others go on.
fn full(net: &Net, node: u16, process: &str, folder: &Path, says: &str) {
    let before = net.log(node, process, 0).len();
    let mut ballast = Ballast::fill(folder);
    net.wait("a word about the full disk", || {
        // A database may have given back some space.
        ballast = Ballast::fill(folder);
        net.log(node, process, before).contains(says)
    });
    let others: Vec<u16> = (0..4).filter(|other| *other != node).collect();
    net.go_on(&others, 5);
    ballast.free();
    let ahead = net.height(others[0]);
    net.wait("the one whose disk was full", || net.height(node) >= ahead);
}

/// A register's database finds its disk full: it seals nothing, its authority goes on, and it seals again afterwards.
fn a_registers_disk_is_full(net: &Net) {
    let folder = register_of(&net.path(), 1);
    let before = net.log(1, "toend", 0).len();
    let mut ballast = Ballast::fill(&folder);
    net.wait("a word about the full disk", || {
        ballast = Ballast::fill(&folder);
        net.log(1, "toend", before).contains(FULL)
    });
    net.go_on(&[0, 1, 2, 3], 5);
    ballast.free();
    let sealed = || {
        let key = Key::Register(Reg(2));
        let bytes = history::state(net, 1, &key).unwrap();
        RegisterValue::decode(&bytes).unwrap().next_batch
    };
    let then = sealed();
    net.wait("the next batches", || sealed() >= then + 3);
}

/// What a register takes in on a full disk is not acknowledged, and nothing of it stays; later it is taken.
fn nothing_is_taken_in_on_a_full_disk(net: &Net) {
    let folder = net.scratch().join("copied");
    volume(&folder);
    let subject = Subject::person("EE", demo::MARI).unwrap();
    let kind = schema::all()
        .find(|one| {
            one.reg == 2 && one.list != ListKind::Public && one.class == Class::Records as u8
        })
        .unwrap();
    let contents = Contents::new(
        kind,
        vec![Value::Absent; kind.fields.len()],
        std::collections::BTreeMap::new(),
    )
    .unwrap();
    let deliveries: Vec<Delivery> = (0..200)
        .map(|n| Delivery {
            subject: subject.clone(),
            class: Class::Records,
            key: format!("entry {n}"),
            v: 1,
            flag: Flag::Current,
            contents: contents.clone(),
        })
        .collect();
    let copied = registers::copy(net, 1, &folder);
    let register = copied.open();
    register.know(std::slice::from_ref(&subject)).unwrap();
    let before = register.size(&subject, Class::Records).unwrap();
    let ballast = Ballast::fill(&folder);
    let refused = register.receive(&deliveries, 1);
    assert_eq!(refused, Err(RegisterError::Storage(StorageError::Full)));
    assert_eq!(register.size(&subject, Class::Records).unwrap(), before);
    ballast.free();
    let taken = register.receive(&deliveries, 1).unwrap();
    assert_eq!(taken.len(), deliveries.len());
    drop(register);
    let reopened = copied.open();
    let size = reopened.size(&subject, Class::Records).unwrap();
    assert_eq!(size, before.map(|before| before + taken.len() as u64));
}

/// Every write that one authority waits for takes long.
fn one_disk_is_slow(net: &Net) {
    let report = net.scratch().join("calls");
    let mut holders = Vec::new();
    for process in ["toend", "cometbft"] {
        let id = net.process(3, process).unwrap();
        let file = report.with_extension(process);
        let holder = program("strace")
            .args(["-f", "-q", "-e", "trace=fsync,fdatasync", "-e"])
            .arg(format!("inject=fsync,fdatasync:delay_exit={SLOW}"))
            .arg("-o")
            .arg(&file)
            .args(["-p", &id.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        match holder {
            Ok(holder) => holders.push((holder, file)),
            Err(error) => {
                println!("left out: strace: {error}");
                for (holder, _) in holders {
                    end(holder);
                }
                return;
            }
        }
    }
    let held_up = |file: &Path| {
        let calls = std::fs::read_to_string(file).unwrap_or_default();
        calls.matches("(DELAYED)").count()
    };
    net.go_on(&[0, 1, 2], 5);
    net.wait("a slow write of each process", || {
        holders.iter().all(|(_, file)| held_up(file) > 5)
    });
    net.go_on(&[0, 1, 2], 5);
    for (holder, file) in holders {
        println!("{} writes were held up", held_up(&file));
        end(holder);
    }
    let ahead = net.height(0);
    net.wait("the one with the slow disk", || net.height(3) >= ahead);
}

/// Ends strace as a person does, so that it lets go of the process.
fn end(mut holder: Child) {
    let id = Pid::from_raw(i32::try_from(holder.id()).unwrap()).unwrap();
    // It may have ended with its process.
    let _ = kill_process(id, Signal::INT);
    holder.wait().unwrap();
}
