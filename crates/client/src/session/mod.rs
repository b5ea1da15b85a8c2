//! Who is signed in: from a card and PIN1 to a session at each register's gateway.
//!
//! The PIN lives as long as the card needs it: one key agreement for the saved lists, one signature per gateway. Then the card
//! is reset, because a verified PIN1 would serve any other program too. When the card is gone, so is the session.

mod cards;
mod login;
mod obstacles;
mod pin;
mod reading;

pub use cards::{CardSource, Cards, DEMO_READER};
pub use login::{Desk, sign_in};
pub use pin::Pin;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use toend_ledger::subject::Subject;
use zeroize::Zeroizing;

use crate::dto::{CardState, RegisterId, Session};
use crate::providers::Provider;
use crate::seal::SealKey;

/// A session at one register's gateway.
pub struct GatewaySession {
    /// The gateway.
    pub provider: Provider,
    /// Its bearer value.
    pub bearer: Zeroizing<String>,
    /// End, Unix milliseconds, by the gateway's word.
    pub expires_ms: u64,
}

/// A person who is signed in. Dropping it wipes its keys.
pub struct ActiveSession {
    /// As screens see it.
    view: Mutex<Session>,
    /// Whose lists are asked for, in canonical spelling.
    pub subject: Subject,
    /// Reader the card is in.
    pub reader: String,
    /// Document number of that card.
    pub document: String,
    /// Sessions by register; a register that did not answer has none.
    pub gateways: BTreeMap<RegisterId, GatewaySession>,
    /// Key of the saved lists; none on a shared computer.
    pub seal: Option<SealKey>,
}

impl ActiveSession {
    /// As screens see it.
    pub fn view(&self) -> Session {
        self.view
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes what screens see.
    pub fn change_view(&self, change: impl FnOnce(&mut Session)) {
        change(&mut self.view.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// True while the session's own card is in its reader.
    pub fn card_is_in(&self, cards: &CardState) -> bool {
        cards
            .cards
            .iter()
            .any(|card| card.reader == self.reader && card.document_number == self.document)
    }

    /// Ends the sessions at the gateways, as far as they answer.
    pub async fn log_out(&self) {
        for session in self.gateways.values() {
            // A gateway that does not answer forgets the session by itself.
            let _ = session.provider.logout(&session.bearer).await;
        }
    }
}

impl std::fmt::Debug for ActiveSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ActiveSession({} gateways)", self.gateways.len())
    }
}
