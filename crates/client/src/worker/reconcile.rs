//! The demonstration network has the same name on every run, but a wiped data folder begins other blocks.

use toend_ledger::network::NetworkFile;

use crate::providers::{Provider, ProviderError};
use crate::store::{Store, StoreError};

/// Forgets what was kept of a demonstration network that was begun anew. For every other network nothing is ever forgotten:
/// there, two different blocks of one height are an attack and must be seen as one.
///
/// # Errors
/// [`StoreError`].
pub async fn reconcile(
    network: &NetworkFile,
    providers: &[Provider],
    store: &Store,
) -> Result<(), StoreError> {
    if !network.demonstration {
        return Ok(());
    }
    let Some((_, _, high)) = store.header_span(&network.net)? else {
        return Ok(());
    };
    let Some(kept) = store.header(&network.net, high)? else {
        return Ok(());
    };
    let mut begun_anew = false;
    for provider in providers {
        match provider.light_block(high).await {
            Ok(block) => {
                begun_anew = block.header().hash() != kept.hash;
                break;
            }
            Err(ProviderError::Refused { .. }) => {
                if let Ok(tip) = provider.tip().await {
                    begun_anew = tip.height() < high;
                    break;
                }
            }
            Err(_) => {}
        }
    }
    if begun_anew {
        tracing::info!(
            "the demonstration network was begun anew; what was kept of the earlier one is forgotten"
        );
        store.forget_ledger(&network.net)?;
        store.forget_sealed()?;
    }
    Ok(())
}
