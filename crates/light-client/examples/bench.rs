//! Verification figures, ours beside `tendermint-light-client-verifier` in one run: `bench [--json PATH] [--quick]`.
//!
//! Microseconds per header, median of seven samples. Single-threaded rows are thread CPU time where the
//! system tells it (other work on the machine then does not count), rows with all threads are wall time.
//! Reading and decoding are in no row. "backward" is the same work for both: hash every header and compare
//! with the link above. Every block of the measured chain has other data, state, results and times.

#![allow(clippy::cast_precision_loss)]

#[path = "../tests/support/chain.rs"]
#[allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::wildcard_imports
)]
mod chain;

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use peer::Verifier as _;
use peer::types::{SignedHeader, TrustedBlockState, UntrustedBlockState, ValidatorSet};
use tendermint_light_client_verifier as peer;
use toend_ledger::cometbft::{Header, LightBlock, Time};
use toend_light_client::verify::backward::{Above, verify_backward};
use toend_light_client::verify::{Threads, Trusted, Verdict, verify, verify_sequence};
use toend_light_client::{Fraction, Options};

const SAMPLES: usize = 7;
const PEER: &str = "tendermint-light-client 0.41";
const ONE: &str = "toend, one thread";
const ALL: &str = "toend, all threads";

struct Row {
    work: &'static str,
    validators: u64,
    who: &'static str,
    micros: f64,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let json = args
        .iter()
        .position(|a| a == "--json")
        .and_then(|at| args.get(at + 1));
    let quick = args.iter().any(|a| a == "--quick");
    let mut rows = Vec::new();
    for validators in [4, 7, 21, 100] {
        let blocks = match validators {
            _ if quick => 64,
            4 | 7 => 1024,
            _ => 256,
        };
        measure(validators, blocks, &mut rows);
    }
    print(&rows);
    if let Some(path) = json
        && let Err(error) = std::fs::write(path, lines(&rows))
    {
        eprintln!("cannot write {path}: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn print(rows: &[Row]) {
    println!(
        "{:<12} {:>10}  {:<28} {:>11} {:>12} {:>8}",
        "work", "validators", "who", "us/header", "headers/s", "x peer"
    );
    for row in rows {
        let peer = figure(rows, row.work, row.validators, PEER);
        println!(
            "{:<12} {:>10}  {:<28} {:>11.2} {:>12.0} {:>7.1}x",
            row.work,
            row.validators,
            row.who,
            row.micros,
            1e6 / row.micros,
            peer / row.micros
        );
    }
    let base = figure(rows, "sequential", 4, PEER);
    println!("\nfloors, at 4 validators, against the peer's sequential verification:");
    for (work, floor) in [("sequential", 6), ("backward", 150)] {
        let times = |who| base / figure(rows, work, 4, who);
        println!(
            "  {work} {floor}x: {:.1}x on one thread, {:.1}x on all",
            times(ONE),
            times(ALL)
        );
    }
}

fn figure(rows: &[Row], work: &str, validators: u64, who: &str) -> f64 {
    rows.iter()
        .find(|r| r.work == work && r.validators == validators && r.who == who)
        .map_or(f64::NAN, |r| r.micros)
}

/// One JSON object per row, for the benchmark collector.
fn lines(rows: &[Row]) -> String {
    let mut out = String::new();
    for row in rows {
        let line = serde_json::json!({
            "bench": "light-client",
            "work": row.work,
            "validators": row.validators,
            "who": row.who,
            "us_per_header": row.micros,
        });
        let _ = writeln!(out, "{line}");
    }
    out
}

fn measure(validators: u64, count: usize, rows: &mut Vec<Row>) {
    let blocks = chain::steady(count as u64 + 1, validators);
    let now = chain::time(count as u64 + 10);
    let theirs = Theirs::new(&blocks, now);
    let options = Options {
        trust_level: Fraction::ONE_THIRD,
        ..Options::default()
    };
    let (first, rest) = blocks.split_first().expect("at least two blocks were made");
    let trusted = Trusted::from_block(first).expect("a made block is consistent");
    let last = rest.last().expect("at least two blocks were made");
    let mut row = |work, who, micros| {
        rows.push(Row {
            work,
            validators,
            who,
            micros,
        });
    };

    let few = count.min(if validators > 20 { 16 } else { 128 });
    let peers = || (1..=few).for_each(|to| theirs.judge(to - 1, to));
    row("sequential", PEER, per(few, cpu_time, peers));
    let sequence = |threads| {
        verify_sequence(&trusted, rest, &options, now, threads).expect("the chain is sound");
    };
    row(
        "sequential",
        ONE,
        per(count, cpu_time, || sequence(Threads::One)),
    );
    row(
        "sequential",
        ALL,
        per(count, wall_time, || sequence(Threads::All)),
    );

    row(
        "skipping",
        PEER,
        per(1, cpu_time, || theirs.judge(0, count)),
    );
    let skip = || {
        let verdict = verify(&trusted, black_box(last), &options, now);
        assert_eq!(verdict, Verdict::Success);
    };
    row("skipping", ONE, per(1, cpu_time, skip));

    let headers: Vec<Header> = blocks
        .iter()
        .take(count)
        .map(|b| b.header().clone())
        .collect();
    let above = Above::of(last.header());
    row(
        "backward",
        PEER,
        per(count, cpu_time, || theirs.check_links()),
    );
    let back = |threads| {
        let hashes = verify_backward(black_box(&above), &headers, 11, threads);
        assert_eq!(hashes.expect("the chain is sound").len(), count);
    };
    row("backward", ONE, per(count, cpu_time, || back(Threads::One)));
    row(
        "backward",
        ALL,
        per(count, wall_time, || back(Threads::All)),
    );
}

/// The same chain in the peer's types, read from our JSON.
struct Theirs {
    blocks: Vec<(SignedHeader, ValidatorSet, ValidatorSet)>,
    options: peer::options::Options,
    now: peer::types::Time,
}

impl Theirs {
    fn new(blocks: &[LightBlock], now: Time) -> Self {
        let ours = Options::default();
        Self {
            blocks: blocks.iter().map(convert).collect(),
            options: peer::options::Options {
                trust_threshold: peer::types::TrustThreshold::ONE_THIRD,
                trusting_period: ours.trusting_period,
                clock_drift: ours.clock_drift,
            },
            now: now.to_rfc3339().parse().expect("both read RFC 3339"),
        }
    }

    fn judge(&self, from: usize, to: usize) {
        let (trusted, untrusted) = (&self.blocks[from], &self.blocks[to]);
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
            &self.options,
            self.now,
        );
        assert!(matches!(verdict, peer::Verdict::Success));
    }

    fn check_links(&self) {
        for pair in self.blocks.windows(2) {
            let link = pair[1]
                .0
                .header
                .last_block_id
                .expect("every block but the first links");
            assert_eq!(pair[0].0.header.hash(), link.hash);
        }
    }
}

fn convert(block: &LightBlock) -> (SignedHeader, ValidatorSet, ValidatorSet) {
    let json = serde_json::to_value(block).expect("a block prints");
    let set = |name: &str| {
        serde_json::from_value(json[name].clone()).expect("the peer reads CometBFT's JSON")
    };
    (
        serde_json::from_value(json["signed_header"].clone())
            .expect("the peer reads CometBFT's JSON"),
        set("validator_set"),
        set("next_validator_set"),
    )
}

/// Microseconds per unit of work: the median of the samples, each long enough to be measured.
fn per(units: usize, clock: fn() -> Duration, mut work: impl FnMut()) -> f64 {
    let mut time = |rounds: u32| {
        let before = clock();
        (0..rounds).for_each(|_| work());
        clock().saturating_sub(before)
    };
    let mut rounds = 1;
    while time(rounds) < Duration::from_millis(60) && rounds < 1 << 20 {
        rounds *= 2;
    }
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| time(rounds).as_secs_f64() * 1e6 / (units as f64 * f64::from(rounds)))
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
