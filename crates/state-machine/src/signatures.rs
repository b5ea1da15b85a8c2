//! Signatures that were checked before. What CheckTx has verified, FinalizeBlock need not verify again.
//!
//! The memory is bounded and holds successes only; a success is a pure function of transaction and key, so that
//! replicas that remember different things still decide alike.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use toend_ledger::hash::Hash;
use toend_ledger::tx::{Filing, ReadyKey, TxError};

/// Gateways whose keys stand ready at once; 640 KiB each.
const KEYS_READY: usize = 64;

/// The last transactions whose signature held, with the key under which it did.
#[derive(Debug)]
pub(crate) struct Verified {
    /// Keys of gateways that sign one filing after another, made ready once.
    ready: BTreeMap<Hash, Arc<ReadyKey>>,
    signer_of: BTreeMap<Hash, Hash>,
    order: VecDeque<Hash>,
    limit: usize,
    checks: u64,
}

impl Verified {
    pub fn new(limit: usize) -> Self {
        Verified {
            ready: BTreeMap::new(),
            signer_of: BTreeMap::new(),
            order: VecDeque::new(),
            limit,
            checks: 0,
        }
    }

    /// Whether `tx` (its hash) is signed by `signer`: from memory, else by `check`.
    pub fn holds(
        &mut self,
        tx: &Hash,
        signer: &Hash,
        check: impl FnOnce() -> Result<(), TxError>,
    ) -> bool {
        // The key belongs to what is remembered: a register's key may change between CheckTx and the block.
        if self.signer_of.get(tx) == Some(signer) {
            return true;
        }
        self.checks += 1;
        if check().is_err() {
            return false;
        }
        if self.signer_of.insert(*tx, *signer).is_none() {
            self.order.push_back(*tx);
        }
        while self.order.len() > self.limit {
            if let Some(oldest) = self.order.pop_front() {
                self.signer_of.remove(&oldest);
            }
        }
        true
    }

    /// Whether a filing (`tx` is its hash) is signed by the gateway of this key.
    pub fn filing_holds(&mut self, tx: &Hash, key: &Hash, filing: &Filing) -> bool {
        // Only keys that a decision of the authorities named come here; after many changes it begins anew.
        if !self.ready.contains_key(key) && self.ready.len() >= KEYS_READY {
            self.ready.clear();
        }
        let ready = match self.ready.entry(*key) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => match ReadyKey::new(key) {
                Ok(ready) => place.insert(Arc::new(ready)),
                Err(_) => return false,
            },
        };
        let ready = Arc::clone(ready);
        self.holds(tx, key, || filing.verify_ready(&ready))
    }

    /// How many signatures had to be checked so far.
    pub fn checks(&self) -> u64 {
        self.checks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_is_remembered_for_its_key_only_and_not_for_ever() {
        let mut verified = Verified::new(2);
        assert!(!verified.holds(&[1; 32], &[9; 32], || Err(TxError::BadSignature)));
        assert!(verified.holds(&[1; 32], &[9; 32], || Ok(())));
        assert!(verified.holds(&[1; 32], &[9; 32], || Err(TxError::BadSignature)));
        assert!(!verified.holds(&[1; 32], &[8; 32], || Err(TxError::BadSignature)));
        assert_eq!(verified.checks(), 3);
        assert!(verified.holds(&[2; 32], &[9; 32], || Ok(())));
        assert!(verified.holds(&[3; 32], &[9; 32], || Ok(())));
        assert!(!verified.holds(&[1; 32], &[9; 32], || Err(TxError::BadSignature)));
        assert_eq!((verified.order.len(), verified.signer_of.len()), (2, 2));
    }
}
