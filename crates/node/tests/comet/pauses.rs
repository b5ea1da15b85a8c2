//! Processes that stand still and go on as if nothing had been, and computers whose clocks are wrong.

use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use toend_client::dto::{ClockState, LedgerState};
use toend_ledger::cometbft::Time;

use crate::clocks;
use crate::followers::Followers;
use crate::history::{self, Acknowledged};
use crate::load::Load;
use crate::network::{NODES, Net};
use crate::partitions::finish;
use crate::people::Person;

/// Longer than the authority's program waits for its CometBFT (10 s).
const LONG: Duration = Duration::from_secs(11);
/// Longer than CometBFT waits for a proposal and for votes.
const SHORT: Duration = Duration::from_secs(4);
/// How wrong a clock is, in seconds.
const HOUR: i32 = 3_600;

#[test]
fn what_stood_still_and_who_has_a_wrong_clock_disturb_nobody() {
    let Some(net) = Net::start(true, 0) else {
        return;
    };
    let net = Arc::new(net);
    let followers = Followers::start(&net);
    let person = Person::arrive(&net, "person", &[0, 1, 2, 3], Duration::ZERO);

    let mut filed = pauses(&net);
    filed.extend(wrong_clocks(&net, &person));

    let mut clients = followers.finish();
    clients.push(person.leave());
    history::check_all(&net, &filed, &clients);
}

/// CometBFT, the application, and both stand still for longer than others wait, and go on.
fn pauses(net: &Arc<Net>) -> Vec<Acknowledged> {
    let load = Load::start(net, 100);
    for (node, processes, pause) in [
        (3, &["cometbft"][..], LONG),
        (1, &["toend"], SHORT),
        (0, &["toend", "cometbft"], SHORT),
    ] {
        for process in processes {
            assert!(net.signal(node, process, Signal::STOP));
        }
        std::thread::sleep(pause);
        let others: Vec<u16> = (0..NODES).filter(|other| *other != node).collect();
        net.go_on(&others, 5);
        for process in processes {
            assert!(net.signal(node, process, Signal::CONT));
        }
        let ahead = net.height(others[0]);
        net.wait("the one that stood still", || net.height(node) >= ahead);
    }
    finish(net, load)
}

/// Authority 1 is an hour ahead, authority 2 an hour behind, CometBFT and our program alike.
fn wrong_clocks(net: &Arc<Net>, person: &Person) -> Vec<Acknowledged> {
    if !clocks::CAN_BE_WRONG {
        println!("left out: clocks cannot be set wrong on this kind of processor");
        return Vec::new();
    }
    let load = Load::start(net, 200);
    for (node, seconds) in [(1, HOUR), (2, -HOUR)] {
        net.hold(node);
        net.release(node);
        for process in ["toend", "cometbft"] {
            net.wait("the process", || net.process(node, process).is_some());
            clocks::set_wrong(net.process(node, process).unwrap(), seconds);
        }
        let ahead = net.height(0);
        net.wait("the one with another clock", || net.height(node) >= ahead);
    }
    let proof = |height: u64| votes(net, height);
    let keys: Vec<[u8; 20]> = net
        .network_file()
        .authorities
        .iter()
        .map(|one| toend_ledger::cometbft::address_of(&one.validator_pub_key))
        .collect();
    // The clocks really are wrong: it stands in the votes. A vote is never older than the block it is for, so one that is
    // behind votes a millisecond after the block's time.
    let (mut fast, mut slow) = (false, false);
    let mut height = net.height(0);
    net.wait("votes with wrong times", || {
        if net.height(0) <= height {
            return false;
        }
        let block = net.rpc(0).commit(height).unwrap().header.time.millis();
        let now = Time::from_millis(block).unwrap().millis();
        for (address, at) in proof(height) {
            fast |= address == keys[1] && at > now + 3_000_000;
            slow |= address == keys[2] && at == now + 1;
            let right = address == keys[0] || address == keys[3];
            assert!(!right || at < now + 1_800_000, "a right clock's vote");
        }
        height += 1;
        fast && slow
    });
    // The ledger's time is a median: it stays with the right clocks, and so does whoever reads it.
    let now = || std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    for height in height - 2..height {
        let time = net.rpc(0).commit(height).unwrap().header.time.millis();
        let off = now().abs_diff(u128::from(time));
        assert!(off < 1_800_000, "the ledger's time is off by {off} ms");
    }
    net.wait("a gateway's word about its clock", || {
        person.status().clock_offset_ms.is_some()
    });
    net.go_on(&[0, 1, 2, 3], 5);
    net.wait("a right clock and a current ledger", || {
        let status = person.status();
        status.clock == ClockState::Right && status.ledger.state == LedgerState::UpToDate
    });
    finish(net, load)
}

/// Who voted for a block, and what time each wrote into its vote, in milliseconds.
fn votes(net: &Net, height: u64) -> Vec<([u8; 20], u64)> {
    let Some(answer) = net.call(0, "commit", &json!({ "height": height.to_string() })) else {
        return Vec::new();
    };
    let signatures = answer.pointer("/signed_header/commit/signatures");
    let signatures = signatures.and_then(|all| all.as_array()).unwrap();
    signatures
        .iter()
        .filter_map(|one| {
            let address = hex::decode(one["validator_address"].as_str()?).ok()?;
            let at: tendermint::Time = one["timestamp"].as_str()?.parse().ok()?;
            let at = at.unix_timestamp_nanos() / 1_000_000;
            Some((address.try_into().ok()?, u64::try_from(at).ok()?))
        })
        .collect()
}
