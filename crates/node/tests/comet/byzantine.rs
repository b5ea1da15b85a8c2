//! Validators that sign what they must not: the engine finds out, the ledger keeps it, people see it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use toend_client::dto::{FaultSort, Offices};
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::cometbft::{BlockId, PartSetHeader, VoteKind, sign_bytes};
use toend_ledger::hash::sha256;
use toend_ledger::state::{FaultKind, FaultValue, Key};
use toend_node::testnet::{COMET_HOME, folder_of};

use crate::history;
use crate::network::{NODES, Net, PATIENCE};

/// Whose key is misused.
const CULPRIT: u16 = 3;

/// The key with which a node's CometBFT votes.
pub fn consensus_key(net: &Net, node: u16) -> SigningKey {
    let path = folder_of(&net.path(), node)
        .join(COMET_HOME)
        .join("config")
        .join("priv_validator_key.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let secret = STANDARD
        .decode(file["priv_key"]["value"].as_str().unwrap())
        .unwrap();
    SigningKey::from_bytes(secret[..32].try_into().unwrap())
}

/// A block that the culprit signed, and its place in the commit.
fn signed_block(net: &Net) -> (u64, usize) {
    let address =
        toend_ledger::cometbft::address_of(&consensus_key(net, CULPRIT).verifying_key().to_bytes());
    let mut found = None;
    net.wait("a block that the culprit signed", || {
        let height = net.height(0).saturating_sub(1);
        let place = net.rpc(0).commit(height).ok().and_then(|signed| {
            let votes = signed.commit.signatures;
            votes
                .iter()
                .position(|vote| vote.address == address && vote.signature != [0; 64])
                .filter(|place| votes[*place].flag == toend_ledger::cometbft::BlockIdFlag::Commit)
        });
        found = place.map(|place| (height, place));
        found.is_some()
    });
    found.unwrap()
}

/// The vote that stands in the block's commit and another one of the same height, round and step, both signed by the culprit.
fn double_sign(net: &Net, height: u64, place: usize) -> Value {
    let key = consensus_key(net, CULPRIT);
    let signed = net.rpc(0).commit(height).unwrap();
    let (header, commit) = (signed.header, signed.commit);
    let honest = commit.signatures[place];
    let other = BlockId {
        hash: sha256(&[b"another block"]),
        parts: PartSetHeader {
            total: 1,
            hash: sha256(&[b"another part"]),
        },
    };
    let bytes = sign_bytes(
        VoteKind::Precommit,
        &header.chain_id,
        height,
        commit.round,
        Some(&other),
        honest.time,
    );
    let vote = |id: &BlockId, signature: [u8; 64]| {
        json!({
            "type": 2, "height": height.to_string(), "round": commit.round,
            "block_id": {
                "hash": hex::encode_upper(id.hash),
                "parts": { "total": id.parts.total, "hash": hex::encode_upper(id.parts.hash) },
            },
            "timestamp": honest.time.to_string(),
            "validator_address": hex::encode_upper(honest.address), "validator_index": place,
            "signature": STANDARD.encode(signature),
        })
    };
    let decided = commit.block_id.unwrap();
    let mut votes = [
        (decided, vote(&decided, honest.signature)),
        (other, vote(&other, key.sign(&bytes).to_bytes())),
    ];
    // The engine wants them in the order of their blocks.
    votes.sort_by_key(|(id, _)| id.hash);
    json!({ "type": "tendermint/DuplicateVoteEvidence", "value": {
        "vote_a": votes[0].1, "vote_b": votes[1].1,
        "TotalVotingPower": "40", "ValidatorPower": "10", "Timestamp": header.time.to_string(),
    }})
}

/// What a node's state says about an authority's validator.
pub fn fault(net: &Net, node: u16, authority: u16) -> Option<FaultValue> {
    let bytes = history::state(net, node, &Key::Fault(authority))?;
    Some(FaultValue::decode(&bytes).unwrap())
}

#[test]
fn who_signs_twice_is_written_down_and_shown_to_everybody() {
    let Some(net) = Net::start(false, 0) else {
        return;
    };
    net.go_on(&[0, 1, 2, 3], 3);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(client(&net));
    let before = runtime.block_on(asked(&client));
    assert!(before.authorities.iter().all(|one| one.fault.is_none()));

    let (height, place) = signed_block(&net);
    // Somebody who invents evidence is not believed.
    let mut invented = double_sign(&net, height, place);
    invented["value"]["vote_b"]["signature"] = json!(STANDARD.encode([7; 64]));
    assert!(
        net.call(0, "broadcast_evidence", &json!({ "evidence": invented }))
            .is_none()
    );
    let evidence = json!({ "evidence": double_sign(&net, height, place) });
    let answer = net.rpc(0).call("broadcast_evidence", &evidence).unwrap();
    assert!(answer["hash"].is_string(), "{answer}");
    net.wait("the evidence in every state", || {
        (0..NODES).all(|node| fault(&net, node, CULPRIT).is_some())
    });
    let found = fault(&net, 0, CULPRIT).unwrap();
    assert_eq!((found.count, found.first), (1, found.last));
    assert_eq!(
        (found.first.kind, found.first.height),
        (FaultKind::DuplicateVote, height)
    );
    let block = net
        .call(
            1,
            "block",
            &json!({ "height": found.first.at.height.to_string() }),
        )
        .unwrap();
    let in_block = block["block"]["evidence"]["evidence"].as_array().unwrap();
    assert_eq!(in_block.len(), 1, "the evidence stands in that block");

    // An application that is killed goes on from a state that holds the evidence, and agrees with the others.
    for node in [0, 2] {
        net.kill(node, "toend");
    }
    net.go_on(&[0, 1, 2, 3], 3);
    for node in 0..NODES {
        assert_eq!(fault(&net, node, CULPRIT), Some(found), "node {node}");
        for innocent in 0..CULPRIT {
            assert_eq!(fault(&net, node, innocent), None, "node {node}");
        }
    }

    let after = runtime.block_on(asked(&client));
    for office in &after.authorities {
        assert_eq!(office.fault.is_some(), office.number == CULPRIT);
        // Power goes by decision, not by itself.
        assert!(office.validates);
    }
    let shown = after.authorities[usize::from(CULPRIT)].fault.unwrap();
    assert_eq!(shown.first.sort, FaultSort::DoubleVote);
    assert_eq!(
        (shown.first.page, shown.first.found_page),
        (height, found.first.at.height)
    );
    runtime.block_on(seen_in_the_status(&net));
    runtime.block_on(client.shutdown());
    history::check(&net, &[]);
}

async fn client(net: &Net) -> Client {
    let config = Config::new(
        net.scratch().join("client"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    Client::start(config).await.unwrap()
}

/// The offices at a page that is verified, asked until an authority has an answer: a gateway may just start again.
async fn asked(client: &Client) -> Offices {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        client.ready().await.unwrap();
        match client.offices().await {
            Ok(offices) => return offices,
            Err(error) => assert!(std::time::Instant::now() < end, "{error:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Somebody who never asks who runs the ledger sees it too.
async fn seen_in_the_status(net: &Net) {
    let config = Config::new(
        net.scratch().join("another client"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    let end = std::time::Instant::now() + PATIENCE;
    let faulty = |client: &Client| -> Vec<bool> {
        let authorities = client.status().authorities;
        authorities.iter().map(|one| one.fault.is_some()).collect()
    };
    while faulty(&client) != [false, false, false, true] {
        assert!(std::time::Instant::now() < end, "{:?}", faulty(&client));
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    client.shutdown().await;
}
