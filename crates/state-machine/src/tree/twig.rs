//! Twigs: subtrees of few leaves, as bytes. Branches above single leaves would take more memory than the leaves do,
//! and hashing a handful of leaves again costs about as much as waiting for the memory of the nodes that it saves.
//!
//! A twig is its records in order of key, one after the other:
//!
//! ```text
//! key hash 32 ‖ 00 ‖ value hash 32                       a value known by its hash alone
//! key hash 32 ‖ 01 ‖ length u32 ‖ value                  a value
//! key hash 32 ‖ 2 + length ‖ ending u32 ‖ beginning      a value whose last 16 bytes stand among the endings
//! ```
//!
//! This form is the memory of one process: it is never stored, sent or hashed.

use std::borrow::Cow;

use toend_ledger::hash::{Hash, ZERO, sha256};
use toend_ledger::proof::{bit, inner, leaf as leaf_hash};

use super::endings::{ENDING, Endings};
use super::leaf::{Content, Leaf};

/// Most leaves of a twig. A subtree that holds more begins with a branch. More leaves would mean fewer branches in memory
/// and more hashing for each insertion and proof.
pub(super) const MOST: usize = 4;

const HASHED: u8 = 0;
const WHOLE: u8 = 1;
const SHARED: u8 = 2;

/// A leaf inside a twig, or on its way into one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub key: &'a Hash,
    /// What follows the key.
    content: &'a [u8],
}

impl<'a> Record<'a> {
    pub const NONE: Record<'static> = Record {
        key: &ZERO,
        content: &[],
    };

    pub fn value_hash(&self, endings: &Endings) -> Hash {
        match self.content.split_first() {
            Some((&HASHED, hash)) => hash.try_into().unwrap_or(ZERO),
            Some((&WHOLE, rest)) => sha256(&[rest.get(4..).unwrap_or_default()]),
            Some((_, rest)) => {
                let (beginning, ending) = shared(rest, endings);
                sha256(&[beginning, ending])
            }
            None => ZERO,
        }
    }

    /// The value, unless only its hash is known.
    pub fn value(&self, endings: &'a Endings) -> Option<Cow<'a, [u8]>> {
        match self.content.split_first()? {
            (&HASHED, _) => None,
            (&WHOLE, rest) => rest.get(4..).map(Cow::Borrowed),
            (_, rest) => {
                let (beginning, ending) = shared(rest, endings);
                Some(Cow::Owned([beginning, ending].concat()))
            }
        }
    }

    fn hash(&self, endings: &Endings) -> Hash {
        leaf_hash(self.key, &self.value_hash(endings))
    }
}

fn shared<'a>(rest: &'a [u8], endings: &'a Endings) -> (&'a [u8], &'a [u8]) {
    let (number, beginning) = rest.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    (beginning, endings.get(u32::from_le_bytes(*number)))
}

/// Appends a leaf's record.
pub(super) fn put(bytes: &mut Vec<u8>, leaf: &Leaf, endings: &mut Endings) {
    bytes.extend_from_slice(&leaf.key);
    let whole = match &leaf.content {
        Content::Hashed(hash) => {
            bytes.push(HASHED);
            bytes.extend_from_slice(hash);
            return;
        }
        Content::Timed(value) => {
            let split = value.split_last_chunk::<ENDING>().and_then(|(head, end)| {
                let length = u8::try_from(head.len()).ok()?.checked_add(SHARED)?;
                Some((length, head, endings.number(end)?))
            });
            if let Some((length, head, number)) = split {
                bytes.push(length);
                bytes.extend_from_slice(&number.to_le_bytes());
                bytes.extend_from_slice(head);
                return;
            }
            value
        }
        Content::Whole(value) => value,
    };
    bytes.push(WHOLE);
    // No value of the ledger has more than a few thousand bytes.
    bytes.extend_from_slice(&(whole.len() as u32).to_le_bytes());
    bytes.extend_from_slice(whole);
}

/// Reads records one after the other. Fewer bytes than a key has may follow the last.
#[derive(Clone, Debug)]
pub(super) struct Records<'a>(pub &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (key, rest) = self.0.split_first_chunk::<32>()?;
        let length = match *rest.first()? {
            HASHED => 33,
            WHOLE => 5 + u32::from_le_bytes(*rest.get(1..)?.first_chunk()?) as usize,
            other => 5 + usize::from(other - SHARED),
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Record { key, content })
    }
}

/// The bytes of a twig of these records, piece by piece.
pub(super) fn parts<'a>(records: &[Record<'a>]) -> impl Iterator<Item = &'a [u8]> + Clone {
    records
        .iter()
        .flat_map(|record| [record.key.as_slice(), record.content])
}

/// A twig's leaves with their hashes.
pub(super) struct Hashed<'a> {
    leaves: [(&'a Hash, Hash); MOST],
    count: usize,
}

impl<'a> Hashed<'a> {
    /// The hashes of at most [`MOST`] records. One after the other and not on the way up: none waits for another one.
    pub fn of(records: impl Iterator<Item = Record<'a>>, endings: &Endings) -> Self {
        let mut leaves = [(&ZERO, ZERO); MOST];
        let mut count = 0;
        for (leaf, record) in leaves.iter_mut().zip(records) {
            *leaf = (record.key, record.hash(endings));
            count += 1;
        }
        Hashed { leaves, count }
    }

    pub fn leaves(&self) -> &[(&'a Hash, Hash)] {
        self.leaves.get(..self.count).unwrap_or_default()
    }
}

/// The hash of a subtree of few leaves, whose keys share `depth` leading bits. At most 256 deep.
pub(super) fn root(leaves: &[(&Hash, Hash)], depth: usize) -> Hash {
    match leaves {
        [] => ZERO,
        [(_, lone)] => *lone,
        _ => {
            let (left, right) = part(leaves, depth, |(key, _)| key);
            inner(&root(left, depth + 1), &root(right, depth + 1))
        }
    }
}

/// Parts what is sorted by key by the bit at `depth`.
pub(super) fn part<T>(all: &[T], depth: usize, key: impl Fn(&T) -> &Hash) -> (&[T], &[T]) {
    all.split_at(all.partition_point(|one| !bit(key(one), depth)))
}
