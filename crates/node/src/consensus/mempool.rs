//! Transactions that wait for a block, first come first served.

use std::collections::{BTreeSet, VecDeque};

use toend_ledger::hash::{Hash, sha256};

use crate::ledger::SubmitError;

/// Most transactions that wait at once.
const MAX_WAITING: usize = 5_000;
/// Most bytes that wait at once.
const MAX_WAITING_BYTES: usize = 64 << 20;
/// How many hashes of sealed transactions are remembered, to refuse repeats early.
const REMEMBERED: usize = 10_000;

/// The queue between `CheckTx` and the proposer.
#[derive(Debug, Default)]
pub struct Mempool {
    waiting: VecDeque<(Hash, Vec<u8>)>,
    bytes: usize,
    known: BTreeSet<Hash>,
    sealed: VecDeque<Hash>,
}

impl Mempool {
    /// Whether `tx` could be taken now; called before the application is asked.
    pub fn admit(&self, tx: &[u8]) -> Result<Hash, SubmitError> {
        let hash = sha256(&[tx]);
        if self.known.contains(&hash) {
            return Err(SubmitError::AlreadyKnown { hash });
        }
        if self.waiting.len() >= MAX_WAITING
            || self.bytes.saturating_add(tx.len()) > MAX_WAITING_BYTES
        {
            return Err(SubmitError::Full);
        }
        Ok(hash)
    }

    /// Queues a transaction that the application accepted.
    pub fn push(&mut self, hash: Hash, tx: Vec<u8>) {
        if self.known.insert(hash) {
            self.bytes = self.bytes.saturating_add(tx.len());
            self.waiting.push_back((hash, tx));
        }
    }

    /// The oldest transactions that fit into `max_bytes`. They stay queued
    /// until [`Mempool::sealed`] names them.
    pub fn reap(&self, max_bytes: usize) -> Vec<Vec<u8>> {
        let mut room = max_bytes;
        let mut taken = Vec::new();
        for (_, tx) in &self.waiting {
            // Tag and length of one element of the block's data: at most 6 bytes.
            let Some(rest) = room.checked_sub(tx.len() + 6) else {
                break;
            };
            room = rest;
            taken.push(tx.clone());
        }
        taken
    }

    /// Takes out what a block sealed and remembers it for a while.
    pub fn sealed<'a>(&mut self, hashes: impl IntoIterator<Item = &'a Hash>) {
        let gone: BTreeSet<&Hash> = hashes.into_iter().collect();
        self.take_out(&gone);
        for hash in gone {
            self.known.insert(*hash);
            self.sealed.push_back(*hash);
        }
        while self.sealed.len() > REMEMBERED {
            if let Some(old) = self.sealed.pop_front() {
                self.known.remove(&old);
            }
        }
    }

    /// Takes out what turned out not to be valid any more; it may come again.
    pub fn dropped<'a>(&mut self, hashes: impl IntoIterator<Item = &'a Hash>) {
        let gone: BTreeSet<&Hash> = hashes.into_iter().collect();
        self.take_out(&gone);
        for hash in gone {
            self.known.remove(hash);
        }
    }

    fn take_out(&mut self, gone: &BTreeSet<&Hash>) {
        if gone.is_empty() {
            return;
        }
        self.waiting.retain(|(hash, _)| !gone.contains(hash));
        self.bytes = self.waiting.iter().map(|(_, tx)| tx.len()).sum();
    }

    /// The waiting transactions, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = (&Hash, &[u8])> {
        self.waiting.iter().map(|(hash, tx)| (hash, tx.as_slice()))
    }

    /// How many transactions wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many bytes wait.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(pool: &mut Mempool, tx: &[u8]) -> Hash {
        let hash = pool.admit(tx).unwrap();
        pool.push(hash, tx.to_vec());
        hash
    }

    #[test]
    fn order_is_kept_and_repeats_are_refused() {
        let mut pool = Mempool::default();
        let first = put(&mut pool, b"one");
        put(&mut pool, b"two");
        assert_eq!(
            pool.admit(b"one"),
            Err(SubmitError::AlreadyKnown { hash: first })
        );
        assert_eq!(pool.reap(1000), [b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(pool.reap(9), [b"one".to_vec()]);
        pool.sealed([&first]);
        assert_eq!(pool.reap(1000), [b"two".to_vec()]);
        assert_eq!(
            pool.admit(b"one"),
            Err(SubmitError::AlreadyKnown { hash: first })
        );
    }

    #[test]
    fn what_was_dropped_may_come_again() {
        let mut pool = Mempool::default();
        let hash = put(&mut pool, b"one");
        pool.dropped([&hash]);
        assert!(pool.is_empty());
        assert_eq!(pool.bytes(), 0);
        assert_eq!(pool.admit(b"one"), Ok(hash));
    }

    #[test]
    fn a_flood_is_refused_and_named() {
        let mut pool = Mempool::default();
        for i in 0..MAX_WAITING {
            put(&mut pool, &i.to_be_bytes());
        }
        assert_eq!(pool.admit(b"one more"), Err(SubmitError::Full));
    }
}
