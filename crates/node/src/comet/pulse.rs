//! Whether CometBFT still takes part in deciding blocks.
//!
//! When CometBFT cannot go on, for example because its disk is full or a block's time lies ahead of its clock, it writes
//! `CONSENSUS FAILURE` into its log and decides nothing any more; its process and its RPC stay. Nobody who looks at
//! processes sees that, and it does not begin again when the reason is gone.

use std::time::Duration;

use serde_json::{Value, json};

use super::rpc::CometRpc;

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(5);
/// So many looks in a row at an unmoved node whose peers are ahead, and it has ended.
const LOOKS: u32 = 5;

/// Where a node and its peers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pulse {
    height: u64,
    /// More than half of its peers, at least two, have decided the block that this node is at, and the next one.
    left_behind: bool,
}

/// Returns when the node has stood still for half a minute while most of its peers went on.
pub async fn ended(rpc: CometRpc) {
    let mut last = None;
    let mut unmoved = 0;
    loop {
        tokio::time::sleep(LOOK).await;
        let asked = rpc.clone();
        let now = tokio::task::spawn_blocking(move || pulse(&asked)).await;
        let now = now.ok().flatten();
        let still = now.is_some_and(|now| now.left_behind) && now == last;
        unmoved = if still { unmoved + 1 } else { 0 };
        if unmoved >= LOOKS {
            return;
        }
        last = now;
    }
}

/// None while it does not answer, or fetches blocks instead of deciding them.
fn pulse(rpc: &CometRpc) -> Option<Pulse> {
    if rpc.status().ok()?.catching_up {
        return None;
    }
    read(&rpc.call("dump_consensus_state", &json!({})).ok()?)
}

fn read(answer: &Value) -> Option<Pulse> {
    let height =
        |at: &Value, path: &str| -> Option<u64> { at.pointer(path)?.as_str()?.parse().ok() };
    let own = height(answer, "/round_state/height")?;
    let peers = answer.get("peers")?.as_array()?;
    let ahead = peers.iter().filter(|peer| {
        height(peer, "/peer_state/round_state/height")
            .is_some_and(|theirs| theirs > own.saturating_add(1))
    });
    let ahead = ahead.count();
    Some(Pulse {
        height: own,
        left_behind: ahead >= 2 && ahead * 2 > peers.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(own: &str, peers: &[&str]) -> Value {
        let peers: Vec<Value> = peers
            .iter()
            .map(|height| json!({ "peer_state": { "round_state": { "height": height } } }))
            .collect();
        json!({ "round_state": { "height": own }, "peers": peers })
    }

    #[test]
    fn one_peer_that_claims_much_moves_nobody() {
        for (peers, left_behind) in [
            (&["9", "9", "5"][..], true),
            (&["9", "9"], true),
            (&["9", "5", "5"], false),
            (&["9"], false),
            (&["6", "6", "6"], false),
            (&["9", "9", "5", "5"], false),
            (&["x", "", "9"], false),
            (&[], false),
        ] {
            let read = read(&answer("5", peers));
            let expected = Pulse {
                height: 5,
                left_behind,
            };
            assert_eq!(read, Some(expected), "{peers:?}");
        }
        assert_eq!(read(&json!({ "round_state": {} })), None);
        assert_eq!(read(&json!([])), None);
    }
}
