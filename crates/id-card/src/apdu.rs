//! Command and response APDUs of ISO 7816-4, short form only.
//!
//! No Estonian card needs extended lengths or command chaining, so neither exists here: a command carries
//! at most 255 bytes and an answer at most 256 bytes and a status word.

use std::fmt;

use zeroize::Zeroizing;

/// The longest answer a card may give: 256 bytes of data and two of status.
pub const MAX_ANSWER: usize = 258;
/// The most data bytes a short command may carry.
pub const MAX_COMMAND_DATA: usize = 255;

/// A command to the card, as the bytes that go over the wire. Wiped when dropped, because it may hold a PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct Command(Zeroizing<Vec<u8>>);

impl Command {
    /// Case 1 to 4: header, data if there is any, and the length of the expected answer if one is given
    /// (`Some(0)` asks for "as much as there is").
    ///
    /// # Errors
    /// [`ApduError::CommandTooLong`] for more than 255 data bytes.
    pub fn new(header: [u8; 4], data: &[u8], le: Option<u8>) -> Result<Self, ApduError> {
        if data.len() > MAX_COMMAND_DATA {
            return Err(ApduError::CommandTooLong { len: data.len() });
        }
        // Reserved in full, so that a PIN is never left behind in a freed smaller buffer.
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 + data.len()));
        bytes.extend_from_slice(&header);
        if !data.is_empty() {
            bytes.push(data.len() as u8);
            bytes.extend_from_slice(data);
        }
        if let Some(le) = le {
            bytes.push(le);
        }
        Ok(Self(bytes))
    }

    /// READ BINARY at `offset`.
    pub fn read_binary(offset: u16, le: u8) -> Self {
        let [high, low] = offset.to_be_bytes();
        Self(Zeroizing::new(vec![0x00, 0xB0, high, low, le]))
    }

    /// GET RESPONSE for the rest of an answer.
    pub fn get_response(le: u8) -> Self {
        Self(Zeroizing::new(vec![0x00, 0xC0, 0x00, 0x00, le]))
    }

    /// The same command with another expected length, which belongs behind the data and not into byte 4.
    #[must_use]
    pub fn with_le(&self, le: u8) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.0.len() + 1));
        bytes.extend_from_slice(&self.0);
        let body = match self.0.get(4) {
            Some(lc) if self.0.len() > 5 => 5 + usize::from(*lc),
            _ => 4,
        };
        bytes.truncate(body);
        bytes.push(le);
        Self(bytes)
    }

    /// The bytes as they are sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Shows the header only: the data may be a PIN.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.0.get(..4).unwrap_or_default();
        write!(
            f,
            "Command({}, {} bytes)",
            hex::encode_upper(header),
            self.0.len()
        )
    }
}

/// An answer of the card: data and status word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The data, at most 256 bytes in one answer.
    pub data: Vec<u8>,
    /// The two status bytes.
    pub status: Status,
}

impl Response {
    /// Splits an answer into data and status word.
    ///
    /// # Errors
    /// [`ApduError::AnswerTooShort`] below two bytes, [`ApduError::AnswerTooLong`] above [`MAX_ANSWER`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ApduError> {
        if bytes.len() > MAX_ANSWER {
            return Err(ApduError::AnswerTooLong { len: bytes.len() });
        }
        match bytes {
            [data @ .., sw1, sw2] => Ok(Self {
                data: data.to_vec(),
                status: Status::from_word(u16::from_be_bytes([*sw1, *sw2])),
            }),
            _ => Err(ApduError::AnswerTooShort { len: bytes.len() }),
        }
    }
}

/// What a status word means on the cards that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `9000`.
    Ok,
    /// `61xx`: xx more bytes wait for GET RESPONSE (00 = 256).
    MoreData(u8),
    /// `6Cxx`: repeat with Le = xx.
    WrongLe(u8),
    /// `63Cx`, x > 0: wrong PIN.
    PinWrong {
        /// Tries that remain.
        tries_left: u8,
    },
    /// `63C0`, `6983` or `6984`: the PIN is blocked. The third wrong PIN answers `6983`.
    PinBlocked,
    /// `6282`: the file ended before Le bytes.
    EndOfFile,
    /// `6400` of a PIN-pad reader: nothing was entered in time.
    PadTimeout,
    /// `6401` of a PIN-pad reader: cancelled there.
    PadCancelled,
    /// `6402` of a PIN-pad reader: the two new PINs differ.
    PadMismatch,
    /// `6403` of a PIN-pad reader: too short or too long.
    PadLength,
    /// `6700`: wrong length.
    WrongLength,
    /// `6982`: the PIN was not verified.
    SecurityNotSatisfied,
    /// `6985`: no key or hash chosen, or new PIN equals old.
    ConditionsNotSatisfied,
    /// `6A80`: bad data, also "new PIN equals old".
    WrongData,
    /// `6A82`: no such file.
    FileNotFound,
    /// `6A86`: wrong P1 or P2.
    WrongParameters,
    /// `6A88`: no such PIN or key.
    ReferenceNotFound,
    /// `6B00`: offset beyond the end of the file.
    BeyondEnd,
    /// `6D00`: unknown instruction.
    UnknownInstruction,
    /// `6E00`: unknown class.
    UnknownClass,
    /// Any other word.
    Other(u16),
}

impl Status {
    /// Reads a status word.
    pub fn from_word(word: u16) -> Self {
        let low = word.to_be_bytes()[1];
        match word {
            0x9000 => Self::Ok,
            0x6100..=0x61FF => Self::MoreData(low),
            0x6C00..=0x6CFF => Self::WrongLe(low),
            0x63C0 | 0x6983 | 0x6984 => Self::PinBlocked,
            0x63C1..=0x63CF => Self::PinWrong {
                tries_left: low & 0x0F,
            },
            0x6282 => Self::EndOfFile,
            0x6400 => Self::PadTimeout,
            0x6401 => Self::PadCancelled,
            0x6402 => Self::PadMismatch,
            0x6403 => Self::PadLength,
            0x6700 => Self::WrongLength,
            0x6982 => Self::SecurityNotSatisfied,
            0x6985 => Self::ConditionsNotSatisfied,
            0x6A80 => Self::WrongData,
            0x6A82 => Self::FileNotFound,
            0x6A86 => Self::WrongParameters,
            0x6A88 => Self::ReferenceNotFound,
            0x6B00 => Self::BeyondEnd,
            0x6D00 => Self::UnknownInstruction,
            0x6E00 => Self::UnknownClass,
            other => Self::Other(other),
        }
    }

    /// The word itself. `PinBlocked` stands for three words; `6983`, the usual one, is given for it.
    pub fn word(self) -> u16 {
        match self {
            Self::Ok => 0x9000,
            Self::MoreData(low) => 0x6100 | u16::from(low),
            Self::WrongLe(low) => 0x6C00 | u16::from(low),
            Self::PinWrong { tries_left } => 0x63C0 | u16::from(tries_left & 0x0F),
            Self::PinBlocked => 0x6983,
            Self::EndOfFile => 0x6282,
            Self::PadTimeout => 0x6400,
            Self::PadCancelled => 0x6401,
            Self::PadMismatch => 0x6402,
            Self::PadLength => 0x6403,
            Self::WrongLength => 0x6700,
            Self::SecurityNotSatisfied => 0x6982,
            Self::ConditionsNotSatisfied => 0x6985,
            Self::WrongData => 0x6A80,
            Self::FileNotFound => 0x6A82,
            Self::WrongParameters => 0x6A86,
            Self::ReferenceNotFound => 0x6A88,
            Self::BeyondEnd => 0x6B00,
            Self::UnknownInstruction => 0x6D00,
            Self::UnknownClass => 0x6E00,
            Self::Other(word) => word,
        }
    }
}

/// A command or answer that cannot be one. Blame: the card or its reader (or us, for `CommandTooLong`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApduError {
    /// Only short commands exist here.
    #[error("a command with {len} data bytes; at most 255 fit")]
    CommandTooLong {
        /// Data bytes.
        len: usize,
    },
    /// An answer must hold at least the status word.
    #[error("an answer of {len} bytes is too short for a status word")]
    AnswerTooShort {
        /// Bytes received.
        len: usize,
    },
    /// An answer may hold 256 bytes and the status word.
    #[error("an answer of {len} bytes is longer than a card may send")]
    AnswerTooLong {
        /// Bytes received.
        len: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_goes_behind_the_data() {
        let select = Command::new([0, 0xA4, 9, 4], &[0xAD, 0xF1], Some(0)).unwrap();
        assert_eq!(
            select.with_le(0x1A).as_bytes(),
            [0, 0xA4, 9, 4, 2, 0xAD, 0xF1, 0x1A]
        );
        let read = Command::read_binary(0x0102, 0);
        assert_eq!(read.with_le(0x47).as_bytes(), [0, 0xB0, 1, 2, 0x47]);
        let bare = Command::new([0, 0xA4, 0, 0x0C], &[], None).unwrap();
        assert_eq!(bare.with_le(5).as_bytes(), [0, 0xA4, 0, 0x0C, 5]);
    }

    #[test]
    fn every_status_word_keeps_its_value_but_for_the_three_that_mean_blocked() {
        for word in 0..=u16::MAX {
            let status = Status::from_word(word);
            if matches!(word, 0x63C0 | 0x6983 | 0x6984) {
                assert_eq!(status, Status::PinBlocked);
            } else {
                assert_eq!(status.word(), word);
            }
        }
    }

    #[test]
    fn the_debug_form_of_a_command_hides_its_data() {
        let verify = Command::new([0, 0x20, 0, 1], b"1234", None).unwrap();
        assert_eq!(format!("{verify:?}"), "Command(00200001, 9 bytes)");
    }
}
