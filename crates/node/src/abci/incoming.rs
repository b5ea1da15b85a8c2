//! A snapshot on its way in: offered, received chunk by chunk, checked as a whole.
//!
//! Chunks lie on disk until the last is there: a large state is never in memory beside the tree that is made of it. A peer
//! can make up a manifest and the chunks that belong to it; whether they give the committed root shows at the end alone. So
//! what cannot be a state is refused as early as it shows, and everybody who had a part in it is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tendermint_proto::v0_38::abci::Snapshot;
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::Hash;
use toend_ledger::state::{Key, Value};
use toend_state_machine::App;

use super::snapshot::{
    CHUNK_HEAD, FORMAT, MAX_CHUNK, MAX_KEY, MAX_VALUE, Manifest, PAIR_HEAD, SnapshotError,
};
use crate::disk;
use crate::storage::{Pair, Pairs, StorageError};

/// Times that a state can grow by what a block has: an operation of some dozen bytes writes a key and a value of some hundred.
const GROWTH: u64 = 16;
/// Bytes that a chunk has for pairs.
const ROOM: u64 = (MAX_CHUNK - CHUNK_HEAD) as u64;
/// Bytes of the smallest pair: no key is empty.
const LEAST_PAIR: u64 = PAIR_HEAD as u64 + 1;
/// Bytes of the largest pair.
const MOST_PAIR: u64 = (PAIR_HEAD + MAX_KEY + MAX_VALUE) as u64;

/// Most bytes of a network's state after a block: what it began with, and what all blocks can have written.
pub fn most_bytes(genesis: &Genesis, height: u64) -> u64 {
    let began: usize = App::genesis_state(genesis)
        .iter()
        .map(|(key, value)| PAIR_HEAD + key.len() + value.len())
        .sum();
    let blocks = height
        .saturating_add(1)
        .saturating_sub(genesis.initial_height);
    let block = u64::try_from(genesis.params.max_bytes).unwrap_or(u64::MAX);
    block
        .saturating_mul(GROWTH)
        .saturating_mul(blocks)
        .saturating_add(began as u64)
}

/// A snapshot that is being received. Its files go when it does.
#[derive(Debug)]
pub struct Incoming {
    manifest: Manifest,
    root: Hash,
    next: u32,
    last_key: Option<Vec<u8>>,
    /// Bytes of the chunk before the next.
    last_length: usize,
    pairs: u64,
    senders: BTreeSet<String>,
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
    /// This snapshot cannot be taken; another may be.
    Snapshot,
    /// No honest node offers this: whoever does is not to be asked for anything.
    Sender,
}

/// Why a chunk is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The fault of who sent it.
    #[error(transparent)]
    Chunk(SnapshotError),
    /// The fault of who made the snapshot, and so of all who offer it: it is the chunk that the manifest names.
    #[error("no chunk of a state: {0}")]
    Whole(SnapshotError),
    /// This computer's.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Incoming {
    /// Looks at an offer. `root` comes from a header that CometBFT's light client has verified, `most` is
    /// [`most_bytes`]. The chunks are to lie in `folder`; what lies there is gone.
    pub fn begin(
        offer: &Snapshot,
        root: &[u8],
        net: &Hash,
        most: u64,
        folder: PathBuf,
    ) -> Result<Self, Refusal> {
        if offer.format != FORMAT {
            return Err(Refusal::Format);
        }
        // Not the sender's: the engine names the root.
        let root = Hash::try_from(root).map_err(|_| Refusal::Snapshot)?;
        let manifest = Manifest::decode(&offer.metadata).map_err(|_| Refusal::Sender)?;
        let fits = manifest.hash()[..] == offer.hash[..]
            && manifest.net == *net
            && manifest.height == offer.height
            && manifest.root == root
            && manifest.chunks.len() == offer.chunks as usize
            && is_plausible(&manifest, most);
        if !fits {
            return Err(Refusal::Sender);
        }
        // Once as chunks, once in the database.
        let needed = (manifest.chunks.len() as u64).saturating_mul(2 * MAX_CHUNK as u64);
        if let Some(free) = disk::free(&folder)
            && free < needed
        {
            tracing::error!(
                needed,
                free,
                "a snapshot is not taken: make space for this many bytes"
            );
            return Err(Refusal::Snapshot);
        }
        Ok(Self {
            manifest,
            root,
            next: 0,
            last_key: None,
            last_length: 0,
            pairs: 0,
            senders: BTreeSet::new(),
            folder,
        })
    }

    /// Takes the next chunk. The error leaves everything as it was, but for the names of the senders: where only this one is
    /// to blame, the same chunk may come again from somebody else.
    pub fn take(&mut self, index: u32, chunk: &[u8], sender: &str) -> Result<(), TakeError> {
        if index != self.next {
            return Err(TakeError::Chunk(SnapshotError::Elsewhere));
        }
        let mut last_key = self.last_key.clone();
        let opened = self.manifest.open_chunk(index, chunk, &mut last_key);
        let pairs = opened.map_err(|error| match error {
            // Any other fault is found in bytes that have the manifest's hash.
            SnapshotError::Hash | SnapshotError::TooLarge("chunk") => TakeError::Chunk(error),
            _ => TakeError::Whole(error),
        });
        if !matches!(pairs, Err(TakeError::Chunk(_))) {
            self.senders.insert(sender.to_owned());
        }
        let pairs = pairs?;
        self.check(index, &pairs).map_err(TakeError::Whole)?;
        if index == 0 {
            clear(&self.folder).map_err(|error| StorageError::from_io(&error))?;
            std::fs::create_dir_all(&self.folder).map_err(|error| StorageError::from_io(&error))?;
        }
        std::fs::write(self.file(index), chunk).map_err(|error| StorageError::from_io(&error))?;
        self.last_key = last_key;
        self.last_length = chunk.len();
        self.pairs += pairs.len() as u64;
        self.next += 1;
        Ok(())
    }

    /// Whether these pairs can be the next of a state of the announced size.
    fn check(&self, index: u32, pairs: &Pairs) -> Result<(), SnapshotError> {
        let first = pairs.first().ok_or(SnapshotError::Size)?;
        // A chunk ends where the next pair would not fit.
        let would = self.last_length + PAIR_HEAD + first.0.len() + first.1.len();
        if index > 0 && would <= MAX_CHUNK {
            return Err(SnapshotError::Size);
        }
        let had = self.pairs + pairs.len() as u64;
        let left = self.manifest.pairs.checked_sub(had);
        let chunks = (self.manifest.chunks.len() as u64).saturating_sub(u64::from(index) + 1);
        let possible = left.is_some_and(|left| {
            (left == 0) == (chunks == 0) && left >= chunks && left / (ROOM / LEAST_PAIR) <= chunks
        });
        if !possible {
            return Err(SnapshotError::Size);
        }
        for (bytes, value) in pairs {
            let key = Key::decode(bytes).map_err(|_| SnapshotError::Malformed("key"))?;
            Value::decode(&key, value).map_err(|_| SnapshotError::Malformed("value"))?;
        }
        Ok(())
    }

    /// The nodes that had a part in what was taken, where the engine has names for them.
    pub fn senders(&self) -> Vec<String> {
        let known = self.senders.iter().filter(|sender| !sender.is_empty());
        known.cloned().collect()
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

/// Whether so many pairs can lie in so many chunks, each filled until the next pair does not fit, and a state be so large.
fn is_plausible(manifest: &Manifest, most: u64) -> bool {
    let chunks = manifest.chunks.len() as u64;
    let full = chunks.saturating_sub(1);
    let least = full.saturating_mul(ROOM - MOST_PAIR + 1);
    manifest.pairs > 0
        && least <= most
        && least <= manifest.pairs.saturating_mul(MOST_PAIR)
        && manifest.pairs.saturating_mul(LEAST_PAIR) <= chunks.saturating_mul(ROOM).min(most)
}

pub(super) fn clear(folder: &Path) -> std::io::Result<()> {
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
    use toend_ledger::genesis::demo;
    use toend_ledger::record::Flag;
    use toend_ledger::state::{At, HeadValue, Reg};

    use super::super::snapshot::Writer;
    use super::*;

    const NET: Hash = [1; 32];
    const ROOT: Hash = [2; 32];
    const MOST: u64 = 1 << 30;

    /// So many heads, in order.
    fn heads(count: u32) -> Pairs {
        (0..count)
            .map(|n| {
                let mut r = [0; 32];
                r[..4].copy_from_slice(&n.to_be_bytes());
                let value = HeadValue {
                    v: 1,
                    flag: Flag::Current,
                    hd: [7; 32],
                    at: At {
                        height: 1,
                        time_ms: 1,
                    },
                };
                (Key::Head { reg: Reg(1), r }.encode(), value.encode())
            })
            .collect()
    }

    fn cut(pairs: &Pairs) -> (Vec<Vec<u8>>, Manifest) {
        let mut writer = Writer::new(NET, 9, ROOT);
        let mut chunks = Vec::new();
        for (key, value) in pairs {
            chunks.extend(writer.put(key, value).unwrap());
        }
        let (last, manifest) = writer.finish().unwrap();
        chunks.push(last);
        (chunks, manifest)
    }

    fn offer(manifest: &Manifest) -> Snapshot {
        Snapshot {
            height: 9,
            format: FORMAT,
            chunks: manifest.chunks.len() as u32,
            hash: manifest.hash().to_vec().into(),
            metadata: manifest.encode().into(),
        }
    }

    #[test]
    fn a_state_lies_on_disk_until_it_is_taken_and_goes_then() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("incoming");
        let pairs = heads(12_000);
        let (chunks, manifest) = cut(&pairs);
        assert_eq!(chunks.len(), 2);
        let offer = offer(&manifest);
        let begin = || Incoming::begin(&offer, &ROOT, &NET, MOST, place.clone()).unwrap();
        // What an earlier process left behind is no part of it.
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("7"), "left behind").unwrap();
        let mut incoming = begin();
        assert_eq!(
            incoming.take(1, &chunks[1], "a"),
            Err(TakeError::Chunk(SnapshotError::Elsewhere))
        );
        for (index, chunk) in (0..).zip(&chunks) {
            assert_eq!(incoming.awaits(), Some(index));
            incoming.take(index, chunk, "a").unwrap();
        }
        let received = incoming.finish().unwrap();
        assert_eq!(std::fs::read_dir(&place).unwrap().count(), 2);
        assert_eq!((received.height(), received.root()), (9, ROOT));
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
        half.take(0, &chunks[0], "a").unwrap();
        assert!(half.finish().is_none() && !place.exists());
    }

    #[test]
    fn what_cannot_be_a_state_is_not_even_begun() {
        let folder = tempfile::tempdir().unwrap();
        let begin = |manifest: &Manifest, most| {
            let place = folder.path().join("incoming");
            Incoming::begin(&offer(manifest), &ROOT, &NET, most, place).err()
        };
        let announced = |pairs, chunks| Manifest {
            net: NET,
            height: 9,
            root: ROOT,
            pairs,
            chunks: vec![[0; 32]; chunks],
        };
        let refused = Some(Refusal::Sender);
        assert_eq!(begin(&announced(1000, 1), MOST), None);
        for (pairs, chunks) in [(0, 1), (u64::MAX, 1), (200_000, 1), (3, 5), (10, 65_536)] {
            let lie = announced(pairs, chunks);
            assert_eq!(begin(&lie, u64::MAX), refused, "{pairs} {chunks}");
        }
        // Five full chunks are more than so few blocks can have written.
        assert_eq!(begin(&announced(60_000, 6), MOST), None);
        assert_eq!(begin(&announced(60_000, 6), 4 << 20), refused);
        let few = most_bytes(&demo::genesis(), 1);
        assert!(few >= 64 << 20 && most_bytes(&demo::genesis(), 2) > few);
        assert_eq!(most_bytes(&demo::genesis(), u64::MAX), u64::MAX);
    }

    #[test]
    fn a_made_up_snapshot_is_refused_at_the_chunk_that_shows_it() {
        let folder = tempfile::tempdir().unwrap();
        let take = |pairs: &Pairs, announced: u64, lengths: &[usize]| {
            let (mut chunks, mut manifest) = cut(pairs);
            if !lengths.is_empty() {
                // Cut elsewhere than where the next pair would not fit.
                (chunks, manifest.chunks) = (Vec::new(), Vec::new());
                let mut rest = pairs.as_slice();
                for (index, length) in (0u32..).zip(lengths) {
                    let (part, tail) = rest.split_at(*length);
                    rest = tail;
                    let mut writer = Writer::new(NET, 9, ROOT).at(index);
                    for (key, value) in part {
                        assert!(writer.put(key, value).unwrap().is_none());
                    }
                    let (chunk, one) = writer.finish().unwrap();
                    manifest.chunks.push(*one.chunks.last().unwrap());
                    chunks.push(chunk);
                }
            }
            manifest.pairs = announced;
            let place = folder.path().join("incoming");
            let mut incoming =
                Incoming::begin(&offer(&manifest), &ROOT, &NET, u64::MAX, place).unwrap();
            let taken = (0u32..).zip(&chunks).find_map(|(index, chunk)| {
                let sender = format!("sender {index}");
                let error = incoming.take(index, chunk, &sender).err()?;
                Some((index, error))
            });
            (taken, incoming.senders())
        };
        let (pairs, whole) = (heads(12_000), TakeError::Whole);
        assert_eq!(take(&pairs, 12_000, &[]).0, None);
        // More than was announced, or less.
        assert_eq!(
            take(&pairs, 9000, &[]).0,
            Some((0, whole(SnapshotError::Size)))
        );
        let both = ["sender 0".to_owned(), "sender 1".to_owned()];
        let (error, senders) = take(&pairs, 12_001, &[]);
        assert_eq!(error, Some((1, whole(SnapshotError::Size))));
        assert_eq!(senders, both);
        // Chunks of next to nothing.
        let (error, senders) = take(&pairs, 12_000, &[6000, 6000]);
        assert_eq!(error, Some((1, whole(SnapshotError::Size))));
        assert_eq!(senders, both);
        // No key, no value.
        let mut other = pairs.clone();
        other[3].1.pop();
        assert_eq!(
            take(&other, 12_000, &[]).0,
            Some((0, whole(SnapshotError::Malformed("value"))))
        );
        other[3].0.push(0);
        assert_eq!(
            take(&other, 12_000, &[]).0,
            Some((0, whole(SnapshotError::Malformed("key"))))
        );
    }
}
