//! Authorities that stop, and processes that are killed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use toend_client::dto::{LedgerState, Status};

use crate::followers::Followers;
use crate::history::{self, Acknowledged};
use crate::importer;
use crate::load::Load;
use crate::network::{NODES, Net, commitment};
use crate::partitions::AHEAD;
use crate::people::Person;

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

#[test]
fn nothing_acknowledged_is_lost_when_processes_are_killed() {
    let Some(net) = Net::start(true, 7) else {
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
    let mut done = 0;
    // Each authority's program is application, register and gateway in one; an import is a program of its own.
    let mut drawn = BTreeMap::from([("toend", 0u32), ("cometbft", 0), ("import", 0)]);
    while done < kills {
        // xorshift: which process, and how long until the next.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        std::thread::sleep(Duration::from_millis(200 + seed % 900));
        let process = match seed >> 32 & 31 {
            _ if drawn["import"] == 0 && done + 1 == kills => "import",
            0 => "import",
            other if other % 2 == 0 => "toend",
            _ => "cometbft",
        };
        let killed = if process == "import" {
            let after = Duration::from_millis(50 + (seed >> 24) % 900);
            importer::kill_one(&net, done, after);
            true
        } else {
            net.kill((seed >> 40) as u16 % NODES, process)
        };
        done += u32::from(killed);
        *drawn.get_mut(process).unwrap() += u32::from(killed);
    }
    println!("killed: {drawn:?}");
    let all: Vec<u16> = (0..NODES).collect();
    net.go_on(&all, 3);
    let shown = load.finish();
    let acknowledged: usize = shown.iter().map(Vec::len).sum();
    println!("{acknowledged} filings were acknowledged");
    assert!(acknowledged > 0);
    for sender in &shown {
        // Each was sent after the one before it was acknowledged.
        assert!(sender.is_sorted_by_key(|one| (one.height, one.place)));
    }
    history::check_all(&net, &shown.concat(), &followers.finish());
}
