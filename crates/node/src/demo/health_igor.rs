//! Health records of the second demonstration person.

#[allow(clippy::wildcard_imports, reason = "every line below is written in these words")]
use super::health::*;
use super::{Book, COMPANY, IGOR, person};
use crate::registers::ContentsError;

const VISITS: [Visit; 5] = [
    Visit {
        date: "2021-10-06",
        at: (9, 20),
        document: "D-2021-10-0091",
        title: "Tervisekontroll",
        first: true,
        history: "Kaebusi ei ole.",
        findings: "RR 126/78 mmHg, KMI 25,6.",
        plan: "Kontroll kahe aasta pärast.",
        ..VISIT
    },
    Visit {
        date: "2023-02-13",
        at: (11, 0),
        document: "D-2023-02-0173",
        main: &COLD,
        first: true,
        history: "Nohu ja köha viiendat päeva.",
        findings: "Neel punetav, kopsud puhtad.",
        plan: "Sümptomaatiline ravi.",
        sickleave: "H-2023-0213",
        ..VISIT
    },
    Visit {
        date: "2024-03-19",
        at: (13, 40),
        document: "D-2024-03-0258",
        main: &KNEE,
        first: true,
        history: "Parem põlv valutab treppidel.",
        findings: "Kerge turse, liikuvus 0–120°.",
        procedures: "Röntgenülesvõte põlvest.",
        plan: "Valuvaigisti vajadusel, ortopeedi vastuvõtt.",
        prescribed: &[("1099000201", "Ibuprofeen 400 mg")],
        ..VISIT
    },
    Visit {
        date: "2024-05-08",
        at: (10, 0),
        minutes: 25,
        document: "D-2024-05-0032",
        who: &SAAR,
        main: &KNEE,
        history: "Valu koormusel, öösel ei ole.",
        findings: "Mediaalne liigespilu kitsenenud.",
        plan: "Harjutusravi, operatsiooni praegu ei vaja.",
        ..VISIT
    },
    Visit {
        date: "2026-03-03",
        at: (8, 40),
        document: "D-2026-03-0126",
        main: &PRESSURE,
        first: true,
        other: &[&KNEE],
        history: "Töötervishoiu kontrollis vererõhk 150/92 mmHg.",
        findings: "RR 148/92 mmHg.",
        plan: "Enalapriil 10 mg hommikuti, kontroll poole aasta pärast.",
        prescribed: &[("1099000202", "Enalapriil 10 mg")],
        ..VISIT
    },
];

const PRESCRIPTIONS: [Rx; 2] = [
    Rx("2024-03-19", "1099000201", &IBUPROFEN, 1, "1 tablett vajadusel, kuni 3 korda päevas", 30, &KNEE, 0, 60, true),
    Rx("2026-03-03", "1099000202", &ENALAPRIL_10, 3, "1 tablett 1 kord päevas hommikul", 90, &PRESSURE, 75, 180, true),
];

const PURCHASES: [Purchase; 3] = [
    Purchase("2024-03-20", (17, 5), "1099000201", &IBUPROFEN, 1, 10, 0, IGOR),
    Purchase("2026-03-04", (8, 20), "1099000202", &ENALAPRIL_10, 2, 60, 75, IGOR),
    Purchase("2026-05-11", (18, 40), "1099000202", &ENALAPRIL_10, 1, 30, 75, IGOR),
];

const SHOTS: [Shot; 2] = [
    Shot(
        "2021-10-06",
        (9, 45),
        "Difteeria ja teetanuse vaktsiin",
        "diTeBooster",
        "J07AM51",
        "DEMO-T2108",
        "2023-07-31",
        1,
        1,
        ("Difteeria ja teetanus", "A36"),
        "2031-10-06",
    ),
    Shot(
        "2026-11-04",
        (9, 5),
        "Gripivaktsiin, hooaeg 2026/27",
        "Gripivaktsiin Demo 2026/27",
        "J07BB02",
        "DEMO-G2609",
        "2027-06-30",
        1,
        1,
        ("Gripp", "J11"),
        "2027-10-01",
    ),
];

const SAMPLES: [Sample; 3] = [
    Sample("2021-10-06", (8, 30), "L-2021-100091", "Üldpaneel", &[(&GLUCOSE, 50), (&CHOLESTEROL, 49), (&HB, 149), (&HBA1C, 34)]),
    Sample("2023-02-13", (11, 20), "L-2023-020173", "Põletikupaneel", &[(&CRP, 8), (&WBC, 74)]),
    Sample(
        "2026-03-03",
        (8, 15),
        "L-2026-030126",
        "Üldpaneel",
        &[(&GLUCOSE, 54), (&CHOLESTEROL, 53), (&LDL, 33), (&CREATININE, 80), (&HBA1C, 36)],
    ),
];

const REFERRALS: [Referral; 1] = [Referral(
    "2024-03-19",
    "S-2024-0258",
    "Saatekiri ortopeedile",
    "visit",
    "completed",
    ("ortopeedia", "E230"),
    &KNEE,
    "Põlveliigese kulumine, edasine ravi.",
    Some(("2024-05-08", 10, 0)),
)];

const LEAVES: [Leave; 1] = [Leave("2023-02-13", "H-2023-0213", "2023-02-13", "2023-02-17", ("Sälk ja Pügal OÜ", COMPANY))];

pub(super) fn write(book: &mut Book) -> Result<(), ContentsError> {
    let me = person(IGOR);
    for one in &VISITS {
        book.add(&me, one.document, visit(one)?);
    }
    for rx in &PRESCRIPTIONS {
        book.add(&me, rx.1, prescription(rx, &MERI)?);
    }
    for (i, purchase) in PURCHASES.iter().enumerate() {
        book.add(&me, &format!("dispense-{i}"), dispense(purchase)?);
    }
    for (i, shot) in SHOTS.iter().enumerate() {
        book.add(&me, &format!("shot-{i}"), vaccination(shot)?);
    }
    for sample in &SAMPLES {
        for (analyte, value) in sample.4 {
            book.add(&me, &format!("{}/{}", sample.2, analyte.2), lab(sample, analyte, *value)?);
        }
    }
    for one in &REFERRALS {
        book.add(&me, one.1, referral(one)?);
    }
    for one in &LEAVES {
        book.add(&me, one.1, sickleave(one)?);
    }
    Ok(())
}
