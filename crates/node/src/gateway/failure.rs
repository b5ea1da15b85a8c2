//! Answers that are none: one code each, nothing about persons, nothing about the inside.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use toend_ledger::gateway::ErrorAnswer;

use crate::registers::RegisterError;

/// Why a request gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The request is malformed: the client's fault.
    #[error("bad_request")]
    BadRequest,
    /// No session, an ended one, or a sign-in that does not hold.
    #[error("unauthorized")]
    Unauthorized,
    /// Not there, not here, or not yours: one answer for all three (E61, E62).
    #[error("not_available")]
    NotAvailable,
    /// The request, or what it asks for, is larger than allowed.
    #[error("too_large")]
    TooLarge,
    /// Too many requests of one sender.
    #[error("busy")]
    TooMany,
    /// Too much to do just now.
    #[error("busy")]
    Busy,
    /// The ledger has no state to prove anything with.
    #[error("no_ledger")]
    NoLedger,
}

impl Failure {
    const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotAvailable => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::NoLedger => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (
            self.status(),
            Json(ErrorAnswer {
                code: self.to_string(),
            }),
        )
            .into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self, Self::TooMany | Self::Busy | Self::NoLedger) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<RegisterError> for Failure {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::State => Self::NoLedger,
            RegisterError::UnknownSubject => Self::NotAvailable,
            other => {
                tracing::error!(error = %other, "a register could not answer");
                Self::Busy
            }
        }
    }
}
