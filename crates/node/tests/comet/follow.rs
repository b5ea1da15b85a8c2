//! Who follows the network: everybody's light client, and ours with a person's records.

use std::time::Duration;

use serde_json::json;
use tendermint_light_client::builder::LightClientBuilder;
use tendermint_light_client::store::memory::MemoryStore;
use tendermint_light_client::verifier::options::Options;
use tendermint_light_client::verifier::types::{Height, PeerId};
use tendermint_rpc::HttpClient;
use toend_client::dto::{RegisterId, Verdict};
use toend_client::{CardSource, Client, Config, DEMO_READER, NetworkSource, Pin};
use toend_ledger::tx::Action;
use zeroize::Zeroizing;

use crate::cometbft::Proxy;
use crate::history;
use crate::network::{NODES, Net, PATIENCE};

#[test]
fn light_clients_and_people_follow_the_network() {
    let Some(net) = Net::start(true, 0) else {
        return;
    };
    let filed = net.filing(3, 1);
    assert_eq!(net.rpc(1).broadcast(&filed).unwrap().code, 0);
    net.wait("the filing", || {
        history::place_of(&net, 2, &crate::network::commitment(1)).is_some()
    });
    more_power(&net);
    net.go_on(&[0, 1, 2, 3], 4);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(go_light(&net, &filed));
    tendermint(&net);
    runtime.block_on(our_client(&net));
    history::check(&net, &[]);
    assert!(net.stop(), "the supervisor did not end well");
}

/// The authorities give the fourth of them more weight: whoever follows must follow through another validator set.
fn more_power(net: &Net) {
    let listed = |height: Option<u64>| -> Vec<(String, String)> {
        let asked = height.map_or_else(
            || json!({}),
            |height| json!({ "height": height.to_string() }),
        );
        let answer = net.call(1, "validators", &asked).unwrap_or_default();
        let validators = answer["validators"].as_array().cloned().unwrap_or_default();
        validators
            .iter()
            .map(|one| {
                let text =
                    |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                (text(&one["pub_key"]["value"]), text(&one["voting_power"]))
            })
            .collect()
    };
    let before = listed(None);
    assert!(before.iter().all(|(_, power)| power == "10"), "{before:?}");
    let pub_key = net.network_file().authorities[3].validator_pub_key;
    let action = Action::Validator {
        authority: 3,
        serial: 1,
        pub_key,
        power: 12,
    };
    assert_eq!(
        net.rpc(0).broadcast(&net.decision(&action)).unwrap().code,
        0
    );
    net.wait("the other validator set", || {
        listed(None).iter().any(|(_, power)| power == "12")
    });
    assert_eq!(listed(Some(1)), before, "what was stays as it was");
}

/// CometBFT's light client, from the first block that the genesis file fixes.
async fn go_light(net: &Net, filed: &[u8]) {
    let urls: Vec<String> = (0..NODES).map(|node| net.rpc_url(node)).collect();
    let home = net.scratch().join("light");
    // What `testnet` wrote before anything ran.
    let made = std::fs::read(net.path().join("node0").join("network.json")).unwrap();
    let made = toend_ledger::network::NetworkFile::decode(&made).unwrap();
    assert_eq!(made.checkpoint.height, 1);
    let first = hex::encode_upper(made.checkpoint.header_hash);
    let mut proxy = Proxy::start(net.program(), &home, &made.chain_id, &urls, &first, &[]);
    let tip = net.height(0);
    for height in [1, 2, tip / 2, tip - 2] {
        let commit = proxy.get(&format!("/commit?height={height}")).await;
        assert_eq!(
            commit["signed_header"]["commit"]["block_id"]["hash"],
            hex::encode_upper(net.rpc(1).header_hash(height).unwrap()),
        );
        // The proxy checks block and results against headers it has verified.
        proxy.get(&format!("/block?height={height}")).await;
        proxy.get(&format!("/block_results?height={height}")).await;
    }
    let hash = hex::encode(history::tx_hash(filed));
    let found = proxy.get(&format!("/tx?hash=0x{hash}&prove=true")).await;
    assert_eq!(found["tx_result"]["code"], 0);
}

/// The unmodified tendermint-light-client.
fn tendermint(net: &Net) {
    let url = net.rpc_url(2);
    let first = net.rpc(2).header_hash(1).unwrap();
    let peer: PeerId = "BADFADAD0BEFEEDC0C0ADEADBEEFC0FFEEFACADE".parse().unwrap();
    let options = Options {
        trust_threshold: tendermint::trust_threshold::TrustThresholdFraction::TWO_THIRDS,
        trusting_period: Duration::from_secs(14 * 86_400),
        clock_drift: Duration::from_secs(10),
    };
    let hash = tendermint::Hash::Sha256(first);
    let mut client = LightClientBuilder::prod(
        peer,
        HttpClient::new(url.as_str()).unwrap(),
        Box::new(MemoryStore::new()),
        options,
        Some(PATIENCE),
    )
    .trust_primary_at(Height::from(1u32), hash)
    .unwrap()
    .build();
    let tip = client
        .light_client
        .verify_to_highest(&mut client.state)
        .unwrap();
    assert!(tip.height().value() > 4);
    let state = net.call(2, "status", &json!({})).unwrap();
    assert_eq!(state["node_info"]["network"], net.network_file().chain_id);
}

/// The desktop's client, given nothing but the network file: a person sees her records, each proven.
async fn our_client(net: &Net) {
    let config = Config::new(
        net.scratch().join("client"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    client.insert_demo_card(Some("mari-liis")).await.unwrap();
    let pin = Zeroizing::new(toend_id_card::demo::PIN1.to_owned());
    client
        .sign_in(DEMO_READER, Pin::new(pin).unwrap())
        .await
        .unwrap();
    for register in [RegisterId::Health, RegisterId::Tax, RegisterId::Business] {
        let list = client.list(register, None).await.unwrap();
        assert!(!list.rows.is_empty(), "{register:?}");
        assert_eq!(list.ledger_count, Some(list.held_count), "{register:?}");
        assert!(
            list.rows
                .iter()
                .all(|row| row.verdict.verdict == Verdict::Proven)
        );
    }
    client.shutdown().await;
}
