//! How long the application was at work during a run: the difference of two readings of an authority's metrics.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chain::{Chain, Kind};
use crate::figures::tenths;

/// The node whose metrics are read, unless another is named.
const NODE: u16 = 1;
/// Requests of the consensus connection: the engine waits for each.
const CONSENSUS: [&str; 4] = [
    "prepare_proposal",
    "process_proposal",
    "finalize_block",
    "commit",
];

/// Sum of seconds and count, by request.
type Reading = BTreeMap<String, (f64, f64)>;

/// A run under way.
pub struct Share {
    node: u16,
    began: Instant,
    height: u64,
    reading: Reading,
    processors: Vec<f64>,
}

/// A run that ended.
pub struct Shared {
    time: Duration,
    blocks: u64,
    spent: Reading,
    resident_mb: f64,
    /// Processor seconds of one node: its own program, if it has one, then CometBFT.
    processors: Vec<f64>,
}

impl Share {
    pub fn begin(chain: &Chain) -> Self {
        Self::begin_at(chain, NODE)
    }

    pub fn begin_at(chain: &Chain, node: u16) -> Self {
        Self {
            node,
            began: Instant::now(),
            height: chain.height(node),
            reading: read(chain, node),
            processors: processors(chain, node),
        }
    }

    pub fn end(self, chain: &Chain) -> Shared {
        let mut spent = read(chain, self.node);
        for (request, (seconds, count)) in &mut spent {
            if let Some((s, c)) = self.reading.get(request) {
                *seconds -= s;
                *count -= c;
            }
        }
        let now = processors(chain, self.node).into_iter();
        Shared {
            time: self.began.elapsed(),
            blocks: chain.height(self.node).saturating_sub(self.height),
            spent,
            resident_mb: chain
                .processes(self.node)
                .first()
                .map_or(0.0, |own| status(*own, "VmRSS")),
            processors: now
                .zip(self.processors)
                .map(|(after, before)| after - before)
                .collect(),
        }
    }
}

impl Shared {
    fn seconds(&self, requests: &[&str]) -> f64 {
        requests
            .iter()
            .filter_map(|request| self.spent.get(*request))
            .map(|(seconds, _)| seconds)
            .sum()
    }

    /// Part of the time in requests that consensus waits for, and in CheckTx, in per cent.
    fn shares(&self) -> (f64, f64) {
        let time = self.time.as_secs_f64() / 100.0;
        (
            self.seconds(&CONSENSUS) / time,
            self.seconds(&["check_tx"]) / time,
        )
    }

    pub fn print(&self) {
        let (consensus, check) = self.shares();
        let seconds = self.time.as_secs_f64();
        let share = |one: &f64| format!("{:.0} %", one / seconds * 100.0);
        let shares: Vec<String> = self.processors.iter().map(share).collect();
        println!(
            "           of one processor, one node's programs took: {}",
            shares.join(", ")
        );
        if self.spent.is_empty() {
            return;
        }
        println!(
            "           application: {consensus:.1} % of the time in consensus requests, {check:.1} % in CheckTx; {:.0} MB resident",
            self.resident_mb
        );
        for (request, (seconds, count)) in &self.spent {
            if *count > 0.0 {
                println!(
                    "             {request:20}{count:>9.0} requests{:>9.3} ms each",
                    seconds / count * 1000.0
                );
            }
        }
    }

    pub fn json(&self) -> Value {
        let (consensus, check) = self.shares();
        let requests: BTreeMap<_, _> = self
            .spent
            .iter()
            .filter(|(_, (_, count))| *count > 0.0)
            .map(|(request, (seconds, count))| {
                (
                    request,
                    json!({ "count": count, "ms_each": seconds / count * 1000.0 }),
                )
            })
            .collect();
        json!({
            "consensus_share_percent": tenths(consensus),
            "check_tx_share_percent": tenths(check),
            "blocks": self.blocks,
            "requests": requests,
            "resident_mb": tenths(self.resident_mb),
            "processor_seconds": self.processors,
            "seconds": tenths(self.time.as_secs_f64()),
        })
    }
}

fn read(chain: &Chain, node: u16) -> Reading {
    let mut all = Reading::new();
    if chain.kind() != Kind::Toend {
        return all;
    }
    for line in scrape(chain.metrics_port(node)).unwrap_or_default().lines() {
        let Some(rest) = line.strip_prefix("toend_abci_request_seconds_") else {
            continue;
        };
        let parts = rest
            .split_once("{request=\"")
            .and_then(|(what, rest)| Some((what, rest.split_once("\"} ")?)));
        let Some((what, (request, value))) = parts else {
            continue;
        };
        let value: f64 = value.parse().unwrap_or(0.0);
        let entry = all.entry(request.to_owned()).or_default();
        match what {
            "sum" => entry.0 = value,
            "count" => entry.1 = value,
            _ => {}
        }
    }
    all
}

fn scrape(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// Processor seconds that the processes of a node have taken.
fn processors(chain: &Chain, node: u16) -> Vec<f64> {
    let seconds = |process: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // After the program's name in brackets: state and 10 more, then user and system time in hundredths.
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let times = rest.split_whitespace().skip(11).take(2);
        times
            .filter_map(|time| time.parse::<f64>().ok())
            .sum::<f64>()
            / 100.0
    };
    chain.processes(node).iter().map(seconds).collect()
}

/// One size in megabytes from what the system says about a process; 0 where it does not.
pub fn status(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kb = line
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kb| kb.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}
