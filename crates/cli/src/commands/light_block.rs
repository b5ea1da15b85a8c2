//! `toend light-block verify`.

use std::path::Path;

use toend_ledger::cometbft::{MAX_JSON, Time};
use toend_light_client::report::verify_json;
use toend_light_client::{Fraction, Options};

use super::print_json;
use crate::args::span;
use crate::failure::Failure;

/// What is asked.
pub struct Question<'a> {
    /// Trusted light block.
    pub trusted: &'a Path,
    /// Light block to judge.
    pub untrusted: &'a Path,
    /// Time.
    pub now: &'a str,
    /// Fraction.
    pub trust_level: &'a str,
    /// Span.
    pub trusting_period: &'a str,
    /// Span.
    pub clock_drift: &'a str,
}

/// Judges one light block against another.
pub fn run(question: &Question<'_>) -> Result<u8, Failure> {
    let wrong = |name: &str, value: &str| Failure::Usage(format!("{name}: \"{value}\""));
    let now = Time::parse_rfc3339(question.now).map_err(|_| wrong("--now", question.now))?;
    let options = Options {
        trust_level: Fraction::parse(question.trust_level)
            .map_err(|_| wrong("--trust-level", question.trust_level))?,
        trusting_period: span(question.trusting_period)
            .ok_or_else(|| wrong("--trusting-period", question.trusting_period))?,
        clock_drift: span(question.clock_drift)
            .ok_or_else(|| wrong("--clock-drift", question.clock_drift))?,
        ..Options::default()
    };
    let (trusted, untrusted) = (read(question.trusted)?, read(question.untrusted)?);
    let report = verify_json(&trusted, &untrusted, now, &options)
        .map_err(|error| Failure::Usage(format!("{}: {error}", question.trusted.display())))?;
    print_json(&report)?;
    Ok(report.exit_status())
}

/// Reads a file, a little more than a light block may have, so that the judge says what is too large.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|problem| Failure::file(path, &problem))?;
    let mut bytes = Vec::new();
    file.take(MAX_JSON as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|problem| Failure::file(path, &problem))?;
    Ok(bytes)
}
