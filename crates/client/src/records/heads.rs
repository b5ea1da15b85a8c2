//! Heads: which version of a record the ledger calls current, against what the list holds.

use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::gateway::HeadAnswer;
use toend_ledger::hash::Hash;
use toend_ledger::record::{head_commitment, record_key};
use toend_ledger::state::{Key, Reg};

use super::contents::array;
use super::fault::Fault;
use super::judged::{Against, HeadProof, Judged};
use super::private::Candidate;
use super::shown::{Shown, narrow, show};
use crate::dto::RegisterId;

/// Checks uniqueness of (record, version), marks superseded versions, and compares every head with the newest version held.
pub fn check(
    register: RegisterId,
    against: Against<'_>,
    answers: &[HeadAnswer],
    entries: &mut [Candidate],
    judged: &mut Judged,
) {
    let heads = proven_heads(register, against, answers);
    displaced(register, &heads, entries, judged);
    duplicates(register, entries, judged);
    let mut newest: BTreeMap<Hash, usize> = BTreeMap::new();
    for at in 0..entries.len() {
        let Some((record, v)) = version(entries, at) else {
            continue;
        };
        match newest.get(&record).copied() {
            Some(other) if version(entries, other).is_some_and(|(_, best)| best > v) => {
                mark_superseded(entries, at)
            }
            Some(other) => {
                mark_superseded(entries, other);
                newest.insert(record, at);
            }
            None => {
                newest.insert(record, at);
            }
        }
    }
    for (record, at) in newest {
        let Some(candidate) = entries.get_mut(at) else {
            continue;
        };
        let Some(contents) = candidate.entry.contents() else {
            continue;
        };
        if !contents.schema.headed {
            continue;
        }
        let (v, n) = (contents.v, contents.n);
        let expected = head_commitment(&record, v, &contents.q);
        match heads.get(&record) {
            Some(head) if head.value.get().v == v && head.value.get().hd == expected => {
                candidate.entry.head = Some(head.clone());
            }
            Some(head) if head.value.get().v > v => {
                let params = [
                    ("given", v.to_string()),
                    ("current", head.value.get().v.to_string()),
                ];
                candidate.entry.spoil_with(Fault::HeadAhead, &params);
                let error = Fault::HeadAhead
                    .on_list(register)
                    .with("given", &v.to_string())
                    .with("current", &head.value.get().v.to_string())
                    .with("n", &n.to_string());
                judged.problem(Fault::HeadAhead, error);
            }
            _ => {
                candidate.entry.spoil(Fault::HeadMismatch);
                judged.problem(
                    Fault::HeadMismatch,
                    Fault::HeadMismatch
                        .on_list(register)
                        .with("n", &n.to_string()),
                );
            }
        }
    }
}

/// True when a head names exactly these contents.
pub fn fits(head: &HeadProof, contents: &super::contents::Contents) -> bool {
    let value = head.value.get();
    value.v == contents.v && value.hd == head_commitment(&contents.record, contents.v, &contents.q)
}

/// Heads that the root proves, by record.
pub fn proven_heads(
    register: RegisterId,
    against: Against<'_>,
    answers: &[HeadAnswer],
) -> BTreeMap<Hash, HeadProof> {
    let reg = Reg(register.number());
    let mut out = BTreeMap::new();
    for answer in answers {
        let Ok(record) = array(&answer.record.0) else {
            continue;
        };
        let key = Key::Head {
            reg,
            r: record_key(reg, &record),
        };
        if let Ok(Shown::Present(value, proof)) = show(against.root, &key, &answer.state)
            && let Ok(value) = narrow!(value, Head)
        {
            out.insert(record, HeadProof { value, proof });
        }
    }
    out
}

/// Contents that do not stand at their place but do fit a head: genuine, and somebody else's (or another entry's).
fn displaced(
    register: RegisterId,
    heads: &BTreeMap<Hash, HeadProof>,
    entries: &mut [Candidate],
    judged: &mut Judged,
) {
    let mut hit = Vec::new();
    for candidate in entries.iter_mut() {
        let Some(contents) = &candidate.contents else {
            continue;
        };
        let genuine = heads.get(&contents.record).is_some_and(|head| {
            // Rows that were changed beside a genuine record are an alteration, not a displacement.
            fits(head, contents) && contents.check_form().is_ok()
        });
        if genuine && candidate.entry.verdict.reason == Fault::ContentMismatch.reason() {
            candidate.entry.spoil(Fault::OtherPerson);
            hit.push(candidate.entry.n);
        }
    }
    if !hit.is_empty() {
        judged
            .problems
            .retain(|(fault, _)| *fault != Fault::ContentMismatch);
        let error = Fault::OtherPerson
            .on_list(register)
            .with("n", &super::problems::numbers(&hit));
        judged.problem(Fault::OtherPerson, error);
        let still: Vec<u64> = entries
            .iter()
            .filter(|candidate| candidate.entry.verdict.reason == Fault::ContentMismatch.reason())
            .map(|candidate| candidate.entry.n)
            .collect();
        if !still.is_empty() {
            let error = Fault::ContentMismatch
                .on_list(register)
                .with("n", &super::problems::numbers(&still));
            judged.problem(Fault::ContentMismatch, error);
        }
    }
}

/// The same version of the same record twice is an alarm, never merged silently.
fn duplicates(register: RegisterId, entries: &mut [Candidate], judged: &mut Judged) {
    let mut seen: BTreeMap<(Hash, u32), usize> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for at in 0..entries.len() {
        let Some(key) = version(entries, at) else {
            continue;
        };
        if let Some(first) = seen.insert(key, at) {
            twice.extend([first, at]);
        }
    }
    let mut hit = Vec::new();
    for at in twice {
        if let Some(candidate) = entries.get_mut(at) {
            candidate.entry.spoil(Fault::Duplicate);
            hit.push(candidate.entry.n);
        }
    }
    if !hit.is_empty() {
        let error = Fault::Duplicate
            .on_list(register)
            .with("n", &super::problems::numbers(&hit));
        judged.problem(Fault::Duplicate, error);
    }
}

fn version(entries: &[Candidate], at: usize) -> Option<(Hash, u32)> {
    let contents = entries.get(at)?.entry.contents()?;
    Some((contents.record, contents.v))
}

fn mark_superseded(entries: &mut [Candidate], at: usize) {
    if let Some(candidate) = entries.get_mut(at) {
        candidate.entry.superseded = true;
    }
}
