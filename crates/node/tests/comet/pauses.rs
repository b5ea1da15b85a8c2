//! Processes that stand still and go on as if nothing had been, and computers whose clocks are wrong.

use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use toend_client::dto::{ClockState, LedgerState};

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
/// Less than CometBFT forgives.
const HALF_A_MINUTE: i32 = 30;

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
    let load = Load::start(net, 10_000);
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

/// Authority 1 is an hour ahead, authority 2 half a minute behind and then an hour, CometBFT and our program alike.
fn wrong_clocks(net: &Arc<Net>, person: &Person) -> Vec<Acknowledged> {
    if let Some(reason) = clocks::obstacle() {
        println!("left out: no process can be given a wrong clock here: {reason}");
        return Vec::new();
    }
    let load = Load::start(net, 20_000);
    restart(net, 1, HOUR);
    restart(net, 2, -HALF_A_MINUTE);
    wrong_votes_count(net);
    net.wait("a right clock and a current ledger", || {
        let status = person.status();
        status.clock_offset_ms.is_some()
            && status.clock == ClockState::Right
            && status.ledger.state == LedgerState::UpToDate
    });
    restart(net, 1, 0);

    // CometBFT believes no block that is more than a minute ahead of its clock: an authority that is far behind is as good
    // as stopped, until its clock is right. The others go on.
    let before = net.log(2, "cometbft", 0).len();
    begin(net, &[(2, -HOUR)]);
    net.wait("CometBFT's word about its clock", || {
        let said = net.log(2, "cometbft", before);
        said.contains("is too far in the future")
    });
    net.go_on(&[0, 1, 3], 5);

    // One far ahead and one far behind, begun together: nothing is decided until the one that is ahead is back, and then
    // three go on.
    begin(net, &[(1, HOUR), (2, -HOUR)]);
    net.go_on(&[0, 1, 3], 5);
    restart(net, 1, 0);
    restart(net, 2, 0);
    finish(net, load)
}

/// Starts an authority again by a clock that is so many seconds wrong, and waits until it follows.
fn restart(net: &Net, node: u16, seconds: i32) {
    begin(net, &[(node, seconds)]);
    let ahead = net.height(0);
    net.wait("the one with another clock", || net.height(node) >= ahead);
}

/// Starts authorities again together, each by a clock of its own.
fn begin(net: &Net, wrong: &[(u16, i32)]) {
    for (node, _) in wrong {
        net.hold(*node);
    }
    for (node, _) in wrong {
        net.release(*node);
    }
    for (node, seconds) in wrong {
        for process in ["toend", "cometbft"] {
            net.wait("the process", || net.process(*node, process).is_some());
            if *seconds != 0 {
                clocks::set_wrong(net.process(*node, process).unwrap(), *seconds);
            }
        }
    }
}

/// The clocks really are wrong: it stands in the votes. The ledger's time is a median and stays right.
fn wrong_votes_count(net: &Net) {
    let keys: Vec<[u8; 20]> = net
        .network_file()
        .authorities
        .iter()
        .map(|one| toend_ledger::cometbft::address_of(&one.validator_pub_key))
        .collect();
    let (mut fast, mut slow) = (false, false);
    let mut height = net.height(0);
    net.wait("votes with wrong times", || {
        if net.height(0) <= height {
            return false;
        }
        let block = net.rpc(0).commit(height).unwrap().header.time.millis();
        for (address, at) in votes(net, height) {
            fast |= address == keys[1] && at > block + 3_000_000;
            // A vote is never older than the block it is for: one that is behind votes a millisecond after it.
            slow |= address == keys[2] && at == block + 1;
            let right = address == keys[0] || address == keys[3];
            assert!(!right || at < block + 1_800_000, "a right clock's vote");
        }
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let off = now.abs_diff(u128::from(block));
        assert!(off < 1_800_000, "the ledger's time is off by {off} ms");
        height += 1;
        fast && slow
    });
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
