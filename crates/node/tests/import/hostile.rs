//! Rubbish: each line is judged for itself, in bounded memory, and no message says what a line says.

use toend_ledger::cbor::Value;
use toend_node::demo::invented_person;

use crate::house::{House, csv, rejects};

const MARI: &str = "47101010033";

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_rejected_one_by_one_and_the_others_are_taken() {
    let house = House::new();
    let formula = "=HYPERLINK(\"\"http://example\"\";\"\"x\"\")";
    let good = [
        format!("{MARI},a,,,\"{formula}\",2024-01-05"),
        format!("{MARI},b,,,@cmd|' /C calc'!A0,"),
        format!("{MARI},c,,,nii ja naa,\r"),
        format!("{MARI},d,,,\"two\nlines\","),
        format!("{MARI},e,,,o\u{303},"),
    ];
    let bad: Vec<(Vec<u8>, &str)> = vec![
        (format!("{MARI},n,,,NUL\0,").into(), "character"),
        ([MARI.as_bytes(), b",u,,,\xff\xfe,"].concat(), "utf-8"),
        (
            [MARI.as_bytes(), b",l,,,", &vec![b'x'; 10_000_000], b","].concat(),
            "too-long",
        ),
        (format!("{MARI},q,,,\"never ends,").into(), "quotes"),
        (format!("{MARI},q,,,\"ends\"early,").into(), "quotes"),
        (b"47101010034,s,,,x,".to_vec(), "check-digit"),
        (b"47113010033,s,,,x,".to_vec(), "subject-code"),
        (b" 47101010033,s,,,x,".to_vec(), "subject-code"),
        (b",s,,,x,".to_vec(), "missing"),
        (format!("{MARI},,,,x,").into(), "missing"),
        (format!("{MARI},c,,,x,y,").into(), "columns"),
        (format!("{MARI},c,,").into(), "columns"),
        (
            format!("{MARI},o,,,{},", "x".repeat(70_000)).into(),
            "oversize",
        ),
        (format!("{MARI},{},,,x,", "k".repeat(300)).into(), "key"),
        (format!("{MARI},d,,,x,2024-13-01").into(), "date"),
        (format!("{MARI},d,,,x,=1+1").into(), "date"),
        (format!("{MARI},v,0,,x,").into(), "version"),
        (format!("{MARI},v,2,,x,").into(), "version"),
        (format!("{MARI},v,99999999999,,x,").into(), "version"),
        (format!("{MARI},v,1,yes,x,").into(), "bool"),
        (format!("{MARI},d,,,a\u{202e}b,").into(), "character"),
        (format!("{MARI},a,1,,another,").into(), "conflict"),
    ];
    let mut text = b"\xef\xbb\xbf".to_vec();
    text.extend(csv(good).into_bytes());
    for (line, _) in &bad {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    let last = format!("{MARI},z,,,the last one,");
    text.extend_from_slice(last.as_bytes());
    let input = house.write("bad.csv", &text);
    // A rehearsal says the same and leaves nothing behind.
    let rehearsal = house.visits(&input, &["--dry-run"]);
    assert_eq!(rehearsal.code, 3, "{}", rehearsal.err);
    assert!(rehearsal.out.starts_with("checked; nothing was changed\n"));
    assert!(!house.data().join("registers").exists());
    let run = house.visits(&input, &["--log-form", "text"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert_eq!(run.counts(), [28, 1, 6, 0, 22]);
    assert_eq!(run.counts(), rehearsal.counts());
    for said in [&run.out, &run.err, &rehearsal.out, &rehearsal.err] {
        assert!(
            !said.contains("4710101003") && !said.contains("another"),
            "{said}"
        );
    }
    let lines = rejects(&input);
    let reasons: Vec<_> = lines
        .iter()
        .map(|one| one["reason"].as_str().unwrap())
        .collect();
    let wanted: Vec<_> = bad.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons, wanted);
    // Lines are counted as an editor does: header, five records on six lines, then these.
    assert_eq!(lines[0]["line"], 8);
    assert_eq!(lines[5]["original"], "47101010034,s,,,x,");
    assert!(lines[1]["original_base64"].is_string());
    only_its_owner_reads(&input);

    let open = house.open();
    open.seal().await;
    let mari = toend_ledger::subject::Subject::person("EE", MARI).unwrap();
    let read = open.read(&mari);
    let titles: Vec<_> = read
        .records
        .iter()
        .map(|(_, fields)| fields["title"].clone())
        .collect();
    let wanted = [
        "=HYPERLINK(\"http://example\";\"x\")",
        "@cmd|' /C calc'!A0",
        "nii ja naa",
        "two\nlines",
        "\u{f5}",
        "the last one",
    ];
    let wanted: Vec<_> = wanted.map(Value::text).to_vec();
    assert_eq!(titles, wanted);
}

#[cfg(unix)]
fn only_its_owner_reads(input: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let rejects = std::fs::metadata(crate::house::rejects_of(input)).unwrap();
    assert_eq!(rejects.permissions().mode() & 0o777, 0o600);
}

#[cfg(not(unix))]
fn only_its_owner_reads(_: &std::path::Path) {}

#[test]
fn a_file_that_cannot_be_meant_does_not_begin() {
    let house = House::new();
    let cases: [(&str, &[u8], &str); 9] = [
        ("empty", b"", "holds nothing"),
        ("mark", b"\xef\xbb\xbf", "holds nothing"),
        ("zipped", b"\x1f\x8b\x08\x00abc", "gzip"),
        ("sheet", b"PK\x03\x04abc", "export it as CSV"),
        ("wide", b"\xff\xfes\x00u\x00", "UTF-16"),
        ("twice", b"subject.code,record.key,title,title\n", "twice"),
        (
            "unknown",
            b"subject.code,record.key,pealkiri\n",
            "no field takes column",
        ),
        (
            "nobody",
            b"record.key,title\n",
            "\"subject.code\" is missing",
        ),
        (
            "quote",
            b"subject.code,\"record.key,title\n1,2,3\n",
            "header",
        ),
    ];
    for (name, bytes, says) in cases {
        let input = house.write(name, bytes);
        let run = house.visits(&input, &[]);
        assert_eq!(run.code, 1, "{name}");
        assert!(run.err.contains(says), "{name}: {}", run.err);
    }
    let run = house.visits(&house.folder.path().join("none"), &[]);
    assert!(run.code == 1 && run.err.contains("none"), "{}", run.err);
    let run = house.visits(house.folder.path(), &[]);
    assert!(
        run.code == 1 && run.err.contains("it is no file"),
        "{}",
        run.err
    );
    // Nothing but a header is a finished import of nothing.
    let run = house.visits(&house.write("header", csv([])), &[]);
    assert_eq!((run.code, run.counts()), (0, [0; 5]), "{}", run.err);
    let input = house.write("other", csv([]));
    let wrong = house.import("tsd", &input, &[]).output().unwrap();
    assert!(
        String::from_utf8(wrong.stderr)
            .unwrap()
            .contains("it has: visit, ")
    );
}

#[test]
fn objects_on_lines_are_judged_alike() {
    let house = House::new();
    let code = invented_person(1).code().to_owned();
    let own = format!("\"subject.code\":\"{code}\"");
    let good = [
        format!(
            "{{{own},\"record.key\":\"a\",\"title\":\"x\",\"closed\":false,\"record.version\":1}}"
        ),
        format!(
            "{{{own},\"record.key\":\"b\",\"started_at\":1700000000,\"diagnoses\":[{{\"code\":\"J00\"}}]}}"
        ),
        format!("  {{{own},\"record.key\":\"c\",\"date\":null}}\r"),
    ];
    let bad = [
        (
            format!("{{{own},\"record.key\":\"d\",\"pealkiri\":1}}"),
            "unknown-field",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"title\":\"a\",\"title\":\"b\"}}"),
            "twice",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"title\":5}}"),
            "type",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"started_at\":1.5}}"),
            "number",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"diagnoses\":{{}}}}"),
            "rows",
        ),
        (format!("{{{own},\"record.key\":\"d\""), "json"),
        (format!("[{own}]"), "json"),
        ("1".repeat(100), "json"),
        ("[".repeat(100_000), "json"),
        (
            format!("{{{own},\"record.key\":\"d\",\"subject.country\":\"LV\"}}"),
            "subject",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"subject.kind\":\"company\"}}"),
            "subject-code",
        ),
        (
            format!("{{{own},\"record.key\":\"d\",\"record.class\":\"access-log\"}}"),
            "wrong-list",
        ),
    ];
    let lines: Vec<_> = good
        .iter()
        .chain(bad.iter().map(|(line, _)| line))
        .cloned()
        .collect();
    let input = house.write("objects.ndjson", lines.join("\n"));
    let run = house.visits(&input, &[]);
    let reasons: Vec<_> = rejects(&input)
        .iter()
        .map(|one| one["reason"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(reasons, bad.map(|(_, reason)| reason));
    assert_eq!(run.counts(), [15, 1, 3, 0, 12]);
}
