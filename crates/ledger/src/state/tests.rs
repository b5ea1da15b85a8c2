use proptest::prelude::*;

use super::*;
use crate::merkle::Frontier;
use crate::record::Flag;

const AT: At = At {
    height: 7,
    time_ms: 1_793_491_200_000,
};

const FAULT: Fault = Fault {
    kind: FaultKind::DuplicateVote,
    address: [0xcd; 20],
    height: 5,
    time_ms: 1_793_491_190_000,
    at: AT,
};

fn keys() -> Vec<Key> {
    let reg = Reg(3);
    let id = [0xab; 32];
    vec![
        Key::History,
        Key::Register(reg),
        Key::Epoch { reg, epoch: 1 },
        Key::Opening {
            reg,
            epoch: 1,
            o: id,
        },
        Key::Entry { reg, label: id },
        Key::Head { reg, r: id },
        Key::PublicList {
            reg,
            subject_hash: id,
        },
        Key::Filing(id),
        Key::Covert { reg, s: id },
        Key::Authority(4),
        Key::Gateway(5),
        Key::Validator(6),
        Key::Right {
            reg,
            schema: 1001,
            period: 1,
        },
        Key::Fault(4),
        Key::Rules,
        Key::Consensus([0xcd; 20]),
    ]
}

fn values() -> Vec<Vec<u8>> {
    let mut frontier = Frontier::new();
    for i in 0..5 {
        frontier.push([i; 32]);
    }
    vec![
        HistoryValue {
            frontier: frontier.clone(),
        }
        .encode(),
        RegisterValue {
            seal_key: [1; 32],
            answer_key: [2; 32],
            next_batch: 3,
            opened: 4,
            entries: 5,
            heads: 6,
            changed: None,
        }
        .encode(),
        EpochValue {
            vrf_key: [1; 32],
            from: 1,
            until: EpochValue::OPEN,
        }
        .encode(),
        OpeningValue { k: [1; 32], at: AT }.encode(),
        EntryValue { c: [1; 32], at: AT }.encode(),
        HeadValue {
            v: 1,
            flag: Flag::Ended,
            hd: [1; 32],
            at: AT,
        }
        .encode(),
        PublicListValue { frontier, at: AT }.encode(),
        FilingValue {
            gateway: 2,
            place: 9,
            at: AT,
        }
        .encode(),
        CovertValue {
            open_by: 5,
            opened_at: 0,
        }
        .encode(),
        AuthorityValue {
            governance_key: [1; 32],
            serial: 1,
            at: AT,
        }
        .encode(),
        GatewayValue {
            key: [1; 32],
            authority: 2,
            gateway: Address::new("https://gateway.example").unwrap(),
            rpc: Address::new("").unwrap(),
            tls_issuer: TlsIssuer::Unsaid,
            serial: 3,
            at: AT,
        }
        .encode(),
        ValidatorValue {
            pub_key: [1; 32],
            power: 10,
            serial: 1,
            at: AT,
        }
        .encode(),
        RightValue {
            authority: 1,
            from: 7,
            until: RightValue::OPEN,
        }
        .encode(),
        FaultValue {
            count: 2,
            first: FAULT,
            last: Fault {
                kind: FaultKind::LightClientAttack,
                ..FAULT
            },
        }
        .encode(),
        RulesValue {
            before: 1,
            version: 2,
            from: 100,
            serial: 1,
            at: AT,
        }
        .encode(),
        ConsensusValue {
            authority: 4,
            at: AT,
        }
        .encode(),
    ]
}

#[test]
fn keys_have_the_lengths_of_the_table() {
    let lengths: Vec<_> = keys().iter().map(|key| key.encode().len()).collect();
    assert_eq!(
        lengths,
        [1, 3, 5, 37, 35, 35, 35, 33, 35, 3, 3, 3, 9, 3, 1, 21]
    );
    for key in keys() {
        assert_eq!(Key::decode(&key.encode()), Ok(key));
    }
}

#[test]
fn values_have_the_lengths_of_the_table() {
    let lengths: Vec<_> = values().iter().map(Vec::len).collect();
    assert_eq!(
        lengths,
        [
            1 + 8 + 64,
            97,
            49,
            49,
            49,
            54,
            1 + 8 + 64 + 16,
            23,
            17,
            53,
            311,
            61,
            19,
            111,
            45,
            19
        ]
    );
    for (key, bytes) in keys().iter().zip(values()) {
        assert_eq!(Value::decode(key, &bytes).unwrap().encode(), bytes);
    }
}

#[test]
fn values_of_another_format_are_refused() {
    for (key, mut bytes) in keys().into_iter().zip(values()) {
        for format in [0, 2, 3] {
            // Two formats of a gateway's and a register's value are known; one with the length of the other is neither.
            if format == 2 && matches!(key, Key::Gateway(_) | Key::Register(_)) {
                continue;
            }
            bytes[0] = format;
            assert_eq!(
                Value::decode(&key, &bytes),
                Err(ValueError::UnknownFormat(format))
            );
        }
    }
}

#[test]
fn a_register_may_count_its_changes_and_values_without_them_still_read() {
    let began = RegisterValue {
        seal_key: [1; 32],
        answer_key: [2; 32],
        next_batch: 3,
        opened: 4,
        entries: 5,
        heads: 6,
        changed: None,
    };
    let changed = RegisterValue {
        changed: Some(KeyChange { serial: 7, at: AT }),
        ..began.clone()
    };
    let (old, new) = (began.encode(), changed.encode());
    assert_eq!((old.len(), old[0]), (97, FORMAT));
    assert_eq!((new.len(), new[0]), (97 + 20, FORMAT_CHANGES));
    assert_eq!(old[1..], new[1..97]);
    assert_eq!(RegisterValue::decode(&old), Ok(began));
    assert_eq!(RegisterValue::decode(&new), Ok(changed));
    // Neither reads with the format byte of the other, nor cut short, nor as change 0.
    for (bytes, format) in [(&old, FORMAT_CHANGES), (&new, FORMAT)] {
        let mut bytes = bytes.clone();
        bytes[0] = format;
        assert!(matches!(
            RegisterValue::decode(&bytes),
            Err(ValueError::Layout(_))
        ));
    }
    for cut in 0..new.len() {
        assert!(RegisterValue::decode(&new[..cut]).is_err());
    }
    let mut zero = new;
    zero[97..101].fill(0);
    assert_eq!(RegisterValue::decode(&zero), Err(ValueError::SerialZero));
}

#[test]
fn a_gateway_may_name_its_issuer_and_values_without_one_still_read() {
    let mut value = GatewayValue {
        key: [1; 32],
        authority: 2,
        gateway: Address::new("https://gateway.example").unwrap(),
        rpc: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Unsaid,
        serial: 3,
        at: AT,
    };
    let old = value.encode();
    assert_eq!((old.len(), old[0]), (311, 1));
    let file = Some([8; 32]);
    for (issuer, counts) in [
        (TlsIssuer::Unsaid, file),
        (TlsIssuer::System, None),
        (TlsIssuer::Named([7; 32]), Some([7; 32])),
    ] {
        value.tls_issuer = issuer;
        assert_eq!(GatewayValue::decode(&value.encode()), Ok(value));
        assert_eq!(issuer.over(file), counts);
    }
    let new = value.encode();
    assert_eq!((new.len(), new[0]), (343, 2));
    for cut in 0..new.len() {
        assert!(GatewayValue::decode(&new[..cut]).is_err());
    }
    assert!(GatewayValue::decode(&[&new[..], &[0]].concat()).is_err());
    // Neither is read as the other.
    for (bytes, format) in [(&old, 2), (&new, 1)] {
        let mut other = bytes.clone();
        other[0] = format;
        assert!(GatewayValue::decode(&other).is_err());
    }
}

#[test]
fn fr_5_5_lengths_are_strict_for_keys_and_values() {
    for (key, bytes) in keys().into_iter().zip(values()) {
        let encoded = key.encode();
        for cut in 0..encoded.len() {
            assert!(Key::decode(&encoded[..cut]).is_err());
        }
        assert!(Key::decode(&[&encoded[..], &[0]].concat()).is_err());
        for cut in 0..bytes.len() {
            assert!(Value::decode(&key, &bytes[..cut]).is_err());
        }
        assert!(Value::decode(&key, &[&bytes[..], &[0]].concat()).is_err());
    }
}

#[test]
fn fr_5_5_a_filing_cannot_be_read_as_an_entry() {
    // A filer chooses F freely, so let F be the body of an entry's key: the places differ all the same.
    let entry = Key::Entry {
        reg: Reg(1),
        label: [9; 32],
    };
    let filing = Key::Filing(entry.encode()[3..].try_into().unwrap());
    assert_ne!(entry.encode(), filing.encode());
    assert_ne!(entry.hash(), filing.hash());
    let value = FilingValue {
        gateway: 0,
        place: 0,
        at: AT,
    }
    .encode();
    assert!(Value::decode(&entry, &value).is_err());
    // Entry and opening values have one layout; their keys' tags and lengths tell them apart.
    assert_ne!(
        Key::Opening {
            reg: Reg(1),
            epoch: 1,
            o: [9; 32]
        }
        .hash(),
        entry.hash()
    );
}

#[test]
fn impossible_values_are_refused() {
    let head = HeadValue {
        v: 1,
        flag: Flag::Current,
        hd: [1; 32],
        at: AT,
    };
    let mut bytes = head.encode();
    bytes[4] = 0;
    assert_eq!(HeadValue::decode(&bytes), Err(ValueError::VersionZero));
    let mut bytes = head.encode();
    bytes[5] = 2;
    assert_eq!(HeadValue::decode(&bytes), Err(ValueError::UnknownFlag(2)));
    let epoch = EpochValue {
        vrf_key: [1; 32],
        from: 9,
        until: 8,
    };
    assert_eq!(
        EpochValue::decode(&epoch.encode()),
        Err(ValueError::EpochReversed { from: 9, until: 8 })
    );
}

#[test]
fn an_address_has_one_form() {
    assert_eq!(
        Address::new("https://a.example:8443/").unwrap().as_str(),
        "https://a.example:8443/"
    );
    assert_eq!(Address::new("").unwrap().as_str(), "");
    for bad in [
        "https://a b",
        "https://\u{e4}.example",
        "a\nb",
        &"a".repeat(129),
    ] {
        assert_eq!(Address::new(bad), Err(ValueError::Address), "{bad:?}");
    }
    let mut hidden = [0; ADDRESS_LEN];
    hidden[0] = b'a';
    hidden[2] = b'b';
    assert_eq!(Address::from_bytes(hidden), Err(ValueError::Address));
    assert_eq!(Address::new(&"a".repeat(128)).unwrap().as_str().len(), 128);
}

#[test]
fn a_decided_value_counts_its_changes_from_one() {
    let value = AuthorityValue {
        governance_key: [1; 32],
        serial: 0,
        at: AT,
    };
    assert_eq!(
        AuthorityValue::decode(&value.encode()),
        Err(ValueError::SerialZero)
    );
    let right = RightValue {
        authority: 0,
        from: 5,
        until: 9,
    };
    assert_eq!(
        [4, 5, 8, 9].map(|height| right.covers(height)),
        [false, true, true, false]
    );
}

#[test]
fn fr_1_3_two_registers_never_share_a_place() {
    let (label, a, b) = ([5; 32], Reg(1), Reg(2));
    assert_ne!(
        Key::Entry { reg: a, label }.hash(),
        Key::Entry { reg: b, label }.hash()
    );
    assert_ne!(
        Key::Head { reg: a, r: label }.hash(),
        Key::Head { reg: b, r: label }.hash()
    );
}

#[test]
fn fr_1_14_no_key_is_made_from_a_personal_code() {
    // A public list takes a subject's hash; the only function that makes its key refuses a person.
    let person = crate::subject::Subject::person("EE", "47101010033").unwrap();
    assert!(crate::list::public_list_key(Reg(3), &person).is_err());
    let company = crate::subject::Subject::company("EE", "19999012").unwrap();
    assert_eq!(
        crate::list::public_list_key(Reg(3), &company),
        Ok(Key::PublicList {
            reg: Reg(3),
            subject_hash: company.hash()
        })
    );
}

proptest! {
    #[test]
    fn decoders_never_panic_and_are_exact(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(key) = Key::decode(&bytes) {
            prop_assert_eq!(key.encode(), bytes.clone());
        }
        for key in keys() {
            if let Ok(value) = Value::decode(&key, &bytes) {
                prop_assert_eq!(value.encode(), bytes.clone());
            }
        }
    }
}
