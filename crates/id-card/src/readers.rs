//! Real readers, through the PC/SC service of this computer.
//!
//! A driver that hangs, or another program that keeps the card to itself, blocks PC/SC calls without end.
//! So each connection lives in a thread of its own ([`PcscTransport`]), and so does watching
//! ([`Watcher`]): callers wait for a bounded time.

mod connection;
mod state;
mod watcher;

use std::ffi::CString;

use ::pcsc::{Context, Error, ReaderState as RawState, Scope, State};

pub use self::connection::PcscTransport;
pub use self::state::{CardEvent, Holder, Presence, ReaderState};
pub use self::watcher::Watcher;
use crate::card::Card;
use crate::error::CardError;
use crate::transport::TransportError;

/// The readers and what is in them, now. No card is spoken to.
///
/// # Errors
/// [`TransportError::ServiceOff`]; no reader is an empty list.
pub fn list() -> Result<Vec<ReaderState>, TransportError> {
    let context = establish()?;
    let mut states = raw_states(names(&context)?);
    look(&context, &mut states)?;
    Ok(states.iter().map(ReaderState::from_raw).collect())
}

/// Connects to the card in the named reader, or, without a name, to the first supported card in any reader.
///
/// # Errors
/// What stands against it, the nearest to success if there are several readers: `E01` to `E06`.
pub fn open(reader: Option<&str>) -> Result<(String, Card), CardError> {
    let states = list()?;
    if states.is_empty() {
        return Err(TransportError::NoReader.into());
    }
    let mut obstacle: CardError = match reader {
        Some(_) => TransportError::NoReader.into(),
        None => TransportError::NoCard.into(),
    };
    for state in states
        .iter()
        .filter(|state| reader.is_none_or(|name| name == state.name))
    {
        match state.presence.ready() {
            Ok(_) => {
                let transport = PcscTransport::connect(&state.name)?;
                return Ok((state.name.clone(), Card::open(Box::new(transport))?));
            }
            Err(error) if nearer(&error) >= nearer(&obstacle) => obstacle = error,
            Err(_) => {}
        }
    }
    Err(obstacle)
}

/// How near to a usable card an obstacle is.
fn nearer(error: &CardError) -> u8 {
    match error {
        CardError::Transport(TransportError::NoReader) => 0,
        CardError::Transport(TransportError::NoCard) => 1,
        CardError::NotAnIdCard => 2,
        CardError::Unsupported { .. } => 3,
        CardError::Contactless => 5,
        _ => 4,
    }
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(from_pcsc)
}

fn names(context: &Context) -> Result<Vec<CString>, TransportError> {
    match context.list_readers_owned() {
        Ok(names) => Ok(names),
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        Err(error) => Err(from_pcsc(error)),
    }
}

fn raw_states(names: Vec<CString>) -> Vec<RawState> {
    names
        .into_iter()
        .map(|name| RawState::new(name, State::UNAWARE))
        .collect()
}

/// Asks for the present state without waiting.
fn look(context: &Context, states: &mut [RawState]) -> Result<(), TransportError> {
    if states.is_empty() {
        return Ok(());
    }
    match context.get_status_change(std::time::Duration::ZERO, states) {
        Ok(()) | Err(Error::Timeout) => Ok(()),
        Err(error) => Err(from_pcsc(error)),
    }
}

/// Our name for an error of the service.
fn from_pcsc(error: Error) -> TransportError {
    match error {
        Error::NoService | Error::ServiceStopped | Error::CommError | Error::Shutdown => {
            TransportError::ServiceOff
        }
        Error::NoReadersAvailable | Error::UnknownReader | Error::ReaderUnavailable => {
            TransportError::NoReader
        }
        Error::NoSmartcard => TransportError::NoCard,
        Error::UnresponsiveCard
        | Error::UnpoweredCard
        | Error::UnsupportedCard
        | Error::CardUnsupported
        | Error::ProtoMismatch
        | Error::InvalidAtr => TransportError::Mute,
        // A card that is pulled inside a transaction ends the transaction first.
        Error::RemovedCard | Error::NotTransacted => TransportError::Removed,
        Error::ResetCard => TransportError::WasReset,
        Error::SharingViolation | Error::ServerTooBusy => TransportError::Busy,
        Error::Timeout => TransportError::Timeout,
        other => TransportError::Reader(other.to_string()),
    }
}
