//! Import: an authority's existing register, from a CSV or NDJSON file, taken in exactly once.
//!
//! A file is read in stretches of some thousand lines. Each stretch is one transaction of the register's database, which
//! also says how far the import has come and what became of the lines: a process that is killed at any moment goes on where
//! its last transaction ended, and a finished import takes nothing again. The place belongs to one file (its length and
//! SHA-256) read in one way (schema, form, mapping); another one is another import.
//!
//! A line that cannot be taken stops nobody else's: it goes to a file of rejects ([`rejects`]). No message, log line or
//! error says what a line says.
//!
//! It must never run beside the authority's own program, which is the register's one writer: it holds the same lock. It
//! needs no ledger; what was taken is sealed when the authority runs again.
//!
//! Start reading at [`run`].

mod csv;
mod error;
mod input;
mod json;
mod line;
pub mod mapping;
mod progress;
pub mod reason;
pub mod records;
mod rejects;
mod stretch;
mod value;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use toend_ledger::hash::{Hash, h};
use toend_ledger::schema::{self, Schema};

pub use error::ImportError;
pub use line::Reader;
pub use progress::Counts;

use self::input::Input;
use self::mapping::{MAX_MAPPING, Mapping};
use self::progress::Progress;
use self::reason::Reason;
use self::records::{Form, Raw, Records};
use self::rejects::Rejects;
use self::stretch::Stretch;
use crate::authority::{Config, house};
use crate::embedded::lock;
use crate::registers::{Books, Line, RegisterError, Rehearsal, Settings, Verdict};
use crate::storage::StorageError;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name of the kind of record.
    pub schema: String,
    /// The file.
    pub input: PathBuf,
    /// How its records are written.
    pub form: Form,
    /// Mapping file.
    pub mapping: Option<PathBuf>,
    /// File of rejects; beside the input when none.
    pub rejects: Option<PathBuf>,
    /// Rejects after which the import stops.
    pub most_rejects: u64,
    /// Only say what would become of the lines.
    pub rehearse: bool,
    /// Begin although another import is unfinished.
    pub set_aside: bool,
    /// Time of receipt of the entries, in milliseconds since the Unix epoch.
    pub now_ms: u64,
}

/// What an import tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What became of the lines, those of earlier runs included.
    pub counts: Counts,
    /// Bytes passed.
    pub at: u64,
    /// Bytes of the input.
    pub length: u64,
    /// Lines of this run.
    pub here: u64,
    /// How long this run has taken.
    pub time: Duration,
}

impl Told {
    /// Lines of the whole input, by the length of those passed.
    pub fn lines(&self) -> u64 {
        let of = |lines: u128| lines * u128::from(self.length) / u128::from(self.at.max(1));
        u64::try_from(of(u128::from(self.counts.lines()))).unwrap_or(u64::MAX)
    }

    /// Lines a second in this run.
    pub fn rate(&self) -> f64 {
        self.here as f64 / self.time.as_secs_f64().max(0.001)
    }

    /// Seconds that the rest takes at this rate.
    pub fn left(&self) -> u64 {
        let left = self.lines().saturating_sub(self.counts.lines());
        (left as f64 / self.rate().max(0.1)).ceil() as u64
    }
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// All of the input is done; otherwise it was interrupted.
    pub finished: bool,
    /// It was finished before, and nothing was done now.
    pub before: bool,
    /// What became of the lines, those of earlier runs included.
    pub counts: Counts,
    /// Line to go on at.
    pub line: u64,
    /// File of rejects, if there are any.
    pub rejects: Option<PathBuf>,
}

/// Imports a file, or goes on importing it. `stop` ends it after the running transaction; `tell` hears how far it is.
pub fn run(
    config: &Config,
    options: &Options,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(&Told),
) -> Result<Summary, ImportError> {
    let settings = house::settings(config).ok_or(ImportError::NoRegister)?;
    let schema = find_schema(settings.reg.0, &options.schema)?;
    let (mapping, digest) = read_mapping(options, schema)?;
    // Held to the end: the authority's program is the register's one writer.
    let _lock = if options.rehearse {
        None
    } else {
        make_data(&config.data)?;
        Some(lock(&config.data)?.ok_or(ImportError::Running)?)
    };
    let input = Input::open(&options.input, stop)?;
    let opened = open_books(settings, config, options.rehearse)?;
    let books = &opened.books;
    if options.set_aside && !options.rehearse {
        Progress::set_aside(books)?;
    }
    let known = match options.rehearse {
        true => None,
        false => Progress::load(books, &input.identity, &digest)?,
    };
    let path = rejects_path(options);
    if let Some(progress) = known.as_ref().filter(|progress| progress.finished) {
        return Ok(Summary {
            finished: true,
            before: true,
            counts: progress.counts,
            line: progress.line,
            rejects: (progress.rejects > 0).then_some(path),
        });
    }
    let progress = known.unwrap_or_else(|| Progress::new(&input.identity, &digest, input.begin));
    let rejects = if options.rehearse && options.rejects.is_none() {
        None
    } else {
        let (sha256, bytes) = (&progress.input, progress.rejects);
        Some(Rejects::open(&path, sha256, schema.name, bytes)?)
    };
    let (records, reader) = begin(&input, options.form, schema, mapping, &progress)?;
    let work = Work {
        books,
        input: &input,
        digest: &digest,
        options,
        began: Instant::now(),
        before: progress.counts.lines(),
        rehearsal: options.rehearse.then(Rehearsal::new).transpose()?,
        rejects,
        progress,
    };
    work.run(records, reader, stop, tell, path)
}

/// The register, and the temporary folder of one that does not exist yet.
struct Opened {
    books: Books,
    _folder: Option<tempfolder::Folder>,
}

/// Opens the register. A rehearsal makes none: where there is no register yet, it uses an empty one that goes away.
fn open_books(settings: Settings, config: &Config, rehearse: bool) -> Result<Opened, ImportError> {
    let net = toend_ledger::genesis::net(&config.genesis_file);
    if rehearse && !settings.is_begun() {
        let folder = tempfolder::Folder::new()?;
        let settings = Settings {
            folder: folder.path().to_path_buf(),
            ..settings
        };
        return Ok(Opened {
            books: Books::open(settings, net)?,
            _folder: Some(folder),
        });
    }
    Ok(Opened {
        books: Books::open(settings, net)?,
        _folder: None,
    })
}

/// Waits until everything taken in is sealed: by the authority's program, which may run again now. `stop` ends the wait.
pub fn wait_until_sealed(config: &Config, stop: &AtomicBool) -> Result<bool, ImportError> {
    let settings = house::settings(config).ok_or(ImportError::NoRegister)?;
    let books = open_books(settings, config, false)?.books;
    while !stop.load(Ordering::Relaxed) {
        match books.is_handed_over() {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) if error.is_passing() => {}
            Err(error) => return Err(error.into()),
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    Ok(false)
}

fn find_schema(reg: u16, name: &str) -> Result<&'static Schema, ImportError> {
    let own = || schema::all().filter(|schema| schema.reg == reg);
    own()
        .find(|schema| schema.name == name)
        .ok_or_else(|| ImportError::Schema {
            reg,
            schema: name.to_owned(),
            known: own().map(|schema| schema.name).collect(),
        })
}

/// The mapping, and the digest of everything that says how the input is read.
fn read_mapping(
    options: &Options,
    schema: &'static Schema,
) -> Result<(Mapping, Hash), ImportError> {
    let text = match &options.mapping {
        None => String::new(),
        Some(path) => {
            let size = std::fs::metadata(path).map_err(|error| ImportError::io(path, &error))?;
            if size.len() > MAX_MAPPING as u64 {
                let what = format!("at most {MAX_MAPPING} bytes are read");
                return Err(ImportError::Mapping { line: None, what });
            }
            std::fs::read_to_string(path).map_err(|error| ImportError::io(path, &error))?
        }
    };
    let mapping = match &options.mapping {
        None => Mapping::by_name(schema),
        Some(_) => Mapping::parse(&text, schema)?,
    };
    let form = match options.form {
        Form::Csv(delimiter) => [b'c', delimiter],
        Form::Ndjson => [b'n', 0],
    };
    let parts: [&[u8]; 3] = [&schema.id.to_be_bytes(), &form, text.as_bytes()];
    Ok((mapping, h("import-settings", &parts)))
}

fn make_data(folder: &Path) -> Result<(), ImportError> {
    crate::authority::make_private(folder).map_err(ImportError::from)
}

fn rejects_path(options: &Options) -> PathBuf {
    options.rejects.clone().unwrap_or_else(|| {
        let mut name = options.input.clone().into_os_string();
        name.push(".rejects.ndjson");
        PathBuf::from(name)
    })
}

/// Reads the header and goes to where the import stands.
fn begin(
    input: &Input,
    form: Form,
    schema: &'static Schema,
    mapping: Mapping,
    progress: &Progress,
) -> Result<(Records<std::fs::File>, Reader), ImportError> {
    let failed =
        |error: std::io::Error| ImportError::Register(StorageError::from_io(&error).into());
    let mut records = Records::new(input.from(input.begin)?, form, input.begin, 1);
    let header = match form {
        Form::Csv(_) => records.next().map_err(failed)?,
        Form::Ndjson => None,
    };
    let reader = Reader::new(schema, mapping, form, header.as_ref())?;
    if progress.at > input.begin {
        records = Records::new(input.from(progress.at)?, form, progress.at, progress.line);
    }
    Ok((records, reader))
}

/// An import under way.
struct Work<'a> {
    books: &'a Books,
    input: &'a Input,
    digest: &'a Hash,
    options: &'a Options,
    began: Instant,
    /// Lines that were done before this run.
    before: u64,
    rehearsal: Option<Rehearsal>,
    rejects: Option<Rejects>,
    progress: Progress,
}

impl Work<'_> {
    fn run(
        mut self,
        records: Records<std::fs::File>,
        reader: Reader,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&Told),
        path: PathBuf,
    ) -> Result<Summary, ImportError> {
        let over = Arc::new(AtomicBool::new(false));
        let stretches = stretch::ahead(records, reader, Arc::clone(&over));
        let mut outcome = Ok(());
        for stretch in stretches {
            outcome = stretch
                .map_err(|error| RegisterError::from(StorageError::from_io(&error)).into())
                .and_then(|stretch| self.take(&stretch));
            tell(&self.told());
            if outcome.is_err() || stop.load(Ordering::Relaxed) {
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
            rejects: (rejected && self.rejects.is_some()).then(|| path.clone()),
        };
        if let Some(rejects) = self.rejects {
            rejects
                .close()
                .map_err(|error| ImportError::io(&path, &error))?;
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

    /// Takes one stretch of lines in, in one transaction.
    fn take(&mut self, stretch: &Stretch) -> Result<(), ImportError> {
        // What is written must be of the file whose digest is noted with it.
        self.input.is_unchanged()?;
        let allowed = self
            .options
            .most_rejects
            .saturating_sub(self.progress.counts.rejected);
        let good = stretch.good(allowed);
        let lines: Vec<Line> = good.iter().map(|(_, line)| (*line).clone()).collect();
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
        lines: &[Line],
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
        lines: &[Line],
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
        limit: (u64, &Cell<Halt>),
    ) -> Result<(Progress, Option<ImportError>), ImportError> {
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(lines.len());
        let Some(rehearsal) = &self.rehearsal else {
            return Err(ImportError::Task);
        };
        for line in lines {
            let verdict = self.books.rehearse(rehearsal, line);
            if let Err(error) = &verdict {
                if !error.is_about_delivery() {
                    return Err(error.clone().into());
                }
                if !go_on(&verdicts, error) {
                    break;
                }
            }
            verdicts.push(verdict);
        }
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

/// A folder that goes away with its owner.
mod tempfolder {
    use std::path::{Path, PathBuf};

    use crate::import::ImportError;

    /// A new folder in the system's place for such.
    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn new() -> Result<Self, ImportError> {
            let base = std::env::temp_dir();
            let failed = |error: std::io::Error| ImportError::io(&base, &error);
            let mut name = [0u8; 16];
            getrandom::fill(&mut name).map_err(|_| ImportError::Task)?;
            let path = base.join(format!("toend-rehearsal-{}", hex::encode(name)));
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&path).map_err(failed)?;
            Ok(Self(path))
        }

        pub(super) fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            // Holds no contents; what cannot be removed is the system's to clear.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
