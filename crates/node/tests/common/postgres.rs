//! A PostgreSQL server for tests: made in a temporary folder, reached through a socket in it, gone with the test process however
//! that ends.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// The user that may do everything.
const USER: &str = "toend";
/// Runs the server until standard input ends, then ends it and takes its folder away.
const KEEPER: &str = r#""$1/postgres" -D "$2/data" -k "$2" $3 >>"$2/log" 2>&1 &
cat >/dev/null; kill -QUIT $! 2>/dev/null; wait $!; cd /; [ -n "$4" ] || rm -rf "$2""#;

/// A server.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    options: String,
    /// Port of the socket's name.
    port: u16,
    keepers: Mutex<Vec<Child>>,
    names: AtomicU32,
}

/// Where the server's programs are; none, with a line that says so, where it is not installed and need not be.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|programs| programs.join("initdb").is_file())
        .collect();
    found.sort();
    let on_path = std::env::var_os("PATH");
    let on_path = on_path.iter().flat_map(std::env::split_paths);
    let programs = found
        .pop()
        .or_else(|| on_path.into_iter().find(|one| one.join("initdb").is_file()));
    if programs.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is not installed: cargo xtask setup"
        );
        println!("skipped: PostgreSQL is not installed; cargo xtask setup installs it");
    }
    programs
}

/// User and group that the server runs as; it refuses to run as root.
fn other_user() -> Option<(u32, u32)> {
    let number = |what: &[&str]| {
        let told = Command::new("id").args(what).output().ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse().ok()
    };
    if number(&["-u"])? != 0 {
        return None;
    }
    let postgres = number(&["-u", "postgres"]).zip(number(&["-g", "postgres"]));
    postgres.or_else(|| number(&["-u", "nobody"]).zip(number(&["-g", "nobody"])))
}

fn as_user(program: impl AsRef<std::ffi::OsStr>) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

impl Server {
    /// One that all tests of this process share; it need not survive a power cut.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Server>> = OnceLock::new();
        SHARED
            .get_or_init(|| Self::start("-c fsync=off -c full_page_writes=off"))
            .as_ref()
    }

    /// A server of the caller's own, reached through its socket alone.
    pub fn start(options: &str) -> Option<Self> {
        let server = Self::make(options)?;
        server.run();
        Some(server)
    }

    /// Makes a server's folder without starting it.
    pub fn make(options: &str) -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("toend-pg")
            .tempdir()
            .unwrap();
        let folder = folder.keep();
        if let Some((user, group)) = other_user() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
        }
        let made = as_user(programs.join("initdb"))
            .args([
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(folder.join("data"))
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Some(Self {
            programs,
            folder,
            options: format!(
                "-c max_connections=400 -c shared_buffers=32MB -c log_min_messages=fatal {options}"
            ),
            port: 5432,
            keepers: Mutex::default(),
            names: AtomicU32::new(0),
        })
    }

    /// Lies beside the server's data; its socket is here.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts a file of the server's own where it reads it.
    pub fn place(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let file = &self.folder.join("data").join(name);
        std::fs::write(file, text).unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
        if let Some((user, group)) = other_user() {
            std::os::unix::fs::chown(file, Some(user), Some(group)).unwrap();
        }
    }

    /// Adds to the server's options before it runs.
    pub fn with(&mut self, port: u16, options: &str) {
        self.port = port;
        self.options = format!("{} -c port={port} {options}", self.options);
    }

    /// Runs it, and waits until it answers.
    pub fn run(&self) {
        let options = if self.options.contains("listen_addresses") {
            self.options.clone()
        } else {
            // Through the shell without quotes, an empty value is nothing after the sign.
            format!("{} -c listen_addresses=", self.options)
        };
        let end = Instant::now() + PATIENCE;
        loop {
            let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
            let again = if keepers.is_empty() { "" } else { "again" };
            let mut keeper = as_user("sh")
                .args(["-c", KEEPER, "sh"])
                .args([&self.programs, &self.folder])
                .args([options.as_str(), again])
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            // A server killed a moment ago may still hold its memory, and this one ends at once.
            let ready = Instant::now() + Duration::from_secs(10);
            while Instant::now() < ready {
                if self.answers() {
                    keepers.push(keeper);
                    return;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            drop(keeper.stdin.take());
            let _ = keeper.wait();
            assert!(!again.is_empty() && Instant::now() < end, "{}", self.log());
        }
    }

    fn answers(&self) -> bool {
        let asked = as_user(self.programs.join("pg_isready"))
            .args([
                "-q",
                "-t",
                "5",
                "-U",
                USER,
                "-p",
                &self.port.to_string(),
                "-h",
            ])
            .arg(&self.folder)
            .status();
        asked.is_ok_and(|status| status.success())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Kills the server's main process, without a chance to end anything.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let id = file.lines().next().unwrap().trim().parse().unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
    }

    /// Makes an empty database.
    pub fn database(&self) -> String {
        let number = self.names.fetch_add(1, Ordering::SeqCst);
        let name = format!("register_{number}");
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// The address of a database.
    pub fn address(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!(
            "postgresql://{USER}@/{database}?host={folder}&port={}",
            self.port
        )
    }

    /// Runs SQL as whoever may do everything, and returns what it says.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let run = as_user(self.programs.join("psql"))
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", USER])
            .args([
                "-p",
                &self.port.to_string(),
                "-d",
                database,
                "-c",
                sql,
                "-h",
            ])
            .arg(&self.folder)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{sql}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        String::from_utf8(run.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let keepers = self
            .keepers
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        // The first takes the folder away, so it comes last.
        while let Some(mut keeper) = keepers.pop() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}
