//! One light block judged against another, from JSON to a verdict that prints as JSON.

use serde::Serialize;
use thiserror::Error;
use toend_ledger::cometbft::{FormatError, LightBlock, Time, read_json};

use crate::Options;
use crate::verify::{Reason, Trusted, Verdict, verify};

/// The verdict on a light block, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `SUCCESS`, `NOT_ENOUGH_TRUST` or `INVALID`.
    pub verdict: &'static str,
    /// In words; absent for success.
    pub reason: Option<String>,
    /// Stable name of the reason for programs; absent for success.
    pub code: Option<&'static str>,
    /// Height of the trusted block.
    pub trusted_height: u64,
    /// Height of the judged block, if it could be read.
    pub untrusted_height: Option<u64>,
}

/// The trusted block cannot serve as one: the user's input is to blame, and nothing is said about the other block.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InputError {
    /// Not a light block.
    #[error("the trusted block cannot be read: {0}")]
    Unreadable(#[from] FormatError),
    /// Its validators are not those its header names.
    #[error("the trusted block is not consistent: {0}")]
    Inconsistent(Reason),
}

/// Reads two light blocks in CometBFT's or tendermint-rs's JSON and judges the second against the first. An untrusted block
/// that cannot be read is invalid: the sender is responsible for its form too.
pub fn verify_json(
    trusted: &[u8],
    untrusted: &[u8],
    now: Time,
    options: &Options,
) -> Result<Report, InputError> {
    let trusted = read_trusted(trusted)?;
    let context = Trusted::announcing(&trusted)
        .map_or_else(|| Trusted::from_block(&trusted), Ok)
        .map_err(InputError::Inconsistent)?;
    let (verdict, untrusted_height) = match read_json::<LightBlock>(untrusted) {
        Ok(block) => (verify(&context, &block, options, now), Some(block.height())),
        Err(error) => (
            Verdict::Invalid(Reason::Unreadable(error.to_string())),
            None,
        ),
    };
    Ok(report(&verdict, trusted.height(), untrusted_height))
}

/// Reads the trusted block. Its own validators may be left out when the next ones are there: nothing asks for them then.
fn read_trusted(text: &[u8]) -> Result<LightBlock, FormatError> {
    let refused = match read_json(text) {
        Ok(block) => return Ok(block),
        Err(error) => error,
    };
    let Ok(mut value) = read_json::<serde_json::Value>(text) else {
        return Err(refused);
    };
    let next = value
        .get("next_validator_set")
        .filter(|next| !next.is_null())
        .cloned();
    match (value.as_object_mut(), next) {
        (Some(object), Some(next))
            if object
                .get("validator_set")
                .is_none_or(serde_json::Value::is_null) =>
        {
            object.insert("validator_set".to_owned(), next);
            read_json(value.to_string().as_bytes())
        }
        _ => Err(refused),
    }
}

fn report(verdict: &Verdict, trusted_height: u64, untrusted_height: Option<u64>) -> Report {
    let (reason, code) = match verdict {
        Verdict::Success => (None, None),
        Verdict::NotEnoughTrust(tally) => (
            Some(format!(
                "{} of {} trusted voting power signed, more than {} is needed",
                tally.tallied, tally.total, tally.needed
            )),
            Some("NOT_ENOUGH_TRUST"),
        ),
        Verdict::Invalid(reason) => (Some(reason.to_string()), Some(reason.code())),
    };
    Report {
        verdict: verdict.name(),
        reason,
        code,
        trusted_height,
        untrusted_height,
    }
}

impl Report {
    /// Exit status for a terminal: 0 success, 3 not enough trust, 1 invalid.
    pub fn exit_status(&self) -> u8 {
        match self.verdict {
            "SUCCESS" => 0,
            "NOT_ENOUGH_TRUST" => 3,
            _ => 1,
        }
    }
}
