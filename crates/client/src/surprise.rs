//! What a list or the ledger brought that nobody could expect. The rest is everyday life and no reason to disturb anybody.

use crate::client::Surprise;
use crate::dto::{LedgerState, RecordList};

/// Codes that say something is wrong with a list itself; that a register is silent or a session has run out is not among them.
const WRONG: [&str; 6] = ["E31", "E32", "E33", "E35", "E36", "E58"];

/// What a list asked for again brought. `own` is a list of the person signed in.
pub fn of_list(before: &RecordList, after: &RecordList, own: bool) -> Vec<Surprise> {
    let mut found = Vec::new();
    let wrong = |list: &RecordList| {
        let codes = list.problems.iter().map(|problem| problem.code.clone());
        let mut codes: Vec<String> = codes
            .filter(|code| WRONG.contains(&code.as_str()))
            .collect();
        codes.sort();
        codes
    };
    let known = wrong(before);
    if wrong(after).iter().any(|code| !known.contains(code)) {
        found.push(Surprise::Problem);
    }
    if own && after.ledger_count > before.ledger_count && before.ledger_count.is_some() {
        found.push(Surprise::NewEntry);
    }
    found
}

/// What a change of the ledger's state means.
pub fn of_ledger(before: LedgerState, after: LedgerState) -> Option<Surprise> {
    let bad = |state| matches!(state, LedgerState::Split | LedgerState::Attacked);
    (before != after && bad(after)).then_some(Surprise::Ledger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::{Blame, RegisterId, SubjectRef};
    use crate::error::info;

    fn list(count: Option<u64>, problems: &[&str]) -> RecordList {
        RecordList {
            register: RegisterId::Health,
            subject: SubjectRef {
                kind: "person".to_owned(),
                country: "EE".to_owned(),
                code: String::new(),
                name: String::new(),
            },
            ledger_count: count,
            held_count: count.unwrap_or(0),
            answered: true,
            as_of_ms: None,
            as_of_height: Some(1),
            problems: problems
                .iter()
                .map(|code| info(code, Blame::Peer, true))
                .collect(),
            rows: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_new_and_wrong_or_new_and_ones_own_surprises() {
        let quiet = list(Some(3), &["E29"]);
        assert_eq!(of_list(&quiet, &quiet, true), []);
        assert_eq!(of_list(&quiet, &list(Some(3), &["E55", "E69"]), true), []);
        let wrong = list(Some(3), &["E32"]);
        assert_eq!(of_list(&quiet, &wrong, true), [Surprise::Problem]);
        assert_eq!(of_list(&wrong, &wrong, true), []);
        let more = list(Some(4), &["E32", "E31"]);
        assert_eq!(
            of_list(&wrong, &more, true),
            [Surprise::Problem, Surprise::NewEntry]
        );
        assert_eq!(of_list(&quiet, &list(Some(4), &[]), false), []);
        assert_eq!(of_list(&list(None, &[]), &list(Some(4), &[]), true), []);
    }

    #[test]
    fn a_split_and_an_attack_are_each_said_once() {
        use LedgerState::{Attacked, Split, Stale, UpToDate};
        assert_eq!(of_ledger(UpToDate, Split), Some(Surprise::Ledger));
        assert_eq!(of_ledger(Split, Attacked), Some(Surprise::Ledger));
        assert_eq!(of_ledger(Attacked, Attacked), None);
        assert_eq!(of_ledger(UpToDate, Stale), None);
    }
}
