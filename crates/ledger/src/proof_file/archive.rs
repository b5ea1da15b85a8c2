//! The archive: a ZIP of exactly one form, so that no two programs can see two contents in one file.
//!
//! Four members in fixed order, stored, ASCII names, no extra field, comment, data descriptor, encryption or prefix; every field
//! that has no meaning here has one value. The reader takes the members out, writes the archive anew and compares.

use thiserror::Error;

use super::MIMETYPE;
use crate::layout::LayoutError;

/// Most bytes of a proof file.
pub const MAX_ARCHIVE: usize = 1024 * 1024;

const NAMES: [&str; 4] = [
    "mimetype",
    "proof.cbor",
    "page.html",
    "META-INF/manifest.xml",
];
const MANIFEST: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n",
    "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\n",
    "  <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.etsi.asic-e+zip\"/>\n",
    "  <manifest:file-entry manifest:full-path=\"proof.cbor\" manifest:media-type=\"application/cbor\"/>\n",
    "  <manifest:file-entry manifest:full-path=\"page.html\" manifest:media-type=\"text/html\"/>\n",
    "</manifest:manifest>\n",
);

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// ZIP 1.0: nothing but stored files.
const VERSION: u16 = 10;
/// 1980-01-01, the earliest date of the format: a file's time is not part of it.
const DATE: u16 = 0x0021;

/// The two members that vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Members<'a> {
    /// `proof.cbor`.
    pub document: &'a [u8],
    /// `page.html`.
    pub page: &'a [u8],
}

/// Why an archive is refused. Whoever made or changed it is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// Larger than allowed.
    #[error("a proof file has at most {MAX_ARCHIVE} bytes; this one has {0}")]
    TooLong(usize),
    /// It does not begin like a ZIP file.
    #[error("this is not a proof file: it does not begin like one")]
    NotAnArchive,
    /// Another member than the one that must stand here.
    #[error("the member {0} must stand here")]
    Member(&'static str),
    /// A member with another header than the one form allows: compressed, encrypted, extra fields, data descriptor.
    #[error("the member {0} is not stored plainly")]
    Header(&'static str),
    /// The check sum of a member is wrong.
    #[error("the member {0} is damaged")]
    Damaged(&'static str),
    /// `mimetype` or the manifest has other content than it must have.
    #[error("the member {0} has unexpected content")]
    Content(&'static str),
    /// The directory at the end is not the one that belongs to the members: more, fewer, other or hidden ones.
    #[error("the archive's directory does not fit its members")]
    Directory,
    /// The file ends inside a member.
    #[error("the file is cut short: {0}")]
    Short(#[from] LayoutError),
}

pub(super) fn write(members: &Members<'_>) -> Result<Vec<u8>, ArchiveError> {
    let contents = [
        MIMETYPE.as_bytes(),
        members.document,
        members.page,
        MANIFEST.as_bytes(),
    ];
    let total: usize = contents.iter().map(|content| content.len()).sum();
    if total > MAX_ARCHIVE {
        return Err(ArchiveError::TooLong(total));
    }
    let mut out = Vec::with_capacity(total + 600);
    let mut directory = Vec::with_capacity(300);
    for (name, content) in NAMES.iter().zip(contents) {
        let offset = out.len() as u32;
        put_u32(&mut out, LOCAL);
        put_shared(&mut out, name, content);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(content);

        put_u32(&mut directory, CENTRAL);
        put_u16(&mut directory, VERSION);
        put_shared(&mut directory, name, content);
        put_u16(&mut directory, 0); // comment length
        put_u16(&mut directory, 0); // disk number
        put_u16(&mut directory, 0); // internal attributes
        put_u32(&mut directory, 0); // external attributes
        put_u32(&mut directory, offset);
        directory.extend_from_slice(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend_from_slice(&directory);
    put_u32(&mut out, END);
    put_u16(&mut out, 0);
    put_u16(&mut out, 0);
    put_u16(&mut out, NAMES.len() as u16);
    put_u16(&mut out, NAMES.len() as u16);
    put_u32(&mut out, directory.len() as u32);
    put_u32(&mut out, start);
    put_u16(&mut out, 0);
    if out.len() > MAX_ARCHIVE {
        return Err(ArchiveError::TooLong(out.len()));
    }
    Ok(out)
}

/// The fields that local header and directory have in common, from "version needed" to "extra length".
fn put_shared(out: &mut Vec<u8>, name: &str, content: &[u8]) {
    put_u16(out, VERSION);
    put_u16(out, 0); // flags
    put_u16(out, 0); // stored
    put_u16(out, 0); // time
    put_u16(out, DATE);
    put_u32(out, crc32(content));
    put_u32(out, content.len() as u32);
    put_u32(out, content.len() as u32);
    put_u16(out, name.len() as u16);
    put_u16(out, 0); // extra length
}

pub(super) fn read(bytes: &[u8]) -> Result<Members<'_>, ArchiveError> {
    if bytes.len() > MAX_ARCHIVE {
        return Err(ArchiveError::TooLong(bytes.len()));
    }
    if !bytes.starts_with(&LOCAL.to_le_bytes()) {
        return Err(ArchiveError::NotAnArchive);
    }
    let mut input = Input {
        reader: crate::layout::Reader::new(bytes),
    };
    let [mimetype, document, page, manifest] = [
        input.member(NAMES[0])?,
        input.member(NAMES[1])?,
        input.member(NAMES[2])?,
        input.member(NAMES[3])?,
    ];
    if mimetype != MIMETYPE.as_bytes() {
        return Err(ArchiveError::Content(NAMES[0]));
    }
    if manifest != MANIFEST.as_bytes() {
        return Err(ArchiveError::Content(NAMES[3]));
    }
    let members = Members { document, page };
    // All that is left is the directory, and it has one form: writing the archive anew must give the same bytes.
    if write(&members)? == bytes {
        Ok(members)
    } else {
        Err(ArchiveError::Directory)
    }
}

struct Input<'a> {
    reader: crate::layout::Reader<'a>,
}

impl<'a> Input<'a> {
    fn member(&mut self, name: &'static str) -> Result<&'a [u8], ArchiveError> {
        if self.u32()? != LOCAL {
            return Err(ArchiveError::Member(name));
        }
        let plain = [
            self.u16()?,
            self.u16()?,
            self.u16()?,
            self.u16()?,
            self.u16()?,
        ] == [VERSION, 0, 0, 0, DATE];
        let (crc, stored, size) = (self.u32()?, self.u32()?, self.u32()?);
        let (name_length, extra_length) = (self.u16()?, self.u16()?);
        if !plain || stored != size || extra_length != 0 {
            return Err(ArchiveError::Header(name));
        }
        if self.reader.take(usize::from(name_length))? != name.as_bytes() {
            return Err(ArchiveError::Member(name));
        }
        let content = self.reader.take(size as usize)?;
        if crc32(content) == crc {
            Ok(content)
        } else {
            Err(ArchiveError::Damaged(name))
        }
    }

    fn u16(&mut self) -> Result<u16, LayoutError> {
        self.reader.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, LayoutError> {
        self.reader.array().map(u32::from_le_bytes)
    }
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// CRC-32 as ZIP uses it (reflected polynomial EDB88320). It finds damage, not malice.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut value = i as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 {
                    value >> 1 ^ 0xedb8_8320
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[i] = value;
            i += 1;
        }
        table
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        let entry = TABLE
            .get((crc as u8 ^ byte) as usize)
            .copied()
            .unwrap_or_default();
        entry ^ crc >> 8
    })
}
