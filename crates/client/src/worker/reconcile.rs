//! The demonstration network has the same name on every run, but a wiped data folder begins other blocks.

use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;

use crate::providers::{Provider, ProviderError};
use crate::store::{Store, StoreError};

/// What one gateway says about the highest page that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// It has that very page.
    Same,
    /// It has another page of that height, or has not come that far.
    Other,
    /// It says nothing.
    Nothing,
}

/// Forgets what was kept of a demonstration network of this computer that was begun anew. For every other network nothing is
/// ever forgotten: there, two different blocks of one height are an attack and must be seen as one.
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
    let asked: Vec<_> = providers
        .iter()
        .cloned()
        .map(|provider| tokio::spawn(async move { ask(&provider, high, kept.hash).await }))
        .collect();
    let mut said = Vec::new();
    for answer in asked {
        said.push(answer.await.unwrap_or(Says::Nothing));
    }
    if begun_anew(&said) {
        tracing::info!(
            "the demonstration network was begun anew; what was kept of the earlier one is forgotten"
        );
        store.forget_ledger(&network.net)?;
        store.forget_sealed()?;
    }
    Ok(())
}

async fn ask(provider: &Provider, height: u64, hash: Hash) -> Says {
    let says = |same| if same { Says::Same } else { Says::Other };
    match provider.light_block(height).await {
        Ok(block) => says(block.header().hash() == hash),
        Err(ProviderError::Refused { .. }) => match provider.tip().await {
            Ok(tip) if tip.height() < height => Says::Other,
            _ => Says::Nothing,
        },
        Err(_) => Says::Nothing,
    }
}

/// Begun anew is only what no gateway remembers and more than half of them contradict. As long as one gateway still has the
/// kept page, the others show another ledger: that is an attack, and the light client shall see it.
fn begun_anew(said: &[Says]) -> bool {
    let count = |wanted| said.iter().filter(|says| **says == wanted).count();
    count(Says::Same) == 0 && count(Says::Other) * 2 > said.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_forked_gateway_is_no_new_beginning() {
        use Says::{Nothing, Other, Same};
        assert!(begun_anew(&[Other; 4]));
        assert!(begun_anew(&[Other, Other, Other, Nothing]));
        for said in [
            [Other, Same, Same, Same],
            [Other, Other, Other, Same],
            [Other, Nothing, Nothing, Nothing],
            [Other, Other, Nothing, Nothing],
            [Nothing; 4],
        ] {
            assert!(!begun_anew(&said), "{said:?}");
        }
        assert!(!begun_anew(&[]));
    }
}
