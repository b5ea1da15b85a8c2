//! Gateways that move and join by decision, without anybody looking at who runs the ledger.

use toend_client::{Client, NetworkSource};
use toend_ledger::genesis::demo::{Purpose, derived, signing_key};
use toend_ledger::state::{Address, TlsIssuer};
use toend_ledger::tx::Action;

use crate::offices::decide;
use crate::scene::{HEALTH, Scene, until};

fn gateway(number: u16, key: [u8; 32], authority: u16, address: &str) -> Action {
    Action::Gateway {
        gateway: number,
        serial: 1,
        key,
        authority,
        gateway_address: Address::new(address).unwrap(),
        rpc_address: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Unsaid,
    }
}

fn public(name: &str) -> [u8; 32] {
    let secret = ed25519_dalek::SigningKey::from_bytes(&derived(name, 4));
    secret.verifying_key().to_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_moved_is_followed_and_one_that_joined_is_asked_also_after_a_restart() {
    let mut scene = Scene::open().await;
    let file = scene.folder.path().join("network.json");
    std::fs::write(&file, scene.stage.network_file()).unwrap();
    let mut config = scene.config(&scene.data());
    config.network = NetworkSource::File(file);
    let client = Client::start(config.clone()).await.unwrap();
    client.ready().await.unwrap();
    let moved = scene.stage.open_elsewhere(HEALTH).await;
    let joined = scene.stage.open_elsewhere(1).await;
    let key = signing_key(Purpose::Gateway, 0).verifying_key().to_bytes();
    decide(&scene, &gateway(0, key, 0, &moved));
    // A fifth gateway; whose house it is does not matter to whoever asks for pages.
    decide(&scene, &gateway(4, public("joins"), 3, &joined));
    scene.stage.blocks(3).await;
    scene.stage.cut_one(HEALTH);
    let fourth = client.network().authorities[3].id.clone();
    let asked = |client: &Client| {
        let sources = client.status().sync.sources;
        sources.iter().filter(|id| **id == fourth).count()
    };
    until("the fifth gateway", async || {
        (asked(&client) == 2).then_some(())
    })
    .await;
    until("the moved gateway", async || {
        client.status().authorities[HEALTH].answering.then_some(())
    })
    .await;
    // What joined is said with its address, also where nobody asks who runs the ledger.
    let status = client.status();
    let [new] = status.joined.as_slice() else {
        panic!("{:?}", status.joined);
    };
    assert_eq!((new.gateway, new.number, &new.authority), (4, 3, &fourth));
    assert_eq!(new.address, joined);
    // Who asks sees both gateways with the authority that runs them, and nobody who is not there.
    let offices = client.offices().await.unwrap();
    assert_eq!(offices.authorities.len(), 4);
    let gateways = &offices.authorities[3].gateways;
    let numbers: Vec<u16> = gateways.iter().map(|gateway| gateway.number).collect();
    assert_eq!(numbers, [3, 4]);
    assert!(gateways[1].joined && gateways[1].open && gateways[1].since.is_some());
    assert_eq!(gateways[1].address.as_deref(), Some(joined.as_str()));
    let first = &offices.authorities[HEALTH].gateways[0];
    assert_eq!(first.address.as_deref(), Some(moved.as_str()));
    client.shutdown().await;
    drop(client);

    // Nobody is where the network file says: what was proven before is enough to begin.
    scene.stage.cut();
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    until("the moved gateway", async || {
        client.status().authorities[HEALTH].answering.then_some(())
    })
    .await;
    client.shutdown().await;
}
