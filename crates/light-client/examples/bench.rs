//! Verification figures, ours beside `tendermint-light-client-verifier` in one run: `bench [--json PATH] [--quick]`.
//!
//! Microseconds per header, median of seven samples. Single-threaded rows are thread CPU time where the system tells it
//! (other work on the machine then does not count), rows with all threads are wall time. Reading and decoding are not included
//! in any row. "backward" is the same work as the peer's: hash every header, compare with the link above.

#[path = "../tests/support/chain.rs"]
#[allow(dead_code)]
mod chain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use tendermint_light_client_verifier as peer;
use peer::Verifier as _;
use peer::types::{SignedHeader, TrustedBlockState, UntrustedBlockState, ValidatorSet};
use toend_ledger::cometbft::{Header, LightBlock, Time};
use toend_light_client::verify::backward::{Above, verify_backward};
use toend_light_client::verify::{Threads, Trusted, Verdict, verify, verify_sequence};
use toend_light_client::{Fraction, Options};

const SAMPLES: usize = 7;

struct Row {
    work: &'static str,
    validators: u64,
    who: &'static str,
    micros: f64,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let json = args.iter().position(|a| a == "--json").and_then(|at| args.get(at + 1)).cloned();
    let quick = args.iter().any(|a| a == "--quick");
    let mut rows = Vec::new();
    for validators in [4, 7, 21, 100] {
        let blocks = if quick { 64 } else if validators <= 7 { 1024 } else { 256 };
        measure(validators, blocks, &mut rows);
    }
    println!("{:<12} {:>10}  {:<28} {:>12} {:>12} {:>9}", "work", "validators", "who", "us/header", "headers/s", "x peer");
    for row in &rows {
        let peer = rows.iter().find(|r| r.work == row.work && r.validators == row.validators && r.who == PEER);
        let times = peer.map_or(1.0, |p| p.micros / row.micros);
        println!(
            "{:<12} {:>10}  {:<28} {:>12.2} {:>12.0} {:>8.1}x",
            row.work,
            row.validators,
            row.who,
            row.micros,
            1e6 / row.micros,
            times
        );
    }
    let find = |work, who| rows.iter().find(|r| r.work == work && r.validators == 4 && r.who == who).map_or(f64::NAN, |r| r.micros);
    let base = find("sequential", PEER);
    println!();
    println!("floors at 4 validators, against the peer's sequential verification:");
    println!("  sequential  6x: {:.1}x on one thread, {:.1}x on all", base / find("sequential", ONE), base / find("sequential", ALL));
    println!("  backward  150x: {:.1}x on one thread, {:.1}x on all", base / find("backward", ONE), base / find("backward", ALL));
    if let Some(path) = json {
        let lines: String = rows
            .iter()
            .map(|row| {
                let line = serde_json::json!({
                    "bench": "light-client",
                    "work": row.work,
                    "validators": row.validators,
                    "who": row.who,
                    "us_per_header": row.micros,
                });
                format!("{line}\n")
            })
            .collect();
        if let Err(error) = std::fs::write(&path, lines) {
            eprintln!("cannot write {path}: {error}");
            std::process::exit(1);
        }
    }
}

const PEER: &str = "tendermint-light-client 0.41";
const ONE: &str = "toend, one thread";
const ALL: &str = "toend, all threads";

fn measure(validators: u64, count: usize, rows: &mut Vec<Row>) {
    let blocks = chain::steady(count as u64 + 1, validators);
    let now = chain::time(count as u64 + 10);
    let options = Options { trust_level: Fraction::ONE_THIRD, ..Options::default() };
    let mut row = |work, who, micros| rows.push(Row { work, validators, who, micros });
    let (first, rest) = blocks.split_first().expect("at least two blocks were made");
    let trusted = Trusted::from_block(first).expect("a made block is consistent");

    // The peer, from the same blocks through JSON.
    let theirs: Vec<(SignedHeader, ValidatorSet, ValidatorSet)> = blocks.iter().map(convert).collect();
    let verifier = peer::ProdVerifier::default();
    let their_options = peer::options::Options {
        trust_threshold: peer::types::TrustThreshold::ONE_THIRD,
        trusting_period: options.trusting_period,
        clock_drift: options.clock_drift,
    };
    let their_now = tendermint_time(now);
    let judge = |from: usize, to: usize| {
        let (trusted, untrusted) = (&theirs[from], &theirs[to]);
        let verdict = verifier.verify_update_header(
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
            &their_options,
            their_now,
        );
        assert!(matches!(verdict, peer::Verdict::Success));
    };
    let few = theirs.len().min(if validators > 20 { 17 } else { 129 });
    row("sequential", PEER, per(few - 1, true, || (1..few).for_each(|to| judge(to - 1, to))));
    let sequence = |threads| verify_sequence(&trusted, rest, &options, now, threads).expect("the chain is sound");
    row("sequential", ONE, per(rest.len(), true, || sequence(Threads::One)));
    row("sequential", ALL, per(rest.len(), false, || sequence(Threads::All)));

    let last = blocks.len() - 1;
    row("skipping", PEER, per(16, true, || (0..16).for_each(|_| judge(0, last))));
    row("skipping", ONE, per(16, true, || {
        for _ in 0..16 {
            assert_eq!(verify(&trusted, black_box(&blocks[last]), &options, now), Verdict::Success);
        }
    }));

    let headers: Vec<Header> = blocks[..last].iter().map(|b: &LightBlock| b.signed_header.header.clone()).collect();
    let above = Above::of(&blocks[last].signed_header.header);
    row("backward", PEER, per(last, true, || {
        for pair in theirs.windows(2) {
            let link = pair[1].0.header.last_block_id.expect("every block but the first links");
            assert_eq!(pair[0].0.header.hash(), link.hash);
        }
    }));
    let back = |threads| verify_backward(black_box(&above), &headers, 11, threads).expect("the chain is sound").len();
    row("backward", ONE, per(last, true, || assert_eq!(back(Threads::One), last)));
    row("backward", ALL, per(last, false, || assert_eq!(back(Threads::All), last)));
}

/// Microseconds per unit of work: the median of the samples, each long enough to be measured.
fn per(units: usize, cpu: bool, mut work: impl FnMut()) -> f64 {
    let clock = if cpu { cpu_time } else { wall_time };
    work();
    let mut rounds = 1;
    loop {
        let before = clock();
        (0..rounds).for_each(|_| work());
        if clock() - before > Duration::from_millis(20) || rounds > 1 << 16 {
            break;
        }
        rounds *= 2;
    }
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let before = clock();
            (0..rounds).for_each(|_| work());
            (clock() - before).as_secs_f64() * 1e6 / (units * rounds) as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    samples[SAMPLES / 2]
}

/// Time this thread has run, if the system tells it; else time on the wall.
fn cpu_time() -> Duration {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .map_or_else(wall_time, Duration::from_nanos)
}

fn wall_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn convert(block: &LightBlock) -> (SignedHeader, ValidatorSet, ValidatorSet) {
    let json = serde_json::to_value(block).expect("a block prints");
    let read = |value: &serde_json::Value| serde_json::from_value(value.clone()).expect("the peer reads CometBFT's JSON");
    (
        serde_json::from_value(json["signed_header"].clone()).expect("the peer reads CometBFT's JSON"),
        read(&json["validator_set"]),
        read(&json["next_validator_set"]),
    )
}

fn tendermint_time(time: Time) -> peer::types::Time {
    time.to_rfc3339().parse().expect("both read RFC 3339")
}
