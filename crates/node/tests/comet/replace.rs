//! A validator's host dies for good: a new one with a key of its own takes its place, by command, while people follow.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use toend_client::dto::LedgerState;
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::hash::sha256;
use toend_ledger::schema;
use toend_ledger::state::{Key, Reg, Value};
use toend_ledger::tx::Filing;
use toend_node::authority::keys;
use toend_node::govern::Book;
use toend_node::testnet::{TERMS, folder_of};

use crate::govern::{Desk, genesis, six, value_of};
use crate::history::place_of;
use crate::network::{NODES, Net, PATIENCE, commitment};

/// The number whose host dies.
const LOST: u16 = 3;

/// Consensus keys of the validators after the newest block.
fn validators(net: &Net) -> Vec<String> {
    let answer = net.call(0, "validators", &json!({})).unwrap_or_default();
    let listed = answer["validators"].as_array().cloned().unwrap_or_default();
    let keys = listed.iter().map(|one| {
        let key = one["pub_key"]["value"].as_str().unwrap_or_default();
        hex::encode(STANDARD.decode(key).unwrap())
    });
    keys.collect()
}

/// Whether the validator with this key signed the newest block.
fn signed(net: &Net, key: &str) -> bool {
    let address = sha256(&[&hex::decode(key).unwrap()]);
    let address = hex::encode_upper(&address[..20]);
    let commit = net.call(0, "commit", &json!({})).unwrap_or_default();
    let signatures = commit.pointer("/signed_header/commit/signatures");
    let all = signatures.and_then(|all| all.as_array().cloned());
    all.unwrap_or_default()
        .iter()
        .any(|one| one["validator_address"] == address && one["block_id_flag"] == 2)
}

fn value(net: &Net, key: &Key) -> Option<Value> {
    let (genesis, hash) = genesis(net);
    Book::open(net.rpc(2), genesis, hash)
        .unwrap()
        .value(key)
        .unwrap()
}

#[test]
fn a_new_host_with_a_new_key_takes_the_place_of_a_lost_one() {
    let Some(net) = Net::start(true, 5) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config::new(
        net.scratch().join("client"),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = runtime.block_on(Client::start(config)).unwrap();
    let desk = Desk::new(&net);
    let old = hex::encode(net.network_file().authorities[usize::from(LOST)].validator_pub_key);
    assert!(validators(&net).contains(&old));

    // The new host: fresh keys, the configuration, and nothing else.
    net.hold(LOST);
    let own = folder_of(&net.path(), LOST);
    std::fs::remove_dir_all(own.join("data")).unwrap();
    std::fs::remove_dir_all(own.join("cometbft/data")).unwrap();
    let terms = net.path().join(TERMS).display().to_string();
    desk.said(&[
        "keys",
        "make",
        "--terms",
        &terms,
        "--authority",
        "3",
        "--output",
        "host",
    ]);
    let host = net.scratch().join("desk/host");
    let public = std::fs::read_to_string(host.join("public.toml")).unwrap();
    let key = value_of(&public, "consensus = ").replace('"', "");
    std::fs::create_dir(own.join("cometbft/data")).unwrap();
    for name in [
        "config/priv_validator_key.json",
        "config/node_key.json",
        "data/priv_validator_state.json",
    ] {
        std::fs::copy(
            host.join("cometbft").join(name),
            own.join("cometbft").join(name),
        )
        .unwrap();
    }
    let trusted = net.height(0) - 1;
    let hash = hex::encode_upper(net.rpc(0).header_hash(trusted).unwrap());
    let servers = format!("rpc_servers = \"{},{}\"", net.rpc_url(0), net.rpc_url(1));
    let file = own.join("cometbft/config/config.toml");
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replace("enable = false", "enable = true")
        .replace("rpc_servers = \"\"", &servers)
        .replace("trust_height = 0", &format!("trust_height = {trusted}"))
        .replace("trust_hash = \"\"", &format!("trust_hash = \"{hash}\""));
    std::fs::write(&file, text).unwrap();
    net.go_on(&[0, 1, 2], 12);
    net.release(LOST);
    net.wait("the new host", || {
        let status = net.rpc(LOST).status();
        status.is_ok_and(|status| !status.catching_up && status.latest > trusted)
    });
    assert!(net.rpc(LOST).status().unwrap().earliest > 1);
    assert!(!signed(&net, &key), "nobody has decided yet");

    let swap = [
        "validator",
        "--authority",
        "3",
        "--key",
        &key,
        "--power",
        "10",
    ];
    desk.decide(&swap);
    net.wait("the new validator set", || {
        let now = validators(&net);
        now.contains(&key) && !now.contains(&old) && now.len() == usize::from(NODES)
    });
    net.wait("its signature", || signed(&net, &key));
    let changed = net.height(0);
    // Its vote is one of the three that are needed.
    net.hold(2);
    net.go_on(&[0, 1, LOST], 4);
    net.release(2);
    net.go_on(&[0, 1, 2, LOST], 2);
    // A key that was in force never comes back.
    let (genesis, rpc) = (
        folder_of(&net.path(), 0).join("cometbft/config/genesis.json"),
        net.rpc_url(1),
    );
    let genesis = genesis.display().to_string();
    let back = desk.decision(&[
        "validator",
        "--authority",
        "3",
        "--key",
        &old,
        "--power",
        "10",
    ]);
    let ledger = ["--genesis", &genesis, "--rpc", &rpc];
    let refused = desk.run(&[&["govern", "submit", &back][..], &ledger].concat());
    assert!(!refused.status.success(), "{refused:?}");
    assert!(!validators(&net).contains(&old));

    let gateway = gateway_and_right(&net, &desk);

    let newest = net.height(0);
    runtime.block_on(async {
        let end = Instant::now() + PATIENCE;
        loop {
            let ledger = client.status().ledger;
            if ledger.state == LedgerState::UpToDate && ledger.height >= newest.max(changed) {
                break;
            }
            assert!(Instant::now() < end, "{ledger:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let offices = client.offices().await.unwrap();
        assert!(offices.authorities.iter().all(|one| one.validates));
        for (office, number) in offices.authorities.iter().zip(0..) {
            let lost = number == LOST;
            let since = (office.validates_since, office.gateways[0].since);
            assert_eq!((since.0.is_some(), since.1.is_some()), (lost, lost));
            let keys = [&office.validator_key, &office.gateways[0].key];
            let shown = keys.map(|key| key.clone().unwrap());
            assert!(shown.iter().all(|key| key.replaced == lost), "{shown:?}");
            if lost {
                assert_eq!(shown.map(|key| key.words), [six(&key), six(&gateway)]);
            }
        }
        client.shutdown().await;
    });
    assert!(net.stop(), "the supervisor did not end well");
}

/// The lost host's gateway gets another key, which is given back, and address, and a register's right ends and begins again.
fn gateway_and_right(net: &Net, desk: &Desk<'_>) -> String {
    let drawn = desk.said(&["keys", "new", "--output", "gateway.key"]);
    let key = value_of(&drawn, "key");
    let elsewhere = "https://elsewhere.example";
    desk.decide(&[
        "gateway",
        "--gateway",
        "3",
        "--authority",
        "3",
        "--key",
        &key,
        "--address",
        elsewhere,
        "--rpc-address",
        &net.rpc_url(LOST),
    ]);
    net.wait("the gateway's key", || {
        matches!(
            value(net, &Key::Gateway(LOST)),
            Some(Value::Gateway(gateway))
                if hex::encode(gateway.key) == key && gateway.gateway.as_str() == elsewhere
        )
    });
    // The node that is asked now may have been a block behind the one that was asked before.
    net.go_on(&[0, 1, 2, LOST], 1);
    let old = net.filing(LOST, 1);
    assert_ne!(net.rpc(0).broadcast(&old).unwrap().code, 0);
    let secret = keys::read(&net.scratch().join("desk/gateway.key")).unwrap();
    let new = ed25519_dalek::SigningKey::from_bytes(&secret);
    let filing = Filing::signed(net.network_file().net, LOST, commitment(2), &new).encode();
    assert_eq!(net.rpc(0).broadcast(&filing).unwrap().code, 0);
    net.wait("the filing", || place_of(net, 1, &commitment(2)).is_some());

    let kind = schema::by_name("lab").unwrap().id;
    let right = |period| match value(
        net,
        &Key::Right {
            reg: Reg(1),
            schema: kind,
            period,
        },
    ) {
        Some(Value::Right(right)) => Some(right),
        _ => None,
    };
    let change = [
        "right",
        "--register",
        "1",
        "--kind",
        "lab",
        "--authority",
        "0",
    ];
    desk.decide(&[&change[..], &["--end"]].concat());
    net.wait("the end of the right", || {
        right(1).is_some_and(|right| right.until < u64::MAX)
    });
    desk.decide(&change);
    net.wait("the new right", || {
        right(2).is_some_and(|right| right.until == u64::MAX && right.authority == 0)
    });
    key
}
