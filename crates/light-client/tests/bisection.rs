//! The 8 bisection files of tendermint-rs, driven through our own machine.
//!
//! The files predate CometBFT's present header encoding: no header in them has the hash its commit names, for tendermint-rs
//! as little as for us, which is why tendermint-rs runs only those that expect an error. So each is run twice: as published,
//! and *signed anew*: the same heights, times, powers, validators and absences, hashed and signed by the present rules with
//! keys of our own, where all eight must come out as the file says.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use support::chain;
use support::vectors::light_client_vectors;
use toend_ledger::cometbft::*;
use toend_light_client::sync::{
    Config, Effect, Input, Machine, Phase, ProviderId, Question, Source,
};
use toend_light_client::trusted::Checkpoint;
use toend_light_client::{Fraction, Options};

type Blocks = BTreeMap<u64, LightBlock>;

struct Case {
    name: String,
    sources: Vec<Blocks>,
    checkpoint: Checkpoint,
    options: Options,
    target: u64,
    now: Time,
    expected: bool,
    /// Blocks that verification asked for, the target included, in the file's own algorithm.
    bisections: usize,
}

#[derive(Debug)]
struct Outcome {
    reached: bool,
    confirmed: bool,
    phase: Phase,
    fetched: Vec<u64>,
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

fn published(provider: &Value) -> Blocks {
    provider["lite_blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| read_json::<LightBlock>(&serde_json::to_vec(block).unwrap()).unwrap())
        .map(|block| (block.height(), block))
        .collect()
}

fn cases() -> Vec<Case> {
    let mut files = light_client_vectors("bisection/single_peer");
    files.extend(light_client_vectors("bisection/multi_peer"));
    assert_eq!(files.len(), 8);
    files
        .into_iter()
        .map(|(name, bytes)| {
            let file: Value = serde_json::from_slice(&bytes).unwrap();
            let trust = &file["trust_options"];
            let mut sources = vec![published(&file["primary"])];
            sources.extend(
                file["witnesses"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|witness| published(&witness["value"])),
            );
            let height = number(&trust["height"]);
            let root = sources[0][&height].header();
            let level = &trust["trust_level"];
            Case {
                name,
                checkpoint: Checkpoint {
                    chain_id: root.chain_id.clone(),
                    height,
                    header_hash: hex::decode(trust["hash"].as_str().unwrap())
                        .unwrap()
                        .try_into()
                        .unwrap(),
                    validators_hash: root.validators_hash,
                },
                options: Options {
                    trust_level: Fraction::new(
                        number(&level["numerator"]),
                        number(&level["denominator"]),
                    )
                    .unwrap(),
                    trusting_period: Duration::from_nanos(number(&trust["period"])),
                    clock_drift: Duration::from_secs(10),
                    block_protocol: 0,
                },
                sources,
                target: number(&file["height_to_verify"]),
                now: Time::parse_rfc3339(file["now"].as_str().unwrap()).unwrap(),
                expected: file["expected_output"] == "no error",
                bisections: usize::try_from(file["expected_num_of_bisections"].as_u64().unwrap())
                    .unwrap(),
            }
        })
        .collect()
}

/// Gives every validator of the file a key of ours.
#[derive(Default)]
struct Keys(BTreeMap<Address, u64>);

impl Keys {
    fn number(&mut self, address: &Address) -> u64 {
        let next = 1000 + self.0.len() as u64;
        *self.0.entry(*address).or_insert(next)
    }

    fn set(&mut self, set: &ValidatorSet) -> ValidatorSet {
        let members: Vec<(u64, u64)> = set
            .validators()
            .iter()
            .map(|v| (self.number(&v.address), v.power))
            .collect();
        chain::weighted(&members)
    }
}

fn sign_anew(case: &mut Case) {
    let mut keys = Keys::default();
    for source in &mut case.sources {
        let mut before: Option<BlockId> = None;
        for block in source.values_mut() {
            let voted: Vec<Address> = block
                .signed_header
                .commit
                .signatures
                .iter()
                .filter(|sig| sig.flag == BlockIdFlag::Commit)
                .map(|sig| sig.address)
                .collect();
            let signers: Vec<u64> = voted.iter().map(|address| keys.number(address)).collect();
            let set = keys.set(&block.validator_set);
            let next = block.next_validator_set.as_ref().map(|next| keys.set(next));
            let header = &mut block.signed_header.header;
            header.version.block = BLOCK_PROTOCOL;
            header.last_block_id = before;
            header.validators_hash = set.hash();
            if let Some(next) = &next {
                header.next_validators_hash = next.hash();
            }
            header.proposer_address =
                address_of(&chain::pub_key(keys.number(&header.proposer_address)));
            let commit = chain::commit(header, block.signed_header.commit.round, &set, &signers);
            before = commit.block_id;
            block.signed_header.commit = commit;
            block.validator_set = set;
            block.next_validator_set = next;
        }
    }
    let root = case.sources[0][&case.checkpoint.height].header();
    case.checkpoint.header_hash = root.hash();
    case.checkpoint.validators_hash = root.validators_hash;
    case.options.block_protocol = BLOCK_PROTOCOL;
}

fn run(case: &Case) -> Outcome {
    let ids = (0u16..)
        .take(case.sources.len())
        .map(|i| Source {
            id: ProviderId(i),
            authority: i,
        })
        .collect();
    let mut config = Config::new(case.checkpoint.clone(), ids);
    config.fill_history = false;
    config.options = case.options;
    let mut machine = Machine::new(config, None).unwrap();
    let mut inputs = vec![Input::Tick];
    let mut fetched = Vec::new();
    let mut rounds = 0;
    while let Some(input) = inputs.pop() {
        rounds += 1;
        assert!(rounds < 500, "the machine comes to rest");
        for effect in machine.handle(input, case.now) {
            let Effect::Ask {
                request,
                provider,
                question,
            } = effect
            else {
                continue;
            };
            let wanted = match question {
                Question::Latest => case.target,
                Question::Block(height) => height,
                Question::Bundle(_) => unreachable!("history is off"),
            };
            if provider == ProviderId(0) && wanted != case.checkpoint.height {
                fetched.push(wanted);
            }
            inputs.push(match case.sources[usize::from(provider.0)].get(&wanted) {
                Some(block) => Input::Block {
                    request,
                    block: Box::new(block.clone()),
                },
                None => Input::Missing { request, tip: None },
            });
        }
    }
    let status = machine.status().unwrap();
    let target = case.sources[0][&case.target].header().hash();
    Outcome {
        reached: status
            .head
            .is_some_and(|head| head.height == case.target && head.hash == target),
        confirmed: status.cross_check.height == Some(case.target),
        phase: status.phase,
        fetched,
    }
}

/// A tip that no witness confirms is an error in the files ("no witnesses"), and "not cross-checked" here.
fn good(outcome: &Outcome) -> bool {
    outcome.reached && outcome.confirmed
}

#[test]
fn signed_anew_all_eight_come_out_as_expected() {
    for mut case in cases() {
        sign_anew(&mut case);
        let outcome = run(&case);
        println!(
            "{}: fetched {:?}, the file says {}; {:?}",
            case.name, outcome.fetched, case.bisections, outcome.phase
        );
        assert_eq!(good(&outcome), case.expected, "{}: {outcome:?}", case.name);
        if case.expected {
            // The files count the halvings of another algorithm, so only the bounds compare: never a block twice, and in
            // the worst case, where the validators change at every height, every block once.
            assert!(
                outcome.fetched.len() < case.sources[0].len(),
                "{}: {:?}",
                case.name,
                outcome.fetched
            );
            if case.name == "_worst_case.json" {
                assert_eq!(outcome.fetched.len(), case.bisections);
            }
        }
    }
}

#[test]
fn as_published_no_header_has_the_hash_its_commit_names() {
    for case in cases() {
        for block in case.sources.iter().flat_map(BTreeMap::values) {
            let json = serde_json::to_value(&block.signed_header.header).unwrap();
            let theirs: tendermint::block::Header = serde_json::from_value(json).unwrap();
            let (ours, theirs) = (block.header().hash(), theirs.hash());
            assert_eq!(
                theirs.as_bytes(),
                ours,
                "tendermint-rs computes the same hash"
            );
            assert_ne!(
                ours,
                block.signed_header.commit.block_id.unwrap().hash,
                "{}",
                case.name
            );
        }
        let outcome = run(&case);
        assert!(!good(&outcome), "{}: {outcome:?}", case.name);
    }
}
