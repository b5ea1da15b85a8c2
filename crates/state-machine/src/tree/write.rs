//! Writing: a sorted batch goes down the tree once, and each node it touches is hashed once.

use toend_ledger::hash::Hash;
use toend_ledger::proof::{bit, inner, leaf as leaf_hash};

use super::Tree;
use super::node::{Branch, Leaf, Link, Side, Target};

/// Why a version was not written. The tree is then unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The leaves were not strictly increasing by key hash.
    #[error("leaves are not strictly increasing by key hash")]
    Unsorted,
    /// Versions go up in height.
    #[error("version {height} does not follow version {newest}")]
    NotNewer {
        /// The height asked for.
        height: u64,
        /// The newest height there is.
        newest: u64,
    },
    /// The tree cannot hold more nodes (2³¹ of a kind).
    #[error("the tree holds as many nodes as it can")]
    Full,
}

/// A leaf on its way to its place.
#[derive(Clone, Copy)]
struct Arrival {
    key: Hash,
    side: Side,
}

impl<P> Tree<P> {
    /// Makes the version after block `height`: the newest one with every given leaf set, replacing the value
    /// where the key is there already. An empty list makes a version equal to the one before.
    ///
    /// The leaves must be strictly increasing by key hash; see [`sorted`](Self::sorted).
    pub fn write(&mut self, height: u64, leaves: Vec<Leaf<P>>) -> Result<Hash, WriteError> {
        if !leaves.is_sorted_by(|a, b| a.key < b.key) {
            return Err(WriteError::Unsorted);
        }
        if let Some((newest, _)) = self
            .versions
            .last_key_value()
            .filter(|(newest, _)| **newest >= height)
        {
            return Err(WriteError::NotNewer {
                height,
                newest: *newest,
            });
        }
        // A leaf can bring a whole chain of branches with it, and rewrites the chain above it.
        let room = Link::LIMIT.saturating_sub(self.branches.used().max(self.leaves.used()));
        if leaves.len().saturating_mul(512) > room {
            return Err(WriteError::Full);
        }

        let mut writing = Writing {
            retired: Vec::new(),
            fresh: Vec::with_capacity(leaves.len() * 12),
            tree: self,
        };
        let arrivals: Vec<_> = leaves.into_iter().map(|leaf| writing.place(leaf)).collect();
        let before = writing.tree.newest().root_side();
        let root = if arrivals.is_empty() {
            before
        } else {
            writing.set(before, 0, &arrivals)
        };
        let Writing { retired, fresh, .. } = writing;
        self.fresh = Some(fresh);
        self.retired.push_back((height, retired));
        self.versions.insert(height, root);
        Ok(root.hash)
    }

    /// Puts leaves in the order that writing demands; of several with one key, the last given stays.
    pub fn sorted(mut leaves: Vec<Leaf<P>>) -> Vec<Leaf<P>> {
        leaves.reverse();
        leaves.sort_by_key(|leaf| leaf.key);
        leaves.dedup_by_key(|leaf| leaf.key);
        leaves
    }
}

/// One write under way.
struct Writing<'a, P> {
    tree: &'a mut Tree<P>,
    retired: Vec<Link>,
    fresh: Vec<Link>,
}

impl<P> Writing<'_, P> {
    fn place(&mut self, leaf: Leaf<P>) -> Arrival {
        let (key, hash) = (leaf.key, leaf_hash(&leaf.key, &leaf.value));
        let link = Link::leaf(self.tree.leaves.put(leaf));
        self.fresh.push(link);
        Arrival {
            key,
            side: Side {
                hash,
                leaves: 1,
                link,
            },
        }
    }

    /// Joins two subtrees. Never called with fewer than two leaves in all: a lone leaf has no branch above it.
    fn join(&mut self, left: Side, right: Side) -> Side {
        let link = Link::branch(self.tree.branches.put(Branch { left, right }));
        self.fresh.push(link);
        Side {
            hash: inner(&left.hash, &right.hash),
            leaves: left.leaves + right.leaves,
            link,
        }
    }

    /// The subtree `side`, whose keys share `depth` leading bits, with the arrivals (at least one) set in it.
    fn set(&mut self, side: Side, depth: usize, arrivals: &[Arrival]) -> Side {
        match side.link.target() {
            Target::Empty => self.build(depth, arrivals),
            Target::Leaf(at) => {
                let key = self.tree.leaves.get(at).key;
                match arrivals.binary_search_by_key(&key, |arrival| arrival.key) {
                    Ok(_) => {
                        self.retired.push(side.link);
                        self.build(depth, arrivals)
                    }
                    Err(place) => {
                        let (before, after) = arrivals.split_at(place);
                        let resident = Arrival { key, side };
                        self.build(depth, &[before, &[resident], after].concat())
                    }
                }
            }
            Target::Branch(at) => {
                let branch = *self.tree.branches.get(at);
                self.retired.push(side.link);
                let (left, right) = part(depth, arrivals);
                let left = if left.is_empty() {
                    branch.left
                } else {
                    self.set(branch.left, depth + 1, left)
                };
                let right = if right.is_empty() {
                    branch.right
                } else {
                    self.set(branch.right, depth + 1, right)
                };
                self.join(left, right)
            }
        }
    }

    /// A subtree of leaves alone. They are distinct, so that any two part before depth 256.
    fn build(&mut self, depth: usize, arrivals: &[Arrival]) -> Side {
        match arrivals {
            [] => Side::EMPTY,
            [lone] => lone.side,
            _ => {
                let (left, right) = part(depth, arrivals);
                let (left, right) = (self.build(depth + 1, left), self.build(depth + 1, right));
                self.join(left, right)
            }
        }
    }
}

/// Parts sorted arrivals by their bit at `depth`.
fn part(depth: usize, arrivals: &[Arrival]) -> (&[Arrival], &[Arrival]) {
    arrivals.split_at(arrivals.partition_point(|arrival| !bit(&arrival.key, depth)))
}
