//! Moving what commits wrote from SQLite's log into the database, beside them: consensus waits for a commit, and half of
//! its writing can be done later.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::storage::StorageError;

/// Bytes of the log from which on moving them is worth while.
const WORTH: u64 = 4 << 20;
/// Bytes of the log from which on a commit waits for them to be moved: the disk must not fill because moving falls behind.
const MOST: u64 = 256 << 20;

/// A thread that empties the log of a database when it is told to.
#[derive(Debug)]
pub(super) struct Checkpointer {
    log: PathBuf,
    most: u64,
    /// Whether the log could not be emptied the last time: said once, not at every commit.
    blocked: AtomicBool,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Takes the moving over from `writer`, whose database lies at `path`.
    pub fn start(path: &Path, writer: &Connection) -> Result<Self, StorageError> {
        Self::start_with(path, writer, MOST)
    }

    fn start_with(path: &Path, writer: &Connection, most: u64) -> Result<Self, StorageError> {
        let own = Connection::open(path)
            .and_then(|db| {
                db.busy_timeout(Duration::from_secs(5))?;
                db.pragma_update(None, "synchronous", "FULL")?;
                writer.pragma_update(None, "wal_autocheckpoint", 0)?;
                Ok(db)
            })
            .map_err(StorageError::from_sqlite)?;
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&own, &woken))
            .map_err(|error| StorageError::Io(error.to_string()))?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self {
            log: log.into(),
            most,
            blocked: AtomicBool::new(false),
            wake: Some(wake),
            thread: Some(thread),
        })
    }

    /// To be called after each commit of `writer`.
    pub fn after_commit(&self, writer: &Connection) {
        let length = std::fs::metadata(&self.log).map_or(0, |log| log.len());
        if length >= self.most {
            self.empty(writer, length);
        } else if length >= WORTH
            && let Some(wake) = &self.wake
        {
            // Full: it is at work, and this commit is moved with the next.
            let _ = wake.try_send(());
        }
    }
}

impl Checkpointer {
    /// Moves what can be moved now. Consensus waits for that, and for nobody who holds on to an old state: the log is emptied
    /// after the first commit when they are gone.
    fn empty(&self, writer: &Connection, length: u64) {
        let patience = writer.query_row("PRAGMA busy_timeout", [], |row| row.get::<_, i64>(0));
        let at_once = writer.busy_timeout(Duration::ZERO);
        let emptied = at_once.and_then(|()| checkpoint(writer, "TRUNCATE"));
        let patience = Duration::from_millis(patience.unwrap_or(0).unsigned_abs());
        if let Err(error) = writer.busy_timeout(patience) {
            tracing::warn!(%error, "the database waits for nobody from here on");
        }
        let blocked = match emptied {
            Ok(emptied) => !emptied,
            Err(error) => {
                warn(&error);
                return;
            }
        };
        if blocked && !self.blocked.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                bytes = length,
                "the database's log grows: a snapshot that is being made, or another reader, holds on to an older state"
            );
        } else if !blocked {
            self.blocked.store(false, Ordering::Relaxed);
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(db: &Connection, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        if let Err(error) = checkpoint(db, "PASSIVE") {
            warn(&error);
        }
    }
}

/// Whether nobody was in the way.
fn checkpoint(db: &Connection, mode: &str) -> rusqlite::Result<bool> {
    let pragma = format!("PRAGMA wal_checkpoint({mode})");
    db.query_row(&pragma, [], |row| row.get::<_, i64>(0))
        .map(|busy| busy == 0)
}

/// A failure loses nothing: what was committed stands in the log, and a disk that takes no more shows itself at a commit.
fn warn(error: &rusqlite::Error) {
    tracing::warn!(%error, "what was committed was not moved into the database yet");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes committed into the log are moved by the thread, and those of a log that is too long by the writer itself.
    #[test]
    fn the_log_is_emptied_beside_the_commits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.sqlite3");
        let writer = Connection::open(&path).unwrap();
        crate::storage::configure(&writer).unwrap();
        writer.execute_batch("CREATE TABLE t (b BLOB)").unwrap();
        let beside = Checkpointer::start(&path, &writer).unwrap();
        let size = || std::fs::metadata(&path).unwrap().len();
        let write = |bytes: i64| {
            writer
                .execute("INSERT INTO t VALUES (zeroblob(?1))", [bytes])
                .unwrap();
            beside.after_commit(&writer);
        };
        write(1000);
        let before = size();
        assert!(before < WORTH);
        write(WORTH.cast_signed());
        let began = std::time::Instant::now();
        while size() < WORTH && began.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(size() >= WORTH);
        drop(beside);
        let rows: i64 = writer
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 2);
    }

    #[test]
    fn a_log_that_is_too_long_is_not_waited_for_while_somebody_reads() {
        static WAITED: AtomicBool = AtomicBool::new(false);
        fn asked(_: i32) -> bool {
            WAITED.store(true, Ordering::Relaxed);
            false
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.sqlite3");
        let mut writer = Connection::open(&path).unwrap();
        crate::storage::configure(&writer).unwrap();
        writer.execute_batch("CREATE TABLE t (b BLOB)").unwrap();
        let beside = Checkpointer::start_with(&path, &writer, 100_000).unwrap();
        let mut write = || {
            writer
                .execute("INSERT INTO t VALUES (zeroblob(200000))", [])
                .unwrap();
            writer.busy_handler(Some(asked)).unwrap();
            beside.after_commit(&writer);
        };
        let reader = Connection::open(&path).unwrap();
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM t;")
            .unwrap();
        write();
        assert!(
            !WAITED.load(Ordering::Relaxed),
            "a commit waited for a reader"
        );
        assert!(beside.blocked.load(Ordering::Relaxed));
        reader.execute_batch("COMMIT").unwrap();
        write();
        assert!(!beside.blocked.load(Ordering::Relaxed));
        assert_eq!(std::fs::metadata(&beside.log).unwrap().len(), 0);
    }
}
