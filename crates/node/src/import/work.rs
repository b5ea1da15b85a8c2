//! An import under way: stretch by stretch, each one transaction.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use toend_ledger::hash::Hash;

use super::error::ImportError;
use super::input::Input;
use super::line::Reader;
use super::progress::Progress;
use super::reason::Reason;
use super::records::{Raw, Records};
use super::rejects::Rejects;
use super::stretch::{self, Stretch};
use super::{Options, Summary, Told};
use crate::registers::{Books, Line, RegisterError, Rehearsal, Verdict};
use crate::storage::StorageError;

/// How long a database server that does not answer is left alone.
const WAIT: Duration = Duration::from_secs(1);

/// An import under way.
pub(super) struct Work<'a> {
    pub(super) books: &'a Books,
    pub(super) input: &'a Input,
    pub(super) digest: &'a Hash,
    pub(super) options: &'a Options,
    pub(super) began: Instant,
    /// Lines that were done before this run.
    pub(super) before: u64,
    pub(super) rehearsal: Option<Rehearsal>,
    pub(super) rejects: Option<Rejects>,
    pub(super) progress: Progress,
}

impl Work<'_> {
    /// Takes in what is left of the input.
    pub(super) fn run(
        mut self,
        records: Records<std::fs::File>,
        reader: Reader,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&Told),
        path: &Path,
    ) -> Result<Summary, ImportError> {
        let over = Arc::new(AtomicBool::new(false));
        let stretches = stretch::ahead(records, reader, self.options.lines, Arc::clone(&over));
        let mut outcome = Ok(());
        for stretch in stretches {
            outcome = stretch
                .map_err(|error| RegisterError::from(StorageError::from_io(&error)).into())
                .and_then(|stretch| self.take_waiting(&stretch, stop));
            if outcome.is_err() {
                break;
            }
            tell(&self.told());
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        over.store(true, Ordering::Relaxed);
        let rejected = self.progress.counts.rejected > 0;
        let summary = Summary {
            finished: self.progress.finished,
            before: false,
            counts: self.progress.counts,
            line: self.progress.line,
            rejects: (rejected && self.rejects.is_some()).then(|| path.to_path_buf()),
        };
        if let Some(rejects) = self.rejects {
            rejects
                .close()
                .map_err(|error| ImportError::io(path, &error))?;
        }
        outcome.map(|()| summary)
    }

    fn told(&self) -> Told {
        let counts = self.progress.counts;
        Told {
            counts,
            at: self.progress.at,
            length: self.progress.length,
            here: counts.lines() - self.before,
            time: self.began.elapsed(),
        }
    }

    /// Takes one stretch of lines in. While a database server does not answer, it waits and tries again; told to stop
    /// meanwhile, it leaves the stretch.
    fn take_waiting(&mut self, stretch: &Stretch, stop: &AtomicBool) -> Result<(), ImportError> {
        let mut outcome = self.take(stretch);
        let mut waits = false;
        while let Err(ImportError::Register(error)) = &outcome {
            if !(error.is_unreachable() || waits && error.is_busy()) {
                break;
            }
            if !waits {
                tracing::warn!(%error, "the import waits for its database and goes on by itself");
                waits = true;
            }
            std::thread::sleep(WAIT);
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            outcome = self.take_again(stretch);
        }
        if waits && outcome.is_ok() {
            tracing::warn!("the import goes on");
        }
        outcome
    }

    /// Takes a stretch in of which it is not known whether it was committed: the register itself knows.
    fn take_again(&mut self, stretch: &Stretch) -> Result<(), ImportError> {
        if self.rehearsal.is_some() {
            return self.take(stretch);
        }
        match Progress::load(self.books, &self.input.identity, self.digest)? {
            Some(there) if there.at > self.progress.at => {
                if let Some(rejects) = &mut self.rejects {
                    rejects.committed(there.rejects);
                }
                self.progress = there;
                if self.progress.finished || self.progress.at == stretch.end.0 {
                    return Ok(());
                }
                let line = self.progress.line;
                Err(ImportError::Halted { line })
            }
            _ => self.take(stretch),
        }
    }

    /// Takes one stretch of lines in, in one transaction.
    fn take(&mut self, stretch: &Stretch) -> Result<(), ImportError> {
        // What is written must be of the file whose digest is noted with it.
        self.input.is_unchanged()?;
        let allowed = self
            .options
            .most_rejects
            .saturating_sub(self.progress.counts.rejected);
        let good = stretch.good(allowed);
        let lines: Vec<&Line> = good.iter().map(|(_, line)| *line).collect();
        let halted = Cell::new(None);
        let go_on = |before: &[Verdict], error: &RegisterError| {
            let Some((at, _)) = good.get(before.len()) else {
                return false;
            };
            let refused = before.iter().filter(|verdict| verdict.is_err()).count() as u64 + 1;
            if stretch.bad_before(*at) + refused <= allowed {
                return true;
            }
            halted.set(Some((stretch.line(*at), Reason::from(error))));
            false
        };
        let after = if self.rehearsal.is_some() {
            self.rehearse(stretch, &lines, go_on, (allowed, &halted))?
        } else {
            self.commit(stretch, &lines, go_on, (allowed, &halted))?
        };
        let (progress, stopped) = after;
        if let Some(rejects) = &mut self.rejects {
            rejects.committed(progress.rejects);
        }
        self.progress = progress;
        stopped.map_or(Ok(()), Err)
    }

    fn commit(
        &mut self,
        stretch: &Stretch,
        lines: &[&Line],
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
        limit: (u64, &Cell<Halt>),
    ) -> Result<(Progress, Option<ImportError>), ImportError> {
        let (mut after, rejects) = (None, &mut self.rejects);
        let (identity, digest) = (&self.input.identity, self.digest);
        let progress = &self.progress;
        self.books
            .take_lines(lines, self.options.now_ms, go_on, |verdicts| {
                let (progress, stopped) = account(progress, stretch, verdicts, limit, rejects)
                    .map_err(|error| RegisterError::from(StorageError::from_io(&error)))?;
                let notes = progress.notes(identity, digest);
                after = Some((progress, stopped));
                notes
            })?;
        after.ok_or(ImportError::Task)
    }

    fn rehearse(
        &mut self,
        stretch: &Stretch,
        lines: &[&Line],
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
        limit: (u64, &Cell<Halt>),
    ) -> Result<(Progress, Option<ImportError>), ImportError> {
        let Some(rehearsal) = &self.rehearsal else {
            return Err(ImportError::Task);
        };
        let verdicts = self.books.rehearse(rehearsal, lines, go_on)?;
        account(&self.progress, stretch, &verdicts, limit, &mut self.rejects)
            .map_err(|error| RegisterError::from(StorageError::from_io(&error)).into())
    }
}

/// The line that would have been one reject too many, and why.
type Halt = Option<(u64, Reason)>;

/// Where the import stands after the lines of a stretch that have verdicts, and whether it ends there. Writes the rejects.
fn account(
    before: &Progress,
    stretch: &Stretch,
    verdicts: &[Verdict],
    (allowed, halted): (u64, &Cell<Halt>),
    rejects: &mut Option<Rejects>,
) -> std::io::Result<(Progress, Option<ImportError>)> {
    let mut progress = before.clone();
    let judged = stretch.judge(verdicts, allowed);
    let mut refused: Vec<(&Raw, Reason)> = Vec::new();
    for (raw, fate) in &judged.passed {
        match fate {
            Ok(taken) => {
                progress.counts.subjects += u64::from(taken.subject);
                progress.counts.entries += u64::from(taken.entry);
                progress.counts.repeated += u64::from(!taken.entry);
            }
            Err(reason) => {
                progress.counts.rejected += 1;
                refused.push((raw, *reason));
            }
        }
        (progress.at, progress.line) = (raw.end, raw.next_line);
    }
    if let Some(rejects) = rejects {
        progress.rejects = rejects.write(refused.into_iter())?;
    }
    let stopped = judged
        .stopped
        .or(halted.get())
        .map(|(line, reason)| ImportError::Line { line, reason });
    if stopped.is_none() && stretch.last {
        (progress.at, progress.line) = stretch.end;
        progress.finished = true;
    }
    Ok((progress, stopped))
}
