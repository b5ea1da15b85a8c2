//! Decisions about offices: authorities that join, change their key and leave, validators, gateways, rights.

#![allow(missing_docs, clippy::unwrap_used, clippy::large_types_passed_by_value)]

mod chain;

use chain::{BUSINESS, Chain, id};
use ed25519_dalek::SigningKey;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::state::{
    Address, AuthorityValue, GatewayValue, Key, Reg, RightValue, TlsIssuer, VACANT, ValidatorValue,
};
use toend_ledger::tx::{Action, Filing, Governance, Tx};
use toend_state_machine::limits::MAX_POWER;
use toend_state_machine::{App, Code, Proposal, ValidatorUpdate};

fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&id(name, 1))
}

fn public_key(name: &str) -> [u8; 32] {
    key(name).verifying_key().to_bytes()
}

fn authority(authority: u16, serial: u32, governance_key: [u8; 32]) -> Action {
    Action::Authority {
        authority,
        serial,
        governance_key,
    }
}

fn validator(authority: u16, serial: u32, pub_key: [u8; 32], power: u64) -> Action {
    Action::Validator {
        authority,
        serial,
        pub_key,
        power,
    }
}

fn gateway(gateway: u16, serial: u32, key: [u8; 32], authority: u16, address: &str) -> Action {
    Action::Gateway {
        gateway,
        serial,
        key,
        authority,
        gateway_address: Address::new(address).unwrap(),
        rpc_address: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Unsaid,
    }
}

/// The same decision, with word of who issues the certificates.
fn issued_by(mut action: Action, issuer: TlsIssuer) -> Action {
    if let Action::Gateway { tls_issuer, .. } = &mut action {
        *tls_issuer = issuer;
    }
    action
}

fn right(period: u16, authority: u16, begins: bool) -> Action {
    Action::Right {
        reg: BUSINESS,
        schema: 3001,
        period,
        authority,
        begins,
    }
}

/// A decision signed by these.
fn signed(chain: &Chain, action: Action, keys: &[(u16, &SigningKey)]) -> Vec<u8> {
    Tx::Governance(Governance::signed(chain.net, action, keys).unwrap()).encode()
}

fn governance_key(i: u16) -> SigningKey {
    demo::signing_key(Purpose::Governance, i)
}

/// Replays what a node would have on disk: the restored replica must stand where the first one stands.
fn check_restore(chain: &Chain) {
    let info = chain.app.info();
    let stored = chain.stored.clone().into_iter();
    let restored = App::restore(stored, info.height, info.app_hash, &chain.genesis).unwrap();
    assert_eq!(restored.info(), info);
}

#[test]
fn an_authority_joins_counts_and_leaves() {
    let mut chain = Chain::new();
    assert_eq!(chain.proven(Key::Authority(4), None), None);
    let joins = authority(4, 1, public_key("fifth"));
    let two = chain.decision(joins, 2);
    assert_eq!(chain.try_tx(two), Code::TooFewSignatures);
    let three = chain.decision(joins, 3);
    assert_eq!(chain.try_tx(three), Code::Ok);
    let value = AuthorityValue::decode(&chain.proven(Key::Authority(4), None).unwrap()).unwrap();
    assert_eq!(
        (value.governance_key, value.serial, value.at.height),
        (public_key("fifth"), 1, chain.height())
    );
    // A replay has the signatures of four of five, and still counts for nothing.
    let replay = chain.decision(joins, 4);
    assert_eq!(chain.try_tx(replay), Code::Outdated);

    // Of five, three are no longer enough; four are, the newcomer among them.
    let [a, b, c] = [0, 1, 2].map(governance_key);
    let fifth = key("fifth");
    let leaves = authority(3, 1, VACANT);
    let tx = signed(&chain, leaves, &[(0, &a), (1, &b), (2, &c)]);
    assert_eq!(chain.try_tx(tx), Code::TooFewSignatures);
    let four = signed(&chain, leaves, &[(0, &a), (1, &b), (2, &c), (4, &fifth)]);
    assert_eq!(chain.try_tx(four), Code::Ok);

    // Whoever has left signs nothing any more.
    let d = governance_key(3);
    let tx = signed(
        &chain,
        authority(5, 1, public_key("sixth")),
        &[(0, &a), (1, &b), (3, &d)],
    );
    assert_eq!(chain.try_tx(tx), Code::TooFewSignatures);
    check_restore(&chain);
}

#[test]
fn a_governance_key_is_changed_and_the_old_one_is_worth_nothing() {
    let mut chain = Chain::new();
    let rotated = key("rotated");
    let change = authority(0, 1, public_key("rotated"));
    let tx = chain.decision(change, 3);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let next = authority(0, 2, public_key("rotated again"));
    let old = chain.decision(next, 3);
    assert_eq!(chain.try_tx(old), Code::BadSignature);
    let [b, c] = [1, 2].map(governance_key);
    let new = signed(&chain, next, &[(0, &rotated), (1, &b), (2, &c)]);
    assert_eq!(chain.try_tx(new), Code::Ok);
}

#[test]
fn a_decision_checked_before_a_key_changed_is_checked_again() {
    let mut chain = Chain::new();
    let waiting = chain.decision(gateway(0, 1, public_key("g"), 0, "https://a.example"), 3);
    assert_eq!(chain.app.check_tx(&waiting).outcome(), Code::Ok);
    let change = chain.decision(authority(0, 1, public_key("rotated")), 3);
    let codes: Vec<_> = chain
        .block(vec![change, waiting])
        .iter()
        .map(toend_state_machine::TxResult::outcome)
        .collect();
    assert_eq!(codes, [Code::Ok, Code::BadSignature]);
}

#[test]
fn offices_refuse_what_is_out_of_order() {
    let mut chain = Chain::new();
    let taken = chain.genesis.validators[0].pub_key;
    for (action, code) in [
        (authority(4, 2, public_key("x")), Code::Outdated),
        (authority(4, 0, public_key("x")), Code::Outdated),
        (authority(4, 1, VACANT), Code::UnknownAuthority),
        (authority(4, 1, taken), Code::KeyInUse),
        (authority(4, 1, [0xff; 32]), Code::WeakKey),
        (validator(9, 1, public_key("v"), 10), Code::UnknownAuthority),
        (validator(9, 1, VACANT, 0), Code::UnknownAuthority),
        (validator(0, 1, VACANT, 5), Code::UnknownAuthority),
        (validator(0, 1, public_key("v"), 0), Code::ChangeTooGreat),
        (
            validator(0, 1, public_key("v"), MAX_POWER + 1),
            Code::ChangeTooGreat,
        ),
        (validator(0, 1, public_key("v"), 24), Code::ChangeTooGreat),
        (
            validator(0, 1, chain.genesis.validators[1].pub_key, 10),
            Code::KeyInUse,
        ),
        (gateway(9, 1, VACANT, 0, ""), Code::UnknownGateway),
        (
            gateway(0, 1, public_key("g"), 9, "https://a.example"),
            Code::UnknownAuthority,
        ),
        (gateway(0, 1, taken, 0, "https://a.example"), Code::KeyInUse),
        (right(2, 2, true), Code::RightSequence),
        (right(1, 9, true), Code::UnknownAuthority),
        (
            Action::Right {
                reg: Reg(9),
                schema: 1,
                period: 1,
                authority: 0,
                begins: true,
            },
            Code::UnknownRegister,
        ),
    ] {
        let tx = chain.decision(action, 3);
        assert_eq!(chain.app.check_tx(&tx).outcome(), code, "{action:?}");
        assert_eq!(chain.try_tx(tx), code, "{action:?}");
    }
    check_restore(&chain);
}

#[test]
fn validators_change_by_at_most_a_third_of_the_power_a_block() {
    let mut chain = Chain::new();
    let old = [0, 1].map(|i: usize| chain.genesis.validators[i].pub_key);
    // One of four equal keys may be exchanged, a second one in the same block may not.
    let first = chain.decision(validator(0, 1, public_key("v0"), 10), 3);
    let second = chain.decision(validator(1, 1, public_key("v1"), 10), 3);
    let block = chain.next_block(vec![first, second.clone()]);
    let done = chain.take(block);
    let codes: Vec<_> = done
        .tx_results
        .iter()
        .map(toend_state_machine::TxResult::outcome)
        .collect();
    assert_eq!(codes, [Code::Ok, Code::ChangeTooGreat]);
    let mut expected = vec![
        ValidatorUpdate {
            pub_key: old[0],
            power: 0,
        },
        ValidatorUpdate {
            pub_key: public_key("v0"),
            power: 10,
        },
    ];
    expected.sort_by_key(|update| update.pub_key);
    assert_eq!(done.validator_updates, expected);
    let value = ValidatorValue::decode(&chain.proven(Key::Validator(0), None).unwrap()).unwrap();
    assert_eq!((value.pub_key, value.power), (public_key("v0"), 10));

    // In the next block it may.
    let block = chain.next_block(vec![second]);
    assert_eq!(chain.take(block).validator_updates.len(), 2);
    // A power changes under the same key.
    let more = chain.decision(validator(1, 2, public_key("v1"), 20), 3);
    let block = chain.next_block(vec![more]);
    assert_eq!(
        chain.take(block).validator_updates,
        [ValidatorUpdate {
            pub_key: public_key("v1"),
            power: 20
        }]
    );
    // A block without such a decision changes nothing.
    let block = chain.next_block(vec![]);
    assert_eq!(chain.take(block).validator_updates, []);
    let gone = chain.decision(validator(2, 1, VACANT, 0), 3);
    let block = chain.next_block(vec![gone]);
    assert_eq!(
        chain.take(block).validator_updates,
        [ValidatorUpdate {
            pub_key: chain.genesis.validators[2].pub_key,
            power: 0
        }]
    );
    check_restore(&chain);
}

#[test]
fn the_last_authority_and_the_last_validator_stay() {
    let mut genesis = demo::genesis();
    genesis.app.governance_keys.truncate(1);
    genesis.validators.truncate(1);
    let mut chain = Chain::on(genesis);
    let leaves = chain.decision(authority(0, 1, VACANT), 1);
    assert_eq!(chain.try_tx(leaves), Code::ChangeTooGreat);
    let stops = chain.decision(validator(0, 1, VACANT, 0), 1);
    assert_eq!(chain.try_tx(stops), Code::ChangeTooGreat);
}

#[test]
fn a_gateway_moves_changes_its_key_and_closes() {
    let mut chain = Chain::new();
    let genesis_key = chain.genesis.app.gateways[1].key;
    let moved = chain.decision(gateway(1, 1, genesis_key, 1, "https://tax.example/v1"), 3);
    assert_eq!(chain.try_tx(moved), Code::Ok);
    let value = GatewayValue::decode(&chain.proven(Key::Gateway(1), None).unwrap()).unwrap();
    assert_eq!(
        (value.key, value.gateway.as_str(), value.rpc.as_str()),
        (genesis_key, "https://tax.example/v1", "")
    );
    let filing = |chain: &Chain, n, key: &SigningKey| {
        Tx::Filing(Filing::signed(chain.net, 1, id("f", n), key)).encode()
    };
    let old = demo::signing_key(Purpose::Gateway, 1);
    let tx = filing(&chain, 1, &old);
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let rotated = chain.decision(
        gateway(1, 2, public_key("g"), 1, "https://tax.example/v1"),
        3,
    );
    assert_eq!(chain.try_tx(rotated), Code::Ok);
    let tx = filing(&chain, 2, &old);
    assert_eq!(chain.try_tx(tx), Code::BadSignature);
    let tx = filing(&chain, 2, &key("g"));
    assert_eq!(chain.try_tx(tx), Code::Ok);
    let closed = chain.decision(gateway(1, 3, VACANT, 1, ""), 3);
    assert_eq!(chain.try_tx(closed), Code::Ok);
    let tx = filing(&chain, 3, &key("g"));
    assert_eq!(chain.try_tx(tx), Code::UnknownGateway);
    check_restore(&chain);
}

#[test]
fn an_issuer_stands_beside_the_address_from_the_second_rules_on() {
    let mut chain = Chain::new();
    let key = chain.genesis.app.gateways[1].key;
    let named = TlsIssuer::Named([9; 32]);
    let decided = |serial, issuer| {
        let action = gateway(1, serial, key, 1, "https://tax.example/v1");
        issued_by(action, issuer)
    };
    // Programs of the first rules know no such decision: it is no transaction, in no place where one is asked.
    let early = chain.decision(decided(1, named), 3);
    assert_eq!(chain.app.check_tx(&early).outcome(), Code::Malformed);
    assert!(
        chain
            .app
            .prepare_proposal(vec![early.clone()], 1 << 20)
            .is_empty()
    );
    let next = chain.height() + 1;
    let proposal = chain
        .app
        .process_proposal(next, 0, std::slice::from_ref(&early));
    assert_eq!(
        proposal,
        Proposal::Reject {
            place: 0,
            code: Code::Malformed
        }
    );
    assert_eq!(chain.try_tx(early), Code::Malformed);

    let upgrade = Action::Upgrade {
        serial: 1,
        version: 2,
        height: chain.height() + 3,
    };
    let upgrade = chain.decision(upgrade, 3);
    assert_eq!(chain.try_tx(upgrade), Code::Ok);
    let last = chain.decision(decided(1, named), 3);
    assert_eq!(
        chain.try_tx(last.clone()),
        Code::Malformed,
        "the last block of the first rules"
    );
    assert_eq!(
        chain.app.check_tx(&last).outcome(),
        Code::Ok,
        "for the next block"
    );
    assert_eq!(chain.try_tx(last), Code::Ok);
    let standing = |chain: &Chain| {
        GatewayValue::decode(&chain.proven(Key::Gateway(1), None).unwrap()).unwrap()
    };
    assert_eq!(standing(&chain).tls_issuer, named);
    for (serial, issuer) in [(2, TlsIssuer::System), (3, TlsIssuer::Unsaid)] {
        let tx = chain.decision(decided(serial, issuer), 3);
        assert_eq!(chain.try_tx(tx), Code::Ok);
        assert_eq!(standing(&chain).tls_issuer, issuer);
    }
    check_restore(&chain);
}

#[test]
fn a_right_ends_and_begins_again_and_its_past_stays_provable() {
    let mut chain = Chain::new();
    let at = |period| Key::Right {
        reg: BUSINESS,
        schema: 3001,
        period,
    };
    let ends = chain.decision(right(1, 2, false), 3);
    assert_eq!(chain.try_tx(ends.clone()), Code::Ok);
    let ended = chain.height() + 1;
    assert_eq!(chain.try_tx(ends), Code::RightSequence, "a replay");
    let begins = chain.decision(right(2, 3, true), 3);
    assert_eq!(chain.try_tx(begins.clone()), Code::Ok);
    let begun = chain.height() + 1;
    assert_eq!(chain.try_tx(begins), Code::RightSequence, "a replay");
    let other_authority = chain.decision(right(2, 2, false), 3);
    assert_eq!(chain.try_tx(other_authority), Code::RightSequence);
    let value = |chain: &Chain, period| {
        RightValue::decode(&chain.proven(at(period), None).unwrap()).unwrap()
    };
    let first = value(&chain, 1);
    assert_eq!((first.from, first.until, first.authority), (1, ended, 2));
    let second = value(&chain, 2);
    assert_eq!(
        (second.from, second.until, second.authority),
        (begun, RightValue::OPEN, 3)
    );
    assert!(!first.covers(ended) && !second.covers(ended) && second.covers(begun));
    assert_eq!(chain.proven(at(3), None), None);
    check_restore(&chain);
}

#[test]
fn a_network_without_decisions_has_the_state_it_always_had() {
    let chain = Chain::new();
    assert_eq!(App::genesis_state(&chain.genesis).len(), 7);
}
