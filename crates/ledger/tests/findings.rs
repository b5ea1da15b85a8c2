//! `docs/formats/findings.md` names real tests, and every finding has a row.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Findings of sections 1 to 5, 8 and 10.
const SECTIONS: [(u32, u32); 7] = [(1, 15), (2, 7), (3, 9), (4, 8), (5, 9), (8, 8), (10, 8)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text.split("fn ").skip(1) {
                found.insert(
                    part.chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect(),
                );
            }
        }
    }
}

#[test]
fn every_finding_has_a_row_and_every_named_test_exists() {
    let page = std::fs::read_to_string(root().join("docs/formats/findings.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    for (section, last) in SECTIONS {
        for number in 1..=last {
            let begin = format!("| {section}.{number} ");
            assert!(
                rows.iter().any(|row| row.starts_with(&begin)),
                "finding {section}.{number} has no row"
            );
        }
    }
    let mut known: std::collections::BTreeMap<&str, BTreeSet<String>> =
        std::collections::BTreeMap::new();
    for row in rows.iter().skip(2) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, _, tests, crate_name, _] = cells.as_slice() else {
            panic!("a row has three cells: {row}")
        };
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if names.is_empty() {
            assert!(
                tests.len() > 20,
                "a row without a test gives a reason: {row}"
            );
            continue;
        }
        let functions = known.entry(crate_name).or_insert_with(|| {
            let mut found = BTreeSet::new();
            let folder = ["crates", "tests"]
                .map(|place| root().join(place).join(crate_name))
                .into_iter()
                .find(|folder| folder.is_dir());
            functions(&folder.expect("the third cell names a folder"), &mut found);
            found
        });
        for name in names {
            assert!(
                functions.contains(name),
                "{name} is no function of {crate_name}"
            );
        }
    }
}
