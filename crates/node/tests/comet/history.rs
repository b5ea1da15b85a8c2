//! What must be true of any run, whatever happened in it.
//!
//! All nodes have the same blocks; what was acknowledged stands in the state of every node, where it was acknowledged;
//! every register's batches took effect once each, in the order of their numbers. [`check_all`] also looks at what light
//! clients accepted during the run, and at what the registers believe to have sealed.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::state::{FilingValue, Key, Reg, RegisterValue};
use toend_ledger::tx::Tx;

use crate::followers::{self, Accepted};
use crate::network::{NODES, Net};
use crate::registers;

/// A filing whose place in the state was shown to its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// What was filed.
    pub f: Hash,
    /// Height of its block.
    pub height: u64,
    /// Place in the block.
    pub place: u32,
}

/// The filing's place in a node's newest provable state; none where the node says that it is not there. A node that does
/// not answer is asked again, and one that goes on saying nothing fails the test.
pub fn place_of(net: &Net, node: u16, f: &Hash) -> Option<Acknowledged> {
    Some(placed(f, &state(net, node, &Key::Filing(*f))?))
}

/// The filing's place as far as it can be seen now: none also where the node does not answer. For whoever asks again.
pub fn seen(net: &Net, node: u16, f: &Hash) -> Option<Acknowledged> {
    Some(placed(f, &state_at(net, node, &Key::Filing(*f), 0)?))
}

fn placed(f: &Hash, bytes: &[u8]) -> Acknowledged {
    let value = FilingValue::decode(bytes).unwrap();
    Acknowledged {
        f: *f,
        height: value.at.height,
        place: value.place,
    }
}

/// The bytes under a key in a node's newest provable state, asked until the node answers.
pub fn state(net: &Net, node: u16, key: &Key) -> Option<Vec<u8>> {
    answered(net, node, || asked(net, node, key, 0))
}

/// What stands under a key after a block, in the newest provable state for height 0; none also where the node does not
/// answer.
pub fn state_at(net: &Net, node: u16, key: &Key, height: u64) -> Option<Vec<u8>> {
    asked(net, node, key, height)?
}

/// Outer none: no answer.
#[allow(clippy::option_option, reason = "no answer, and nothing there")]
fn asked(net: &Net, node: u16, key: &Key, height: u64) -> Option<Option<Vec<u8>>> {
    let params = json!({
        "path": "/state", "data": hex::encode(key.encode()), "height": height.to_string(), "prove": false,
    });
    value_in(&net.call(node, "abci_query", &params)?)
}

/// Asks a node again until it answers.
fn answered<T>(net: &Net, node: u16, ask: impl Fn() -> Option<T>) -> T {
    let mut answer = None;
    net.wait(&format!("an answer of node {node}"), || {
        answer = ask();
        answer.is_some()
    });
    answer.unwrap()
}

/// The value in an answer of `abci_query`, inner none where there is none; none where the question was refused.
#[allow(clippy::option_option, reason = "refused, and without a value")]
pub fn value_in(answer: &Value) -> Option<Option<Vec<u8>>> {
    let answer = answer.get("response")?;
    if answer.get("code").and_then(Value::as_u64).unwrap_or(0) != 0 {
        return None;
    }
    let Some(value) = answer.get("value").and_then(Value::as_str) else {
        return Some(None);
    };
    let value = STANDARD.decode(value).ok()?;
    Some((!value.is_empty()).then_some(value))
}

/// Checks everything after a run: the history, that no two clients believed different things, that every receipt they
/// were shown holds, and that every register finds what it sealed.
pub fn check_all(net: &Net, acknowledged: &[Acknowledged], clients: &[Accepted]) {
    let receipts = followers::agree(net, clients);
    check(net, &[acknowledged, &receipts].concat());
    registers::check(net);
}

/// Checks the whole history up to a height that all nodes have reached.
pub fn check(net: &Net, acknowledged: &[Acknowledged]) {
    let nodes: Vec<u16> = (0..NODES).collect();
    net.go_on(&nodes, 3);
    let common = nodes.iter().map(|node| net.height(*node)).min().unwrap() - 1;

    let mut batches: BTreeMap<u16, u64> = BTreeMap::new();
    let mut first_seen: BTreeMap<Hash, (u64, u32)> = BTreeMap::new();
    let firsts: Vec<u64> = nodes
        .iter()
        .map(|node| answered(net, *node, || net.rpc(*node).status().ok()).earliest)
        .collect();
    for height in 1..=common {
        // The header holds the state's root, the results of the last block and the hashes of the transactions.
        let hashes: BTreeSet<Hash> = nodes
            .iter()
            .zip(&firsts)
            .filter(|(_, first)| **first <= height)
            .map(|(node, _)| answered(net, *node, || net.rpc(*node).header_hash(height).ok()))
            .collect();
        assert_eq!(hashes.len(), 1, "the nodes differ at height {height}");
        let txs = answered(net, 0, || net.rpc(0).block_txs(height).ok());
        if txs.is_empty() {
            continue;
        }
        let codes = codes(net, height);
        assert_eq!(codes.len(), txs.len());
        for (place, (tx, code)) in (0u32..).zip(txs.iter().zip(codes)) {
            match Tx::decode(tx).unwrap() {
                Tx::Batch(batch) if code == 0 => {
                    let last = batches.entry(batch.reg.0).or_insert(0);
                    assert_eq!(
                        batch.number,
                        *last + 1,
                        "register {} at {height}",
                        batch.reg
                    );
                    *last = batch.number;
                }
                Tx::Filing(filing) if code == 0 => {
                    first_seen.entry(filing.f).or_insert((height, place));
                }
                _ => {}
            }
        }
    }
    for one in acknowledged {
        assert_eq!(
            first_seen.get(&one.f),
            Some(&(one.height, one.place)),
            "an acknowledged filing is not where it was"
        );
        for node in &nodes {
            assert_eq!(place_of(net, *node, &one.f), Some(*one), "node {node}");
        }
    }
    for (reg, last) in batches {
        for node in &nodes {
            let bytes = state(net, *node, &Key::Register(Reg(reg))).unwrap();
            let next = RegisterValue::decode(&bytes).unwrap().next_batch;
            // The state may be some blocks further than those that were read.
            assert!(
                next > last,
                "node {node}, register {reg}: {next} after {last}"
            );
        }
    }
}

/// Result codes of a block's transactions.
fn codes(net: &Net, height: u64) -> Vec<u64> {
    let params = json!({ "height": height.to_string() });
    let answer = answered(net, 0, || net.call(0, "block_results", &params));
    let results = answer.pointer("/txs_results").unwrap();
    results
        .as_array()
        .unwrap()
        .iter()
        .map(|result| result.get("code").and_then(Value::as_u64).unwrap_or(0))
        .collect()
}

/// The hash under which the engine knows a transaction.
pub fn tx_hash(tx: &[u8]) -> Hash {
    sha256(&[tx])
}
