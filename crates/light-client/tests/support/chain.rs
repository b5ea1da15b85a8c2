//! Chains signed by real keys, as a network would make them.

use ed25519_zebra::{SigningKey, VerificationKeyBytes};
use toend_ledger::cometbft::*;

pub const CHAIN: &str = "toend-test-1";
/// 2026-01-01T00:00:00Z.
pub const START: i64 = 1_767_225_600;
/// Seconds between blocks.
pub const STEP: i64 = 5;

pub fn signing_key(i: u64) -> SigningKey {
    let mut seed = [7u8; 32];
    seed[..8].copy_from_slice(&i.to_le_bytes());
    SigningKey::from(seed)
}

pub fn pub_key(i: u64) -> [u8; 32] {
    VerificationKeyBytes::from(&signing_key(i)).into()
}

/// Validators by key number, each with power 10.
pub fn set(keys: impl IntoIterator<Item = u64>) -> ValidatorSet {
    ValidatorSet::new(
        keys.into_iter()
            .map(|i| Validator::new(pub_key(i), 10))
            .collect(),
    )
    .unwrap()
}

pub fn time(height: u64) -> Time {
    Time::new(START + STEP * height as i64, height as u32 % 1000).unwrap()
}

fn hash(tag: &str, height: u64, branch: u64) -> Hash {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(format!("{tag} {height} {branch}")).into()
}

/// Signs a header for every validator of `set` whose key number is in `signers`; the others are absent.
pub fn commit(header: &Header, round: u32, set: &ValidatorSet, signers: &[u64]) -> Commit {
    let id = BlockId {
        hash: header.hash(),
        parts: PartSetHeader {
            total: 1,
            hash: hash("parts", header.height, 0),
        },
    };
    let keys: Vec<(Address, SigningKey)> = signers
        .iter()
        .map(|i| (address_of(&pub_key(*i)), signing_key(*i)))
        .collect();
    let signatures = set
        .validators()
        .iter()
        .enumerate()
        .map(|(place, validator)| {
            let Some((_, key)) = keys
                .iter()
                .find(|(address, _)| *address == validator.address)
            else {
                return CommitSig::ABSENT;
            };
            let vote_time = Time::new(header.time.secs() + 1, place as u32).unwrap();
            let bytes = sign_bytes(
                VoteKind::Precommit,
                &header.chain_id,
                header.height,
                round,
                Some(&id),
                vote_time,
            );
            CommitSig {
                flag: BlockIdFlag::Commit,
                address: validator.address,
                time: vote_time,
                signature: key.sign(&bytes).to_bytes(),
            }
        })
        .collect();
    Commit {
        height: header.height,
        round,
        block_id: Some(id),
        signatures,
    }
}

/// Continues a chain by `count` blocks. `keys_of` names the validators of a height; all of them sign. Another `branch`
/// gives other blocks.
pub fn extend(
    previous: Option<&LightBlock>,
    count: u64,
    branch: u64,
    keys_of: impl Fn(u64) -> Vec<u64>,
) -> Vec<LightBlock> {
    let mut blocks: Vec<LightBlock> = Vec::new();
    let first = previous.map_or(1, |block| block.height() + 1);
    let mut current = set(keys_of(first));
    for height in first..first + count {
        let next_keys = keys_of(height + 1);
        let keys = keys_of(height);
        let next = if keys == next_keys {
            current.clone()
        } else {
            set(next_keys)
        };
        let before = blocks.last().or(previous);
        let header = Header {
            version: Version { block: 11, app: 1 },
            chain_id: CHAIN.into(),
            height,
            time: time(height),
            last_block_id: before.and_then(|b| b.signed_header.commit.block_id),
            last_commit_hash: Some(before.map_or([0; 32], |b| b.signed_header.commit.hash())),
            data_hash: Some(hash("data", height, branch)),
            validators_hash: current.hash(),
            next_validators_hash: next.hash(),
            consensus_hash: hash("params", 0, 0),
            app_hash: hash("state", height, branch).to_vec(),
            last_results_hash: Some(hash("results", height, branch)),
            evidence_hash: Some(toend_ledger::merkle::EMPTY_ROOT),
            proposer_address: current.validators()[height as usize % current.len()].address,
        };
        let commit = commit(&header, 0, &current, &keys);
        blocks.push(LightBlock {
            signed_header: SignedHeader { header, commit },
            validator_set: current,
            next_validator_set: Some(next.clone()),
        });
        current = next;
    }
    blocks
}

/// A chain from height 1 whose validators never change.
pub fn steady(count: u64, validators: u64) -> Vec<LightBlock> {
    extend(None, count, 0, |_| (0..validators).collect())
}

/// Validators by key number and power.
pub fn weighted(members: &[(u64, u64)]) -> ValidatorSet {
    ValidatorSet::new(
        members
            .iter()
            .map(|(i, power)| Validator::new(pub_key(*i), *power))
            .collect(),
    )
    .unwrap()
}

/// A single block that follows nothing, signed by `signers`.
pub fn block(
    chain_id: &str,
    height: u64,
    time: Time,
    set: &ValidatorSet,
    next: &ValidatorSet,
    signers: &[u64],
) -> LightBlock {
    let header = Header {
        version: Version { block: 11, app: 1 },
        chain_id: chain_id.into(),
        height,
        time,
        last_block_id: None,
        last_commit_hash: None,
        data_hash: None,
        validators_hash: set.hash(),
        next_validators_hash: next.hash(),
        consensus_hash: hash("params", 0, 0),
        app_hash: hash("state", height, 0).to_vec(),
        last_results_hash: None,
        evidence_hash: None,
        proposer_address: set.validators()[0].address,
    };
    let commit = commit(&header, 0, set, signers);
    LightBlock {
        signed_header: SignedHeader { header, commit },
        validator_set: set.clone(),
        next_validator_set: Some(next.clone()),
    }
}
