//! What everybody may have: headers, blocks, the registers' own state, who answers here.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use toend_ledger::cometbft::LightBlock;
use toend_ledger::cometbft::bundle::BUNDLE_HEADERS;
use toend_ledger::gateway::{B64, BlockTxs, Health, Proven};
use toend_ledger::state::Key;

use super::answer::Moment;
use super::{Failure, Gateway, blocking};

/// Most blocks in one answer.
const MAX_BLOCKS: u64 = 256;
/// An answer of several blocks ends once it has this many bytes of transactions.
const BLOCKS_BYTES: usize = 4 * 1024 * 1024;

/// `GET /v1/tip`.
pub(super) async fn tip(State(gateway): State<Arc<Gateway>>) -> Result<Json<LightBlock>, Failure> {
    let block = gateway.settings.ledger.tip();
    if block.height() == 0 {
        Err(Failure::NoLedger)
    } else {
        Ok(Json(block))
    }
}

/// `GET /v1/light-block/{height}`.
pub(super) async fn light_block(
    State(gateway): State<Arc<Gateway>>,
    height: Result<Path<u64>, PathRejection>,
) -> Result<Json<LightBlock>, Failure> {
    let Ok(Path(height)) = height else {
        return Err(Failure::BadRequest);
    };
    blocking(move || {
        gateway
            .settings
            .ledger
            .light_block(height)
            .map(Json)
            .ok_or(Failure::NotAvailable)
    })
    .await
}

/// `GET /v1/headers/{bundle}`. A full bundle never changes; the last one grows.
pub(super) async fn headers(
    State(gateway): State<Arc<Gateway>>,
    bundle: Result<Path<u64>, PathRejection>,
) -> Result<Response, Failure> {
    let Ok(Path(bundle)) = bundle else {
        return Err(Failure::BadRequest);
    };
    let bytes = blocking(move || {
        gateway
            .settings
            .ledger
            .header_bundle(bundle)
            .ok_or(Failure::NotAvailable)
    })
    .await?;
    let count = bytes
        .get(12..14)
        .and_then(|count| count.try_into().ok())
        .map_or(0, u16::from_be_bytes);
    let full = usize::from(count) == BUNDLE_HEADERS;
    let cache = if full {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream"),
            (header::CACHE_CONTROL, cache),
        ],
        bytes,
    )
        .into_response())
}

/// Query of `blocks`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blocks {
    count: Option<u64>,
}

/// `GET /v1/blocks/{height}/txs?count=N`: blocks from a height on, fewer than asked when they are large or not made yet.
pub(super) async fn block_txs(
    State(gateway): State<Arc<Gateway>>,
    height: Result<Path<u64>, PathRejection>,
    query: Result<Query<Blocks>, QueryRejection>,
) -> Result<Json<Vec<BlockTxs>>, Failure> {
    let (Ok(Path(height)), Ok(Query(query))) = (height, query) else {
        return Err(Failure::BadRequest);
    };
    let count = query.count.unwrap_or(1);
    if !(1..=MAX_BLOCKS).contains(&count) {
        return Err(Failure::BadRequest);
    }
    blocking(move || {
        let mut blocks = Vec::new();
        let mut bytes = 0;
        for height in height..height.saturating_add(count) {
            let Some(txs) = gateway.settings.ledger.block_txs(height) else {
                break;
            };
            bytes += txs.iter().map(Vec::len).sum::<usize>();
            blocks.push(BlockTxs {
                height,
                txs: txs.into_iter().map(B64).collect(),
            });
            if bytes > BLOCKS_BYTES {
                break;
            }
        }
        if blocks.is_empty() {
            Err(Failure::NotAvailable)
        } else {
            Ok(Json(blocks))
        }
    })
    .await
}

/// Query of `state`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct At {
    height: Option<u64>,
}

/// `GET /v1/state/{key hex}?height=H`. Only keys about the ledger and its registers: whoever asks for a label or a head by
/// its key would tell this gateway what interests her.
pub(super) async fn state(
    State(gateway): State<Arc<Gateway>>,
    key: Result<Path<String>, PathRejection>,
    query: Result<Query<At>, QueryRejection>,
) -> Result<Json<Proven>, Failure> {
    let (Ok(Path(key)), Ok(Query(query))) = (key, query) else {
        return Err(Failure::BadRequest);
    };
    let key = hex::decode(key)
        .ok()
        .and_then(|bytes| Key::decode(&bytes).ok())
        .ok_or(Failure::BadRequest)?;
    let public = matches!(
        key,
        Key::History
            | Key::Register(_)
            | Key::Epoch { .. }
            | Key::Authority(_)
            | Key::Gateway(_)
            | Key::Validator(_)
            | Key::Right { .. }
            | Key::Fault(_)
            | Key::Rules
            | Key::Consensus(_)
            // Whoever asks for one knows its 32 random bytes.
            | Key::Filing(_)
    );
    if !public {
        return Err(Failure::NotAvailable);
    }
    blocking(move || {
        let ledger = &gateway.settings.ledger;
        let newest = Moment::now(ledger.as_ref())?.height;
        let height = query.height.unwrap_or(newest);
        let result = ledger
            .query(&key.encode(), height)
            .ok_or(Failure::NotAvailable)?;
        Ok(Json(Proven {
            value: result.value.map(B64),
            proof: B64(result.proof),
        }))
    })
    .await
}

/// `GET /v1/network`.
pub(super) async fn network(State(gateway): State<Arc<Gateway>>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, gateway.settings.network_file.clone()).into_response()
}

/// `GET /v1/genesis`. It says what it is by its hash, which the network file names.
pub(super) async fn genesis(State(gateway): State<Arc<Gateway>>) -> Result<Response, Failure> {
    let file = gateway.genesis.clone().ok_or(Failure::NotAvailable)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], file).into_response())
}

/// `GET /v1/health`.
pub(super) async fn health(State(gateway): State<Arc<Gateway>>) -> Json<Health> {
    Json(Health {
        authority: gateway.settings.authority.clone(),
        registers: gateway
            .settings
            .house
            .iter()
            .map(|house| house.register.reg().0)
            .collect(),
        now_ms: gateway.now_ms(),
        height: gateway.settings.ledger.tip().height(),
    })
}
