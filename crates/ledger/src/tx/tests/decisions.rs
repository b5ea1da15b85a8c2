//! Decisions: who signs them, and the one layout of each action.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;

use super::{NET, public};
use crate::genesis::demo::{self, Purpose};
use crate::list::pop_alpha;
use crate::state::{Address, Reg, TlsIssuer};
use crate::tx::*;
use crate::vrf::SecretKey;

fn epoch_action() -> Action {
    let secret = SecretKey::from_bytes([9; 32]);
    Action::Epoch {
        reg: Reg(1),
        epoch: 2,
        vrf_key: secret.public(),
        possession: secret.prove(&pop_alpha(&NET, Reg(1), 2)).unwrap(),
    }
}

fn governance(n: u16) -> Vec<SigningKey> {
    (0..n)
        .map(|i| demo::signing_key(Purpose::Governance, i))
        .collect()
}

#[test]
fn decisions_need_more_than_two_thirds() {
    let keys = governance(4);
    let publics: BTreeMap<u16, _> = (0..).zip(keys.iter().map(public)).collect();
    let fewer: BTreeMap<u16, _> = (0..).zip(keys[..3].iter().map(public)).collect();
    let signed = |signers: &[u16]| {
        let signers: Vec<_> = signers
            .iter()
            .map(|i| (*i, &keys[usize::from(*i)]))
            .collect();
        Governance::signed(NET, epoch_action(), &signers)
    };
    let three = signed(&[2, 0, 3]).unwrap();
    assert_eq!(three.verify(&publics), Ok(()));
    assert_eq!(
        Tx::decode(&Tx::Governance(three.clone()).encode()),
        Ok(Tx::Governance(three.clone()))
    );
    assert_eq!(
        signed(&[0, 1]).unwrap().verify(&publics),
        Err(TxError::Signatures)
    );
    assert_eq!(
        signed(&[0, 0, 0]),
        Err(TxError::Signatures),
        "one authority counts once"
    );
    assert_eq!(
        three.verify(&fewer),
        Err(TxError::Signatures),
        "an authority that is none"
    );
    let wrong = Governance::signed(
        NET,
        epoch_action(),
        &[(0, &keys[1]), (1, &keys[1]), (2, &keys[2])],
    )
    .unwrap();
    assert_eq!(wrong.verify(&publics), Err(TxError::BadSignature));
}

/// One action of every kind, for the tests of layout.
fn actions() -> Vec<Action> {
    let address = |text| Address::new(text).unwrap();
    vec![
        epoch_action(),
        Action::Register {
            reg: Reg(4),
            old_seal_key: [0; 32],
            seal_key: [1; 32],
            answer_key: [2; 32],
        },
        Action::Authority {
            authority: 4,
            serial: 1,
            governance_key: [3; 32],
        },
        Action::Validator {
            authority: 4,
            serial: 1,
            pub_key: [4; 32],
            power: 10,
        },
        Action::Gateway {
            gateway: 4,
            serial: 2,
            key: [5; 32],
            authority: 4,
            gateway_address: address("https://land.example/v1"),
            rpc_address: address("https://land.example:26657"),
            tls_issuer: TlsIssuer::Unsaid,
        },
        Action::Right {
            reg: Reg(4),
            schema: 4001,
            period: 1,
            authority: 4,
            begins: true,
        },
        Action::Upgrade {
            serial: 1,
            version: 2,
            height: 1000,
        },
        Action::Gateway {
            gateway: 4,
            serial: 3,
            key: [5; 32],
            authority: 4,
            gateway_address: address("https://land.example/v1"),
            rpc_address: address(""),
            tls_issuer: TlsIssuer::Named([6; 32]),
        },
        Action::Gateway {
            gateway: 4,
            serial: 4,
            key: [5; 32],
            authority: 4,
            gateway_address: address("https://land.example/v1"),
            rpc_address: address(""),
            tls_issuer: TlsIssuer::System,
        },
        Action::Keys {
            reg: Reg(4),
            serial: 3,
            seal_key: [1; 32],
            answer_key: [2; 32],
        },
    ]
}

#[test]
fn every_action_has_one_layout() {
    let keys = governance(4);
    let signers: Vec<_> = (0u16..).zip(&keys).take(3).collect();
    // T("tx") + 01 03 net, then the action.
    let lengths: Vec<_> = actions()
        .into_iter()
        .map(|action| {
            let decision = Governance::signed(NET, action, &signers).unwrap();
            let bytes = Tx::Governance(decision.clone()).encode();
            assert_eq!(Tx::decode(&bytes), Ok(Tx::Governance(decision)));
            for cut in 0..bytes.len() {
                assert!(Tx::decode(&bytes[..cut]).is_err());
            }
            assert!(Tx::decode(&[&bytes[..], &[0]].concat()).is_err());
            bytes.len() - 34 - 2 - 3 * 66
        })
        .collect();
    assert_eq!(lengths, [117, 99, 39, 47, 297, 12, 21, 329, 329, 71]);
}

#[test]
fn an_action_with_an_address_in_another_form_or_another_flag_is_refused() {
    let keys = governance(4);
    let signers: Vec<_> = (0u16..).zip(&keys).take(3).collect();
    let bytes = |i: usize| {
        Tx::Governance(Governance::signed(NET, actions()[i], &signers).unwrap()).encode()
    };
    let mut address = bytes(4);
    address[34 + 1 + 2 + 4 + 32 + 2] = b' ';
    assert_eq!(Tx::decode(&address), Err(TxError::Address));
    let mut flag = bytes(5);
    flag[34 + 11] = 2;
    assert_eq!(Tx::decode(&flag), Err(TxError::UnknownFlag(2)));
    let mut kind = bytes(5);
    kind[34] = 10;
    assert_eq!(Tx::decode(&kind), Err(TxError::UnknownKind(10)));
}

#[test]
fn fr_4_2_a_register_key_without_possession_is_refused() {
    let action = epoch_action();
    assert_eq!(action.verify_possession(&NET), Ok(()));
    assert!(
        action.verify_possession(&[2; 32]).is_err(),
        "possession shown to another network"
    );
    let Action::Epoch {
        reg,
        epoch,
        possession,
        ..
    } = action
    else {
        panic!("an epoch")
    };
    let stolen = SecretKey::from_bytes([10; 32]).public();
    assert!(
        Action::Epoch {
            reg,
            epoch,
            vrf_key: stolen,
            possession
        }
        .verify_possession(&NET)
        .is_err()
    );
    let other = Action::Epoch {
        reg: Reg(2),
        epoch,
        vrf_key: SecretKey::from_bytes([9; 32]).public(),
        possession,
    };
    assert!(
        other.verify_possession(&NET).is_err(),
        "another register's key copied with its proof"
    );
}

#[test]
fn fr_4_2_a_second_encoding_of_a_key_is_refused() {
    let keys = governance(4);
    let signers: Vec<_> = (0u16..).zip(&keys).collect();
    let bytes = Tx::Governance(Governance::signed(NET, epoch_action(), &signers).unwrap()).encode();
    let at = 2 + 32 + 1 + 2 + 2;
    let mut small = bytes.clone();
    small[at..at + 32].copy_from_slice(&[0; 32]);
    assert!(matches!(Tx::decode(&small), Err(TxError::Key(_))));
    let mut negative_zero = bytes;
    negative_zero[at..at + 32].fill(0);
    negative_zero[at] = 1;
    negative_zero[at + 31] = 0x80;
    assert!(matches!(Tx::decode(&negative_zero), Err(TxError::Key(_))));
}
