//! One conversation inside a transaction: follows `61xx` and `6Cxx`, and bounds what a card can make us do.

use zeroize::Zeroizing;

use crate::apdu::{Command, Response, Status};
use crate::error::{AnswerError, CardError};
use crate::transport::{Protocol, Transport};

/// GET RESPONSE rounds followed for one command.
const MAX_ROUNDS: usize = 40;
/// The most bytes one command may bring, all rounds together.
const MAX_COLLECTED: usize = 8 * 1024;
/// READ BINARY commands sent for one file.
const MAX_READS: usize = 128;
/// The largest file that is read. Certificates have about 1 kB.
pub(crate) const MAX_FILE: usize = 8 * 1024;

/// A begun transaction with a card.
pub struct Session<'t> {
    transport: &'t mut dyn Transport,
}

impl<'t> Session<'t> {
    /// Wraps a transport whose transaction has begun.
    pub fn new(transport: &'t mut dyn Transport) -> Self {
        Self { transport }
    }

    /// The protocol in use.
    pub fn protocol(&self) -> Protocol {
        self.transport.protocol()
    }

    /// Sends a command and collects its whole answer.
    ///
    /// # Errors
    /// [`CardError`] if the card is gone or its answer is impossible or endless.
    pub fn transmit(&mut self, command: &Command) -> Result<Response, CardError> {
        let mut answer = self.once(command)?;
        if let Status::WrongLe(le) = answer.status {
            answer = self.once(&command.with_le(le))?;
        }
        let mut rounds = 0;
        while let Status::MoreData(waiting) = answer.status {
            rounds += 1;
            if rounds > MAX_ROUNDS || answer.data.len() > MAX_COLLECTED {
                return Err(AnswerError::Endless.into());
            }
            let mut more = self.once(&Command::get_response(waiting))?;
            if let Status::WrongLe(le) = more.status {
                more = self.once(&Command::get_response(le))?;
            }
            answer.data.append(&mut more.data);
            answer.status = more.status;
        }
        Ok(answer)
    }

    /// Sends a command that must succeed.
    ///
    /// # Errors
    /// [`AnswerError::Refused`] with `step` for any status but `9000`.
    pub fn expect_ok(
        &mut self,
        step: &'static str,
        command: &Command,
    ) -> Result<Vec<u8>, CardError> {
        let answer = self.transmit(command)?;
        match answer.status {
            Status::Ok => Ok(answer.data),
            status => Err(AnswerError::Refused {
                step,
                word: status.word(),
            }
            .into()),
        }
    }

    /// Sends header and data that must succeed.
    ///
    /// # Errors
    /// As [`Session::expect_ok`].
    pub fn run(
        &mut self,
        step: &'static str,
        header: [u8; 4],
        data: &[u8],
        le: Option<u8>,
    ) -> Result<Vec<u8>, CardError> {
        self.expect_ok(step, &Command::new(header, data, le)?)
    }

    /// Reads a selected file of known size. Each command asks for `block` bytes at most; `None` asks for
    /// "as much as there is" every time. Short answers are accepted, empty ones are not.
    ///
    /// # Errors
    /// [`AnswerError`] if the file is too large, ends early, or brings more than its size.
    pub fn read_file(&mut self, size: usize, block: Option<u8>) -> Result<Vec<u8>, CardError> {
        if size > MAX_FILE {
            return Err(AnswerError::FileTooLarge { size }.into());
        }
        let mut content = Vec::with_capacity(size);
        for _ in 0..MAX_READS {
            let rest = size - content.len();
            if rest == 0 {
                return Ok(content);
            }
            // `rest` is below 256 wherever it is the smaller one.
            let le = block.map_or(0, |block| rest.min(usize::from(block)) as u8);
            let answer = self.transmit(&Command::read_binary(content.len() as u16, le))?;
            match answer.status {
                Status::Ok | Status::EndOfFile => {}
                Status::BeyondEnd => {
                    return Err(AnswerError::FileCutOff {
                        size,
                        read: content.len(),
                    }
                    .into());
                }
                status => {
                    return Err(AnswerError::Refused {
                        step: "read file",
                        word: status.word(),
                    }
                    .into());
                }
            }
            if answer.data.is_empty() {
                return Err(AnswerError::FileCutOff {
                    size,
                    read: content.len(),
                }
                .into());
            }
            if answer.data.len() > rest {
                return Err(AnswerError::FileOverrun { size }.into());
            }
            content.extend_from_slice(&answer.data);
        }
        if content.len() == size {
            Ok(content)
        } else {
            Err(AnswerError::Endless.into())
        }
    }

    fn once(&mut self, command: &Command) -> Result<Response, CardError> {
        // It may be a shared secret.
        let answer = Zeroizing::new(self.transport.transmit(command.as_bytes())?);
        Ok(Response::parse(&answer)?)
    }
}
