//! Writing: a sorted batch goes down the tree once, and each node it touches is hashed once.

use toend_ledger::hash::{Hash, ZERO};
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

/// How many arrivals are walked side by side: enough to wait for many nodes at once, few enough that what was fetched
/// for them is still in the processor's own cache when it is used.
const GROUP: usize = 64;

/// Leaves that [`Tree::fill`] sets at once: half a thousand nodes for each still fit a tree of a thousand million.
const PART: usize = 1 << 20;
const _: () = assert!(PART * 512 < Link::LIMIT / 2);

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
        let before = self.newest().root_side();
        let Written {
            root,
            retired,
            fresh,
        } = self.set(before, leaves)?;
        self.fresh = Some(fresh);
        self.retired.push_back((height, retired));
        self.versions.insert(height, root);
        Ok(root.hash)
    }

    /// Makes the first version, of any number of leaves, as they come from storage: strictly increasing by key hash. They
    /// are set part by part, because one write is refused where the longest ways that its leaves could have do not fit.
    pub fn fill(&mut self, height: u64, leaves: Vec<Leaf<P>>) -> Result<Hash, WriteError> {
        self.fill_by(PART, height, leaves)
    }

    pub(super) fn fill_by(
        &mut self,
        part: usize,
        height: u64,
        leaves: Vec<Leaf<P>>,
    ) -> Result<Hash, WriteError> {
        if !leaves.is_sorted_by(|a, b| a.key < b.key) {
            return Err(WriteError::Unsorted);
        }
        if let Some((newest, _)) = self.versions.last_key_value() {
            return Err(WriteError::NotNewer {
                height,
                newest: *newest,
            });
        }
        let (mut root, mut rest) = (Side::EMPTY, leaves.into_iter());
        while rest.len() > 0 {
            let written = self.set(root, rest.by_ref().take(part).collect())?;
            root = written.root;
            // No version has what the next part does away with.
            for link in written.retired {
                self.free(link);
            }
        }
        self.fresh = None;
        self.versions.insert(height, root);
        Ok(root.hash)
    }

    /// The tree `before` with the leaves set in it.
    fn set(&mut self, before: Side, leaves: Vec<Leaf<P>>) -> Result<Written, WriteError> {
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
        let root = if arrivals.is_empty() {
            before
        } else {
            writing.set(before, 0, &arrivals, false)
        };
        let Writing { retired, fresh, .. } = writing;
        Ok(Written {
            root,
            retired,
            fresh,
        })
    }

    /// Puts leaves in the order that writing demands; of several with one key, the last given stays.
    pub fn sorted(mut leaves: Vec<Leaf<P>>) -> Vec<Leaf<P>> {
        leaves.reverse();
        leaves.sort_by_key(|leaf| leaf.key);
        leaves.dedup_by_key(|leaf| leaf.key);
        leaves
    }
}

/// What a write made, and what it did away with.
struct Written {
    root: Side,
    retired: Vec<Link>,
    fresh: Vec<Link>,
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

    /// Walks the ways of a group of arrivals side by side, a level at a time, and then the places that new nodes will
    /// take. The result is of no use but that all of it is then at hand: read one after the other, as the recursion
    /// does, each node would be waited for alone.
    fn warm(&self, side: Side, mut depth: usize, arrivals: &[Arrival]) {
        let mut walkers = [(side.link, ZERO); GROUP];
        for (walker, arrival) in walkers.iter_mut().zip(arrivals) {
            walker.1 = arrival.key;
        }
        let (mut walking, mut passed) = (arrivals.len(), 2 * arrivals.len());
        while walking > 0 {
            let mut still = 0;
            for at in 0..walking {
                let Some((link, key)) = walkers.get(at).copied() else {
                    break;
                };
                let Target::Branch(branch) = link.target() else {
                    continue;
                };
                let Branch { left, right } = self.tree.branches.get(branch);
                touch(left, right);
                if let Some(walker) = walkers.get_mut(still) {
                    *walker = (
                        if bit(&key, depth) {
                            right.link
                        } else {
                            left.link
                        },
                        key,
                    );
                }
                still += 1;
            }
            walking = still;
            passed += still;
            depth += 1;
        }
        for at in self.tree.branches.next_free(passed) {
            let Branch { left, right } = self.tree.branches.get(at);
            touch(left, right);
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
    fn set(&mut self, side: Side, depth: usize, arrivals: &[Arrival], warmed: bool) -> Side {
        if !warmed && arrivals.len() <= GROUP {
            self.warm(side, depth, arrivals);
        }
        let warmed = warmed || arrivals.len() <= GROUP;
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
                    self.set(branch.left, depth + 1, left, warmed)
                };
                let right = if right.is_empty() {
                    branch.right
                } else {
                    self.set(branch.right, depth + 1, right, warmed)
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

/// Fetches a branch: its first byte and its two links are sure to lie on both of its cache lines.
fn touch(left: &Side, right: &Side) {
    std::hint::black_box((left.hash.first().copied(), left.link, right.link));
}

/// Parts sorted arrivals by their bit at `depth`.
fn part(depth: usize, arrivals: &[Arrival]) -> (&[Arrival], &[Arrival]) {
    arrivals.split_at(arrivals.partition_point(|arrival| !bit(&arrival.key, depth)))
}
