//! A connection to one card, in a thread of its own.

use std::ffi::CString;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use ::pcsc::{self, Protocols, ShareMode, Transaction};
use zeroize::Zeroizing;

use super::{establish, from_pcsc};
use crate::apdu::MAX_ANSWER;
use crate::transport::{Disposition, Protocol, Transport, TransportError};

/// Connecting, and waiting for another program to let go of the card.
const PATIENCE: Duration = Duration::from_secs(10);
/// One command. Signing takes about a second.
const COMMAND: Duration = Duration::from_secs(30);

/// How many resets by other programs are borne before the card counts as taken.
const RESETS: usize = 50;

type Reply = Result<Vec<u8>, TransportError>;

struct Job {
    task: Task,
    reply: SyncSender<Reply>,
}

enum Task {
    Begin,
    Transmit(Zeroizing<Vec<u8>>),
    End(Disposition),
    Disconnect(Disposition),
}

/// A card in a PC/SC reader.
///
/// Dropping it leaves the card as it is; dropping it inside a transaction resets the card, because a PIN may be
/// verified.
pub struct PcscTransport {
    atr: Vec<u8>,
    protocol: Protocol,
    jobs: Option<Sender<Job>>,
}

impl PcscTransport {
    /// Connects to the card in this reader, sharing it with other programs.
    ///
    /// # Errors
    /// [`TransportError`].
    pub fn connect(reader: &str) -> Result<Self, TransportError> {
        let reader = CString::new(reader).map_err(|_| TransportError::NoReader)?;
        let (jobs, queue) = channel();
        let (ready, opened) = sync_channel(1);
        thread::Builder::new()
            .name("card".into())
            .spawn(move || match connect(&reader) {
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
                Ok((card, atr, protocol)) => {
                    // If nobody waits any more, the queue is closed and the card is let go at once.
                    let _ = ready.send(Ok((atr, protocol)));
                    work(card, &queue);
                }
            })
            .map_err(|error| TransportError::Reader(error.to_string()))?;
        match opened.recv_timeout(PATIENCE) {
            Ok(Ok((atr, protocol))) => Ok(Self {
                atr,
                protocol,
                jobs: Some(jobs),
            }),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(TransportError::Timeout),
        }
    }

    fn ask(&mut self, task: Task, patience: Duration, late: TransportError) -> Reply {
        let jobs = self.jobs.as_ref().ok_or(TransportError::Removed)?;
        let (reply, answer) = sync_channel(1);
        jobs.send(Job { task, reply })
            .map_err(|_| TransportError::Removed)?;
        match answer.recv_timeout(patience) {
            Ok(reply) => reply,
            Err(RecvTimeoutError::Timeout) => {
                // The thread lets go of the card as soon as the driver lets go of the thread.
                self.jobs = None;
                Err(late)
            }
            Err(RecvTimeoutError::Disconnected) => Err(TransportError::Removed),
        }
    }
}

impl Transport for PcscTransport {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn begin(&mut self) -> Result<(), TransportError> {
        self.ask(Task::Begin, PATIENCE, TransportError::Busy)
            .map(drop)
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let command = Zeroizing::new(command.to_vec());
        match self.ask(Task::Transmit(command), COMMAND, TransportError::Timeout) {
            // It was there a moment ago.
            Err(TransportError::NoCard) => Err(TransportError::Removed),
            other => other,
        }
    }

    fn end(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        self.ask(Task::End(disposition), COMMAND, TransportError::Timeout)
            .map(drop)
    }

    fn disconnect(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        let result = self
            .ask(
                Task::Disconnect(disposition),
                COMMAND,
                TransportError::Timeout,
            )
            .map(drop);
        self.jobs = None;
        result
    }
}

fn connect(reader: &CString) -> Result<(pcsc::Card, Vec<u8>, Protocol), TransportError> {
    let context = establish()?;
    let mut card = context
        .connect(reader, ShareMode::Shared, Protocols::ANY)
        .map_err(from_pcsc)?;
    let status = match status(&mut card) {
        Ok(status) => status,
        Err(error) => {
            let _ = card.disconnect(pcsc::Disposition::LeaveCard);
            return Err(error);
        }
    };
    let protocol = match status.protocol2() {
        Some(pcsc::Protocol::T0) => Protocol::T0,
        _ => Protocol::T1,
    };
    Ok((card, status.atr().to_vec(), protocol))
}

fn status(card: &mut pcsc::Card) -> Result<pcsc::CardStatusOwned, TransportError> {
    for _ in 0..RESETS {
        match card.status2_owned() {
            Ok(status) => return Ok(status),
            Err(pcsc::Error::ResetCard) => take_up(card)?,
            Err(error) => return Err(from_pcsc(error)),
        }
    }
    Err(TransportError::Busy)
}

/// How the work inside a transaction ended.
enum After {
    Ended,
    Disconnect(Disposition, SyncSender<Reply>),
    Abandoned,
}

fn work(mut card: pcsc::Card, queue: &Receiver<Job>) {
    while let Ok(Job { task, reply }) = queue.recv() {
        match task {
            Task::Begin => {
                let after = match begin(&mut card) {
                    Ok(transaction) => inside(transaction, queue, &reply),
                    Err(error) => {
                        let _ = reply.send(Err(error));
                        After::Ended
                    }
                };
                match after {
                    After::Ended => {}
                    After::Abandoned => break,
                    After::Disconnect(disposition, reply) => {
                        disconnect(card, disposition, &reply);
                        return;
                    }
                }
            }
            Task::Transmit(command) => {
                let _ = reply.send(transmit(&card, &command));
            }
            Task::End(_) => {
                let _ = reply.send(Ok(Vec::new()));
            }
            Task::Disconnect(disposition) => {
                disconnect(card, disposition, &reply);
                return;
            }
        }
    }
    // Never rely on dropping: that would reset the card under other programs.
    let _ = card.disconnect(pcsc::Disposition::LeaveCard);
}

/// Begins a transaction. If another program reset the card, the connection is taken up again first; where many
/// programs work with the card, that may happen again in between. Nothing was sent, so nothing is lost.
fn begin(mut card: &mut pcsc::Card) -> Result<Transaction<'_>, TransportError> {
    for _ in 0..RESETS {
        match card.transaction2() {
            Ok(transaction) => return Ok(transaction),
            Err((returned, pcsc::Error::ResetCard)) => {
                card = returned;
                take_up(card)?;
            }
            Err((_, error)) => return Err(from_pcsc(error)),
        }
    }
    Err(TransportError::Busy)
}

/// Accepts that the card was reset.
fn take_up(card: &mut pcsc::Card) -> Result<(), TransportError> {
    let leave = pcsc::Disposition::LeaveCard;
    match card.reconnect(ShareMode::Shared, Protocols::ANY, leave) {
        Ok(()) | Err(pcsc::Error::ResetCard) => Ok(()),
        Err(error) => Err(from_pcsc(error)),
    }
}

fn inside(transaction: Transaction<'_>, queue: &Receiver<Job>, begun: &SyncSender<Reply>) -> After {
    if begun.send(Ok(Vec::new())).is_err() {
        let _ = transaction.end(pcsc::Disposition::LeaveCard);
        return After::Abandoned;
    }
    loop {
        let Ok(Job { task, reply }) = queue.recv() else {
            let _ = transaction.end(pcsc::Disposition::ResetCard);
            return After::Abandoned;
        };
        match task {
            Task::Begin => {
                let _ = reply.send(Ok(Vec::new()));
            }
            Task::Transmit(command) => {
                let _ = reply.send(transmit(&transaction, &command));
            }
            Task::End(disposition) => {
                let ended = transaction
                    .end(raw(disposition))
                    .map_err(|(_, error)| from_pcsc(error));
                let _ = reply.send(ended.map(|()| Vec::new()));
                return After::Ended;
            }
            Task::Disconnect(disposition) => {
                let _ = transaction.end(pcsc::Disposition::LeaveCard);
                return After::Disconnect(disposition, reply);
            }
        }
    }
}

fn transmit(card: &pcsc::Card, command: &[u8]) -> Reply {
    // A byte more than allowed, so that an answer that is too long is noticed and not cut.
    let mut buffer = Zeroizing::new([0; MAX_ANSWER + 1]);
    match card.transmit(command, &mut *buffer) {
        // Some drivers give nothing at all when the card is pulled during a command, and learn of it later.
        Ok([]) if goes_away(card) => Err(TransportError::Removed),
        Ok(answer) => Ok(answer.to_vec()),
        Err(error) => Err(from_pcsc(error)),
    }
}

/// Whether the service notices within a second that the card is gone.
fn goes_away(card: &pcsc::Card) -> bool {
    (0..20).any(|_| {
        let gone = matches!(
            card.status2_owned(),
            Err(pcsc::Error::RemovedCard
                | pcsc::Error::NoSmartcard
                | pcsc::Error::ReaderUnavailable)
        );
        if !gone {
            thread::sleep(Duration::from_millis(50));
        }
        gone
    })
}

fn disconnect(card: pcsc::Card, disposition: Disposition, reply: &SyncSender<Reply>) {
    let result = card
        .disconnect(raw(disposition))
        .map_err(|(_, error)| from_pcsc(error));
    let _ = reply.send(result.map(|()| Vec::new()));
}

fn raw(disposition: Disposition) -> pcsc::Disposition {
    match disposition {
        Disposition::Leave => pcsc::Disposition::LeaveCard,
        Disposition::Reset => pcsc::Disposition::ResetCard,
    }
}
