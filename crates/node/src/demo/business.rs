//! Business records: two companies with their public lists, and who may act for them in those persons' private lists.

use toend_ledger::cbor::Value;
use toend_ledger::record::Flag;
use toend_ledger::subject::Subject;

use super::tax::COMPANY_NAME;
use super::{Book, COMPANY, COMPANY_2, IGOR, MARI, company, person};
use crate::registers::{Contents, ContentsError, Draft, text};

pub(super) const VAT_NO: &str = "EE109999012";
const COMPANY_2_NAME: &str = "Käbi ja Koor OÜ";
const JOINT: &str = "Juhatuse liikmed esindavad osaühingut ühiselt.";
const SOLE: &str = "Juhatuse liige esindab osaühingut üksinda.";
const FOUNDED: &str = "2019-02-12";
const FOUNDED_2: &str = "2023-05-04";

/// A natural person in the register: first name, name, code.
struct Person(&'static str, &'static str, &'static str);

const OWNER: Person = Person("Mari-Liis", "Männik", MARI);
const SECOND: Person = Person("Igor", "Žaikovski", IGOR);
const FORMER: Person = Person("Mati", "Meri", "38301105216");
const PARTNER: Person = Person("Mart", "Mets", "37302102711");

/// What differs between the two versions of the first company's card and the second company's.
struct Card {
    name: &'static str,
    code: &'static str,
    founded: &'static str,
    address: &'static str,
    ads: (&'static str, &'static str),
    ehak: &'static str,
    postcode: &'static str,
    email: &'static str,
    phone: &'static str,
    vat_no: &'static str,
    emtak: (&'static str, &'static str),
    representation: &'static str,
    entry: (&'static str, &'static str, &'static str),
}

const CARD: Card = Card {
    name: COMPANY_NAME,
    code: COMPANY,
    founded: FOUNDED,
    address: "Harju maakond, Tallinn, Lasnamäe linnaosa, Valukoja tn 10",
    ads: ("ME03379409", "2280361"),
    ehak: "0387",
    postcode: "14215",
    email: "info@salkjapygal.example",
    phone: "+37255000012",
    vat_no: VAT_NO,
    emtak: ("43320", "Puusepa- ja tisleritööd"),
    representation: JOINT,
    entry: ("1", FOUNDED, "Esmakanne"),
};

const CARD_2: Card = Card {
    name: COMPANY_2_NAME,
    code: COMPANY_2,
    founded: FOUNDED_2,
    email: "info@kabijakoor.example",
    phone: "+37255000029",
    vat_no: "",
    emtak: ("02401", "Metsamajandust abistavad tegevused"),
    representation: SOLE,
    entry: ("1", FOUNDED_2, "Esmakanne"),
    ..CARD
};

fn card(c: &Card) -> Result<Contents, ContentsError> {
    Draft::new("registry_card")
        .text("name", c.name)
        .text("code", c.code)
        .text("legal_form", "OÜ")
        .text("status", "R")
        .text("first_entry", c.founded)
        .text("address", c.address)
        .text("ads_oid", c.ads.0)
        .text("ads_adr_id", c.ads.1)
        .text("ehak", c.ehak)
        .text("postcode", c.postcode)
        .text("email", c.email)
        .text("phone", c.phone)
        .int("capital", 250_000)
        .text("currency", "EUR")
        .bool("capital_paid", true)
        .text("financial_year", "01.01–31.12")
        .text("articles_date", c.founded)
        .text("vat_no", c.vat_no)
        .text("emtak", c.emtak.0)
        .text("emtak_version", "2008")
        .text("emtak_text", c.emtak.1)
        .text("representation", c.representation)
        .text("entry_no", c.entry.0)
        .text("entry_date", c.entry.1)
        .text("entry_kind", c.entry.2)
        .finish()
}

fn board_member(
    id: &str,
    p: &Person,
    since: &str,
    until: &str,
    words: &str,
) -> Result<Contents, ContentsError> {
    Draft::new("card_person")
        .text("entry_id", id)
        .text("kind", "F")
        .text("role", "JUHL")
        .text("role_text", "Juhatuse liige")
        .text("first_name", p.0)
        .text("name", p.1)
        .text("code", p.2)
        .text("country", "EE")
        .text("since", since)
        .text("until", until)
        .text("representation", words)
        .finish()
}

fn shareholder(
    id: &str,
    p: &Person,
    share: i64,
    capital: i64,
    since: &str,
) -> Result<Contents, ContentsError> {
    Draft::new("shareholder")
        .text("entry_id", id)
        .text("kind", "F")
        .text("first_name", p.0)
        .text("name", p.1)
        .text("code", p.2)
        .text("country", "EE")
        .decimal("percent", share * 10_000 / capital, 2)
        .int("share", share)
        .text("currency", "EUR")
        .text("ownership", "L")
        .int("numerator", 1)
        .int("denominator", 1)
        .text("since", since)
        .finish()
}

fn beneficial_owner(
    id: &str,
    p: &Person,
    since: &str,
    confirmed: &str,
) -> Result<Contents, ContentsError> {
    Draft::new("beneficial_owner")
        .text("entry_id", id)
        .text("first_name", p.0)
        .text("name", p.1)
        .text("code", p.2)
        .text("country", "EE")
        .text("control", "O")
        .text("control_text", "Otsene osalus")
        .bool("discrepancy", false)
        .text("since", since)
        .text("confirmed_on", confirmed)
        .finish()
}

/// Key figures of one year in cents: current and fixed assets, current and long-term liabilities, revenue, profit.
pub(super) struct Year(
    pub i64,
    pub i64,
    pub i64,
    pub i64,
    pub i64,
    pub i64,
    pub i64,
);

/// 2023 to 2025; what each year keeps is what the next one starts with.
const YEARS: [Year; 3] = [
    Year(
        2023, 2_184_000, 960_000, 812_000, 400_000, 9_640_000, 512_000,
    ),
    Year(
        2024, 2_610_500, 1_140_000, 796_400, 500_000, 11_210_000, 522_100,
    ),
    Year(
        2025, 2_902_300, 1_310_000, 803_900, 320_000, 12_466_000, 634_300,
    ),
];

fn report(year: &Year) -> Result<Contents, ContentsError> {
    let Year(number, current, fixed, short, long, revenue, profit) = *year;
    let (assets, liabilities) = (current + fixed, short + long);
    let equity = assets - liabilities;
    let filed = format!("{}-05-{:02}", number + 1, 20 + number % 10);
    let abroad = revenue / 5;
    let others = revenue / 8;
    let signature = |p: &Person| {
        vec![
            text(&format!("{} {}", p.0, p.1)),
            text("JUHL"),
            text(&filed),
        ]
    };
    Draft::new("annual_report")
        .int("year", number)
        .text("period_start", &format!("{number}-01-01"))
        .text("period_end", &format!("{number}-12-31"))
        .text("size", "micro")
        .text("filed_on", &filed)
        .text("approved_on", &filed)
        .text("currency", "EUR")
        .int("current_assets", current)
        .int("fixed_assets", fixed)
        .int("assets", assets)
        .int("current_liabilities", short)
        .int("long_term_liabilities", long)
        .int("liabilities", liabilities)
        .int("share_capital", 250_000)
        .int("retained_earnings", equity - 250_000 - profit)
        .int("profit", profit)
        .int("equity", equity)
        .int("revenue", revenue)
        .int("costs", revenue - profit)
        .decimal("employees", 15, 1)
        .rows(
            "revenue_by_activity",
            vec![
                vec![
                    text("43320"),
                    text("2008"),
                    text("Puusepa- ja tisleritööd"),
                    Value::Int(revenue - others),
                ],
                vec![
                    text("31091"),
                    text("2008"),
                    text("Mujal liigitamata mööbli tootmine"),
                    Value::Int(others),
                ],
            ],
        )
        .rows(
            "revenue_by_country",
            vec![
                vec![text("EE"), Value::Int(revenue - abroad)],
                vec![text("FI"), Value::Int(abroad)],
            ],
        )
        .text(
            "profit_proposal",
            "Kanda aruandeaasta kasum eelmiste perioodide jaotamata kasumisse.",
        )
        .rows("signatures", vec![signature(&OWNER), signature(&SECOND)])
        .finish()
}

fn mandate(name: &str, code: &str, since: &str, joint: bool) -> Result<Contents, ContentsError> {
    Draft::new("mandate")
        .text("company", name)
        .text("company_code", code)
        .text("legal_form", "OÜ")
        .text("role", "JUHL")
        .text("role_text", "Juhatuse liige")
        .text("since", since)
        .text("representation", if joint { "joint" } else { "sole" })
        .text("representation_text", if joint { JOINT } else { SOLE })
        .text("entry_no", "1")
        .finish()
}

fn first_company(book: &mut Book, list: &Subject) -> Result<(), ContentsError> {
    let founding = Card {
        address: "Harju maakond, Tallinn, Nõmme linnaosa, Kalda põik 7",
        ads: ("ME03379999", "2280999"),
        ehak: "0524",
        postcode: "11622",
        ..CARD
    };
    book.add(list, "card", card(&founding)?);
    let today = Card {
        entry: ("4", "2026-09-03", "Muutmiskanne: juhatus ja aadress"),
        ..CARD
    };
    book.add_version(list, "card", 2, Flag::Current, card(&today)?);
    for (id, p) in [("9900001", &OWNER), ("9900002", &SECOND)] {
        book.add(list, id, board_member(id, p, FOUNDED, "", JOINT)?);
    }
    book.add(
        list,
        "9900003",
        board_member("9900003", &FORMER, FOUNDED, "", JOINT)?,
    );
    let left = board_member("9900003", &FORMER, FOUNDED, "2026-08-31", JOINT)?;
    book.add_on(list, "9900003", 2, Flag::Ended, left, "2026-09-03");
    book.add(
        list,
        "9900011",
        shareholder("9900011", &OWNER, 150_000, 250_000, FOUNDED)?,
    );
    book.add(
        list,
        "9900012",
        shareholder("9900012", &PARTNER, 100_000, 250_000, FOUNDED)?,
    );
    book.add(
        list,
        "9900021",
        beneficial_owner("9900021", &OWNER, FOUNDED, "2026-05-25")?,
    );
    book.add(
        list,
        "9900022",
        beneficial_owner("9900022", &PARTNER, FOUNDED, "2026-05-25")?,
    );
    for year in &YEARS {
        book.add(list, &format!("report-{}", year.0), report(year)?);
    }
    Ok(())
}

fn second_company(book: &mut Book, list: &Subject) -> Result<(), ContentsError> {
    book.add(list, "card", card(&CARD_2)?);
    book.add(
        list,
        "9900101",
        board_member("9900101", &SECOND, FOUNDED_2, "", SOLE)?,
    );
    book.add(
        list,
        "9900111",
        shareholder("9900111", &SECOND, 250_000, 250_000, FOUNDED_2)?,
    );
    book.add(
        list,
        "9900121",
        beneficial_owner("9900121", &SECOND, FOUNDED_2, "2026-06-02")?,
    );
    Ok(())
}

pub(super) fn write(book: &mut Book) -> Result<(), ContentsError> {
    first_company(book, &company(COMPANY))?;
    second_company(book, &company(COMPANY_2))?;
    book.add(
        &person(MARI),
        "mandate",
        mandate(COMPANY_NAME, COMPANY, FOUNDED, true)?,
    );
    book.add(
        &person(IGOR),
        "mandate",
        mandate(COMPANY_NAME, COMPANY, FOUNDED, true)?,
    );
    book.add(
        &person(IGOR),
        "mandate-2",
        mandate(COMPANY_2_NAME, COMPANY_2, FOUNDED_2, false)?,
    );
    Ok(())
}
