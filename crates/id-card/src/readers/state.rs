//! What readers hold, as far as it can be told without a PIN.

use ::pcsc::{ReaderState as RawState, State};

use crate::error::CardError;
use crate::recognise::{Generation, recognise};
use crate::transport::TransportError;

/// What the readers hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "event", content = "readers", rename_all = "kebab-case")]
pub enum CardEvent {
    /// The service is not running (E01).
    ServiceOff,
    /// There is no reader (E02).
    NoReader,
    /// One reader or more, in the order of the service.
    Readers(Vec<ReaderState>),
}

impl CardEvent {
    /// The help code of the whole: `None` if a supported card is there, otherwise the obstacle nearest to
    /// success.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::ServiceOff => Some("E01"),
            Self::NoReader => Some("E02"),
            Self::Readers(readers) => {
                let mut obstacle = CardError::from(TransportError::NoCard);
                for reader in readers {
                    match reader.presence.ready() {
                        Ok(_) => return None,
                        Err(error) if super::nearer(&error) >= super::nearer(&obstacle) => {
                            obstacle = error;
                        }
                        Err(_) => {}
                    }
                }
                Some(obstacle.code())
            }
        }
    }
}

/// One reader.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReaderState {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub presence: Presence,
    /// Another program has the card to itself.
    pub taken: bool,
    /// Counts insertions and removals, so that a card that was swapped quickly is noticed.
    pub events: u32,
}

/// What is in a reader.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(
    tag = "card",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Presence {
    /// Nothing (E03).
    Empty,
    /// A card that does not answer (E04).
    Mute,
    /// A card of another kind (E05).
    NotAnIdCard,
    /// An identity card that we do not support (E06).
    Unsupported {
        /// Which.
        kind: &'static str,
    },
    /// A supported card on a contactless reader.
    Contactless,
    /// A supported card.
    IdCard {
        /// Its chip.
        generation: Generation,
        /// Whose, once it was read.
        holder: Option<Holder>,
    },
}

/// Whose card it is, to tell several apart.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// Surname.
    pub surname: String,
    /// Given names.
    pub given_names: String,
    /// Document number.
    pub document_number: String,
}

/// Names nobody: debug output ends in logs.
impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(..)")
    }
}

impl Presence {
    /// The generation of a supported card, or what stands against using what is there.
    ///
    /// # Errors
    /// `E03` to `E06`.
    pub fn ready(&self) -> Result<Generation, CardError> {
        match self {
            Self::Empty => Err(TransportError::NoCard.into()),
            Self::Mute => Err(TransportError::Mute.into()),
            Self::NotAnIdCard => Err(CardError::NotAnIdCard),
            Self::Unsupported { kind } => Err(CardError::Unsupported { kind }),
            Self::Contactless => Err(CardError::Contactless),
            Self::IdCard { generation, .. } => Ok(*generation),
        }
    }

    /// From flags and answer to reset.
    fn new(state: State, atr: &[u8]) -> Self {
        if !state.contains(State::PRESENT) {
            return Self::Empty;
        }
        if state.contains(State::MUTE) || atr.is_empty() {
            return Self::Mute;
        }
        match recognise(atr) {
            Ok(generation) => Self::IdCard {
                generation,
                holder: None,
            },
            Err(CardError::Unsupported { kind }) => Self::Unsupported { kind },
            Err(CardError::Contactless) => Self::Contactless,
            Err(_) => Self::NotAnIdCard,
        }
    }
}

impl ReaderState {
    pub(super) fn from_raw(raw: &RawState) -> Self {
        Self::new(
            raw.name().to_string_lossy().into_owned(),
            raw.event_state(),
            raw.event_count(),
            raw.atr(),
        )
    }

    fn new(name: String, state: State, events: u32, atr: &[u8]) -> Self {
        Self {
            name,
            presence: Presence::new(state, atr),
            taken: state.contains(State::EXCLUSIVE),
            events,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(state: State, atr: &[u8]) -> ReaderState {
        ReaderState::new("reader".into(), state, 1, atr)
    }

    #[test]
    fn every_condition_of_a_reader_has_its_code() {
        let card = Generation::Thales.atr();
        let latvian = hex::decode("3BDB960080B1FE451F830012428F536549440F900020").unwrap();
        let flat = hex::decode("3B8B80010012233F536549440F9000A0").unwrap();
        let cases: [(State, &[u8], Option<&str>); 8] = [
            (State::EMPTY, &[], Some("E03")),
            (State::UNAVAILABLE, &[], Some("E03")),
            (State::PRESENT | State::MUTE, &[], Some("E04")),
            (State::PRESENT, &[], Some("E04")),
            (State::PRESENT, b"\x3B\x65\x00\x00", Some("E05")),
            (State::PRESENT, &latvian, Some("E06")),
            (State::PRESENT, &flat, Some("E03")),
            (State::PRESENT | State::INUSE, card, None),
        ];
        for (state, atr, code) in cases {
            assert_eq!(
                CardEvent::Readers(vec![reader(state, atr)]).code(),
                code,
                "{state:?}"
            );
        }
        assert_eq!(CardEvent::ServiceOff.code(), Some("E01"));
        assert_eq!(CardEvent::NoReader.code(), Some("E02"));
        assert!(reader(State::PRESENT | State::EXCLUSIVE, card).taken);
    }

    #[test]
    fn the_identity_card_is_found_beside_other_cards() {
        let other = reader(State::PRESENT, b"\x3B\x65\x00\x00");
        let empty = reader(State::EMPTY, &[]);
        let card = reader(State::PRESENT, Generation::Idemia.atr());
        assert_eq!(
            CardEvent::Readers(vec![other.clone(), empty.clone()]).code(),
            Some("E05")
        );
        assert_eq!(
            CardEvent::Readers(vec![empty, other.clone()]).code(),
            Some("E05")
        );
        assert_eq!(CardEvent::Readers(vec![other, card]).code(), None);
    }
}
