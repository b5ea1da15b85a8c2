//! Authorities that stop, and processes that are killed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use toend_client::dto::{LedgerState, Status};
use toend_node::testnet::{COMET_HOME, folder_of};

use crate::followers::Followers;
use crate::history::{self, Acknowledged};
use crate::importer;
use crate::load::Load;
use crate::network::{NODES, Net, commitment};
use crate::partitions::AHEAD;
use crate::people::Person;
use crate::promises::Promises;

/// Log lines of an outage that repeat for as long as it lasts would soon be more than this, in bytes.
const NO_STORM: u64 = 64 << 10;

#[test]
fn one_may_stop_two_may_not_and_all_recover_by_themselves() {
    let Some(net) = Net::start(true, 0) else {
        return;
    };
    let net = Arc::new(net);
    let followers = Followers::start(&net);
    let person = Person::arrive(&net, "person", &[0, 1, 2, 3], AHEAD);
    net.wait("a client that misses nobody", || {
        missing(&person.status()).is_empty() && person.state() == LedgerState::UpToDate
    });
    net.hold(3);
    net.go_on(&[0, 1, 2], 5);
    net.wait("a client that says who is missing", || {
        let status = person.status();
        let signed = status.authorities[3].recent.last();
        missing(&status) == [3]
            && signed == Some(&false)
            && status.ledger.state == LedgerState::UpToDate
    });
    followers.watch(commitment(2));
    assert_eq!(net.rpc(0).broadcast(&net.filing(0, 1)).unwrap().code, 0);
    net.wait("the filing", || {
        history::place_of(&net, 2, &commitment(1)).is_some()
    });

    net.hold(2);
    // A block that was under way may still be decided.
    let stands = net.come_to_rest(&[0, 1]);
    let logged = [net.log_size(0), net.log_size(1)];
    assert_eq!(net.rpc(0).broadcast(&net.filing(0, 2)).unwrap().code, 0);
    std::thread::sleep(Duration::from_secs(8));
    let tops = [net.height(0), net.height(1)];
    assert_eq!(
        stands, tops,
        "blocks were decided by half of the authorities"
    );
    for node in [0, 1] {
        assert_eq!(history::place_of(&net, node, &commitment(2)), None);
        let grown = net.log_size(node) - logged[usize::from(node)];
        assert!(grown < NO_STORM, "node {node} wrote {grown} bytes");
    }
    // The client says that the ledger stands still, since when, and who is missing.
    net.wait("a client that says that nothing is decided", || {
        missing(&person.status()) == [2, 3] && person.state() == LedgerState::Paused
    });
    let (height, since) = (stands[0], person.status().ledger);
    let time = net.rpc(0).commit(height).unwrap().header.time.millis();
    assert_eq!(
        (since.height, since.time_ms),
        (height, i64::try_from(time).unwrap())
    );

    net.release(2);
    net.release(3);
    net.wait("the filing of the outage", || {
        (0..NODES).all(|node| history::place_of(&net, node, &commitment(2)).is_some())
    });
    let both: Vec<Acknowledged> = [1, 2]
        .iter()
        .map(|n| history::place_of(&net, 0, &commitment(*n)).unwrap())
        .collect();
    net.wait("a client that misses nobody again", || {
        missing(&person.status()).is_empty() && person.state() == LedgerState::UpToDate
    });
    let mut clients = followers.finish();
    clients.push(person.leave());
    history::check_all(&net, &both, &clients);
}

/// Authorities that a client shows as silent.
fn missing(status: &Status) -> Vec<usize> {
    (0..)
        .zip(&status.authorities)
        .filter(|(_, one)| !one.answering)
        .map(|(number, _)| number)
        .collect()
}

/// Processes of a node that are killed together. Where both are, nobody but the gateway's disk knows what it took.
const TOGETHER: [&[&str]; 3] = [&["cometbft", "toend"], &["cometbft"], &["toend"]];

#[test]
fn nothing_acknowledged_is_lost_when_processes_are_killed() {
    let Some(net) = Net::start_with(true, 7, None, half_keep_it_to_themselves) else {
        return;
    };
    let net = Arc::new(net);
    let kills: u32 = std::env::var("TOEND_KILLS").map_or(12, |n| n.parse().unwrap());
    let mut seed = std::env::var("TOEND_SEED").map_or_else(
        |_| u64::from(std::process::id()) << 20 | 1,
        |seed| seed.parse().unwrap(),
    );
    println!("seed {seed}");
    let followers = Followers::start(&net);
    let load = Load::start(&net, 10);
    let promises = Promises::start(&net);
    let (mut done, mut after_taken) = (0, 0_usize);
    // Each authority's program is application, register and gateway in one; an import is a program of its own.
    let mut drawn = BTreeMap::from([("toend", 0u32), ("cometbft", 0), ("import", 0)]);
    let mut turns = 0;
    while done < kills {
        turns += 1;
        assert!(
            turns < 100 + 10 * kills,
            "processes do not come back: {drawn:?}, {after_taken}"
        );
        // xorshift: which process, and how long until the next.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        std::thread::sleep(Duration::from_millis(200 + seed % 900));
        let node = (seed >> 40) as u16 % NODES;
        let together = TOGETHER[(seed >> 48) as usize % TOGETHER.len()];
        let import = drawn["import"] == 0 && done + 2 >= kills || (seed >> 33).is_multiple_of(32);
        let killed = if import {
            let after = Duration::from_millis(50 + (seed >> 24) % 900);
            importer::kill_one(&net, done, after);
            vec!["import"]
        } else if after_taken == 0 || (seed >> 32).is_multiple_of(2) {
            let (node, together) = match after_taken {
                0 => (SILENT[0], TOGETHER[0]),
                _ => (node, together),
            };
            let killed = promises.kill_after(node, together);
            after_taken += killed.len();
            killed
        } else {
            let running = together.iter().filter(|name| net.kill(node, name));
            running.copied().collect()
        };
        done += u32::try_from(killed.len()).unwrap();
        for process in killed {
            *drawn.get_mut(process).unwrap() += 1;
        }
    }
    println!("killed: {drawn:?}, {after_taken} of them just after a gateway's word");
    let all: Vec<u16> = (0..NODES).collect();
    net.go_on(&all, 3);
    let shown = load.finish();
    let promised = promises.finish();
    println!(
        "{} filings were shown in the state, and gateways answered for {}",
        shown.iter().map(Vec::len).sum::<usize>(),
        promised.len()
    );
    assert!(shown.iter().any(|sender| !sender.is_empty()) && !promised.is_empty());
    for sender in &shown {
        // Each was sent after the one before it was acknowledged.
        assert!(sender.is_sorted_by_key(|one| (one.height, one.place)));
    }
    let acknowledged = [shown.concat(), promised].concat();
    history::check_all(&net, &acknowledged, &followers.finish());
}

/// Nodes whose engines tell nobody what they were handed. One that is killed at once would not have come to it: there only
/// the gateway can bring back what was on its way.
const SILENT: [u16; 2] = [0, 1];

fn half_keep_it_to_themselves(network: &Path) {
    for node in SILENT {
        let home = folder_of(network, node).join(COMET_HOME);
        let path = home.join("config/config.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let silent = text.replace("[mempool]\n", "[mempool]\nbroadcast = false\n");
        assert_ne!(text, silent);
        std::fs::write(path, silent).unwrap();
    }
}
