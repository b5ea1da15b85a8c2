//! The first block, which the genesis file fixes: it is empty and made by the first proposer in turn.
//!
//! A network file names its hash before the block exists, so that an office can hand the file out on the day the keys are
//! made. The authorities therefore vote for no other first block.

use toend_ledger::cometbft::{ConsensusParams, Header, Time, Validator};
use toend_ledger::genesis::Genesis;
use toend_state_machine::App;

use crate::consensus::chain::ChainState;

/// The header of the first block; the error names what of the genesis file makes none.
pub fn header(genesis: &Genesis) -> Result<Header, String> {
    let app = App::from_genesis(genesis, genesis.initial_height).map_err(|e| e.to_string())?;
    let members: Vec<Validator> = genesis
        .validators
        .iter()
        .map(|v| Validator::new(v.pub_key, v.power))
        .collect();
    let time = Time::from_millis(genesis.genesis_time_ms).map_err(|e| e.to_string())?;
    let params = ConsensusParams {
        block_max_bytes: genesis.params.max_bytes,
        block_max_gas: genesis.params.max_gas,
    };
    let chain = ChainState::genesis(
        genesis.chain_id.clone(),
        params,
        time,
        &members,
        app.info().app_hash,
    )
    .map_err(|e| e.to_string())?;
    let mut header = chain.propose(Vec::new()).map_err(|e| e.to_string())?.header;
    header.height = genesis.initial_height;
    header.version.app = genesis.params.app_version;
    Ok(header)
}
