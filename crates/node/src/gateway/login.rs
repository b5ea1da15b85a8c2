//! Signing in with a card: a nonce, and the Web eID token that answers it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use time::OffsetDateTime;
use toend_id_card::web_eid::verify_token;
use toend_ledger::gateway::{Challenge, Login, SessionAnswer};
use toend_ledger::subject::Subject;

use super::kept::Kept;
use super::senders::{Bounds, Sender};
use super::sessions::IDLE_MS;
use super::{Failure, Gateway, blocking};

/// How long a nonce may be answered.
const NONCE_MS: u64 = 5 * 60 * 1000;
/// Nonces waiting at once.
const MAX_NONCES: usize = 10_000;
/// Nonces of one sender waiting at once: enough for an office that signs in as fast as it may, each waiting for a PIN.
const NONCES_OF: Bounds = Bounds {
    way: 16,
    one: 256,
    wider: 384,
    widest: 512,
    gateway: 4_096,
};

/// Nonces handed out and not used yet, with the time they end.
pub(super) struct Challenges(Mutex<Kept<String, u64>>);

impl Default for Challenges {
    fn default() -> Self {
        Self(Mutex::new(Kept::new(MAX_NONCES, NONCES_OF)))
    }
}

impl Challenges {
    /// A new nonce: 32 random bytes in base64, 44 characters.
    fn issue(&self, sender: Sender, now_ms: u64) -> Result<String, Failure> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Failure::Busy)?;
        let nonce = STANDARD.encode(bytes);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_full() {
            waiting.forget(|ends| *ends <= now_ms);
        }
        let ends = now_ms.saturating_add(NONCE_MS);
        waiting.put(nonce.clone(), ends, sender);
        Ok(nonce)
    }

    /// Takes a nonce away for good. True when it was waiting and has not ended.
    fn redeem(&self, nonce: &str, now_ms: u64) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = waiting.take(&nonce.to_owned());
        ends.is_some_and(|ends| now_ms < ends)
    }
}

/// `POST /v1/login/challenge`.
pub(super) async fn challenge(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
) -> Result<Json<Challenge>, Failure> {
    let sender = Sender::address(&request);
    let nonce = gateway.challenges.issue(sender, gateway.now_ms())?;
    Ok(Json(Challenge {
        nonce,
        origin: gateway.settings.origin.clone(),
    }))
}

/// `POST /v1/login`. Why a token is refused is nobody's business but the sender's own program, which knows.
pub(super) async fn login(
    State(gateway): State<Arc<Gateway>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<SessionAnswer>, Failure> {
    let body = body.map_err(|_| Failure::TooLarge)?;
    let login: Login = serde_json::from_slice(&body).map_err(|_| Failure::BadRequest)?;
    let now_ms = gateway.now_ms();
    // The nonce is spent whatever comes of it, so that nobody can try several tokens against one.
    if !gateway.challenges.redeem(&login.nonce, now_ms) {
        return Err(Failure::Unauthorized);
    }
    let text = serde_json::to_string(&login.token).map_err(|_| Failure::BadRequest)?;
    let here = Arc::clone(&gateway);
    let subject = blocking(move || identify(&here, &text, &login.nonce, now_ms)).await?;
    let session = gateway.sessions.open(subject, now_ms)?;
    Ok(Json(SessionAnswer {
        session,
        expires_ms: now_ms.saturating_add(IDLE_MS),
    }))
}

/// Whose card signed, if everything holds.
fn identify(gateway: &Gateway, token: &str, nonce: &str, now_ms: u64) -> Result<Subject, Failure> {
    let now = OffsetDateTime::from_unix_timestamp((now_ms / 1000).cast_signed())
        .map_err(|_| Failure::Busy)?;
    let certificate = verify_token(
        token,
        &gateway.settings.origin,
        nonce,
        &gateway.settings.trusted,
        now,
    )
    .map_err(|error| {
        tracing::info!(%error, "a sign-in was refused");
        Failure::Unauthorized
    })?;
    // ETSI EN 319 412-1: PNO, country, hyphen, the personal code.
    let code = certificate
        .serial_number
        .strip_prefix("PNOEE-")
        .ok_or(Failure::Unauthorized)?;
    Subject::person("EE", code).map_err(|_| Failure::Unauthorized)
}

/// `POST /v1/logout`.
pub(super) async fn logout(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> StatusCode {
    if let Some(bearer) = bearer(&headers) {
        gateway.sessions.close(bearer);
    }
    StatusCode::NO_CONTENT
}

/// Whose session a request belongs to.
pub(super) fn signed_in(gateway: &Gateway, headers: &HeaderMap) -> Result<Subject, Failure> {
    let bearer = bearer(headers).ok_or(Failure::Unauthorized)?;
    gateway
        .sessions
        .subject(bearer, gateway.now_ms())
        .ok_or(Failure::Unauthorized)
}

/// Whose session a request belongs to, for limits: asking this does not keep the session open.
pub(super) fn whose(gateway: &Gateway, headers: &HeaderMap) -> Option<Subject> {
    gateway.sessions.peek(bearer(headers)?, gateway.now_ms())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value
        .strip_prefix("Bearer ")
        .filter(|value| (1..=128).contains(&value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: [u8; 4]) -> Sender {
        Sender::at(address.into())
    }

    #[test]
    fn a_nonce_is_used_once_and_in_time() {
        let challenges = Challenges::default();
        let issue = || challenges.issue(at([192, 0, 2, 1]), 1000).unwrap();
        let nonce = issue();
        assert_eq!(nonce.len(), 44);
        assert!(challenges.redeem(&nonce, 2000));
        assert!(!challenges.redeem(&nonce, 2000));
        let late = issue();
        assert!(!challenges.redeem(&late, 1000 + NONCE_MS));
        assert!(!challenges.redeem("never handed out", 1000));
    }

    #[test]
    fn waiting_nonces_are_bounded_and_nobody_pushes_out_anothers() {
        let challenges = Challenges::default();
        let first = challenges.issue(at([192, 0, 2, 1]), 0).unwrap();
        for i in 0..MAX_NONCES {
            // 200 senders, more than the store has room for.
            let host = u8::try_from(i % 200).unwrap();
            challenges.issue(at([198, 51, 100, host]), 1).unwrap();
        }
        assert_eq!(challenges.0.lock().unwrap().len(), MAX_NONCES);
        assert!(challenges.redeem(&first, 2), "pushed out by others");
        // Nor do the networks of one owner, however many they are.
        for i in 0..MAX_NONCES {
            let text = format!("2001:db8:1:{:x}::1", i % 5000 * 13);
            let sender = Sender::at(text.parse().unwrap());
            challenges.issue(sender, 1).unwrap();
        }
        let second = challenges.issue(at([192, 0, 2, 1]), 0).unwrap();
        for host in 0..200 {
            challenges.issue(at([198, 51, 100, host]), 1).unwrap();
        }
        assert!(challenges.redeem(&second, 2), "pushed out by others");
        let own = challenges.issue(at([203, 0, 113, 1]), 0).unwrap();
        for _ in 0..NONCES_OF.one {
            challenges.issue(at([203, 0, 113, 1]), 1).unwrap();
        }
        assert!(!challenges.redeem(&own, 2), "the own oldest made room");
    }
}
