//! The fields of one CSV record.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::reason::Code;

/// Most columns of a file.
pub const MAX_COLUMNS: usize = 4096;

/// Splits records into fields; its memory is used again for the next one.
pub struct Csv {
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Csv {
    /// For this delimiter.
    pub fn new(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new()
                .delimiter(delimiter)
                .terminator(Terminator::Any(b'\n'))
                .build(),
            output: Vec::new(),
            ends: vec![0; MAX_COLUMNS],
        }
    }

    /// The fields of a record that [`super::records`] cut out.
    pub fn split(&mut self, record: &[u8]) -> Result<Vec<&str>, Code> {
        self.reader.reset();
        self.output.resize(record.len() + 1, 0);
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, more_read, more_written, more_fields) = self.reader.read_record(
                record.get(read..).unwrap_or_default(),
                self.output.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(fields..).unwrap_or_default(),
            );
            read += more_read;
            written += more_written;
            fields += more_fields;
            match result {
                // The record is not ended by a line's end: asking again with nothing says that it is over.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => return Err(Code::TooLong),
                ReadRecordResult::OutputEndsFull => return Err(Code::Columns),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        if read < record.len() {
            return Err(Code::Quotes);
        }
        let text = std::str::from_utf8(self.output.get(..written).unwrap_or_default())
            .map_err(|_| Code::Utf8)?;
        let mut start = 0;
        self.ends
            .iter()
            .take(fields)
            .map(|end| {
                // Fields that end inside a character are no text either.
                let field = text.get(start..*end).ok_or(Code::Utf8);
                start = *end;
                field
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_rfc_4180_says() {
        let mut csv = Csv::new(b';');
        assert_eq!(
            csv.split("a;\"b;\"\"c\n\";;=1+1".as_bytes()).unwrap(),
            ["a", "b;\"c\n", "", "=1+1"]
        );
        assert_eq!(csv.split(b"x").unwrap(), ["x"]);
        assert_eq!(csv.split(b"x;\"\"").unwrap(), ["x", ""]);
        assert_eq!(csv.split(b"\xff;a"), Err(Code::Utf8));
        assert_eq!(csv.split(b"\xc3;\xb5"), Err(Code::Utf8));
        let wide = vec![b';'; MAX_COLUMNS + 1];
        assert_eq!(csv.split(&wide), Err(Code::Columns));
    }
}
