//! Where one record of a file ends and the next begins, in bounded memory whatever the file holds.
//!
//! CSV follows RFC 4180: a record may span lines inside quotes. A record that is too long, or whose quotes never end, costs
//! its first line only: reading goes on behind that, so that one stray quote does not swallow the rest of the file.

use std::io::{self, Read};

use super::reason::Code;

/// Most bytes of one record.
pub const MAX_RECORD: usize = 1024 * 1024;
/// Bytes kept of a line that is longer than that.
const KEPT: usize = 4096;
/// Bytes read at a time.
const BLOCK: usize = 256 * 1024;

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 4180 with this delimiter.
    Csv(u8),
    /// One JSON object on each line.
    Ndjson,
}

/// A record as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Line it begins on, from 1.
    pub line: u64,
    /// Line that follows it.
    pub next_line: u64,
    /// Place in the file that follows it.
    pub end: u64,
    /// Its bytes without the line's end; the first ones if it is far too long.
    pub bytes: Vec<u8>,
    /// Why it cannot be read, if the reader knows.
    pub fault: Option<Code>,
}

/// Reads records one after the other.
pub struct Records<R> {
    source: R,
    form: Form,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    at: u64,
    line: u64,
}

/// Where in a CSV record a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Bare,
    Quoted,
    QuoteInside,
    Behind,
}

/// Looks for the end of a record, byte by byte.
struct Scan {
    form: Form,
    place: Place,
    bad: bool,
}

impl Scan {
    const fn new(form: Form) -> Self {
        Self {
            form,
            place: Place::FieldStart,
            bad: false,
        }
    }

    /// Whether this byte ends the record.
    fn ends(&mut self, byte: u8) -> bool {
        let Form::Csv(delimiter) = self.form else {
            return byte == b'\n';
        };
        self.place = match (self.place, byte) {
            (Place::Quoted, b'"') => Place::QuoteInside,
            (Place::Quoted, _) | (Place::QuoteInside | Place::FieldStart, b'"') => Place::Quoted,
            (_, b'\n') => return true,
            (_, byte) if byte == delimiter => Place::FieldStart,
            (Place::QuoteInside, b'\r') => Place::Behind,
            (Place::QuoteInside | Place::Behind, _) => {
                self.bad = true;
                Place::Bare
            }
            (Place::FieldStart | Place::Bare, _) => Place::Bare,
        };
        false
    }
}

impl<R: Read> Records<R> {
    /// Reads on from a place in the file where a record begins.
    pub fn new(source: R, form: Form, at: u64, line: u64) -> Self {
        Self {
            source,
            form,
            buffer: Vec::with_capacity(2 * BLOCK),
            start: 0,
            ended: false,
            at,
            line,
        }
    }

    /// The place that follows what was read, and its line.
    pub const fn place(&self) -> (u64, u64) {
        (self.at, self.line)
    }

    /// The next record; none at the end. Blank lines are passed over.
    #[allow(
        clippy::should_implement_trait,
        reason = "it can fail between two records"
    )]
    pub fn next(&mut self) -> io::Result<Option<Raw>> {
        loop {
            let Some(raw) = self.read()? else {
                return Ok(None);
            };
            if raw.fault.is_some() || !raw.bytes.iter().all(|byte| b" \t\r".contains(byte)) {
                return Ok(Some(raw));
            }
        }
    }

    fn read(&mut self) -> io::Result<Option<Raw>> {
        let mut scan = Scan::new(self.form);
        let mut looked = 0;
        loop {
            let rest = self.buffer.get(self.start + looked..).unwrap_or_default();
            let room = MAX_RECORD.saturating_sub(looked);
            if let Some(i) = rest.iter().take(room).position(|byte| scan.ends(*byte)) {
                if scan.bad {
                    return self.first_line(Code::Quotes).map(Some);
                }
                return Ok(Some(self.take(looked + i, 1, None)));
            }
            looked += rest.len().min(room);
            if looked >= MAX_RECORD {
                let fault = match scan.place {
                    Place::Quoted => Code::Quotes,
                    _ => Code::TooLong,
                };
                return self.first_line(fault).map(Some);
            }
            if !self.fill()? {
                return match (looked, scan.place) {
                    (0, _) => Ok(None),
                    _ if scan.bad || scan.place == Place::Quoted => {
                        self.first_line(Code::Quotes).map(Some)
                    }
                    _ => Ok(Some(self.take(looked, 0, None))),
                };
            }
        }
    }

    /// Takes `length` bytes as a record, and passes over what ends it.
    fn take(&mut self, length: usize, ending: usize, fault: Option<Code>) -> Raw {
        let bytes = self.buffer.get(self.start..self.start + length);
        let bytes = bytes.unwrap_or_default();
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1 + ending;
        let line = self.line;
        let raw = bytes.strip_suffix(b"\r").unwrap_or(bytes).to_vec();
        self.start += length + ending;
        self.at += (length + ending) as u64;
        self.line += lines as u64;
        Raw {
            line,
            next_line: self.line,
            end: self.at,
            bytes: raw,
            fault,
        }
    }

    /// Takes the first line of what cannot be read as a record.
    fn first_line(&mut self, fault: Code) -> io::Result<Raw> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let mut raw = self.take(end, 1, Some(fault));
            raw.bytes.truncate(MAX_RECORD);
            return Ok(raw);
        }
        let mut raw = self.take(rest.len(), 0, Some(fault));
        if raw.bytes.len() >= MAX_RECORD {
            raw.bytes.truncate(KEPT);
        }
        while self.fill()? {
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(rest.len(), |end| end + 1);
            self.start += passed;
            self.at += passed as u64;
            if end.is_some() {
                self.line += 1;
                break;
            }
        }
        raw.end = self.at;
        raw.next_line = self.line;
        Ok(raw)
    }

    /// Reads one block more; no at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        let read = (&mut self.source)
            .take(BLOCK as u64)
            .read_to_end(&mut self.buffer)?;
        debug_assert_eq!(self.buffer.len(), before + read);
        self.ended = read == 0;
        Ok(read > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(form: Form, bytes: &[u8]) -> Vec<(u64, Vec<u8>, Option<Code>)> {
        let mut records = Records::new(bytes, form, 0, 1);
        let mut out = Vec::new();
        while let Some(raw) = records.next().unwrap() {
            out.push((raw.line, raw.bytes, raw.fault));
        }
        assert_eq!(records.place().0, bytes.len() as u64);
        out
    }

    const CSV: Form = Form::Csv(b',');

    #[test]
    fn quotes_span_lines_and_line_ends_are_of_both_kinds() {
        let text = b"a,b\r\n\"x\n,\"\"y\",2\r\n\r\n\n5\" disk,\"q\"\nlast";
        assert_eq!(
            all(CSV, text),
            [
                (1, b"a,b".to_vec(), None),
                (2, b"\"x\n,\"\"y\",2".to_vec(), None),
                (6, b"5\" disk,\"q\"".to_vec(), None),
                (7, b"last".to_vec(), None),
            ]
        );
        assert_eq!(
            all(Form::Ndjson, b"{}\r\n \n[\"\n"),
            [(1, b"{}".to_vec(), None), (3, b"[\"".to_vec(), None)]
        );
        assert!(all(CSV, b"").is_empty());
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_only() {
        assert_eq!(
            all(CSV, b"a,b\n\"x,1\ny,2\nz,3\n"),
            [
                (1, b"a,b".to_vec(), None),
                (2, b"\"x,1".to_vec(), Some(Code::Quotes)),
                (3, b"y,2".to_vec(), None),
                (4, b"z,3".to_vec(), None),
            ]
        );
        assert_eq!(
            all(CSV, b"\"w,0\n\"x\"y,1\nz,3"),
            [
                (1, b"\"w,0".to_vec(), Some(Code::Quotes)),
                (2, b"\"x\"y,1".to_vec(), Some(Code::Quotes)),
                (3, b"z,3".to_vec(), None),
            ]
        );
    }

    #[test]
    fn a_line_without_end_is_passed_over_in_bounded_memory() {
        let mut source = io::Read::chain(
            io::repeat(b'x').take(50 * MAX_RECORD as u64),
            b"\n1,2\n".as_slice(),
        );
        let mut records = Records::new(&mut source, CSV, 0, 1);
        let raw = records.next().unwrap().unwrap();
        assert_eq!(
            (raw.line, raw.fault, raw.bytes.len()),
            (1, Some(Code::TooLong), KEPT)
        );
        assert_eq!((raw.next_line, raw.end), (2, 50 * MAX_RECORD as u64 + 1));
        let raw = records.next().unwrap().unwrap();
        assert_eq!((raw.line, raw.bytes.as_slice()), (2, b"1,2".as_slice()));
        assert!(records.buffer.capacity() < 4 * MAX_RECORD);
    }

    /// Reading on from the end of any record finds the same records.
    #[test]
    fn every_record_is_a_place_to_go_on_from() {
        let text = b"\"a\n\",1\n\"b,2\nc,3\r\n\n\"d\"\n\"e";
        let whole = all(CSV, text);
        let mut records = Records::new(text.as_slice(), CSV, 0, 1);
        let mut seen = 0;
        while let Some(raw) = records.next().unwrap() {
            seen += 1;
            let at = usize::try_from(raw.end).unwrap();
            let mut again = Records::new(&text[at..], CSV, raw.end, raw.next_line);
            let mut rest = Vec::new();
            while let Some(raw) = again.next().unwrap() {
                rest.push((raw.line, raw.bytes, raw.fault));
            }
            assert_eq!(rest, whole[seen..]);
        }
        assert_eq!(seen, whole.len());
    }
}
