//! Pages that the demonstration's authorities signed, for tests.

use ed25519_dalek::Signer as _;
use toend_ledger::cometbft::{
    BLOCK_PROTOCOL, BlockId, BlockIdFlag, Commit, CommitSig, Header, LightBlock, PartSetHeader,
    SignedHeader, Time, Version,
};
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::hash::Hash;
use toend_ledger::state::At;
use toend_light_client::Options;
use toend_light_client::trusted::{StateRoot, TrustedBlock, state_root_for};

use crate::network::{demonstration, listed_set};

/// The time of a page: one each second.
pub fn at(height: u64) -> At {
    At {
        height,
        time_ms: 1_793_491_200_000 + 1000 * height,
    }
}

/// The state after page `height`, from a page with this root by these rules, signed by the demonstration's four authorities.
pub fn state_root(height: u64, version: u64, root: Hash) -> StateRoot {
    let network = demonstration();
    let set = listed_set(&network, height + 1).unwrap();
    let time = Time::from_millis(at(height + 1).time_ms).unwrap();
    let header = Header {
        version: Version {
            block: BLOCK_PROTOCOL,
            app: version,
        },
        chain_id: network.chain_id.clone(),
        height: height + 1,
        time,
        last_block_id: Some(BlockId {
            hash: [1; 32],
            parts: PartSetHeader {
                total: 1,
                hash: [2; 32],
            },
        }),
        last_commit_hash: Some([3; 32]),
        data_hash: Some([4; 32]),
        validators_hash: set.hash(),
        next_validators_hash: set.hash(),
        consensus_hash: [5; 32],
        app_hash: root.to_vec(),
        last_results_hash: Some([6; 32]),
        evidence_hash: Some([7; 32]),
        proposer_address: set.validators()[0].address,
    };
    let block_id = BlockId {
        hash: header.hash(),
        parts: PartSetHeader {
            total: 1,
            hash: [8; 32],
        },
    };
    let absent = CommitSig {
        flag: BlockIdFlag::Commit,
        address: [0; 20],
        time,
        signature: [0; 64],
    };
    let mut commit = Commit {
        height: height + 1,
        round: 0,
        block_id: Some(block_id),
        signatures: vec![absent; set.len()],
    };
    for (index, validator) in set.validators().iter().enumerate() {
        commit.signatures[index].address = validator.address;
        let message = commit.sign_bytes(&network.chain_id, index).unwrap();
        let key = (0..4)
            .map(|i| demo::signing_key(Purpose::Consensus, i))
            .find(|key| key.verifying_key().to_bytes() == validator.pub_key)
            .unwrap();
        commit.signatures[index].signature = key.sign(&message).to_bytes();
    }
    let expected = set.hash();
    let block = LightBlock {
        signed_header: SignedHeader { header, commit },
        validator_set: set,
        next_validator_set: None,
    };
    let trusted = TrustedBlock::from_listed_validators(
        block,
        &network.chain_id,
        &expected,
        &Options::default(),
    )
    .unwrap();
    state_root_for(height, &trusted.header()).unwrap()
}
