//! Reading one version: look-ups and proofs.

use std::borrow::Cow;

use toend_ledger::hash::Hash;
use toend_ledger::proof::{
    End, MAX_PREFIX_BITS, MAX_SUBTREE_LEAVES, MIN_SUBTREE_LEAVES, ProofError, StateProof,
    SubtreeProof, bit,
};

use super::node::{Side, Target};
use super::twig::{Hashed, Record, Records, part, root};
use super::{Tree, Version};

/// One version of a [`Tree`], to read.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    tree: &'a Tree,
    version: Version,
}

impl<'a> View<'a> {
    pub(super) fn new(tree: &'a Tree, version: Version) -> Self {
        View { tree, version }
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// The root hash; 32 zero bytes if there is no leaf.
    pub fn root(&self) -> Hash {
        self.version.root.hash
    }

    /// How many leaves there are.
    pub fn len(&self) -> u64 {
        self.version.leaves
    }

    /// Whether there is no leaf.
    pub fn is_empty(&self) -> bool {
        self.version.leaves == 0
    }

    /// The value under a key hash. None as well where only the hash of the value is known.
    pub fn get(&self, key: &Hash) -> Option<Cow<'a, [u8]>> {
        self.find(key)?.value(&self.tree.endings)
    }

    /// Whether there is a leaf of this key hash.
    pub fn holds(&self, key: &Hash) -> bool {
        self.find(key).is_some()
    }

    /// The hash of the value under a key hash.
    pub fn value_hash(&self, key: &Hash) -> Option<Hash> {
        Some(self.find(key)?.value_hash(&self.tree.endings))
    }

    fn find(&self, key: &Hash) -> Option<Record<'a>> {
        let (side, _) = self.descend(key, |_| (), usize::MAX);
        self.records(side).find(|record| record.key == key)
    }

    /// The proof of a key hash: presence or absence, whichever is the case.
    #[allow(
        clippy::missing_panics_doc,
        reason = "what is expected is an invariant of the tree"
    )]
    pub fn prove(&self, key: &Hash) -> StateProof {
        // A tree of random keys is about log2(n) + 1.3 deep.
        let mut siblings = Vec::with_capacity(40);
        let (side, mut depth) = self.descend(key, |side| siblings.push(side.hash), usize::MAX);
        let twig = Hashed::of(self.records(side), &self.tree.endings);
        let mut leaves = twig.leaves();
        while leaves.len() > 1 {
            let (own, beside) = own(leaves, depth, key, |leaf| leaf.0);
            depth += 1;
            siblings.push(root(beside, depth));
            leaves = own;
        }
        let end = match leaves.first() {
            None => End::Empty,
            Some((other, _)) if *other == key => End::Present,
            Some((other, _)) => End::Other {
                key_hash: **other,
                value_hash: self.value_hash(other).unwrap_or_default(),
            },
        };
        StateProof::new(siblings, end).expect(
            "a branch has two leaves or more, so what stands beside a path's end is never empty",
        )
    }

    /// The whole subtree under the first `bits` bits of `place`, with its proof; under fewer bits where that many
    /// have fewer than `least` leaves. The bits after the first `bits` are not looked at: a reader blanks them.
    pub fn subtree(
        &self,
        place: &Hash,
        bits: usize,
        least: usize,
    ) -> Result<SubtreeProof, ProofError> {
        let (bits, least) = (bits.min(MAX_PREFIX_BITS), least.max(MIN_SUBTREE_LEAVES));
        let mut passed = Vec::new();
        let (side, mut depth) = self.descend(place, |side| passed.push(side), bits);
        let mut siblings: Vec<Hash> = passed.iter().map(|side| side.hash).collect();
        let mut leaves = Vec::new();
        self.gather(side, &mut leaves)?;
        // A twig may hold enough leaves to go on in it.
        while depth < bits && matches!(side.link.target(), Target::Twig(_)) {
            let (own, beside) = own(&leaves, depth, place, |leaf| &leaf.0);
            if own.len() < least {
                break;
            }
            let hashed: Vec<_> = beside
                .iter()
                .map(|(key, value)| (key, toend_ledger::proof::leaf(key, value)))
                .collect();
            siblings.push(root(&hashed, depth + 1));
            leaves = own.to_vec();
            depth += 1;
        }
        // Too few: up again, until there are enough. What stands beside the way is read once, and handed out then.
        while leaves.len() < least {
            let Some(beside) = passed.pop() else { break };
            depth -= 1;
            siblings.truncate(depth);
            let own = std::mem::take(&mut leaves);
            if bit(place, depth) {
                self.gather(beside, &mut leaves)?;
                leaves.extend(own);
            } else {
                leaves = own;
                self.gather(beside, &mut leaves)?;
            }
        }
        SubtreeProof::new(leading(place, depth), depth, siblings, leaves)
    }

    /// Visits every leaf in order of `H(key)`: its key's hash and its value's.
    pub fn for_each(&self, mut visit: impl FnMut(&'a Hash, Hash)) {
        self.walk(self.version.root, &mut |record| {
            visit(record.key, record.value_hash(&self.tree.endings));
            true
        });
    }

    /// Goes down towards `key` through at most `most` branches, telling `pass` each sibling on the way. Where it ends, and
    /// how deep that is.
    fn descend(&self, key: &Hash, mut pass: impl FnMut(Side), most: usize) -> (Side, usize) {
        let mut side = self.version.root;
        let mut depth = 0;
        while depth < most
            && let Target::Branch(at) = side.link.target()
        {
            let branch = self.tree.branches.get(at);
            let (next, beside) = if bit(key, depth) {
                (branch.right, branch.left)
            } else {
                (branch.left, branch.right)
            };
            pass(beside);
            side = next;
            depth += 1;
        }
        (side, depth)
    }

    /// The records of a twig; of anything else none.
    fn records(&self, side: Side) -> Records<'a> {
        Records(match side.link.target() {
            Target::Twig(at) => self.tree.twigs.get(at),
            Target::Empty | Target::Branch(_) => &[],
        })
    }

    /// Adds the leaves of a subtree, in order, as long as all of them are not too many.
    fn gather(&self, side: Side, leaves: &mut Vec<(Hash, Hash)>) -> Result<(), ProofError> {
        let whole = self.walk(side, &mut |record| {
            leaves.push((*record.key, record.value_hash(&self.tree.endings)));
            leaves.len() <= MAX_SUBTREE_LEAVES
        });
        if whole {
            Ok(())
        } else {
            Err(ProofError::SubtreeSize(leaves.len()))
        }
    }

    /// Visits the leaves of a subtree in order, until one says that it is enough; whether none did. At most 256 deep.
    fn walk(&self, side: Side, visit: &mut impl FnMut(Record<'a>) -> bool) -> bool {
        match side.link.target() {
            Target::Empty => true,
            Target::Twig(_) => self.records(side).all(visit),
            Target::Branch(at) => {
                let branch = self.tree.branches.get(at);
                self.walk(branch.left, visit) && self.walk(branch.right, visit)
            }
        }
    }
}

/// Of what is sorted by key, the part on the side of `place` at `depth`, and the part beside it.
fn own<'l, T>(
    all: &'l [T],
    depth: usize,
    place: &Hash,
    key: impl Fn(&T) -> &Hash,
) -> (&'l [T], &'l [T]) {
    let (left, right) = part(all, depth, key);
    if bit(place, depth) {
        (right, left)
    } else {
        (left, right)
    }
}

/// The first `bits` bits of a hash, the others zero.
fn leading(hash: &Hash, bits: usize) -> Hash {
    let mut out = *hash;
    for (at, byte) in out.iter_mut().enumerate() {
        let keep = bits.saturating_sub(at * 8).min(8);
        *byte &= !(0xff_u16 >> keep) as u8;
    }
    out
}
