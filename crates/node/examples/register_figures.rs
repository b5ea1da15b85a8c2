//! How fast a register receives and seals, on either engine:
//!
//! `cargo run --release -p toend-node --example register_figures -- 20000 [postgresql:///EMPTY?host=/run/postgresql]`
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use toend_ledger::genesis::demo::genesis;
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::subject::Subject;
use toend_node::consensus::network::{Network, Pace};
use toend_node::consensus::plan::Plan;
use toend_node::ledger::Ledger;
use toend_node::registers::{Delivery, Draft, Register, Server, Settings, Storage};
use toend_node::storage::Store;

/// Persons that the entries are about.
const PEOPLE: usize = 1000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let entries: usize = arguments
        .next()
        .map_or(20_000, |count| count.parse().unwrap());
    let storage = arguments.next().map_or(Storage::File, |address| {
        Storage::Server(Box::new(Server::new(&address, None, None).unwrap()))
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure(entries, storage));
}

async fn measure(entries: usize, storage: Storage) {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan::demo().unwrap();
    let store = Store::open(folder.path(), &plan.net).unwrap();
    let pace = Pace {
        least: Duration::ZERO,
        idle: Duration::from_millis(30),
    };
    let blocks = Network::start(plan, store, pace).unwrap();
    let ledger = Arc::clone(blocks.network()) as Arc<dyn Ledger>;
    let settings = Settings {
        storage,
        ..Settings::demo(Reg(1), folder.path().join("registers"), &genesis())
    };
    let register = Arc::new(Register::open(settings, ledger).unwrap());
    let people: Vec<Subject> = people();
    register.know(&people).unwrap();
    register.flush().await.unwrap();
    for per_delivery in [1, 1000] {
        let count = if per_delivery == 1 {
            entries / 10
        } else {
            entries
        };
        let all: Vec<Delivery> = (0..count)
            .map(|i| entry(&people, per_delivery, i))
            .collect();
        let began = Instant::now();
        for some in all.chunks(per_delivery) {
            register.receive(some, 1).unwrap();
        }
        tell(
            &format!("received, {per_delivery} a delivery"),
            count,
            began,
        );
        let began = Instant::now();
        register.flush().await.unwrap();
        tell("sealed, with blocks", count, began);
    }
}

fn tell(what: &str, count: usize, began: Instant) {
    let rate = count as f64 / began.elapsed().as_secs_f64();
    println!("{what:<28} {count:>8} entries {rate:>10.0} a second");
}

fn people() -> Vec<Subject> {
    (0..)
        .flat_map(|serial: u32| {
            (0..10).map(move |check| {
                format!(
                    "3{:02}0101{:03}{check}",
                    serial / 999 % 100,
                    serial % 999 + 1
                )
            })
        })
        .filter_map(|code| Subject::person("EE", &code).ok())
        .take(PEOPLE)
        .collect()
}

fn entry(people: &[Subject], kind: usize, i: usize) -> Delivery {
    let contents = Draft::new("lab")
        .text("title", "Veresuhkur")
        .decimal("value", i64::try_from(i % 500).unwrap(), 1)
        .finish()
        .unwrap();
    Delivery {
        subject: people[i % people.len()].clone(),
        class: Class::Records,
        key: format!("{kind}/{i}"),
        v: 1,
        flag: Flag::Current,
        contents,
    }
}
