//! A snapshot on its way in: offered, received chunk by chunk, checked as a whole.

use tendermint_proto::v0_38::abci::Snapshot;
use toend_ledger::hash::Hash;

use super::snapshot::{FORMAT, Manifest, SnapshotError};
use crate::storage::Pairs;

/// A snapshot that is being received.
#[derive(Debug)]
pub struct Incoming {
    manifest: Manifest,
    root: Hash,
    next: u32,
    last_key: Option<Vec<u8>>,
    pairs: Pairs,
}

/// A received state.
#[derive(Debug)]
pub struct Received {
    /// All pairs.
    pub pairs: Pairs,
    /// Height of the block that it stands after.
    pub height: u64,
    /// The root that a verified header carries.
    pub root: Hash,
}

/// Why an offer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another format.
    Format,
    /// This snapshot is no good; another may be.
    Snapshot,
}

impl Incoming {
    /// Looks at an offer. `root` comes from a header that CometBFT's light client has verified.
    pub fn begin(offer: &Snapshot, root: &[u8], net: &Hash) -> Result<Self, Refusal> {
        if offer.format != FORMAT {
            return Err(Refusal::Format);
        }
        let manifest = Manifest::decode(&offer.metadata).map_err(|_| Refusal::Snapshot)?;
        let root = Hash::try_from(root).map_err(|_| Refusal::Snapshot)?;
        let fits = manifest.hash()[..] == offer.hash[..]
            && manifest.net == *net
            && manifest.height == offer.height
            && manifest.root == root
            && manifest.chunks.len() == offer.chunks as usize;
        if !fits {
            return Err(Refusal::Snapshot);
        }
        Ok(Self {
            manifest,
            root,
            next: 0,
            last_key: None,
            pairs: Vec::new(),
        })
    }

    /// Takes the next chunk. The error leaves everything as it was: the same chunk may come again from somebody else.
    pub fn take(&mut self, index: u32, chunk: &[u8]) -> Result<(), SnapshotError> {
        if index != self.next {
            return Err(SnapshotError::Elsewhere);
        }
        let mut last_key = self.last_key.clone();
        let pairs = self.manifest.open_chunk(index, chunk, &mut last_key)?;
        self.last_key = last_key;
        self.pairs.extend(pairs);
        self.next += 1;
        Ok(())
    }

    /// Which chunk comes next; none when all are there.
    pub fn awaits(&self) -> Option<u32> {
        ((self.next as usize) < self.manifest.chunks.len()).then_some(self.next)
    }

    /// The whole state; none when its size is not the one announced.
    pub fn finish(self) -> Option<Received> {
        (self.pairs.len() as u64 == self.manifest.pairs).then_some(Received {
            pairs: self.pairs,
            height: self.manifest.height,
            root: self.root,
        })
    }
}
