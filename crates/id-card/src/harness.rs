//! For tests: a PC/SC service of their own with virtual readers, where nobody else sees or disturbs it.
//!
//! The service and the virtual cards run in a network and mount namespace of their own, because the driver of
//! the virtual readers listens on all addresses. Programs under test reach the service through its socket file
//! alone: give them the environment variable of [`Harness::env`].
//!
//! ```no_run
//! # use toend_id_card::harness::Harness;
//! let mut harness = Harness::start()?;
//! let (name, value) = harness.env();
//! let program = std::process::Command::new("toend-desktop").env(name, value).spawn();
//! harness.insert(0, "mari-liis")?;
//! harness.remove(0)?;
//! # Ok::<(), toend_id_card::harness::HarnessError>(())
//! ```

pub mod supervisor;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Name of the environment variable by which PC/SC programs find the service.
pub const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";
/// Names of the two virtual readers.
pub const READERS: [&str; 2] = ["Virtual PCD 00 00", "Virtual PCD 00 01"];

/// How long the service may take to start.
const START: Duration = Duration::from_secs(120);
/// A running PC/SC service with two virtual readers.
pub struct Harness {
    folder: TempDir,
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Harness {
    /// Starts the service. Its readers are empty.
    ///
    /// # Errors
    /// [`HarnessError::Missing`] names the package that is not installed.
    pub fn start() -> Result<Self, HarnessError> {
        let program = supervisor_program()?;
        Self::start_with(&program)
    }

    /// As [`Harness::start`], with the program `toend-card` at this place.
    ///
    /// # Errors
    /// [`HarnessError`].
    pub fn start_with(program: &Path) -> Result<Self, HarnessError> {
        let needed = [
            ("/usr/sbin/pcscd", "pcscd"),
            ("/usr/bin/unshare", "util-linux"),
            (supervisor::driver(), "vsmartcard-vpcd"),
        ];
        for (file, package) in needed {
            if !Path::new(file).exists() {
                return Err(HarnessError::Missing { file, package });
            }
        }
        // A short path: socket addresses hold 108 bytes.
        let folder = tempfile::Builder::new()
            .prefix("toend-card")
            .tempdir_in("/tmp")?;
        let mut command = Command::new("/usr/bin/unshare");
        if !is_root()? {
            command.args(["--user", "--map-root-user"]);
        }
        let mut child = command
            .args(["--net", "--mount"])
            .arg(program)
            .arg("reader")
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(commands), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(HarnessError::Supervisor("no pipes".into()));
        };
        let mut harness = Self {
            folder,
            child,
            commands,
            answers: BufReader::new(answers),
        };
        harness.start_service()?;
        Ok(harness)
    }

    /// The environment variable, and its value, for programs under test.
    pub fn env(&self) -> (&'static str, PathBuf) {
        (SOCKET_VARIABLE, self.socket())
    }

    /// Inserts a demonstration card (`mari-liis` or `igor`, or with another chip `mari-liis:idemia2018v2`) into
    /// reader 0 or 1. A card keeps its retry counters while it is out.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn insert(&mut self, reader: usize, card: &str) -> Result<(), HarnessError> {
        self.ask(&format!("insert {reader} {card}"))
    }

    /// Inserts a card of another kind, by its answer to reset. It answers every command with `6D00`.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn insert_foreign(&mut self, reader: usize, atr: &[u8]) -> Result<(), HarnessError> {
        self.ask(&format!("insert {reader} atr:{}", hex::encode(atr)))
    }

    /// Pulls the card out of this reader.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn remove(&mut self, reader: usize) -> Result<(), HarnessError> {
        self.ask(&format!("remove {reader}"))
    }

    /// Lets this card be pulled, wherever it is, after it has answered `commands` more commands.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn pull_after(&mut self, card: &str, commands: usize) -> Result<(), HarnessError> {
        self.ask(&format!("pull-after {card} {commands}"))
    }

    /// Gives every card full retry counters and its first PINs again. Readers are emptied.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn new_cards(&mut self) -> Result<(), HarnessError> {
        self.ask("new-cards")
    }

    /// Stops the service. Cards are pulled by that.
    ///
    /// # Errors
    /// [`HarnessError::Supervisor`] with the reason.
    pub fn stop_service(&mut self) -> Result<(), HarnessError> {
        self.ask("stop")
    }

    /// Starts the service (again) and waits until it answers.
    ///
    /// # Errors
    /// [`HarnessError`].
    pub fn start_service(&mut self) -> Result<(), HarnessError> {
        self.ask("start")?;
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(self.socket()).is_err() {
            if begun.elapsed() > START {
                return Err(HarnessError::NoSocket);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("pcscd.comm")
    }

    fn ask(&mut self, command: &str) -> Result<(), HarnessError> {
        writeln!(self.commands, "{command}")?;
        self.commands.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err(HarnessError::Supervisor(format!(
                "it ended during \"{command}\""
            )));
        }
        match answer.trim() {
            "ok" => Ok(()),
            other => Err(HarnessError::Supervisor(other.to_owned())),
        }
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        // The supervisor stops the service and ends; were it not to, it is ended.
        let _ = writeln!(self.commands, "end").and_then(|()| self.commands.flush());
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begun.elapsed() > Duration::from_secs(5) {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// `toend-card`, built beside the running program; built now if it is not there yet.
fn supervisor_program() -> Result<PathBuf, HarnessError> {
    if let Some(path) = std::env::var_os("TOEND_CARD") {
        return Ok(path.into());
    }
    let here = std::env::current_exe()?;
    let folder = here
        .ancestors()
        .skip(1)
        .find(|folder| {
            !matches!(
                folder.file_name().and_then(|n| n.to_str()),
                Some("deps" | "examples")
            )
        })
        .ok_or(HarnessError::NoProgram)?;
    let program = folder.join("toend-card");
    let target = folder.parent().ok_or(HarnessError::NoProgram)?;
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .args([
            "build",
            "--quiet",
            "--package",
            "toend-id-card",
            "--features",
            "harness",
            "--bin",
            "toend-card",
        ])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if folder.file_name().is_some_and(|name| name == "release") {
        build.arg("--release");
    }
    // Without cargo, an installed program beside this one will do.
    let built = build.status().is_ok_and(|status| status.success());
    if built || program.exists() {
        Ok(program)
    } else {
        Err(HarnessError::NoProgram)
    }
}

/// Whether this process may make namespaces without a user namespace.
fn is_root() -> Result<bool, HarnessError> {
    let status = fs::read_to_string("/proc/self/status")?;
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    Ok(uid.and_then(|line| line.split_whitespace().nth(1)) == Some("0"))
}

/// Why the service for tests could not be run.
#[derive(Debug, thiserror::Error)]
pub enum HarnessError {
    /// A Debian package is missing.
    #[error("{file} is missing: install the package {package}")]
    Missing {
        /// File that is not there.
        file: &'static str,
        /// Package that holds it.
        package: &'static str,
    },
    /// `toend-card` could not be built.
    #[error("the program toend-card is neither built nor could it be")]
    NoProgram,
    /// The service did not start.
    #[error("the PC/SC service did not start")]
    NoSocket,
    /// The supervisor inside the namespace reports this.
    #[error("inside the namespace: {0}")]
    Supervisor(String),
    /// Files, pipes or processes.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
