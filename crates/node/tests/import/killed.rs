//! SIGKILL at random moments: nothing lost, nothing twice, and the same rejects.

use std::process::Stdio;
use std::time::Duration;

use toend_node::demo::invented_person;

use crate::house::{House, Outcome, csv, rejects_of};

const PEOPLE: u64 = 150;
const LINES: u64 = 1500;

/// Lines of all kinds: new records, later versions, ends, repeats, and some that cannot be taken.
fn lines() -> impl Iterator<Item = String> {
    (0..LINES).map(|i| {
        let person = invented_person(i % PEOPLE);
        let code = person.code();
        let round = i / PEOPLE;
        match i % 53 {
            7 => format!("{}0,a,1,,x,", &code[..10]),
            11 => format!("{code},gap,9,,x,"),
            13 => format!("{code},\"b\n{round}\",,,x,2024-02-30"),
            17 => format!("{code},a,1,,first,2024-01-05"),
            _ => match round {
                0 => format!("{code},a,1,,first,2024-01-05"),
                1 => format!("{code},a,2,true,\"over, \"\"done\"\"\",2024-02-06"),
                2 => format!("{code},a,3,,after the end,"),
                _ => format!("{code},k{},,,{}=1+1,2024-03-07", round / 2, round % 2),
            },
        }
    })
}

const MORE: [&str; 2] = ["--lines-per-transaction", "20"];

#[tokio::test(flavor = "multi_thread")]
async fn an_import_killed_at_random_moments_equals_one_that_was_not() {
    let kills: u64 = std::env::var("TOEND_KILLS").map_or(12, |n| n.parse().unwrap());
    let (calm, killed) = (House::new(), House::new());
    let text = csv(lines());
    let whole = calm.write("visits.csv", &text);
    let began = std::time::Instant::now();
    let calm_run = calm.visits(&whole, &MORE);
    let took = began.elapsed();
    assert_eq!(calm_run.code, 3, "{}", calm_run.err);

    let input = killed.write("visits.csv", &text);
    let mut moment = 1u64;
    for kill in 0..kills {
        let mut child = killed
            .import("visit", &input, &MORE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        moment = moment
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(kill);
        // Somewhere in the start, the transactions or between them; the whole takes several such pauses.
        let most = u64::try_from(took.as_millis()).unwrap() / 4 + 40;
        tokio::time::sleep(Duration::from_millis((moment >> 33) % most)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = Outcome::of(killed.import("visit", &input, &MORE).output().unwrap());
    assert_eq!(
        (last.code, last.counts()),
        (3, calm_run.counts()),
        "{}",
        last.err
    );
    assert_eq!(
        std::fs::read_to_string(rejects_of(&input)).unwrap(),
        std::fs::read_to_string(rejects_of(&whole)).unwrap()
    );
    // Once more: nothing is taken again.
    let again = killed.visits(&input, &MORE);
    assert!(again.out.starts_with("done before"), "{}", again.out);

    let (calm, killed) = (calm.open(), killed.open());
    calm.seal().await;
    killed.seal().await;
    let mut entries = 0;
    for i in 0..PEOPLE {
        let subject = invented_person(i);
        let (left, right) = (calm.read(&subject), killed.read(&subject));
        assert_eq!(
            (&left.records, &left.versions),
            (&right.records, &right.versions),
            "{i}"
        );
        entries += right.count;
    }
    let [lines, subjects, taken, repeated, rejected] = last.counts();
    assert_eq!((lines, subjects, taken), (LINES, PEOPLE, entries));
    assert!(repeated > 0 && rejected > 100, "{repeated} {rejected}");
    let audit = killed.register.audit().unwrap();
    assert_eq!(
        [
            audit.opened.orphans(),
            audit.entries.orphans(),
            audit.heads.orphans()
        ],
        [0, 0, 0]
    );
}
