//! A snapshot on its way in: offered, received chunk by chunk, checked as a whole.
//!
//! Chunks lie on disk until the last is there: a large state is never in memory beside the tree that is made of it.

use std::path::{Path, PathBuf};

use tendermint_proto::v0_38::abci::Snapshot;
use toend_ledger::hash::Hash;

use super::snapshot::{FORMAT, Manifest, SnapshotError};
use crate::storage::{Pair, Pairs, StorageError};

/// A snapshot that is being received. Its files go when it does.
#[derive(Debug)]
pub struct Incoming {
    manifest: Manifest,
    root: Hash,
    next: u32,
    last_key: Option<Vec<u8>>,
    pairs: u64,
    folder: PathBuf,
}

/// A received state.
#[derive(Debug)]
pub struct Received(Incoming);

/// Why an offer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another format.
    Format,
    /// This snapshot is no good; another may be.
    Snapshot,
}

/// Why a chunk is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The sender's fault.
    #[error(transparent)]
    Chunk(#[from] SnapshotError),
    /// This computer's.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Incoming {
    /// Looks at an offer. `root` comes from a header that CometBFT's light client has verified. The chunks are to lie in
    /// `folder`; what lies there is gone.
    pub fn begin(
        offer: &Snapshot,
        root: &[u8],
        net: &Hash,
        folder: PathBuf,
    ) -> Result<Self, Refusal> {
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
            pairs: 0,
            folder,
        })
    }

    /// Takes the next chunk. The error leaves everything as it was: the same chunk may come again from somebody else.
    pub fn take(&mut self, index: u32, chunk: &[u8]) -> Result<(), TakeError> {
        if index != self.next {
            return Err(SnapshotError::Elsewhere.into());
        }
        let mut last_key = self.last_key.clone();
        let pairs = self.manifest.open_chunk(index, chunk, &mut last_key)?;
        if index == 0 {
            clear(&self.folder).map_err(|error| StorageError::from_io(&error))?;
            std::fs::create_dir_all(&self.folder).map_err(|error| StorageError::from_io(&error))?;
        }
        std::fs::write(self.file(index), chunk).map_err(|error| StorageError::from_io(&error))?;
        self.last_key = last_key;
        self.pairs += pairs.len() as u64;
        self.next += 1;
        Ok(())
    }

    /// Which chunk comes next; none when all are there.
    pub fn awaits(&self) -> Option<u32> {
        ((self.next as usize) < self.manifest.chunks.len()).then_some(self.next)
    }

    /// The whole state; none when its size is not the one announced.
    pub fn finish(self) -> Option<Received> {
        (self.awaits().is_none() && self.pairs == self.manifest.pairs).then_some(Received(self))
    }

    fn file(&self, index: u32) -> PathBuf {
        self.folder.join(index.to_string())
    }

    /// Reads a chunk again. It is checked like the first time: a disk can fail too.
    fn chunk(&self, index: u32) -> Result<Pairs, StorageError> {
        let bytes =
            std::fs::read(self.file(index)).map_err(|error| StorageError::from_io(&error))?;
        self.manifest
            .open_chunk(index, &bytes, &mut None)
            .map_err(|error| StorageError::Damaged(format!("a received snapshot: {error}")))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Err(error) = clear(&self.folder) {
            tracing::warn!(%error, "the files of a received snapshot stay behind");
        }
    }
}

fn clear(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Received {
    /// All pairs, in ascending order of keys, a chunk in memory at a time.
    pub fn pairs(&self) -> impl Iterator<Item = Result<Pair, StorageError>> {
        (0..self.0.next).flat_map(|index| {
            let (pairs, fault) = match self.0.chunk(index) {
                Ok(pairs) => (pairs, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            pairs.into_iter().map(Ok).chain(fault)
        })
    }

    /// Height of the block that the state stands after.
    pub const fn height(&self) -> u64 {
        self.0.manifest.height
    }

    /// The root that a verified header carries.
    pub const fn root(&self) -> Hash {
        self.0.root
    }
}

#[cfg(test)]
mod tests {
    use super::super::snapshot::Writer;
    use super::*;

    #[test]
    fn a_state_lies_on_disk_until_it_is_taken_and_goes_then() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("incoming");
        let (net, root) = ([1; 32], [2; 32]);
        // Two chunks: a value has at most 4 kB, a chunk at most 1 MB.
        let pairs: Pairs = (0u16..300)
            .map(|n| (n.to_be_bytes().to_vec(), vec![n as u8; 4000]))
            .collect();
        let mut writer = Writer::new(net, 9, root);
        let mut chunks = Vec::new();
        for (key, value) in &pairs {
            chunks.extend(writer.put(key, value).unwrap());
        }
        let (last, manifest) = writer.finish().unwrap();
        chunks.push(last);
        assert_eq!(chunks.len(), 2);
        let offer = Snapshot {
            height: 9,
            format: FORMAT,
            chunks: 2,
            hash: manifest.hash().to_vec().into(),
            metadata: manifest.encode().into(),
        };
        let begin = || Incoming::begin(&offer, &root, &net, place.clone()).unwrap();
        // What an earlier process left behind is no part of it.
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("7"), "left behind").unwrap();
        let mut incoming = begin();
        assert_eq!(
            incoming.take(1, &chunks[1]),
            Err(SnapshotError::Elsewhere.into())
        );
        for (index, chunk) in (0..).zip(&chunks) {
            assert_eq!(incoming.awaits(), Some(index));
            incoming.take(index, chunk).unwrap();
        }
        let received = incoming.finish().unwrap();
        assert_eq!(std::fs::read_dir(&place).unwrap().count(), 2);
        assert_eq!((received.height(), received.root()), (9, root));
        let read: Result<Pairs, _> = received.pairs().collect();
        assert_eq!(read, Ok(pairs.clone()));
        // A disk that forgets is found out, after what is still right.
        std::fs::write(place.join("1"), &chunks[1][..100]).unwrap();
        let read: Vec<_> = received.pairs().collect();
        assert!(matches!(read.last(), Some(Err(StorageError::Damaged(_)))));
        assert!(read.len() < pairs.len());
        drop(received);
        assert!(!place.exists());
        let mut half = begin();
        half.take(0, &chunks[0]).unwrap();
        assert!(half.finish().is_none() && !place.exists());
    }
}
