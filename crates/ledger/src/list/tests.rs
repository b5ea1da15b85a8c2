use super::*;
use crate::genesis::demo;
use crate::state::{At, PublicListValue};

const REG: Reg = Reg(1);

fn subject() -> Subject {
    Subject::person("EE", "47101010033").unwrap()
}

fn list_key(n: u8) -> ListKey {
    ListKey::new([1; 32], REG, SecretKey::from_bytes([n; 32]))
}

#[test]
fn inputs_have_fixed_layouts_and_fit_the_vrf() {
    let alpha = open_alpha(&[1; 32], REG, 2, &subject());
    assert_eq!(
        alpha,
        [
            b"toend/open/v1\0".as_slice(),
            &[1; 32],
            &[0, 1],
            &[0, 2],
            b"\x01EE\x0b47101010033"
        ]
        .concat()
    );
    let alpha = label_alpha(&[1; 32], REG, Class::AccessLog, 7);
    assert_eq!(
        alpha,
        [
            b"toend/label/v1\0".as_slice(),
            &[1; 32],
            &[0, 1],
            &[1],
            &[0, 0, 0, 0, 0, 0, 0, 7]
        ]
        .concat()
    );
    assert!(alpha.len() <= crate::vrf::MAX_ALPHA);
    assert!(pop_alpha(&[1; 32], REG, 1).starts_with(b"toend/pop/v1\0"));
}

#[test]
fn fr_1_8_the_holder_finds_every_place_alone() {
    // From the list key alone: no register, no gateway, no other input.
    let key = list_key(5);
    let places: std::collections::BTreeSet<_> = (1..=20)
        .flat_map(|n| [Class::Records, Class::AccessLog].map(|class| key.label(class, n).unwrap()))
        .collect();
    assert_eq!(places.len(), 40, "every number and class has its own place");
    for n in 1..=3 {
        let proof = key.prove_label(Class::Records, n).unwrap();
        let shown = verify_label(&key.public(), &[1; 32], REG, Class::Records, n, &proof);
        assert_eq!(shown, key.label(Class::Records, n));
        assert!(verify_label(&key.public(), &[1; 32], REG, Class::Records, n + 1, &proof).is_err());
        assert!(verify_label(&key.public(), &[1; 32], REG, Class::AccessLog, n, &proof).is_err());
        assert!(verify_label(&key.public(), &[1; 32], Reg(2), Class::Records, n, &proof).is_err());
        assert!(verify_label(&key.public(), &[2; 32], REG, Class::Records, n, &proof).is_err());
    }
}

#[test]
fn fr_1_5_each_epoch_gives_another_opening() {
    let net = [1; 32];
    let epoch_keys = [
        SecretKey::from_bytes([1; 32]),
        SecretKey::from_bytes([2; 32]),
    ];
    let first = opening(&epoch_keys[0], &net, REG, 1, &subject()).unwrap();
    let second = opening(&epoch_keys[1], &net, REG, 2, &subject()).unwrap();
    assert_ne!(first, second);
    let proof = epoch_keys[0]
        .prove(&open_alpha(&net, REG, 1, &subject()))
        .unwrap();
    assert_eq!(
        verify_opening(&epoch_keys[0].public(), &net, REG, 1, &subject(), &proof),
        Ok(first)
    );
    assert!(verify_opening(&epoch_keys[1].public(), &net, REG, 2, &subject(), &proof).is_err());
    let other = Subject::person("EE", "37101010021").unwrap();
    assert!(verify_opening(&epoch_keys[0].public(), &net, REG, 1, &other, &proof).is_err());
}

#[test]
fn fr_4_8_a_wrong_list_key_is_noticed() {
    let (o, right) = ([3; 32], list_key(5));
    let k = list_commitment(&o, &right.public());
    assert_eq!(right.belongs_to(&o, &k), Ok(()));
    assert_eq!(list_key(6).belongs_to(&o, &k), Err(ListError::WrongListKey));
    assert_eq!(right.belongs_to(&[4; 32], &k), Err(ListError::WrongListKey));
}

#[test]
fn fr_4_2_possession_is_bound_to_register_and_epoch() {
    let (net, secret) = ([1; 32], SecretKey::from_bytes([8; 32]));
    let proof = secret.prove(&pop_alpha(&net, REG, 1)).unwrap();
    assert!(
        secret
            .public()
            .verify(&pop_alpha(&net, REG, 1), &proof)
            .is_ok()
    );
    for alpha in [
        pop_alpha(&net, Reg(2), 1),
        pop_alpha(&net, REG, 2),
        pop_alpha(&[2; 32], REG, 1),
    ] {
        assert!(secret.public().verify(&alpha, &proof).is_err());
    }
    // Copying another register's key: the copier has no proof of its own.
    let other = SecretKey::from_bytes([9; 32]);
    assert!(
        other
            .public()
            .verify(&pop_alpha(&net, REG, 1), &proof)
            .is_err()
    );
    // The three uses of a register's key never share an input.
    assert_ne!(
        open_alpha(&net, REG, 1, &subject()),
        pop_alpha(&net, REG, 1)
    );
    assert!(demo::vrf_key(Reg(1)).public() != demo::vrf_key(Reg(2)).public());
}

fn public_list(entries: &[Hash]) -> PublicListValue {
    let mut frontier = Frontier::new();
    for c in entries {
        frontier.push(leaf_hash(c));
    }
    PublicListValue {
        frontier,
        at: At {
            height: 1,
            time_ms: 1,
        },
    }
}

#[test]
fn fr_1_7_none_is_an_existing_list_of_size_0() {
    let empty = public_list(&[]);
    assert_eq!(verify_public_list(&empty, &[]), Ok(()));
    assert!(verify_public_list(&empty, &[[1; 32]]).is_err());
    // A misspelt number never becomes a key at all, so its "absence" cannot even be asked.
    assert!(Subject::company("EE", "019999012").is_err());
    assert!(Subject::company("EE", "19999013").is_err());
}

#[test]
fn fr_1_7_a_public_list_is_replayed_to_its_size() {
    let entries = [[1; 32], [2; 32], [3; 32]];
    let value = public_list(&entries);
    assert_eq!(verify_public_list(&value, &entries), Ok(()));
    assert_eq!(
        verify_public_list(&value, &entries[..2]),
        Err(ListError::OtherContents {
            delivered: 2,
            sealed: 3
        })
    );
    let swapped = [entries[1], entries[0], entries[2]];
    assert!(verify_public_list(&value, &swapped).is_err());
    let more = [entries.as_slice(), &[[4; 32]]].concat();
    assert!(verify_public_list(&value, &more).is_err());
}

#[test]
fn keys_do_not_show() {
    let text = format!("{:?}", list_key(9));
    assert_eq!(text, "ListKey(register 1, …)");
}
