//! The answers' JSON, field by field as CometBFT 0.38 prints them: 64-bit
//! numbers as strings, hashes in upper-case hexadecimal, bytes in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::cometbft::{BlockId, Commit, Header, Validator};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::merkle;
use toend_state_machine::CODESPACE;

use super::Rpc;
use crate::consensus::chain::APP_VERSION;
use crate::consensus::network::Tip;
use crate::ledger::{Included, QueryResult};
use crate::storage::TxRecord;
use crate::storage::read::BlockRow;

/// The release whose answers these are.
const COMETBFT_VERSION: &str = "0.38.25";
/// Type of our proof operation: `toend_ledger::proof::StateProof`, encoded.
pub const PROOF_TYPE: &str = "toend:state:v1";

/// Upper-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode_upper(bytes)
}

/// Base64, or null for nothing, as Go prints a nil slice.
fn base64(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        Value::Null
    } else {
        json!(STANDARD.encode(bytes))
    }
}

/// A block's name; CometBFT's empty one for none.
pub fn block_id(id: Option<&BlockId>) -> Value {
    match id {
        Some(id) => {
            json!({ "hash": hex(&id.hash), "parts": { "total": id.parts.total, "hash": hex(&id.parts.hash) } })
        }
        None => json!({ "hash": "", "parts": { "total": 0, "hash": "" } }),
    }
}

/// What `/block` shows.
pub struct Block<'a> {
    /// Its header.
    pub header: &'a Header,
    /// Its name.
    pub id: &'a BlockId,
    /// Its transactions.
    pub txs: &'a [Vec<u8>],
    /// The commit it carries.
    pub last_commit: Option<&'a Commit>,
}

/// `/block`.
pub fn block(block: &Block<'_>) -> Value {
    let txs: Vec<String> = block.txs.iter().map(|tx| STANDARD.encode(tx)).collect();
    let last_commit = match block.last_commit {
        Some(commit) => json!(commit),
        None => json!({ "height": "0", "round": 0, "block_id": block_id(None), "signatures": [] }),
    };
    json!({
        "block_id": block_id(Some(block.id)),
        "block": {
            "header": block.header,
            "data": { "txs": txs },
            "evidence": { "evidence": [] },
            "last_commit": last_commit,
        },
    })
}

/// One entry of `/blockchain`.
pub fn block_meta(row: &BlockRow) -> Value {
    json!({
        "block_id": block_id(Some(&row.id)),
        "block_size": row.size.to_string(),
        "header": row.header,
        "num_txs": row.tx_count.to_string(),
    })
}

/// One entry of `/validators`.
pub fn validator(validator: &Validator) -> Value {
    json!({
        "address": hex(&validator.address),
        "pub_key": public_key(validator),
        "voting_power": validator.power.to_string(),
        "proposer_priority": validator.proposer_priority.to_string(),
    })
}

fn public_key(validator: &Validator) -> Value {
    json!({ "type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(validator.pub_key) })
}

/// `/status`.
pub fn status(rpc: &Rpc, tip: &Tip, first: &BlockRow) -> Value {
    let latest = tip.block.header();
    json!({
        "node_info": {
            "protocol_version": { "p2p": "8", "block": "11", "app": APP_VERSION.to_string() },
            "id": hex::encode(rpc.validator.address),
            "listen_addr": "tcp://127.0.0.1:0",
            "network": latest.chain_id,
            "version": COMETBFT_VERSION,
            "channels": "",
            "moniker": rpc.moniker,
            "other": { "tx_index": "on", "rpc_address": format!("tcp://{}", rpc.address) },
        },
        "sync_info": {
            "latest_block_hash": hex(&tip.id.hash),
            "latest_app_hash": hex(&latest.app_hash),
            "latest_block_height": latest.height.to_string(),
            "latest_block_time": latest.time,
            "earliest_block_hash": hex(&first.id.hash),
            "earliest_app_hash": hex(&first.header.app_hash),
            "earliest_block_height": first.header.height.to_string(),
            "earliest_block_time": first.header.time,
            "catching_up": false,
        },
        "validator_info": {
            "address": hex(&rpc.validator.address),
            "pub_key": public_key(&rpc.validator),
            "voting_power": rpc.validator.power.to_string(),
        },
    })
}

/// `/abci_info`.
pub fn abci_info(height: u64, app_hash: &Hash) -> Value {
    json!({ "response": {
        "data": "toend",
        "version": env!("CARGO_PKG_VERSION"),
        "app_version": APP_VERSION.to_string(),
        "last_block_height": height.to_string(),
        "last_block_app_hash": STANDARD.encode(app_hash),
    } })
}

fn query_response(
    code: u32,
    log: &str,
    key: &[u8],
    value: &Value,
    proof: &Value,
    height: u64,
) -> Value {
    json!({ "response": {
        "code": code,
        "codespace": codespace(code),
        "height": height.to_string(),
        "index": "0",
        "info": "",
        "key": base64(key),
        "log": log,
        "proofOps": proof,
        "value": value,
    } })
}

/// `/abci_query` with an answer.
pub fn query(key: &[u8], found: &QueryResult, prove: bool) -> Value {
    let proof = if prove {
        json!({ "ops": [{ "type": PROOF_TYPE, "key": base64(key), "data": base64(&found.proof) }] })
    } else {
        Value::Null
    };
    let (log, value) = match &found.value {
        Some(value) => ("exists", base64(value)),
        None => ("does not exist", Value::Null),
    };
    query_response(0, log, key, &value, &proof, found.height)
}

/// `/abci_query` that the application refuses.
pub fn query_failure(code: u32, log: &str, key: &[u8]) -> Value {
    query_response(code, log, key, &Value::Null, &Value::Null, 0)
}

/// The application's name on its refusals.
pub const fn codespace(code: u32) -> &'static str {
    if code == 0 { "" } else { CODESPACE }
}

/// `ExecTxResult`, and `ResponseCheckTx`, which has the same fields. Gas counts work and costs nothing.
pub fn exec_result(result: &TxRecord) -> Value {
    json!({
        "code": result.code,
        "codespace": codespace(result.code),
        "data": null,
        "events": [],
        "gas_used": result.gas_used.to_string(),
        "gas_wanted": result.gas_wanted.to_string(),
        "info": "",
        "log": result.log,
    })
}

/// `/broadcast_tx_commit`; height 0 when it stands in no block.
pub fn committed(check: &TxRecord, result: &TxRecord, hash: &Hash, height: u64) -> Value {
    json!({
        "check_tx": exec_result(check),
        "tx_result": exec_result(result),
        "hash": hex(hash),
        "height": height.to_string(),
    })
}

/// `/block_results`.
pub fn block_results(height: u64, results: &[TxRecord], app_hash: &Hash) -> Value {
    let results: Vec<Value> = results.iter().map(exec_result).collect();
    json!({
        "height": height.to_string(),
        "txs_results": if results.is_empty() { Value::Null } else { Value::Array(results) },
        "finalize_block_events": null,
        "validator_updates": null,
        "consensus_param_updates": null,
        "app_hash": base64(app_hash),
    })
}

/// `/tx`, with the proof that it stands in its block when asked for.
pub fn tx(place: &Included, txs: &[Vec<u8>], result: &TxRecord, prove: bool) -> Option<Value> {
    let tx = txs.get(place.index as usize)?;
    let mut out = json!({
        "hash": hex(&sha256(&[tx])),
        "height": place.height.to_string(),
        "index": place.index,
        "tx_result": exec_result(result),
        "tx": STANDARD.encode(tx),
    });
    if prove {
        let leaves: Vec<Hash> = txs
            .iter()
            .map(|tx| merkle::leaf_hash(&sha256(&[tx])))
            .collect();
        let aunts = merkle::inclusion_proof(&leaves, place.index.into()).ok()?;
        let aunts: Vec<String> = aunts.iter().map(|hash| STANDARD.encode(hash)).collect();
        out.as_object_mut()?.insert(
            "proof".to_owned(),
            json!({
                "root_hash": hex(&merkle::root_of_hashes(&leaves)),
                "data": STANDARD.encode(tx),
                "proof": {
                    "total": txs.len().to_string(),
                    "index": place.index.to_string(),
                    "leaf_hash": base64(leaves.get(place.index as usize)?),
                    "aunts": aunts,
                },
            }),
        );
    }
    Some(out)
}

/// `/unconfirmed_txs` and `/num_unconfirmed_txs`.
pub fn unconfirmed(count: usize, bytes: usize, txs: Option<&[Vec<u8>]>) -> Value {
    let shown = txs.map(|txs| txs.iter().map(|tx| STANDARD.encode(tx)).collect::<Vec<_>>());
    json!({
        "n_txs": txs.map_or(count, <[_]>::len).to_string(),
        "total": count.to_string(),
        "total_bytes": bytes.to_string(),
        "txs": shown,
    })
}
