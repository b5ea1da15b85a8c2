use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::cbor::{self, Value};
use toend_ledger::schema::{BUSINESS, FieldKind, HEALTH, TAX};

use super::population::{LARGEST, invented_person};
use super::tax::{Pay, Vat, pay};
use super::*;

fn of<'a>(set: &'a DemoSet, subject: &Subject, schema: &str) -> Vec<&'a DemoRecord> {
    set.records
        .iter()
        .filter(|r| r.subject == *subject && r.contents.schema().name == schema)
        .collect()
}

fn int(record: &DemoRecord, name: &str) -> i64 {
    record.contents.int(name).unwrap_or(0)
}

#[test]
fn health_of_the_citizen_is_complete_and_in_order() {
    let set = records(HEALTH).unwrap();
    let me = person(MARI);
    let count = |schema| of(&set, &me, schema).len();
    assert_eq!(
        [
            "visit",
            "prescription",
            "vaccination",
            "lab",
            "referral",
            "sickleave"
        ]
        .map(count),
        [13, 9, 6, 40, 4, 2],
        "12 visits, one of them in two versions"
    );
    let mine: Vec<_> = set.records.iter().filter(|r| r.subject == me).collect();
    assert!(mine.len() >= 80);
    assert!(mine.is_sorted_by(|a, b| a.day <= b.day));
    assert!(
        mine.iter()
            .all(|r| r.day.as_str() >= "2021-01-01" && r.day.as_str() <= "2026-11-20")
    );
    let visits = of(&set, &me, "visit");
    assert_eq!(
        visits
            .iter()
            .filter(|r| *r.contents.get("closed") == Value::Bool(true))
            .count(),
        1
    );
    let corrected: Vec<_> = visits.iter().filter(|r| r.v == 2).collect();
    assert_eq!(corrected.len(), 1);
    assert!(corrected[0].contents.text("correction").is_some());
    assert!(visits.iter().any(|r| r.v == 1 && r.key == corrected[0].key));
}

#[test]
fn two_prescriptions_wait_and_the_others_were_bought_in_time() {
    let set = records(HEALTH).unwrap();
    for subject in [person(MARI), person(IGOR)] {
        let bought = of(&set, &subject, "dispense");
        for rx in of(&set, &subject, "prescription") {
            let number = rx.contents.text("number").unwrap();
            let mine: Vec<_> = bought
                .iter()
                .filter(|d| d.contents.text("prescription_no") == Some(number))
                .collect();
            let done = rx.contents.text("status") == Some("completed");
            assert_eq!(done, !mine.is_empty(), "{number}");
            assert!(
                i64::try_from(mine.len()).unwrap() <= int(rx, "repeats"),
                "{number}"
            );
            for one in mine {
                assert!(
                    one.day >= rx.day
                        && one.day.as_str() <= rx.contents.text("valid_until").unwrap()
                );
                assert_eq!(one.contents.text("buyer"), Some(subject.code()));
            }
        }
    }
    let waiting = of(&set, &person(MARI), "prescription");
    assert_eq!(
        waiting
            .iter()
            .filter(|r| r.contents.text("status") == Some("active"))
            .count(),
        2
    );
}

#[test]
fn long_term_blood_sugar_drifts_and_every_flag_fits_its_range() {
    let set = records(HEALTH).unwrap();
    let series: Vec<_> = of(&set, &person(MARI), "lab")
        .into_iter()
        .filter(|r| r.contents.text("loinc") == Some("59261-8"))
        .map(|r| (r.day.clone(), r.contents.decimal("value").unwrap().0))
        .collect();
    let values: Vec<_> = series.iter().map(|(_, value)| *value).collect();
    assert_eq!(values, [37, 38, 40, 41, 44, 46, 45, 48]);
    assert_eq!(series[0].0, "2021-03-10");
    assert_eq!(series[7].0, "2026-11-20");
    for lab in set
        .records
        .iter()
        .filter(|r| r.contents.schema().name == "lab")
    {
        let (value, places) = lab.contents.decimal("value").unwrap();
        let (low, high) = (
            lab.contents.decimal("ref_low"),
            lab.contents.decimal("ref_high"),
        );
        assert!(low.is_none_or(|l| l.1 == places) && high.is_none_or(|h| h.1 == places));
        let flag = if high.is_some_and(|h| value > h.0) {
            "H"
        } else if low.is_some_and(|l| value < l.0) {
            "L"
        } else {
            "N"
        };
        assert_eq!(lab.contents.text("flag"), Some(flag), "{}", lab.key);
    }
}

#[test]
fn tsd_arithmetic_gives_the_published_rows() {
    let row = |gross, employment, rate| pay(gross, employment, rate, 70_000);
    let sums = |p: Pay| {
        [
            p.social,
            p.pension,
            p.unemployment,
            p.employer_unemployment,
            p.tax,
            p.net,
        ]
    };
    assert_eq!(
        sums(row(200_000, true, 2)),
        [66_000, 4_000, 3_200, 1_600, 27_016, 165_784]
    );
    assert_eq!(
        sums(row(150_000, false, 2)),
        [49_500, 3_000, 0, 0, 16_940, 130_060]
    );
    assert_eq!(
        sums(row(320_000, true, 6)),
        [105_600, 19_200, 5_120, 2_560, 49_650, 246_030]
    );
    assert_eq!(row(60_000, true, 2).tax, 0);
}

#[test]
fn every_tsd_line_follows_from_its_gross_sum() {
    let set = records(TAX).unwrap();
    for subject in [person(MARI), person(IGOR)] {
        let rows = of(&set, &subject, "tsd");
        assert_eq!(rows.len(), 12);
        let periods: BTreeSet<_> = rows
            .iter()
            .filter_map(|r| r.contents.text("period"))
            .collect();
        assert_eq!(periods.len(), 12);
        for r in rows {
            let (gross, base) = (int(r, "gross"), int(r, "unemployment_base"));
            assert_eq!(int(r, "social_tax") * 100, int(r, "social_base") * 33);
            assert_eq!(int(r, "unemployment") * 1000, base * 16);
            assert_eq!(int(r, "employer_unemployment") * 1000, base * 8);
            assert_eq!(int(r, "pension") * 100, gross * int(r, "pension_rate"));
            let taxed = gross - int(r, "pension") - int(r, "unemployment") - int(r, "exemption");
            assert!((int(r, "income_tax") * 100 - taxed * 22).abs() <= 50);
            assert_eq!(
                int(r, "net"),
                gross - int(r, "pension") - int(r, "unemployment") - int(r, "income_tax")
            );
            assert_eq!(r.contents.text("person_code"), Some(subject.code()));
            assert!(
                r.contents.text("filed_on").unwrap().ends_with("-09"),
                "by the tenth of the next month"
            );
        }
    }
}

#[test]
fn kmd_arithmetic_gives_the_published_example_and_every_return_adds_up() {
    let example = Vat {
        line_1: 1_240_000,
        line_2: 30_000,
        line_2_2: 100_000,
        line_3: 250_000,
        line_5: 112_055,
        line_5_2: 0,
    };
    assert_eq!((example.line_4(), example.due()), (313_300, 201_245));
    let set = records(TAX).unwrap();
    let returns = of(&set, &person(MARI), "kmd");
    assert_eq!(returns.len(), 12);
    for r in returns {
        let line = |name| int(r, name);
        let (computed, due) = (line("line_4"), line("line_4") - line("line_5"));
        assert_eq!(
            computed * 100,
            24 * line("line_1") + 9 * line("line_2") + 13 * line("line_2_2")
        );
        assert_eq!(
            (line("line_12"), line("line_13")),
            (due.max(0), (-due).max(0)),
            "never both"
        );
        assert!(
            line("line_3") >= line("line_3_1") + line("line_3_2")
                && line("line_3_1") >= line("line_3_1_1")
        );
        assert!(line("line_5") >= line("line_5_1") + line("line_5_2"));
        assert_eq!(r.contents.text("company_code"), Some(COMPANY));
        assert!(r.contents.text("filed_on") <= r.contents.text("due_on"));
        let listed: i64 = r
            .contents
            .group("sales")
            .iter()
            .map(|row| cell(row, 6))
            .sum();
        assert!(listed <= line("line_1"));
        assert!(
            r.contents
                .group("sales")
                .iter()
                .all(|row| cell(row, 6) >= 100_000),
            "partners from 1 000 € up"
        );
    }
}

fn cell(row: &Value, column: usize) -> i64 {
    match row {
        Value::Array(cells) => match cells.get(column) {
            Some(Value::Int(value)) => *value,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_account_balances_line_by_line() {
    let set = records(TAX).unwrap();
    let lines = of(&set, &person(MARI), "prepayment");
    assert!(lines.len() >= 48);
    let mut balance = 0;
    for line in &lines {
        assert!(int(line, "debit") == 0 || int(line, "credit") == 0);
        balance += int(line, "credit") - int(line, "debit");
        assert_eq!(int(line, "balance"), balance, "{}", line.key);
    }
    assert_eq!(balance, 0, "everything declared is paid");
    assert!(
        lines
            .iter()
            .any(|line| line.contents.text("kind") == Some("interest"))
    );
    // What was declared is what stands on the account.
    let declared: i64 = of(&set, &person(MARI), "kmd")
        .iter()
        .map(|r| int(r, "line_12") - int(r, "line_13"))
        .sum();
    let booked: i64 = lines
        .iter()
        .filter(|line| line.contents.text("kind") == Some("kmd"))
        .map(|line| int(line, "debit") - int(line, "credit"))
        .sum();
    assert_eq!(declared, booked);
}

#[test]
fn income_tax_returns_add_up() {
    let set = records(TAX).unwrap();
    for subject in [person(MARI), person(IGOR)] {
        let rows = of(&set, &subject, "income_tax");
        let [r] = rows.as_slice() else {
            panic!("one return")
        };
        let line = |name| int(r, name);
        let deductions: i64 = r
            .contents
            .group("deductions")
            .iter()
            .map(|row| cell(row, 2))
            .sum();
        assert_eq!(line("deducted"), deductions);
        let taxable = line("gross")
            - line("pension")
            - line("unemployment")
            - line("deducted")
            - line("exemption");
        assert_eq!(line("taxable"), taxable.max(0));
        assert!((line("tax") * 100 - line("taxable") * 22).abs() <= 50);
        let left = line("withheld") - line("tax");
        assert_eq!(
            (line("refund"), line("payable")),
            (left.max(0), (-left).max(0))
        );
        assert_eq!(line("exemption"), 784_800);
    }
}

#[test]
fn shares_and_reports_add_up() {
    let set = records(BUSINESS).unwrap();
    for code in [COMPANY, COMPANY_2] {
        let list = company(code);
        let cards = of(&set, &list, "registry_card");
        let capital = int(cards.last().unwrap(), "capital");
        let shares = of(&set, &list, "shareholder");
        assert_eq!(shares.iter().map(|r| int(r, "share")).sum::<i64>(), capital);
        assert_eq!(
            shares
                .iter()
                .filter_map(|r| r.contents.decimal("percent"))
                .map(|p| p.0)
                .sum::<i64>(),
            10_000
        );
        assert!(!of(&set, &list, "beneficial_owner").is_empty());
    }
    let reports = of(&set, &company(COMPANY), "annual_report");
    assert_eq!(reports.len(), 3);
    let mut kept = None;
    for r in reports {
        let line = |name| int(r, name);
        assert_eq!(line("assets"), line("liabilities") + line("equity"));
        assert_eq!(
            line("assets"),
            line("current_assets") + line("fixed_assets")
        );
        assert_eq!(
            line("liabilities"),
            line("current_liabilities") + line("long_term_liabilities")
        );
        assert_eq!(
            line("equity"),
            line("share_capital") + line("retained_earnings") + line("profit")
        );
        assert_eq!(line("profit"), line("revenue") - line("costs"));
        let by = |group, column| {
            r.contents
                .group(group)
                .iter()
                .map(|row| cell(row, column))
                .sum::<i64>()
        };
        assert_eq!(by("revenue_by_activity", 3), line("revenue"));
        assert_eq!(by("revenue_by_country", 1), line("revenue"));
        if let Some(kept) = kept {
            assert_eq!(
                line("retained_earnings"),
                kept,
                "last year's closing is this year's opening"
            );
        }
        kept = Some(line("retained_earnings") + line("profit"));
    }
    let codes = |subject: &Subject| -> Vec<String> {
        of(&set, subject, "mandate")
            .iter()
            .filter_map(|r| r.contents.text("company_code").map(str::to_owned))
            .collect()
    };
    assert_eq!(codes(&person(MARI)), [COMPANY]);
    assert_eq!(codes(&person(IGOR)), [COMPANY, COMPANY_2]);
}

#[test]
fn versions_follow_each_other_and_every_value_can_be_sealed() {
    for reg in [HEALTH, TAX, BUSINESS] {
        let set = records(reg).unwrap();
        let mut versions = BTreeMap::new();
        for r in &set.records {
            assert!(set.subjects.contains(&r.subject));
            assert_eq!(r.contents.schema().reg, reg);
            let newest = versions
                .entry((r.subject.clone(), r.contents.schema().id, r.key.clone()))
                .or_insert(0);
            assert_eq!(r.v, *newest + 1, "{}", r.key);
            *newest = r.v;
            for (field, value) in r.contents.schema().fields.iter().zip(r.contents.fields()) {
                assert!(cbor::encode(value).is_ok(), "{}: {value:?}", field.name);
                if let (FieldKind::Code, Value::Text(code)) = (field.kind, value) {
                    check_digits(field.name, code);
                }
            }
            for rows in r.contents.rows().values() {
                assert!(rows.iter().all(|row| cbor::encode(row).is_ok()));
            }
        }
    }
}

/// Codes that carry a check digit have a valid one.
fn check_digits(name: &str, code: &str) {
    match name {
        "company_code" | "payer_code" | "provider_code" | "pharmacy_code" | "employer_code" => {
            assert!(Subject::company("EE", code).is_ok(), "{name} {code}");
        }
        "person_code" | "buyer" => assert!(Subject::person("EE", code).is_ok(), "{name} {code}"),
        "vat_no" => {
            let sum: u32 = code[2..]
                .chars()
                .zip([3, 7, 1].iter().cycle())
                .map(|(c, w)| c.to_digit(10).unwrap() * w)
                .sum();
            assert_eq!((code.len(), sum % 10), (11, 0), "{code}");
        }
        "reference_no" => {
            let sum: u32 = code
                .chars()
                .rev()
                .skip(1)
                .zip([7, 3, 1].iter().cycle())
                .map(|(c, w)| c.to_digit(10).unwrap() * w)
                .sum();
            assert_eq!(
                (10 - sum % 10) % 10,
                code.chars().last().unwrap().to_digit(10).unwrap(),
                "{code}"
            );
        }
        _ => {}
    }
}

#[test]
fn the_invented_are_distinct_valid_and_long_dead() {
    let codes: BTreeSet<_> = (0..5000)
        .map(|i| invented_person(i).code().to_owned())
        .collect();
    assert_eq!(codes.len(), 5000);
    assert!(codes.iter().all(|code| code.starts_with(['1', '2'])));
    assert!(invented_person(LARGEST - 1).code().starts_with(['1', '2']));
    assert_eq!(invented_person(0), invented_person(0));
}
