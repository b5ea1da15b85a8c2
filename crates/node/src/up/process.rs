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
/// How long a process may go on after the one that it cannot do without has ended.
const ORPHANED: Duration = Duration::from_secs(20);
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
    /// Counts how often it ended.
    ended: watch::Sender<u64>,
    /// Counts how often the process ended without which this one has to begin anew.
    needs: Option<watch::Receiver<u64>>,
}

impl Process {
    /// A program with its log in the authority's folder.
    pub fn new(program: &Path, name: &'static str, folder: &Path) -> Self {
        Self {
            program: program.to_path_buf(),
            name,
            arguments: Vec::new(),
            folder: folder.to_path_buf(),
            ended: watch::Sender::new(0),
            needs: None,
        }
    }

    /// Whenever `other` ends, this one is to end by itself and begin anew. CometBFT does so when its application is gone, but
    /// was seen to stop in the middle of it: then it is ended.
    #[must_use]
    pub fn needing(mut self, other: &Self) -> Self {
        self.needs = Some(other.ended.subscribe());
        self
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
        let child = Command::new(&self.program)
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

/// Runs a process until `stop` turns true, starting it again whenever it ends.
pub async fn supervise(process: Process, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST_PAUSE;
    loop {
        while process.held() {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        let began = Instant::now();
        match process.spawn() {
            Ok(mut child) => {
                // Waiting for a child closes its input otherwise, and open input means that this process lives.
                let input = child.stdin.take();
                let stopped = attend(&process, &mut child, &mut stop).await;
                drop(input);
                process.ended.send_modify(|times| *times += 1);
                let _ = std::fs::remove_file(process.pid_file());
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
async fn attend(process: &Process, child: &mut Child, stop: &mut watch::Receiver<bool>) -> bool {
    let mut needs = process.needs.clone();
    if let Some(needs) = &mut needs {
        // What ended before this child began is no matter to it.
        needs.mark_unchanged();
    }
    let mut orphaned = None;
    loop {
        let happened = tokio::select! {
            ended = child.wait() => Happened::Ended(ended),
            _ = stop.wait_for(|stop| *stop) => Happened::Stop,
            () = tokio::time::sleep(LOOK) => Happened::Nothing,
        };
        let gone = needs.as_mut().is_some_and(|needs| {
            let changed = needs.has_changed().unwrap_or(false);
            needs.mark_unchanged();
            changed
        });
        if gone {
            orphaned.get_or_insert_with(tokio::time::Instant::now);
        }
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
            Happened::Nothing if process.held() => {
                end(child).await;
                return false;
            }
            Happened::Nothing if orphaned.is_some_and(|since| since.elapsed() > ORPHANED) => {
                tracing::warn!(
                    program = process.name,
                    "hangs without the other; it is ended"
                );
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

    fn script(folder: &Path, name: &'static str, text: &str) -> Process {
        Process::new(Path::new("/bin/sh"), name, folder)
            .arg("-c")
            .arg(text)
    }

    fn times(folder: &Path, name: &str) -> usize {
        std::fs::read_to_string(folder.join(format!("{name}.log")))
            .map_or(0, |log| log.matches("began").count())
    }

    /// Waits until both began so often, for a minute of the computer's own time.
    async fn both_began(folder: &Path, often: usize) {
        let began = Instant::now();
        while times(folder, "application") < often || times(folder, "engine") < often {
            assert!(began.elapsed() < Duration::from_secs(60), "not begun");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Time passes at once where nothing but time is waited for, so that 20 seconds are none here.
    #[tokio::test(start_paused = true)]
    async fn what_hangs_without_the_other_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (stop, end) = watch::channel(false);
        let other = script(folder, "application", "echo began; exec sleep 1000");
        // Asked to end, it does not.
        let hangs = script(
            folder,
            "engine",
            "trap '' TERM; echo began; exec sleep 1000",
        );
        let hangs = hangs.needing(&other);
        let tasks = [other, hangs].map(|process| tokio::spawn(supervise(process, end.clone())));
        both_began(folder, 1).await;
        // As long as the other lives, it is left alone.
        tokio::time::sleep(3 * ORPHANED).await;
        assert_eq!(times(folder, "engine"), 1);
        let pid = std::fs::read_to_string(folder.join("application.pid")).unwrap();
        let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        both_began(folder, 2).await;
        // Both began after the end: nothing more is to happen.
        tokio::time::sleep(3 * ORPHANED).await;
        assert_eq!(
            (times(folder, "application"), times(folder, "engine")),
            (2, 2)
        );
        stop.send_replace(true);
        for task in tasks {
            task.await.unwrap();
        }
    }
}
