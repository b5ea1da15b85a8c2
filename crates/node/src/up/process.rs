//! One process under supervision.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::sync::watch;

/// A file of this name in the authority's folder keeps its processes stopped.
pub const HOLD: &str = "hold";
/// First pause before a process is started again.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Who ran this long starts again after the first pause.
const SOUND: Duration = Duration::from_secs(20);
/// How long a process may take to end when it is asked to.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often it is looked for [`HOLD`].
const LOOK: Duration = Duration::from_millis(200);
/// A log larger than this is set aside when its process starts.
const LARGEST_LOG: u64 = 16 << 20;

/// What is started, and where it writes.
#[derive(Clone, Debug)]
pub struct Process {
    program: PathBuf,
    name: &'static str,
    arguments: Vec<OsString>,
    folder: PathBuf,
}

impl Process {
    /// A program with its log in the authority's folder.
    pub fn new(program: &Path, name: &'static str, folder: &Path) -> Self {
        Self {
            program: program.to_path_buf(),
            name,
            arguments: Vec::new(),
            folder: folder.to_path_buf(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn held(&self) -> bool {
        self.folder.join(HOLD).exists()
    }

    fn spawn(&self) -> std::io::Result<Child> {
        let log = self.folder.join(format!("{}.log", self.name));
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > LARGEST_LOG) {
            std::fs::rename(&log, self.folder.join(format!("{}.log.old", self.name)))?;
        }
        let log = File::options().create(true).append(true).open(log)?;
        let mut command = Command::new(&self.program);
        // Ctrl-C in a terminal reaches the whole group; these end in order, when they are asked to.
        #[cfg(unix)]
        command.process_group(0);
        let child = command
            .args(&self.arguments)
            // Closed when this process ends in whatever way: the child reads that.
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        if let Some(id) = child.id() {
            std::fs::write(self.pid_file(), id.to_string())?;
        }
        Ok(child)
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join(format!("{}.pid", self.name))
    }
}

/// What the processes of one authority are to each other. CometBFT cannot go on without its application: it ends by itself
/// when the application does, yet now and then waits for its own parts for ever instead.
pub enum Bond {
    /// Counts here how often it ended.
    Application(watch::Sender<u64>),
    /// Is ended when the application has.
    Engine(watch::Receiver<u64>),
}

impl Bond {
    /// Waits until the application that an engine needs has ended.
    async fn broken(&mut self) {
        // An application that is supervised no more ends with the network.
        if let Self::Engine(ends) = self
            && ends.changed().await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}

/// Runs a process until `stop` turns true, starting it again whenever it ends.
pub async fn supervise(process: Process, mut bond: Bond, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST_PAUSE;
    loop {
        while process.held() {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        let began = Instant::now();
        if let Bond::Engine(ends) = &mut bond {
            ends.mark_unchanged();
        }
        match process.spawn() {
            Ok(mut child) => {
                // Waiting for a child closes its input otherwise, and open input means that this process lives.
                let input = child.stdin.take();
                let stopped = attend(&process, &mut child, &mut bond, &mut stop).await;
                drop(input);
                let _ = std::fs::remove_file(process.pid_file());
                if let Bond::Application(ends) = &bond {
                    ends.send_modify(|ends| *ends = ends.wrapping_add(1));
                }
                if stopped {
                    return;
                }
            }
            Err(error) => tracing::warn!(program = process.name, %error, "not started"),
        }
        if began.elapsed() > SOUND {
            pause = FIRST_PAUSE;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits for the end of a process. True: it was asked to end, for the whole network ends.
async fn attend(
    process: &Process,
    child: &mut Child,
    bond: &mut Bond,
    stop: &mut watch::Receiver<bool>,
) -> bool {
    loop {
        let happened = tokio::select! {
            ended = child.wait() => Happened::Ended(ended),
            _ = stop.wait_for(|stop| *stop) => Happened::Stop,
            () = bond.broken() => Happened::Alone,
            () = tokio::time::sleep(LOOK) => Happened::Nothing,
        };
        match happened {
            Happened::Ended(ended) => {
                let status = ended.map_or_else(|e| e.to_string(), |status| status.to_string());
                let folder = process.folder.file_name().unwrap_or_default();
                let (program, authority) = (process.name, folder.display().to_string());
                tracing::warn!(program, authority, status, "ended; it is started again");
                return false;
            }
            Happened::Stop => {
                end(child).await;
                return true;
            }
            Happened::Alone => {
                end(child).await;
                return false;
            }
            Happened::Nothing if process.held() => {
                end(child).await;
                return false;
            }
            Happened::Nothing => {}
        }
    }
}

enum Happened {
    Ended(std::io::Result<std::process::ExitStatus>),
    Stop,
    Alone,
    Nothing,
}

/// Asks a process to end; kills it when it takes too long.
async fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(id) = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw)
    {
        // It may have ended just now.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        if tokio::time::timeout(FAREWELL, child.wait()).await.is_ok() {
            return;
        }
    }
    let _ = child.kill().await;
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Waits until a file has this many lines.
    async fn lines(file: &Path, wanted: usize) {
        let end = Instant::now() + Duration::from_secs(120);
        while std::fs::read_to_string(file)
            .unwrap_or_default()
            .lines()
            .count()
            < wanted
        {
            assert!(
                Instant::now() < end,
                "{} never had {wanted} lines",
                file.display()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_engine_that_hangs_when_its_application_ends_is_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let shell = |name, script: &str| {
            let script = format!("cd '{}'\n{script}", folder.path().display());
            Process::new(Path::new("/bin/sh"), name, folder.path())
                .arg("-c")
                .arg(script)
        };
        // As CometBFT, asked to end, that waits for its own parts for ever.
        let engine = shell(
            "engine",
            "trap '' TERM; echo >> engines; while :; do sleep 0.2; done",
        );
        let application = shell(
            "application",
            "echo >> applications; until rm end 2> /dev/null; do sleep 0.1; done",
        );
        let (stop, stopped) = watch::channel(false);
        let (ended, ends) = watch::channel(0);
        let tasks = [
            tokio::spawn(supervise(
                application,
                Bond::Application(ended),
                stopped.clone(),
            )),
            tokio::spawn(supervise(engine, Bond::Engine(ends), stopped)),
        ];
        let (engines, applications) = (
            folder.path().join("engines"),
            folder.path().join("applications"),
        );
        lines(&engines, 1).await;
        lines(&applications, 1).await;
        std::fs::write(folder.path().join("end"), b"").unwrap();
        lines(&applications, 2).await;
        lines(&engines, 2).await;
        stop.send_replace(true);
        for task in tasks {
            task.await.unwrap();
        }
    }
}
