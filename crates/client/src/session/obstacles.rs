//! What stands between a person and a card that can be used, as codes (E01 to E17).

use toend_id_card::readers::Presence;
use toend_id_card::transport::TransportError;
use toend_id_card::{CardError, PinKind};

use crate::dto::{Blame, CardInfo, CardKind, ErrorInfo};
use crate::error::{ClientError, info};

/// Why no card can be used; with one readable card, what that card says.
pub fn obstacle(
    kind: CardKind,
    cards: &[CardInfo],
    failed: Option<&CardError>,
) -> Option<ErrorInfo> {
    let transport = |error: TransportError| Some(ClientError::Card(error.into()).info());
    match kind {
        CardKind::ServiceOff => transport(TransportError::ServiceOff),
        CardKind::NoReader => transport(TransportError::NoReader),
        CardKind::NoCard => transport(TransportError::NoCard),
        CardKind::Contactless => Some(ClientError::Card(CardError::Contactless).info()),
        CardKind::Unreadable => failed.map_or_else(
            || transport(TransportError::Mute),
            |error| Some(ClientError::Card(error.clone()).info()),
        ),
        CardKind::NotIdCard => Some(ClientError::Card(CardError::NotAnIdCard).info()),
        CardKind::Unsupported => Some(info("E06", Blame::User, true)),
        CardKind::Reading => None,
        CardKind::Ready => match cards {
            [card] => card.error.clone(),
            // Several: each says it of itself.
            _ => None,
        },
    }
}

/// Of several readers without a usable card, the obstacle nearest to success.
pub fn nearest<'a>(presences: impl Iterator<Item = &'a Presence>) -> CardKind {
    presences
        .map(|presence| match presence {
            Presence::Empty => (0, CardKind::NoCard),
            Presence::NotAnIdCard => (1, CardKind::NotIdCard),
            Presence::Unsupported { .. } => (2, CardKind::Unsupported),
            Presence::Mute | Presence::IdCard { .. } => (3, CardKind::Unreadable),
            Presence::Contactless => (4, CardKind::Contactless),
        })
        .max_by_key(|(rank, _)| *rank)
        .map_or(CardKind::NoReader, |(_, kind)| kind)
}

/// What stands in the way of signing in with a card, or, with one try left, what to know before.
pub fn hindrance(card: &CardInfo) -> Option<ErrorInfo> {
    let pin = PinKind::Pin1;
    if card.expired {
        return Some(info("E17", Blame::User, false).with("date", &card.expires));
    }
    if !card.pin1.usable {
        return Some(ClientError::Card(CardError::NotActivated { pin }).info());
    }
    match (card.pin1.left, card.puk.left) {
        (0, 0) => {
            let pin = PinKind::Puk;
            Some(ClientError::Card(CardError::PinBlocked { pin }).info())
        }
        (0, _) => Some(ClientError::Card(CardError::PinBlocked { pin }).info()),
        (1, _) => Some(ClientError::Card(CardError::PinWrong { pin, tries_left: 1 }).info()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::session::{CardSource, Cards};

    fn card() -> CardInfo {
        let cards = Cards::start(CardSource::DemoOnly, Clock::new(|| 1_795_000_000_000));
        cards
            .insert_demo(Some("mari-liis"))
            .unwrap()
            .cards
            .remove(0)
    }

    #[test]
    fn every_obstacle_before_a_card_is_ready_has_its_code() {
        for (kind, code) in [
            (CardKind::ServiceOff, Some("E01")),
            (CardKind::NoReader, Some("E02")),
            (CardKind::NoCard, Some("E03")),
            (CardKind::Contactless, Some("E03")),
            (CardKind::Unreadable, Some("E04")),
            (CardKind::NotIdCard, Some("E05")),
            (CardKind::Unsupported, Some("E06")),
            (CardKind::Reading, None),
            (CardKind::Ready, None),
        ] {
            let error = obstacle(kind, &[card()], None);
            assert_eq!(error.map(|error| error.code).as_deref(), code, "{kind:?}");
        }
    }

    #[test]
    fn what_stands_in_the_way_of_a_card_is_said_before_a_pin_is_asked() {
        let with = |change: &dyn Fn(&mut CardInfo)| {
            let mut card = card();
            change(&mut card);
            hindrance(&card).map(|error| error.code)
        };
        assert_eq!(with(&|_| {}), None);
        assert_eq!(with(&|card| card.expired = true).as_deref(), Some("E17"));
        assert_eq!(
            with(&|card| card.pin1.usable = false).as_deref(),
            Some("E07")
        );
        assert_eq!(with(&|card| card.pin1.left = 1).as_deref(), Some("E09"));
        assert_eq!(with(&|card| card.pin1.left = 0).as_deref(), Some("E10"));
        let locked = with(&|card| (card.pin1.left, card.puk.left) = (0, 0));
        assert_eq!(locked.as_deref(), Some("E11"));
        // One card speaks for the whole state, several each for itself.
        let mut locked = card();
        locked.pin1.left = 0;
        locked.error = hindrance(&locked);
        let one = obstacle(CardKind::Ready, std::slice::from_ref(&locked), None);
        assert_eq!(one.unwrap().code, "E10");
        assert_eq!(obstacle(CardKind::Ready, &[locked, card()], None), None);
    }
}
