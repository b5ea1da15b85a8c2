//! Answers of a real CometBFT 0.38 node.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cometbft::*;

fn fixture(name: &str) -> Option<Value> {
    let folder = std::env::var_os("TOEND_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
        PathBuf::from,
    );
    let path = folder.join("cometbft-rpc-v0.38").join(name);
    if !path.is_file() {
        println!(
            "SKIPPED: {name} of the CometBFT answers is neither beside the project nor in TOEND_VECTORS"
        );
        return None;
    }
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    read_json(&serde_json::to_vec(value).unwrap()).unwrap()
}

#[test]
fn signed_header_hashes_to_what_was_signed_and_round_trips() {
    let Some(answer) = fixture("commit_at_height_10.json") else {
        return;
    };
    let json = &answer["result"]["signed_header"];
    let signed: SignedHeader = read(json);
    assert_eq!(signed.header.hash(), signed.commit.block_id.unwrap().hash);
    assert_eq!(
        &serde_json::to_value(&signed).unwrap(),
        json,
        "written as the node wrote it"
    );
    assert_eq!(SignedHeader::decode(&signed.encode()).unwrap(), signed);

    let status = fixture("status.json").unwrap();
    let validator = &status["result"]["validator_info"];
    let set = ValidatorSet::new(vec![read(validator)]).unwrap();
    assert_eq!(set.hash(), signed.header.validators_hash);
    let key = ed25519_dalek::VerifyingKey::from_bytes(&set.validators()[0].pub_key).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(&signed.commit.signatures[0].signature);
    key.verify_strict(
        &signed
            .commit
            .sign_bytes(&signed.header.chain_id, 0)
            .unwrap(),
        &signature,
    )
    .unwrap();
}

#[test]
fn blocks_carry_the_roots_we_compute() {
    for name in [
        "block_at_height_1.json",
        "block_at_height_10.json",
        "block_by_hash.json",
    ] {
        let Some(answer) = fixture(name) else { return };
        let block = &answer["result"]["block"];
        let header: Header = read(&block["header"]);
        assert_eq!(
            header.hash(),
            read::<BlockId>(&answer["result"]["block_id"]).hash
        );
        assert_eq!(&serde_json::to_value(&header).unwrap(), &block["header"]);
        let txs: Vec<Vec<u8>> = block["data"]["txs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tx| {
                base64::Engine::decode(
                    &base64::engine::general_purpose::STANDARD,
                    tx.as_str().unwrap(),
                )
                .unwrap()
            })
            .collect();
        assert_eq!(header.data_hash, Some(data_hash(&txs)), "{name}");
        if header.height > 1 {
            let commit: Commit = read(&block["last_commit"]);
            assert_eq!(header.last_commit_hash, Some(commit.hash()));
        }
    }
    // Genesis of the recorded chain: block.max_bytes 22020096, block.max_gas -1.
    let Some(answer) = fixture("block_at_height_1.json") else {
        return;
    };
    let header: Header = read(&answer["result"]["block"]["header"]);
    let params = ConsensusParams {
        block_max_bytes: 22_020_096,
        block_max_gas: -1,
    };
    assert_eq!(header.consensus_hash, params.hash());
}

#[test]
fn ten_headers_link_and_fill_a_bundle() {
    let Some(answer) = fixture("blockchain_from_1_to_10.json") else {
        return;
    };
    let metas = answer["result"]["block_metas"].as_array().unwrap();
    let mut headers: Vec<Header> = metas.iter().map(|meta| read(&meta["header"])).collect();
    headers.reverse();
    assert_eq!(headers.len(), 10);
    let mut hasher = HeaderHasher::new();
    for pair in headers.windows(2) {
        assert_eq!(hasher.hash(&pair[0]), pair[1].last_block_id.unwrap().hash);
    }
    let bytes = bundle::encode(&headers).unwrap();
    assert_eq!(bundle::decode(&bytes).unwrap(), headers);
    assert_eq!(
        bundle::encode(&headers[1..]).map(|b| bundle::decode(&b).unwrap().len()),
        Ok(9)
    );
    let mut gap = headers.clone();
    gap.remove(4);
    assert!(matches!(bundle::encode(&gap), Err(FormatError::Bundle(_))));
}
