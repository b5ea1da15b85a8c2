//! Runs the published model-based vectors: a trusted block and a series of blocks, each with the verdict it must get.
//!
//! The format is that of tendermint-rs's single-step tests. As there, trust moves only on success, the clock may not drift,
//! and the trust level is 1/3.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use toend_ledger::cometbft::{
    FormatError, LightBlock, SignedHeader, Time, ValidatorSet, read_json,
};

use crate::verify::{Reason, Trusted, Verdict, verify};
use crate::{Fraction, Options};

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The verdict the file asks for.
    pub expected: String,
    /// The verdict given.
    pub verdict: Verdict,
    /// Whether they agree.
    pub passed: bool,
}

#[derive(Deserialize)]
struct Case {
    initial: Initial,
    input: Vec<InputJson>,
}

#[derive(Deserialize)]
struct Initial {
    signed_header: SignedHeader,
    next_validator_set: ValidatorSet,
    trusting_period: Value,
}

#[derive(Deserialize)]
struct InputJson {
    // Read for itself, so that one unreadable block is one verdict and not the end of the file.
    block: Value,
    now: Time,
    verdict: String,
}

/// Judges every step of one file. An error means that the file as a whole is not such a test.
pub fn run(file: &[u8]) -> Result<Vec<Step>, FormatError> {
    let case: Case = read_json(file)?;
    let options = Options {
        trust_level: Fraction::ONE_THIRD,
        trusting_period: period(&case.initial.trusting_period)?,
        clock_drift: Duration::ZERO,
        ..Options::default()
    };
    let header = &case.initial.signed_header.header;
    let mut chain_id = header.chain_id.clone();
    let mut trusted = (
        header.height,
        header.time,
        header.next_validators_hash,
        case.initial.next_validator_set.sorted(),
    );
    let mut steps = Vec::with_capacity(case.input.len());
    for input in case.input {
        let context = Trusted {
            chain_id: &chain_id,
            height: trusted.0,
            time: trusted.1,
            next_validators_hash: trusted.2,
            skipping_set: &trusted.3,
        };
        let text =
            serde_json::to_vec(&input.block).map_err(|e| FormatError::Json(e.to_string()))?;
        let (verdict, block) = match read_json::<LightBlock>(&text) {
            Ok(block) => (verify(&context, &block, &options, input.now), Some(block)),
            Err(error) => (
                Verdict::Invalid(Reason::Unreadable(error.to_string())),
                None,
            ),
        };
        if let (Verdict::Success, Some(block)) = (&verdict, block) {
            let header = block.signed_header.header;
            let next = block.next_validator_set.unwrap_or(block.validator_set);
            trusted = (
                header.height,
                header.time,
                header.next_validators_hash,
                next,
            );
            chain_id = header.chain_id;
        }
        let passed = agrees(&input.verdict, &verdict);
        steps.push(Step {
            expected: input.verdict,
            verdict,
            passed,
        });
    }
    Ok(steps)
}

fn agrees(expected: &str, verdict: &Verdict) -> bool {
    match expected {
        "FAILED_TRUSTING_PERIOD" => matches!(verdict, Verdict::Invalid(Reason::Expired(_))),
        // tendermint-rs's name for a block that is refused while it is being read.
        "PARSE_ERROR" => matches!(verdict, Verdict::Invalid(_)),
        name => verdict.name() == name,
    }
}

/// Nanoseconds, as a string or a number.
fn period(value: &Value) -> Result<Duration, FormatError> {
    let nanos = match value {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64(),
    };
    nanos.map(Duration::from_nanos).ok_or(FormatError::Number)
}
