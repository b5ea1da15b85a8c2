//! Sessions: a random bearer value for fifteen minutes of idleness, kept only as its hash.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::subject::Subject;

use super::Failure;
use super::kept::Kept;
use super::senders::{Bounds, Sender};

/// A session ends after this long without a request.
pub(super) const IDLE_MS: u64 = 15 * 60 * 1000;
/// A session ends after this long, whatever happens.
const LONGEST_MS: u64 = 8 * 60 * 60 * 1000;
/// Sessions at once.
const MAX_SESSIONS: usize = 10_000;
/// Sessions of one person; the one idle longest makes room.
const SESSIONS_OF: Bounds = Bounds {
    way: 8,
    one: 8,
    wider: 8,
    widest: 8,
    gateway: 8,
};

struct Session {
    subject: Subject,
    began_ms: u64,
    used_ms: u64,
}

impl Session {
    const fn ended(&self, now_ms: u64) -> bool {
        now_ms >= self.used_ms.saturating_add(IDLE_MS)
            || now_ms >= self.began_ms.saturating_add(LONGEST_MS)
    }
}

/// The sessions of one gateway.
pub(super) struct Sessions(Mutex<Kept<Hash, Session>>);

impl Default for Sessions {
    fn default() -> Self {
        Self(Mutex::new(Kept::new(MAX_SESSIONS, SESSIONS_OF)))
    }
}

impl Sessions {
    /// Opens a session and returns its bearer value.
    pub(super) fn open(&self, subject: Subject, now_ms: u64) -> Result<String, Failure> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|_| Failure::Busy)?;
        let bearer = URL_SAFE_NO_PAD.encode(secret);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.is_full() {
            sessions.forget(|session| session.ended(now_ms));
        }
        let sender = Sender::person(&subject);
        let session = Session {
            subject,
            began_ms: now_ms,
            used_ms: now_ms,
        };
        sessions.put(sha256(&[bearer.as_bytes()]), session, sender);
        Ok(bearer)
    }

    /// Whose session this is. Using it keeps it open.
    pub(super) fn subject(&self, bearer: &str, now_ms: u64) -> Option<Subject> {
        let id = sha256(&[bearer.as_bytes()]);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.get(&id)?.ended(now_ms) {
            sessions.take(&id);
            return None;
        }
        let session = sessions.touch(&id)?;
        session.used_ms = session.used_ms.max(now_ms);
        Some(session.subject.clone())
    }

    /// Whose session this is, without using it.
    pub(super) fn peek(&self, bearer: &str, now_ms: u64) -> Option<Subject> {
        let id = sha256(&[bearer.as_bytes()]);
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .get(&id)
            .filter(|session| !session.ended(now_ms))
            .map(|session| session.subject.clone())
    }

    /// Ends a session; ending one that is not there is no error.
    pub(super) fn close(&self, bearer: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(&sha256(&[bearer.as_bytes()]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone() -> Subject {
        Subject::person("EE", "47101010033").unwrap()
    }

    #[test]
    fn a_session_ends_by_idleness_by_age_and_by_hand() {
        let sessions = Sessions::default();
        let bearer = sessions.open(someone(), 0).unwrap();
        assert_eq!(sessions.subject(&bearer, IDLE_MS - 1), Some(someone()));
        assert_eq!(
            sessions.subject(&bearer, 2 * IDLE_MS - 2),
            Some(someone()),
            "using it keeps it open"
        );
        assert_eq!(sessions.subject(&bearer, 4 * IDLE_MS), None);
        let bearer = sessions.open(someone(), 0).unwrap();
        let mut now = 0;
        while sessions.subject(&bearer, now).is_some() {
            now += IDLE_MS / 2;
        }
        assert_eq!(now, LONGEST_MS);
        let bearer = sessions.open(someone(), 0).unwrap();
        sessions.close(&bearer);
        assert_eq!(sessions.subject(&bearer, 1), None);
        assert_eq!(sessions.subject("", 1), None);
        let bearer = sessions.open(someone(), 0).unwrap();
        assert_eq!(sessions.peek(&bearer, IDLE_MS - 1), Some(someone()));
        assert_eq!(
            sessions.subject(&bearer, IDLE_MS),
            None,
            "a look does not keep it open"
        );
    }

    #[test]
    fn a_person_has_only_so_many_and_the_idlest_makes_room() {
        let sessions = Sessions::default();
        let igor = Subject::person("EE", "38301105216").unwrap();
        let other = sessions.open(igor, 0).unwrap();
        let [first, second] = [0, 1].map(|now| sessions.open(someone(), now).unwrap());
        assert!(sessions.subject(&first, 2).is_some(), "used again");
        for _ in 2..=SESSIONS_OF.one {
            sessions.open(someone(), 3).unwrap();
        }
        assert_eq!(sessions.0.lock().unwrap().len(), 9);
        assert!(sessions.subject(&first, 4).is_some());
        assert_eq!(sessions.subject(&second, 4), None);
        assert!(sessions.subject(&other, 4).is_some());
    }
}
