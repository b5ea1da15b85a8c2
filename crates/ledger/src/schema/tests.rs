use std::collections::BTreeSet;

use super::*;
use crate::cbor::Value;

#[test]
fn numbers_and_names_are_unique_and_in_their_registers_range() {
    let ids: Vec<u32> = all().map(|schema| schema.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    let names: BTreeSet<_> = all().map(|schema| schema.name).collect();
    assert_eq!(names.len(), ids.len());
    for schema in all() {
        assert_eq!(schema.id / 1000, u32::from(schema.reg), "{}", schema.name);
        assert_eq!(by_id(schema.id), Some(schema));
        assert_eq!(by_name(schema.name), Some(schema));
    }
    assert_eq!(by_id(0), None);
    assert_eq!(by_name("nothing"), None);
}

#[test]
fn fields_are_named_once_and_dates_are_dates() {
    for schema in all() {
        let names: BTreeSet<_> = schema.fields.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), schema.fields.len(), "{}", schema.name);
        assert!(schema.fields.len() <= 64, "{}", schema.name);
        assert!(schema.summary().count() >= 3, "{}", schema.name);
        for field in schema.fields {
            assert!(
                field
                    .name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{}",
                field.name
            );
            assert!(!field.source.is_empty());
            if let FieldKind::Rows(columns) = field.kind {
                assert!(!field.summary, "a list row cannot hold rows");
                assert!(
                    columns
                        .iter()
                        .all(|column| !matches!(column.kind, FieldKind::Rows(_)))
                );
            }
        }
        let day = schema
            .date_field
            .and_then(|name| schema.position(name))
            .and_then(|i| schema.field(i));
        assert_eq!(
            day.map(|field| (field.kind, field.summary)),
            Some((FieldKind::Date, true)),
            "{}",
            schema.name
        );
    }
}

#[test]
fn fr_2_6_only_rarely_changing_records_have_heads() {
    for schema in all().filter(|schema| schema.headed) {
        assert!(
            schema.max_versions_per_year <= MAX_HEADED_VERSIONS,
            "{}",
            schema.name
        );
    }
    for recurring in ["lab", "dispense", "tsd", "prepayment"] {
        assert!(
            !by_name(recurring).unwrap().headed,
            "{recurring} is a list entry, not a series of versions"
        );
    }
}

#[test]
fn fr_1_14_no_public_list_belongs_to_a_register_of_persons() {
    for schema in all().filter(|schema| schema.list == ListKind::Public) {
        assert_eq!(schema.reg, BUSINESS, "{}", schema.name);
    }
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let lab = by_name("lab").unwrap();
    let field = |name| lab.field(lab.position(name).unwrap()).unwrap();
    let decimal = |digits, places| Value::Array(vec![Value::Int(digits), Value::Int(places)]);
    assert_eq!(check(field("value"), &decimal(481, 1)), Ok(()));
    assert_eq!(
        check(field("value"), &decimal(481, 10)),
        Err(KindError::Type("value"))
    );
    assert_eq!(
        check(field("value"), &Value::Int(48)),
        Err(KindError::Type("value"))
    );
    assert_eq!(check(field("value"), &Value::Absent), Ok(()));
    for (day, good) in [
        ("2024-02-29", true),
        ("2026-02-29", false),
        ("2026-2-1", false),
        ("2026-13-01", false),
        ("2026-04-31", false),
        ("+026-04-30", false),
    ] {
        assert_eq!(
            check(field("date"), &Value::Text(day.into())).is_ok(),
            good,
            "{day}"
        );
    }
    assert_eq!(
        check(field("taken_at"), &Value::Text("08:15".into())),
        Err(KindError::Type("taken_at"))
    );
}

#[test]
fn rows_have_one_cell_for_each_column() {
    let report = by_name("annual_report").unwrap();
    let field = report
        .field(report.position("revenue_by_country").unwrap())
        .unwrap();
    let row = |cells| check_row(field, &Value::Array(cells));
    assert_eq!(row(vec![Value::Text("EE".into()), Value::Int(100)]), Ok(()));
    assert_eq!(
        row(vec![Value::Text("EE".into()), Value::Array(vec![])]),
        Ok(())
    );
    assert_eq!(
        row(vec![Value::Text("EE".into())]),
        Err(KindError::Columns("revenue_by_country"))
    );
    assert_eq!(
        row(vec![Value::Int(1), Value::Int(100)]),
        Err(KindError::Type("country"))
    );
    assert_eq!(
        check(
            field,
            &Value::Array(vec![Value::Int(2), Value::Bytes(vec![0; 32])])
        ),
        Ok(())
    );
    assert_eq!(
        check(
            field,
            &Value::Array(vec![Value::Int(2), Value::Bytes(vec![0; 31])])
        ),
        Err(KindError::Type("revenue_by_country"))
    );
}
