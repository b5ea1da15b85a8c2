//! The unmodified ics23 crate accepts our honest existence proofs, fetched over RPC.
//!
//! It is a second opinion only: it takes sides from the proof, which our own judge never does.
#![allow(clippy::unwrap_used)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ics23::{CommitmentProof, ExistenceProof, HostFunctionsManager, InnerOp, commitment_proof};
use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{self, StateProof};
use toend_ledger::state::{Key, Reg};

/// Our proof in ics23's form: the same siblings, each with the side the bits of the key's hash give.
fn to_ics23(key: &[u8], value: &[u8], proof: &StateProof) -> CommitmentProof {
    let place = sha256(&[key]);
    let spec = ics23::smt_spec();
    let path = proof
        .siblings()
        .iter()
        .enumerate()
        .rev()
        .map(|(depth, sibling)| {
            let (prefix, suffix) = if proof::bit(&place, depth) {
                ([&[1u8], sibling.as_slice()].concat(), Vec::new())
            } else {
                (vec![1u8], sibling.to_vec())
            };
            InnerOp {
                hash: ics23::HashOp::Sha256.into(),
                prefix,
                suffix,
            }
        })
        .collect();
    CommitmentProof {
        proof: Some(commitment_proof::Proof::Exist(ExistenceProof {
            key: key.to_vec(),
            value: value.to_vec(),
            leaf: spec.leaf_spec.clone(),
            path,
        })),
    }
}

fn accepted(root: &Hash, key: &[u8], value: &[u8], proof: &CommitmentProof) -> bool {
    let mut spec = ics23::smt_spec();
    // The crate's default depth limits are none; ours is the depth of a hash.
    spec.max_depth = 256;
    ics23::verify_membership::<HostFunctionsManager>(proof, &spec, &root.to_vec(), key, value)
}

#[tokio::test(flavor = "multi_thread")]
async fn ics23_accepts_what_abci_query_proves() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    for n in 0..40 {
        toend_node::ledger::Ledger::submit(
            network.network().unwrap().as_ref(),
            common::filing(1, n),
        )
        .unwrap();
    }
    let height = network.network().unwrap().height();
    common::reach(&network, height + 3).await;

    let mut keys: Vec<Key> = (0..40)
        .map(|n| Key::Filing(common::commitment(n)))
        .collect();
    keys.extend([
        Key::History,
        Key::Register(Reg(1)),
        Key::Epoch {
            reg: Reg(3),
            epoch: 1,
        },
    ]);
    for key in keys {
        let key = key.encode();
        let answer = common::get(
            &network,
            &format!("/abci_query?data=0x{}&prove=true", hex::encode(&key)),
        )
        .await;
        let response = &answer["result"]["response"];
        let bytes = |value: &serde_json::Value| STANDARD.decode(value.as_str().unwrap()).unwrap();
        let value = bytes(&response["value"]);
        let op = &response["proofOps"]["ops"][0];
        assert_eq!(op["type"], "toend:state:v1");
        let proof = StateProof::decode(&bytes(&op["data"])).unwrap();
        let next = response["height"].as_str().unwrap().parse::<u64>().unwrap() + 1;
        let header = common::get(&network, &format!("/header?height={next}")).await;
        let root = hex::decode(header["result"]["header"]["app_hash"].as_str().unwrap()).unwrap();
        let root = Hash::try_from(root.as_slice()).unwrap();
        assert_ne!(root, ZERO);

        proof::verify_presence(&root, &key, &value, &proof).unwrap();
        let theirs = to_ics23(&key, &value, &proof);
        assert!(accepted(&root, &key, &value, &theirs));
        assert!(!accepted(&root, &key, b"another value", &theirs));
        assert!(!accepted(&ZERO, &key, &value, &theirs));
    }
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn absence_is_proven_over_rpc() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let key = Key::Filing([9; 32]).encode();
    let answer = common::get(
        &network,
        &format!("/abci_query?data=0x{}&prove=true", hex::encode(&key)),
    )
    .await;
    let response = &answer["result"]["response"];
    assert_eq!(response["value"], serde_json::Value::Null);
    let data = response["proofOps"]["ops"][0]["data"].as_str().unwrap();
    let proof = StateProof::decode(&STANDARD.decode(data).unwrap()).unwrap();
    let next = response["height"].as_str().unwrap().parse::<u64>().unwrap() + 1;
    let header = common::get(&network, &format!("/header?height={next}")).await;
    let root = hex::decode(header["result"]["header"]["app_hash"].as_str().unwrap()).unwrap();
    proof::verify_absence(&Hash::try_from(root.as_slice()).unwrap(), &key, &proof).unwrap();
    network.shutdown().await;
}
