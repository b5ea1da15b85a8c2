//! Some thousand lines at a time, read and parsed while the ones before are written.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use super::line::Reader;
use super::reason::Reason;
use super::records::{Raw, Records};
use crate::registers::{Line, Taken, Verdict};

/// Most bytes of one transaction's lines.
const BYTES: usize = 8 * 1024 * 1024;

/// Lines that are taken in together.
pub struct Stretch {
    /// The lines as they stand in the file, and what they deliver.
    lines: Vec<(Raw, Result<Line, Reason>)>,
    /// Nothing follows.
    pub last: bool,
    /// Place and line behind it.
    pub end: (u64, u64),
}

/// What became of the lines of a stretch.
pub struct Judged<'a> {
    /// Those that were passed.
    pub passed: Vec<(&'a Raw, Result<Taken, Reason>)>,
    /// The line before which the import ends.
    pub stopped: Option<(u64, Reason)>,
}

impl Stretch {
    /// Lines that can be offered to the register, by their place, up to the one that would be one reject too many.
    pub fn good(&self, allowed: u64) -> Vec<(usize, &Line)> {
        let mut bad = 0;
        let mut good = Vec::new();
        for (i, (_, line)) in self.lines.iter().enumerate() {
            match line {
                Ok(line) => good.push((i, line)),
                Err(_) => bad += 1,
            }
            if bad > allowed {
                break;
            }
        }
        good
    }

    /// Line of the file, from 1, of the record at this place.
    pub fn line(&self, at: usize) -> u64 {
        self.lines.get(at).map_or(0, |(raw, _)| raw.line)
    }

    /// Lines before this place that cannot be offered.
    pub fn bad_before(&self, at: usize) -> u64 {
        let before = self.lines.iter().take(at);
        before.filter(|(_, line)| line.is_err()).count() as u64
    }

    /// Puts the register's verdicts about the offered lines to the others.
    pub fn judge(&self, verdicts: &[Verdict], allowed: u64) -> Judged<'_> {
        let mut verdicts = verdicts.iter();
        let mut passed = Vec::with_capacity(self.lines.len());
        let mut rejected = 0;
        for (raw, line) in &self.lines {
            let fate = match line {
                Err(reason) => Err(*reason),
                Ok(_) => match verdicts.next() {
                    Some(verdict) => verdict.as_ref().copied().map_err(Reason::from),
                    None => break,
                },
            };
            if let Err(reason) = &fate {
                rejected += 1;
                if rejected > allowed {
                    return Judged {
                        passed,
                        stopped: Some((raw.line, *reason)),
                    };
                }
            }
            passed.push((raw, fate));
        }
        Judged {
            passed,
            stopped: None,
        }
    }
}

/// Reads stretches of `most` lines in a thread of its own, one ahead.
pub fn ahead(
    mut records: Records<std::fs::File>,
    mut reader: Reader,
    most: usize,
    over: Arc<AtomicBool>,
) -> Receiver<io::Result<Stretch>> {
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            let stretch = next(&mut records, &mut reader, most);
            let last = stretch.as_ref().map_or(true, |stretch| stretch.last);
            if sender.send(stretch).is_err() || last {
                return;
            }
        }
    });
    receiver
}

fn next(
    records: &mut Records<std::fs::File>,
    reader: &mut Reader,
    most: usize,
) -> io::Result<Stretch> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    let mut last = false;
    while lines.len() < most.max(1) && bytes < BYTES {
        let Some(raw) = records.next()? else {
            last = true;
            break;
        };
        bytes += raw.bytes.len();
        let line = reader.read(&raw);
        lines.push((raw, line));
    }
    Ok(Stretch {
        lines,
        last,
        end: records.place(),
    })
}
