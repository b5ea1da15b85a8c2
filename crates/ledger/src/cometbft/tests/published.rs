//! Hashes and sign bytes that CometBFT and tendermint-rs publish.

use sha2::{Digest as _, Sha256};

use crate::cometbft::*;

fn sha(text: &str) -> Hash {
    Sha256::digest(text).into()
}

#[test]
fn header_hash_of_cometbft() {
    let header = Header {
        version: Version { block: 1, app: 2 },
        chain_id: "chainId".into(),
        height: 3,
        time: Time::parse_rfc3339("2019-10-13T16:14:44Z").unwrap(),
        last_block_id: Some(BlockId {
            hash: [0; 32],
            parts: PartSetHeader {
                total: 6,
                hash: [0; 32],
            },
        }),
        last_commit_hash: Some(sha("last_commit_hash")),
        data_hash: Some(sha("data_hash")),
        validators_hash: sha("validators_hash"),
        next_validators_hash: sha("next_validators_hash"),
        consensus_hash: sha("consensus_hash"),
        app_hash: sha("app_hash").to_vec(),
        last_results_hash: Some(sha("last_results_hash")),
        evidence_hash: Some(sha("evidence_hash")),
        proposer_address: sha("proposer_address")[..20].try_into().unwrap(),
    };
    let want = "F740121F553B5418C3EFBD343C2DBFE9E007BB67B0D020A0741374BAB65242A4";
    assert_eq!(hex::encode_upper(header.hash()), want);
    assert_eq!(hex::encode_upper(HeaderHasher::new().hash(&header)), want);
}

#[test]
fn sign_byte_vectors_of_cometbft() {
    let zero_time = "2a0b088092b8c398feffffff01";
    let one = "0100000000000000";
    let cases = [
        (VoteKind::Unknown, "", 0, 0, format!("0d{zero_time}")),
        (
            VoteKind::Precommit,
            "",
            1,
            1,
            format!("21080211{one}19{one}{zero_time}"),
        ),
        (
            VoteKind::Prevote,
            "",
            1,
            1,
            format!("21080111{one}19{one}{zero_time}"),
        ),
        (
            VoteKind::Unknown,
            "",
            1,
            1,
            format!("1f11{one}19{one}{zero_time}"),
        ),
        (
            VoteKind::Unknown,
            "test_chain_id",
            1,
            1,
            format!("2e11{one}19{one}{zero_time}320d746573745f636861696e5f6964"),
        ),
        // The sixth vector is the fifth with a vote extension, which is not part of what is signed.
        (
            VoteKind::Unknown,
            "test_chain_id",
            1,
            1,
            format!("2e11{one}19{one}{zero_time}320d746573745f636861696e5f6964"),
        ),
    ];
    for (i, (kind, chain, height, round, want)) in cases.into_iter().enumerate() {
        assert_eq!(
            hex::encode(sign_bytes(kind, chain, height, round, None, Time::ZERO)),
            want,
            "vector {i}"
        );
    }
}

#[test]
fn empty_lists_have_the_empty_root() {
    let empty: [&[u8]; 0] = [];
    assert_eq!(data_hash(&empty), crate::merkle::EMPTY_ROOT);
    assert_eq!(results_hash(&[]), crate::merkle::EMPTY_ROOT);
}

#[test]
fn times() {
    for text in [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "2000-02-29T12:00:00.5Z",
        "2023-05-17T14:12:53.088875124Z",
        "9999-12-31T23:59:59Z",
    ] {
        let time = Time::parse_rfc3339(text).unwrap();
        assert_eq!(time.to_rfc3339(), text);
        assert_eq!(Time::decode(&time.encode()).unwrap(), time);
        assert_eq!(Time::from_unix_nanos(time.unix_nanos()).unwrap(), time);
    }
    assert_eq!(
        Time::parse_rfc3339("2020-01-01T02:00:00+02:00").unwrap(),
        Time::parse_rfc3339("2020-01-01T00:00:00Z").unwrap()
    );
    for bad in [
        "",
        "2020-13-01T00:00:00Z",
        "2021-02-29T00:00:00Z",
        "2020-01-01T24:00:00Z",
        "2020-01-01T00:00:60Z",
        "2020-01-01T00:00:00",
        "2020-01-01 00:00:00Z",
        "2020-01-01T00:00:00.Z",
        "2020-01-01T00:00:00.1234567890Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2020-01-01T00:00:00Zx",
        "2020-01-01T00:00:00+24:00",
    ] {
        assert_eq!(Time::parse_rfc3339(bad), Err(FormatError::Time), "{bad}");
    }
}
