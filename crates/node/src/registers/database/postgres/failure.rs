//! What the server says, sorted by what a person can do about it.

use tokio_postgres::error::{DbError, SqlState};

use crate::registers::RegisterError;
use crate::storage::StorageError;

pub(super) fn failure(error: &tokio_postgres::Error) -> RegisterError {
    let sorted = match error.as_db_error() {
        Some(said) => by_code(said),
        // A connection that never can be: no password where one is asked for, or another way to prove who we are.
        None if is_about_us(error) => StorageError::Refused(with_advice(chain(error))),
        // Closed, broken, never made, or answered in another language: another connection may do better.
        None => StorageError::Unreachable(with_advice(chain(error))),
    };
    RegisterError::Storage(sorted)
}

/// A connection that is of no use any more.
pub(super) fn lost(what: &str) -> RegisterError {
    RegisterError::Storage(StorageError::Unreachable(what.to_owned()))
}

/// Whether another connection may do better.
pub(super) fn is_lost(error: &RegisterError) -> bool {
    matches!(error, RegisterError::Storage(StorageError::Unreachable(_)))
}

// The message alone: details and contexts may quote values.
fn by_code(error: &DbError) -> StorageError {
    let code = error.code();
    let said = || format!("{} ({})", error.message(), code.code());
    if *code == SqlState::DISK_FULL {
        StorageError::Full
    } else if *code == SqlState::LOCK_NOT_AVAILABLE {
        StorageError::Busy
    } else if code.code().starts_with("08")
        || code.code().starts_with("57P")
        || *code == SqlState::TOO_MANY_CONNECTIONS
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
    {
        StorageError::Unreachable(said())
    } else if code.code().starts_with("28")
        || *code == SqlState::INVALID_CATALOG_NAME
        || *code == SqlState::INSUFFICIENT_PRIVILEGE
        || *code == SqlState::READ_ONLY_SQL_TRANSACTION
    {
        StorageError::Refused(said())
    } else if code.code().starts_with("XX")
        || code.code().starts_with("22")
        || code.code().starts_with("23")
        || code.code().starts_with("42")
    {
        StorageError::Damaged(said())
    } else {
        StorageError::Io(said())
    }
}

/// Whether our own settings are at fault. The library tells it by its words only.
fn is_about_us(error: &tokio_postgres::Error) -> bool {
    let words = error.to_string();
    words.starts_with("invalid configuration") || words.starts_with("authentication error")
}

/// Which line of the configuration is about it, where the words tell.
fn with_advice(text: String) -> String {
    if text.contains("password missing") {
        return format!("{text}: database_password is to name the file that holds it");
    }
    if text.contains("certificate") {
        return format!(
            "{text}: database_ca is to hold who vouches for its certificate, and the address to name the host as the certificate does"
        );
    }
    text
}

/// An error with its causes.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}
