//! Tax records: a year of pay, the company's VAT returns and prepayment account, and the income-tax returns for 2025.
//!
//! Sums are reckoned, not typed: TSD by the rates of its month, KMD from its lines, the account as a running balance.

use toend_ledger::cbor::Value;

use super::{Book, COMPANY, IGOR, MARI, company, person};
use crate::registers::{Contents, ContentsError, Draft, text};

pub(super) const COMPANY_NAME: &str = "Sälk ja Pügal OÜ";
const REFERENCE: &str = "199990115";
const OWNER: &str = "Mari-Liis Männik";

/// Sums of one TSD line, in cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pay {
    pub gross: i64,
    pub social: i64,
    pub pension: i64,
    pub unemployment: i64,
    pub employer_unemployment: i64,
    pub exemption: i64,
    pub tax: i64,
    pub net: i64,
}

/// `sum · per mille`, half up to the cent.
const fn part(sum: i64, per_mille: i64) -> i64 {
    (sum * per_mille + 500) / 1000
}

/// Reckons a line: 33 % social tax, 1.6 % and 0.8 % unemployment insurance (not on board fees), 22 % income tax.
pub(super) const fn pay(gross: i64, employment: bool, pension_rate: i64, allowance: i64) -> Pay {
    let pension = part(gross, pension_rate * 10);
    let unemployment = if employment { part(gross, 16) } else { 0 };
    let left = gross - pension - unemployment;
    let exemption = if left < allowance { left } else { allowance };
    let tax = part(left - exemption, 220);
    Pay {
        gross,
        social: part(gross, 330),
        pension,
        unemployment,
        employer_unemployment: if employment { part(gross, 8) } else { 0 },
        exemption,
        tax,
        net: left - tax,
    }
}

/// Basic exemption of a month, in cents.
const fn allowance(year: i64) -> i64 {
    if year < 2026 { 65_400 } else { 70_000 }
}

/// The twelve months of the demonstration.
fn months() -> impl Iterator<Item = (i64, i64)> {
    (10..22).map(|i| (2025 + i / 12, i % 12 + 1))
}

/// A day in the month after.
fn next_month(year: i64, month: i64, day: i64) -> String {
    format!("{:04}-{:02}-{day:02}", year + month / 12, month % 12 + 1)
}

fn tsd(
    year: i64,
    month: i64,
    name: &str,
    code: &str,
    employment: bool,
    sums: &Pay,
    rate: i64,
) -> Result<Contents, ContentsError> {
    let base = if employment { sums.gross } else { 0 };
    let mut draft = Draft::new("tsd")
        .text("period", &format!("{year}-{month:02}"))
        .int("year", year)
        .int("month", month)
        .text("payer", COMPANY_NAME)
        .text("payer_code", COMPANY)
        .text("person_code", code)
        .text("person", name)
        .text("payment_type", if employment { "10" } else { "21" })
        .int("gross", sums.gross)
        .int("social_base", sums.gross)
        .int("social_tax", sums.social)
        .int("pension_rate", rate)
        .int("pension", sums.pension)
        .int("unemployment_base", base)
        .int("unemployment", sums.unemployment)
        .int("employer_unemployment", sums.employer_unemployment)
        .text("exemption_code", "610")
        .int("exemption", sums.exemption)
        .int("income_tax", sums.tax)
        .int("net", sums.net)
        .text("paid_on", &format!("{year}-{month:02}-28"))
        .text("filed_on", &next_month(year, month, 9));
    if employment {
        draft = draft.decimal("work_rate", 100, 2);
    }
    draft.finish()
}

/// Lines of one VAT return in cents: 1, 2, 2², 3 (all of it 3.1), 5, 5.2. Named as on the form.
#[expect(clippy::struct_field_names, reason = "the form's own names")]
pub(super) struct Vat {
    pub line_1: i64,
    pub line_2: i64,
    pub line_2_2: i64,
    pub line_3: i64,
    pub line_5: i64,
    pub line_5_2: i64,
}

impl Vat {
    /// Line 4: VAT on the sales.
    pub(super) const fn line_4(&self) -> i64 {
        part(self.line_1, 240) + part(self.line_2, 90) + part(self.line_2_2, 130)
    }

    /// Line 4 − line 5: positive is payable (12), negative overpaid (13).
    pub(super) const fn due(&self) -> i64 {
        self.line_4() - self.line_5
    }
}

const fn vat(
    line_1: i64,
    line_2: i64,
    line_2_2: i64,
    line_3: i64,
    line_5: i64,
    line_5_2: i64,
) -> Vat {
    Vat {
        line_1,
        line_2,
        line_2_2,
        line_3,
        line_5,
        line_5_2,
    }
}

/// November 2025 to October 2026. In April 2026 a machine is bought and the return shows an overpayment.
const RETURNS: [Vat; 12] = [
    vat(980_000, 0, 0, 0, 61_240, 0),
    vat(1_412_000, 24_000, 0, 180_000, 98_115, 0),
    vat(640_000, 0, 0, 0, 40_310, 0),
    vat(875_000, 12_000, 0, 0, 71_990, 0),
    vat(1_020_000, 0, 60_000, 220_000, 83_402, 0),
    vat(1_105_000, 0, 0, 0, 412_860, 336_000),
    vat(1_190_000, 30_000, 0, 90_000, 90_475, 0),
    vat(1_310_000, 0, 80_000, 0, 102_338, 0),
    vat(720_000, 0, 0, 0, 55_120, 0),
    vat(905_000, 18_000, 0, 140_000, 69_864, 0),
    vat(1_240_000, 30_000, 100_000, 250_000, 112_055, 0),
    vat(1_175_000, 0, 40_000, 0, 94_730, 0),
];

fn kmd(year: i64, month: i64, vat: &Vat) -> Result<Contents, ContentsError> {
    let period = format!("{year}-{month:02}");
    let due = vat.due();
    let sale = |share: i64, buyer: (&str, &str), rate: i64, number: i64| {
        let net = vat.line_1 * share / 10;
        vec![
            text(buyer.1),
            text(buyer.0),
            text(&format!("{year}{month:02}-{number:03}")),
            text(&format!("{period}-{:02}", 6 + number)),
            Value::Int(net),
            Value::Int(rate),
            Value::Int(net),
            text(""),
        ]
    };
    let purchase = vec![
        text("19999070"),
        text("Puiduladu Oksamets OÜ"),
        text(&format!("P{year}-{month:02}-17")),
        text(&format!("{period}-11")),
        Value::Int(vat.line_5 * 124 / 24),
        Value::Int(vat.line_5),
        text(""),
    ];
    let mut draft = Draft::new("kmd")
        .text("period", &period)
        .int("year", year)
        .int("month", month)
        .text("company", COMPANY_NAME)
        .text("company_code", COMPANY)
        .text("vat_no", super::business::VAT_NO)
        .text("declaration_type", "1")
        .text("form", "KMD6")
        .int("line_1", vat.line_1)
        .int("line_2", vat.line_2)
        .int("line_2_2", vat.line_2_2)
        .int("line_3", vat.line_3)
        .int("line_3_1", vat.line_3)
        .int("line_4", vat.line_4())
        .int("line_5", vat.line_5)
        .int("line_12", due.max(0))
        .int("line_13", (-due).max(0))
        .rows(
            "sales",
            vec![
                sale(4, ("Kivi ja Känd OÜ", "19999064"), 24, 4),
                sale(3, ("Vaikne Tuba OÜ", "19999087"), 24, 9),
            ],
        )
        .rows("purchases", vec![purchase])
        .text("due_on", &next_month(year, month, 20))
        .text("filed_on", &next_month(year, month, 18))
        .text("filed_by", OWNER);
    if vat.line_5_2 > 0 {
        draft = draft.int("line_5_2", vat.line_5_2);
    }
    draft.finish()
}

/// Deduction: kind, recipient, cents.
type Deduction = (&'static str, &'static str, i64);

fn income_tax(
    name: &str,
    code: &str,
    employment: bool,
    sums: &Pay,
    deductions: &[Deduction],
) -> Result<Contents, ContentsError> {
    let year = |cents: i64| 12 * cents;
    let deducted: i64 = deductions.iter().map(|one| one.2).sum();
    let taxable =
        (year(sums.gross - sums.pension - sums.unemployment) - deducted - year(sums.exemption))
            .max(0);
    let tax = part(taxable, 220);
    let withheld = year(sums.tax);
    let refund = (withheld - tax).max(0);
    let draft = Draft::new("income_tax")
        .int("year", 2025)
        .text("person", name)
        .text("person_code", code)
        .text("status", "assessed")
        .bool("resident", true)
        .rows(
            "incomes",
            vec![vec![
                text(COMPANY_NAME),
                text(COMPANY),
                text(if employment { "10" } else { "21" }),
                Value::Int(year(sums.gross)),
                Value::Int(withheld),
            ]],
        )
        .int("gross", year(sums.gross))
        .int("pension", year(sums.pension))
        .int("unemployment", year(sums.unemployment))
        .rows(
            "deductions",
            deductions
                .iter()
                .map(|(kind, to, sum)| vec![text(kind), text(to), Value::Int(*sum)])
                .collect(),
        )
        .int("deducted", deducted)
        .int("children", 0)
        .int("exemption", year(sums.exemption))
        .int("taxable", taxable)
        .int("tax", tax)
        .int("withheld", withheld)
        .int("payable", (tax - withheld).max(0))
        .int("refund", refund)
        .text("due_on", "2026-04-30")
        .text("filed_on", "2026-02-17");
    if refund > 0 {
        draft
            .text("iban", "EE529900000000000123")
            .text("refunded_on", "2026-03-05")
            .finish()
    } else {
        draft.finish()
    }
}

/// One line of the account, before its balance is known.
struct Line {
    day: String,
    kind: &'static str,
    words: String,
    period: String,
    sum: i64,
}

/// Lines of the company's account: each return is a debt on its last day, paid the day before; July's VAT is paid late.
fn account() -> Vec<Line> {
    let mut lines = Vec::new();
    for ((year, month), vat) in months().zip(&RETURNS) {
        let period = format!("{year}-{month:02}");
        let (a, b) = (employee(year), board(year));
        let pay_total = [a, b]
            .iter()
            .map(|p| p.social + p.pension + p.unemployment + p.employer_unemployment + p.tax)
            .sum::<i64>();
        let late = (year, month) == (2026, 7);
        let mut line = |day: String, kind, words: String, sum| {
            lines.push(Line {
                day,
                kind,
                words,
                period: period.clone(),
                sum,
            });
        };
        line(
            next_month(year, month, 9),
            "payment",
            "Laekumine".into(),
            pay_total,
        );
        line(
            next_month(year, month, 10),
            "tsd",
            format!("TSD {month:02}.{year}"),
            -pay_total,
        );
        let due = vat.due();
        if due < 0 {
            line(
                next_month(year, month, 20),
                "kmd",
                format!("KMD {month:02}.{year}, enammakse"),
                -due,
            );
            let refund = next_month(year, month, 27);
            line(refund, "refund", "Tagastus arvelduskontole".into(), due);
            continue;
        }
        let (deadline, paid) = if late { (20, 24) } else { (20, 19) };
        let mut both = [
            (
                next_month(year, month, paid),
                "payment",
                "Laekumine".to_owned(),
                due,
            ),
            (
                next_month(year, month, deadline),
                "kmd",
                format!("KMD {month:02}.{year}"),
                -due,
            ),
        ];
        both.sort_by(|x, y| x.0.cmp(&y.0));
        for (day, kind, words, sum) in both {
            line(day, kind, words, sum);
        }
        if late {
            // 0.06 % a day for the four days between.
            let interest = (due * 6 * 4 + 5000) / 10_000;
            line(
                next_month(year, month, 24),
                "interest",
                "Viivis 4 päeva eest".into(),
                -interest,
            );
            line(
                next_month(year, month, 25),
                "payment",
                "Laekumine".into(),
                interest,
            );
        }
    }
    lines
}

const fn employee(year: i64) -> Pay {
    pay(200_000, true, 2, allowance(year))
}

const fn board(year: i64) -> Pay {
    pay(150_000, false, 2, allowance(year))
}

pub(super) fn write(book: &mut Book) -> Result<(), ContentsError> {
    let (mari, igor) = (person(MARI), person(IGOR));
    for (year, month) in months() {
        let key = format!("tsd-{year}-{month:02}");
        book.add(
            &mari,
            &key,
            tsd(year, month, OWNER, MARI, true, &employee(year), 2)?,
        );
        book.add(
            &igor,
            &key,
            tsd(year, month, "Igor Žaikovski", IGOR, false, &board(year), 2)?,
        );
    }
    // A company's tax matters are private: they stand in its owner's list, with the company as a field.
    for ((year, month), vat) in months().zip(&RETURNS) {
        book.add(
            &mari,
            &format!("kmd-{COMPANY}-{year}-{month:02}"),
            kmd(year, month, vat)?,
        );
    }
    let mut balance = 0;
    for (i, line) in account().iter().enumerate() {
        balance += line.sum;
        let contents = Draft::new("prepayment")
            .text("date", &line.day)
            .text("value_date", &line.day)
            .text("kind", line.kind)
            .text("description", &line.words)
            .text(
                "document_ref",
                &format!("EK-{}-{i:03}", line.day.replace('-', "")),
            )
            .text("period", &line.period)
            .int("debit", (-line.sum).max(0))
            .int("credit", line.sum.max(0))
            .int("balance", balance)
            .text("reference_no", REFERENCE)
            .text("account_holder", COMPANY_NAME)
            .text("company_code", company(COMPANY).code())
            .finish()?;
        book.add(&mari, &format!("account-{i}"), contents);
    }
    let deductions = [
        ("training", "Kalda Rahvaülikool", 42_000),
        ("gifts", "Metsa Hoiu SA", 12_000),
    ];
    book.add(
        &mari,
        "income-2025",
        income_tax(OWNER, MARI, true, &employee(2025), &deductions)?,
    );
    book.add(
        &igor,
        "income-2025",
        income_tax("Igor Žaikovski", IGOR, false, &board(2025), &[])?,
    );
    Ok(())
}
