//! CometBFT's configuration: everything that is not its default.

use std::net::IpAddr;

use toend_ledger::cometbft::address_of;
use toend_ledger::tx::MAX_TX;

use super::settle::Here;
use super::terms::host_and_port;
use super::{PublicHalf, Terms};
use crate::abci::server::Address;

/// The text of `config.toml` for authority `number`.
pub fn configuration(
    terms: &Terms,
    halves: &[PublicHalf],
    number: u16,
    abci: &Address,
    here: &Here,
) -> String {
    let peers: Vec<String> = (0u16..)
        .zip(terms.members.iter().zip(halves))
        .filter(|(other, _)| *other != number)
        .map(|(_, (member, half))| {
            let id = hex::encode(address_of(&half.named().node));
            format!("{id}@{}", member.p2p)
        })
        .collect();
    let hosts: Vec<&str> = terms
        .members
        .iter()
        .filter_map(|member| Some(host_and_port(&member.p2p)?.0))
        .collect();
    let several_on_one = hosts
        .iter()
        .enumerate()
        .any(|(at, host)| hosts.iter().skip(at + 1).any(|other| other == host));
    let public_only = !hosts.iter().any(|host| is_private(host));
    let id = terms.member(number).map_or("", |member| &member.id);
    format!(
        "# CometBFT 0.38. What is not named here has CometBFT's default.\n\
         proxy_app = \"{proxy_app}\"\n\
         moniker = \"{id}\"\n\
         db_backend = \"goleveldb\"\n\
         log_level = \"error\"\n\n\
         [rpc]\n\
         laddr = \"tcp://{rpc}\"\n\
         # A transaction of {max_tx} bytes in base64 fits.\n\
         max_body_bytes = 2000000\n\n\
         [p2p]\n\
         laddr = \"tcp://{p2p}\"\n\
         persistent_peers = \"{peers}\"\n\
         persistent_peers_max_dial_period = \"3s\"\n\
         # What waits to be sent goes out after this long, not after 100 ms: a node that fetches blocks asks each other node\n\
         # for few at a time, and forgets one for good that answers a block later than another.\n\
         flush_throttle_timeout = \"10ms\"\n\
         # Private addresses among the nodes; several nodes on one computer.\n\
         addr_book_strict = {public_only}\n\
         allow_duplicate_ip = {several_on_one}\n\n\
         [mempool]\n\
         max_tx_bytes = {max_tx}\n\
         # Room for what every gateway may have waiting, and bounded memory.\n\
         size = 40000\n\
         cache_size = 80000\n\
         max_txs_bytes = 268435456\n\n\
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
        rpc = here.rpc,
        p2p = here.p2p,
        peers = peers.join(","),
        max_tx = MAX_TX,
        block = terms.block.as_millis(),
    )
}

/// An address that CometBFT's strict address book refuses, or a name, which it cannot tell.
fn is_private(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => host == "localhost",
    }
}
