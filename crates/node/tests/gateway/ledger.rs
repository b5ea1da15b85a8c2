//! What every gateway gives everybody.

use reqwest::StatusCode;
use toend_ledger::cometbft::{LightBlock, bundle, data_hash};
use toend_ledger::gateway::{BlockTxs, Health, Proven, SubtreeAnswer};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::network::NetworkFile;
use toend_ledger::proof::SubtreeProof;
use toend_ledger::state::{HeadValue, Key, Reg, RegisterValue};

use crate::desk::{BUSINESS, Desk, HEALTH, LAND};
use crate::reader;

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_blocks_are_those_of_the_chain() {
    let desk = Desk::open().await;
    let tip: LightBlock = desk.json(LAND, "/v1/tip").await;
    reader::root(&tip);
    let bytes = desk
        .get(LAND, "/v1/headers/0", None)
        .await
        .bytes()
        .await
        .unwrap();
    let headers = bundle::decode(&bytes).unwrap();
    assert!(headers.len() as u64 >= tip.height().min(256));
    for pair in headers.windows(2) {
        assert_eq!(pair[1].last_block_id.as_ref().unwrap().hash, pair[0].hash());
    }
    let blocks: Vec<BlockTxs> = desk.json(LAND, "/v1/blocks/1/txs?count=8").await;
    assert!(blocks.iter().any(|block| !block.txs.is_empty()));
    for block in &blocks {
        let txs: Vec<&[u8]> = block.txs.iter().map(|tx| tx.0.as_slice()).collect();
        assert_eq!(
            headers[block.height as usize - 1].data_hash,
            Some(data_hash(&txs))
        );
    }
    for path in [
        "/v1/light-block/999999",
        "/v1/headers/999",
        "/v1/blocks/999999/txs",
    ] {
        assert_eq!(
            desk.refused(LAND, path, None).await,
            (404, "not_available".to_owned()),
            "{path}"
        );
    }
    for path in [
        "/v1/light-block/x",
        "/v1/headers/-1",
        "/v1/blocks/1/txs?count=257",
        "/v1/blocks/1/txs?count=0",
    ] {
        assert_eq!(
            desk.refused(LAND, path, None).await,
            (400, "bad_request".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registers_own_state_is_shown_and_no_single_label_or_head() {
    let desk = Desk::open().await;
    let key = Key::Register(Reg(1));
    let tip: LightBlock = desk.json(LAND, "/v1/tip").await;
    let height = tip.height() - 1;
    let path =
        |key: &Key, height: u64| format!("/v1/state/{}?height={height}", hex::encode(key.encode()));
    let state: Proven = desk.json(LAND, &path(&key, height)).await;
    let value = reader::proven(&reader::root(&tip), &key, &state).unwrap();
    assert!(RegisterValue::decode(&value).unwrap().entries >= 128);
    for key in [
        Key::Entry {
            reg: Reg(1),
            label: [1; 32],
        },
        Key::Head {
            reg: Reg(1),
            r: [1; 32],
        },
        Key::Opening {
            reg: Reg(1),
            epoch: 1,
            o: [1; 32],
        },
    ] {
        assert_eq!(
            desk.refused(LAND, &path(&key, height), None).await,
            (404, "not_available".to_owned())
        );
    }
    assert_eq!(
        desk.refused(LAND, "/v1/state/02", None).await,
        (400, "bad_request".to_owned())
    );
    assert_eq!(
        desk.refused(LAND, "/v1/state/zz", None).await,
        (400, "bad_request".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_2_3_and_2_4_any_gateway_shows_heads_by_subtree() {
    let desk = Desk::open().await;
    // The business register's heads, asked of an authority that has no register at all.
    let answer: SubtreeAnswer = desk
        .json(LAND, "/v1/registers/3/heads?prefix=&bits=0")
        .await;
    let root = reader::root(&desk.light_block(answer.height + 1).await);
    let proof = SubtreeProof::decode(&answer.subtree.0).unwrap();
    proof.verify(&root).unwrap();
    assert!(answer.values.len() >= 32);
    for (place, value) in &answer.values {
        HeadValue::decode(&value.0).unwrap();
        let place: Hash = place.0.as_slice().try_into().unwrap();
        assert!(
            proof.leaves().contains(&(place, sha256(&[&value.0]))),
            "each value is under the proven leaf"
        );
    }
    // A subtree with one leaf left out proves nothing.
    let mut leaves = proof.leaves().to_vec();
    leaves.remove(leaves.len() / 2);
    let cut = SubtreeProof::new([0; 32], 0, vec![], leaves).unwrap();
    assert!(cut.verify(&root).is_err());
    // Even the longest prefix is answered with a crowd, so that it does not single out one record.
    let place = answer.values[0].0.0[..8].to_vec();
    let path = format!(
        "/v1/registers/3/heads?prefix={}&bits=64",
        hex::encode(&place)
    );
    let part: SubtreeAnswer = desk.json(HEALTH, &path).await;
    let root = reader::root(&desk.light_block(part.height + 1).await);
    let part_proof = SubtreeProof::decode(&part.subtree.0).unwrap();
    let subtree = part_proof.verify(&root).unwrap();
    assert!(subtree.len() >= 512.min(proof.leaves().len()));
    let mine: Hash = answer.values[0].0.0.as_slice().try_into().unwrap();
    assert!(part_proof.leaves().iter().any(|(place, _)| *place == mine));
    for path in [
        "prefix=80&bits=0",
        "prefix=&bits=2",
        "prefix=zz&bits=8",
        "prefix=0000&bits=65",
        "bits=0",
    ] {
        let path = format!("/v1/registers/3/heads?{path}");
        assert_eq!(
            desk.refused(LAND, &path, None).await,
            (400, "bad_request".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_says_who_it_is() {
    let desk = Desk::open().await;
    let health: Health = desk.json(BUSINESS, "/v1/health").await;
    assert_eq!(
        (health.authority.as_str(), health.registers),
        ("business-house", vec![3])
    );
    assert!(health.height > 1);
    let none: Health = desk.json(LAND, "/v1/health").await;
    assert!(none.registers.is_empty());
    let file = desk.get(LAND, "/v1/network", None).await;
    assert_eq!(file.status(), StatusCode::OK);
    let bytes = file.bytes().await.unwrap();
    assert_eq!(bytes, desk.network.network_file());
    NetworkFile::decode(&bytes).unwrap();
}
