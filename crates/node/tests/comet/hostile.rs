//! Transactions that must not take effect, handed to a real node.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use serde_json::json;
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::tx::{Action, Batch, Filing, MAX_TX, Op};
use toend_node::authority::keys;
use toend_node::testnet::folder_of;
use toend_state_machine::Code;

use crate::history;
use crate::network::{Net, commitment};

/// Whether a transaction stands in a block, whatever it did there.
fn is_in_a_block(net: &Net, tx: &[u8]) -> bool {
    let hash = STANDARD.encode(history::tx_hash(tx));
    net.call(0, "tx", &json!({ "hash": hash })).is_some()
}

#[test]
fn hostile_transactions_are_refused_by_name_and_change_nothing() {
    let Some(net) = Net::start(true, 0) else {
        return;
    };
    let chain = net.network_file().net;
    let gateway = net.gateway_key(0);
    let seal = folder_of(&net.path(), 0).join("keys").join("seal.key");
    let seal = SigningKey::from_bytes(&keys::read(&seal).unwrap());
    let ops = || -> Vec<Op> {
        (0..8u8)
            .flat_map(|i| {
                [
                    Op::Entry {
                        label: [i; 32],
                        c: [7; 32],
                    },
                    Op::Head {
                        r: [i; 32],
                        v: 1,
                        flag: Flag::Current,
                        hd: [7; 32],
                    },
                ]
            })
            .collect()
    };
    let batch = |reg, number, key: &SigningKey| {
        Batch::signed(chain, Reg(reg), number, ops(), key)
            .unwrap()
            .encode()
    };
    let mut unsigned = net.filing(0, 1);
    unsigned.truncate(unsigned.len() - 64);
    unsigned.extend_from_slice(&[0; 64]);
    // Good in itself: the fourth validator gets a little more weight.
    let weight = Action::Validator {
        authority: 3,
        serial: 1,
        pub_key: net.network_file().authorities[3].validator_pub_key,
        power: 12,
    };
    let cases = [
        (
            "half of the authorities'",
            net.decision_by(&weight, &[0, 1]),
            Code::TooFewSignatures,
        ),
        ("malformed", vec![0xff; 40], Code::Malformed),
        (
            "cut short",
            net.filing(0, 1)[..80].to_vec(),
            Code::Malformed,
        ),
        (
            "another network's",
            Filing::signed([9; 32], 0, commitment(1), &gateway).encode(),
            Code::WrongNet,
        ),
        ("unsigned", unsigned, Code::BadSignature),
        (
            "another gateway's",
            Filing::signed(chain, 1, commitment(1), &gateway).encode(),
            Code::BadSignature,
        ),
        (
            "no gateway's",
            Filing::signed(chain, 99, commitment(1), &gateway).encode(),
            Code::UnknownGateway,
        ),
        ("no register's", batch(99, 1, &seal), Code::UnknownRegister),
        (
            "another register's",
            batch(2, 1_000, &seal),
            Code::BadSignature,
        ),
        (
            "a number used before",
            batch(1, 1, &seal),
            Code::BatchReplayed,
        ),
        (
            "a number too far ahead",
            batch(1, 100_000, &seal),
            Code::BatchAhead,
        ),
    ];
    for node in [0, 2] {
        for (what, tx, code) in &cases {
            let checked = net.rpc(node).broadcast(tx).unwrap();
            assert_eq!(checked.code, code.number(), "{what}: {}", checked.log);
        }
        let oversized = net.rpc(node).broadcast(&vec![1; MAX_TX + 1]);
        assert!(oversized.is_err(), "{oversized:?}");
    }
    // A replay of what is sealed already is refused, and no block sees it.
    let sealed = net.filing(1, 5);
    assert_eq!(net.rpc(1).broadcast(&sealed).unwrap().code, 0);
    net.wait("the filing", || {
        history::place_of(&net, 0, &commitment(5)).is_some()
    });
    let place = history::place_of(&net, 0, &commitment(5)).unwrap();
    // The engine may remember the bytes; those by another gateway it has never seen.
    if let Ok(checked) = net.rpc(0).broadcast(&sealed) {
        assert_eq!(checked.code, Code::FilingStands.number());
    }
    let repeated = Filing::signed(chain, 2, commitment(5), &net.gateway_key(2)).encode();
    net.wait("the filing at the other node", || {
        history::place_of(&net, 2, &commitment(5)).is_some()
    });
    let checked = net.rpc(2).broadcast(&repeated).unwrap();
    assert_eq!(checked.code, Code::FilingStands.number(), "{}", checked.log);
    net.go_on(&[0, 1, 2, 3], 4);
    assert_eq!(history::place_of(&net, 0, &commitment(5)), Some(place));
    assert!(!is_in_a_block(&net, &repeated));
    assert_eq!(history::place_of(&net, 0, &commitment(1)), None);
    history::check(&net, &[place]);
}
