//! Authorities that cannot hear each other: halves, one alone, lines that fail here and there, and bad lines.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use toend_client::dto::LedgerState;

use crate::followers::Followers;
use crate::history::{self, Acknowledged};
use crate::load::Load;
use crate::namespace::inside;
use crate::network::{NODES, Net, commitment};
use crate::people::Person;
use crate::wires::Wires;

/// So much is a client's clock ahead that a ledger which stands still for some seconds is old to it (after a minute), and
/// yet the clock is right (up to a minute of difference).
pub const AHEAD: Duration = Duration::from_secs(52);
/// How long halves are watched doing nothing.
const STANDSTILL: Duration = Duration::from_secs(4);

#[test]
fn whatever_line_is_cut_nothing_is_lost_and_no_two_histories_arise() {
    if !inside(concat!(
        module_path!(),
        "::whatever_line_is_cut_nothing_is_lost_and_no_two_histories_arise"
    )) {
        return;
    }
    let Some(net) = Net::start_with(true, 0, Some(Wires::lay()), |_| {}) else {
        return;
    };
    let net = Arc::new(net);
    let followers = Followers::start(&net);
    let everybody = Person::arrive(&net, "everybody", &[0, 1, 2, 3], Duration::ZERO);

    let mut filed = halves(&net, &followers);
    let lagging = one_alone(&net, &everybody);
    filed.extend(lines_fail_here_and_there(&net));
    filed.extend(bad_lines(&net));

    let mut clients = followers.finish();
    clients.extend([everybody.leave(), lagging.leave()]);
    history::check_all(&net, &filed, &clients);
}

/// Two and two: neither half decides anything, nothing is shown as received.
fn halves(net: &Net, followers: &Followers) -> Vec<Acknowledged> {
    let place = |node, n| history::place_of(net, node, &commitment(n));
    net.wires().part(&[0, 1], &[2, 3]);
    // What was under way may still be decided.
    let stands = net.come_to_rest(&[0, 1, 2, 3]);
    for (node, n) in [(0, 1), (3, 2)] {
        followers.watch(commitment(n));
        let taken = net.rpc(node).broadcast(&net.filing(node, n)).unwrap();
        assert_eq!(taken.code, 0, "{taken:?}");
    }
    std::thread::sleep(STANDSTILL);
    for node in 0..NODES {
        assert_eq!(net.height(node), stands[usize::from(node)], "node {node}");
        assert_eq!((place(node, 1), place(node, 2)), (None, None));
    }
    net.wires().heal();
    net.wait("the filings of both halves", || {
        (0..NODES).all(|node| place(node, 1).is_some() && place(node, 2).is_some())
    });
    [1, 2].iter().filter_map(|n| place(0, *n)).collect()
}

/// Three and one: the three go on; the one knows and says that it is behind, and so does whoever asks it alone.
fn one_alone(net: &Net, everybody: &Person) -> Person {
    let lagging = Person::arrive(net, "lagging", &[3], AHEAD);
    net.wait("a current ledger", || {
        lagging.state() == LedgerState::UpToDate
    });
    net.wires().part(&[0, 1, 2], &[3]);
    let stands = net.come_to_rest(&[3])[0];
    net.go_on(&[0, 1, 2], 10);
    assert_eq!(net.height(3), stands);

    let shown = |node| height_of(&health(net, node));
    assert_eq!(shown(3), stands, "the gateway of the one that is behind");
    net.wait("a gateway of the three", || shown(0) > stands);
    net.wait("a client that says its ledger is old", || {
        lagging.state() == LedgerState::Stale
    });
    let status = lagging.status();
    assert_eq!(status.ledger.height, stands);
    assert!(status.now_ms - status.ledger.time_ms > 60_000);
    // Whoever asks all of them is told of the newest, and that one does not sign.
    net.wait("a client that follows the three", || {
        let status = everybody.status();
        let missing = status.authorities.iter().filter(|authority| {
            authority.recent.last() == Some(&false) && authority.signed_last_ms.is_some()
        });
        let missing: Vec<&str> = missing.map(|authority| authority.id.as_str()).collect();
        status.ledger.state == LedgerState::UpToDate
            && status.ledger.height > stands
            && missing == [status.authorities[3].id.as_str()]
    });

    net.wires().heal();
    let ahead = net.height(0);
    net.wait("the one that was behind", || net.height(3) >= ahead);
    net.wait("a current ledger again", || {
        lagging.state() == LedgerState::UpToDate
    });
    lagging
}

/// Lines fail here and there under load, often in one direction only.
fn lines_fail_here_and_there(net: &Arc<Net>) -> Vec<Acknowledged> {
    let cuts: u32 = std::env::var("TOEND_CUTS").map_or(10, |n| n.parse().unwrap());
    let mut seed = u64::from(std::process::id()) << 20 | 1;
    if let Ok(chosen) = std::env::var("TOEND_SEED") {
        seed = chosen.parse().unwrap();
    }
    println!("seed {seed}");
    let load = Load::start(net, 10_000);
    for _ in 0..cuts {
        // xorshift: which line, in which directions, and how long until the next.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let (a, b) = ((seed >> 40) as u16 % NODES, (seed >> 44) as u16 % NODES);
        match seed >> 32 & 3 {
            _ if a == b => {}
            0 => net.wires().cut(a, b),
            1 => net.wires().part(&[a], &[b]),
            2 => {
                net.wires().mend(a, b);
                net.wires().mend(b, a);
            }
            // One that nobody hears any more, until its lines are mended.
            _ => (0..NODES)
                .filter(|other| *other != a)
                .for_each(|other| net.wires().cut(a, other)),
        }
        std::thread::sleep(Duration::from_millis(200 + seed % 700));
    }
    net.wires().heal();
    finish(net, load)
}

/// Late, lossy or narrow lines: slower, and otherwise as always.
fn bad_lines(net: &Arc<Net>) -> Vec<Acknowledged> {
    let Some(how) = net.wires().worsen() else {
        println!("left out: this kernel can make lines neither lossy nor narrow");
        return Vec::new();
    };
    let load = Load::start(net, 20_000);
    net.go_on(&[0, 1, 2, 3], 6);
    println!("{how}: {} packets lost", net.wires().dropped());
    net.wires().better();
    finish(net, load)
}

/// Waits until all go on, and ends the load.
pub fn finish(net: &Net, load: Load) -> Vec<Acknowledged> {
    let all: Vec<u16> = (0..NODES).collect();
    net.go_on(&all, 5);
    let shown = load.finish();
    for sender in &shown {
        // Each was sent after the one before it was acknowledged.
        assert!(sender.is_sorted_by_key(|one| (one.height, one.place)));
    }
    let shown = shown.concat();
    println!("{} filings were acknowledged", shown.len());
    assert!(!shown.is_empty());
    shown
}

/// What a gateway says about itself.
fn health(net: &Net, node: u16) -> Value {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("{}/v1/health", net.gateway_url(node));
    runtime.block_on(async {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        http.get(url).send().await.unwrap().json().await.unwrap()
    })
}

fn height_of(health: &Value) -> u64 {
    health["height"].as_str().unwrap().parse().unwrap()
}
