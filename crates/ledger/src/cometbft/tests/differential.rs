//! Beside the `tendermint` crate: same JSON, same hashes, same bytes.

use proptest::prelude::*;
use tendermint::{block, validator};
use tendermint_proto::Protobuf;
use tendermint_proto::v0_38::types as pb;

use crate::cometbft::*;

fn hash_or_none() -> impl Strategy<Value = Option<Hash>> {
    proptest::option::of(any::<Hash>())
}

fn times() -> impl Strategy<Value = Time> {
    (
        0i64..4_000_000_000,
        prop_oneof![Just(0u32), 0..1_000_000_000u32],
    )
        .prop_map(|(s, n)| Time::new(s, n).unwrap())
}

fn block_ids() -> impl Strategy<Value = BlockId> {
    (any::<Hash>(), 1u32.., any::<Hash>()).prop_map(|(hash, total, parts)| BlockId {
        hash,
        parts: PartSetHeader { total, hash: parts },
    })
}

fn headers() -> impl Strategy<Value = Header> {
    (
        (1u64..20, 0u64..300, "[a-z-]{1,50}", 1u64..=MAX_HEIGHT),
        times(),
        proptest::option::of(block_ids()),
        (
            hash_or_none(),
            hash_or_none(),
            hash_or_none(),
            hash_or_none(),
        ),
        (
            any::<Hash>(),
            any::<Hash>(),
            any::<Hash>(),
            proptest::collection::vec(any::<u8>(), 0..64),
        ),
        any::<Address>(),
    )
        .prop_map(
            |(
                (block, app, chain_id, height),
                time,
                last,
                (a, b, c, d),
                (v, n, p, app_hash),
                proposer,
            )| Header {
                version: Version { block, app },
                chain_id,
                height,
                time,
                last_block_id: last,
                last_commit_hash: a,
                data_hash: b,
                validators_hash: v,
                next_validators_hash: n,
                consensus_hash: p,
                app_hash,
                last_results_hash: c,
                evidence_hash: d,
                proposer_address: proposer,
            },
        )
}

fn commits() -> impl Strategy<Value = Commit> {
    let sig = (1u8..=3, any::<Address>(), times(), any::<Hash>()).prop_map(
        |(flag, address, time, half)| {
            let flag = match flag {
                1 => return CommitSig::ABSENT,
                2 => BlockIdFlag::Commit,
                _ => BlockIdFlag::Nil,
            };
            CommitSig {
                flag,
                address,
                time,
                signature: [half, half].concat().try_into().unwrap(),
            }
        },
    );
    (
        1u64..=MAX_HEIGHT,
        0u32..=MAX_ROUND,
        block_ids(),
        proptest::collection::vec(sig, 1..12),
    )
        .prop_map(|(height, round, id, signatures)| Commit {
            height,
            round,
            block_id: Some(id),
            signatures,
        })
}

proptest! {
    #[test]
    fn header(header in headers()) {
        let json = serde_json::to_string(&header).unwrap();
        let theirs: block::Header = serde_json::from_str(&json).unwrap();
        let hash = theirs.hash();
        prop_assert_eq!(hash.as_bytes(), &header.hash());
        let back: Header = serde_json::from_str(&serde_json::to_string(&theirs).unwrap()).unwrap();
        prop_assert_eq!(&back, &header);
        let bytes = Protobuf::<pb::Header>::encode_vec(theirs.clone());
        // tendermint-rs leaves the missing first block id away where CometBFT writes it.
        if header.last_block_id.is_some() {
            prop_assert_eq!(&bytes, &header.encode());
        }
        prop_assert_eq!(<block::Header as Protobuf<pb::Header>>::decode_vec(&header.encode()).unwrap(), theirs);
    }

    #[test]
    fn commit(mut header in headers(), id in block_ids(), mut commit in commits()) {
        commit.height = header.height;
        // tendermint-rs leaves the missing first block id away where CometBFT writes it.
        header.last_block_id.get_or_insert(id);
        let signed = SignedHeader { header, commit: commit.clone() };
        let theirs: block::signed_header::SignedHeader =
            serde_json::from_str(&serde_json::to_string(&signed).unwrap()).unwrap();
        prop_assert_eq!(Protobuf::<pb::SignedHeader>::encode_vec(theirs), signed.encode());
        let json = serde_json::to_string(&commit).unwrap();
        let theirs: block::Commit = serde_json::from_str(&json).unwrap();
        let back: Commit = serde_json::from_str(&serde_json::to_string(&theirs).unwrap()).unwrap();
        prop_assert_eq!(&back, &commit);
        for (i, sig) in theirs.signatures.iter().enumerate() {
            let block::CommitSig::BlockIdFlagCommit { validator_address, timestamp, signature } = sig else { continue };
            let vote = tendermint::Vote {
                vote_type: tendermint::vote::Type::Precommit,
                height: theirs.height,
                round: theirs.round,
                block_id: Some(theirs.block_id),
                timestamp: Some(*timestamp),
                validator_address: *validator_address,
                validator_index: 0u32.try_into().unwrap(),
                signature: signature.clone(),
                extension: Vec::new(),
                extension_signature: None,
            };
            let mut want = Vec::new();
            vote.to_signable_bytes("chain-7".parse().unwrap(), &mut want).unwrap();
            prop_assert_eq!(commit.sign_bytes("chain-7", i).unwrap(), want);
        }
    }

    #[test]
    fn validator_set(list in proptest::collection::btree_map(any::<[u8; 32]>(), 0u64..1000, 1..30)) {
        let ours = ValidatorSet::new(list.into_iter().map(|(key, power)| Validator::new(key, power)).collect()).unwrap();
        let theirs: validator::Set = serde_json::from_str(&serde_json::to_string(&ours).unwrap()).unwrap();
        let hash = theirs.hash();
        prop_assert_eq!(hash.as_bytes(), &ours.hash());
        let back: ValidatorSet = serde_json::from_str(&serde_json::to_string(&theirs).unwrap()).unwrap();
        prop_assert_eq!(&back, &ours);
    }
}
