//! Judging a person's list: whose it is, that it is whole, and each entry of it.
//!
//! The order matters. First the register's keys, then the opening under the oldest epoch that has one, then the list key it
//! commits to, then every label, the ladder, the order in time, and only then what the entries say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use toend_ledger::commitment::{entry_commitment, place_commitment};
use toend_ledger::gateway::{EpochAnswer, ListAnswer, Proven};
use toend_ledger::hash::Hash;
use toend_ledger::ladder::Ladder;
use toend_ledger::list::{Class, ListKey, open_alpha, place};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::state::{EntryValue, EpochValue, Key, Reg, RegisterValue};
use toend_ledger::subject::Subject;
use toend_ledger::vrf;
use toend_light_client::trusted::Verified;

use super::contents::{Contents, array};
use super::fault::Fault;
use super::heads;
use super::judged::{Against, Entry, EntryProof, Judged, Pending};
use super::problems::note;
use super::shown::{Shown, narrow, show};
use crate::dto::RegisterId;

/// Longest list that is looked at.
const MAX_LABELS: usize = 100_000;
/// Most epochs of a register.
const MAX_EPOCHS: usize = 64;
/// Most entries that may wait for sealing.
const MAX_PENDING: usize = 10_000;
/// Number of a register's first epoch.
const FIRST_EPOCH: u16 = 1;

/// Judges a list answer. `Err` means that nothing of it counts.
pub fn judge(
    register: RegisterId,
    subject: &Subject,
    class: Class,
    against: Against<'_>,
    answer: &ListAnswer,
    known: Option<&Judged>,
) -> Result<Judged, Fault> {
    let reg = Reg(register.number());
    if answer.height != against.root.height() || answer.class != class as u8 {
        return Err(Fault::ProofInvalid);
    }
    if answer.labels.len() > MAX_LABELS
        || answer.epochs.len() > MAX_EPOCHS
        || answer.pending.len() > MAX_PENDING
    {
        return Err(Fault::Undecodable);
    }
    let keys = register_value(against, reg, &answer.register)?;
    let secret =
        vrf::SecretKey::from_bytes(array(&answer.list_key.0).map_err(|_| Fault::Undecodable)?);
    let list_key = ListKey::new(*against.net, reg, secret);
    let (owner, k) = opening(against, reg, subject, &answer.epochs)?;
    list_key
        .belongs_to(&owner, &k)
        .map_err(|_| Fault::WrongListKey)?;

    let labels = labels(against, &list_key, class, answer)?;
    let count = climb(&labels)?;
    let mut judged = Judged {
        height: against.root.height(),
        count,
        entries: Vec::new(),
        pending: Vec::new(),
        problems: Vec::new(),
        commitments: Vec::new(),
        answer_key: keys.answer_key,
        list_key: Some(list_key),
        list_depth: 0,
    };
    let mut entries = entries(
        register,
        against,
        owner,
        class,
        answer,
        &labels,
        known,
        &mut judged,
    );
    heads::check(register, against, &answer.heads, &mut entries, &mut judged);
    judged.entries = entries
        .into_iter()
        .map(|candidate| candidate.entry)
        .collect();
    for pending in &answer.pending {
        if let Ok(contents) = Contents::read(against.net, reg, &pending.contents)
            && contents.check_form().is_ok()
        {
            judged.pending.push(Pending {
                contents,
                received_ms: pending.received_ms,
            });
        }
    }
    Ok(judged)
}

/// The register's keys, as they stand in state.
pub fn register_value(
    against: Against<'_>,
    reg: Reg,
    given: &Proven,
) -> Result<RegisterValue, Fault> {
    match show(against.root, &Key::Register(reg), given)? {
        Shown::Present(value, _) => Ok(narrow!(value, Register)?.into_inner()),
        Shown::Absent => Err(Fault::ProofInvalid),
    }
}

/// `O` and `K` of the oldest epoch in which the subject's lists were opened, with absence shown under every older one.
fn opening(
    against: Against<'_>,
    reg: Reg,
    subject: &Subject,
    epochs: &[EpochAnswer],
) -> Result<(Hash, Hash), Fault> {
    let mut found = None;
    let mut next_from = None;
    for (number, epoch) in (FIRST_EPOCH..).zip(epochs) {
        let current = number as usize == epochs.len() + FIRST_EPOCH as usize - 1;
        let key = epoch_value(against, reg, number, epoch)?;
        // No epoch may be left out: they follow each other without gap, and the last one is still open.
        if epoch.epoch != number
            || next_from.is_some_and(|from| key.from != from)
            || current != (key.until == EpochValue::OPEN)
        {
            return Err(Fault::ProofInvalid);
        }
        next_from = Some(key.until);
        let public = vrf::PublicKey::from_bytes(&key.vrf_key).map_err(|_| Fault::ProofInvalid)?;
        let proof = vrf::Proof::from_bytes(&epoch.vrf_proof.0).map_err(|_| Fault::Undecodable)?;
        // A proof for another subject, or another spelling of this one, ends here: the input is ours.
        let output = public
            .verify(&open_alpha(against.net, reg, number, subject), &proof)
            .map_err(|_| Fault::OtherPerson)?;
        let o = place(&output);
        match show(
            against.root,
            &Key::Opening {
                reg,
                epoch: number,
                o,
            },
            &epoch.opening,
        )? {
            Shown::Present(value, _) if found.is_none() => {
                found = Some((o, narrow!(value, Opening)?.get().k))
            }
            Shown::Present(..) => return Err(Fault::SecondList),
            Shown::Absent => {}
        }
    }
    found.ok_or(Fault::ProofInvalid)
}

fn epoch_value(
    against: Against<'_>,
    reg: Reg,
    number: u16,
    epoch: &EpochAnswer,
) -> Result<EpochValue, Fault> {
    match show(against.root, &Key::Epoch { reg, epoch: number }, &epoch.key)? {
        Shown::Present(value, _) => Ok(narrow!(value, Epoch)?.into_inner()),
        Shown::Absent => Err(Fault::ProofInvalid),
    }
}

/// Every label the register showed, at the place that the list key gives it.
fn labels(
    against: Against<'_>,
    key: &ListKey,
    class: Class,
    answer: &ListAnswer,
) -> Result<BTreeMap<u64, Option<EntryProof>>, Fault> {
    let mut out = BTreeMap::new();
    for label in &answer.labels {
        let place = key
            .entry_key(class, label.n)
            .map_err(|_| Fault::WrongListKey)?;
        let state = match show(against.root, &place, &label.state)? {
            Shown::Present(value, proof) => Some(EntryProof {
                value: narrow!(value, Entry)?,
                proof,
            }),
            Shown::Absent => None,
        };
        if label.n == 0 || out.insert(label.n, state).is_some() {
            return Err(Fault::Undecodable);
        }
    }
    Ok(out)
}

/// How many entries count: the outcome of the binary ladder, which has one answer at one root.
fn climb(labels: &BTreeMap<u64, Option<EntryProof>>) -> Result<u64, Fault> {
    let mut ladder = Ladder::new();
    while let Some(n) = ladder.next_probe() {
        let state = labels.get(&n).ok_or(Fault::ProofInvalid)?;
        ladder
            .answer(state.is_some())
            .map_err(|_| Fault::Undecodable)?;
    }
    ladder.outcome().ok_or(Fault::ProofInvalid)
}

/// An entry on its way to a verdict, with the contents it may be about even where they are not proven.
pub struct Candidate {
    /// The entry so far.
    pub entry: Entry,
    /// Decoded contents, proven or not; never shown from here.
    pub contents: Option<Contents>,
}

#[expect(
    clippy::too_many_arguments,
    reason = "everything an entry is judged by, used once"
)]
fn entries(
    register: RegisterId,
    against: Against<'_>,
    owner: Hash,
    class: Class,
    answer: &ListAnswer,
    labels: &BTreeMap<u64, Option<EntryProof>>,
    known: Option<&Judged>,
    judged: &mut Judged,
) -> Vec<Candidate> {
    let reg = Reg(register.number());
    let mut given = BTreeMap::new();
    for contents in &answer.entries {
        if contents.n == 0 || given.insert(contents.n, contents).is_some() {
            judged.problem(
                Fault::Duplicate,
                Fault::Duplicate
                    .on_list(register)
                    .with("n", &contents.n.to_string()),
            );
        }
    }
    let mut out = Vec::new();
    let mut missing = Vec::new();
    let (mut gap, mut last_height, mut older) = (None, 0, Frontier::new());
    for n in 1..=judged.count {
        let state = match labels.get(&n) {
            Some(Some(state)) => state,
            Some(None) => {
                gap = Some(Fault::Gap);
                out.push(Candidate {
                    entry: Entry::faulty(n, Fault::Gap),
                    contents: None,
                });
                continue;
            }
            None => {
                // Neither contents nor proof: the ladder says that it is there, so it is withheld; what follows it cannot be
                // tied to a place any more.
                gap = gap.or(Some(Fault::ListMismatch));
                missing.push(n);
                out.push(Candidate {
                    entry: Entry::faulty(n, Fault::NotDelivered),
                    contents: None,
                });
                continue;
            }
        };
        let start = Instant::now();
        let contents = given
            .get(&n)
            .map(|given| Contents::read(against.net, reg, given));
        let mut candidate = match contents {
            None => {
                missing.push(n);
                Candidate {
                    entry: Entry::faulty(n, Fault::NotDelivered),
                    contents: None,
                }
            }
            Some(Err(fault)) => Candidate {
                entry: Entry::faulty(n, fault.into()),
                contents: None,
            },
            Some(Ok(contents)) => {
                let before = known.and_then(|known| known.entry(n));
                entry(
                    against,
                    &owner,
                    class,
                    &state.value,
                    contents,
                    &older,
                    gap,
                    before,
                )
            }
        };
        let sealed = state.value.get();
        candidate.entry.c = Some(sealed.c);
        candidate.entry.at = Some(sealed.at);
        candidate.entry.proof = Some(state.clone());
        if sealed.at.height < last_height {
            candidate.entry.spoil(Fault::OutOfOrder);
        }
        last_height = last_height.max(sealed.at.height);
        if gap.is_none() {
            judged.commitments.push(sealed.c);
            older.push(leaf_hash(&sealed.c));
        }
        candidate.entry.micros = u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX);
        out.push(candidate);
    }
    let beyond: BTreeSet<u64> = labels
        .range(judged.count + 1..)
        .filter(|(_, state)| state.is_some())
        .map(|(n, _)| *n)
        .collect();
    out.extend(beyond.iter().map(|n| Candidate {
        entry: Entry::faulty(*n, Fault::Gap),
        contents: None,
    }));
    let unsealed = given
        .keys()
        .filter(|n| **n > judged.count && !beyond.contains(n))
        .count();
    note(
        register,
        &out,
        &missing,
        !beyond.is_empty() || gap == Some(Fault::Gap),
        unsealed,
        judged,
    );
    out
}

/// Compares delivered contents with the commitment in state.
#[expect(
    clippy::too_many_arguments,
    reason = "everything an entry is judged by, used once"
)]
fn entry(
    against: Against<'_>,
    owner: &Hash,
    class: Class,
    state: &Verified<EntryValue>,
    contents: Contents,
    older: &Frontier,
    gap: Option<Fault>,
    before: Option<&Entry>,
) -> Candidate {
    let n = contents.n;
    if let Some(fault) = gap {
        return Candidate {
            entry: Entry::faulty(n, fault),
            contents: Some(contents),
        };
    }
    let p = place_commitment(&contents.blind, owner, class, n, &older.root());
    let compared = state.derive(|state| {
        if entry_commitment(&p, &contents.q) != state.c || state.at.height > against.root.height() {
            let same_words = before
                .and_then(Entry::contents)
                .is_some_and(|before| before.same_words(&contents));
            let salt = same_words || contents.seed_fits_no_group();
            return Err(if salt {
                Fault::WrongSalt
            } else {
                Fault::ContentMismatch
            });
        }
        contents.check_form().map_err(Fault::from)?;
        Ok(contents.clone())
    });
    let mut entry = match compared {
        Ok(verified) => Entry::proven(n, verified),
        Err(fault) => Entry::faulty(n, fault),
    };
    entry.place = Some(p);
    Candidate {
        entry,
        contents: Some(contents),
    }
}
