//! The files of a CometBFT home: its configuration and its two keys.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use toend_ledger::cometbft::address_of;
use toend_ledger::tx::MAX_TX;
use zeroize::Zeroizing;

use super::plan::Plan;
use super::{COMET_HOME, Options, TestnetError, both_halves, make_private, ports, public};
use crate::abci::server::Address;
use crate::authority::keys::{Secret, write_private};

pub fn write(
    folder: &Path,
    plan: &Plan,
    number: u16,
    genesis_file: &[u8],
    abci: &Address,
    options: &Options,
) -> Result<(), TestnetError> {
    let Some(authority) = plan.authorities.get(usize::from(number)) else {
        return Ok(());
    };
    let home = folder.join(COMET_HOME);
    let (config, data) = (home.join("config"), home.join("data"));
    make_private(&config)?;
    make_private(&data)?;
    std::fs::write(config.join("genesis.json"), genesis_file)?;
    let pub_key = public(&authority.consensus);
    let validator = Zeroizing::new(
        json!({
            "address": hex::encode_upper(address_of(&pub_key)),
            "pub_key": { "type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(pub_key) },
            "priv_key": private(&authority.consensus),
        })
        .to_string(),
    );
    write_private(
        &config.join("priv_validator_key.json"),
        validator.as_bytes(),
    )?;
    let node = Zeroizing::new(json!({ "priv_key": private(&authority.node) }).to_string());
    write_private(&config.join("node_key.json"), node.as_bytes())?;
    // What this validator signed last: CometBFT never signs a lower step again.
    let signed = json!({ "height": "0", "round": 0, "step": 0 }).to_string();
    write_private(&data.join("priv_validator_state.json"), signed.as_bytes())?;
    let text = configuration(plan, number, &authority.id, abci, options);
    std::fs::write(config.join("config.toml"), text)?;
    Ok(())
}

fn private(secret: &Secret) -> serde_json::Value {
    json!({
        "type": "tendermint/PrivKeyEd25519",
        "value": STANDARD.encode(*both_halves(secret)),
    })
}

/// Everything that is not CometBFT's default.
fn configuration(plan: &Plan, number: u16, id: &str, abci: &Address, options: &Options) -> String {
    let own = ports(options.base_port, number);
    let peers: Vec<String> = (0u16..)
        .zip(&plan.authorities)
        .filter(|(other, _)| *other != number)
        .map(|(other, authority)| {
            let id = hex::encode(address_of(&public(&authority.node)));
            format!("{id}@127.0.0.1:{}", ports(options.base_port, other).p2p)
        })
        .collect();
    format!(
        "# CometBFT 0.38. What is not named here has CometBFT's default.\n\
         proxy_app = \"{proxy_app}\"\n\
         moniker = \"{id}\"\n\
         db_backend = \"goleveldb\"\n\
         log_level = \"error\"\n\n\
         [rpc]\n\
         laddr = \"tcp://127.0.0.1:{rpc}\"\n\
         # A transaction of {max_tx} bytes in base64 fits.\n\
         max_body_bytes = 2000000\n\n\
         [p2p]\n\
         laddr = \"tcp://127.0.0.1:{p2p}\"\n\
         persistent_peers = \"{peers}\"\n\
         persistent_peers_max_dial_period = \"3s\"\n\
         # Several nodes on one computer.\n\
         addr_book_strict = false\n\
         allow_duplicate_ip = true\n\n\
         [mempool]\n\
         max_tx_bytes = {max_tx}\n\n\
         # The application's hash changes with every block (it holds the tree of all block hashes), so CometBFT makes\n\
         # the next block as soon as timeout_commit allows: never more than five seconds may pass without one.\n\
         [consensus]\n\
         timeout_propose = \"1s\"\n\
         timeout_commit = \"{block}ms\"\n\
         create_empty_blocks = true\n\
         create_empty_blocks_interval = \"5s\"\n\n\
         # For a node that joins or was wiped: see docs/operate.md.\n\
         [statesync]\n\
         enable = false\n\
         rpc_servers = \"\"\n\
         trust_height = 0\n\
         trust_hash = \"\"\n\
         trust_period = \"336h0m0s\"\n\
         discovery_time = \"5s\"\n\n\
         [tx_index]\n\
         indexer = \"kv\"\n",
        proxy_app = abci.proxy_app(),
        rpc = own.rpc,
        p2p = own.p2p,
        peers = peers.join(","),
        max_tx = MAX_TX,
        block = options.block.as_millis(),
    )
}
