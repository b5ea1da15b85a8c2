//! A second ledger with real signatures: what more than two thirds of dishonest authorities could make.

use ed25519_dalek::Signer as _;
use toend_ledger::{
    cometbft::{BlockId, BlockIdFlag, LightBlock, Validator},
    genesis::demo::{AUTHORITIES, Purpose, signing_key},
};
use toend_node::ledger::Ledger;

/// The block at `height` of a ledger that parts from the honest one at block `from`: other state roots, linked by hash,
/// each block signed by all authorities.
pub fn forked(ledger: &dyn Ledger, from: u64, height: u64) -> Option<LightBlock> {
    let mut before = None;
    for height in from..=height {
        let honest = ledger.light_block(height)?;
        before = Some(fork(&honest, before.as_ref()));
    }
    before.or_else(|| ledger.light_block(height))
}

/// The same page with another state root on top of `before`, signed by all authorities whose key is known here.
pub fn fork(block: &LightBlock, before: Option<&LightBlock>) -> LightBlock {
    let mut forked = block.clone();
    let header = &mut forked.signed_header.header;
    header.app_hash = header.app_hash.iter().map(|byte| byte ^ 0x55).collect();
    if let Some(before) = before {
        header.last_block_id = before.signed_header.commit.block_id;
    }
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
        let key = keys
            .iter()
            .find(|key| Validator::new(key.verifying_key().to_bytes(), 1).address == address);
        commit.signatures[index].signature = key
            .expect("a demonstration authority")
            .sign(&message)
            .to_bytes();
    }
    forked
}
