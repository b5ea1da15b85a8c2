//! Blocks of a real CometBFT 0.38 node: our encoding must split into the parts it named.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use toend_ledger::cometbft::{Commit, Encode as _, Header};
use toend_node::consensus::block::{Block, part_set, txs_of};

fn read(name: &str) -> Option<Value> {
    let folder = common::vectors("cometbft-rpc-v0.38")?;
    Some(serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap())
}

/// Rebuilds the block from its JSON.
fn rebuild(block: &Value) -> Block {
    let header: Header = serde_json::from_value(block["header"].clone()).unwrap();
    let txs = block["data"]["txs"].as_array().unwrap();
    let txs = txs
        .iter()
        .map(|tx| STANDARD.decode(tx.as_str().unwrap()).unwrap())
        .collect();
    let last_commit = if block["last_commit"]["height"] == "0" {
        None
    } else {
        Some(serde_json::from_value::<Commit>(block["last_commit"].clone()).unwrap())
    };
    Block {
        header,
        txs,
        last_commit,
    }
}

fn check(answer: &Value) -> usize {
    let block = rebuild(&answer["block"]);
    let encoded = block.encode();
    let id = block.id_of(&encoded);
    assert_eq!(hex::encode_upper(id.hash), answer["block_id"]["hash"]);
    assert_eq!(
        hex::encode_upper(id.parts.hash),
        answer["block_id"]["parts"]["hash"]
    );
    assert_eq!(id.parts.total, answer["block_id"]["parts"]["total"]);
    assert_eq!(Some(block.data_hash()), block.header.data_hash);
    let empty = toend_ledger::merkle::EMPTY_ROOT;
    assert_eq!(
        Some(block.last_commit.as_ref().map_or(empty, Commit::hash)),
        block.header.last_commit_hash
    );
    assert_eq!(txs_of(&encoded).unwrap(), block.txs);
    encoded.len()
}

#[test]
fn part_sets_of_real_blocks_are_recomputed() {
    for name in [
        "block_at_height_1.json",
        "block_at_height_10.json",
        "block_by_hash.json",
    ] {
        let Some(answer) = read(name) else { return };
        check(&answer["result"]);
    }
}

#[test]
fn part_sets_of_a_chain_of_real_blocks_are_recomputed() {
    let Some(answer) = read("block_search.json") else {
        return;
    };
    let blocks = answer["result"]["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 45);
    for block in blocks {
        check(block);
    }
}

/// The recorded blocks are empty; tendermint-proto says how transactions are encoded, also over several parts.
#[test]
fn blocks_with_transactions_are_encoded_as_tendermint_proto_does() {
    use tendermint_proto::Protobuf;
    let Some(answer) = read("block_at_height_10.json") else {
        return;
    };
    let empty = rebuild(&answer["result"]["block"]);
    let theirs: tendermint::Block =
        serde_json::from_value(answer["result"]["block"].clone()).unwrap();
    for (sizes, parts) in [
        (vec![0, 1, 127, 128], 1),
        (vec![16_384, 70_000], 2),
        (vec![200_000], 4),
    ] {
        let txs: Vec<Vec<u8>> = sizes.iter().map(|size| vec![7u8; *size]).collect();
        let ours = Block {
            txs: txs.clone(),
            ..empty.clone()
        };
        let theirs = tendermint::Block::new(
            theirs.header.clone(),
            txs.clone(),
            theirs.evidence.clone(),
            theirs.last_commit.clone(),
        );
        let theirs = Protobuf::<tendermint_proto::v0_38::types::Block>::encode_vec(theirs);
        assert_eq!(ours.encode(), theirs);
        assert_eq!(txs_of(&theirs).unwrap(), txs);
        assert_eq!(part_set(&theirs).total, parts);
    }
    for cut in 0..60 {
        // Cut inside header and data, where the transactions cannot be read any more.
        assert_eq!(txs_of(&empty.encode()[..cut]), None, "{cut}");
    }
}

/// The size CometBFT states is the length of the encoding.
#[test]
fn the_size_of_a_real_block_is_the_length_of_its_encoding() {
    let Some(list) = read("blockchain_from_1_to_10.json") else {
        return;
    };
    let Some(block) = read("block_at_height_10.json") else {
        return;
    };
    let meta = list["result"]["block_metas"].as_array().unwrap();
    let meta = meta
        .iter()
        .find(|meta| meta["header"]["height"] == "10")
        .unwrap();
    assert_eq!(check(&block["result"]).to_string(), meta["block_size"]);
}

/// `last_block_id` of each header is the id of the block below: headers alone chain up.
#[test]
fn real_headers_hash_and_chain() {
    let Some(list) = read("blockchain_from_1_to_10.json") else {
        return;
    };
    let metas = list["result"]["block_metas"].as_array().unwrap();
    let mut above: Option<Header> = None;
    for meta in metas {
        let header: Header = serde_json::from_value(meta["header"].clone()).unwrap();
        assert_eq!(hex::encode_upper(header.hash()), meta["block_id"]["hash"]);
        if let Some(above) = above {
            assert_eq!(above.last_block_id.unwrap().hash, header.hash());
        }
        assert!(!header.encode().is_empty());
        above = Some(header);
    }
}
