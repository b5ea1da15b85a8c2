//! The methods: their arguments, and who answers them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use toend_ledger::hash::sha256;

use super::Rpc;
use super::answers::{self, Block, hex, query_failure};
use super::arguments::{Arguments, Kind, Parameter};
use super::envelope::RpcError;
use crate::ledger::{Ledger as _, SubmitError};
use crate::storage::read::BlockRow;
use crate::storage::{StorageError, TxRecord};

/// How long `broadcast_tx_commit` waits for a block (CometBFT's default).
const COMMIT_WAIT: Duration = Duration::from_secs(10);
/// Headers per `/blockchain` answer.
const HEADERS: i64 = 20;

/// Every method with its arguments in order.
pub const NAMES: &[(&str, &[Parameter])] = &[
    ("abci_info", &[]),
    (
        "abci_query",
        &[
            ("path", Kind::Text),
            ("data", Kind::Hex),
            ("height", Kind::Int),
            ("prove", Kind::Bool),
        ],
    ),
    ("block", &[("height", Kind::Int)]),
    ("block_by_hash", &[("hash", Kind::Bytes)]),
    ("block_results", &[("height", Kind::Int)]),
    (
        "blockchain",
        &[("minHeight", Kind::Int), ("maxHeight", Kind::Int)],
    ),
    ("broadcast_tx_async", &[("tx", Kind::Bytes)]),
    ("broadcast_tx_commit", &[("tx", Kind::Bytes)]),
    ("broadcast_tx_sync", &[("tx", Kind::Bytes)]),
    ("check_tx", &[("tx", Kind::Bytes)]),
    ("commit", &[("height", Kind::Int)]),
    ("consensus_params", &[("height", Kind::Int)]),
    ("genesis", &[]),
    ("header", &[("height", Kind::Int)]),
    ("header_by_hash", &[("hash", Kind::Hex)]),
    ("health", &[]),
    ("net_info", &[]),
    ("num_unconfirmed_txs", &[]),
    ("status", &[]),
    ("tx", &[("hash", Kind::Bytes), ("prove", Kind::Bool)]),
    ("unconfirmed_txs", &[("limit", Kind::Int)]),
    (
        "validators",
        &[
            ("height", Kind::Int),
            ("page", Kind::Int),
            ("per_page", Kind::Int),
        ],
    ),
];

/// The arguments of a method; none when there is no such method.
pub fn parameters(method: &str) -> Option<&'static [Parameter]> {
    NAMES
        .iter()
        .find(|(name, _)| *name == method)
        .map(|(_, parameters)| *parameters)
}

/// Answers one call. The disk is read off the async runtime.
pub async fn call(rpc: Arc<Rpc>, method: String, arguments: Arguments) -> Result<Value, RpcError> {
    if method == "broadcast_tx_commit" {
        return broadcast_and_wait(rpc, arguments.bytes("tx").to_vec()).await;
    }
    tokio::task::spawn_blocking(move || dispatch(&rpc, &method, &arguments))
        .await
        .map_err(|_| RpcError::Internal("the call failed".to_owned()))?
}

fn dispatch(rpc: &Rpc, method: &str, a: &Arguments) -> Result<Value, RpcError> {
    match method {
        "abci_info" => {
            let (height, app_hash) = rpc.network.app_info();
            Ok(answers::abci_info(height, &app_hash))
        }
        "abci_query" => Ok(abci_query(rpc, a)),
        "block" => block(rpc, height(rpc, a, false)?),
        "block_by_hash" => match at_hash(rpc, a.bytes("hash"))? {
            Some(height) => block(rpc, height),
            None => Ok(json!({ "block_id": answers::block_id(None), "block": null })),
        },
        "block_results" => {
            let height = height(rpc, a, false)?;
            let results = rpc
                .network
                .reader()
                .results(height)
                .map_err(storage)?
                .unwrap_or_default();
            Ok(answers::block_results(
                height,
                &results,
                &row(rpc, height)?.app_hash,
            ))
        }
        "blockchain" => blockchain(
            rpc,
            a.int("minHeight").unwrap_or(0),
            a.int("maxHeight").unwrap_or(0),
        ),
        "broadcast_tx_sync" | "broadcast_tx_async" => broadcast(rpc, a.bytes("tx").to_vec()),
        "check_tx" => Ok(answers::exec_result(&rpc.network.check(a.bytes("tx")))),
        "commit" => {
            let height = height(rpc, a, false)?;
            let row = row(rpc, height)?;
            Ok(json!({
                "signed_header": { "header": row.header, "commit": row.commit },
                "canonical": height < rpc.network.height(),
            }))
        }
        "consensus_params" => Ok(json!({
            "block_height": height(rpc, a, true)?.to_string(),
            "consensus_params": rpc.network.plan().genesis_json.get("consensus_params"),
        })),
        "genesis" => Ok(json!({ "genesis": rpc.network.plan().genesis_json })),
        "header" => Ok(json!({ "header": row(rpc, height(rpc, a, false)?)?.header })),
        "header_by_hash" => match at_hash(rpc, a.bytes("hash"))? {
            Some(height) => Ok(json!({ "header": row(rpc, height)?.header })),
            None => Ok(json!({ "header": null })),
        },
        "health" => Ok(json!({})),
        "net_info" => Ok(json!({
            "listening": true,
            "listeners": ["Listener(@)"],
            "n_peers": "0",
            "peers": [],
        })),
        "num_unconfirmed_txs" => Ok(unconfirmed(rpc, None)),
        "status" => status(rpc),
        "tx" => tx(rpc, a.bytes("hash"), a.flag("prove")),
        "unconfirmed_txs" => Ok(unconfirmed(rpc, Some(per_page(a.int("limit"))))),
        "validators" => validators(rpc, a),
        _ => Err(RpcError::MethodNotFound),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn storage(error: StorageError) -> RpcError {
    RpcError::Internal(error.to_string())
}

/// The height asked for, or the newest. `next` also allows the one that is being made.
fn height(rpc: &Rpc, a: &Arguments, next: bool) -> Result<u64, RpcError> {
    let newest = rpc.network.height() + u64::from(next);
    let Some(asked) = a.int("height") else {
        return Ok(newest);
    };
    match u64::try_from(asked) {
        Ok(height) if height > newest => Err(RpcError::Internal(format!(
            "height {height} must be less than or equal to the current blockchain height {newest}"
        ))),
        Ok(height) if height > 0 => Ok(height),
        _ => Err(RpcError::Internal(format!(
            "height must be greater than 0, but got {asked}"
        ))),
    }
}

fn row(rpc: &Rpc, height: u64) -> Result<BlockRow, RpcError> {
    rpc.network
        .reader()
        .block(height)
        .map_err(storage)?
        .ok_or_else(|| RpcError::Internal(format!("block {height} is not there")))
}

fn at_hash(rpc: &Rpc, hash: &[u8]) -> Result<Option<u64>, RpcError> {
    let height = rpc.network.reader().height_of(hash).map_err(storage)?;
    Ok(height.filter(|height| *height <= rpc.network.height()))
}

fn block(rpc: &Rpc, height: u64) -> Result<Value, RpcError> {
    let row = row(rpc, height)?;
    let txs = rpc.network.block_txs(height).unwrap_or_default();
    let last = if height > 1 {
        Some(self::row(rpc, height - 1)?.commit)
    } else {
        None
    };
    Ok(answers::block(&Block {
        header: &row.header,
        id: &row.id,
        txs: &txs,
        last_commit: last.as_ref(),
    }))
}

fn blockchain(rpc: &Rpc, min: i64, max: i64) -> Result<Value, RpcError> {
    if min < 0 || max < 0 {
        return Err(RpcError::Internal(
            "heights must be non-negative".to_owned(),
        ));
    }
    let newest = rpc.network.height().cast_signed();
    let max = if max == 0 { newest } else { max.min(newest) };
    let min = min.max(1).max(max - HEADERS + 1);
    if min > max {
        return Err(RpcError::Internal(format!(
            "min height {min} can't be greater than max height {max}"
        )));
    }
    let rows = rpc
        .network
        .reader()
        .blocks_down(min.cast_unsigned(), max.cast_unsigned())
        .map_err(storage)?;
    let metas: Vec<Value> = rows.iter().map(answers::block_meta).collect();
    Ok(json!({ "last_height": newest.to_string(), "block_metas": metas }))
}

/// `page` and `per_page` by CometBFT's rules: 30 when unsaid, at most 100.
fn per_page(asked: Option<i64>) -> usize {
    match asked {
        Some(n) if n >= 1 => usize::try_from(n).unwrap_or(100).min(100),
        _ => 30,
    }
}

fn validators(rpc: &Rpc, a: &Arguments) -> Result<Value, RpcError> {
    let height = height(rpc, a, true)?;
    let tip = rpc.network.tip_block();
    let set = match &tip.block.next_validator_set {
        Some(next) if height > tip.block.height() => next.clone(),
        _ => row(rpc, height)?.validators,
    };
    let per_page = per_page(a.int("per_page"));
    let pages = set.len().div_ceil(per_page).max(1);
    let page = match a.int("page") {
        None => 1,
        Some(page) => usize::try_from(page)
            .ok()
            .filter(|page| (1..=pages).contains(page))
            .ok_or_else(|| {
                RpcError::Internal(format!(
                    "page should be within [1, {pages}] range, given {page}"
                ))
            })?,
    };
    let shown: Vec<Value> = set
        .validators()
        .iter()
        .skip((page - 1) * per_page)
        .take(per_page)
        .map(answers::validator)
        .collect();
    Ok(json!({
        "block_height": height.to_string(),
        "count": shown.len().to_string(),
        "total": set.len().to_string(),
        "validators": shown,
    }))
}

fn status(rpc: &Rpc) -> Result<Value, RpcError> {
    let tip = rpc.network.tip_block();
    let first = row(rpc, 1)?;
    Ok(answers::status(rpc, &tip, &first))
}

fn tx(rpc: &Rpc, hash: &[u8], prove: bool) -> Result<Value, RpcError> {
    let missing = || RpcError::Internal(format!("tx ({}) not found", hex(hash)));
    let place = rpc
        .network
        .reader()
        .included(hash)
        .map_err(storage)?
        .ok_or_else(missing)?;
    if place.height > rpc.network.height() {
        return Err(missing());
    }
    let txs = rpc.network.block_txs(place.height).ok_or_else(missing)?;
    let results = rpc
        .network
        .reader()
        .results(place.height)
        .map_err(storage)?
        .unwrap_or_default();
    let result = results
        .into_iter()
        .nth(place.index as usize)
        .ok_or_else(missing)?;
    answers::tx(&place, &txs, &result, prove).ok_or_else(missing)
}

fn unconfirmed(rpc: &Rpc, limit: Option<usize>) -> Value {
    let (count, bytes) = rpc.network.waiting();
    let txs = limit.map(|limit| rpc.network.waiting_txs(limit));
    answers::unconfirmed(count, bytes, txs.as_deref())
}

/// What a refusal to queue looks like: the application's own is an answer, the rest are errors.
fn refusal(error: SubmitError) -> Result<TxRecord, RpcError> {
    match error {
        SubmitError::Refused { code, log } => Ok(TxRecord {
            code,
            log,
            ..TxRecord::default()
        }),
        SubmitError::AlreadyKnown { .. } => {
            Err(RpcError::Internal("tx already exists in cache".to_owned()))
        }
        SubmitError::TooLarge { size, max } => Err(RpcError::Internal(format!(
            "Tx too large. Max size is {max}, but got {size}"
        ))),
        SubmitError::Full => Err(RpcError::Internal("mempool is full".to_owned())),
        SubmitError::Stopped(why) => Err(RpcError::Internal(why)),
    }
}

fn broadcast(rpc: &Rpc, tx: Vec<u8>) -> Result<Value, RpcError> {
    let hash = sha256(&[&tx]);
    let checked = match rpc.network.submit(tx) {
        Ok(_) => TxRecord::default(),
        Err(error) => refusal(error)?,
    };
    Ok(json!({
        "code": checked.code,
        "codespace": answers::codespace(checked.code),
        "data": "",
        "hash": hex(&hash),
        "log": checked.log,
    }))
}

async fn broadcast_and_wait(rpc: Arc<Rpc>, tx: Vec<u8>) -> Result<Value, RpcError> {
    let network = Arc::clone(&rpc.network);
    let hash = sha256(&[&tx]);
    let mut heights = network.subscribe();
    let submitted = {
        let network = Arc::clone(&network);
        tokio::task::spawn_blocking(move || network.submit(tx))
    };
    match submitted
        .await
        .map_err(|_| RpcError::Internal("the call failed".to_owned()))?
    {
        Ok(_) => {}
        Err(error) => {
            return Ok(answers::committed(
                &refusal(error)?,
                &TxRecord::default(),
                &hash,
                0,
            ));
        }
    }
    let sealed = tokio::time::timeout(COMMIT_WAIT, async {
        while heights.changed().await.is_ok() {
            let network = Arc::clone(&network);
            let found = tokio::task::spawn_blocking(move || {
                let place = network.included(&hash)?;
                let results = network.reader().results(place.height).ok()??;
                Some((place.height, results.into_iter().nth(place.index as usize)?))
            });
            if let Ok(Some(found)) = found.await {
                return Some(found);
            }
        }
        None
    });
    match sealed.await {
        Ok(Some((height, result))) => Ok(answers::committed(
            &TxRecord::default(),
            &result,
            &hash,
            height,
        )),
        Ok(None) => Err(RpcError::Internal("the network stopped".to_owned())),
        Err(_) => Err(RpcError::Internal(
            "timed out waiting for tx to be included in a block".to_owned(),
        )),
    }
}

/// `path` is `/state` (or empty); `data` the key before hashing. Height 0 is
/// the newest state that a header already commits: the tip's height less one.
fn abci_query(rpc: &Rpc, a: &Arguments) -> Value {
    let key = a.bytes("data");
    if !matches!(a.text("path"), "" | "/state") {
        return query_failure(1, "unknown path", key);
    }
    let provable = rpc.network.height().saturating_sub(1);
    let height = match a.int("height").unwrap_or(0) {
        0 => provable,
        asked => match u64::try_from(asked) {
            Ok(height) if height <= provable => height,
            _ => return query_failure(2, "that height is not provable yet", key),
        },
    };
    match rpc.network.query(key, height) {
        Some(found) => answers::query(key, &found, a.flag("prove")),
        None => query_failure(3, "that version of the state is not kept", key),
    }
}
