//! A register's import beside a network that goes on, killed like anything else.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use toend_node::demo::invented_person;
use toend_node::testnet::{CONFIG, folder_of};

use crate::network::Net;

/// The authority whose register takes everything in.
pub const KEEPER: u16 = 0;
const LINES: u64 = 400;

/// Visits of invented people; each round has others.
fn input(net: &Net, round: u32) -> PathBuf {
    let mut text = String::from("subject.code,record.key,record.version,record.ended,title,date\n");
    for i in 0..LINES {
        let person = invented_person(i % 40);
        writeln!(text, "{},r{round}-{i},,,visit,2026-01-05", person.code()).unwrap();
    }
    let path = net.scratch().join(format!("visits-{round}.csv"));
    std::fs::write(&path, text).unwrap();
    path
}

/// Kills an import after so long, and lets another one finish it: it takes each line once. The keeper's authority stands still
/// meanwhile, as an import demands.
pub fn kill_one(net: &Net, round: u32, after: Duration) {
    let input = input(net, round);
    let import = || {
        let mut command = Command::new(net.own_program());
        command
            .args(["register", "import", "--schema", "visit"])
            .args(["--lines-per-transaction", "20", "--config"])
            .arg(folder_of(&net.path(), KEEPER).join(CONFIG))
            .arg("--input")
            .arg(&input);
        command
    };
    net.hold(KEEPER);
    let mut child = import()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let done = import().output().unwrap();
    net.release(KEEPER);
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{done:?}");
    // It may have been done just before it was killed.
    let whole = said.starts_with("done before")
        || said.lines().any(|line| {
            line.strip_prefix("entries taken")
                .is_some_and(|count| count.trim().parse() == Ok(LINES))
        });
    assert!(whole, "{said}");
}
