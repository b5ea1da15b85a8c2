//! Figures of the real network: four validators of CometBFT on this computer, with our application and, in the same run and
//! under the same load and configuration, with CometBFT's own `kvstore`.
//!
//! `cargo xtask bench network [PART…] [--quick]` builds what this needs and runs it. Parts: `tps`, `batched`, `registers`,
//! `latency`, `growth`, `snapshot`, `catch-up`; all of them when none is named.

mod abci;
mod batched;
mod batches;
mod catch_up;
mod chain;
mod figures;
mod flight;
mod growth;
mod http;
mod latency;
mod load;
mod registers;
mod singles;
mod state;
mod tps;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

/// Whatever went wrong.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What to measure, and how long.
#[derive(Clone, Debug)]
pub struct Options {
    parts: Vec<String>,
    json: Option<PathBuf>,
    rounds: usize,
    connections: usize,
    in_flight: usize,
    block: Duration,
    warm_up: Duration,
    time: Duration,
    quick: bool,
    away: Option<u64>,
}

type Part = fn(&Options) -> Result<Value, Failure>;

/// `growth` fills states, which takes most of its time, so that snapshots of them are measured there too.
const PARTS: [(&str, Part); 6] = [
    ("tps", tps::run),
    ("batched", batched::run),
    ("registers", registers::run),
    ("latency", latency::run),
    ("growth", growth::run),
    ("catch-up", catch_up::run),
];

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("--step", step)) = words
        .split_first()
        .map(|(word, rest)| (word.as_str(), rest))
    {
        return state::perform(step);
    }
    let options = options(words)?;
    let mut all: BTreeMap<String, Value> = options
        .json
        .as_ref()
        .and_then(|path| std::fs::read(path).ok())
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    for (name, part) in PARTS {
        if options.parts.is_empty() || options.parts.iter().any(|wanted| wanted == name) {
            all.insert(name.to_owned(), part(&options)?);
        }
    }
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_string_pretty(&all)?)?;
    }
    Ok(())
}

fn options(words: Vec<String>) -> Result<Options, Failure> {
    let mut options = Options {
        parts: Vec::new(),
        json: None,
        rounds: 3,
        connections: 96,
        in_flight: 5000,
        block: Duration::from_secs(1),
        warm_up: Duration::from_secs(6),
        time: Duration::from_secs(30),
        quick: false,
        away: None,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word.as_str() {
            "--quick" => {
                options.quick = true;
                options.rounds = 1;
                options.warm_up = Duration::from_secs(3);
                options.time = Duration::from_secs(8);
            }
            "--json" => options.json = Some(value()?.into()),
            "--rounds" => options.rounds = value()?.parse()?,
            "--connections" => options.connections = value()?.parse()?,
            "--in-flight" => options.in_flight = value()?.parse()?,
            "--away" => options.away = Some(value()?.parse()?),
            "--block-ms" => options.block = Duration::from_millis(value()?.parse()?),
            "--seconds" => options.time = Duration::from_secs(value()?.parse()?),
            "snapshot" => options.parts.push("growth".to_owned()),
            part if PARTS.iter().any(|(name, _)| *name == part) => {
                options.parts.push(word);
            }
            _ => return Err(format!("there is no part or option {word}").into()),
        }
    }
    Ok(options)
}
