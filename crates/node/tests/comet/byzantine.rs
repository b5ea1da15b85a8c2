//! Validators that sign what they must not: the engine finds out, the ledger keeps it, people see it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, SigningKey};
use serde_json::{Value, json};
use toend_client::dto::{FaultSort, Offices};
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::cometbft::{BlockId, PartSetHeader, Time, VoteKind, sign_bytes};
use toend_ledger::state::{FaultKind, FaultValue, Key};
use toend_node::comet::rpc::RpcError;
use toend_node::testnet::{COMET_HOME, folder_of};

use crate::history;
use crate::load::Load;
use crate::network::{NODES, Net, PATIENCE};
use crate::twin::{self, Twin};

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

/// Evidence against the culprit, and the height that it is about, in the blocks up to this one.
fn evidence(net: &Net, to: u64) -> Vec<(u64, Value)> {
    let mut found = Vec::new();
    for height in 1..=to {
        let block = json!({ "height": height.to_string() });
        let mut answer = None;
        net.wait("a block", || {
            answer = net.call(1, "block", &block);
            answer.is_some()
        });
        let answer = answer.unwrap();
        let listed = answer.pointer("/block/evidence/evidence").unwrap();
        for one in listed.as_array().into_iter().flatten() {
            assert_eq!(one["type"], "tendermint/DuplicateVoteEvidence");
            found.push((both_signed(net, &one["value"]), one.clone()));
        }
    }
    found
}

/// The height for which the culprit's key signed two different votes, as the evidence shows them.
fn both_signed(net: &Net, evidence: &Value) -> u64 {
    let key = consensus_key(net, CULPRIT).verifying_key();
    let chain = net.network_file().chain_id;
    let number = |vote: &Value, name: &str| -> u64 {
        let value = &vote[name];
        let text = value.as_str().map(str::to_owned);
        text.unwrap_or_else(|| value.to_string()).parse().unwrap()
    };
    let votes = [&evidence["vote_a"], &evidence["vote_b"]];
    let places = votes.map(|vote| ["height", "round", "type"].map(|name| number(vote, name)));
    assert_eq!(places[0], places[1]);
    assert_ne!(votes[0]["block_id"]["hash"], votes[1]["block_id"]["hash"]);
    for (vote, [height, round, kind]) in votes.into_iter().zip(places) {
        let kind = match kind {
            1 => VoteKind::Prevote,
            _ => VoteKind::Precommit,
        };
        let hash = |id: &Value| {
            let bytes = hex::decode(id["hash"].as_str().unwrap()).unwrap();
            bytes.try_into().ok()
        };
        let id = &vote["block_id"];
        let block = hash(id).map(|block| BlockId {
            hash: block,
            parts: PartSetHeader {
                total: u32::try_from(number(&id["parts"], "total")).unwrap(),
                hash: hash(&id["parts"]).unwrap(),
            },
        });
        let time = Time::parse_rfc3339(vote["timestamp"].as_str().unwrap()).unwrap();
        let round = u32::try_from(round).unwrap();
        let bytes = sign_bytes(kind, &chain, height, round, block.as_ref(), time);
        let signature = STANDARD
            .decode(vote["signature"].as_str().unwrap())
            .unwrap();
        key.verify_strict(&bytes, &Signature::from_slice(&signature).unwrap())
            .unwrap();
    }
    places[0][0]
}

/// What a node's state says about an authority's validator.
pub fn fault(net: &Net, node: u16, authority: u16) -> Option<FaultValue> {
    let bytes = history::state(net, node, &Key::Fault(authority))?;
    Some(FaultValue::decode(&bytes).unwrap())
}

/// What every node's state says about the culprit after one and the same block, and that block.
fn agreed(net: &Net) -> (u64, FaultValue) {
    let mut found = None;
    net.wait("one word of all about the culprit", || {
        // The newest block's state is not provable before the next one.
        let heights = (0..NODES).map(|node| net.height(node));
        let height = heights.min().unwrap().saturating_sub(1);
        let said: Vec<_> = (0..NODES)
            .map(|node| history::state_at(net, node, &Key::Fault(CULPRIT), height))
            .collect();
        // A node that is starting again says nothing.
        found = said.iter().all(Option::is_some).then_some((height, said));
        found.is_some()
    });
    let (height, said) = found.unwrap();
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    (
        height,
        FaultValue::decode(said[0].as_ref().unwrap()).unwrap(),
    )
}

#[test]
fn two_computers_with_one_key_are_found_out_written_down_and_shown_to_everybody() {
    let Some(net) = Net::start_with(false, 0, None, |network| twin::hurry(network, CULPRIT)) else {
        return;
    };
    let net = Arc::new(net);
    net.go_on(&[0, 1, 2, 3], 3);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(client(&net));
    let before = runtime.block_on(asked(&client));
    assert!(before.authorities.iter().all(|one| one.fault.is_none()));

    let load = Load::start(&net, 10);
    // Nobody hands in evidence: the others' engines have to see both votes.
    let mut twin = Twin::start(&net, CULPRIT);
    net.wait("the evidence in every state", || {
        twin.running();
        (0..NODES).all(|node| fault(&net, node, CULPRIT).is_some())
    });
    drop(twin);
    let filed = load.finish().concat();
    println!("{} filings were acknowledged", filed.len());
    net.go_on(&[0, 1, 2, 3], 5);
    let (height, found) = agreed(&net);
    let listed = evidence(&net, height);
    println!("{} double votes in {height} blocks", listed.len());
    assert_eq!(found.count, u32::try_from(listed.len()).unwrap());
    for (fault, about) in [
        (found.first, &listed[0]),
        (found.last, &listed[listed.len() - 1]),
    ] {
        assert_eq!(
            (fault.kind, fault.height),
            (FaultKind::DuplicateVote, about.0)
        );
    }
    // Somebody who invents evidence is not believed; what is known is no news.
    let known = &listed[0].1;
    let mut invented = known.clone();
    invented["value"]["vote_b"]["signature"] = json!(STANDARD.encode([7; 64]));
    let hand_in = |evidence: &Value| {
        let params = json!({ "evidence": evidence });
        net.rpc(0).call("broadcast_evidence", &params)
    };
    assert!(matches!(hand_in(&invented), Err(RpcError::Refused(_))));
    assert!(hand_in(known).is_ok());

    // An application that is killed goes on from a state that holds the evidence, and agrees with the others.
    for node in [0, 2] {
        net.kill(node, "toend");
    }
    net.go_on(&[0, 1, 2, 3], 3);
    let (height, found) = agreed(&net);
    assert_eq!(
        found.count,
        u32::try_from(evidence(&net, height).len()).unwrap()
    );
    for node in 0..NODES {
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
        (found.first.height, found.first.at.height)
    );
    runtime.block_on(seen_in_the_status(&net));
    runtime.block_on(client.shutdown());
    assert!(!filed.is_empty());
    history::check(&net, &filed);
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
