use super::header::FIELDS;
use super::{Address, Hash, Header, Version};
use crate::merkle::{inner_hash, leaf_hash};

/// Proposers remembered; a small permissioned network rotates among about as many.
const PROPOSERS: usize = 8;
/// Fields that change with every block.
const ALWAYS_NEW: [usize; 3] = [2, 3, 4];

/// Hashes many headers of one chain. Most fields repeat from block to block, so leaves and nodes whose inputs are equal to
/// those of the header before are not computed again. Gives exactly [`Header::hash`], in any order, for any headers.
#[derive(Debug, Clone)]
pub struct HeaderHasher {
    seen: Option<Inputs>,
    leaves: [Hash; FIELDS],
    pairs: [Hash; 7],
    quads: [Hash; 3],
    halves: [Hash; 2],
    proposers: Vec<(Address, Hash, Hash)>,
    next_proposer: usize,
    buffer: Vec<u8>,
}

/// The inputs of the leaves that may repeat. Fields 5 to 9, 11 and 12 in this order.
#[derive(Debug, Clone)]
struct Inputs {
    version: Version,
    chain_id: String,
    hashes: [Option<Hash>; 7],
    app_hash: Vec<u8>,
}

const HASH_FIELDS: [usize; 7] = [5, 6, 7, 8, 9, 11, 12];
/// The others, without the proposer, which is looked up together with field 12.
const OTHER_FIELDS: [usize; 6] = [0, 1, 2, 3, 4, 10];

const fn hash_fields(header: &Header) -> [Option<Hash>; 7] {
    [
        header.last_commit_hash,
        header.data_hash,
        Some(header.validators_hash),
        Some(header.next_validators_hash),
        Some(header.consensus_hash),
        header.last_results_hash,
        header.evidence_hash,
    ]
}

/// The leaf of a hash: a `BytesValue` of 32 bytes.
fn hash_leaf(hash: &Hash) -> Hash {
    let mut leaf = [0; 34];
    leaf[0] = 0x0a;
    leaf[1] = 32;
    leaf[2..].copy_from_slice(hash);
    leaf_hash(&leaf)
}

impl Default for HeaderHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl HeaderHasher {
    /// A hasher that has seen nothing yet.
    pub fn new() -> Self {
        let zero = [0; 32];
        Self {
            seen: None,
            leaves: [zero; FIELDS],
            pairs: [zero; 7],
            quads: [zero; 3],
            halves: [zero; 2],
            proposers: Vec::with_capacity(PROPOSERS),
            next_proposer: 0,
            buffer: Vec::with_capacity(96),
        }
    }

    /// The header's hash.
    pub fn hash(&mut self, header: &Header) -> Hash {
        let new = self.compare(header);
        self.leaf_layer(header, &new);
        // Leaves 12 and 13 meet in the last pair, which is looked up by proposer.
        let last_pair = self.last_pair(header);
        let mut new_pairs = [false; 7];
        for (i, (pair, fresh)) in self
            .pairs
            .iter_mut()
            .zip(&mut new_pairs)
            .enumerate()
            .take(6)
        {
            *fresh = new[2 * i] || new[2 * i + 1];
            if *fresh {
                *pair = inner_hash(&self.leaves[2 * i], &self.leaves[2 * i + 1]);
            }
        }
        new_pairs[6] = self.pairs[6] != last_pair;
        self.pairs[6] = last_pair;
        let mut new_quads = [false; 3];
        for (i, (quad, fresh)) in self.quads.iter_mut().zip(&mut new_quads).enumerate() {
            *fresh = new_pairs[2 * i] || new_pairs[2 * i + 1];
            if *fresh {
                *quad = inner_hash(&self.pairs[2 * i], &self.pairs[2 * i + 1]);
            }
        }
        self.halves[0] = inner_hash(&self.quads[0], &self.quads[1]);
        if new_quads[2] || new_pairs[6] {
            self.halves[1] = inner_hash(&self.quads[2], &self.pairs[6]);
        }
        inner_hash(&self.halves[0], &self.halves[1])
    }

    /// Which leaves differ from the header before; remembers this one's.
    fn compare(&mut self, header: &Header) -> [bool; FIELDS] {
        let hashes = hash_fields(header);
        let mut new = [true; FIELDS];
        if let Some(seen) = &mut self.seen {
            new[0] = seen.version != header.version;
            seen.version = header.version;
            new[1] = seen.chain_id != header.chain_id;
            if new[1] {
                seen.chain_id.clone_from(&header.chain_id);
            }
            for (field, (before, now)) in HASH_FIELDS.iter().zip(seen.hashes.iter_mut().zip(hashes))
            {
                new[*field] = *before != now;
                *before = now;
            }
            new[10] = seen.app_hash != header.app_hash;
            if new[10] {
                seen.app_hash.clone_from(&header.app_hash);
            }
        } else {
            self.seen = Some(Inputs {
                version: header.version,
                chain_id: header.chain_id.clone(),
                hashes,
                app_hash: header.app_hash.clone(),
            });
        }
        for field in ALWAYS_NEW {
            new[field] = true;
        }
        new
    }

    fn leaf_layer(&mut self, header: &Header, new: &[bool; FIELDS]) {
        let hashes = hash_fields(header);
        for (field, hash) in HASH_FIELDS.into_iter().zip(&hashes) {
            if new[field] {
                self.leaves[field] = hash.as_ref().map_or_else(|| leaf_hash(&[]), hash_leaf);
            }
        }
        for field in OTHER_FIELDS {
            if new[field] {
                self.buffer.clear();
                header.write_leaf(field, &mut self.buffer);
                self.leaves[field] = leaf_hash(&self.buffer);
            }
        }
    }

    fn last_pair(&mut self, header: &Header) -> Hash {
        let evidence_leaf = self.leaves[12];
        let known = self.proposers.iter().find(|(who, evidence, _)| {
            *who == header.proposer_address && *evidence == evidence_leaf
        });
        if let Some((_, _, pair)) = known {
            return *pair;
        }
        self.buffer.clear();
        header.write_leaf(FIELDS - 1, &mut self.buffer);
        let pair = inner_hash(&evidence_leaf, &leaf_hash(&self.buffer));
        let entry = (header.proposer_address, evidence_leaf, pair);
        if let Some(slot) = self.proposers.get_mut(self.next_proposer) {
            *slot = entry;
        } else {
            self.proposers.push(entry);
        }
        self.next_proposer = (self.next_proposer + 1) % PROPOSERS;
        pair
    }
}
