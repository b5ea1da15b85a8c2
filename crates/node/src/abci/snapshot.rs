//! The form of a snapshot: the whole state after one block, in chunks that are checked one by one.
//!
//! `docs/formats/snapshot.md` describes it; `tests/vectors/node/snapshot.json` has one. Keys ascend strictly through all
//! chunks, so that one state has one snapshot: every authority makes the same bytes and can hand out any chunk.

use toend_ledger::hash::{Hash, sha256};

use crate::storage::Pairs;

/// The one format there is, as ABCI numbers it.
pub const FORMAT: u32 = 1;
/// Most bytes of a chunk.
pub const MAX_CHUNK: usize = 1 << 20;
/// Most chunks: their hashes fit into one message of CometBFT.
pub const MAX_CHUNKS: usize = 1 << 16;
/// Most bytes of a key.
pub const MAX_KEY: usize = 64;
/// Most bytes of a value.
pub const MAX_VALUE: usize = 4096;

const MANIFEST: &[u8] = b"toend/snapshot/v1\0";
const CHUNK: &[u8] = b"toend/snapshot-chunk/v1\0";
/// Bytes of a chunk before its pairs.
pub const CHUNK_HEAD: usize = CHUNK.len() + 44;
/// Bytes of a pair's lengths.
pub const PAIR_HEAD: usize = 6;

/// What a snapshot is and which chunks it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The network: hash of its genesis file.
    pub net: Hash,
    /// The state is that after this block.
    pub height: u64,
    /// Its root, which the next block's header carries.
    pub root: Hash,
    /// How many pairs of key and value.
    pub pairs: u64,
    /// SHA-256 of each chunk.
    pub chunks: Vec<Hash>,
}

/// Why bytes are refused. Whoever sent them is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Not of this format, cut short, or with bytes left over.
    #[error("the snapshot's {0} cannot be read")]
    Malformed(&'static str),
    /// Made for another network, height or place.
    #[error("the chunk belongs elsewhere")]
    Elsewhere,
    /// Beyond a bound.
    #[error("the snapshot's {0} is larger than allowed")]
    TooLarge(&'static str),
    /// Not the bytes that the manifest names.
    #[error("the chunk is not the one that the manifest names")]
    Hash,
    /// Another number of pairs, or pairs in other chunks, than such a snapshot has.
    #[error("the snapshot's chunks and pairs are not as many as it announces")]
    Size,
    /// Keys do not ascend.
    #[error("the keys of the snapshot do not ascend")]
    Order,
}

impl Manifest {
    /// `tag ‖ net 32 ‖ height u64 ‖ root 32 ‖ pairs u64 ‖ (chunk hash 32)…`
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(MANIFEST.len() + 80 + self.chunks.len() * 32);
        out.extend_from_slice(MANIFEST);
        out.extend_from_slice(&self.net);
        out.extend_from_slice(&self.height.to_be_bytes());
        out.extend_from_slice(&self.root);
        out.extend_from_slice(&self.pairs.to_be_bytes());
        for chunk in &self.chunks {
            out.extend_from_slice(chunk);
        }
        out
    }

    /// Reads a manifest.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if bytes.len() > MANIFEST.len() + 80 + MAX_CHUNKS * 32 {
            return Err(SnapshotError::TooLarge("manifest"));
        }
        let read = || -> Option<Self> {
            let mut rest = bytes.strip_prefix(MANIFEST)?;
            let net = take::<32>(&mut rest)?;
            let height = u64::from_be_bytes(take(&mut rest)?);
            let root = take::<32>(&mut rest)?;
            let pairs = u64::from_be_bytes(take(&mut rest)?);
            let (chunks, left) = rest.as_chunks::<32>();
            (left.is_empty() && !chunks.is_empty()).then(|| Self {
                net,
                height,
                root,
                pairs,
                chunks: chunks.to_vec(),
            })
        };
        read().ok_or(SnapshotError::Malformed("manifest"))
    }

    /// The snapshot's name: SHA-256 of the manifest.
    pub fn hash(&self) -> Hash {
        sha256(&[&self.encode()])
    }

    /// Reads chunk `index` after checking its hash. `after` is the last key of the chunk before; afterwards this one's.
    pub fn open_chunk(
        &self,
        index: u32,
        bytes: &[u8],
        after: &mut Option<Vec<u8>>,
    ) -> Result<Pairs, SnapshotError> {
        let expected = self
            .chunks
            .get(index as usize)
            .ok_or(SnapshotError::Elsewhere)?;
        if bytes.len() > MAX_CHUNK {
            return Err(SnapshotError::TooLarge("chunk"));
        }
        if sha256(&[bytes]) != *expected {
            return Err(SnapshotError::Hash);
        }
        let malformed = SnapshotError::Malformed("chunk");
        let mut rest = bytes.strip_prefix(CHUNK).ok_or(malformed)?;
        let head = head(&self.net, self.height, index);
        rest = rest
            .strip_prefix(head.as_slice())
            .ok_or(SnapshotError::Elsewhere)?;
        let mut pairs = Vec::new();
        while !rest.is_empty() {
            let mut piece = |length: usize, max, what| {
                if length > max {
                    return Err(SnapshotError::TooLarge(what));
                }
                let (bytes, tail) = rest.split_at_checked(length).ok_or(malformed)?;
                rest = tail;
                Ok(bytes.to_vec())
            };
            let length = |bytes: Vec<u8>| bytes.iter().fold(0, |n, b| n << 8 | usize::from(*b));
            let key_length = length(piece(2, 2, "key")?);
            let key = piece(key_length, MAX_KEY, "key")?;
            let value_length = length(piece(4, 4, "value")?);
            let value = piece(value_length, MAX_VALUE, "value")?;
            if after.as_ref().is_some_and(|last| *last >= key) {
                return Err(SnapshotError::Order);
            }
            *after = Some(key.clone());
            pairs.push((key, value));
        }
        Ok(pairs)
    }
}

/// Cuts a state into chunks, pair by pair.
#[derive(Debug)]
pub struct Writer {
    net: Hash,
    height: u64,
    root: Hash,
    limit: usize,
    pairs: u64,
    chunk: Vec<u8>,
    hashes: Vec<Hash>,
}

impl Writer {
    /// A snapshot of the state after block `height`, whose root is `root`.
    pub fn new(net: Hash, height: u64, root: Hash) -> Self {
        Self::with_limit(net, height, root, MAX_CHUNK)
    }

    fn with_limit(net: Hash, height: u64, root: Hash, limit: usize) -> Self {
        let mut writer = Self {
            net,
            height,
            root,
            limit,
            pairs: 0,
            chunk: Vec::new(),
            hashes: Vec::new(),
        };
        writer.chunk = writer.beginning();
        writer
    }

    /// A liar's: its first chunk is the one at this place.
    #[cfg(test)]
    pub(super) fn at(mut self, index: u32) -> Self {
        self.hashes = vec![[0; 32]; index as usize];
        self.chunk = self.beginning();
        self
    }

    fn beginning(&self) -> Vec<u8> {
        let mut out = CHUNK.to_vec();
        out.extend_from_slice(&head(&self.net, self.height, self.hashes.len() as u32));
        out
    }

    /// Adds a pair; keys come in ascending order. The answer is a chunk that is full now, if any.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result<Option<Vec<u8>>, SnapshotError> {
        if key.len() > MAX_KEY {
            return Err(SnapshotError::TooLarge("key"));
        }
        if value.len() > MAX_VALUE {
            return Err(SnapshotError::TooLarge("value"));
        }
        let full = (self.chunk.len() + PAIR_HEAD + key.len() + value.len() > self.limit)
            .then(|| self.close())
            .transpose()?;
        self.chunk
            .extend_from_slice(&(key.len() as u16).to_be_bytes());
        self.chunk.extend_from_slice(key);
        self.chunk
            .extend_from_slice(&(value.len() as u32).to_be_bytes());
        self.chunk.extend_from_slice(value);
        self.pairs += 1;
        Ok(full)
    }

    fn close(&mut self) -> Result<Vec<u8>, SnapshotError> {
        if self.hashes.len() == MAX_CHUNKS {
            return Err(SnapshotError::TooLarge("state"));
        }
        self.hashes.push(sha256(&[&self.chunk]));
        let next = self.beginning();
        Ok(std::mem::replace(&mut self.chunk, next))
    }

    /// The last chunk, and the manifest over all.
    pub fn finish(mut self) -> Result<(Vec<u8>, Manifest), SnapshotError> {
        let last = self.close()?;
        let manifest = Manifest {
            net: self.net,
            height: self.height,
            root: self.root,
            pairs: self.pairs,
            chunks: self.hashes,
        };
        Ok((last, manifest))
    }
}

/// `net 32 ‖ height u64 ‖ index u32`: what ties a chunk to its place.
fn head(net: &Hash, height: u64, index: u32) -> Vec<u8> {
    let mut out = net.to_vec();
    out.extend_from_slice(&height.to_be_bytes());
    out.extend_from_slice(&index.to_be_bytes());
    out
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs() -> Pairs {
        (0u16..40)
            .map(|i| (i.to_be_bytes().to_vec(), vec![i as u8; usize::from(i)]))
            .collect()
    }

    fn cut(pairs: &Pairs, limit: usize) -> (Vec<Vec<u8>>, Manifest) {
        let mut writer = Writer::with_limit([1; 32], 9, [2; 32], limit);
        let mut chunks = Vec::new();
        for (key, value) in pairs {
            chunks.extend(writer.put(key, value).unwrap());
        }
        let (last, manifest) = writer.finish().unwrap();
        chunks.push(last);
        (chunks, manifest)
    }

    #[test]
    fn a_state_comes_back_whole() {
        let (chunks, manifest) = cut(&pairs(), 300);
        assert!(chunks.len() > 3);
        assert!(chunks.iter().all(|chunk| chunk.len() <= 300));
        let manifest = Manifest::decode(&manifest.encode()).unwrap();
        let (mut last, mut back) = (None, Vec::new());
        for (index, chunk) in (0..).zip(&chunks) {
            back.extend(manifest.open_chunk(index, chunk, &mut last).unwrap());
        }
        assert_eq!(back, pairs());
        assert_eq!(manifest.pairs, 40);
    }

    #[test]
    fn every_change_is_seen() {
        let (chunks, manifest) = cut(&pairs(), 300);
        let open = |index, chunk: &[u8]| manifest.open_chunk(index, chunk, &mut None);
        for at in 0..chunks[0].len() {
            let mut changed = chunks[0].clone();
            changed[at] ^= 1;
            assert_eq!(open(0, &changed), Err(SnapshotError::Hash), "{at}");
            assert_eq!(open(0, &chunks[0][..at]), Err(SnapshotError::Hash), "{at}");
        }
        assert_eq!(open(0, &chunks[1]), Err(SnapshotError::Hash));
        assert_eq!(open(99, &chunks[1]), Err(SnapshotError::Elsewhere));
        assert_eq!(
            manifest.open_chunk(1, &chunks[1], &mut Some(vec![0xff])),
            Err(SnapshotError::Order)
        );
        let bytes = manifest.encode();
        for cut in 0..bytes.len() {
            let whole_hashes = cut > 98 && (cut - 98) % 32 == 0;
            assert_eq!(
                Manifest::decode(&bytes[..cut]).is_ok(),
                whole_hashes,
                "{cut}"
            );
        }
    }

    /// A sender who also makes the manifest: its hashes fit, so that the form alone must refuse.
    #[test]
    fn a_liars_chunks_are_refused_by_their_form() {
        let honest = |body: &[u8], index: u32| {
            let mut chunk = CHUNK.to_vec();
            chunk.extend_from_slice(&head(&[1; 32], 9, index));
            chunk.extend_from_slice(body);
            chunk
        };
        let open = |chunk: &[u8]| {
            let manifest = Manifest {
                net: [1; 32],
                height: 9,
                root: [2; 32],
                pairs: 1,
                chunks: vec![sha256(&[chunk])],
            };
            manifest.open_chunk(0, chunk, &mut None)
        };
        assert!(open(&honest(&[0, 1, b'k', 0, 0, 0, 1, b'v'], 0)).is_ok());
        let malformed = Err(SnapshotError::Malformed("chunk"));
        assert_eq!(open(&honest(&[0, 1, b'k', 0, 0, 0, 2, b'v'], 0)), malformed);
        assert_eq!(open(&honest(&[0, 1, b'k', 0, 0], 0)), malformed);
        assert_eq!(open(b"something else"), malformed);
        assert_eq!(
            open(&honest(&[0xff, 0xff], 0)),
            Err(SnapshotError::TooLarge("key"))
        );
        let long = [0, 1, b'k', 0x7f, 0xff, 0xff, 0xff];
        assert_eq!(
            open(&honest(&long, 0)),
            Err(SnapshotError::TooLarge("value"))
        );
        assert_eq!(open(&honest(&[], 1)), Err(SnapshotError::Elsewhere));
        let twice = [0, 1, b'k', 0, 0, 0, 0, 0, 1, b'k', 0, 0, 0, 0];
        assert_eq!(open(&honest(&twice, 0)), Err(SnapshotError::Order));
        assert_eq!(
            open(&vec![0; MAX_CHUNK + 1]),
            Err(SnapshotError::TooLarge("chunk"))
        );
    }
}
