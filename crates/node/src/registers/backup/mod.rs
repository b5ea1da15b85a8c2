//! Backup and restore of a register's database, the same file for every engine: so it also moves a register.
//!
//! Values stay encrypted as they are; the key file is not part of it and is kept apart. A backup is the database as of one
//! moment, also while the register works. It is restored whole or not at all, into an empty database.

mod file;

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use toend_ledger::hash::Hash;

pub use self::file::{BackupError, Chunk, Head, MAX_CHUNK};
use self::file::{Reader, Writer};
use super::database::{Cell, TABLES, Tables};
use super::sealing::SEALED;
use super::vault::Vault;
use super::{
    IDENTITY, RegisterError, Settings, check_identity, make_private, open_beside, open_database,
};
use crate::disk;

/// Rows read at a time.
const PAGE: u32 = 128;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Rows of all tables.
    pub rows: u64,
    /// Batches that are known to be sealed.
    pub batches: u64,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: u64,
}

/// Writes everything in a register's database to a new file. The register may be at work meanwhile. `progress` is told how
/// many rows are written.
///
/// # Errors
/// [`RegisterError`]: the database, or with [`BackupError`] the file.
pub fn backup(
    settings: &Settings,
    net: &Hash,
    output: &Path,
    now_ms: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<Extent, RegisterError> {
    let database = open_beside(settings)?;
    // Whoever backs up another register's database learns it now.
    let vault = Vault::open(&settings.key_file(), false)?;
    let known = database.read(|db| db.meta(IDENTITY))?;
    check_identity(&vault, known.as_deref(), net, settings)?;
    if output.exists() {
        return Err(BackupError::Exists.into());
    }
    let head = Head {
        net: *net,
        reg: settings.reg,
        made_ms: now_ms,
    };
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let staged = output.with_file_name(format!("{name}.part"));
    let written = database.read(|db| {
        // From the beginning also when the connection was lost on the way.
        let out = BufWriter::new(private_file(&staged)?);
        let mut writer = Writer::begin(out, &head)?;
        let mut rows = 0;
        for number in 0..TABLES.len() {
            copy_table(db, number, &mut writer, &mut |more| {
                rows += more;
                progress(rows);
            })?;
        }
        let (rows, out) = writer.end()?;
        let file = out
            .into_inner()
            .map_err(|error| file_error(&error.into_error()))?;
        file.sync_all().map_err(|error| file_error(&error))?;
        Ok(Extent {
            rows,
            batches: db.counter(SEALED)?,
            made_ms: now_ms,
        })
    });
    let kept = written.and_then(|extent| {
        disk::rename(&staged, output).map_err(|error| file_error(&error))?;
        Ok(extent)
    });
    if kept.is_err() {
        // What is left of a backup that failed is of no use to anybody.
        let _ = std::fs::remove_file(&staged);
    }
    kept
}

fn copy_table<W: std::io::Write>(
    db: &mut dyn Tables,
    number: usize,
    writer: &mut Writer<W>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), RegisterError> {
    let Some(table) = TABLES.get(number) else {
        return Ok(());
    };
    let mut after: Option<Vec<Cell>> = None;
    loop {
        let rows = db.rows(table, after.as_deref(), PAGE)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(last.iter().take(table.key).cloned().collect());
        for row in &rows {
            writer.put(u8::try_from(number).unwrap_or(u8::MAX), row)?;
        }
        progress(rows.len() as u64);
    }
}

/// Fills an empty database from a backup, whole or not at all. No program may use the register meanwhile.
///
/// # Errors
/// [`RegisterError`]: the database, the key file, or with [`BackupError`] the file.
pub fn restore(
    settings: &Settings,
    net: &Hash,
    input: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Extent, RegisterError> {
    make_private(&settings.folder).map_err(|error| RegisterError::io(&error))?;
    let begin = || {
        let file = File::open(input).map_err(|error| file_error(&error))?;
        Ok::<_, RegisterError>(Reader::begin(BufReader::new(file))?)
    };
    let (_, head) = begin()?;
    if head.net != *net || head.reg != settings.reg {
        return Err(BackupError::Foreign.into());
    }
    let vault = Vault::open(&settings.key_file(), false)?;
    let database = open_database(settings)?;
    database.write(|db| {
        if !is_empty(db)? {
            return Err(BackupError::NotEmpty.into());
        }
        let (mut reader, _) = begin()?;
        let mut done = 0;
        while let Some((table, rows)) = reader.next()? {
            done += rows.len() as u64;
            db.put(table, rows)?;
            progress(done);
        }
        let known = db.meta(IDENTITY)?;
        check_identity(&vault, known.as_deref(), net, settings)?;
        Ok(Extent {
            rows: done,
            batches: db.counter(SEALED)?,
            made_ms: head.made_ms,
        })
    })
}

/// Whether nothing was ever entered or sealed; a start that found nothing leaves only its own mark.
fn is_empty(db: &mut dyn Tables) -> Result<bool, RegisterError> {
    for table in TABLES.iter().filter(|table| table.name != "meta") {
        if !db.rows(table, None, 1)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(db.counter(SEALED)? == 0)
}

fn file_error(error: &std::io::Error) -> RegisterError {
    BackupError::from_io(error).into()
}

fn private_file(path: &Path) -> Result<File, RegisterError> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| file_error(&error))
}
