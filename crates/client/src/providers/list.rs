//! All gateways that are asked: those of the network file, and those that the ledger added.

use std::sync::{Arc, PoisonError, RwLock};

use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;

use super::{Http, Limits, Provider, Trust, check_address};

/// The gateways, in the order in which they became known. It grows and never shrinks, so that a place in it stays a name; one
/// that is closed stands there and is not asked. Clones are handles on the same list.
#[derive(Clone, Debug)]
pub struct Providers {
    http: Http,
    list: Arc<RwLock<Vec<Provider>>>,
}

impl Providers {
    /// One provider per authority of the network file that names a gateway, in the file's order.
    pub fn new(network: &NetworkFile, limits: Limits) -> Self {
        let http = Http::new(limits, Trust::default());
        let list = network
            .authorities
            .iter()
            .enumerate()
            .filter(|(_, authority)| !authority.gateway.is_empty())
            .map(|(index, authority)| {
                let (id, gateway) = (authority.id.clone(), &authority.gateway);
                let provider = Provider::new(index, id, gateway, http.clone());
                provider.follow(gateway, authority.tls_issuer);
                provider
            })
            .collect();
        Self {
            http,
            list: Arc::new(RwLock::new(list)),
        }
    }

    /// All of them, as they are known now.
    pub fn all(&self) -> Vec<Provider> {
        self.list
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The gateway of this number.
    pub fn gateway(&self, number: u16) -> Option<Provider> {
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        let mut all = list.iter();
        all.find(|one| one.index() == usize::from(number)).cloned()
    }

    /// A gateway that was not known: from now on it is asked too. Its place, unless its address is not to be asked.
    pub fn add(
        &self,
        number: u16,
        (house, authority): (u16, String),
        gateway: &str,
        issuer: Option<Hash>,
    ) -> Option<usize> {
        check_address(gateway).ok()?;
        let index = usize::from(number);
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        if list.iter().any(|one| one.index() == index) {
            return None;
        }
        let provider = Provider::new(index, authority, gateway, self.http.clone());
        let provider = provider.run_by(usize::from(house));
        provider.follow(gateway, issuer);
        list.push(provider);
        Some(list.len() - 1)
    }
}
