//! The vectors of tendermint-rs: 41 model-based files with 99 steps, and 8 bisection files driven through our own machine.

mod support;

use std::collections::BTreeMap;

use serde_json::Value;
use support::vectors::light_client_vectors;
use toend_ledger::cometbft::{LightBlock, Time, read_json};
use toend_light_client::sync::{Config, Effect, Input, Machine, Phase, ProviderId, Question, Source};
use toend_light_client::trusted::Checkpoint;
use toend_light_client::{Fraction, Options, conformance};

#[test]
fn all_model_based_steps() {
    let files = light_client_vectors("model_based/single_step");
    assert_eq!(files.len(), 41);
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (name, bytes) in files {
        for (i, step) in conformance::run(&bytes).unwrap().into_iter().enumerate() {
            assert!(step.passed, "{name} step {i}: expected {}, got {:?}", step.expected, step.verdict);
            *counted.entry(step.expected).or_default() += 1;
        }
    }
    let want = [("INVALID", 13), ("NOT_ENOUGH_TRUST", 42), ("SUCCESS", 44)];
    assert_eq!(counted, want.map(|(name, n)| (name.to_owned(), n)).into());
}

#[test]
fn a_wrong_verdict_is_noticed() {
    let (name, bytes) = light_client_vectors("model_based/single_step").remove(0);
    let mut file: Value = serde_json::from_slice(&bytes).unwrap();
    let verdict = &mut file["input"][0]["verdict"];
    *verdict = if *verdict == "SUCCESS" { "INVALID" } else { "SUCCESS" }.into();
    let steps = conformance::run(&serde_json::to_vec(&file).unwrap()).unwrap();
    assert!(!steps[0].passed, "{name}");
    file["input"][0]["block"]["signed_header"]["header"]["height"] = "x".into();
    file["input"][0]["verdict"] = "INVALID".into();
    let steps = conformance::run(&serde_json::to_vec(&file).unwrap()).unwrap();
    assert!(steps[0].passed, "an unreadable block is invalid, not the end of the file");
}

/// What came of a bisection file.
#[derive(Debug)]
struct Outcome {
    reached: bool,
    confirmed: bool,
    phase: Phase,
    fetched: Vec<u64>,
}

fn blocks(provider: &Value) -> BTreeMap<u64, LightBlock> {
    provider["lite_blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| read_json::<LightBlock>(&serde_json::to_vec(block).unwrap()).unwrap())
        .map(|block| (block.height(), block))
        .collect()
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

fn bisect(file: &Value) -> Outcome {
    let target = number(&file["height_to_verify"]);
    let now = Time::parse_rfc3339(file["now"].as_str().unwrap()).unwrap();
    let trust = &file["trust_options"];
    let mut sources = vec![blocks(&file["primary"])];
    sources.extend(file["witnesses"].as_array().unwrap().iter().map(|witness| blocks(&witness["value"])));
    let height = number(&trust["height"]);
    let root = sources[0][&height].header();
    let checkpoint = Checkpoint {
        chain_id: root.chain_id.clone(),
        height,
        header_hash: hex::decode(trust["hash"].as_str().unwrap()).unwrap().try_into().unwrap(),
        validators_hash: root.validators_hash,
    };
    let ids = (0u16..).take(sources.len()).map(|i| Source { id: ProviderId(i), authority: i }).collect();
    let mut config = Config::new(checkpoint, ids);
    config.fill_history = false;
    config.options = Options {
        trust_level: Fraction::new(number(&trust["trust_level"]["numerator"]), number(&trust["trust_level"]["denominator"]))
            .unwrap(),
        trusting_period: std::time::Duration::from_nanos(number(&trust["period"])),
        clock_drift: std::time::Duration::from_secs(10),
        // These files predate block protocol 11.
        block_protocol: 0,
    };
    let mut machine = Machine::new(config, None).unwrap();
    let mut inputs = vec![Input::Tick];
    let mut fetched = Vec::new();
    let mut rounds = 0;
    while let Some(input) = inputs.pop() {
        rounds += 1;
        assert!(rounds < 500, "the machine comes to rest");
        for effect in machine.handle(input, now) {
            let Effect::Ask { request, provider, question } = effect else { continue };
            let wanted = match question {
                Question::Latest => target,
                Question::Block(height) => height,
                Question::Bundle(_) => unreachable!("history is off"),
            };
            if provider == ProviderId(0) && wanted != height {
                fetched.push(wanted);
            }
            inputs.push(match sources[usize::from(provider.0)].get(&wanted) {
                Some(block) => Input::Block { request, block: Box::new(block.clone()) },
                None => Input::Missing { request, tip: None },
            });
        }
    }
    let status = machine.status().unwrap();
    Outcome {
        reached: status.head.is_some_and(|head| {
            head.height == target && head.hash == sources[0][&target].header().hash()
        }),
        confirmed: status.cross_check.height == Some(target),
        phase: status.phase,
        fetched,
    }
}

#[test]
fn all_bisection_files() {
    let mut files = light_client_vectors("bisection/single_peer");
    files.extend(light_client_vectors("bisection/multi_peer"));
    assert_eq!(files.len(), 8);
    for (name, bytes) in files {
        let file: Value = serde_json::from_slice(&bytes).unwrap();
        let outcome = bisect(&file);
        // A tip that no witness confirms is an error there ("no witnesses"), and "not cross-checked" here.
        let good = outcome.reached && outcome.confirmed;
        let expected = file["expected_output"] == "no error";
        assert_eq!(good, expected, "{name}: {outcome:?}");
        // The vectors count fetched blocks; CometBFT's pivot, which is ours, was a half when they were made.
        let expected = file["expected_num_of_bisections"].as_u64().unwrap();
        println!("{name}: fetched {:?}, the vector says {expected}; {:?}", outcome.fetched, outcome.phase);
        if good {
            assert!(outcome.fetched.len() as u64 <= 2 * expected, "{name}: {:?}", outcome.fetched);
        }
    }
}
