//! Judging a company's list: it must exist, and its contents must replay to what stands in state.

use std::collections::BTreeMap;
use std::time::Instant;

use toend_ledger::commitment::{entry_commitment, place_commitment};
use toend_ledger::gateway::PublicListAnswer;
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, public_list_key, verify_public_list};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::state::{PublicListValue, Reg};
use toend_ledger::subject::Subject;
use toend_light_client::trusted::Verified;

use super::contents::{Contents, array};
use super::fault::Fault;
use super::heads;
use super::judged::{Against, Entry, Judged, Pending};
use super::private::{Candidate, register_value};
use super::problems::numbers;
use super::shown::{Shown, narrow, show};
use crate::dto::RegisterId;

/// Longest list that is looked at.
const MAX_ENTRIES: u64 = 100_000;

/// Judges a public list answer. `Err` means that nothing of it counts; absence of the list is [`Fault::NoList`].
pub fn judge(
    register: RegisterId,
    subject: &Subject,
    against: Against<'_>,
    answer: &PublicListAnswer,
) -> Result<Judged, Fault> {
    let reg = Reg(register.number());
    if answer.height != against.root.height() {
        return Err(Fault::ProofInvalid);
    }
    let keys = register_value(against, reg, &answer.register)?;
    let key = public_list_key(reg, subject).map_err(|_| Fault::NoList)?;
    let (list, proof) = match show(against.root, &key, &answer.list)? {
        Shown::Present(value, proof) => (narrow!(value, PublicList)?, proof),
        Shown::Absent => return Err(Fault::NoList),
    };
    let count = list.get().frontier.size();
    if count > MAX_ENTRIES
        || answer.entries.len() as u64 > count
        || answer.bare.len() as u64 > count
    {
        return Err(Fault::Undecodable);
    }
    let mut judged = Judged {
        height: against.root.height(),
        count,
        entries: Vec::new(),
        pending: Vec::new(),
        problems: Vec::new(),
        commitments: Vec::new(),
        answer_key: keys.answer_key,
        list_key: None,
        list_depth: u32::try_from(proof.depth()).unwrap_or(u32::MAX),
    };
    let mut entries = replay(register, subject, against, answer, &list, &mut judged)?;
    heads::check(register, against, &answer.heads, &mut entries, &mut judged);
    for candidate in &mut entries {
        // A public list has one time, of its last change; a record's head has that of its current version.
        candidate.entry.at = candidate
            .entry
            .head
            .as_ref()
            .map(|head| head.value.get().at);
    }
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

fn replay(
    register: RegisterId,
    subject: &Subject,
    against: Against<'_>,
    answer: &PublicListAnswer,
    list: &Verified<PublicListValue>,
    judged: &mut Judged,
) -> Result<Vec<Candidate>, Fault> {
    let reg = Reg(register.number());
    let owner = subject.hash();
    let mut given = BTreeMap::new();
    for contents in &answer.entries {
        if contents.n == 0
            || contents.n > judged.count
            || given.insert(contents.n, contents).is_some()
        {
            return Err(Fault::Undecodable);
        }
    }
    let bare: BTreeMap<u64, Hash> = answer
        .bare
        .iter()
        .map(|entry| Ok((entry.n, array(&entry.c.0).map_err(|_| Fault::Undecodable)?)))
        .collect::<Result<_, Fault>>()?;
    let mut out = Vec::new();
    let (mut whole, mut missing) = (true, Vec::new());
    let (mut commitments, mut older) = (Vec::new(), Frontier::new());
    for n in 1..=judged.count {
        let start = Instant::now();
        let mut candidate = match given
            .get(&n)
            .map(|given| Contents::read(against.net, reg, given))
        {
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
                let p = place_commitment(&contents.blind, &owner, Class::Records, n, &older.root());
                // Not proven before the whole list replays.
                let fault = contents
                    .check_form()
                    .map_or_else(Fault::from, |()| Fault::ListMismatch);
                let mut entry = Entry::faulty(n, fault);
                entry.place = Some(p);
                entry.c = Some(entry_commitment(&p, &contents.q));
                Candidate {
                    entry,
                    contents: Some(contents),
                }
            }
        };
        match candidate.entry.c.or_else(|| bare.get(&n).copied()) {
            Some(c) => {
                older.push(leaf_hash(&c));
                commitments.push(c);
            }
            None => whole = false,
        }
        candidate.entry.micros = u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX);
        out.push(candidate);
    }
    if !missing.is_empty() {
        let error = Fault::NotDelivered
            .on_list(register)
            .with("ledger", &judged.count.to_string())
            .with("given", &(judged.count - missing.len() as u64).to_string())
            .with("held", &(judged.count - missing.len() as u64).to_string())
            .with("missing", &numbers(&missing));
        judged.problem(Fault::NotDelivered, error);
    }
    let replayed = list
        .clone()
        .derive(|list| verify_public_list(&list, &commitments));
    if whole && let Ok(replayed) = replayed {
        judged.commitments = commitments;
        for candidate in &mut out {
            prove(candidate, |contents| {
                replayed.derive(|()| Ok::<_, Fault>(contents))
            });
        }
    } else {
        localise(register, against, answer, &mut out, judged);
    }
    Ok(out)
}

/// Turns a well-formed candidate into a proven entry, if `step` can derive its contents from something verified.
fn prove(
    candidate: &mut Candidate,
    step: impl FnOnce(Contents) -> Result<Verified<Contents>, Fault>,
) {
    let ready = candidate.entry.verdict.reason == Fault::ListMismatch.reason();
    if let Some(contents) = candidate.contents.clone().filter(|_| ready) {
        let n = candidate.entry.n;
        let mut entry = match step(contents) {
            Ok(verified) => Entry::proven(n, verified),
            Err(fault) => Entry::faulty(n, fault),
        };
        entry.c = candidate.entry.c;
        entry.place = candidate.entry.place;
        entry.micros = candidate.entry.micros;
        candidate.entry = entry;
    }
}

/// The list does not replay, so some entry is wrong. Records with a head can still be told apart by it; the others cannot.
fn localise(
    register: RegisterId,
    against: Against<'_>,
    answer: &PublicListAnswer,
    entries: &mut [Candidate],
    judged: &mut Judged,
) {
    let heads = heads::proven_heads(register, against, &answer.heads);
    let mut altered = Vec::new();
    for candidate in entries.iter_mut() {
        candidate.entry.c = None;
        candidate.entry.place = None;
        prove(candidate, |contents| match heads.get(&contents.record) {
            Some(head) if head.value.get().v == contents.v => head.value.derive(|_| {
                if heads::fits(head, &contents) {
                    Ok(contents)
                } else {
                    Err(Fault::ContentMismatch)
                }
            }),
            _ => Err(Fault::ListMismatch),
        });
        if candidate.entry.verdict.reason == Fault::ContentMismatch.reason() {
            altered.push(candidate.entry.n);
        }
    }
    let (fault, error) = if altered.is_empty() {
        (Fault::ListMismatch, Fault::ListMismatch.on_list(register))
    } else {
        (
            Fault::ContentMismatch,
            Fault::ContentMismatch
                .on_list(register)
                .with("n", &numbers(&altered)),
        )
    };
    judged.problem(fault, error);
}
