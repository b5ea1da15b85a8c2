//! The unmodified tendermint-light-client follows the embedded network over its RPC.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use tendermint::Hash;
use tendermint::trust_threshold::TrustThresholdFraction;
use tendermint_light_client::builder::LightClientBuilder;
use tendermint_light_client::instance::Instance;
use tendermint_light_client::store::memory::MemoryStore;
use tendermint_light_client::verifier::options::Options;
use tendermint_light_client::verifier::types::{Height, PeerId};
use tendermint_rpc::{Client as _, HttpClient};

/// The ledger began long before any trusting period; its first block is trusted here all the same.
const PERIOD: Duration = Duration::from_secs(100 * 365 * 86_400);

fn client(rpc: &str, height: u32, hash: Hash) -> Instance {
    let peer: PeerId = "BADFADAD0BEFEEDC0C0ADEADBEEFC0FFEEFACADE".parse().unwrap();
    let options = Options {
        trust_threshold: TrustThresholdFraction::TWO_THIRDS,
        trusting_period: PERIOD,
        clock_drift: Duration::from_secs(10),
    };
    let http = HttpClient::new(rpc).unwrap();
    LightClientBuilder::prod(
        peer,
        http,
        Box::new(MemoryStore::new()),
        options,
        Some(Duration::from_secs(10)),
    )
    .trust_primary_at(Height::from(height), hash)
    .unwrap()
    .build()
}

async fn hash_at(rpc: &str, height: u32) -> Hash {
    let http = HttpClient::new(rpc).unwrap();
    http.commit(Height::from(height))
        .await
        .unwrap()
        .signed_header
        .header
        .hash()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_skips_and_walks_from_the_first_block_to_the_tip() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    // Some blocks with transactions, so that data and results hashes are not all the same.
    for n in 0..12 {
        toend_node::ledger::Ledger::submit(
            network.network().unwrap().as_ref(),
            common::filing(3, n),
        )
        .unwrap();
        if n % 3 == 0 {
            let next = network.network().unwrap().height() + 1;
            common::reach(&network, next).await;
        }
    }
    common::reach(&network, 30).await;

    for endpoint in network.endpoints() {
        let rpc = endpoint.rpc.clone();
        let first = hash_at(&rpc, 1).await;
        let tip = tokio::task::spawn_blocking(move || {
            let mut skipping = client(&rpc, 1, first);
            let tip = skipping
                .light_client
                .verify_to_highest(&mut skipping.state)
                .unwrap();
            let mut walking = client(&rpc, 1, first);
            for height in 2..=30u32 {
                let block = walking
                    .light_client
                    .verify_to_target(Height::from(height), &mut walking.state)
                    .unwrap();
                assert_eq!(block.height().value(), u64::from(height));
            }
            tip.height().value()
        })
        .await
        .unwrap();
        assert!(tip >= 30, "{tip}");
    }
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_refuses_a_first_block_of_another_hash() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let rpc = network.endpoints()[0].rpc.clone();
    let refused = tokio::task::spawn_blocking(move || {
        let peer: PeerId = "BADFADAD0BEFEEDC0C0ADEADBEEFC0FFEEFACADE".parse().unwrap();
        let options = Options {
            trust_threshold: TrustThresholdFraction::TWO_THIRDS,
            trusting_period: PERIOD,
            clock_drift: Duration::from_secs(10),
        };
        let http = HttpClient::new(rpc.as_str()).unwrap();
        LightClientBuilder::prod(peer, http, Box::new(MemoryStore::new()), options, None)
            .trust_primary_at(Height::from(1u32), Hash::Sha256([7; 32]))
            .is_err()
    })
    .await
    .unwrap();
    assert!(refused);
    network.shutdown().await;
}

/// tendermint-rpc reads every answer it knows.
#[tokio::test(flavor = "multi_thread")]
async fn its_rpc_client_reads_our_answers() {
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let rpc = HttpClient::new(network.endpoints()[1].rpc.as_str()).unwrap();

    let tx = common::filing(1, 77);
    let sealed = rpc.broadcast_tx_commit(tx.clone()).await.unwrap();
    assert!(
        sealed.check_tx.code.is_ok() && sealed.tx_result.code.is_ok(),
        "{sealed:?}"
    );
    let height = sealed.height;

    let status = rpc.status().await.unwrap();
    assert_eq!(status.node_info.network.as_str(), "toend-demo-1");
    assert_eq!(status.node_info.moniker.as_ref(), "tax-house");
    assert!(status.sync_info.latest_block_height >= height);
    rpc.health().await.unwrap();
    let block = rpc.block(height).await.unwrap();
    assert_eq!(block.block.data, std::slice::from_ref(&tx));
    assert_eq!(block.block_id.hash, block.block.header.hash());
    assert_eq!(
        rpc.block_by_hash(block.block_id.hash)
            .await
            .unwrap()
            .block
            .unwrap(),
        block.block
    );
    let found = rpc.tx(sealed.hash, true).await.unwrap();
    assert_eq!((found.height, found.tx), (height, tx));
    let proof = found.proof.unwrap();
    assert_eq!(
        proof.root_hash.as_bytes(),
        block.block.header.data_hash.unwrap().as_bytes()
    );
    let results = rpc.block_results(height).await.unwrap();
    assert_eq!(results.txs_results.unwrap().len(), 1);
    let list = rpc.blockchain(1u32, 20u32).await.unwrap();
    assert!(
        list.block_metas
            .iter()
            .any(|meta| meta.header == block.block.header)
    );
    let validators = rpc
        .validators(height, tendermint_rpc::Paging::All)
        .await
        .unwrap();
    assert_eq!(validators.validators.len(), 4);
    assert_eq!(
        rpc.consensus_params(height)
            .await
            .unwrap()
            .consensus_params
            .block
            .max_bytes,
        4 << 20
    );
    assert_eq!(rpc.abci_info().await.unwrap().data, "toend");
    let genesis: tendermint::Genesis<serde_json::Value> = rpc.genesis().await.unwrap();
    assert_eq!(genesis.validators.len(), 4);
    assert_eq!(rpc.net_info().await.unwrap().n_peers, 0);
    network.shutdown().await;
}
