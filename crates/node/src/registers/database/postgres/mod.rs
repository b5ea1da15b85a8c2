//! PostgreSQL: one database for each register, on a server of the authority's own.
//!
//! One connection writes. It holds a lock of the server for as long as it lasts, so that a second program on the same register
//! is refused, and one that lost its connection cannot write beside its successor. Others read, each as of one moment.
//!
//! A lost connection is replaced. Work that had not begun to commit is done again from its beginning; when it is not known
//! whether a commit came through, the error says so, and whoever asked repeats: everything a register does can be repeated.

mod column;
mod failure;
mod read;
mod schema;
mod server;
mod session;
mod tables;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use tokio::runtime::{Builder, Runtime};

use self::failure::is_lost;
use self::session::Session;
use self::tables::PostgresTables;
use super::{Engine, Outcome, Work};
use crate::registers::RegisterError;

pub use self::server::{AddressError, Server};
#[cfg(test)]
pub(in crate::registers) use self::session::WAITS;

/// Connections that read.
const READERS: usize = 4;

/// A connection, once it was needed.
type Slot = Mutex<Option<Session>>;

/// A register's PostgreSQL database.
pub(in crate::registers) struct Postgres {
    server: Server,
    writer: Slot,
    readers: [Slot; READERS],
    next: AtomicUsize,
    /// Drives the connections; none only while this is dropped.
    runtime: Option<Runtime>,
}

impl Postgres {
    /// Connects, becomes the one program that writes, and brings the database to the newest schema.
    pub(in crate::registers) fn open(server: Server) -> Result<Self, RegisterError> {
        let postgres = Self::new(server)?;
        let writer = postgres.writer()?;
        *lock(&postgres.writer) = Some(writer);
        Ok(postgres)
    }

    /// Connects beside the program that writes, to read what it keeps.
    pub(in crate::registers) fn beside(server: Server) -> Result<Self, RegisterError> {
        let postgres = Self::new(server)?;
        let mut session = postgres.connect()?;
        schema::check(&mut session)?;
        *lock(postgres.readers.first().unwrap_or(&postgres.writer)) = Some(session);
        Ok(postgres)
    }

    fn new(server: Server) -> Result<Self, RegisterError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("register-database")
            .enable_all()
            .build()
            .map_err(|error| RegisterError::io(&error))?;
        Ok(Self {
            server,
            writer: Slot::default(),
            readers: Default::default(),
            next: AtomicUsize::new(0),
            runtime: Some(runtime),
        })
    }

    fn connect(&self) -> Outcome<Session> {
        let runtime = self.runtime.as_ref();
        let runtime = runtime.ok_or_else(|| failure::lost("the register is closed"))?;
        Session::open(runtime.handle(), &self.server)
    }

    fn writer(&self) -> Outcome<Session> {
        let mut session = self.connect()?;
        schema::prepare(&mut session)?;
        Ok(session)
    }

    /// A reader that nobody uses, or the next in turn.
    fn reader(&self) -> MutexGuard<'_, Option<Session>> {
        let free = self.readers.iter().find_map(|slot| match slot.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let turn = || {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % READERS;
            self.readers.get(turn).unwrap_or(&self.writer)
        };
        free.unwrap_or_else(|| lock(turn()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Never waits: it may be dropped inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lock(slot: &Slot) -> MutexGuard<'_, Option<Session>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The session in a slot; a new one where there is none that can be used.
fn usable(
    slot: &mut Option<Session>,
    connect: impl FnOnce() -> Outcome<Session>,
) -> Outcome<&mut Session> {
    if !slot.as_ref().is_some_and(Session::is_usable) {
        // Ended first: the server's lock is the old connection's.
        *slot = None;
    }
    match slot {
        Some(session) => Ok(session),
        None => Ok(slot.insert(connect()?)),
    }
}

/// How work on a session failed.
enum Failed {
    /// Nothing of it was committed.
    Before(RegisterError),
    /// It is not known whether it was committed.
    Commit(RegisterError),
}

fn write(session: &mut Session, work: Work<'_>) -> Result<(), Failed> {
    let mut prepare = || {
        session.begin("BEGIN")?;
        work(&mut PostgresTables(session))?;
        session.drain()
    };
    prepare().map_err(Failed::Before)?;
    session.commit().map_err(Failed::Commit)
}

fn read(session: &mut Session, work: Work<'_>) -> Outcome<()> {
    session.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    work(&mut PostgresTables(session))?;
    session.leave();
    Ok(())
}

/// Undoes what failed; a session that cannot even do that is dropped.
fn clear(slot: &mut Option<Session>, error: &RegisterError) {
    if is_lost(error)
        || slot
            .as_mut()
            .is_some_and(|session| session.rollback().is_err())
    {
        *slot = None;
    }
}

impl Engine for Postgres {
    fn read(&self, work: Work<'_>) -> Outcome<()> {
        let mut slot = self.reader();
        let mut again = true;
        loop {
            let Err(error) = read(usable(&mut slot, || self.connect())?, work) else {
                return Ok(());
            };
            clear(&mut slot, &error);
            if !(again && is_lost(&error)) {
                return Err(error);
            }
            again = false;
        }
    }

    fn write(&self, work: Work<'_>) -> Outcome<()> {
        let mut slot = lock(&self.writer);
        let mut again = true;
        loop {
            match write(usable(&mut slot, || self.writer())?, work) {
                Ok(()) => return Ok(()),
                Err(Failed::Before(error)) => {
                    clear(&mut slot, &error);
                    if !(again && is_lost(&error)) {
                        return Err(error);
                    }
                    again = false;
                }
                Err(Failed::Commit(error)) => {
                    clear(&mut slot, &error);
                    return Err(error);
                }
            }
        }
    }
}
