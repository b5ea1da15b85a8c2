//! CometBFT's own light client (`cometbft light`, in Go) follows the embedded network, with three witnesses.
#![allow(clippy::unwrap_used)]

mod common;

use common::cometbft::{Proxy, program};
use toend_node::ledger::Ledger as _;

async fn follow(more: &[&str]) {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let network = common::bare(folder.path()).await;
    let ledger = network.network().unwrap();
    let mut sealed_at = 0;
    for n in 0..20 {
        ledger.submit(common::filing(0, n)).unwrap();
        sealed_at = ledger.height() + 1;
        common::reach(&network, sealed_at).await;
    }
    common::reach(&network, sealed_at + 8).await;
    let first = ledger.light_block(1).unwrap().header().hash();
    let home = tempfile::tempdir().unwrap();
    let urls: Vec<String> = network
        .endpoints()
        .iter()
        .map(|endpoint| endpoint.rpc.clone())
        .collect();
    let mut proxy = Proxy::start(
        &program,
        home.path(),
        "toend-demo-1",
        &urls,
        &hex::encode_upper(first),
        more,
    );

    for height in [1, 2, 3, sealed_at, sealed_at + 5] {
        let ours = ledger.light_block(height).unwrap();
        let commit = proxy.get(&format!("/commit?height={height}")).await;
        assert_eq!(
            commit["signed_header"]["header"]["height"],
            height.to_string()
        );
        assert_eq!(
            commit["signed_header"]["commit"]["block_id"]["hash"],
            hex::encode_upper(ours.header().hash()),
            "height {height}"
        );
        let validators = proxy.get(&format!("/validators?height={height}")).await;
        assert_eq!(validators["total"], "4");
        // The proxy checks block, parameters and results against headers it has verified.
        let block = proxy.get(&format!("/block?height={height}")).await;
        assert_eq!(block["block"]["header"]["height"], height.to_string());
        proxy
            .get(&format!("/consensus_params?height={height}"))
            .await;
        proxy.get(&format!("/block_results?height={height}")).await;
    }
    // This call serves only headers that the proxy has verified before.
    for height in 5..=15 {
        proxy.get(&format!("/commit?height={height}")).await;
    }
    let headers = proxy.get("/blockchain?minHeight=5&maxHeight=15").await;
    assert_eq!(headers["block_metas"].as_array().unwrap().len(), 11);
    let tx = toend_ledger::hash::sha256(&[&common::filing(0, 3)]);
    let found = proxy
        .get(&format!("/tx?hash=0x{}&prove=true", hex::encode(tx)))
        .await;
    assert_eq!(found["tx_result"]["code"], 0);
    let status = proxy.get("/status").await;
    assert_eq!(status["node_info"]["network"], "toend-demo-1");
    drop(proxy);
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cometbft_light_skips_to_the_tip() {
    follow(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cometbft_light_walks_every_height() {
    follow(&["--sequential"]).await;
}
