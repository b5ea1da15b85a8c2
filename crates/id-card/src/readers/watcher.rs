//! Watches readers and cards come and go.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ::pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState as RawState, State};

use super::state::{CardEvent, Holder, Presence, ReaderState};
use super::{PcscTransport, establish, from_pcsc, names};
use crate::card::Card;
use crate::transport::TransportError;

/// How long one wait lasts. Changes are told at once; this is for readers on systems that do not announce
/// them, and for a service that was started again.
const ROUND: Duration = Duration::from_secs(1);
/// How often a card that could not be read is read again.
const READ_ATTEMPTS: u8 = 3;

/// A thread that tells every change. It ends when this is dropped, or when nobody listens.
pub struct Watcher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<Control>,
    wake: Condvar,
}

#[derive(Default)]
struct Control {
    stop: bool,
    context: Option<Context>,
}

impl Shared {
    fn control(&self) -> MutexGuard<'_, Control> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopping(&self) -> bool {
        self.control().stop
    }

    /// Waits one round, or until told to stop.
    fn pause(&self) {
        let control = self.control();
        drop(
            self.wake
                .wait_timeout_while(control, ROUND, |control| !control.stop),
        );
    }
}

impl Watcher {
    /// Starts watching. The first event comes at once; equal events are not repeated. A supported card is
    /// announced when it is seen and again with its holder's name when it was read.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn start() -> io::Result<(Self, Receiver<CardEvent>)> {
        let (sender, events) = channel();
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            wake: Condvar::new(),
        });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("card-watcher".into())
            .spawn(move || {
                let mut watch = Watch {
                    shared: &theirs,
                    sender,
                    last: None,
                    holders: BTreeMap::new(),
                };
                while !theirs.stopping() && watch.serve().is_ok() {
                    theirs.pause();
                }
            })?;
        Ok((
            Self {
                shared,
                thread: Some(thread),
            },
            events,
        ))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut control = self.shared.control();
        control.stop = true;
        if let Some(context) = &control.context {
            // Fails only if the service is gone, and then nobody waits.
            let _ = context.cancel();
        }
        drop(control);
        self.shared.wake.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Nobody listens any more.
struct Deaf;

struct Watch<'s> {
    shared: &'s Shared,
    sender: Sender<CardEvent>,
    last: Option<CardEvent>,
    /// Holder by reader name and event count, with attempts made.
    holders: BTreeMap<(String, u32), (Option<Holder>, u8)>,
}

impl Watch<'_> {
    fn tell(&mut self, event: CardEvent) -> Result<(), Deaf> {
        if self.last.as_ref() == Some(&event) {
            return Ok(());
        }
        self.last = Some(event.clone());
        self.sender.send(event).map_err(|_| Deaf)
    }

    /// Watches until the service ends or the watcher is stopped.
    fn serve(&mut self) -> Result<(), Deaf> {
        let Ok(context) = establish() else {
            return self.tell(CardEvent::ServiceOff);
        };
        self.shared.control().context = Some(context.clone());
        let ended = self.rounds(&context);
        self.shared.control().context = None;
        match ended? {
            TransportError::ServiceOff => self.tell(CardEvent::ServiceOff),
            _ => Ok(()),
        }
    }

    fn rounds(&mut self, context: &Context) -> Result<TransportError, Deaf> {
        // The states are kept from round to round: they carry the event counts that the service compares.
        let mut states = vec![RawState::new(PNP_NOTIFICATION(), State::UNAWARE)];
        loop {
            if self.shared.stopping() {
                return Ok(TransportError::Timeout);
            }
            let names = match names(context) {
                Ok(names) => names,
                Err(error) => return Ok(error),
            };
            states.retain(|state| {
                state.name() == PNP_NOTIFICATION()
                    || names.iter().any(|name| **name == *state.name())
            });
            for name in names {
                if !states.iter().any(|state| *state.name() == *name) {
                    states.push(RawState::new(name, State::UNAWARE));
                }
            }
            match context.get_status_change(ROUND, &mut states) {
                Ok(()) | Err(Error::Timeout | Error::Cancelled) => {}
                // A reader went away between listing and waiting.
                Err(
                    Error::UnknownReader | Error::NoReadersAvailable | Error::ReaderUnavailable,
                ) => continue,
                Err(error) => return Ok(from_pcsc(error)),
            }
            let readers = states.iter().skip(1).map(ReaderState::from_raw).collect();
            for state in &mut states {
                state.sync_current_state();
            }
            self.report(readers)?;
        }
    }

    fn report(&mut self, mut readers: Vec<ReaderState>) -> Result<(), Deaf> {
        if readers.is_empty() {
            self.holders.clear();
            return self.tell(CardEvent::NoReader);
        }
        self.holders.retain(|(name, events), _| {
            readers
                .iter()
                .any(|reader| reader.name == *name && reader.events == *events)
        });
        self.name_holders(&mut readers);
        self.tell(CardEvent::Readers(readers.clone()))?;
        if self.read_new_cards(&readers) {
            self.name_holders(&mut readers);
            self.tell(CardEvent::Readers(readers))?;
        }
        Ok(())
    }

    fn name_holders(&self, readers: &mut [ReaderState]) {
        for reader in readers {
            if let Presence::IdCard { holder, .. } = &mut reader.presence
                && let Some((known, _)) = self.holders.get(&(reader.name.clone(), reader.events))
            {
                holder.clone_from(known);
            }
        }
    }

    /// Reads whose cards the new ones are. Returns whether anything was learned.
    fn read_new_cards(&mut self, readers: &[ReaderState]) -> bool {
        let mut learned = false;
        for reader in readers
            .iter()
            .filter(|reader| reader.presence.ready().is_ok() && !reader.taken)
        {
            let entry = self
                .holders
                .entry((reader.name.clone(), reader.events))
                .or_default();
            if entry.0.is_none() && entry.1 < READ_ATTEMPTS {
                entry.1 += 1;
                entry.0 = read_holder(&reader.name);
                learned |= entry.0.is_some();
            }
        }
        learned
    }
}

fn read_holder(reader: &str) -> Option<Holder> {
    let mut card = Card::open(Box::new(PcscTransport::connect(reader).ok()?)).ok()?;
    let data = card.personal_data();
    let _ = card.close();
    let data = data.ok()?;
    Some(Holder {
        surname: data.surname,
        given_names: data.given_names,
        document_number: data.document_number,
    })
}
