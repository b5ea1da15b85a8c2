//! Reading one version: look-ups and proofs.

use toend_ledger::hash::Hash;
use toend_ledger::proof::{
    End, MAX_PREFIX_BITS, MAX_SUBTREE_LEAVES, MIN_SUBTREE_LEAVES, ProofError, StateProof,
    SubtreeProof, bit,
};

use super::Tree;
use super::node::{Leaf, Side, Target};

/// One version of a [`Tree`], to read.
#[derive(Debug)]
pub struct View<'a, P = ()> {
    tree: &'a Tree<P>,
    root: Side,
}

impl<P> Clone for View<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for View<'_, P> {}

impl<'a, P> View<'a, P> {
    pub(super) fn new(tree: &'a Tree<P>, root: Side) -> Self {
        View { tree, root }
    }

    pub(super) fn root_side(&self) -> Side {
        self.root
    }

    /// The root hash; 32 zero bytes if there is no leaf.
    pub fn root(&self) -> Hash {
        self.root.hash
    }

    /// How many leaves there are.
    pub fn len(&self) -> u64 {
        u64::from(self.root.leaves)
    }

    /// Whether there is no leaf.
    pub fn is_empty(&self) -> bool {
        self.root.leaves == 0
    }

    /// The leaf of a key hash.
    pub fn get(&self, key: &Hash) -> Option<&'a Leaf<P>> {
        let side = self.descend(key, |_| (), |_, _| true);
        match side.link.target() {
            Target::Leaf(at) => Some(self.tree.leaves.get(at)).filter(|leaf| leaf.key == *key),
            Target::Empty | Target::Branch(_) => None,
        }
    }

    /// The proof of a key hash: presence or absence, whichever is the case.
    #[allow(
        clippy::missing_panics_doc,
        reason = "what is expected is an invariant of the tree"
    )]
    pub fn prove(&self, key: &Hash) -> StateProof {
        // A tree of random keys is about log2(n) + 1.3 deep.
        let mut siblings = Vec::with_capacity(40);
        let side = self.descend(key, |sibling| siblings.push(sibling), |_, _| true);
        let end = match side.link.target() {
            Target::Leaf(at) => {
                let leaf = self.tree.leaves.get(at);
                if leaf.key == *key {
                    End::Present
                } else {
                    End::Other {
                        key_hash: leaf.key,
                        value_hash: leaf.value,
                    }
                }
            }
            Target::Empty | Target::Branch(_) => End::Empty,
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
        let mut siblings = Vec::new();
        let side = self.descend(
            place,
            |sibling| siblings.push(sibling),
            |depth, next| depth < bits && next.leaves as usize >= least,
        );
        let count = side.leaves as usize;
        if count > MAX_SUBTREE_LEAVES {
            return Err(ProofError::SubtreeSize(count));
        }
        let mut leaves = Vec::with_capacity(count);
        self.walk(side, &mut |leaf| leaves.push((leaf.key, leaf.value)));
        let bits = siblings.len();
        SubtreeProof::new(leading(place, bits), bits, siblings, leaves)
    }

    /// Visits every leaf in order of `H(key)`.
    pub fn for_each(&self, mut visit: impl FnMut(&'a Leaf<P>)) {
        self.walk(self.root, &mut visit);
    }

    /// Goes down towards `key` as long as `go_on(depth, child)`, telling `pass` each sibling on the way.
    fn descend(
        &self,
        key: &Hash,
        mut pass: impl FnMut(Hash),
        go_on: impl Fn(usize, &Side) -> bool,
    ) -> Side {
        let mut side = self.root;
        let mut depth = 0;
        while let Target::Branch(at) = side.link.target() {
            let branch = self.tree.branches.get(at);
            let (next, beside) = if bit(key, depth) {
                (&branch.right, &branch.left)
            } else {
                (&branch.left, &branch.right)
            };
            if !go_on(depth, next) {
                break;
            }
            pass(beside.hash);
            side = *next;
            depth += 1;
        }
        side
    }

    /// At most 256 deep.
    fn walk(&self, side: Side, visit: &mut impl FnMut(&'a Leaf<P>)) {
        match side.link.target() {
            Target::Empty => {}
            Target::Leaf(at) => visit(self.tree.leaves.get(at)),
            Target::Branch(at) => {
                let branch = self.tree.branches.get(at);
                self.walk(branch.left, visit);
                self.walk(branch.right, visit);
            }
        }
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
