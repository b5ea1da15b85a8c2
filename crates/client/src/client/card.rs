//! Cards and the session: who is signed in, and the end of it.

use std::sync::Arc;

use super::{Client, Event, Inner, lock};
use crate::dto::{CardState, DemoCardInfo, ErrorInfo, PinContext, PinKind, Session};
use crate::error::ClientError;
use crate::session::{ActiveSession, Cards, Desk, Pin};

impl Client {
    /// Who is signed in.
    pub fn session(&self) -> Option<Session> {
        self.0.session().map(|session| session.view())
    }

    /// The demonstration cards there are.
    pub fn demo_cards(&self) -> Vec<DemoCardInfo> {
        if self.0.network.demonstration {
            Cards::demo_cards()
        } else {
            Vec::new()
        }
    }

    /// Puts a demonstration card in, or takes it out. Only in a demonstration network.
    ///
    /// # Errors
    /// E70 for an unknown card.
    pub async fn insert_demo_card(&self, id: Option<&str>) -> Result<CardState, ErrorInfo> {
        if !self.0.network.demonstration {
            return Err(ClientError::NoSuchRecord.info());
        }
        let (cards, id) = (Arc::clone(&self.0.cards), id.map(str::to_owned));
        let state = self
            .0
            .blocking(move || cards.insert_demo(id.as_deref()))
            .await?;
        // At once, not only when the guard next looks.
        self.0.end_session_without_card();
        Ok(state)
    }

    /// What a PIN window shows before a PIN is asked.
    ///
    /// # Errors
    /// E03 when the reader has no card, E07, E10, E17.
    #[expect(clippy::unused_async, reason = "a command like the others")]
    pub async fn pin_context(&self, reader: &str, pin: PinKind) -> Result<PinContext, ErrorInfo> {
        self.0.pin_context(reader, pin)
    }

    /// Signs in with the card in a reader.
    ///
    /// # Errors
    /// What the card says (E03 to E17). Registers that do not answer are in the session's `failed`.
    pub async fn sign_in(&self, reader: &str, pin: Pin) -> Result<Session, ErrorInfo> {
        let desk = Desk {
            network: Arc::clone(&self.0.network),
            providers: self.0.worker.providers(),
            cards: Arc::clone(&self.0.cards),
            store: self.0.store.clone(),
            clock: self.0.clock.clone(),
            shared_computer: self.0.settings().shared_computer,
        };
        let session = crate::session::sign_in(desk, reader, pin).await?;
        self.0.note_visit(&session).await;
        self.0.lists.clear();
        *lock(&self.0.session) = Some(Arc::new(session));
        self.0.end_session_without_card();
        self.0.add_companies().await;
        let view = self.session().ok_or_else(|| {
            ClientError::Card(toend_id_card::transport::TransportError::Removed.into()).info()
        })?;
        self.0.emit(Event::Session(Some(view.clone())));
        Ok(view)
    }

    /// Signs out: keys wiped, lists forgotten, sessions at the gateways ended.
    pub async fn sign_out(&self) {
        if let Some(session) = self.0.end_session() {
            session.log_out().await;
        }
    }
}

impl Inner {
    /// Ends the session: keys are wiped when the last use of it ends, lists are forgotten now.
    pub fn end_session(&self) -> Option<Arc<ActiveSession>> {
        let session = lock(&self.session).take()?;
        self.lists.clear();
        self.emit(Event::Session(None));
        Some(session)
    }

    /// Ends the session if its card is gone.
    pub fn end_session_without_card(&self) {
        let gone = self
            .session()
            .is_some_and(|session| !session.card_is_in(&self.cards.state()));
        if gone && let Some(session) = self.end_session() {
            tokio::spawn(async move { session.log_out().await });
        }
    }

    fn pin_context(&self, reader: &str, pin: PinKind) -> Result<PinContext, ErrorInfo> {
        use toend_id_card::{CardError, PinKind as CardPin, transport::TransportError};
        let cards = self.cards.state();
        let card = cards
            .cards
            .into_iter()
            .find(|card| card.reader == reader)
            .ok_or_else(|| ClientError::Card(TransportError::NoCard.into()).info())?;
        let (kind, tries) = match pin {
            PinKind::Pin1 => (CardPin::Pin1, card.pin1),
            PinKind::Pin2 => (CardPin::Pin2, card.pin2),
            PinKind::Puk => (CardPin::Puk, card.puk),
        };
        if tries.left == 0 {
            return Err(ClientError::Card(CardError::PinBlocked { pin: kind }).info());
        }
        if !tries.usable {
            return Err(ClientError::Card(CardError::NotActivated { pin: kind }).info());
        }
        let settings = self.settings();
        Ok(PinContext {
            pin,
            demo_pin: (card.demo && pin == PinKind::Pin1)
                .then(|| toend_id_card::demo::PIN1.to_owned()),
            card,
            min_length: kind.min_digits(),
            max_length: kind.max_digits(),
            error: None,
            keypad: false,
            language: settings.language,
            theme: settings.theme,
        })
    }
}
