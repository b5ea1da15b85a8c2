//! Writing: a sorted batch goes down the tree once, and each node it touches is hashed once.

use toend_ledger::hash::{Hash, ZERO};
use toend_ledger::proof::{bit, inner};

use super::leaf::Leaf;
use super::node::{Branch, Link, Side, Target};
use super::twig::{self, Hashed, MOST, Record, Records};
use super::{Tree, Version};

/// Why a version was not written. The tree is then unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The leaves were not strictly increasing by key hash.
    #[error("leaves are not strictly increasing by key hash")]
    Unsorted,
    /// A first version has a key twice.
    #[error("a key stands twice among the leaves")]
    Repeated,
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

/// How many records are walked side by side: enough to wait for many nodes at once, few enough that what was fetched
/// for them is still in the processor's own cache when it is used.
const GROUP: usize = 64;
/// Records of a twig and those that arrive there which are put in order without asking for memory.
const FEW: usize = 2 * MOST;

/// Leaves that [`Tree::fill`] sets at once: half a thousand nodes for each still fit a tree of a thousand million.
const PART: usize = 1 << 20;
const _: () = assert!(PART * 512 < Link::LIMIT / 2);

impl Tree {
    /// Makes the version after block `height`: the newest one with every given leaf set, replacing the value
    /// where the key is there already. An empty list makes a version equal to the one before.
    ///
    /// The leaves must be strictly increasing by key hash; see [`sorted`](Self::sorted).
    pub fn write(&mut self, height: u64, leaves: Vec<Leaf>) -> Result<Hash, WriteError> {
        if !leaves.is_sorted_by(|a, b| a.key < b.key) {
            return Err(WriteError::Unsorted);
        }
        self.check_newer(height)?;
        let before = self.newest().version();
        let mut bytes = Vec::with_capacity(leaves.len() * 80);
        for leaf in leaves {
            twig::put(&mut bytes, &leaf, &mut self.endings);
        }
        let records: Vec<_> = Records(&bytes).collect();
        let written = self.set(before, &records)?;
        self.fresh = Some(written.fresh);
        self.retired.push_back((height, written.retired));
        self.versions.insert(height, written.version);
        Ok(written.version.root.hash)
    }

    /// Makes the first version, of any number of leaves in any order, as they come from storage. They are set part by
    /// part, so that all of them need never be in memory beside the tree. After an error the tree is of no use.
    pub fn fill(
        &mut self,
        height: u64,
        leaves: impl Iterator<Item = Leaf>,
    ) -> Result<Hash, WriteError> {
        self.fill_by(PART, height, leaves)
    }

    pub(super) fn fill_by(
        &mut self,
        part: usize,
        height: u64,
        leaves: impl Iterator<Item = Leaf>,
    ) -> Result<Hash, WriteError> {
        self.check_newer(height)?;
        if let Some((newest, _)) = self.versions.last_key_value() {
            let newest = *newest;
            return Err(WriteError::NotNewer { height, newest });
        }
        self.endings.remember(true);
        let version = self.fill_parts(part, leaves);
        self.endings.remember(false);
        let version = version?;
        self.fresh = None;
        self.versions.insert(height, version);
        Ok(version.root.hash)
    }

    fn fill_parts(
        &mut self,
        part: usize,
        mut leaves: impl Iterator<Item = Leaf>,
    ) -> Result<Version, WriteError> {
        let (mut version, mut bytes) = (Version::EMPTY, Vec::new());
        loop {
            bytes.clear();
            for leaf in leaves.by_ref().take(part) {
                twig::put(&mut bytes, &leaf, &mut self.endings);
            }
            let mut records: Vec<_> = Records(&bytes).collect();
            if records.is_empty() {
                return Ok(version);
            }
            records.sort_unstable_by_key(|record| record.key);
            if !records.is_sorted_by(|a, b| a.key < b.key) {
                return Err(WriteError::Repeated);
            }
            let expected = version.leaves + records.len() as u64;
            let written = self.set(version, &records)?;
            version = written.version;
            if version.leaves != expected {
                return Err(WriteError::Repeated);
            }
            // No version has what the next part does away with.
            for link in written.retired {
                self.free(link);
            }
        }
    }

    fn check_newer(&self, height: u64) -> Result<(), WriteError> {
        match self.versions.last_key_value() {
            Some((&newest, _)) if newest >= height => Err(WriteError::NotNewer { height, newest }),
            _ => Ok(()),
        }
    }

    /// The tree `before` with the records set in it.
    fn set(&mut self, before: Version, records: &[Record<'_>]) -> Result<Written, WriteError> {
        // A leaf can bring a whole chain of branches with it, and rewrites the chain above it; its two twigs can each begin
        // a chunk of 256 places.
        let room = Link::LIMIT.saturating_sub(self.branches.used().max(self.twigs.numbers()));
        if records.len().saturating_mul(512) > room {
            return Err(WriteError::Full);
        }
        let mut writing = Writing {
            retired: Vec::new(),
            fresh: Vec::with_capacity(records.len() * 10),
            replaced: 0,
            tree: self,
        };
        let root = if records.is_empty() {
            before.root
        } else {
            writing.set(before.root, 0, records, false)
        };
        let leaves = before.leaves + (records.len() as u64).saturating_sub(writing.replaced);
        Ok(Written {
            version: Version { root, leaves },
            retired: writing.retired,
            fresh: writing.fresh,
        })
    }

    /// Puts leaves in the order that writing demands; of several with one key, the last given stays.
    pub fn sorted(mut leaves: Vec<Leaf>) -> Vec<Leaf> {
        leaves.reverse();
        leaves.sort_by_key(|leaf| leaf.key);
        leaves.dedup_by_key(|leaf| leaf.key);
        leaves
    }
}

/// What a write made, and what it did away with.
struct Written {
    version: Version,
    retired: Vec<Link>,
    fresh: Vec<Link>,
}

/// One write under way.
struct Writing<'t> {
    tree: &'t mut Tree,
    retired: Vec<Link>,
    fresh: Vec<Link>,
    /// Records that took the place of another one.
    replaced: u64,
}

impl Writing<'_> {
    /// Walks the ways of a group of records side by side, a level at a time, and then the places that new nodes will
    /// take. The result is of no use but that all of it is then at hand: read one after the other, as the recursion
    /// does, each node would be waited for alone.
    fn warm(&self, side: Side, mut depth: usize, records: &[Record<'_>]) {
        let mut walkers = [(side.link, &ZERO); GROUP];
        for (walker, record) in walkers.iter_mut().zip(records) {
            walker.1 = record.key;
        }
        let (mut walking, mut passed) = (records.len(), 2 * records.len());
        let (mut twigs, mut reached) = ([&[][..]; GROUP], 0);
        while walking > 0 {
            let mut still = 0;
            for at in 0..walking {
                let Some((link, key)) = walkers.get(at).copied() else {
                    break;
                };
                let branch = match link.target() {
                    Target::Branch(branch) => branch,
                    Target::Twig(twig) => {
                        if let Some(place) = twigs.get_mut(reached) {
                            *place = self.tree.twigs.get(twig);
                        }
                        reached += 1;
                        continue;
                    }
                    Target::Empty => continue,
                };
                let Branch { left, right } = self.tree.branches.get(branch);
                touch(left, right);
                if let Some(walker) = walkers.get_mut(still) {
                    let next = if bit(key, depth) { right } else { left };
                    *walker = (next.link, key);
                }
                still += 1;
            }
            walking = still;
            passed += still;
            depth += 1;
        }
        for twig in twigs.iter().take(reached) {
            for line in twig.chunks(64) {
                std::hint::black_box(line.first().copied());
            }
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
            link,
        }
    }

    /// The subtree `side`, whose keys share `depth` leading bits, with the records (at least one) set in it.
    fn set(&mut self, side: Side, depth: usize, records: &[Record<'_>], warmed: bool) -> Side {
        if !warmed && records.len() <= GROUP {
            self.warm(side, depth, records);
        }
        let warmed = warmed || records.len() <= GROUP;
        match side.link.target() {
            Target::Empty => self.build(depth, records),
            Target::Twig(at) => {
                self.retired.push(side.link);
                let mut before = std::mem::take(&mut self.tree.lent);
                before.clear();
                before.extend_from_slice(self.tree.twigs.get(at));
                let built = self.graft(depth, &before, records);
                self.tree.lent = before;
                built
            }
            Target::Branch(at) => {
                let branch = *self.tree.branches.get(at);
                self.retired.push(side.link);
                let (left, right) = twig::part(records, depth, |record| record.key);
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

    /// A twig with records set in it.
    fn graft(&mut self, depth: usize, twig: &[u8], records: &[Record<'_>]) -> Side {
        let mut few = [Record::NONE; FEW];
        let mut many = Vec::new();
        let merged = if records.len() + MOST <= FEW {
            few.as_mut_slice()
        } else {
            many.resize(records.len() + MOST, Record::NONE);
            many.as_mut_slice()
        };
        let (count, replaced) = merge(Records(twig), records, merged);
        self.replaced += replaced;
        self.build(depth, merged.get(..count).unwrap_or_default())
    }

    /// A subtree of leaves alone. They are distinct, so that any two part before depth 256.
    fn build(&mut self, depth: usize, records: &[Record<'_>]) -> Side {
        if records.is_empty() {
            return Side::EMPTY;
        }
        if records.len() <= MOST {
            let hashed = Hashed::of(records.iter().copied(), &self.tree.endings);
            let link = Link::twig(self.tree.twigs.put(twig::parts(records)));
            self.fresh.push(link);
            return Side {
                hash: twig::root(hashed.leaves(), depth),
                link,
            };
        }
        let (left, right) = twig::part(records, depth, |record| record.key);
        let (left, right) = (self.build(depth + 1, left), self.build(depth + 1, right));
        self.join(left, right)
    }
}

/// A twig's records and those that arrive, in order of key; of two with one key, that which arrives. How many they are, and
/// how many were replaced.
fn merge<'a>(
    before: Records<'a>,
    arriving: &[Record<'a>],
    merged: &mut [Record<'a>],
) -> (usize, u64) {
    let mut places = merged.iter_mut();
    let (mut count, mut replaced) = (0, 0);
    let mut put = |record| {
        if let Some(place) = places.next() {
            *place = record;
            count += 1;
        }
    };
    let mut rest = arriving.iter().copied().peekable();
    for resident in before {
        while let Some(next) = rest.next_if(|next| next.key < resident.key) {
            put(next);
        }
        if rest.peek().is_some_and(|next| next.key == resident.key) {
            replaced += 1;
        } else {
            put(resident);
        }
    }
    rest.for_each(put);
    (count, replaced)
}

/// Fetches a branch: its first byte and its two links are sure to lie on both of its cache lines.
fn touch(left: &Side, right: &Side) {
    std::hint::black_box((left.hash.first().copied(), left.link, right.link));
}
