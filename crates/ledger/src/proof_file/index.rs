//! Whose list a record stands in: for a court, or whoever gets a file from somebody else than the person herself.

use thiserror::Error;

use crate::commitment::{entry_commitment, place_commitment};
use crate::hash::Hash;
use crate::ladder::{LadderError, check_order, climb};
use crate::list::{Class, list_commitment, verify_label, verify_opening};
use crate::proof::{ProofError, StateProof, verify_absence, verify_presence};
use crate::state::{At, EntryValue, EpochValue, Key, OpeningValue, Reg};
use crate::subject::Subject;
use crate::vrf::{Proof, PublicKey, VrfError};

/// Most epochs of a register.
pub(super) const MAX_EPOCHS: usize = 64;
/// Most rungs of a ladder.
pub(super) const MAX_RUNGS: usize = 128;

/// One VRF epoch of the register, and that the subject's list was or was not opened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochStep {
    /// Value of key `03 ‖ reg ‖ epoch`.
    pub value: EpochValue,
    /// Its presence.
    pub proof: StateProof,
    /// VRF proof of O under this epoch's key.
    pub o: Proof,
    /// Absence of the opening in all but the last epoch shown, presence in the last.
    pub opening: StateProof,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Number of the entry.
    pub n: u64,
    /// VRF proof of its label under the list's key.
    pub label: Proof,
    /// Value of the entry, `None` if it is absent.
    pub value: Option<EntryValue>,
    /// Presence or absence.
    pub proof: StateProof,
}

/// Proof that the statement's content is entry `n` of a subject's list, and that the list is at least so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexProof {
    /// Whose list. Shows the person's code.
    pub subject: Subject,
    /// Epochs 1, 2 … up to the one in which the list was opened: the oldest counts.
    pub epochs: Vec<EpochStep>,
    /// Value of the opening in the last epoch shown.
    pub opening: OpeningValue,
    /// The list's VRF key.
    pub list_key: PublicKey,
    /// Records or access log.
    pub class: Class,
    /// Blind of the place commitment.
    pub blind: Hash,
    /// Root over the entries before.
    pub prev: Hash,
    /// The statement's own entry; its value must be present.
    pub entry: Rung,
    /// The ladder, in its order.
    pub ladder: Vec<Rung>,
}

/// What a verified index proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFacts {
    /// Whose list.
    pub subject: Subject,
    /// Records or access log.
    pub class: Class,
    /// Number of the entry.
    pub n: u64,
    /// Entries in the list at the state the file is about.
    pub of: u64,
    /// Block that sealed the entry.
    pub sealed_height: u64,
}

/// Why an index proof is refused. Whoever made the file is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IndexError {
    /// No epoch is shown, or more than any register has.
    #[error("an index proof shows 1 to {MAX_EPOCHS} epochs")]
    Epochs,
    /// The list's key is not the one the opening commits to.
    #[error("the list's key is not the one that was opened")]
    OtherListKey,
    /// The entry holds another content or place.
    #[error("the entry at this number holds something else")]
    OtherEntry,
    /// The entry's number lies beyond the end of the list: it does not count.
    #[error("entry {n} lies beyond the list's {of} entries")]
    BeyondEnd {
        /// The entry.
        n: u64,
        /// Entries in the list.
        of: u64,
    },
    /// The ladder is refused.
    #[error(transparent)]
    Ladder(#[from] LadderError),
    /// A state proof is refused.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A VRF proof or key is refused.
    #[error(transparent)]
    Vrf(#[from] VrfError),
}

impl IndexProof {
    /// Checks the proof for content `q` in register `reg` under a verified state root.
    pub fn verify(
        &self,
        net: &Hash,
        reg: Reg,
        root: &Hash,
        q: &Hash,
    ) -> Result<IndexFacts, IndexError> {
        let o = self.verify_epochs(net, reg, root)?;
        if self.opening.k != list_commitment(&o, &self.list_key) {
            return Err(IndexError::OtherListKey);
        }
        let mut rungs = Vec::with_capacity(self.ladder.len());
        for rung in &self.ladder {
            rungs.push((rung.n, self.verify_rung(net, reg, root, rung)?));
        }
        let of = climb(&rungs)?;
        let n = self.entry.n;
        if n == 0 || n > of {
            return Err(IndexError::BeyondEnd { n, of });
        }
        let at = self
            .verify_rung(net, reg, root, &self.entry)?
            .ok_or(IndexError::OtherEntry)?;
        let p = place_commitment(&self.blind, &o, self.class, n, &self.prev);
        if self.entry.value.map(|value| value.c) != Some(entry_commitment(&p, q)) {
            return Err(IndexError::OtherEntry);
        }
        let mut order: Vec<(u64, At)> = rungs
            .iter()
            .filter_map(|(n, at)| at.map(|at| (*n, at)))
            .collect();
        order.push((n, at));
        check_order(&mut order)?;
        Ok(IndexFacts {
            subject: self.subject.clone(),
            class: self.class,
            n,
            of,
            sealed_height: at.height,
        })
    }

    /// Absent under every older epoch, present under the last: so nobody can open a second list.
    fn verify_epochs(&self, net: &Hash, reg: Reg, root: &Hash) -> Result<Hash, IndexError> {
        if self.epochs.is_empty() || self.epochs.len() > MAX_EPOCHS {
            return Err(IndexError::Epochs);
        }
        let mut last = None;
        for (epoch, step) in (1u16..).zip(&self.epochs) {
            let key = Key::Epoch { reg, epoch };
            verify_presence(root, &key.encode(), &step.value.encode(), &step.proof)?;
            let vrf_key = PublicKey::from_bytes(&step.value.vrf_key)?;
            let o = verify_opening(&vrf_key, net, reg, epoch, &self.subject, &step.o)?;
            let opening = Key::Opening { reg, epoch, o }.encode();
            if usize::from(epoch) < self.epochs.len() {
                verify_absence(root, &opening, &step.opening)?;
            } else {
                verify_presence(root, &opening, &self.opening.encode(), &step.opening)?;
            }
            last = Some(o);
        }
        last.ok_or(IndexError::Epochs)
    }

    fn verify_rung(
        &self,
        net: &Hash,
        reg: Reg,
        root: &Hash,
        rung: &Rung,
    ) -> Result<Option<At>, IndexError> {
        let label = verify_label(&self.list_key, net, reg, self.class, rung.n, &rung.label)?;
        let key = Key::Entry { reg, label }.encode();
        match &rung.value {
            Some(value) => verify_presence(root, &key, &value.encode(), &rung.proof)?,
            None => verify_absence(root, &key, &rung.proof)?,
        }
        Ok(rung.value.map(|value| value.at))
    }
}
