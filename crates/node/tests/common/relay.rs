//! A ledger in front of another one: everything that a test does not change is answered by the one inside.

/// The named methods of `Ledger`, answered by `self.inner`. What they mention must be in scope by its own name.
macro_rules! by_inner {
    ($($method:ident)+) => { $(by_inner!(@ $method);)+ };
    (@ net) => {
        fn net(&self) -> toend_ledger::hash::Hash {
            self.inner.net()
        }
    };
    (@ chain_id) => {
        fn chain_id(&self) -> String {
            self.inner.chain_id()
        }
    };
    (@ tip) => {
        fn tip(&self) -> toend_ledger::cometbft::LightBlock {
            self.inner.tip()
        }
    };
    (@ light_block) => {
        fn light_block(&self, height: u64) -> Option<toend_ledger::cometbft::LightBlock> {
            self.inner.light_block(height)
        }
    };
    (@ header_bundle) => {
        fn header_bundle(&self, index: u64) -> Option<Vec<u8>> {
            self.inner.header_bundle(index)
        }
    };
    (@ block_txs) => {
        fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
            self.inner.block_txs(height)
        }
    };
    (@ query) => {
        fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
            self.inner.query(key, height)
        }
    };
    (@ subtree) => {
        fn subtree(
            &self,
            place: &toend_ledger::hash::Hash,
            bits: u16,
            height: u64,
        ) -> Option<Vec<u8>> {
            self.inner.subtree(place, bits, height)
        }
    };
    (@ submit) => {
        fn submit(&self, tx: Vec<u8>) -> Result<toend_ledger::hash::Hash, SubmitError> {
            self.inner.submit(tx)
        }
    };
    (@ included) => {
        fn included(&self, tx_hash: &toend_ledger::hash::Hash) -> Option<Included> {
            self.inner.included(tx_hash)
        }
    };
    (@ subscribe) => {
        fn subscribe(&self) -> tokio::sync::watch::Receiver<u64> {
            self.inner.subscribe()
        }
    };
}
pub(crate) use by_inner;
