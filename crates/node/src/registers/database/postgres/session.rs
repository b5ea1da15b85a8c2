//! One connection: statements prepared once, and writes that do not wait for each other.
//!
//! A write is handed to the server at once and its answer awaited later, at the latest before the transaction commits; the
//! server works in the order of sending, so that a read after it sees it. This keeps a transaction of thousands of statements
//! from paying a round trip for each.
//!
//! The connection itself is driven by a runtime of its own, and whoever calls waits by parking its thread. So it works from any
//! thread, those of another runtime included, and ends waiting by the clock.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::mpsc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use super::failure::{failure, lost};
use super::server::Server;
use crate::registers::database::Outcome;

/// How long a connection may take to come about, over all hosts of an address.
const CONNECT: Duration = Duration::from_secs(20);
/// How long a statement may take, by the server's clock.
const STATEMENT: Duration = Duration::from_secs(60);
/// How long is waited for an answer, by ours; then the connection counts as lost.
const ANSWER: Duration = Duration::from_secs(75);
/// Most writes, and bytes of them, whose answers are outstanding.
const MOST_PENDING: usize = 256;
const MOST_PENDING_BYTES: usize = 4 * 1024 * 1024;

/// A value for a statement, kept until it is sent.
pub(super) type Param = Box<dyn ToSql + Sync + Send>;

type Pending = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

pub(super) struct Session {
    client: Arc<Client>,
    statements: HashMap<String, Statement>,
    pending: VecDeque<Pending>,
    pending_bytes: usize,
    failed: Option<Error>,
    /// Whether a transaction was begun and not ended, as a panic leaves it.
    open: bool,
}

impl Session {
    /// Connects and makes this connection's settings.
    pub(super) fn open(runtime: &Handle, server: &Server) -> Outcome<Self> {
        let (answer, answered) = mpsc::sync_channel(1);
        let server = server.clone();
        runtime.spawn(async move { drop(answer.send(server.connect().await)) });
        let client = answered
            .recv_timeout(CONNECT)
            .map_err(|_| lost("it took too long to connect"))?
            .map_err(|error| failure(&error))?;
        let mut session = Self {
            client: Arc::new(client),
            statements: HashMap::new(),
            pending: VecDeque::new(),
            pending_bytes: 0,
            failed: None,
            open: false,
        };
        let milliseconds = STATEMENT.as_millis();
        // An acknowledged entry is on the server's disk; whoever asks for more (remote_apply) gets more. Every statement
        // here finds its rows by an index. Left to itself, the planner guesses from statistics that lag behind an import,
        // and reads whole tables for some thousand rows.
        session.simple(&format!(
            "SET search_path = toend_register;
             SET statement_timeout = {milliseconds};
             SET idle_in_transaction_session_timeout = {milliseconds};
             SET plan_cache_mode = force_generic_plan;
             SET enable_seqscan = off;
             SET enable_bitmapscan = off;
             SET enable_hashjoin = off;
             SET enable_mergejoin = off;
             SET tcp_keepalives_idle = 30;
             SET tcp_keepalives_interval = 10;
             SET tcp_keepalives_count = 3;
             SELECT set_config('synchronous_commit', 'on', false)
              WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
        ))?;
        Ok(session)
    }

    /// Whether it can be used for another transaction.
    pub(super) fn is_usable(&self) -> bool {
        !self.open && self.failed.is_none() && !self.client.is_closed()
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self, how: &'static str) -> Outcome<()> {
        self.open = true;
        self.push_simple(how);
        self.room()
    }

    /// Waits for every write to be done; what is returned `Ok` has no failure behind it.
    pub(super) fn drain(&mut self) -> Outcome<()> {
        #[cfg(test)]
        WAITS.set(WAITS.get() + 1);
        let pending = std::mem::take(&mut self.pending);
        self.pending_bytes = 0;
        for one in pending {
            match wait(one) {
                None => return Err(lost("it took too long to answer")),
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    self.failed.get_or_insert(error);
                }
            }
        }
        self.failed
            .take()
            .map_or(Ok(()), |error| Err(failure(&error)))
    }

    /// Ends a transaction, with what it wrote on the server's disk. All writes must have been awaited.
    pub(super) fn commit(&mut self) -> Outcome<()> {
        self.simple("COMMIT")?;
        self.open = false;
        Ok(())
    }

    /// Ends a transaction that wrote nothing, without waiting for it.
    pub(super) fn leave(&mut self) {
        self.push_simple("COMMIT");
        self.open = false;
    }

    /// Undoes a transaction.
    pub(super) fn rollback(&mut self) -> Outcome<()> {
        // Why it failed is known by now.
        drop(self.drain());
        self.simple("ROLLBACK")?;
        self.open = false;
        Ok(())
    }

    /// Rows of a statement.
    pub(super) fn query(&mut self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Outcome<Vec<Row>> {
        let statement = self.statement(sql)?;
        let client = Arc::clone(&self.client);
        self.wait_behind(client.query(&statement, params))
    }

    /// Rows of several statements, all of them sent before the first is awaited.
    pub(super) fn queries(
        &mut self,
        all: &[(&str, &[&(dyn ToSql + Sync)])],
    ) -> Outcome<Vec<Vec<Row>>> {
        let mut statements = Vec::with_capacity(all.len());
        for (sql, params) in all {
            statements.push((self.statement(sql)?, *params));
        }
        let client = Arc::clone(&self.client);
        let mut work: Vec<_> = statements
            .iter()
            .map(|(statement, params)| (Box::pin(client.query(statement, params)), None))
            .collect();
        self.wait_behind(std::future::poll_fn(|context| {
            let mut waits = false;
            for (one, rows) in &mut work {
                if rows.is_none() {
                    match one.as_mut().poll(context) {
                        Poll::Ready(Ok(found)) => *rows = Some(found),
                        Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                        Poll::Pending => waits = true,
                    }
                }
            }
            if waits {
                return Poll::Pending;
            }
            let found = work.iter_mut().map(|(_, rows)| rows.take());
            Poll::Ready(Ok(found.map(Option::unwrap_or_default).collect()))
        }))
    }

    /// Hands a write to the server.
    pub(super) fn send(&mut self, sql: &str, params: Vec<Param>, bytes: usize) -> Outcome<()> {
        let statement = self.statement(sql)?;
        let client = Arc::clone(&self.client);
        self.push(Box::pin(async move {
            client.execute_raw(&statement, params).await.map(drop)
        }));
        self.pending_bytes += bytes;
        self.room()
    }

    /// Statements without values, awaited.
    pub(super) fn simple(&mut self, sql: &str) -> Outcome<()> {
        let client = Arc::clone(&self.client);
        self.wait_behind(client.batch_execute(sql))
    }

    fn statement(&mut self, sql: &str) -> Outcome<Statement> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let client = Arc::clone(&self.client);
        let statement = self.wait_behind(client.prepare(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn push_simple(&mut self, sql: &'static str) {
        let client = Arc::clone(&self.client);
        self.push(Box::pin(async move { client.batch_execute(sql).await }));
    }

    /// Sends by asking once.
    fn push(&mut self, mut one: Pending) {
        match one.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => self.pending.push_back(one),
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => {
                self.failed.get_or_insert(error);
            }
        }
    }

    /// Waits when too much is outstanding.
    fn room(&mut self) -> Outcome<()> {
        if self.pending.len() >= MOST_PENDING || self.pending_bytes >= MOST_PENDING_BYTES {
            return self.drain();
        }
        Ok(())
    }

    /// Waits for an answer, taking in those that come before it. The first thing that failed is what is told: all after it
    /// fails only because the transaction did.
    fn wait_behind<T>(&mut self, work: impl Future<Output = Result<T, Error>>) -> Outcome<T> {
        #[cfg(test)]
        WAITS.set(WAITS.get() + 1);
        let mut work = pin!(work);
        let (pending, failed) = (&mut self.pending, &mut self.failed);
        let both = std::future::poll_fn(|context| {
            // The work first: asking it is what sends it.
            let answer = work.as_mut().poll(context);
            while let Some(first) = pending.front_mut() {
                let Poll::Ready(done) = first.as_mut().poll(context) else {
                    break;
                };
                pending.pop_front();
                if let Err(error) = done {
                    failed.get_or_insert(error);
                }
            }
            answer
        });
        let answer = wait(both).ok_or_else(|| lost("it took too long to answer"))?;
        answer.map_err(|error| failure(&self.failed.take().unwrap_or(error)))
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
thread_local! {
    /// How often this thread waited for a server.
    pub(in crate::registers) static WAITS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Waits on this thread, which may belong to a runtime; none when it takes too long.
fn wait<F: Future>(work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let end = Instant::now() + ANSWER;
    loop {
        if let Poll::Ready(output) = work.as_mut().poll(&mut context) {
            return Some(output);
        }
        let left = end.checked_duration_since(Instant::now())?;
        std::thread::park_timeout(left);
    }
}
