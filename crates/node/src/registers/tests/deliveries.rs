//! What is delivered: taken once, in order, sealed and answered.

use toend_ledger::schema;

use super::*;

on_both_engines![
    what_is_received_is_sealed_and_answered_with_proofs,
    what_waits_is_shown_as_not_yet_sealed,
    versions_go_up_by_one_and_end_for_good,
    a_repeated_delivery_is_taken_once_and_a_conflicting_one_refused,
    strangers_and_foreign_kinds_are_refused,
    the_whole_demonstration_is_sealed_and_every_public_list_replays,
    a_population_is_resumed_where_it_stopped,
];

async fn what_is_received_is_sealed_and_answered_with_proofs(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    assert_eq!(
        register
            .receive(&[lab("a", 50), visit("b", 1, Flag::Current)], 1)
            .unwrap(),
        [1, 2]
    );
    register.flush().await.unwrap();
    let height = bench.settled().await;
    let answer = hers(&register, height);
    assert_eq!(
        (
            answer.entries.len(),
            answer.pending.len(),
            answer.heads.len()
        ),
        (2, 0, 1)
    );
    let numbers: Vec<_> = answer
        .labels
        .iter()
        .map(|label| (label.n, label.state.value.is_some()))
        .collect();
    assert_eq!(numbers, [(1, true), (2, true), (3, false), (4, false)]);
    // The other class of the same list is empty, and proven to be.
    let log = register
        .list_answer(&mari(), Class::AccessLog, height)
        .unwrap()
        .unwrap();
    assert_eq!((log.entries.len(), log.labels.len()), (0, 1));
    let stranger = Subject::person("EE", demo::IGOR).unwrap();
    assert!(
        register
            .list_answer(&stranger, Class::Records, height)
            .unwrap()
            .is_none()
    );
}

async fn what_waits_is_shown_as_not_yet_sealed(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    bench.settled().await;
    assert!(register.is_settled().unwrap());
    register.receive(&[lab("a", 50)], 1234).unwrap();
    assert!(!register.is_settled().unwrap());
    let height = bench.settled().await;
    let answer = hers(&register, height);
    assert_eq!((answer.entries.len(), answer.pending.len()), (0, 1));
    assert_eq!(
        (answer.pending[0].received_ms, answer.pending[0].contents.n),
        (1234, 1)
    );
}

async fn versions_go_up_by_one_and_end_for_good(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    let refused = |delivery| register.receive(&[delivery], 1).unwrap_err();
    assert_eq!(
        refused(visit("a", 2, Flag::Current)),
        RegisterError::Version {
            newest: 0,
            given: 2
        }
    );
    // Two versions in one delivery are sealed in two batches, in their order; one block may hold both.
    let first = register.next_number().unwrap();
    register
        .receive(
            &[
                visit("a", 1, Flag::Current),
                visit("a", 2, Flag::Ended),
                lab("l", 5),
            ],
            1,
        )
        .unwrap();
    assert_eq!(
        refused(visit("a", 3, Flag::Current)),
        RegisterError::Version {
            newest: 2,
            given: 3
        }
    );
    register.flush().await.unwrap();
    let height = bench.settled().await;
    assert_eq!(register.next_number().unwrap(), first + 2);
    let answer = hers(&register, height);
    assert_eq!(answer.entries.len(), 3);
    let heights: Vec<_> = answer
        .labels
        .iter()
        .filter_map(|label| label.state.value.as_ref())
        .map(at)
        .collect();
    assert!(heights.is_sorted(), "{heights:?}");
}

fn at(value: &toend_ledger::gateway::B64) -> u64 {
    toend_ledger::state::EntryValue::decode(&value.0)
        .unwrap()
        .at
        .height
}

async fn a_repeated_delivery_is_taken_once_and_a_conflicting_one_refused(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    assert_eq!(register.receive(&[lab("a", 50)], 1).unwrap(), [1]);
    assert_eq!(
        register.receive(&[lab("a", 50), lab("b", 51)], 2).unwrap(),
        [1, 2]
    );
    assert_eq!(
        register.receive(&[lab("c", 1), lab("a", 52)], 3),
        Err(RegisterError::Conflict)
    );
    assert_eq!(
        register.size(&mari(), Class::Records).unwrap(),
        Some(2),
        "all or none"
    );
}

async fn strangers_and_foreign_kinds_are_refused(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    assert_eq!(
        register.receive(&[lab("a", 50)], 1),
        Err(RegisterError::UnknownSubject)
    );
    register.know(&[mari()]).unwrap();
    let tsd = Draft::new("tsd").finish().unwrap();
    assert_eq!(
        register.receive(
            &[Delivery {
                contents: tsd,
                ..lab("a", 1)
            }],
            1
        ),
        Err(RegisterError::WrongList)
    );
    let log = Delivery {
        class: Class::AccessLog,
        ..lab("a", 1)
    };
    assert_eq!(register.receive(&[log], 1), Err(RegisterError::WrongList));
}

async fn the_whole_demonstration_is_sealed_and_every_public_list_replays(on: On) {
    let bench = Bench::new(on);
    for reg in [schema::HEALTH, schema::TAX, schema::BUSINESS] {
        let register = bench.register(reg);
        assert!(demo::fill(&register, 1).unwrap());
        register.flush().await.unwrap();
    }
    let height = bench.settled().await;
    let register = bench.register(schema::BUSINESS);
    let list = Subject::company("EE", demo::COMPANY).unwrap();
    let answer = register.public_answer(&list, height).unwrap().unwrap();
    assert!(answer.pending.is_empty() && answer.entries.len() >= 12);
    let value =
        toend_ledger::state::PublicListValue::decode(&answer.list.value.unwrap().0).unwrap();
    let commitments = register.commitments(&list, Class::Records).unwrap();
    toend_ledger::list::verify_public_list(&value, &commitments).unwrap();
    let none = register.list_answer(&list, Class::Records, height).unwrap();
    assert!(none.is_none(), "a company has no private list");
    // Filling again changes nothing.
    assert!(!demo::fill(&register, 2).unwrap());
    assert_eq!(register.waiting().unwrap(), 0);
}

async fn a_population_is_resumed_where_it_stopped(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let mut seen = Vec::new();
    demo::seed_population(&register, 30, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    demo::seed_population(&register, 45, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    demo::seed_population(&register, 45, 1, |done, all| seen.push((done, all)))
        .await
        .unwrap();
    assert_eq!(seen, [(30, 30), (45, 45)]);
    let height = bench.settled().await;
    let audit = register.audit().unwrap();
    assert!(audit.height >= height);
    assert_eq!((audit.opened.ledger, audit.opened.orphans()), (45, 0));
    let too_many = demo::seed_population(&register, u64::MAX, 1, |_, _| {}).await;
    assert_eq!(too_many, Err(demo::SeedError::TooMany));
}
