//! An import belongs to one file, read in one way, and to one program at a time.

use std::process::Stdio;
use std::time::{Duration, Instant};

use toend_node::demo::invented_person;

use crate::house::{House, Outcome, csv, rejects, rejects_of};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(120);

fn line(i: u64) -> String {
    format!("{},k,1,,x{i},", invented_person(i).code())
}

#[test]
fn an_unfinished_import_goes_on_with_its_own_file_only() {
    let house = House::new();
    let bad = "47101010034,k,1,,x,".to_owned();
    let text = csv((0..5)
        .map(line)
        .chain([bad.clone(), bad])
        .chain((5..9).map(line)));
    let input = house.write("a.csv", &text);
    let stopped = house.visits(&input, &["--stop-at-first"]);
    assert_eq!(stopped.code, 1);
    assert!(
        stopped
            .err
            .contains("line 7 cannot be taken: check-digit (subject.code)"),
        "{}",
        stopped.err
    );
    assert!(!rejects_of(&input).exists());
    // One reject is allowed: the second one ends it.
    let stopped = house.visits(&input, &["--max-rejects", "1"]);
    assert!(
        stopped.err.contains("line 8 cannot be taken"),
        "{}",
        stopped.err
    );
    assert_eq!(rejects(&input).len(), 1);

    let longer = house.write("b.csv", text.clone() + &line(20) + "\n");
    let other = house.visits(&longer, &[]);
    assert_eq!(other.code, 1);
    assert!(
        other.err.contains("unfinished at line 8: another file"),
        "{}",
        other.err
    );
    let other = house.visits(&input, &["--delimiter", ";"]);
    assert_eq!(other.code, 1);
    assert!(
        other
            .err
            .contains("this file with another schema, format or mapping"),
        "{}",
        other.err
    );
    // The file itself, changed in one place.
    let changed = text.replace("x0", "y0");
    house.write("a.csv", &changed);
    assert!(house.visits(&input, &[]).err.contains("another file"));
    // And under another name, as it was.
    let moved = house.write("c.csv", &text);
    let lost = house.visits(&moved, &[]);
    assert!(lost.err.contains("lacks rejects"), "{}", lost.err);
    let kept = rejects_of(&input);
    let done = house.visits(&moved, &["--rejects", kept.to_str().unwrap()]);
    assert_eq!(
        (done.code, done.counts()),
        (3, [11, 9, 9, 0, 2]),
        "{}",
        done.err
    );
    assert_eq!(rejects(&input).len(), 2);

    // The longer file is an import of its own now, and everything known is recognised.
    let done = house.visits(&longer, &[]);
    assert_eq!(done.counts(), [12, 1, 1, 9, 2]);
    let again = house.visits(&longer, &[]);
    assert_eq!((again.code, again.counts()), (3, done.counts()));
    assert!(again.out.starts_with("done before"));
}

#[test]
fn an_unfinished_import_can_be_set_aside_and_a_file_in_the_way_is_left_alone() {
    let house = House::new();
    let input = house.write("a.csv", csv([line(0), "x,k,1,,x,".to_owned(), line(1)]));
    assert_eq!(house.visits(&input, &["--stop-at-first"]).code, 1);
    let other = house.write("b.csv", csv([line(2)]));
    assert_eq!(house.visits(&other, &[]).code, 1);
    assert_eq!(
        house.visits(&other, &["--set-aside"]).counts(),
        [1, 1, 1, 0, 0]
    );
    // A file of somebody else's stands where the rejects would go.
    std::fs::write(rejects_of(&input), "mine").unwrap();
    let refused = house.visits(&input, &[]);
    assert!(
        refused.err.contains("belongs to something else"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read(rejects_of(&input)).unwrap(), b"mine");
    std::fs::remove_file(rejects_of(&input)).unwrap();
    assert_eq!(house.visits(&input, &[]).counts(), [3, 2, 2, 0, 1]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_after_the_running_transaction() {
    let house = House::new();
    let input = house.write("a.csv", csv((0..20_000).map(line)));
    let more = ["--lines-per-transaction", "5"];
    let child = house
        .import("visit", &input, &more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let database = house.data().join("registers").join("register-1.sqlite-wal");
    let began = Instant::now();
    while !database.metadata().is_ok_and(|file| file.len() > 200_000) {
        assert!(began.elapsed() < PATIENCE, "it never began");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let run = Outcome::of(child.wait_with_output().unwrap());
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert!(run.out.starts_with("interrupted; the same command goes on"));
    let [lines, ..] = run.counts();
    assert!(lines > 0 && lines < 20_000 && lines % 5 == 0, "{lines}");
}

#[test]
fn beside_the_authoritys_program_it_is_refused_with_what_to_do() {
    let house = House::new();
    let input = house.write("a.csv", csv([line(0)]));
    let mut authority = house
        .node(&["authority", "CONFIG"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !is_held(&house) {
        assert!(began.elapsed() < PATIENCE, "the authority never started");
        std::thread::sleep(Duration::from_millis(20));
    }
    let refused = house.visits(&input, &[]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("the authority's program runs"),
        "{}",
        refused.err
    );
    // Looking at the file changes nothing and is allowed.
    assert_eq!(house.visits(&input, &["--dry-run"]).code, 0);
    authority.kill().unwrap();
    authority.wait().unwrap();
    assert_eq!(house.visits(&input, &[]).code, 0);
}

/// Whether a process has begun to work in the data folder, which it does only with the folder's lock.
fn is_held(house: &House) -> bool {
    std::fs::read_dir(house.data()).is_ok_and(|folder| folder.count() > 1)
}
