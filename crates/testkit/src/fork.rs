//! A second ledger with real signatures: what more than two thirds of dishonest authorities could make.

use toend_ledger::{
    cometbft::{BlockId, BlockIdFlag, LightBlock},
    genesis::demo::{AUTHORITIES, Purpose, signing_key},
};

use ed25519_dalek::Signer as _;

/// The same page with another state root, signed by all authorities whose key is known here.
pub fn fork(block: &LightBlock) -> LightBlock {
    let mut forked = block.clone();
    let header = &mut forked.signed_header.header;
    header.app_hash = header.app_hash.iter().map(|byte| byte ^ 0x55).collect();
    let hash = header.hash();
    let chain_id = header.chain_id.clone();
    let commit = &mut forked.signed_header.commit;
    let parts = commit.block_id.expect("a decided block has an id").parts;
    commit.block_id = Some(BlockId { hash, parts });
    let keys: Vec<_> = (0..AUTHORITIES.len() as u16)
        .map(|i| signing_key(Purpose::Consensus, i))
        .collect();
    for index in 0..commit.signatures.len() {
        if commit.signatures[index].flag != BlockIdFlag::Commit {
            continue;
        }
        let message = commit
            .sign_bytes(&chain_id, index)
            .expect("the signature has a place");
        let address = commit.signatures[index].address;
        let key = keys.iter().find(|key| {
            toend_ledger::cometbft::Validator::new(key.verifying_key().to_bytes(), 1).address
                == address
        });
        commit.signatures[index].signature = key
            .expect("a demonstration authority")
            .sign(&message)
            .to_bytes();
    }
    forked
}
