//! Figures of the client: starting, the first proven record, one record and a thousand.
//!
//! `cargo run --release -p toend-client --example bench_app -- [--json FILE]`

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    dead_code
)]

/// The example builds its lists as the unit tests do.
mod network {
    pub use toend_client::network::*;
}
#[path = "../../src/pages.rs"]
mod pages;
#[path = "../../src/records/tests/world.rs"]
mod world;

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use toend_client::dto::{RegisterId, Verdict};
use toend_client::records::judged::Against;
use toend_client::records::private;
use toend_client::store::{Store, StoredHeader};
use toend_client::{CardSource, Client, Config, DEMO_READER, NetworkSource, Pin};
use toend_ledger::hash::sha256;
use toend_ledger::list::Class;
use zeroize::Zeroizing;

/// Starts measured, each on the same filled folder.
const STARTS: usize = 5;
/// Judgements measured.
const JUDGEMENTS: usize = 20;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut rows = runtime.block_on(starts());
    rows.extend(judgements());
    rows.push(headers_on_disk());
    for row in &rows {
        println!(
            "{:<52} {:>10.2} {:<3} floor {}",
            row["name"].as_str().unwrap(),
            row["ours"].as_f64().unwrap(),
            row["unit"].as_str().unwrap(),
            row["floor"]
        );
    }
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--json") {
        std::fs::write(
            &arguments[at + 1],
            serde_json::to_vec_pretty(&rows).unwrap(),
        )
        .unwrap();
    }
}

fn row(name: &str, ours: f64, unit: &str, floor: Option<f64>) -> Value {
    json!({ "name": name, "ours": ours, "peer": null, "peer_name": null, "unit": unit, "ratio": null, "floor": floor })
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Milliseconds to the verified tip and to the first proven record, PIN already known.
async fn one_start(folder: &Path) -> (f64, f64) {
    let begin = Instant::now();
    let config = Config::new(
        folder.to_path_buf(),
        NetworkSource::Embedded,
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    let tip = begin.elapsed().as_secs_f64() * 1000.0;
    client.insert_demo_card(Some("mari-liis")).await.unwrap();
    client
        .sign_in(
            DEMO_READER,
            Pin::new(Zeroizing::new("1234".to_owned())).unwrap(),
        )
        .await
        .unwrap();
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert!(
        list.rows
            .iter()
            .any(|row| row.verdict.verdict == Verdict::Proven),
        "a proven record"
    );
    let record = begin.elapsed().as_secs_f64() * 1000.0;
    client.shutdown().await;
    (tip, record)
}

async fn starts() -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let (first_tip, first_record) = one_start(folder.path()).await;
    let (mut tips, mut records) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (tip, record) = one_start(folder.path()).await;
        tips.push(tip);
        records.push(record);
    }
    vec![
        row(
            "very first start to verified tip, registers filled",
            first_tip,
            "ms",
            None,
        ),
        row(
            "very first start to first proven record",
            first_record,
            "ms",
            Some(3000.0),
        ),
        row("start to verified tip", median(tips), "ms", Some(2000.0)),
        row(
            "start to first proven record, card and PIN included",
            median(records),
            "ms",
            Some(3000.0),
        ),
        row(
            "resident memory of client, network and registers",
            resident_megabytes(),
            "MB",
            Some(250.0),
        ),
    ]
}

/// Bytes that a verified header takes in the client's database, among 100,000 of them: every page of the ledger's tables.
fn headers_on_disk() -> Value {
    const HEADERS: u64 = 100_000;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let before = store.parts().unwrap().0;
    let net = sha256(&[b"net"]);
    let unique = |height: u64, what: &[u8]| sha256(&[&height.to_be_bytes(), what]);
    let headers: Vec<StoredHeader> = (1..=HEADERS)
        .map(|height| StoredHeader {
            height,
            hash: unique(height, b"hash"),
            time_ms: 1_793_500_000_000 + height * 1000,
            state_root: unique(height, b"state"),
            data_hash: Some(unique(height, b"data")),
        })
        .collect();
    for some in headers.chunks(1000) {
        store.put_headers(&net, some).unwrap();
    }
    assert_eq!(
        store.header_span(&net).unwrap(),
        Some((HEADERS, 1, HEADERS))
    );
    let bytes = store.parts().unwrap().0 - before;
    row(
        "a verified header on disk, of 100,000",
        bytes as f64 / HEADERS as f64,
        "B",
        None,
    )
}

fn judgements() -> Vec<Value> {
    let mut rows = Vec::new();
    for (count, unit, scale, floor) in [(1u64, "ms", 1000.0, 20.0), (1000, "ms", 1000.0, 1000.0)] {
        let mut world = world::World::new();
        for n in 1..=count {
            world.seal(
                world::contents(
                    "lab",
                    n,
                    (n % 251) as u8,
                    u32::try_from(n).unwrap(),
                    "a value",
                ),
                n.min(90),
            );
        }
        let (answer, root) = world.answer();
        let against = Against {
            net: &world.net,
            root: &root,
        };
        let figures = (0..if count > 1 {
            JUDGEMENTS / 4
        } else {
            JUDGEMENTS
        })
            .map(|_| {
                let begin = Instant::now();
                let judged = private::judge(
                    RegisterId::Health,
                    &world.subject,
                    Class::Records,
                    against,
                    &answer,
                    None,
                )
                .unwrap();
                assert_eq!(judged.held(), count);
                begin.elapsed().as_secs_f64() * scale
            });
        let name = format!(
            "{count} record{} verified, with completeness",
            if count == 1 { "" } else { "s" }
        );
        rows.push(row(&name, median(figures.collect()), unit, Some(floor)));
    }
    rows
}

fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kb| kb.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}
