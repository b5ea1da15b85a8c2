//! Lists kept on this computer, sealed: the signed answer and the page it rests on, never a verdict. A verdict is found anew
//! each time, so that a saved list proves as much offline as it did when it came.

use serde::{Deserialize, Serialize};
use toend_ledger::cometbft::LightBlock;
use toend_ledger::gateway::Signed;
use toend_ledger::network::NetworkFile;
use toend_light_client::Options;
use toend_light_client::trusted::TrustedBlock;

use super::fetch::{Asked, Question};
use super::held::Held;
use crate::network::listed_validators_hash;
use crate::seal::SealKey;
use crate::store::{Store, StoreError};

const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
struct Form {
    version: u8,
    target: String,
    signed: Signed,
    block: LightBlock,
    checked_at_ms: u64,
}

fn name(key: &SealKey, network: &NetworkFile, question: &Question) -> [u8; 32] {
    key.name(&[
        &network.net,
        &question.place.register.number().to_be_bytes(),
        &question.canonical.encode(),
    ])
}

/// Keeps a list.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(
    store: &Store,
    key: &SealKey,
    network: &NetworkFile,
    question: &Question,
    held: &Held,
) -> Result<(), StoreError> {
    let form = Form {
        version: VERSION,
        target: held.target.clone(),
        signed: held.signed.clone(),
        block: held.block.block().clone(),
        checked_at_ms: held.checked_at_ms,
    };
    let body = zeroize::Zeroizing::new(
        serde_json::to_vec(&form).map_err(|error| StoreError::Other(error.to_string()))?,
    );
    let (owner, name) = (*key.owner(), name(key, network, question));
    let sealed = key
        .seal(&name, &body)
        .map_err(|error| StoreError::Other(error.to_string()))?;
    let store = store.clone();
    tokio::task::spawn_blocking(move || store.put_sealed(&owner, &name, &sealed))
        .await
        .unwrap_or_else(|_| Err(StoreError::Other("stopping".to_owned())))
}

/// Opens a kept list and judges it anew: commit against the validators that the network file lists, then every proof. `None`
/// when nothing was kept, or what was kept no longer verifies (then the register is asked again).
pub async fn open(
    store: &Store,
    key: &SealKey,
    network: &NetworkFile,
    question: &Question,
) -> Option<Held> {
    let (owner, name) = (*key.owner(), name(key, network, question));
    let sealed = {
        let store = store.clone();
        tokio::task::spawn_blocking(move || store.sealed(&owner, &name))
            .await
            .ok()?
            .ok()??
    };
    let body = key
        .open(&name, &sealed)
        .map_err(|error| tracing::warn!(%error, "a saved list stays closed"))
        .ok()?;
    let (network, question) = (network.clone(), question.clone());
    tokio::task::spawn_blocking(move || judge(&body, &network, &question))
        .await
        .ok()?
}

fn judge(body: &[u8], network: &NetworkFile, question: &Question) -> Option<Held> {
    let form: Form = serde_json::from_slice(body).ok()?;
    if form.version != VERSION {
        return None;
    }
    let validators = listed_validators_hash(network, form.block.height())?;
    let block = TrustedBlock::from_listed_validators(
        form.block,
        &network.chain_id,
        &validators,
        &Options::default(),
    )
    .ok()?;
    let asked = Asked {
        question,
        target: form.target,
        signed: form.signed,
    };
    // Rights were judged when the list came, or it would not have been kept; the ledger never takes one back for the past.
    match asked.judge(network, block, None, form.checked_at_ms) {
        Ok(held) => Some(Held {
            answered: false,
            ..held
        }),
        Err((fault, _)) => {
            tracing::warn!(
                reason = fault.reason(),
                "a saved list no longer verifies and is not used"
            );
            None
        }
    }
}
