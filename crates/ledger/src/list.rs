//! Places of lists: a person's private lists by two levels of VRF, a company's public list by its hash.
//!
//! The register's key gives `O`, once per subject; `O` commits to the list's own key, which the person receives. From
//! then on her computer alone works out where entry n stands (review finding 1.8). Labels cannot be linked to a person,
//! to each other or between registers. A list key is never exchanged inside a list (4.7), and an opening counts only with
//! its absence shown under every older epoch (1.5).

use std::fmt;

use thiserror::Error;

use crate::hash::{Hash, h, tag};
use crate::merkle::{Frontier, leaf_hash};
use crate::state::{Key, PublicListValue, Reg};
use crate::subject::{Kind, Subject};
use crate::vrf::{Output, Proof, PublicKey, SecretKey, VrfError};

/// Which of a person's lists in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// Records about the person.
    Records = 0,
    /// Who looked at them, and why.
    AccessLog = 1,
}

impl Class {
    /// Reads the byte that is hashed into labels and places.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Records),
            1 => Some(Self::AccessLog),
            _ => None,
        }
    }
}

/// Why a list is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ListError {
    /// A public list's key would be made from a code that can be tried out.
    #[error("a natural person has no public list")]
    PersonInPublicList,
    /// The contents delivered are not the contents that the list's value commits to.
    #[error("the {delivered} entries delivered are not the list's {sealed}")]
    OtherContents {
        /// Entries delivered.
        delivered: u64,
        /// Entries according to the ledger.
        sealed: u64,
    },
    /// The key handed out is not the one that the opening commits to (review finding 4.8).
    #[error("the list key does not belong to this opening")]
    WrongListKey,
    /// A VRF proof or key is refused.
    #[error(transparent)]
    Vrf(#[from] VrfError),
}

/// Input of the register's VRF for opening a subject's lists in an epoch: `T("open") ‖ net ‖ reg ‖ epoch ‖ subject`.
pub fn open_alpha(net: &Hash, reg: Reg, epoch: u16, subject: &Subject) -> Vec<u8> {
    let mut out = tag("open");
    out.extend_from_slice(net);
    out.extend_from_slice(&reg.0.to_be_bytes());
    out.extend_from_slice(&epoch.to_be_bytes());
    out.extend_from_slice(&subject.encode());
    out
}

/// Input of the list's VRF for entry `n` (from 1): `T("label") ‖ net ‖ reg ‖ class ‖ n`.
pub fn label_alpha(net: &Hash, reg: Reg, class: Class, n: u64) -> Vec<u8> {
    let mut out = tag("label");
    out.extend_from_slice(net);
    out.extend_from_slice(&reg.0.to_be_bytes());
    out.push(class as u8);
    out.extend_from_slice(&n.to_be_bytes());
    out
}

/// Input of the VRF proof by which a register shows, when its epoch key is set, that it has the secret one:
/// `T("pop") ‖ net ‖ reg ‖ epoch`.
pub fn pop_alpha(net: &Hash, reg: Reg, epoch: u16) -> Vec<u8> {
    let mut out = tag("pop");
    out.extend_from_slice(net);
    out.extend_from_slice(&reg.0.to_be_bytes());
    out.extend_from_slice(&epoch.to_be_bytes());
    out
}

/// `O` or `L`: the first 32 bytes of a VRF output.
pub fn place(output: &Output) -> Hash {
    let mut out = [0; 32];
    for (slot, byte) in out.iter_mut().zip(output) {
        *slot = *byte;
    }
    out
}

/// `O` of a subject, from the register's secret epoch key.
pub fn opening(
    key: &SecretKey,
    net: &Hash,
    reg: Reg,
    epoch: u16,
    subject: &Subject,
) -> Result<Hash, VrfError> {
    Ok(place(&key.output(&open_alpha(net, reg, epoch, subject))?))
}

/// `O` of a subject, from a proof under the register's epoch key.
pub fn verify_opening(
    key: &PublicKey,
    net: &Hash,
    reg: Reg,
    epoch: u16,
    subject: &Subject,
    proof: &Proof,
) -> Result<Hash, VrfError> {
    Ok(place(
        &key.verify(&open_alpha(net, reg, epoch, subject), proof)?,
    ))
}

/// `L` of entry `n`, from a proof under the list's key.
pub fn verify_label(
    key: &PublicKey,
    net: &Hash,
    reg: Reg,
    class: Class,
    n: u64,
    proof: &Proof,
) -> Result<Hash, VrfError> {
    Ok(place(&key.verify(&label_alpha(net, reg, class, n), proof)?))
}

/// `K = H(T("list") ‖ O ‖ lpk)`, which stands in state under the opening.
pub fn list_commitment(o: &Hash, lpk: &PublicKey) -> Hash {
    h("list", &[o, lpk.as_bytes()])
}

/// The secret key of one subject's lists in one register, with what labels are bound to.
#[derive(Clone)]
pub struct ListKey {
    net: Hash,
    reg: Reg,
    secret: SecretKey,
}

impl ListKey {
    /// For the lists of register `reg` in network `net`.
    pub const fn new(net: Hash, reg: Reg, secret: SecretKey) -> Self {
        Self { net, reg, secret }
    }

    /// The register whose lists these are.
    pub const fn reg(&self) -> Reg {
        self.reg
    }

    /// The secret, for storing it sealed.
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// `lpk`, to which the opening commits.
    pub fn public(&self) -> PublicKey {
        self.secret.public()
    }

    /// Checks that this is the key that the opening `o` with commitment `k` promises.
    pub fn belongs_to(&self, o: &Hash, k: &Hash) -> Result<(), ListError> {
        if list_commitment(o, &self.public()) == *k {
            Ok(())
        } else {
            Err(ListError::WrongListKey)
        }
    }

    /// `L` of entry `n`, from 1.
    pub fn label(&self, class: Class, n: u64) -> Result<Hash, VrfError> {
        Ok(place(
            &self
                .secret
                .output(&label_alpha(&self.net, self.reg, class, n))?,
        ))
    }

    /// The state key of entry `n`.
    pub fn entry_key(&self, class: Class, n: u64) -> Result<Key, VrfError> {
        Ok(Key::Entry {
            reg: self.reg,
            label: self.label(class, n)?,
        })
    }

    /// The proof of entry `n`'s label, for one third party.
    pub fn prove_label(&self, class: Class, n: u64) -> Result<Proof, VrfError> {
        self.secret
            .prove(&label_alpha(&self.net, self.reg, class, n))
    }
}

impl fmt::Debug for ListKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ListKey(register {}, …)", self.reg)
    }
}

/// The state key of a public list. A person's code could be tried out, so a person has none (review finding 1.14).
pub fn public_list_key(reg: Reg, subject: &Subject) -> Result<Key, ListError> {
    if subject.kind() == Kind::Person {
        return Err(ListError::PersonInPublicList);
    }
    Ok(Key::PublicList {
        reg,
        subject_hash: subject.hash(),
    })
}

/// Replays the contents of a public list, given as entry commitments in order, against its proven value.
///
/// "None" is shown by an existing list of size 0. That a list is absent is never an answer: a misspelt number would be
/// clean (review finding 1.7), so no function of this crate turns an absence proof into "nothing entered".
pub fn verify_public_list(value: &PublicListValue, entries: &[Hash]) -> Result<(), ListError> {
    let mut frontier = Frontier::new();
    for c in entries {
        frontier.push(leaf_hash(c));
    }
    if frontier == value.frontier {
        Ok(())
    } else {
        Err(ListError::OtherContents {
            delivered: entries.len() as u64,
            sealed: value.frontier.size(),
        })
    }
}

#[cfg(test)]
mod tests;
