//! Tests that need a network and mounts of their own: each runs again as a process inside fresh namespaces.
//!
//! Whatever is made there (bridges, cut lines, small volumes) is gone when that process ends, and nobody else sees it.

use std::process::{Command, Stdio};

/// Names the test that a process was started for.
const INSIDE: &str = "TOEND_INSIDE";

/// What names a proxy.
const PROXIES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// True inside. Outside it runs the test `name` of this program inside and fails as it does; where the system allows no
/// namespaces it says so.
pub fn inside(name: &str) -> bool {
    // Names as the test harness knows them, without the program's own.
    let name = name.split_once("::").map_or(name, |(_, name)| name);
    if std::env::var_os(INSIDE).is_some_and(|inside| inside == name) {
        return true;
    }
    if let Err(reason) = run(unshare().arg("true")) {
        println!("skipped: this system gives a test no namespaces of its own: {reason}");
        return false;
    }
    let own = std::env::current_exe().unwrap();
    let mut again = unshare();
    // A proxy of the surroundings cannot be reached from there.
    for name in PROXIES {
        again.env_remove(name);
    }
    let ended = again
        .arg(own)
        .args(["--exact", name, "--nocapture"])
        .env(INSIDE, name)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    println!("{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "inside: {}", ended.status);
    assert!(said.contains("test result: ok. 1 passed"), "no such test");
    false
}

/// In namespaces of its own, as root or as a user who is root there.
fn unshare() -> Command {
    let mut command = program("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount"]);
    command
}

/// A program of the system, found also where only root looks.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

/// Runs a command to its end; what it complained of otherwise.
pub fn run(command: &mut Command) -> Result<(), String> {
    let ended = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    if ended.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&ended.stderr).trim().to_owned())
}
