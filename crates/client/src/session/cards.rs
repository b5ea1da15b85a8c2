//! Cards in readers and demonstration cards, as one state.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use toend_id_card::demo::{self, DemoCard};
use toend_id_card::readers::{self, CardEvent, Watcher};
use toend_id_card::transport::TransportError;
use toend_id_card::{Card, CardError, VirtualCard};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::dto::{CardInfo, CardKind, CardState, DemoCardInfo};
use crate::error::ClientError;
use crate::session::obstacles::{nearest, obstacle};
use crate::session::reading::read;

/// Name of the reader that a demonstration card seems to be in.
pub const DEMO_READER: &str = "Demonstration reader";

/// How long another program is left alone with a card before it is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(3);

/// Where cards come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSource {
    /// Real readers, and demonstration cards where one is inserted.
    ReadersAndDemo,
    /// Demonstration cards only; the card service is not touched.
    DemoOnly,
}

impl CardSource {
    /// Real readers, and demonstration cards where one is inserted.
    pub const fn readers_and_demo() -> Self {
        Self::ReadersAndDemo
    }

    /// Demonstration cards only.
    pub const fn demo_only() -> Self {
        Self::DemoOnly
    }
}

/// All cards. Reading them blocks: call from where waiting is allowed.
pub struct Cards {
    shared: Arc<Shared>,
    _watcher: Option<Watcher>,
}

struct Shared {
    clock: Clock,
    inner: Mutex<Inner>,
    state: watch::Sender<CardState>,
}

struct Inner {
    /// Made once, so that a wrong PIN counts also after taking the card out and putting it back.
    made: BTreeMap<&'static str, VirtualCard>,
    inserted: Option<(DemoCard, CardInfo)>,
    event: Option<CardEvent>,
    /// What was read, by reader and insertion.
    read: BTreeMap<(String, u32), CardInfo>,
    /// Why a card that is there could not be read: another program uses it, the reader is stuck.
    failed: Option<CardError>,
    reading: bool,
}

impl Cards {
    /// Starts watching.
    pub fn start(source: CardSource, clock: Clock) -> Self {
        let event = (source == CardSource::DemoOnly).then_some(CardEvent::NoReader);
        let inner = Inner {
            made: BTreeMap::new(),
            inserted: None,
            event,
            read: BTreeMap::new(),
            failed: None,
            reading: false,
        };
        let (state, _) = watch::channel(CardState {
            kind: CardKind::Reading,
            readers: Vec::new(),
            cards: Vec::new(),
            error: None,
        });
        let shared = Arc::new(Shared {
            clock,
            inner: Mutex::new(inner),
            state,
        });
        shared.publish();
        let watcher = (source == CardSource::ReadersAndDemo)
            .then(|| watch_readers(&shared))
            .flatten();
        Self {
            shared,
            _watcher: watcher,
        }
    }

    /// State of readers and cards.
    pub fn state(&self) -> CardState {
        self.shared.state.borrow().clone()
    }

    /// Follows the state.
    pub fn subscribe(&self) -> watch::Receiver<CardState> {
        self.shared.state.subscribe()
    }

    /// The demonstration cards there are.
    pub fn demo_cards() -> Vec<DemoCardInfo> {
        demo::cards()
            .into_iter()
            .map(|card| DemoCardInfo {
                id: card.id.to_owned(),
                given: card.persona.given_names.clone(),
                surname: card.persona.surname.clone(),
                pin1: demo::PIN1.to_owned(),
                chip: card.generation.id().to_owned(),
            })
            .collect()
    }

    /// Puts a demonstration card in, or takes it out.
    ///
    /// # Errors
    /// [`ClientError::NoSuchRecord`] for an unknown id, or what the card says.
    pub fn insert_demo(&self, id: Option<&str>) -> Result<CardState, ClientError> {
        let Some(id) = id else {
            let mut inner = self.shared.inner();
            if let Some((card, _)) = inner.inserted.take()
                && let Some(made) = inner.made.get(card.id)
            {
                made.set_present(false);
            }
            drop(inner);
            self.shared.publish();
            return Ok(self.state());
        };
        let card = demo::cards()
            .into_iter()
            .find(|card| card.id == id)
            .ok_or(ClientError::NoSuchRecord)?;
        let virtual_card = {
            let mut inner = self.shared.inner();
            if let Some((before, _)) = inner.inserted.take()
                && let Some(made) = inner.made.get(before.id)
            {
                made.set_present(false);
            }
            if !inner.made.contains_key(card.id) {
                let made = card.card().map_err(|_| ClientError::NoSuchRecord)?;
                inner.made.insert(card.id, made);
            }
            let made = inner
                .made
                .get(card.id)
                .cloned()
                .ok_or(ClientError::NoSuchRecord)?;
            made.set_present(true);
            made
        };
        let info = read(
            &mut Card::open(Box::new(virtual_card))?,
            DEMO_READER,
            true,
            &self.shared.clock,
        )?;
        self.shared.inner().inserted = Some((card, info));
        self.shared.publish();
        Ok(self.state())
    }

    /// Connects to the card in a reader.
    ///
    /// # Errors
    /// [`CardError`].
    pub fn open(&self, reader: &str) -> Result<Card, CardError> {
        if reader == DEMO_READER {
            let inner = self.shared.inner();
            let card = inner
                .inserted
                .as_ref()
                .and_then(|(card, _)| inner.made.get(card.id))
                .cloned();
            return Card::open(Box::new(card.ok_or(TransportError::NoCard)?));
        }
        readers::open(Some(reader)).map(|(_, card)| card)
    }

    /// Reads the tries left again, after a PIN was used.
    pub fn refresh(&self, reader: &str) {
        let Ok(mut card) = self.open(reader) else {
            return;
        };
        if let Ok(info) = read(&mut card, reader, reader == DEMO_READER, &self.shared.clock) {
            let mut inner = self.shared.inner();
            if reader == DEMO_READER {
                if let Some((_, known)) = &mut inner.inserted {
                    *known = info;
                }
            } else if let Some((_, known)) =
                inner.read.iter_mut().find(|((name, _), _)| name == reader)
            {
                *known = info;
            }
        }
        // A card that cannot be left alone is gone; the watcher says so.
        let _ = card.close();
        self.shared.publish();
    }
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self) {
        let state = self.inner().state();
        self.state.send_if_modified(|before| {
            let changed = *before != state;
            *before = state;
            changed
        });
    }

    /// Notes what the readers hold and reads cards that are new.
    fn on_event(&self, event: CardEvent) {
        let new = {
            let mut inner = self.inner();
            let present: Vec<(String, u32)> = match &event {
                CardEvent::Readers(readers) => readers
                    .iter()
                    .filter(|reader| reader.presence.ready().is_ok())
                    .map(|reader| (reader.name.clone(), reader.events))
                    .collect(),
                _ => Vec::new(),
            };
            inner.read.retain(|key, _| present.contains(key));
            inner.event = Some(event);
            inner.failed = None;
            let new: Vec<_> = present
                .into_iter()
                .filter(|key| !inner.read.contains_key(key))
                .collect();
            inner.reading = !new.is_empty();
            new
        };
        self.publish();
        self.read_cards(new);
    }

    /// Reads cards and notes why one could not be read.
    fn read_cards(&self, new: Vec<(String, u32)>) {
        for (reader, events) in new {
            let info = readers::open(Some(&reader)).and_then(|(_, mut card)| {
                let info = read(&mut card, &reader, false, &self.clock);
                // A card that cannot be left alone is gone; the next event says so.
                let _ = card.close();
                info
            });
            let mut inner = self.inner();
            match info {
                Ok(info) => {
                    inner.read.insert((reader, events), info);
                }
                Err(error) => {
                    tracing::info!(
                        code = error.code(),
                        kind = error.kind(),
                        "a card could not be read"
                    );
                    inner.failed = Some(error);
                }
            }
        }
        self.inner().reading = false;
        self.publish();
    }

    /// Cards to try again: what another program uses becomes free without any event.
    fn to_try_again(&self) -> Vec<(String, u32)> {
        let inner = self.inner();
        match (&inner.event, &inner.failed) {
            (
                Some(CardEvent::Readers(states)),
                Some(CardError::Transport(TransportError::Busy)),
            ) => states
                .iter()
                .filter(|reader| reader.presence.ready().is_ok())
                .map(|reader| (reader.name.clone(), reader.events))
                .filter(|key| !inner.read.contains_key(key))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Follows the readers until the watcher is dropped.
    fn follow(&self, events: &Receiver<CardEvent>) {
        loop {
            let again = self.to_try_again();
            let event = if again.is_empty() {
                events.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                events.recv_timeout(TRY_AGAIN)
            };
            match event {
                Ok(event) => self.on_event(event),
                Err(RecvTimeoutError::Timeout) => self.read_cards(again),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

impl Inner {
    fn state(&self) -> CardState {
        let (mut readers, mut cards) = (Vec::new(), Vec::new());
        if let Some((_, info)) = &self.inserted {
            readers.push(DEMO_READER.to_owned());
            cards.push(info.clone());
        }
        if let Some(CardEvent::Readers(states)) = &self.event {
            readers.extend(states.iter().map(|reader| reader.name.clone()));
        }
        cards.extend(self.read.values().cloned());
        let kind = if !cards.is_empty() {
            CardKind::Ready
        } else if self.reading {
            CardKind::Reading
        } else {
            match &self.event {
                None => CardKind::Reading,
                Some(CardEvent::ServiceOff) => CardKind::ServiceOff,
                Some(CardEvent::NoReader) => CardKind::NoReader,
                Some(CardEvent::Readers(states)) => {
                    nearest(states.iter().map(|reader| &reader.presence))
                }
            }
        };
        CardState {
            kind,
            readers,
            error: obstacle(kind, &cards, self.failed.as_ref()),
            cards,
        }
    }
}

fn watch_readers(shared: &Arc<Shared>) -> Option<Watcher> {
    let (watcher, events) = match Watcher::start() {
        Ok(started) => started,
        Err(error) => {
            tracing::error!(%error, "cards cannot be watched");
            shared.inner().event = Some(CardEvent::ServiceOff);
            shared.publish();
            return None;
        }
    };
    let theirs = Arc::clone(shared);
    let spawned = std::thread::Builder::new()
        .name("toend-cards".to_owned())
        .spawn(move || theirs.follow(&events));
    if let Err(error) = spawned {
        tracing::error!(%error, "cards cannot be watched");
        return None;
    }
    Some(watcher)
}

#[cfg(test)]
mod tests {
    use toend_id_card::PinKind;

    use super::*;

    #[test]
    fn a_demonstration_card_goes_in_and_out_and_remembers_wrong_pins() {
        let cards = Cards::start(CardSource::DemoOnly, Clock::new(|| 1_795_000_000_000));
        assert_eq!(cards.state().kind, CardKind::NoReader);
        let state = cards.insert_demo(Some("mari-liis")).unwrap();
        assert_eq!(state.kind, CardKind::Ready);
        assert_eq!(state.cards[0].pin1.left, 3);
        assert!(!state.cards[0].expired && state.cards[0].demo);

        let wrong = toend_id_card::Pin::new(PinKind::Pin1, "9999").unwrap();
        let mut card = cards.open(DEMO_READER).unwrap();
        assert_eq!(
            card.authenticate(&wrong, &[0; 48]).unwrap_err().code(),
            "E08"
        );
        cards.refresh(DEMO_READER);
        assert_eq!(cards.state().cards[0].pin1.left, 2);

        assert_eq!(cards.insert_demo(None).unwrap().kind, CardKind::NoReader);
        assert_eq!(cards.open(DEMO_READER).err().unwrap().code(), "E03");
        assert_eq!(
            cards.insert_demo(Some("mari-liis")).unwrap().cards[0]
                .pin1
                .left,
            2
        );
        assert_eq!(
            cards.insert_demo(Some("nobody")).unwrap_err().info().code,
            "E70"
        );
    }

    #[test]
    fn a_card_that_another_program_uses_is_told_apart_from_a_mute_one() {
        let kind = |failed: Option<CardError>| {
            let error = obstacle(CardKind::Unreadable, &[], failed.as_ref()).unwrap();
            (error.code, error.params["kind"].clone())
        };
        let e04 = |kind: &str| ("E04".to_owned(), kind.to_owned());
        assert_eq!(kind(None), e04("mute"));
        assert_eq!(kind(Some(TransportError::Busy.into())), e04("busy"));
        assert_eq!(kind(Some(TransportError::Timeout.into())), e04("timeout"));
        assert_eq!(
            obstacle(CardKind::NoCard, &[], Some(&TransportError::Busy.into()))
                .unwrap()
                .code,
            "E03"
        );
    }
}
