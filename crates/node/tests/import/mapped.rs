//! An export with columns of its own, taken without a program.

use toend_ledger::cbor::Value;
use toend_ledger::subject::Subject;

use crate::house::{House, rejects};

const MAPPING: &str = r#"
format = "toend-import/1"
ignore = ["Märkus"]

[fields]
"subject.code" = "Isikukood"
"record.key" = "Dokument"
"record.ended" = { column = "Staatus", map = { kehtiv = "false", "lõpetatud" = "true" } }
title = { value = "Visiit" }
date = { column = "Kuupäev", spelling = "day-month-year" }
document_no = "Dokument"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_taken_as_a_mapping_says() {
    let house = House::new();
    let mapping = house.write("mapping.toml", MAPPING);
    let input = house.write(
        "export.csv",
        "Isikukood;Dokument;Staatus;Kuupäev;Märkus\n\
         47101010033;V-1;kehtiv;05.02.2024;\n\
         47101010033;V-1;lõpetatud;06.02.2024;\"a;b\"\n\
         47101010033;V-2;ootel;07.02.2024;\n\
         47101010033;V-3;kehtiv;2024-02-07;\n",
    );
    let more = ["--delimiter", ";", "--mapping", mapping.to_str().unwrap()];
    let run = house.visits(&input, &more);
    assert_eq!(run.counts(), [4, 1, 2, 0, 2], "{}", run.err);
    let lines = rejects(&input);
    let said: Vec<_> = lines
        .iter()
        .map(|one| (&one["reason"], &one["field"]))
        .collect();
    assert_eq!(said[0], (&"contents".into(), &"record.ended".into()));
    assert_eq!(said[1], (&"date".into(), &"date".into()));

    let open = house.open();
    open.seal().await;
    let read = open.read(&Subject::person("EE", "47101010033").unwrap());
    assert_eq!(read.versions, [1, 2]);
    let fields = &read.records[1].1;
    assert_eq!(fields["title"], Value::text("Visiit"));
    assert_eq!(fields["date"], Value::text("2024-02-06"));
    assert_eq!(fields["document_no"], Value::text("V-1"));
    assert_eq!(fields["history"], Value::Absent);
}

#[test]
fn a_mistake_in_a_mapping_stops_the_start_with_its_line() {
    let house = House::new();
    let input = house.write("a.csv", "subject.code,record.key\n");
    for (text, says) in [
        (
            "format = \"toend-import/1\"\n[fields]\n\ntitle = 5\n",
            "line 4",
        ),
        (
            "format = \"toend-import/1\"\n[fields]\ntiitel = \"x\"\n",
            "tiitel is no field of visit",
        ),
        (
            "format = \"toend-import/1\"\n[fields]\ntitle = \"Pealkiri\"\n",
            "\"Pealkiri\" is missing",
        ),
    ] {
        let mapping = house.write("mapping.toml", text);
        let run = house.visits(&input, &["--mapping", mapping.to_str().unwrap()]);
        assert_eq!(run.code, 1);
        assert!(run.err.contains(says), "{}", run.err);
    }
}
