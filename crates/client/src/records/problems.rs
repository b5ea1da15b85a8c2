//! From faults of entries to problems of the whole list.

use super::fault::Fault;
use super::judged::Judged;
use super::private::Candidate;
use crate::dto::RegisterId;

/// Turns what was noticed into problems of the whole list.
pub(super) fn note(
    register: RegisterId,
    entries: &[Candidate],
    missing: &[u64],
    gap: bool,
    unsealed: usize,
    judged: &mut Judged,
) {
    if !missing.is_empty() {
        let error = Fault::NotDelivered
            .on_list(register)
            .with("ledger", &judged.count.to_string())
            .with("given", &(judged.count - missing.len() as u64).to_string())
            .with("held", &(judged.count - missing.len() as u64).to_string())
            .with("missing", &numbers(missing));
        judged.problem(Fault::NotDelivered, error);
    }
    if gap {
        judged.problem(
            Fault::Gap,
            Fault::Gap
                .on_list(register)
                .with("count", &judged.count.to_string()),
        );
    }
    if unsealed > 0 {
        let error = Fault::NotSealed
            .on_list(register)
            .with("count", &unsealed.to_string());
        judged.problem(Fault::NotSealed, error);
    }
    for fault in [
        Fault::ContentMismatch,
        Fault::WrongSalt,
        Fault::Undecodable,
        Fault::UnknownSchema,
        Fault::OutOfOrder,
    ] {
        let hit: Vec<u64> = entries
            .iter()
            .filter(|candidate| candidate.entry.verdict.reason == fault.reason())
            .map(|candidate| candidate.entry.n)
            .collect();
        if !hit.is_empty() {
            let error = fault
                .on_list(register)
                .with("n", &numbers(&hit))
                .with("count", &hit.len().to_string());
            judged.problem(fault, error);
        }
    }
}

/// Indices as a short text: at most eight, then an ellipsis.
pub(super) fn numbers(indices: &[u64]) -> String {
    let mut text = indices
        .iter()
        .take(8)
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    if indices.len() > 8 {
        text.push_str(", …");
    }
    text
}
