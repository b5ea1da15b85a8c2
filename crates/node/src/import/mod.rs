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
mod folder;
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
mod work;

use std::path::{Path, PathBuf};
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
use self::records::{Form, Records};
use self::rejects::Rejects;
use self::work::Work;
use crate::authority::{Config, house};
use crate::embedded::lock;
use crate::registers::{Books, Rehearsal, Settings, Storage};
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
    /// Most lines of one transaction.
    pub lines: usize,
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
        let left = u128::from(self.lines().saturating_sub(self.counts.lines()));
        let left = left * self.time.as_millis() / u128::from(self.here.max(1)) / 1000;
        u64::try_from(left).unwrap_or(u64::MAX)
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
    let known = if options.rehearse {
        None
    } else {
        Progress::load(books, &input.identity, &digest)?
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
    work.run(records, reader, stop, tell, &path)
}

/// The register, and the temporary folder of one that does not exist yet.
struct Opened {
    books: Books,
    _folder: Option<folder::Folder>,
}

/// Opens the register. A rehearsal looks at it beside the program that writes; where there is no register yet, it uses an
/// empty one that goes away.
fn open_books(settings: Settings, config: &Config, rehearse: bool) -> Result<Opened, ImportError> {
    let net = toend_ledger::genesis::net(&config.genesis_file);
    if !rehearse {
        return Ok(Opened {
            books: Books::open(settings, net)?,
            _folder: None,
        });
    }
    if settings.is_begun() {
        return Ok(Opened {
            books: Books::beside(settings, net)?,
            _folder: None,
        });
    }
    let folder = folder::Folder::new()?;
    let settings = Settings {
        folder: folder.path().to_path_buf(),
        // A server's database would become the throwaway key's.
        storage: Storage::File,
        ..settings
    };
    Ok(Opened {
        books: Books::open(settings, net)?,
        _folder: Some(folder),
    })
}

/// Waits until everything taken in is sealed: by the authority's program, which may run again now. `stop` ends the wait.
pub fn wait_until_sealed(config: &Config, stop: &AtomicBool) -> Result<bool, ImportError> {
    let settings = house::settings(config).ok_or(ImportError::NoRegister)?;
    // Beside the program that writes: it could not start while this one did.
    let books = Books::beside(settings, toend_ledger::genesis::net(&config.genesis_file))?;
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
