//! Lines by the thousand: each taken, recognised or refused for itself, and sealed like any other entry.

use super::*;

on_both_engines![
    many_lines_are_sealed_and_a_refused_one_moves_nobody_elses,
    versions_follow_the_order_of_lines_and_what_stands_already_is_known,
    what_is_left_behind_a_stop_is_not_written_and_a_conflict_is_named,
    a_rehearsal_says_the_same_and_writes_nothing,
];

fn someone(i: u64) -> Subject {
    demo::invented_person(i)
}

fn line(i: u64, key: &str, v: u32) -> Line {
    Line {
        delivery: Delivery {
            subject: someone(i),
            ..visit(key, v, Flag::Current)
        },
        counted: false,
    }
}

fn counted(key: &str, title: &str, flag: Flag) -> Line {
    Line {
        delivery: Delivery {
            v: 0,
            flag,
            contents: Draft::new("visit").text("title", title).finish().unwrap(),
            ..visit(key, 1, flag)
        },
        counted: true,
    }
}

fn take(register: &Register, lines: &[Line]) -> Vec<Verdict> {
    register
        .take_lines(lines, 1, |_, _| true, |_| Ok(Vec::new()))
        .unwrap()
}

const NEW: Verdict = Ok(Taken {
    subject: true,
    entry: true,
});
const MORE: Verdict = Ok(Taken {
    subject: false,
    entry: true,
});
const AGAIN: Verdict = Ok(Taken {
    subject: false,
    entry: false,
});

async fn many_lines_are_sealed_and_a_refused_one_moves_nobody_elses(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    // Person i's second entry is refused, so the number foreseen for the third one is wrong.
    let mut lines = Vec::new();
    for i in 0..40 {
        lines.extend([
            line(i, "a", 1),
            line(i, "a", 4),
            line(i, "b", 1),
            line(i, "a", 2),
        ]);
    }
    let refused = Err(RegisterError::Version {
        newest: 1,
        given: 4,
    });
    for (i, verdict) in take(&register, &lines).into_iter().enumerate() {
        let wanted = [NEW, refused.clone(), MORE, MORE];
        assert_eq!(verdict, wanted[i % 4], "{i}");
    }
    // The same lines again: all known.
    for (i, verdict) in take(&register, &lines).into_iter().enumerate() {
        assert_eq!(verdict == AGAIN, i % 4 != 1, "{i}: {verdict:?}");
    }
    register.flush().await.unwrap();
    let height = bench.settled().await;
    for i in [0, 17, 39] {
        let answer = register
            .list_answer(&someone(i), Class::Records, height)
            .unwrap()
            .unwrap();
        assert_eq!((answer.entries.len(), answer.pending.len()), (3, 0));
    }
    let audit = register.audit().unwrap();
    assert_eq!(
        (
            audit.opened.lists,
            audit.opened.orphans(),
            audit.entries.orphans(),
            audit.heads.orphans()
        ),
        (40, 0, 0, 0)
    );
}

async fn versions_follow_the_order_of_lines_and_what_stands_already_is_known(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let lines = [
        counted("a", "one", Flag::Current),
        counted("a", "one", Flag::Current),
        counted("a", "two", Flag::Current),
        counted("a", "two", Flag::Ended),
        counted("a", "two", Flag::Ended),
        counted("a", "three", Flag::Current),
    ];
    let refused = Err(RegisterError::Version {
        newest: 3,
        given: 4,
    });
    assert_eq!(
        take(&register, &lines),
        [NEW, AGAIN, MORE, MORE, AGAIN, refused]
    );
    // One by one, each in a transaction of its own, another record fares alike.
    let alone: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            line.delivery.key = "b".to_owned();
            take(&register, &[line]).remove(0)
        })
        .collect();
    assert_eq!(alone.iter().filter(|verdict| **verdict == MORE).count(), 3);
    assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(6));
}

async fn what_is_left_behind_a_stop_is_not_written_and_a_conflict_is_named(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let mut other = line(0, "a", 1);
    other.delivery.contents = Draft::new("visit").text("title", "x").finish().unwrap();
    let wrong = Line {
        delivery: Delivery {
            contents: Draft::new("tsd").finish().unwrap(),
            ..lab("a", 1)
        },
        counted: false,
    };
    let lines = [
        line(0, "a", 1),
        other,
        line(0, "b", 1),
        wrong,
        line(1, "a", 1),
    ];
    let seen = std::cell::RefCell::new(Vec::new());
    let verdicts = register
        .take_lines(
            &lines,
            1,
            |before, error| {
                seen.borrow_mut().push((before.len(), error.clone()));
                seen.borrow().len() < 2
            },
            |verdicts| Ok(vec![("note".to_owned(), vec![verdicts.len() as u8])]),
        )
        .unwrap();
    assert_eq!(verdicts, [NEW, Err(RegisterError::Conflict), MORE]);
    assert_eq!(
        seen.into_inner(),
        [(1, RegisterError::Conflict), (3, RegisterError::WrongList)]
    );
    assert_eq!(register.noted("note").unwrap(), Some(vec![3]));
    assert_eq!(register.size(&someone(0), Class::Records).unwrap(), Some(2));
    assert_eq!(register.size(&someone(1), Class::Records).unwrap(), None);
    // A transaction that cannot note how far it came leaves nothing.
    let failed = register.take_lines(
        &[line(5, "a", 1)],
        1,
        |_, _| true,
        |_| Err(RegisterError::Random),
    );
    assert_eq!(failed, Err(RegisterError::Random));
    assert_eq!(register.size(&someone(5), Class::Records).unwrap(), None);
}

async fn a_rehearsal_says_the_same_and_writes_nothing(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    take(
        &register,
        &[line(0, "a", 1), counted("c", "one", Flag::Current)],
    );
    let lines = [
        line(0, "a", 1),
        line(0, "a", 3),
        line(0, "a", 2),
        line(0, "a", 2),
        line(1, "a", 1),
        line(1, "b", 2),
        counted("c", "one", Flag::Current),
        counted("c", "two", Flag::Current),
        counted("d", "one", Flag::Current),
    ];
    let rehearsal = Rehearsal::new().unwrap();
    // In two stretches: the second one knows what the first would have made.
    let said: Vec<_> = lines
        .chunks(5)
        .flat_map(|some| register.rehearse(&rehearsal, some, |_, _| true).unwrap())
        .collect();
    assert_eq!(register.size(&someone(1), Class::Records).unwrap(), None);
    assert_eq!(register.size(&mari(), Class::Records).unwrap(), Some(1));
    assert_eq!(said, take(&register, &lines));
    assert_eq!(said.iter().filter(|verdict| verdict.is_err()).count(), 2);
    // The line that is to end it is left, and all behind it.
    let stopped = register.rehearse(&rehearsal, &lines, |_, _| false).unwrap();
    assert_eq!(stopped.len(), 5);
}
