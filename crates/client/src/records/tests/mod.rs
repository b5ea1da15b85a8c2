//! What a dishonest or broken register can do to a list, and the verdict on it. Named after the findings of the format review.

mod world;

use toend_ledger::gateway::{B64, ListAnswer, PendingEntry};
use toend_ledger::list::{Class, open_alpha};
use toend_ledger::subject::Subject;
use toend_ledger::vrf::SecretKey;
use toend_light_client::trusted::StateRoot;

use self::world::{World, contents, q};
use super::judged::{Against, Judged};
use super::{Fault, private};
use crate::dto::{RegisterId, Verdict};

fn judge(world: &World, answer: &ListAnswer, root: &StateRoot) -> Result<Judged, Fault> {
    judge_knowing(world, answer, root, None)
}

fn judge_knowing(
    world: &World,
    answer: &ListAnswer,
    root: &StateRoot,
    known: Option<&Judged>,
) -> Result<Judged, Fault> {
    let against = Against {
        net: &world.net,
        root,
    };
    private::judge(
        RegisterId::Health,
        &world.subject,
        Class::Records,
        against,
        answer,
        known,
    )
}

/// Five entries: three lab values and two versions of a visit.
fn honest() -> World {
    let mut world = World::new();
    world.seal(contents("lab", 1, 11, 1, "one"), 10);
    world.seal_headed(contents("visit", 2, 12, 1, "two"), 20);
    world.seal(contents("lab", 3, 13, 1, "three"), 30);
    world.seal_headed(contents("visit", 4, 12, 2, "two, corrected"), 40);
    world.seal(contents("lab", 5, 15, 1, "five"), 50);
    world
}

fn verdicts(judged: &Judged) -> Vec<Verdict> {
    judged
        .entries
        .iter()
        .map(|entry| entry.verdict.verdict)
        .collect()
}

fn reasons(judged: &Judged) -> Vec<&str> {
    judged
        .problems
        .iter()
        .map(|(fault, _)| fault.reason())
        .collect()
}

/// Nothing may reach a screen except through a good verdict.
fn nothing_false(judged: &Judged) {
    for entry in &judged.entries {
        assert_eq!(
            entry.contents().is_some(),
            entry.verdict.verdict == Verdict::Proven,
            "entry {}",
            entry.n
        );
    }
}

#[test]
fn an_honest_list_is_proven_whole() {
    let mut world = honest();
    let (answer, root) = world.answer();
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(verdicts(&judged), [Verdict::Proven; 5]);
    assert_eq!(
        (judged.count, judged.held(), judged.problems.len()),
        (5, 5, 0)
    );
    let superseded: Vec<u64> = judged
        .entries
        .iter()
        .filter(|entry| entry.superseded)
        .map(|entry| entry.n)
        .collect();
    assert_eq!(superseded, [2]);
    assert!(judged.entry(4).unwrap().head.is_some() && judged.entry(2).unwrap().head.is_none());
    assert_eq!(judged.commitments.len(), 5);
    nothing_false(&judged);
}

#[test]
fn an_empty_list_is_proven_to_be_empty() {
    let mut world = World::new();
    let (answer, root) = world.answer();
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!((judged.count, judged.problems.len()), (0, 0));
}

#[test]
fn altered_words_are_altered_and_only_they() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.entries[2].fields[0] = contents("lab", 3, 13, 1, "THREE").fields[0].clone();
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(judged.entry(3).unwrap().verdict.verdict, Verdict::Altered);
    assert_eq!(judged.held(), 4);
    assert_eq!(reasons(&judged), ["contentMismatch"]);
    assert_eq!(judged.problems[0].1.code, "E31");
    assert_eq!(judged.problems[0].1.params["n"], "3");
    nothing_false(&judged);
}

#[test]
fn a_wrong_salt_is_not_called_altered_where_it_can_be_told() {
    let mut world = honest();
    let (answer, root) = world.answer();
    let before = judge(&world, &answer, &root).unwrap();
    let mut wrong = answer.clone();
    wrong.entries[0].seed = B64(vec![99; 32]);
    wrong.entries[1].seed = B64(vec![99; 32]);
    // The visit has rows that fit no other seed; the lab value was verified before.
    let judged = judge_knowing(&world, &wrong, &root, Some(&before)).unwrap();
    for n in [1, 2] {
        assert_eq!(judged.entry(n).unwrap().verdict.reason, "wrongSalt");
        assert_eq!(
            judged.entry(n).unwrap().verdict.verdict,
            Verdict::CannotCheck
        );
    }
    assert_eq!(judged.problems[0].1.code, "E35");
    wrong.entries[2].seed = B64(vec![1; 31]);
    let judged = judge(&world, &wrong, &root).unwrap();
    assert_eq!(judged.entry(3).unwrap().verdict.reason, "undecodable");
    nothing_false(&judged);
}

#[test]
fn rows_beside_a_record_belong_to_it() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.entries[3].rows.clear();
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(
        judged.entry(4).unwrap().verdict.verdict,
        Verdict::Altered,
        "a row was left out"
    );
    let (mut answer, _) = world.answer();
    let row = answer.entries[3].rows[0].rows[0].clone();
    answer.entries[3].rows[0].rows.push(row);
    assert_eq!(
        judge(&world, &answer, &root)
            .unwrap()
            .entry(4)
            .unwrap()
            .verdict
            .verdict,
        Verdict::Altered
    );
}

#[test]
fn a_dropped_entry_is_withheld_and_named() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.entries.remove(2);
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(judged.entry(3).unwrap().verdict.verdict, Verdict::Withheld);
    let problem = &judged.problems[0].1;
    assert_eq!(problem.code, "E32");
    let said = ["ledger", "given", "missing"].map(|name| problem.params[name].as_str());
    assert_eq!(said, ["5", "4", "3"]);
    // Its commitment stays known, so the entries after it are proven all the same.
    assert_eq!(judged.held(), 4);
    // Without its proof too, it is still withheld, and what follows cannot be tied to a place; so the first version of the
    // visit is the newest one that is proven, and its head is ahead.
    answer.labels.retain(|label| label.n != 3);
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(judged.entry(3).unwrap().verdict.verdict, Verdict::Withheld);
    assert_eq!(judged.entry(2).unwrap().verdict.reason, "headAhead");
    assert_eq!(judged.held(), 1);
    nothing_false(&judged);
}

#[test]
fn a_shortened_list_does_not_climb_the_ladder() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.entries.truncate(3);
    answer
        .labels
        .retain(|label| label.n <= 3 || label.state.value.is_none());
    assert_eq!(
        judge(&world, &answer, &root).unwrap_err(),
        Fault::ProofInvalid
    );
}

#[test]
fn fr_1_1_a_gap_hides_nothing() {
    for sealed in [vec![1, 2, 3, 5, 6], vec![1, 2, 4, 8], vec![1, 2, 3, 8]] {
        let mut world = World::new();
        for n in &sealed {
            world.seal(contents("lab", *n, 100 + *n as u8, 1, "x"), 10 * n);
        }
        let (answer, root) = world.answer();
        let judged = judge(&world, &answer, &root).unwrap();
        assert!(reasons(&judged).contains(&"gap"), "{sealed:?}");
        assert!(
            judged
                .entries
                .iter()
                .filter(|entry| entry.n > 3)
                .all(|entry| entry.contents().is_none()),
            "{sealed:?}"
        );
        nothing_false(&judged);
    }
}

#[test]
fn fr_1_4_planted_early_and_filled_later_is_out_of_order() {
    let mut world = World::new();
    world.seal(contents("lab", 1, 1, 1, "one"), 10);
    world.seal(contents("lab", 2, 2, 1, "two"), 60);
    world.seal(contents("lab", 3, 3, 1, "three"), 20);
    let (answer, root) = world.answer();
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(judged.entry(3).unwrap().verdict.reason, "outOfOrder");
    assert_eq!(reasons(&judged), ["outOfOrder"]);
}

#[test]
fn fr_1_5_a_second_opening_is_a_second_list() {
    let second = SecretKey::from_bytes([66; 32]);
    let mut world = honest();
    world.second_epoch(&second);
    let (answer, root) = world.answer();
    assert_eq!(
        judge(&world, &answer, &root).unwrap().held(),
        5,
        "a new epoch alone changes nothing"
    );
    let mut left_out = answer.clone();
    left_out.epochs.pop();
    assert_eq!(
        judge(&world, &left_out, &root).unwrap_err(),
        Fault::ProofInvalid,
        "no epoch may be left out"
    );
    let mut newest_only = answer;
    newest_only.epochs.remove(0);
    assert_eq!(
        judge(&world, &newest_only, &root).unwrap_err(),
        Fault::ProofInvalid
    );
    world.open_again(&second);
    let (answer, root) = world.answer();
    assert_eq!(
        judge(&world, &answer, &root).unwrap_err(),
        Fault::SecondList
    );
}

#[test]
fn fr_1_6_another_subject_or_spelling_is_somebody_elses_list() {
    let mut world = honest();
    let other = Subject::person("EE", "37101010021").unwrap();
    world.answer_for(open_alpha(&world.net, world::REG, 1, &other));
    let (answer, root) = world.answer();
    assert_eq!(
        judge(&world, &answer, &root).unwrap_err(),
        Fault::OtherPerson
    );
    assert_eq!(Fault::OtherPerson.code(), "E36");
    let mut alias = toend_ledger::hash::tag("open");
    alias.extend_from_slice(&world.net);
    alias.extend_from_slice(&[0, 1, 0, 1]);
    alias.extend_from_slice(b"\x01EE\x0c47101010033 ");
    world.answer_for(alias);
    let (answer, root) = world.answer();
    assert_eq!(
        judge(&world, &answer, &root).unwrap_err(),
        Fault::OtherPerson
    );
}

#[test]
fn fr_1_11_a_head_ahead_of_the_list_is_a_hidden_version() {
    let mut world = honest();
    world.head(12, 3, [9; 32]);
    let (answer, root) = world.answer();
    let judged = judge(&world, &answer, &root).unwrap();
    let newest = judged.entry(4).unwrap();
    assert_eq!(
        (newest.verdict.verdict, newest.verdict.reason.as_str()),
        (Verdict::OldVersion, "headAhead")
    );
    let problem = &judged.problems[0].1;
    assert_eq!(
        (
            problem.code.as_str(),
            problem.params["given"].as_str(),
            problem.params["current"].as_str()
        ),
        ("E33", "2", "3")
    );
    // Neither a missing head nor one of other contents is taken for currency.
    let mut none = answer;
    none.heads.clear();
    assert_eq!(
        judge(&world, &none, &root)
            .unwrap()
            .entry(4)
            .unwrap()
            .verdict
            .reason,
        "headMismatch"
    );
    let mut world = honest();
    world.head(12, 2, [9; 32]);
    let (answer, root) = world.answer();
    assert_eq!(
        judge(&world, &answer, &root)
            .unwrap()
            .entry(4)
            .unwrap()
            .verdict
            .verdict,
        Verdict::CannotCheck
    );
}

#[test]
fn fr_1_12_the_same_version_twice_is_an_alarm() {
    let mut world = honest();
    world.seal_headed(contents("visit", 6, 12, 2, "two, corrected"), 60);
    let (answer, root) = world.answer();
    let judged = judge(&world, &answer, &root).unwrap();
    for n in [4, 6] {
        assert_eq!(judged.entry(n).unwrap().verdict.reason, "duplicate");
    }
    assert!(reasons(&judged).contains(&"duplicate"));
    nothing_false(&judged);
}

#[test]
fn fr_4_8_a_wrong_list_key_ends_it() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.list_key = B64(vec![6; 32]);
    assert_eq!(
        judge(&world, &answer, &root).unwrap_err(),
        Fault::WrongListKey
    );
}

#[test]
fn a_genuine_record_at_another_place_is_somebody_elses() {
    let mut world = honest();
    // Sealed by the register with a head of its own, delivered in place of entry 5.
    let theirs = contents("visit", 5, 77, 1, "of another person");
    let hd = toend_ledger::record::head_commitment(&[77; 32], 1, &q(&world.net, &theirs));
    world.head(77, 1, hd);
    let (mut answer, root) = world.answer();
    answer.entries[4] = theirs;
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(judged.entry(5).unwrap().verdict.reason, "otherSubject");
    assert_eq!(judged.problems[0].1.code, "E36");
    nothing_false(&judged);
}

#[test]
fn another_root_another_height_or_another_class_proves_nothing() {
    let mut world = honest();
    let (answer, root) = world.answer();
    let (_, other) = World::new().answer();
    assert_eq!(
        judge(&world, &answer, &other).unwrap_err(),
        Fault::ProofInvalid
    );
    let mut older = answer.clone();
    older.height -= 1;
    assert_eq!(
        judge(&world, &older, &root).unwrap_err(),
        Fault::ProofInvalid
    );
    let mut log = answer;
    log.class = 1;
    assert_eq!(judge(&world, &log, &root).unwrap_err(), Fault::ProofInvalid);
}

#[test]
fn what_waits_for_its_seal_is_marked_so_and_counts_nowhere() {
    let mut world = honest();
    let (mut answer, root) = world.answer();
    answer.pending.push(PendingEntry {
        received_ms: 7,
        contents: contents("lab", 6, 66, 1, "six"),
    });
    answer.entries.push(contents("lab", 6, 66, 1, "six"));
    let judged = judge(&world, &answer, &root).unwrap();
    assert_eq!(
        (judged.count, judged.held(), judged.pending.len()),
        (5, 5, 1)
    );
    assert_eq!(
        reasons(&judged),
        ["notSealed"],
        "delivered as if it were sealed"
    );
}

#[test]
fn every_missing_proof_is_missed() {
    let mut world = honest();
    let (answer, root) = world.answer();
    for at in 0..answer.labels.len() {
        let mut less = answer.clone();
        less.labels.remove(at);
        let outcome = judge(&world, &less, &root);
        assert!(
            outcome.is_err() || outcome.unwrap().held() < 5,
            "label {at}"
        );
        let mut wrong = answer.clone();
        let other = wrong.labels[(at + 1) % wrong.labels.len()].state.clone();
        wrong.labels[at].state = other;
        assert!(
            judge(&world, &wrong, &root).is_err(),
            "label {at} with its neighbour's proof"
        );
    }
}
