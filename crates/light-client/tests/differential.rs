//! Beside tendermint-rs: light blocks changed in every field, some of them signed again, judged by both.
//!
//! Never may we accept what tendermint-rs refuses. The other way round only these are allowed, each a rule of CometBFT that
//! tendermint-rs lacks or a form that no honest node produces:
//! * `BLOCK_PROTOCOL`: tendermint-rs does not check it;
//! * `MISPLACED_SIGNER`: tendermint-rs looks votes up by address and takes permuted commits;
//! * unreadable: addresses that do not belong to their keys, validators twice in a set, half-filled block ids, an
//!   application hash over 64 bytes, a required hash left empty, signatures that are not 64 bytes.

#![allow(clippy::unwrap_used, clippy::collapsible_if, missing_docs)]

mod support;

use peer::Verifier as _;
use peer::types::{SignedHeader, TrustedBlockState, UntrustedBlockState, ValidatorSet};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::chain;
use tendermint_light_client_verifier as peer;
use toend_ledger::cometbft::{BlockIdFlag, LightBlock, Time, read_json};
use toend_light_client::verify::{Reason, Trusted, Verdict, verify};
use toend_light_client::{Fraction, Options};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Success,
    NotEnoughTrust,
    Invalid,
}

fn now() -> Time {
    chain::time(20)
}

fn theirs(trusted: &LightBlock, untrusted: &Value, level: Fraction, now: Time) -> Class {
    let read = |json: &Value| -> Option<(SignedHeader, ValidatorSet, ValidatorSet)> {
        Some((
            serde_json::from_value(json["signed_header"].clone()).ok()?,
            serde_json::from_value(json["validator_set"].clone()).ok()?,
            serde_json::from_value(json["next_validator_set"].clone()).ok()?,
        ))
    };
    let trusted = read(&serde_json::to_value(trusted).unwrap()).unwrap();
    let Some(untrusted) = read(untrusted) else {
        return Class::Invalid;
    };
    let options = Options::default();
    let verdict = peer::ProdVerifier::default().verify_update_header(
        UntrustedBlockState {
            signed_header: &untrusted.0,
            validators: &untrusted.1,
            next_validators: Some(&untrusted.2),
        },
        TrustedBlockState {
            chain_id: &trusted.0.header.chain_id,
            header_time: trusted.0.header.time,
            height: trusted.0.header.height,
            next_validators: &trusted.2,
            next_validators_hash: trusted.0.header.next_validators_hash,
        },
        &peer::options::Options {
            trust_threshold: peer::types::TrustThreshold::new(
                level.numerator(),
                level.denominator(),
            )
            .unwrap(),
            trusting_period: options.trusting_period,
            clock_drift: options.clock_drift,
        },
        now.to_rfc3339().parse().unwrap(),
    );
    match verdict {
        peer::Verdict::Success => Class::Success,
        peer::Verdict::NotEnoughTrust(_) => Class::NotEnoughTrust,
        peer::Verdict::Invalid(_) => Class::Invalid,
    }
}

fn ours(trusted: &LightBlock, untrusted: &Value, level: Fraction, now: Time) -> Verdict {
    let options = Options {
        trust_level: level,
        ..Options::default()
    };
    match read_json::<LightBlock>(&serde_json::to_vec(untrusted).unwrap()) {
        Ok(block) => verify(
            &Trusted::from_block(trusted).unwrap(),
            &block,
            &options,
            now,
        ),
        Err(error) => Verdict::Invalid(Reason::Unreadable(error.to_string())),
    }
}

/// Compares both verdicts.
fn compare(
    trusted: &LightBlock,
    untrusted: &Value,
    level: Fraction,
    now: Time,
) -> Result<Verdict, TestCaseError> {
    let ours = ours(trusted, untrusted, level, now);
    let theirs = theirs(trusted, untrusted, level, now);
    let class = match &ours {
        Verdict::Success => Class::Success,
        Verdict::NotEnoughTrust(_) => Class::NotEnoughTrust,
        Verdict::Invalid(_) => Class::Invalid,
    };
    let stricter = matches!(
        ours,
        Verdict::Invalid(
            Reason::BlockProtocol { .. } | Reason::MisplacedSigner { .. } | Reason::Unreadable(_)
        )
    );
    prop_assert!(
        class == theirs || stricter,
        "ours {:?}, theirs {:?}",
        ours,
        theirs
    );
    Ok(ours)
}

/// Eight keys, five at a time, one replaced at every height: neighbours overlap, distant heights do not.
fn sliding() -> Vec<LightBlock> {
    chain::extend(None, 10, 0, |height| (height..height + 5).collect())
}

/// Paths to every single value of a block.
fn leaves(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, v)| leaves(v, format!("{path}/{key}"), out)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(i, v)| leaves(v, format!("{path}/{i}"), out)),
        _ => out.push(path),
    }
}

/// Changes one value to another of its kind, or to something odd.
fn change(value: &mut Value, how: u8) {
    *value = match (value.clone(), how % 8) {
        (_, 0) => Value::Null,
        (Value::String(_), 1) => json!(""),
        (Value::String(text), 2 | 3) if text.ends_with('Z') && text.contains('T') => {
            let shift = if how % 8 == 2 { 1 } else { -1 };
            let time = Time::parse_rfc3339(&text).unwrap_or(Time::ZERO);
            json!(
                Time::from_unix_nanos(time.unix_nanos() + shift * 3_000_000_000)
                    .unwrap_or(Time::ZERO)
                    .to_rfc3339()
            )
        }
        (Value::String(text), 2 | 3) if text.parse::<i64>().is_ok() && text.len() < 19 => {
            let number: i64 = text.parse().unwrap();
            json!((if how % 8 == 2 { number + 1 } else { number - 1 }).to_string())
        }
        (Value::String(text), 4) if text.parse::<i64>().is_ok() => json!("9223372036854775807"),
        (Value::String(text), _) => {
            let mut bytes = text.into_bytes();
            let at = usize::from(how) * 7 % bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = match *byte {
                    b'A' => b'B',
                    b'0' => b'1',
                    _ => b'A',
                };
            }
            json!(String::from_utf8(bytes).unwrap())
        }
        (Value::Number(n), 1) => json!(-n.as_i64().unwrap()),
        (Value::Number(n), 2 | 3) => json!(n.as_i64().unwrap() + 1),
        (Value::Number(_), 4) => json!(i64::from(i32::MAX) + 1),
        (Value::Number(n), _) => json!((n.as_i64().unwrap() + i64::from(how % 3)) % 4),
        (other, _) => other,
    };
}

const SIGNATURES: &str = "/signed_header/commit/signatures";
const VALIDATORS: &str = "/validator_set/validators";

/// Changes to the shape of a block.
fn reshape(block: &mut Value, how: u8, at: usize) {
    let list = |block: &mut Value, pointer: &str, edit: &dyn Fn(&mut Vec<Value>)| {
        if let Some(Value::Array(list)) = block.pointer_mut(pointer) {
            if !list.is_empty() {
                edit(list);
            }
        }
    };
    let absent = json!({"block_id_flag": 1, "validator_address": "", "timestamp": "0001-01-01T00:00:00Z", "signature": null});
    match how % 12 {
        0 => list(block, SIGNATURES, &|l| drop(l.remove(at % l.len()))),
        1 => list(block, SIGNATURES, &|l| l.push(l[at % l.len()].clone())),
        2 => list(block, SIGNATURES, &|l| {
            let n = l.len();
            l.swap(at % n, (at + 1) % n);
        }),
        3 => list(block, SIGNATURES, &|l| {
            let n = l.len();
            l[(at + 1) % n] = l[at % n].clone();
        }),
        4 => list(block, SIGNATURES, &|l| {
            let n = l.len();
            l[at % n] = absent.clone();
        }),
        5 => list(block, SIGNATURES, &|l| {
            let n = l.len();
            l[at % n] = absent.clone();
            l[(at + 1) % n] = absent.clone();
        }),
        6 => list(block, SIGNATURES, &|l| l.clear()),
        7 => list(block, VALIDATORS, &|l| drop(l.remove(at % l.len()))),
        8 => list(block, VALIDATORS, &|l| l.push(l[at % l.len()].clone())),
        9 => block["validator_set"] = block["next_validator_set"].clone(),
        10 => list(block, SIGNATURES, &|l| {
            let n = l.len();
            l[at % n]["block_id_flag"] = json!(3);
        }),
        _ => block["next_validator_set"] = block["validator_set"].clone(),
    }
    if how % 12 == 7 || how % 12 == 8 {
        block["validator_set"]["total_voting_power"] = json!("0");
    }
}

/// Signs a changed header again with the keys of its validators, so that only the rules can refuse it. `odd` of the votes
/// are treated specially afterwards.
fn sign_again(json: &Value, odd: u8) -> Option<Value> {
    let mut block: LightBlock = read_json(&serde_json::to_vec(json).unwrap()).ok()?;
    let all: Vec<u64> = (0..20).collect();
    let round = block.signed_header.commit.round;
    block.signed_header.commit = chain::commit(block.header(), round, &block.validator_set, &all);
    let count = block.signed_header.commit.signatures.len().max(1);
    if odd > 0 {
        if let Some(sig) = block
            .signed_header
            .commit
            .signatures
            .get_mut(usize::from(odd) % count)
        {
            match odd % 3 {
                0 => sig.signature[5] ^= 1,
                1 => sig.flag = BlockIdFlag::Nil,
                _ => *sig = toend_ledger::cometbft::CommitSig::ABSENT,
            }
        }
    }
    serde_json::to_value(&block).ok()
}

fn levels() -> impl Strategy<Value = Fraction> {
    prop_oneof![
        Just(Fraction::ONE_THIRD),
        Just(Fraction::TWO_THIRDS),
        Just(Fraction::new(1, 1).unwrap())
    ]
}

#[test]
fn unchanged_blocks_from_every_height_to_every_other() {
    let blocks = sliding();
    let mut seen = std::collections::BTreeMap::new();
    for trusted in &blocks {
        for untrusted in &blocks {
            let json = serde_json::to_value(untrusted).unwrap();
            for level in [Fraction::ONE_THIRD, Fraction::TWO_THIRDS] {
                let verdict = compare(trusted, &json, level, now()).unwrap();
                *seen.entry(verdict.name()).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(seen.len(), 3, "all three verdicts occur: {seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_value_changed(
        from in 0usize..3, to in 1usize..9, at in any::<prop::sample::Index>(), how: u8, again: bool, odd in 0u8..12, level in levels()
    ) {
        let blocks = sliding();
        let mut json = serde_json::to_value(&blocks[to]).unwrap();
        let mut paths = Vec::new();
        leaves(&json, String::new(), &mut paths);
        let path = &paths[at.index(paths.len())];
        change(json.pointer_mut(path).unwrap(), how);
        if again {
            if let Some(signed) = sign_again(&json, odd) {
                json = signed;
            }
        }
        let verdict = compare(&blocks[from], &json, level, now())?;
        // What is not signed again and differs can only pass where nothing that counts was changed.
        if !again && verdict == Verdict::Success {
            let harmless = path.contains("proposer_priority") || path.contains("total_voting_power")
                || path.contains("/signed_header/commit/signatures/") || path.starts_with("/next_validator_set/")
                || json == serde_json::to_value(&blocks[to]).unwrap() || how % 8 == 0;
            prop_assert!(harmless, "{}", path);
        }
    }

    #[test]
    fn shape_changed(
        from in 0usize..3, to in 1usize..9, how: u8, at in 0usize..10, more: u8, again: bool, level in levels()
    ) {
        let blocks = sliding();
        let mut json = serde_json::to_value(&blocks[to]).unwrap();
        reshape(&mut json, how, at);
        if more % 2 == 0 {
            reshape(&mut json, more / 2, at + 1);
        }
        if again {
            if let Some(signed) = sign_again(&json, more) {
                json = signed;
            }
        }
        compare(&blocks[from], &json, level, now())?;
    }

    #[test]
    fn other_clocks(from in 0usize..9, to in 0usize..9, seconds in -100_000i64..2_000_000, level in levels()) {
        let blocks = sliding();
        let json = serde_json::to_value(&blocks[to]).unwrap();
        let time = Time::new(chain::START + seconds, 0).unwrap();
        compare(&blocks[from], &json, level, time)?;
    }
}
