//! Puts a virtual card into a virtual reader of the real PC/SC service (the vpcd driver of vsmartcard).
//!
//! The driver listens, the card connects. Every message is a two-byte length and a body; a body of one byte is
//! a control word. The driver listens on all addresses, so run it in a network namespace of its own.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::thread::JoinHandle;

use socket2::SockRef;

use super::VirtualCard;
use crate::transport::Transport;

/// Port of the first slot. The second one has the next.
pub const PORT: u16 = 35_963;

/// Is shown each command and its answer.
pub type Observer<'o> = dyn FnMut(&[u8], &[u8]) -> io::Result<()> + 'o;

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// Serves `card` in the reader at `address` until the driver closes the connection. Every command is answered:
/// a card that does not answer would block every program that uses the service.
///
/// # Errors
/// The connection failed.
pub fn serve(card: &VirtualCard, address: impl ToSocketAddrs) -> io::Result<()> {
    run(card, &TcpStream::connect(address)?, &mut |_, _| Ok(()))
}

/// As [`serve`], showing every command and its answer to `observe`: a recording holds the PINs that were sent.
///
/// # Errors
/// The connection, or `observe`, failed.
pub fn serve_observed(
    card: &VirtualCard,
    address: impl ToSocketAddrs,
    observe: &mut Observer<'_>,
) -> io::Result<()> {
    run(card, &TcpStream::connect(address)?, observe)
}

/// A card in a virtual reader, served by a thread of its own.
pub struct Inserted {
    stream: TcpStream,
    thread: Option<JoinHandle<()>>,
}

impl Inserted {
    /// Inserts `card` into the reader at `address`.
    ///
    /// # Errors
    /// The connection failed.
    pub fn new(card: VirtualCard, address: impl ToSocketAddrs) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        let theirs = stream.try_clone()?;
        let thread = std::thread::Builder::new()
            .name("virtual-card".into())
            .spawn(move || {
                // The end of the connection is the end of the card's stay; there is nobody to tell.
                let _ = run(&card, &theirs, &mut |_, _| Ok(()));
                // Dropping would not close it: the handle below has it too, and the driver would wait for an answer.
                let _ = theirs.shutdown(Shutdown::Both);
                card.reset();
            })?;
        Ok(Self {
            stream,
            thread: Some(thread),
        })
    }

    /// Pulls the card.
    pub fn remove(mut self) {
        self.close();
    }

    fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Inserted {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(card: &VirtualCard, mut stream: &TcpStream, observe: &mut Observer<'_>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut body = Vec::new();
    loop {
        let mut length = [0; 2];
        receive(stream, &mut length)?;
        body.resize(usize::from(u16::from_be_bytes(length)), 0);
        receive(stream, &mut body)?;
        let answer = match body.as_slice() {
            [POWER_OFF | POWER_ON | RESET] => {
                card.reset();
                continue;
            }
            [GET_ATR] => card.atr().to_vec(),
            command => match card.clone().transmit(command) {
                Ok(answer) => {
                    observe(command, &answer)?;
                    answer
                }
                // The card was pulled: closing the connection is how the driver learns it.
                Err(_) => return Ok(()),
            },
        };
        let mut message = (answer.len() as u16).to_be_bytes().to_vec();
        message.extend(answer);
        stream.write_all(&message)?;
    }
}

/// Reads exactly, and acknowledges at once: the driver sends length and body apart and waits for the first to
/// be acknowledged, 40 ms each time if it is not. The option lasts until the next reception only.
fn receive(mut stream: &TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        acknowledge(stream)?;
    }
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn acknowledge(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_tcp_quickack(true)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn acknowledge(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_tcp_nodelay(true)
}
