//! The file of a backup: a head that says whose it is, then rows in chunks, each bound to everything before it.
//!
//! `docs/formats/register-backup.md` describes it. A chunk is read only after its hash was checked, and is never larger than
//! [`MAX_CHUNK`].

use std::io::{ErrorKind, Read, Write};

use thiserror::Error;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::layout::{LayoutError, Reader as Layout};
use toend_ledger::state::Reg;

use crate::registers::database::{Cell, Kind, TABLES, Table};
use crate::storage::StorageError;

/// Most bytes of a chunk: a row has at most two values of a megabyte and a batch's transaction.
pub const MAX_CHUNK: usize = 16 << 20;
/// A chunk is written when it has this many bytes.
const FULL: usize = 1 << 20;
/// Begins every file, whatever its version.
const NAME: &[u8; 21] = b"toend/register-backup";
/// The one version there is.
const VERSION: u16 = 1;
/// Ends a file, where other chunks have their table.
const END: u8 = 0xff;
/// Bytes of the head.
const HEAD: usize = NAME.len() + 2 + 32 + 2 + 8;

/// Why a backup cannot be made or used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BackupError {
    /// The file cannot be read or written.
    #[error("the backup's file: {0}")]
    File(StorageError),
    /// The user that runs this program may not.
    #[error(
        "the backup's file or its folder may not be read or written by the user that runs this program"
    )]
    Denied,
    /// There is no such file.
    #[error("the backup's file or its folder is not there: look at the path that was given")]
    Missing,
    /// The file is there already.
    #[error("the file is there already; name another one")]
    Exists,
    /// Not a backup.
    #[error("the file is not a backup of a register")]
    NotOne,
    /// Made by a newer program.
    #[error("the backup has format {0}, this program knows {VERSION}: update this program")]
    Newer(u16),
    /// Of another network or register.
    #[error("the backup is of another network or register; nothing was changed")]
    Foreign,
    /// Its bytes were changed.
    #[error("the backup is damaged; use another copy. Nothing was changed")]
    Damaged,
    /// It ends too early.
    #[error("the backup is cut short; use another copy. Nothing was changed")]
    Truncated,
    /// Something is in the database.
    #[error("the register's database is not empty; a backup is restored into an empty one only")]
    NotEmpty,
}

impl BackupError {
    /// An operating system's error about the file.
    pub(super) fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::Truncated,
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Denied,
            _ => Self::File(StorageError::from_io(error)),
        }
    }
}

impl From<std::io::Error> for BackupError {
    fn from(error: std::io::Error) -> Self {
        Self::from_io(&error)
    }
}

impl From<LayoutError> for BackupError {
    fn from(_: LayoutError) -> Self {
        Self::Damaged
    }
}

/// Whose backup it is, and of when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The network: hash of its genesis file.
    pub net: Hash,
    /// The register.
    pub reg: Reg,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: u64,
}

impl Head {
    /// `name 21 ‖ version u16 ‖ net 32 ‖ register u16 ‖ time u64`.
    pub fn encode(&self) -> Vec<u8> {
        [
            NAME.as_slice(),
            &VERSION.to_be_bytes(),
            &self.net,
            &self.reg.0.to_be_bytes(),
            &self.made_ms.to_be_bytes(),
        ]
        .concat()
    }

    /// Reads a head.
    ///
    /// # Errors
    /// [`BackupError`]: not a backup, a newer one, or cut short.
    pub fn decode(bytes: &[u8]) -> Result<Self, BackupError> {
        let Some(rest) = bytes.strip_prefix(NAME) else {
            return Err(BackupError::NotOne);
        };
        let mut reader = Layout::new(rest);
        let version = reader.u16().map_err(|_| BackupError::Truncated)?;
        if version != VERSION {
            return Err(BackupError::Newer(version));
        }
        let head = Self {
            net: reader.array()?,
            reg: Reg(reader.u16()?),
            made_ms: reader.u64()?,
        };
        reader.finish()?;
        Ok(head)
    }
}

/// Rows of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    table: u8,
    rows: Vec<Vec<Cell>>,
}

impl Chunk {
    /// `table u8 ‖ (values of a row)…`: numbers in 8 bytes, one that may be missing after 0 or 1, small ones and truths in
    /// one byte, bytes and text after their length u32.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![self.table];
        self.rows.iter().for_each(|row| write_row(&mut out, row));
        out
    }

    /// Reads a chunk.
    ///
    /// # Errors
    /// [`BackupError::Damaged`]
    pub fn decode(bytes: &[u8]) -> Result<Self, BackupError> {
        let mut reader = Layout::new(bytes);
        let number = reader.u8()?;
        let table = TABLES
            .get(usize::from(number))
            .ok_or(BackupError::Damaged)?;
        let mut rows = Vec::new();
        while reader.left() > 0 {
            let cells = table
                .columns
                .iter()
                .map(|(_, kind)| read_cell(&mut reader, *kind));
            rows.push(cells.collect::<Result<_, _>>()?);
        }
        Ok(Self {
            table: number,
            rows,
        })
    }
}

fn write_row(out: &mut Vec<u8>, row: &[Cell]) {
    let bytes = |out: &mut Vec<u8>, bytes: &[u8]| {
        // A value of 4 GiB is in no database.
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    };
    for cell in row {
        match cell {
            Cell::Number(number) => out.extend_from_slice(&number.to_be_bytes()),
            Cell::MaybeNumber(None) => out.push(0),
            Cell::MaybeNumber(Some(number)) => {
                out.push(1);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Cell::Small(number) => out.push(*number),
            Cell::Truth(truth) => out.push(u8::from(*truth)),
            Cell::Bytes(value) => bytes(out, value),
            Cell::Text(value) => bytes(out, value.as_bytes()),
        }
    }
}

fn read_cell(reader: &mut Layout<'_>, kind: Kind) -> Result<Cell, BackupError> {
    let number = |reader: &mut Layout<'_>| reader.u64().map(u64::cast_signed);
    let bytes = |reader: &mut Layout<'_>| -> Result<Vec<u8>, BackupError> {
        let length = usize::try_from(reader.u32()?).map_err(|_| BackupError::Damaged)?;
        Ok(reader.take(length)?.to_vec())
    };
    Ok(match kind {
        Kind::Number => Cell::Number(number(reader)?),
        Kind::MaybeNumber => match reader.u8()? {
            0 => Cell::MaybeNumber(None),
            1 => Cell::MaybeNumber(Some(number(reader)?)),
            _ => return Err(BackupError::Damaged),
        },
        Kind::Small => Cell::Small(reader.u8()?),
        Kind::Truth => match reader.u8()? {
            byte @ (0 | 1) => Cell::Truth(byte == 1),
            _ => return Err(BackupError::Damaged),
        },
        Kind::Bytes => Cell::Bytes(bytes(reader)?),
        Kind::Text => {
            let text = String::from_utf8(bytes(reader)?);
            Cell::Text(text.map_err(|_| BackupError::Damaged)?)
        }
    })
}

/// Writes a backup from its beginning to its end.
pub(super) struct Writer<W> {
    out: W,
    last: Hash,
    body: Vec<u8>,
    rows: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn begin(mut out: W, head: &Head) -> Result<Self, BackupError> {
        let head = head.encode();
        out.write_all(&head)?;
        Ok(Self {
            out,
            last: sha256(&[&head]),
            body: Vec::new(),
            rows: 0,
        })
    }

    /// Rows of the table of this number, after everything before.
    pub(super) fn put(&mut self, table: u8, row: &[Cell]) -> Result<(), BackupError> {
        if self.body.len() >= FULL || self.body.first().is_some_and(|open| *open != table) {
            self.close_chunk()?;
        }
        if self.body.is_empty() {
            self.body.push(table);
        }
        write_row(&mut self.body, row);
        self.rows += 1;
        Ok(())
    }

    /// Ends the file; how many rows it has.
    pub(super) fn end(mut self) -> Result<(u64, W), BackupError> {
        self.close_chunk()?;
        self.body.push(END);
        self.body.extend_from_slice(&self.rows.to_be_bytes());
        self.close_chunk()?;
        self.out.flush()?;
        Ok((self.rows, self.out))
    }

    fn close_chunk(&mut self) -> Result<(), BackupError> {
        if self.body.is_empty() {
            return Ok(());
        }
        let length = u32::try_from(self.body.len()).map_err(|_| BackupError::Damaged)?;
        self.last = sha256(&[&self.last, &self.body]);
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&self.body)?;
        self.out.write_all(&self.last)?;
        self.body.clear();
        Ok(())
    }
}

/// Whole rows of a table.
pub(super) type Rows = (&'static Table, Vec<Vec<Cell>>);

/// Reads a backup from its beginning to its end.
pub(super) struct Reader<R> {
    from: R,
    last: Hash,
    rows: u64,
}

impl<R: Read> Reader<R> {
    pub(super) fn begin(mut from: R) -> Result<(Self, Head), BackupError> {
        let mut head = Vec::with_capacity(HEAD);
        from.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let reader = Self {
            from,
            last: sha256(&[&head]),
            rows: 0,
        };
        if head.len() < HEAD && head.starts_with(NAME) {
            return Err(BackupError::Truncated);
        }
        Ok((reader, Head::decode(&head)?))
    }

    /// The next rows with their table; none at the end, which is an end only if every row came and nothing follows.
    pub(super) fn next(&mut self) -> Result<Option<Rows>, BackupError> {
        let mut length = [0; 4];
        self.from.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length == 0 || length as usize > MAX_CHUNK {
            return Err(BackupError::Damaged);
        }
        let mut body = Vec::new();
        self.from
            .by_ref()
            .take(length.into())
            .read_to_end(&mut body)?;
        let mut told = [0; 32];
        self.from.read_exact(&mut told)?;
        self.last = sha256(&[&self.last, &body]);
        if told != self.last {
            return Err(BackupError::Damaged);
        }
        if let Some(rows) = body.strip_prefix(&[END]) {
            let whole = rows == self.rows.to_be_bytes() && self.from.read(&mut [0])? == 0;
            return if whole {
                Ok(None)
            } else {
                Err(BackupError::Damaged)
            };
        }
        let chunk = Chunk::decode(&body)?;
        let table = TABLES
            .get(usize::from(chunk.table))
            .ok_or(BackupError::Damaged)?;
        self.rows += chunk.rows.len() as u64;
        Ok(Some((table, chunk.rows)))
    }
}
