//! Damaged, oversized and non-canonical input.

use proptest::prelude::*;

use crate::cometbft::*;

fn validators(n: u8) -> ValidatorSet {
    ValidatorSet::new(
        (1..=n)
            .map(|i| Validator::new([i; 32], u64::from(i)))
            .collect(),
    )
    .unwrap()
}

fn block() -> LightBlock {
    let set = validators(4);
    let id = BlockId {
        hash: [7; 32],
        parts: PartSetHeader {
            total: 1,
            hash: [8; 32],
        },
    };
    let time = Time::new(1_700_000_000, 5).unwrap();
    let header = Header {
        version: Version { block: 11, app: 1 },
        chain_id: "chain".into(),
        height: 300,
        time,
        last_block_id: Some(id),
        last_commit_hash: Some([1; 32]),
        data_hash: None,
        validators_hash: set.hash(),
        next_validators_hash: set.hash(),
        consensus_hash: [2; 32],
        app_hash: vec![3; 32],
        last_results_hash: Some([4; 32]),
        evidence_hash: Some([5; 32]),
        proposer_address: set.validators()[0].address,
    };
    let mut signatures: Vec<CommitSig> = set
        .validators()
        .iter()
        .map(|v| CommitSig {
            flag: BlockIdFlag::Commit,
            address: v.address,
            time,
            signature: [9; 64],
        })
        .collect();
    signatures[1] = CommitSig::ABSENT;
    signatures[2].flag = BlockIdFlag::Nil;
    let commit = Commit {
        height: 300,
        round: 2,
        block_id: Some(id),
        signatures,
    };
    LightBlock {
        signed_header: SignedHeader { header, commit },
        validator_set: set.clone(),
        next_validator_set: Some(set),
    }
}

#[test]
fn both_encodings_round_trip() {
    let block = block();
    assert_eq!(LightBlock::decode(&block.encode()).unwrap(), block);
    let json = serde_json::to_vec(&block).unwrap();
    assert_eq!(read_json::<LightBlock>(&json).unwrap(), block);
}

#[test]
fn every_truncation_is_refused() {
    let bytes = block().encode();
    for end in 0..bytes.len() {
        assert!(
            LightBlock::decode(&bytes[..end]).is_err() || end == bytes.len() - validator_tail(),
            "cut at {end}"
        );
    }
}

/// Cutting exactly before the optional third field leaves a whole light block.
fn validator_tail() -> usize {
    let mut block = block();
    let with = block.encode().len();
    block.next_validator_set = None;
    with - block.encode().len()
}

#[test]
fn one_encoding_only() {
    let version = Version { block: 11, app: 1 };
    assert_eq!(version.encode(), [0x08, 11, 0x10, 1]);
    for (bad, why) in [
        (&[0x10, 1, 0x08, 11][..], FormatError::UnexpectedField(1)),
        (&[0x08, 11, 0x08, 11], FormatError::UnexpectedField(1)),
        (&[0x08, 0x8b, 0x00, 0x10, 1], FormatError::Number),
        (&[0x08, 0, 0x10, 1], FormatError::DefaultWritten(1)),
        (
            &[0x08, 11, 0x10, 1, 0x18, 1],
            FormatError::UnexpectedField(3),
        ),
        (&[0x0a, 1, 11], FormatError::UnexpectedField(1)),
        (&[0x08], FormatError::Truncated),
        (
            &[
                0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02,
            ],
            FormatError::Number,
        ),
    ] {
        assert_eq!(Version::decode(bad), Err(why), "{bad:?}");
    }
}

#[test]
fn sets_are_bounded_and_checked() {
    let v = Validator::new([1; 32], 5);
    assert_eq!(
        ValidatorSet::new(vec![]),
        Err(FormatError::EmptyValidatorSet)
    );
    assert_eq!(
        ValidatorSet::new(vec![v, v]),
        Err(FormatError::DuplicateValidator)
    );
    assert_eq!(
        ValidatorSet::new(vec![Validator {
            address: [0; 20],
            ..v
        }]),
        Err(FormatError::AddressNotOfKey)
    );
    let heavy = Validator::new([2; 32], MAX_TOTAL_POWER - 4);
    assert_eq!(ValidatorSet::new(vec![v, heavy]), Err(FormatError::Power));
    assert!(ValidatorSet::new(vec![v, Validator::new([2; 32], MAX_TOTAL_POWER - 5)]).is_ok());
    assert!(matches!(
        ValidatorSet::new(vec![v; MAX_VALIDATORS + 1]),
        Err(FormatError::TooMany { .. })
    ));
    let order: Vec<u64> = validators(5).validators().iter().map(|v| v.power).collect();
    assert_eq!(order, [5, 4, 3, 2, 1]);
}

#[test]
fn json_variants() {
    let block = block();
    let mut json = serde_json::to_value(&block).unwrap();
    // The bare list, in another order; the flag by name; numbers without quotes; the other name of the parts.
    let mut list = json["validator_set"]["validators"].clone();
    list.as_array_mut().unwrap().reverse();
    json["validator_set"] = list;
    json["signed_header"]["header"]["height"] = 300.into();
    json["signed_header"]["commit"]["signatures"][0]["block_id_flag"] =
        "BLOCK_ID_FLAG_COMMIT".into();
    let parts = json["signed_header"]["commit"]["block_id"]
        .as_object_mut()
        .unwrap()
        .remove("parts")
        .unwrap();
    json["signed_header"]["commit"]["block_id"]["part_set_header"] = parts;
    json["signed_header"]["header"]["data_hash"] = serde_json::Value::Null;
    json["next_validator_set"]["proposer"] = serde_json::Value::Null;
    json["provider"] = "someone".into();
    assert_eq!(
        read_json::<LightBlock>(&serde_json::to_vec(&json).unwrap()).unwrap(),
        block
    );

    for (pointer, value) in [
        ("/signed_header/header/height", serde_json::json!("0")),
        ("/signed_header/header/height", serde_json::json!("-1")),
        (
            "/signed_header/header/height",
            serde_json::json!("9223372036854775808"),
        ),
        ("/signed_header/header/height", serde_json::json!(1.5)),
        (
            "/signed_header/header/chain_id",
            serde_json::json!("x".repeat(51)),
        ),
        (
            "/signed_header/header/app_hash",
            serde_json::json!("00".repeat(65)),
        ),
        (
            "/signed_header/header/proposer_address",
            serde_json::json!("00"),
        ),
        ("/signed_header/commit/round", serde_json::json!(-1)),
        (
            "/signed_header/commit/signatures/0/block_id_flag",
            serde_json::json!(4),
        ),
        (
            "/signed_header/commit/signatures/0/signature",
            serde_json::json!("AAAA"),
        ),
        (
            "/signed_header/commit/signatures/1/timestamp",
            serde_json::json!("2020-01-01T00:00:00Z"),
        ),
        (
            "/signed_header/commit/block_id/part_set_header/hash",
            serde_json::json!(""),
        ),
        (
            "/next_validator_set/total_voting_power",
            serde_json::json!("11"),
        ),
        (
            "/next_validator_set/validators/0/pub_key/type",
            serde_json::json!("tendermint/PubKeySecp256k1"),
        ),
    ] {
        let mut bad = json.clone();
        *bad.pointer_mut(pointer).unwrap() = value.clone();
        let got = read_json::<LightBlock>(&serde_json::to_vec(&bad).unwrap());
        assert!(
            matches!(got, Err(FormatError::Json(_))),
            "{pointer} = {value}: {got:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_changed_byte_never_passes_as_the_same(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        let block = block();
        let mut bytes = block.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = LightBlock::decode(&bytes) {
            prop_assert_ne!(&other, &block);
            prop_assert_eq!(other.encode(), bytes, "what is read is what would be written");
        }
    }

    #[test]
    fn decoders_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = LightBlock::decode(&bytes);
        let _ = Header::decode(&bytes);
        let _ = Commit::decode(&bytes);
        let _ = ValidatorSet::decode(&bytes);
        let _ = bundle::decode(&bytes);
        let _ = bundle::decode(&[b"TBH1\0\0\0\0\0\0\0\x01\0\x01".as_slice(), &bytes].concat());
        let _ = read_json::<LightBlock>(&bytes);
    }

    #[test]
    fn memoised_hash_is_the_plain_one(
        changes in proptest::collection::vec((0usize..14, any::<u8>()), 1..60)
    ) {
        let mut header = block().signed_header.header;
        let mut hasher = HeaderHasher::new();
        let mut all = Vec::new();
        for (field, value) in changes {
            match field {
                0 => header.version.app = u64::from(value),
                1 => header.chain_id = format!("chain-{value}"),
                2 => header.height = u64::from(value) + 1,
                3 => header.time = Time::new(i64::from(value), u32::from(value)).unwrap(),
                4 => header.last_block_id = (value > 99).then_some(BlockId { hash: [value; 32], parts: PartSetHeader { total: 1, hash: [1; 32] } }),
                5 => header.last_commit_hash = (value > 9).then_some([value; 32]),
                6 => header.data_hash = (value > 9).then_some([value; 32]),
                7 => header.validators_hash = [value; 32],
                8 => header.next_validators_hash = [value; 32],
                9 => header.consensus_hash = [value; 32],
                10 => header.app_hash = vec![value; usize::from(value % 65)],
                11 => header.last_results_hash = (value > 9).then_some([value; 32]),
                12 => header.evidence_hash = (value > 9).then_some([value % 2; 32]),
                _ => header.proposer_address = [value % 16; 20],
            }
            prop_assert_eq!(hasher.hash(&header), header.hash());
            all.push(header.clone());
        }
        let mut hashes = vec![[0; 32]; all.len()];
        hash_headers(&all, &mut hashes);
        for (header, hash) in all.iter().zip(hashes) {
            prop_assert_eq!(header.hash(), hash);
        }
    }
}
