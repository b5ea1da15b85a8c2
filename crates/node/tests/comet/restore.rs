//! A node that lost everything and takes the state from the others.

use std::path::Path;

use toend_node::testnet::folder_of;

use crate::history;
use crate::network::{Net, commitment};

#[test]
fn a_wiped_node_takes_the_state_from_the_others() {
    let Some(net) = Net::start(true, 5) else {
        return;
    };
    assert_eq!(net.rpc(0).broadcast(&net.filing(3, 1)).unwrap().code, 0);
    net.wait("the filing", || {
        [0, 3]
            .iter()
            .all(|node| history::place_of(&net, *node, &commitment(1)).is_some())
    });
    let filed = history::place_of(&net, 0, &commitment(1)).unwrap();
    net.go_on(&[0, 1, 2], 10);
    net.hold(3);

    let folder = folder_of(&net.path(), 3);
    std::fs::remove_dir_all(folder.join("data")).unwrap();
    let comet = folder.join("cometbft");
    for entry in std::fs::read_dir(comet.join("data")).unwrap() {
        let path = entry.unwrap().path();
        // What this validator signed last is never thrown away.
        if path.file_name().unwrap() != "priv_validator_state.json" {
            remove(&path);
        }
    }
    let trusted = net.height(0) - 1;
    let hash = hex::encode_upper(net.rpc(0).header_hash(trusted).unwrap());
    let config = comet.join("config").join("config.toml");
    let text = std::fs::read_to_string(&config)
        .unwrap()
        .replace("enable = false", "enable = true")
        .replace(
            "rpc_servers = \"\"",
            &format!("rpc_servers = \"{},{}\"", net.rpc_url(0), net.rpc_url(1)),
        )
        .replace("trust_height = 0", &format!("trust_height = {trusted}"))
        .replace("trust_hash = \"\"", &format!("trust_hash = \"{hash}\""));
    std::fs::write(&config, text).unwrap();
    // Snapshots after the trusted height must exist.
    net.go_on(&[0, 1, 2], 12);
    net.release(3);

    let rejoined = net.height(0) + 3;
    net.wait("the wiped node", || net.height(3) >= rejoined);
    let status = net.rpc(3).status().unwrap();
    assert!(
        status.earliest > 1,
        "it fetched every block instead of the state"
    );
    history::check(&net, &[filed]);
    serves_what_it_never_had(&net, status.earliest);
}

/// Its own CometBFT lacks the first blocks, its gateway has their headers all the same: from the others, proven.
fn serves_what_it_never_had(net: &Net, earliest: u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let get = |path: String| -> Option<serde_json::Value> {
        let url = format!("{}/v1/{path}", net.gateway_url(3));
        runtime.block_on(async {
            let answer = reqwest::get(url).await.ok()?;
            answer.status().is_success().then_some(())?;
            answer.json().await.ok()
        })
    };
    net.wait("the first header", || {
        get("light-block/1".to_owned()).is_some()
    });
    for height in [1, 2, earliest - 1] {
        let block = get(format!("light-block/{height}")).unwrap();
        let hash = &block["signed_header"]["commit"]["block_id"]["hash"];
        let expected = hex::encode_upper(net.rpc(0).header_hash(height).unwrap());
        assert_eq!(hash, &expected, "{block}");
    }
}

fn remove(path: &Path) {
    if path.is_dir() {
        std::fs::remove_dir_all(path).unwrap();
    } else {
        std::fs::remove_file(path).unwrap();
    }
}
